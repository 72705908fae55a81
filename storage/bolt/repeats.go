package bolt

import (
	"bytes"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// Repeat implements storage.Repeats. Marks are kept for two weeks, so there are about 15 days to look through; the
// newest, where nearly all repeats are, comes first.
func (tx *Tx) Repeat(key bot.RepeatKey) (bot.Mark, error) {
	day, value := tx.findRepeat(key, 0)
	if value == nil {
		return bot.Mark{}, storage.ErrNotFound
	}
	if len(value) < idSize {
		return bot.Mark{}, fmt.Errorf("storage: a repeat mark of %d bytes", len(value))
	}
	m := bot.Mark{Inbound: bot.ID(value[:idSize])}
	if len(value) > idSize {
		answer, err := tx.openBytes(repeatsBucket, dayKey(day, key[:]), value[idSize:])
		if err != nil {
			return bot.Mark{}, err
		}
		m.Answer = bytes.Clone(answer)
	}
	return m, nil
}

// findRepeat looks through the days from the newest back to that of since; value is nil if the key is in none.
func (tx *Tx) findRepeat(key bot.RepeatKey, since bot.Instant) (day, value []byte) {
	parent, first := tx.bt.Bucket(repeatsBucket.name), dayName(since)
	c := parent.Cursor()
	for day, _ := c.Last(); day != nil && bytes.Compare(day, first) >= 0; day, _ = c.Prev() {
		if tx.dropping(repeatsBucket, day) {
			continue
		}
		if value := parent.Bucket(day).Get(key[:]); value != nil {
			return day, value
		}
	}
	return nil, nil
}

// PutRepeat implements storage.Repeats.
func (tx *Tx) PutRepeat(key bot.RepeatKey, at, since bot.Instant, m bot.Mark) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if _, known := tx.findRepeat(key, since); known != nil {
		return storage.ErrConflict
	}
	day := dayName(at)
	b, err := tx.dayForPut(repeatsBucket, day)
	if err != nil {
		return err
	}
	value := bytes.Clone(m.Inbound[:])
	if len(m.Answer) > 0 {
		value, err = tx.sealBytes(seal.Records, time.Time{}, value, string(repeatsBucket.name), dayKey(day, key[:]), m.Answer)
		if err != nil {
			return err
		}
	}
	return tx.put(b, bytes.Clone(key[:]), value, nil)
}

// DropRepeats implements storage.Repeats.
func (tx *Tx) DropRepeats(before bot.Instant) error { return tx.dropDays(repeatsBucket, before) }
