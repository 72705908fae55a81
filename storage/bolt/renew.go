package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"

	"tinye/storage/seal"
)

var (
	// recordsToRenew is the row of renewalsBucket that has the records sealed again.
	recordsToRenew = []byte("records")
	// renewingKey is the row of renewalsBucket that says how far that has come.
	renewingKey = []byte("renewing")
)

// renewing is a run of RenewRecords. It goes over many calls, and on after a restart.
type renewing struct {
	on  bool
	key uint64 // the id of the new key; 0 = there is none yet
	walkAt
}

// renewing reads it. Shape of the row: the key (8 bytes), the place; there is none while nothing is renewed.
func (tx *Tx) renewing() (r renewing, err error) {
	v := tx.bucket(renewalsBucket).Get(renewingKey)
	if v == nil {
		return r, nil
	}
	if len(v) < 8 {
		return r, fmt.Errorf("storage: the row that says how far records are renewed has %d bytes", len(v))
	}
	r.on, r.key = true, binary.BigEndian.Uint64(v)
	r.walkAt, err = walkAtOf(v[8:])
	return r, err
}

func (tx *Tx) putRenewing(r renewing) error {
	b := tx.bucket(renewalsBucket)
	if !r.on {
		return tx.del(b, renewingKey)
	}
	return tx.put(b, renewingKey, r.append(binary.BigEndian.AppendUint64(nil, r.key)), b.Get(renewingKey))
}

// RenewRecords implements storage.Erasures, as FinishErasures does for texts: a new key first, then every row, over as many calls
// as it takes, then the old keys go. It does not begin while ForgetContacts has rows to look at: what it has not taken off yet
// would be sealed with the new key.
func (db *DB) RenewRecords(ctx context.Context) (pending bool, err error) {
	db.walking.Lock()
	defer db.walking.Unlock()
	if pending, err = db.renewRecords(ctx); err != nil {
		return false, fmt.Errorf("storage: renew the records: %w", err)
	}
	return pending, nil
}

func (db *DB) renewRecords(ctx context.Context) (pending bool, err error) {
	var r renewing
	var w forgetWalk
	due := false
	err = db.view(ctx, func(tx *Tx) error {
		due = tx.bucket(renewalsBucket).Get(recordsToRenew) != nil
		if r, err = tx.renewing(); err == nil {
			w, err = tx.forgetWalk()
		}
		return err
	})
	if err != nil || !r.on && !due {
		return false, err
	}
	if !r.on {
		if w.on {
			return true, nil
		}
		r.on = true
		err := db.update(ctx, func(tx *Tx) error {
			return errors.Join(tx.putRenewing(r), tx.del(tx.bucket(renewalsBucket), recordsToRenew))
		})
		if err != nil {
			return false, err
		}
	}
	// A database that was put back goes on with a run of then, and the ring has another key since: it begins anew.
	now, err := db.liveKeys(seal.Records, nil)
	if err != nil {
		return false, err
	}
	if r.key == 0 || r.key != now {
		if err := db.ring.RotateRecords(); err != nil {
			return false, err
		}
		r.walkAt = walkAt{}
		if r.key, err = db.liveKeys(seal.Records, nil); err != nil {
			return false, err
		}
		// The commit waits for closures that sealed with the old key.
		if err := db.update(ctx, func(tx *Tx) error { return tx.putRenewing(r) }); err != nil {
			return false, err
		}
	}
	return db.renewFrom(ctx, r)
}

// liveKeys adds up the ids of the keys that seal: of class records, or of texts for some months.
func (db *DB) liveKeys(class seal.Class, months []erasedMonth) (sum uint64, err error) {
	keys, err := db.ring.Keys()
	if err != nil {
		return 0, err
	}
	for _, k := range keys {
		in := class == seal.Records || slices.ContainsFunc(months, func(m erasedMonth) bool { return m.month == k.Month })
		if k.Class == class && k.State == seal.Live && in {
			sum += uint64(k.ID)
		}
	}
	return sum, nil
}

// renewFrom takes a run on from its place.
func (db *DB) renewFrom(ctx context.Context, r renewing) (pending bool, err error) {
	keys, err := db.ring.Keys()
	if err != nil {
		return false, err
	}
	old := make(map[uint32]bool)
	for _, k := range keys {
		if k.Class == seal.Records && k.State == seal.Old {
			old[k.ID] = true
		}
	}
	begun, work := r.walkAt, db.work
	over, err := db.goOn(ctx, recordStages(db.ring, old), &r.walkAt, resealRows, &work)
	if err != nil {
		return false, err
	}
	if !r.equal(begun) {
		if err := db.update(ctx, func(tx *Tx) error { return tx.putRenewing(r) }); err != nil {
			return false, err
		}
	}
	// A backup copies values under the old keys and takes the ring when it is done: it must find them there.
	if !over || !db.copying.TryLock() {
		return true, nil
	}
	err = db.ring.DropOldRecords()
	db.copying.Unlock()
	if err != nil {
		return false, err
	}
	return false, db.update(ctx, func(tx *Tx) error { return tx.putRenewing(renewing{}) })
}

// recordStages go through the buckets with rows of class records; from opens what one of the keys sealed. Their order is on the disk
// while records are renewed: a new one goes to the end.
func recordStages(from *seal.Ring, old map[uint32]bool) []walkStage {
	var list []walkStage
	stage := func(byDay bool, buckets ...bucket) {
		for _, b := range buckets {
			start := sealedAt(b)
			list = append(list, walkStage{
				bucket: b, byDay: byDay,
				wanted: func(_ *Tx, _ walkAt, v []byte) (bool, error) {
					if len(v) <= start {
						return false, nil
					}
					id, err := seal.KeyID(v[start:])
					return err == nil && old[id], nil
				},
				change: func(tx *Tx, at walkAt, keys [][]byte) error { return tx.resealRecords(b, at.day, keys, from, old) },
			})
		}
	}
	stage(false, messagesBucket, contactsBucket, placesBucket, rumoursBucket, toldBucket, usersBucket, deskNumbers, codesBucket,
		switchesBucket, dutyBucket, callsBucket, vaultBucket, protectKeysBucket, sourcesBucket, eventsBucket)
	stage(true, repeatsBucket, activityBucket, sessionsBucket, talliesBucket)
	stage(false, stocksBucket, helpedBucket, projectsBucket, agentsBucket, enrolCodesBucket, arrivalsBucket, importRuns)
	stage(false, cohortsBucket, membersBucket, incidentsBucket)
	stage(false, bulletinsBucket, broadcastsBucket, runTallies)
	return list
}

// resealRecords seals again every row that one of the keys sealed; from opens them.
func (db *DB) resealRecords(ctx context.Context, from *seal.Ring, old map[uint32]bool) error {
	work := math.MaxInt
	_, err := db.goOn(ctx, recordStages(from, old), &walkAt{}, resealRows, &work)
	return err
}

// sealedAt is where in a value the sealed part begins: a repeat mark begins with an id in the open.
func sealedAt(b bucket) int {
	if bytes.Equal(b.name, repeatsBucket.name) {
		return idSize
	}
	return 0
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
