package people

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Phone is a number with the key under which it is kept.
type Phone struct {
	Number bot.Address
	Key    bot.ContactKey
}

// SetNumber registers a phone for an account, in place of the one that it had. One number is one account's.
func SetNumber(tx storage.Tx, a Act, name string, p Phone) (bot.User, error) {
	by, u, err := a.userToChange(tx, name)
	if err != nil {
		return bot.User{}, err
	}
	return setNumber(tx, a, by, u, p)
}

func setNumber(tx storage.Tx, a Act, by bot.Actor, u bot.User, p Phone) (bot.User, error) {
	if !p.Number.Answerable() || p.Key.IsZero() {
		return bot.User{}, bot.Fault(bot.CodeInvalid, "desk.bad_number")
	}
	n, err := tx.DeskNumber(p.Key)
	switch {
	case err == nil && n.User != u.Name:
		return bot.User{}, bot.Fault(bot.CodeConflict, "desk.number_taken", "name", n.User)
	case err == nil:
		return u, nil
	case !errors.Is(err, storage.ErrNotFound):
		return bot.User{}, fmt.Errorf("people: set number: %w", err)
	}
	if err := dropNumber(tx, u); err != nil {
		return bot.User{}, err
	}
	if err := tx.PutDeskNumber(bot.DeskNumber{Key: p.Key, User: u.Name, Since: a.At}, 0); err != nil {
		return bot.User{}, fmt.Errorf("people: set number: %w", err)
	}
	u.Number, u.NumberKey = p.Number, p.Key
	u.FocalAt, u.Focal = 0, bot.ID{} // nothing was told to this phone
	if u, err = putUser(tx, u); err != nil {
		return bot.User{}, err
	}
	if err := followMember(tx, u.Name, p.Key, a.At); err != nil {
		return bot.User{}, err
	}
	return u, a.Note(tx, by, "user.number_set", u.Name, "")
}

// RemoveNumber takes an account's phone from it: what it texts from then on is ordinary text.
func RemoveNumber(tx storage.Tx, a Act, name string) (bot.User, error) {
	by, u, err := a.userToChange(tx, name)
	if err != nil {
		return bot.User{}, err
	}
	if u.NumberKey.IsZero() {
		return bot.User{}, bot.Fault(bot.CodeRefused, "desk.no_number", "name", name)
	}
	if err := dropNumber(tx, u); err != nil {
		return bot.User{}, err
	}
	u.Number, u.NumberKey = bot.Address{}, bot.ContactKey{}
	if u, err = putUser(tx, u); err != nil {
		return bot.User{}, err
	}
	if err := followMember(tx, name, bot.ContactKey{}, a.At); err != nil {
		return bot.User{}, err
	}
	return u, a.Note(tx, by, "user.number_removed", name, "")
}

// userToChange is an administrator's way to somebody's account.
func (a Act) userToChange(tx storage.Tx, name string) (bot.Actor, bot.User, error) {
	by, err := a.Actor(tx, bot.RoleAdmin)
	if err != nil {
		return bot.Actor{}, bot.User{}, err
	}
	u, err := userNamed(tx, name)
	return by, u, err
}

// userNamed finds an account by its name.
func userNamed(tx storage.Tx, name string) (bot.User, error) {
	u, err := tx.User(name)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.User{}, bot.Fault(bot.CodeNotFound, "desk.no_such_user", "name", name)
	}
	if err != nil {
		return bot.User{}, fmt.Errorf("people: %w", err)
	}
	return u, nil
}

func dropNumber(tx storage.Tx, u bot.User) error {
	if u.NumberKey.IsZero() {
		return nil
	}
	if err := tx.DropDeskNumber(u.NumberKey); err != nil {
		return fmt.Errorf("people: drop number: %w", err)
	}
	return nil
}

func putUser(tx storage.Tx, u bot.User) (bot.User, error) {
	if err := tx.PutUser(u, u.Rev); err != nil {
		return bot.User{}, fmt.Errorf("people: put user: %w", err)
	}
	u.Rev++
	return u, nil
}

// DeskNumber tells whose phone a number is; ok is false for that of anybody else.
func DeskNumber(tx storage.Tx, key bot.ContactKey) (n bot.DeskNumber, ok bool, err error) {
	n, err = tx.DeskNumber(key)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.DeskNumber{}, false, nil
	}
	if err != nil {
		return bot.DeskNumber{}, false, fmt.Errorf("people: desk number: %w", err)
	}
	return n, true, nil
}

// LastDigits is all that anybody is shown of a number.
func LastDigits(a bot.Address) string {
	if len(a.Value) < 2 {
		return ""
	}
	return a.Value[len(a.Value)-2:]
}
