package bolt

import (
	"bytes"
	"context"
	"fmt"

	"tinye/storage/seal"
)

// recordsToRenew is the row of renewalsBucket that has the records sealed again.
var recordsToRenew = []byte("records")

// RenewRecords implements storage.Erasures, as FinishErasures does for texts: a new key first, then every row, then the old
// keys go, then the mark.
func (db *DB) RenewRecords(ctx context.Context) (pending bool, err error) {
	due := false
	err = db.view(ctx, func(tx *Tx) error {
		due = tx.bucket(renewalsBucket).Get(recordsToRenew) != nil
		return nil
	})
	if err != nil || !due {
		return false, err
	}
	if !db.copying.TryLock() {
		return true, nil
	}
	defer db.copying.Unlock()
	if err := db.renewRecords(ctx); err != nil {
		return false, fmt.Errorf("storage: renew the records: %w", err)
	}
	return false, nil
}

func (db *DB) renewRecords(ctx context.Context) error {
	if err := db.ring.RotateRecords(); err != nil {
		return err
	}
	keys, err := db.ring.Keys()
	if err != nil {
		return err
	}
	old := make(map[uint32]bool)
	for _, k := range keys {
		if k.Class == seal.Records && k.State == seal.Old {
			old[k.ID] = true
		}
	}
	if err := db.update(ctx, func(*Tx) error { return nil }); err != nil { // waits for closures that sealed with the old one
		return err
	}
	if err := db.resealRecords(ctx, db.ring, old); err != nil {
		return err
	}
	if err := db.ring.DropOldRecords(); err != nil {
		return err
	}
	return db.update(ctx, func(tx *Tx) error { return tx.del(tx.bucket(renewalsBucket), recordsToRenew) })
}

// recordBuckets are the buckets with rows of class records; those by day are named apart.
func recordBuckets() (rows, byDay []bucket) {
	return []bucket{
			messagesBucket, contactsBucket, placesBucket, rumoursBucket, toldBucket, usersBucket, deskNumbers, codesBucket,
			switchesBucket, dutyBucket, callsBucket, vaultBucket, protectKeysBucket, sourcesBucket, stocksBucket, projectsBucket,
			agentsBucket, enrolCodesBucket, arrivalsBucket, importRuns, eventsBucket,
		}, []bucket{
			repeatsBucket, activityBucket, sessionsBucket, talliesBucket,
		}
}

// resealRecords seals again every row that one of the keys sealed; from opens them.
func (db *DB) resealRecords(ctx context.Context, from *seal.Ring, old map[uint32]bool) error {
	rows, byDay := recordBuckets()
	for _, b := range rows {
		if err := db.resealBucket(ctx, b, nil, from, old); err != nil {
			return err
		}
	}
	for _, b := range byDay {
		var days [][]byte
		err := db.view(ctx, func(tx *Tx) error {
			return tx.bt.Bucket(b.name).ForEachBucket(func(day []byte) error {
				days = append(days, bytes.Clone(day))
				return nil
			})
		})
		for _, day := range days {
			if err == nil {
				err = db.resealBucket(ctx, b, day, from, old)
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// sealedAt is where in a value the sealed part begins: a repeat mark begins with an id in the open.
func sealedAt(b bucket) int {
	if bytes.Equal(b.name, repeatsBucket.name) {
		return idSize
	}
	return 0
}

// resealBucket goes through a bucket, or one day of it.
func (db *DB) resealBucket(ctx context.Context, b bucket, day []byte, from *seal.Ring, old map[uint32]bool) error {
	start := sealedAt(b)
	for after, more := []byte(nil), true; more; {
		var found [][]byte
		last := after
		more = false
		err := db.view(ctx, func(tx *Tx) error {
			handle := tx.bt.Bucket(b.name)
			if day != nil {
				if handle = tx.day(b, day); handle == nil {
					return nil
				}
			}
			looked := 0
			return tx.walk(handle, nil, after, false, func(k, v []byte) (bool, error) {
				last = bytes.Clone(k)
				if len(v) > start {
					if id, err := seal.KeyID(v[start:]); err == nil && old[id] {
						found = append(found, last)
					}
				}
				looked++
				more = len(found) == resealRows || looked == resealLook
				return !more, nil
			})
		})
		if err == nil && len(found) > 0 {
			err = db.update(ctx, func(tx *Tx) error { return tx.resealRecords(b, day, found, from, old) })
		}
		if err != nil {
			return err
		}
		after = last
	}
	return nil
}

// resealRecords seals rows again under the current records key; what changed since it was found is let be.
func (tx *Tx) resealRecords(b bucket, day []byte, rows [][]byte, from *seal.Ring, old map[uint32]bool) error {
	handle, start := tx.bucket(b), sealedAt(b)
	if day != nil {
		if handle = tx.day(b, day); handle == nil {
			return nil
		}
	}
	for _, key := range rows {
		value := handle.Get(key)
		if len(value) <= start {
			continue
		}
		if id, err := seal.KeyID(value[start:]); err != nil || !old[id] {
			continue
		}
		bound := key
		if day != nil {
			bound = dayKey(day, key)
		}
		plain, err := from.Open(nil, string(b.name), bound, value[start:])
		if err != nil {
			return fmt.Errorf("open a row of %s: %w", b.name, err)
		}
		again, err := tx.sealBytes(seal.Records, tx.db.o.Now(), bytes.Clone(value[:start]), string(b.name), bound, plain)
		if err != nil {
			return err
		}
		if err := tx.put(handle, key, again, value); err != nil {
			return err
		}
	}
	return nil
}
