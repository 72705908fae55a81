package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"

	"tinye/storage/seal"
)

// finishingKey is the row of renewalsBucket that says how far a run of FinishErasures has come. It sorts behind all months.
var finishingKey = []byte("finishing")

// finishing is a run of FinishErasures. It goes over many calls, and on after a restart; what is erased meanwhile belongs to the
// next one.
type finishing struct {
	round uint64 // counts the runs; the last one where none is on
	on    bool
	keys  uint64 // the ids of the months' new keys, added up; 0 = there are none yet
	walkAt
}

// finishing reads it. Shape of the row: round (8 bytes), 1 while it is on, keys (8 bytes), the place.
func (tx *Tx) finishing() (f finishing, err error) {
	v := tx.bucket(renewalsBucket).Get(finishingKey)
	if v == nil {
		return f, nil
	}
	if len(v) < 17 {
		return f, fmt.Errorf("storage: the row that says how far finishing erasures has come has %d bytes", len(v))
	}
	f.round, f.on, f.keys = round(v[:8]), v[8] == 1, binary.BigEndian.Uint64(v[9:])
	f.walkAt, err = walkAtOf(v[17:])
	return f, err
}

func (tx *Tx) putFinishing(f finishing) error {
	on := byte(0)
	if f.on {
		on = 1
	}
	b := tx.bucket(renewalsBucket)
	v := binary.BigEndian.AppendUint64(append(roundValue(f.round), on), f.keys)
	return tx.put(b, finishingKey, f.append(v), b.Get(finishingKey))
}

// FinishErasures implements storage.Erasures. All months in which something was erased at once:
//
//  1. each month gets a new key, which is on disk and seals from then on
//  2. a commit waits for closures that may still have sealed with the old one
//  3. every row of the months under an old key is sealed again, in portions, over as many calls as it takes
//  4. the old keys leave the ring, which keeps the names of a few of the rows that were erased
//  5. the marks go
//
// After a crash on the way it goes on where the last call stopped; nothing is lost by that, since old keys open until 4.
func (db *DB) FinishErasures(ctx context.Context) (pending bool, err error) {
	db.walking.Lock()
	defer db.walking.Unlock()
	if err := db.keepLedger(ctx); err != nil {
		return false, err
	}
	pending, err = db.finish(ctx)
	if err != nil {
		return false, fmt.Errorf("storage: finish erasures: %w", err)
	}
	return pending, nil
}

func (db *DB) finish(ctx context.Context) (pending bool, err error) {
	f, months, err := db.beginFinishing(ctx)
	if err != nil || !f.on {
		return false, err
	}
	// A database that was put back goes on with a run of then, and the ring has other keys since: it begins anew.
	now, err := db.liveKeys(seal.Texts, months)
	if err != nil {
		return false, err
	}
	if f.keys == 0 || f.keys != now {
		for _, m := range months {
			if err := db.ring.RenewTexts(m.month); err != nil {
				return false, err
			}
		}
		f.walkAt = walkAt{}
		if f.keys, err = db.liveKeys(seal.Texts, months); err != nil {
			return false, err
		}
		if err := db.update(ctx, func(tx *Tx) error { return tx.putFinishing(f) }); err != nil {
			return false, err
		}
	}
	again, err := db.oldKeys(months)
	if err != nil {
		return false, err
	}
	begun, work := f.walkAt, db.work
	over, err := db.goOn(ctx, again.stages(), &f.walkAt, resealRows, &work)
	if err != nil {
		return false, err
	}
	if !f.equal(begun) {
		if err := db.update(ctx, func(tx *Tx) error { return tx.putFinishing(f) }); err != nil {
			return false, err
		}
	}
	// A backup copies values under the old keys and takes the ring when it is done: it must find them there.
	if !over || !db.copying.TryLock() {
		return true, nil
	}
	for _, m := range months {
		err = errors.Join(err, db.ring.DropOldTexts(m.month, m.names))
	}
	db.copying.Unlock()
	if err != nil {
		return false, err
	}
	return false, db.endFinishing(ctx, f)
}

// erasedMonth is a month in which something was erased, with the names of the rows if they are few.
type erasedMonth struct {
	month seal.Month
	names [][]byte
}

// beginFinishing reads the run that is on, or starts one if there is anything to do.
func (db *DB) beginFinishing(ctx context.Context) (f finishing, months []erasedMonth, err error) {
	read := func(tx *Tx) error {
		if f, err = tx.finishing(); err != nil {
			return err
		}
		months, err = tx.erased(f)
		return err
	}
	if err := db.view(ctx, read); err != nil || f.on {
		return f, months, err
	}
	started := false
	err = db.update(ctx, func(tx *Tx) error {
		started = false
		now, err := tx.finishing()
		if err != nil {
			return err
		}
		k, _ := tx.bucket(renewalsBucket).Cursor().First()
		if k == nil || !isMonth(k) {
			return nil
		}
		started = true
		return tx.putFinishing(finishing{round: now.round + 1, on: true})
	})
	if err != nil || !started {
		return finishing{}, nil, err
	}
	return f, months, db.view(ctx, read)
}

// isMonth tells a mark from the other rows of renewalsBucket.
func isMonth(key []byte) bool { return len(key) >= monthSize && key[0] <= '9' }

// erased lists the months of a run.
func (tx *Tx) erased(f finishing) (months []erasedMonth, err error) {
	many := false
	err = tx.walk(tx.bucket(renewalsBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		if !isMonth(k) {
			return false, nil
		}
		if round(v) > f.round {
			return true, nil
		}
		month, err := seal.ParseMonth(string(k[:monthSize]))
		if err != nil {
			return false, err
		}
		if n := len(months); n == 0 || months[n-1].month != month {
			months, many = append(months, erasedMonth{month: month}), false
		}
		m := &months[len(months)-1]
		switch {
		case many || len(k) == monthSize: // that a row lost its contact and kept its text
		case len(m.names) == namesInRing:
			m.names, many = nil, true // the ledger beside the database has them
		default:
			m.names = append(m.names, bytes.Clone(k[monthSize:]))
		}
		return true, nil
	})
	return months, err
}

// oldKeys says that what the old keys of months sealed is to be sealed again.
func (db *DB) oldKeys(months []erasedMonth) (resealing, error) {
	r := resealing{ring: db.ring, months: make(map[uint32]seal.Month)}
	keys, err := db.ring.Keys()
	if err != nil {
		return r, err
	}
	for _, k := range keys {
		for _, m := range months {
			if k.Class == seal.Texts && k.Month == m.month && k.State == seal.Old {
				r.months[k.ID] = m.month
			}
		}
	}
	return r, nil
}

// endFinishing takes the marks of a run away, in portions, and then notes that it is over.
func (db *DB) endFinishing(ctx context.Context, f finishing) error {
	stage := walkStage{
		bucket: renewalsBucket,
		wanted: func(_ *Tx, at walkAt, v []byte) (bool, error) { return isMonth(at.after) && round(v) <= f.round, nil },
		change: func(tx *Tx, _ walkAt, keys [][]byte) error {
			b := tx.bucket(renewalsBucket)
			for _, k := range keys {
				if v := b.Get(k); v == nil || round(v) > f.round { // erased once more since
					continue
				}
				if err := tx.del(b, k); err != nil {
					return err
				}
			}
			return nil
		},
	}
	work := math.MaxInt
	if _, err := db.goOn(ctx, []walkStage{stage}, &walkAt{}, resealRows, &work); err != nil {
		return err
	}
	return db.update(ctx, func(tx *Tx) error { return tx.putFinishing(finishing{round: f.round}) })
}
