package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

// Contact implements storage.Contacts.
func (tx *Tx) Contact(key bot.ContactKey) (bot.Contact, error) {
	c, _, err := tx.contact(key)
	return c, err
}

// contact also gives the sealed row.
func (tx *Tx) contact(key bot.ContactKey) (bot.Contact, []byte, error) {
	sealed := tx.bucket(contactsBucket).Get(key[:])
	if sealed == nil {
		return bot.Contact{}, nil, storage.ErrNotFound
	}
	var c bot.Contact
	if err := tx.open(contactsBucket, key[:], sealed, &c); err != nil {
		return bot.Contact{}, nil, err
	}
	c.Key = key
	return c, sealed, nil
}

// PutContact implements storage.Contacts.
func (tx *Tx) PutContact(c bot.Contact, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkContact(c); err != nil {
		return err
	}
	old, sealed, err := tx.contact(c.Key)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	c.Rev = ifRev + 1
	key := bytes.Clone(c.Key[:])
	value, err := tx.record(contactsBucket, key, c)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(contactsBucket), key, value, sealed)
}

// expect compares the revision that the caller read (0 = none) with what reading gave.
func expect(ifRev, rev uint64, readErr error) error {
	switch {
	case readErr == storage.ErrNotFound:
		rev = 0
	case readErr != nil:
		return readErr
	}
	if rev != ifRev {
		return storage.ErrConflict
	}
	return nil
}

func checkContact(c bot.Contact) error {
	if c.Key.IsZero() {
		return invalid("a contact without a key")
	}
	questions := c.Waiting
	if c.Question != nil {
		questions = append([]bot.Question{*c.Question}, questions...)
	}
	for _, q := range questions {
		if err := checkTexts(q.Kind); err != nil {
			return err
		}
		if d := q.Draft; d != nil {
			if err := checkTexts(string(d.Place.Scheme), d.Place.Code, string(d.Theme)); err != nil {
				return err
			}
		}
	}
	if err := checkTexts(c.Consent.Scope...); err != nil {
		return err
	}
	return checkTexts(string(c.Number.Kind), c.Number.Value, c.Gateway, string(c.Lang), string(c.LangBy),
		string(c.Consent.State), c.Consent.Version, string(c.Consent.Channel), c.HelpDay,
		string(c.AgeBand), string(c.Place.Scheme), c.Place.Code, string(c.ReplyBy), string(c.LastPlace.Scheme), c.LastPlace.Code)
}
