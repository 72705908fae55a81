package bolt

import (
	"bytes"

	"tinye/bot"
)

// Activity implements storage.Contacts.
func (tx *Tx) Activity(key bot.ContactKey, at bot.Instant) (bot.Activity, error) {
	day := dayName(at)
	b := tx.day(activityBucket, day)
	if b == nil {
		return bot.Activity{}, nil
	}
	sealed := b.Get(key[:])
	if sealed == nil {
		return bot.Activity{}, nil
	}
	var a bot.Activity
	if err := tx.open(activityBucket, dayKey(day, key[:]), sealed, &a); err != nil {
		return bot.Activity{}, err
	}
	return a, nil
}

// PutActivity implements storage.Contacts.
func (tx *Tx) PutActivity(key bot.ContactKey, at bot.Instant, a bot.Activity) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if key.IsZero() {
		return invalid("activity of nobody")
	}
	day := dayName(at)
	b, err := tx.dayForPut(activityBucket, day)
	if err != nil {
		return err
	}
	value, err := tx.record(activityBucket, dayKey(day, key[:]), a)
	if err != nil {
		return err
	}
	return tx.put(b, bytes.Clone(key[:]), value, b.Get(key[:]))
}

// DropActivity implements storage.Contacts.
func (tx *Tx) DropActivity(before bot.Instant) error { return tx.dropDays(activityBucket, before) }
