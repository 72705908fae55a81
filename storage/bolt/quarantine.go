package bolt

import (
	"bytes"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

// Quarantined implements storage.Quarantine.
func (tx *Tx) Quarantined(id bot.ID) (bot.Quarantined, error) {
	sealed := tx.bucket(quarantineBucket).Get(id[:])
	if sealed == nil {
		return bot.Quarantined{}, storage.ErrNotFound
	}
	return tx.openQuarantined(id, sealed)
}

func (tx *Tx) openQuarantined(id bot.ID, sealed []byte) (bot.Quarantined, error) {
	var q bot.Quarantined
	if err := tx.open(quarantineBucket, id[:], sealed, &q); err != nil {
		return bot.Quarantined{}, err
	}
	q.ID = id
	return q, nil
}

// PutQuarantined implements storage.Quarantine.
func (tx *Tx) PutQuarantined(q bot.Quarantined) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if q.ID.IsZero() {
		return invalid("a quarantined request without an id")
	}
	if err := checkTexts(q.Gateway, q.Route, q.Reason, q.Method, q.Type); err != nil {
		return err
	}
	at := q.At
	if at.IsZero() {
		at = bot.At(q.ID.Time())
	}
	key, b := bytes.Clone(q.ID[:]), tx.bucket(quarantineBucket)
	value, err := tx.text(quarantineBucket, at, key, q)
	if err != nil {
		return err
	}
	if err := tx.put(b, key, value, b.Get(key)); err != nil {
		return err
	}
	if q.Done.IsZero() {
		return tx.mark(tx.bucket(openQuarantine), key)
	}
	return tx.del(tx.bucket(openQuarantine), key)
}

// Quarantines implements storage.Quarantine; erased ones are passed over.
func (tx *Tx) Quarantines(p storage.Page) ([]bot.Quarantined, error) {
	var after []byte
	if !p.After.IsZero() {
		after = p.After[:]
	}
	var rows []bot.Quarantined
	err := tx.walk(tx.bucket(quarantineBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		q, err := tx.openQuarantined(bot.ID(k), v)
		if errors.Is(err, storage.ErrErased) {
			return true, nil
		}
		rows = append(rows, q)
		return len(rows) < p.Size(), err
	})
	return rows, err
}

// CountQuarantines implements storage.Quarantine.
func (tx *Tx) CountQuarantines(limit int) (int, error) {
	return tx.count(tx.bucket(openQuarantine), nil, limit)
}
