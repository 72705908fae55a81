package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// User implements storage.Users.
func (tx *Tx) User(name string) (bot.User, error) {
	u, _, err := tx.user(name)
	return u, err
}

// user also gives the sealed row.
func (tx *Tx) user(name string) (bot.User, []byte, error) {
	sealed := tx.bucket(usersBucket).Get([]byte(name))
	if name == "" || sealed == nil {
		return bot.User{}, nil, storage.ErrNotFound
	}
	u, err := tx.openUser(name, sealed)
	return u, sealed, err
}

func (tx *Tx) openUser(name string, sealed []byte) (bot.User, error) {
	var u bot.User
	if err := tx.open(usersBucket, []byte(name), sealed, &u); err != nil {
		return bot.User{}, err
	}
	u.Name = name
	return u, nil
}

// PutUser implements storage.Users.
func (tx *Tx) PutUser(u bot.User, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if u.Name == "" {
		return invalid("a user without a name")
	}
	if err := checkTexts(u.Name, u.CreatedBy, string(u.Number.Kind), u.Number.Value); err != nil {
		return err
	}
	if err := checkTexts(u.Roles...); err != nil {
		return err
	}
	if err := checkTexts(u.Conflict.Themes...); err != nil {
		return err
	}
	for _, p := range u.Conflict.Places {
		if err := checkTexts(string(p.Scheme), p.Code); err != nil {
			return err
		}
	}
	old, sealed, err := tx.user(u.Name)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	u.Rev = ifRev + 1
	key := []byte(u.Name)
	value, err := tx.record(usersBucket, key, u)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(usersBucket), key, value, sealed)
}

// Users implements storage.Users.
func (tx *Tx) Users() ([]bot.User, error) {
	var rows []bot.User
	err := tx.walk(tx.bucket(usersBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		u, err := tx.openUser(string(k), v)
		rows = append(rows, u)
		return true, err
	})
	return rows, err
}
