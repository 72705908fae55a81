package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

// Contact implements storage.Contacts.
func (tx *Tx) Contact(key bot.ContactKey) (bot.Contact, error) {
	sealed := tx.bucket(contactsBucket).Get(key[:])
	if sealed == nil {
		return bot.Contact{}, storage.ErrNotFound
	}
	return tx.openContact(key, sealed)
}

func (tx *Tx) openContact(key bot.ContactKey, sealed []byte) (bot.Contact, error) {
	var c bot.Contact
	if err := tx.open(contactsBucket, key[:], sealed, &c); err != nil {
		return bot.Contact{}, err
	}
	c.Key = key
	if tx.writable {
		tx.lastContact.keep(key, sealed, c.Rev)
	}
	return c, nil
}

// contactRev is the revision of the row that is there, and the sealed row.
func (tx *Tx) contactRev(key bot.ContactKey) (uint64, []byte, error) {
	sealed := tx.bucket(contactsBucket).Get(key[:])
	if sealed == nil {
		return 0, nil, storage.ErrNotFound
	}
	if rev, ok := tx.lastContact.find(key, sealed); ok {
		return rev, sealed, nil
	}
	c, err := tx.openContact(key, sealed)
	return c.Rev, sealed, err
}

// PutContact implements storage.Contacts.
func (tx *Tx) PutContact(c bot.Contact, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkContact(c); err != nil {
		return err
	}
	rev, sealed, err := tx.contactRev(c.Key)
	if err := expect(ifRev, rev, err); err != nil {
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
		string(c.AgeBand), string(c.Sex), string(c.Enrolled.Via), c.Enrolled.By, c.Enrolled.Project, string(c.Place.Scheme), c.Place.Code, string(c.ReplyBy), string(c.LastPlace.Scheme), c.LastPlace.Code)
}
