package bolt

import (
	"math"

	"tinye/bot"
	"tinye/storage"
)

// Append implements storage.Events: the number is the last one of the present epoch, plus one.
func (tx *Tx) Append(e bot.Event) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkTexts(e.Site, e.Actor, string(e.Role), e.Via, e.Kind, e.Key, e.Reason); err != nil {
		return err
	}
	b, seq := tx.bucket(eventsBucket), uint64(0)
	err := tx.walk(b, tx.db.epoch[:], nil, true, func(k, _ []byte) (bool, error) {
		seq = seqOf(k)
		return false, nil
	})
	if err != nil {
		return err
	}
	key := eventKey(tx.db.epoch, seq+1)
	value, err := tx.record(eventsBucket, key, e)
	if err != nil {
		return err
	}
	return tx.put(b, key, value, nil)
}

// Events implements storage.Events.
func (tx *Tx) Events(seq uint64, limit int) ([]bot.Event, error) {
	size := storage.Page{Limit: limit}.Size()
	var rows []bot.Event
	err := tx.walk(tx.bucket(eventsBucket), tx.db.epoch[:], eventKey(tx.db.epoch, seq), false, func(k, v []byte) (bool, error) {
		var e bot.Event
		if err := tx.open(eventsBucket, k, v, &e); err != nil {
			return false, err
		}
		e.Epoch, e.Seq = tx.db.epoch, seqOf(k)
		rows = append(rows, e)
		return len(rows) < size, nil
	})
	return rows, err
}

// EventPage implements storage.Events: an epoch's id bears the time at which it began, so keys are in the order of epochs.
func (tx *Tx) EventPage(p storage.EventPage) ([]bot.Event, error) {
	var after []byte
	if !p.Epoch.IsZero() {
		after = eventKey(p.Epoch, p.Seq)
	}
	size := storage.Page{Limit: p.Limit}.Size()
	var rows []bot.Event
	err := tx.walk(tx.bucket(eventsBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		var e bot.Event
		if err := tx.open(eventsBucket, k, v, &e); err != nil {
			return false, err
		}
		e.Epoch, e.Seq = bot.ID(k[:idSize]), seqOf(k)
		rows = append(rows, e)
		return len(rows) < size, nil
	})
	return rows, err
}

// Epochs implements storage.Events: it looks at one row of each.
func (tx *Tx) Epochs() ([]bot.ID, error) {
	var list []bot.ID
	var after []byte
	for found := true; found; {
		found = false
		err := tx.walk(tx.bucket(eventsBucket), nil, after, false, func(k, _ []byte) (bool, error) {
			epoch := bot.ID(k[:idSize])
			list, after, found = append(list, epoch), eventKey(epoch, math.MaxUint64), true
			return false, nil
		})
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}
