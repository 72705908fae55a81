package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
)

const (
	// walkWork is how much of a walk one call does: so many rows looked at, or a tenth of that changed. That is about a second
	// on a laptop, and the caller has other things to do.
	walkWork = 100_000
	// changeWork is how much more than to look at a row it is to change it.
	changeWork = 10
)

// walkAt is a place in a walk over buckets: the last row that was looked at.
type walkAt struct {
	stage int
	day   []byte // of buckets by day
	after []byte
}

func (a walkAt) equal(b walkAt) bool {
	return a.stage == b.stage && bytes.Equal(a.day, b.day) && bytes.Equal(a.after, b.after)
}

// append writes a place behind what is there: stage, the length of day, day, after.
func (a walkAt) append(v []byte) []byte {
	v = append(v, byte(a.stage), byte(len(a.day)))
	return append(append(v, a.day...), a.after...)
}

// walkAtOf is the inverse of append.
func walkAtOf(v []byte) (a walkAt, err error) {
	if len(v) < 2 || len(v) < 2+int(v[1]) {
		return a, fmt.Errorf("storage: a place in a walk has %d bytes", len(v))
	}
	a.stage = int(v[0])
	if day := v[2 : 2+int(v[1])]; len(day) > 0 {
		a.day = bytes.Clone(day)
	}
	if after := v[2+int(v[1]):]; len(after) > 0 {
		a.after = bytes.Clone(after)
	}
	return a, nil
}

// round is what a row waits for: the first round of a walk that may do it. 0, any round, where none is said.
func round(value []byte) uint64 {
	if len(value) != 8 {
		return 0
	}
	return binary.BigEndian.Uint64(value)
}

func roundValue(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }

// walkStage is one bucket that a walk goes through.
type walkStage struct {
	bucket
	byDay bool
	// wanted tells whether a row is to be changed; at.after is its key.
	wanted func(tx *Tx, at walkAt, value []byte) (bool, error)
	// change changes rows, in one commit. It may run more than once.
	change func(tx *Tx, at walkAt, keys [][]byte) error
	// changed is called once the commit is on the disk; nil for nothing.
	changed func()
}

// goOn takes a walk on from a place, as far as so much work reaches: rows are looked for in Views and changed in portions of most
// rows, each in an Update of its own, so that other commits come in between. over tells that it came to its end.
func (db *DB) goOn(ctx context.Context, stages []walkStage, at *walkAt, most int, work *int) (over bool, err error) {
	for ; at.stage < len(stages); *at = (walkAt{stage: at.stage + 1}) {
		s := stages[at.stage]
		if s.byDay {
			over, err = db.walkDays(ctx, s, at, most, work)
		} else {
			over, err = db.walkBucket(ctx, s, at, most, work)
		}
		if err != nil || !over {
			return false, err
		}
	}
	return true, nil
}

func (db *DB) walkDays(ctx context.Context, s walkStage, at *walkAt, most int, work *int) (over bool, err error) {
	for *work > 0 {
		next, err := db.nextDay(ctx, s.bucket, at.day, at.after != nil)
		if err != nil || next == nil {
			return err == nil, err
		}
		if !bytes.Equal(next, at.day) {
			at.day, at.after = next, nil
		}
		if over, err := db.walkBucket(ctx, s, at, most, work); err != nil || !over {
			return false, err
		}
		at.after = nil
	}
	return false, nil
}

// nextDay is the day in which a walk goes on: the same one if it has begun with it, else the one behind it; nil if there is none.
func (db *DB) nextDay(ctx context.Context, b bucket, day []byte, begun bool) (next []byte, err error) {
	err = db.view(ctx, func(tx *Tx) error {
		c := tx.bt.Bucket(b.name).Cursor()
		k, _ := c.Seek(day)
		if k != nil && bytes.Equal(k, day) && !begun {
			k, _ = c.Next()
		}
		next = bytes.Clone(k)
		return nil
	})
	return next, err
}

// walkBucket goes through a bucket, or the day of it that at names.
func (db *DB) walkBucket(ctx context.Context, s walkStage, at *walkAt, most int, work *int) (over bool, err error) {
	for more := true; more; {
		if *work <= 0 {
			return false, nil
		}
		place := *at
		found, last, goesOn, looked, err := db.portion(ctx, s.bucket, at.day, at.after, most, min(*work, resealLook),
			func(tx *Tx, k, v []byte) (bool, error) {
				place.after = k
				return s.wanted(tx, place, v)
			})
		if err != nil {
			return false, err
		}
		more, at.after = goesOn, last
		*work -= looked + len(found)*changeWork
		if len(found) == 0 {
			continue
		}
		if err := db.update(ctx, func(tx *Tx) error { return s.change(tx, *at, found) }); err != nil {
			return false, err
		}
		if s.changed != nil {
			s.changed()
		}
	}
	return true, nil
}

// portion looks for rows of a bucket, or of one day of it, behind a key: for so many that are wanted at most, among so many at
// most, in a View of its own. last is the key that it came to, and more whether there may be rows behind it. The key that wanted
// gets is the caller's to keep.
func (db *DB) portion(
	ctx context.Context, b bucket, day, after []byte, most, look int, wanted func(tx *Tx, k, v []byte) (bool, error),
) (found [][]byte, last []byte, more bool, looked int, err error) {
	last = after
	err = db.view(ctx, func(tx *Tx) error {
		handle := tx.bucket(b)
		if day != nil {
			if handle = tx.day(b, day); handle == nil {
				return nil
			}
		}
		return tx.walk(handle, nil, after, false, func(k, v []byte) (bool, error) {
			last = bytes.Clone(k)
			is, err := wanted(tx, last, v)
			if err != nil {
				return false, err
			}
			if is {
				found = append(found, last)
			}
			looked++
			more = len(found) == most || looked == look
			return !more, nil
		})
	})
	return found, last, more, looked, err
}
