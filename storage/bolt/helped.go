package bolt

import (
	"bytes"
	"slices"

	"tinye/bot"
)

// AddHelped implements storage.HelpedDays.
func (tx *Tx) AddHelped(at bot.Instant, h bot.Helped) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	day := dayName(at)
	b := tx.bucket(helpedBucket)
	old := b.Get(day)
	if old != nil {
		var was bot.Helped
		if err := tx.open(helpedBucket, day, old, &was); err != nil {
			return err
		}
		h = h.Plus(was)
	}
	value, err := tx.record(helpedBucket, day, h)
	if err != nil {
		return err
	}
	return tx.put(b, day, value, old)
}

// Helped implements storage.HelpedDays.
func (tx *Tx) Helped(since bot.Instant) (bot.Helped, error) {
	if err := tx.ended(); err != nil {
		return bot.Helped{}, err
	}
	var sum bot.Helped
	first := dayName(since)
	err := tx.walk(tx.bucket(helpedBucket), nil, nil, false, func(day, sealed []byte) (bool, error) {
		if bytes.Compare(day, first) < 0 {
			return true, nil
		}
		var h bot.Helped
		if err := tx.open(helpedBucket, day, sealed, &h); err != nil {
			return false, err
		}
		sum = sum.Plus(h)
		return true, nil
	})
	return sum, err
}

// DropHelped implements storage.HelpedDays.
func (tx *Tx) DropHelped(before bot.Instant) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	b, limit := tx.bucket(helpedBucket), dayName(before)
	var gone [][]byte
	err := tx.walk(b, nil, nil, false, func(day, _ []byte) (bool, error) {
		if bytes.Compare(day, limit) >= 0 {
			return false, nil
		}
		gone = append(gone, slices.Clone(day))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, day := range gone {
		if err := tx.del(b, day); err != nil {
			return err
		}
	}
	return nil
}
