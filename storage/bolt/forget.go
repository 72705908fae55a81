package bolt

import (
	"bytes"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

// forgettingBucket names those of whom something is left to take off, and how far the walk has come that does it.
var forgettingBucket = bucket{name: []byte("forgetting")}

// forgettingSize is how long the key of an entry is. A message of theirs that is still on its way has its id behind that.
const forgettingSize = idSize + 8 + 1

func forgettingKey(e bot.Erasure) []byte {
	return append(appendInstant(bytes.Clone(e.ID[:]), e.At), kindByte(e.Kind))
}

// forgettingOf is the inverse of forgettingKey.
func forgettingOf(key []byte) bot.Erasure {
	return bot.Erasure{ID: [idSize]byte(key), At: instantOf(key[idSize:]), Kind: kindOf(key[idSize+8])}
}

// Forget implements storage.Forgetting.
func (tx *Tx) Forget(e bot.Erasure) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if e.Kind != bot.ErasedPerson && e.Kind != bot.ErasedNumber {
		return invalid("nobody is forgotten by such an erasure")
	}
	if err := tx.enter(e); err != nil {
		return err
	}
	w, err := tx.forgetWalk()
	if err != nil {
		return err
	}
	b, key := tx.bucket(forgettingBucket), forgettingKey(e)
	return tx.put(b, key, roundValue(w.round+1), b.Get(key))
}

// DropContact implements storage.Forgetting.
func (tx *Tx) DropContact(key bot.ContactKey) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(contactsBucket), bytes.Clone(key[:]))
}

// Contacts implements storage.Forgetting.
func (tx *Tx) Contacts(after bot.ContactKey, limit int) ([]bot.Contact, error) {
	var from []byte
	if !after.IsZero() {
		from = after[:]
	}
	size := storage.Page{Limit: limit}.Size()
	var list []bot.Contact
	err := tx.walk(tx.bucket(contactsBucket), nil, from, false, func(k, v []byte) (bool, error) {
		var c bot.Contact
		if err := tx.open(contactsBucket, k, v, &c); err != nil {
			return false, err
		}
		c.Key = bot.ContactKey(k)
		list = append(list, c)
		return len(list) < size, nil
	})
	return list, err
}

// TextsBefore implements storage.Forgetting.
func (tx *Tx) TextsBefore(before bot.Instant, after bot.ID, limit int) (ids []bot.ID, next bot.ID, err error) {
	looked := 0
	err = tx.messages(inboundRow, storage.Page{After: after}, func(id bot.ID, sealed []byte) (bool, error) {
		if bot.At(id.Time()) > before.Add(oneDay) { // ids rise with the time; a day for a clock that was set
			return false, nil
		}
		var in bot.Inbound
		err := tx.open(messagesBucket, messageKey(id, inboundRow), sealed, &in)
		if err != nil && !errors.Is(err, storage.ErrErased) {
			return false, err
		}
		if err == nil && in.Text != "" && textTime(in.ReceivedAt, id) <= before {
			ids = append(ids, id)
		}
		if looked++; len(ids) == limit || looked == resealLook {
			next = id
			return false, nil
		}
		return true, nil
	})
	return ids, next, err
}
