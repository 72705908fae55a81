package bolt

import (
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
