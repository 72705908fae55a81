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
		tx.lastContact.keep(key, sealed, contactPlaceOf(c))
	}
	return c, nil
}

// contactPlace is what has to be known of the row that is there before another takes its place: its revision, and where it stands
// in the indexes.
type contactPlace struct {
	rev        uint64
	due, maybe bot.Instant
}

func contactPlaceOf(c bot.Contact) contactPlace {
	return contactPlace{rev: c.Rev, due: c.ConsentDue(), maybe: c.MaybeStop}
}

// contactPlace is that of the row that is there, and the sealed row.
func (tx *Tx) contactPlace(key bot.ContactKey) (contactPlace, []byte, error) {
	sealed := tx.bucket(contactsBucket).Get(key[:])
	if sealed == nil {
		return contactPlace{}, nil, storage.ErrNotFound
	}
	if at, ok := tx.lastContact.find(key, sealed); ok {
		return at, sealed, nil
	}
	c, err := tx.openContact(key, sealed)
	return contactPlaceOf(c), sealed, err
}

// PutContact implements storage.Contacts.
func (tx *Tx) PutContact(c bot.Contact, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkContact(c); err != nil {
		return err
	}
	was, sealed, err := tx.contactPlace(c.Key)
	if err := expect(ifRev, was.rev, err); err != nil {
		return err
	}
	if err := tx.moveContact(c.Key, was, contactPlaceOf(c)); err != nil {
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

// moveContact keeps a contact's places in the indexes.
func (tx *Tx) moveContact(key bot.ContactKey, from, to contactPlace) error {
	for _, index := range []struct {
		in       bucket
		from, to bot.Instant
	}{{consentsDue, from.due, to.due}, {maybeStops, from.maybe, to.maybe}} {
		if index.from == index.to {
			continue
		}
		b := tx.bucket(index.in)
		if !index.from.IsZero() {
			if err := tx.del(b, contactAtKey(index.from, key)); err != nil {
				return err
			}
		}
		if !index.to.IsZero() {
			if err := tx.mark(b, contactAtKey(index.to, key)); err != nil {
				return err
			}
		}
	}
	return nil
}

// ConsentsDue implements storage.Contacts.
func (tx *Tx) ConsentsDue(by bot.Instant, limit int) ([]bot.ContactKey, error) {
	size := storage.Page{Limit: limit}.Size()
	var list []bot.ContactKey
	err := tx.walk(tx.bucket(consentsDue), nil, nil, false, func(k, _ []byte) (bool, error) {
		if instantOf(k) > by {
			return false, nil
		}
		list = append(list, contactAt(k))
		return len(list) < size, nil
	})
	return list, err
}

// MaybeStops implements storage.Contacts.
func (tx *Tx) MaybeStops(limit int) ([]bot.Contact, error) {
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Contact
	err := tx.walk(tx.bucket(maybeStops), nil, nil, false, func(k, _ []byte) (bool, error) {
		c, err := tx.Contact(contactAt(k))
		list = append(list, c)
		return err == nil && len(list) < size, err
	})
	return list, err
}

// CountMaybeStops implements storage.Contacts.
func (tx *Tx) CountMaybeStops(max int) (int, error) {
	n := 0
	err := tx.walk(tx.bucket(maybeStops), nil, nil, false, func(_, _ []byte) (bool, error) {
		n++
		return n < max, nil
	})
	return n, err
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
	if err := checkTexts(c.Projects...); err != nil {
		return err
	}
	return checkTexts(string(c.Number.Kind), c.Number.Value, c.Gateway, string(c.Lang), string(c.LangBy),
		string(c.Consent.State), c.Consent.Version, string(c.Consent.Channel), c.HelpDay,
		string(c.AgeBand), string(c.Sex), string(c.Enrolled.Via), c.Enrolled.By, c.Enrolled.Project, string(c.Place.Scheme), c.Place.Code, string(c.ReplyBy), string(c.LastPlace.Scheme), c.LastPlace.Code)
}
