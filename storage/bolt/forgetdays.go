package bolt

import (
	"bytes"
	"errors"

	"go.etcd.io/bbolt"

	"tinye/bot"
)

// forgetDays deletes what numbers did on the days up to a moment, and their sessions.
func (tx *Tx) forgetDays(who map[bot.ContactKey]bot.Instant) error {
	var latest bot.Instant
	for _, at := range who {
		latest = max(latest, at)
	}
	last := dayName(latest)
	err := tx.eachDay(activityBucket, last, func(day []byte, b *bbolt.Bucket) error {
		for c, at := range who {
			if bytes.Compare(day, dayName(at)) > 0 {
				continue
			}
			if err := tx.del(b, bytes.Clone(c[:])); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return tx.eachDay(sessionsBucket, last, func(day []byte, b *bbolt.Bucket) error {
		var keys [][]byte
		var mine []bot.Session
		err := tx.walk(b, nil, nil, false, func(k, v []byte) (bool, error) {
			if len(k) != len(bot.SessionKey{}) {
				return true, nil
			}
			var s bot.Session
			if err := tx.open(sessionsBucket, dayKey(day, k), v, &s); err != nil {
				return false, err
			}
			if at, ok := who[s.Contact]; ok && s.StartedAt <= at {
				s.Key = bot.SessionKey(k)
				mine = append(mine, s)
			}
			return true, nil
		})
		for _, s := range mine {
			err = errors.Join(err, tx.del(tx.bucket(openSessions), openKey(s)),
				tx.walk(b, s.Key[:], nil, false, func(k, _ []byte) (bool, error) {
					keys = append(keys, bytes.Clone(k))
					return true, nil
				}))
		}
		for _, k := range keys {
			err = errors.Join(err, tx.del(b, k))
		}
		return err
	})
}

// eachDay visits the days up to the last.
func (tx *Tx) eachDay(parent bucket, last []byte, visit func(day []byte, b *bbolt.Bucket) error) error {
	p := tx.bt.Bucket(parent.name)
	var days [][]byte
	c := p.Cursor()
	for day, _ := c.First(); day != nil && bytes.Compare(day, last) <= 0; day, _ = c.Next() {
		if !tx.dropping(parent, day) {
			days = append(days, bytes.Clone(day))
		}
	}
	for _, day := range days {
		if err := visit(day, p.Bucket(day)); err != nil {
			return err
		}
	}
	return nil
}
