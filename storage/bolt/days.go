package bolt

import (
	"bytes"
	"slices"

	"go.etcd.io/bbolt"

	"tinye/bot"
)

// day gives the bucket of a day, nil if there is none or it is being dropped.
func (tx *Tx) day(parent bucket, day []byte) *bbolt.Bucket {
	if tx.dropping(parent, day) {
		return nil
	}
	return tx.bt.Bucket(parent.name).Bucket(day)
}

// dayForPut gives a day's bucket, made if need be. (Undoing leaves an empty one, which does no harm.)
func (tx *Tx) dayForPut(parent bucket, day []byte) (*bbolt.Bucket, error) {
	if tx.dropping(parent, day) {
		return nil, invalid("a row for a day that the same transaction dropped")
	}
	return tx.bt.Bucket(parent.name).CreateBucketIfNotExists(day)
}

// dropDays drops the buckets of all days before the day of the given moment, once the closure has succeeded.
func (tx *Tx) dropDays(parent bucket, before bot.Instant) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	limit := dayName(before)
	c := tx.bt.Bucket(parent.name).Cursor()
	for day, _ := c.First(); day != nil && bytes.Compare(day, limit) < 0; day, _ = c.Next() {
		if !tx.dropping(parent, day) {
			tx.drops = append(tx.drops, drop{parent, bytes.Clone(day)})
		}
	}
	return nil
}

func (tx *Tx) dropping(parent bucket, day []byte) bool {
	return slices.ContainsFunc(tx.drops, func(d drop) bool {
		return bytes.Equal(d.parent.name, parent.name) && bytes.Equal(d.day, day)
	})
}
