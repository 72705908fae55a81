package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"math"

	"tinye/bot"
	"tinye/storage"
)

const (
	// forgetRows is how many rows one commit changes at most.
	forgetRows = 100
	// forgetMost is for how many one walk looks at most: they are held in memory, some 100 bytes each.
	forgetMost = 50_000
	// walkWork is how much of a walk one call does: so many rows looked at, or a tenth of that changed. That is about a second
	// on a laptop, and the caller has other things to do.
	walkWork = 100_000
	// changeWork is how much more than to look at a row it is to change it.
	changeWork = 10
)

// walkedRound stands in the place of a round where the walk has passed over all rows for somebody.
const walkedRound = math.MaxUint64

// walkKey is the row of forgettingBucket that says how far the walk has come. It is shorter than any other.
var walkKey = []byte("walk")

// forgetWalk is a walk over everything that may hang on a contact, for all who are to be forgotten at once. No index leads from
// a contact to its reports and messages, so that none shows who told what. A walk goes over many calls, and on after a restart;
// who is named meanwhile belongs to the next one.
type forgetWalk struct {
	round uint64 // counts the walks; the last one where none is on
	on    bool
	upto  bot.ContactKey // it is for those with this key at most
	walkAt
}

// walkAt is a place in a walk: the last row that it looked at.
type walkAt struct {
	stage int
	day   []byte // of buckets by day
	after []byte
}

// forgetWalk reads it. Shape of the row: round (8 bytes), 1 while it is on, upto, stage, the length of day, day, after.
func (tx *Tx) forgetWalk() (w forgetWalk, err error) {
	v := tx.bucket(forgettingBucket).Get(walkKey)
	if v == nil {
		return w, nil
	}
	const fixed = 8 + 1 + idSize + 2
	if len(v) < fixed || len(v) < fixed+int(v[fixed-1]) {
		return w, fmt.Errorf("storage: the row that says how far forgetting has come has %d bytes", len(v))
	}
	w.round, w.on, w.upto, w.stage = binary.BigEndian.Uint64(v), v[8] == 1, bot.ContactKey(v[9:]), int(v[fixed-2])
	day := v[fixed : fixed+int(v[fixed-1])]
	if len(day) > 0 {
		w.day = bytes.Clone(day)
	}
	if after := v[fixed+len(day):]; len(after) > 0 {
		w.after = bytes.Clone(after)
	}
	return w, nil
}

func (tx *Tx) putForgetWalk(w forgetWalk) error {
	v := binary.BigEndian.AppendUint64(nil, w.round)
	on := byte(0)
	if w.on {
		on = 1
	}
	v = append(append(append(v, on), w.upto[:]...), byte(w.stage), byte(len(w.day)))
	v = append(append(v, w.day...), w.after...)
	b := tx.bucket(forgettingBucket)
	old := b.Get(walkKey)
	if bytes.Equal(old, v) {
		return nil
	}
	return tx.put(b, walkKey, v, old)
}

// forgetting is one call of ForgetContacts.
type forgetting struct {
	forgetWalk
	who  map[bot.ContactKey]forgottenUpTo
	work int // that is left to this call
	done storage.Forgotten
}

// forgottenUpTo says what goes of somebody: all that was made until at, and of that the texts until full.
type forgottenUpTo struct{ at, full bot.Instant }

// of tells whether a row made at the time of an id hangs on somebody who is forgotten.
func (f *forgetting) of(c bot.ContactKey, id bot.ID) bool {
	who, ok := f.who[c]
	return ok && bot.At(id.Time()) <= who.at
}

// ForgetContacts implements storage.Erasures. One call does a part of the walk, if there is one to do, and then what is left of
// those for whom it is over.
func (db *DB) ForgetContacts(ctx context.Context) (storage.Forgotten, error) {
	f := &forgetting{work: walkWork}
	err := db.keepLedger(ctx)
	if err == nil {
		err = db.forget(ctx, f)
	}
	if err != nil {
		return f.done, fmt.Errorf("storage: forget: %w", err)
	}
	return f.done, nil
}

func (db *DB) forget(ctx context.Context, f *forgetting) error {
	if err := db.beginForgetting(ctx, f); err != nil {
		return err
	}
	if f.on {
		if err := db.walkForgetting(ctx, f); err != nil {
			return err
		}
	}
	return db.settleForgotten(ctx, f)
}

// beginForgetting starts a walk if none is on and somebody waits for one, and reads whom it is for.
func (db *DB) beginForgetting(ctx context.Context, f *forgetting) error {
	any := false
	err := db.view(ctx, func(tx *Tx) (err error) {
		if f.forgetWalk, err = tx.forgetWalk(); err != nil || f.on {
			return err
		}
		n := 0
		f.upto = lastContact()
		return tx.eachForgetting(nil, func(e bot.Erasure, _ []byte, round uint64) (bool, error) {
			if round == walkedRound {
				return true, nil
			}
			any = true
			if n++; n == forgetMost {
				f.upto = e.ID
			}
			return n < forgetMost, nil
		})
	})
	if err != nil {
		return err
	}
	if any {
		f.round, f.on, f.walkAt = f.round+1, true, walkAt{}
		if err := db.update(ctx, func(tx *Tx) error { return tx.putForgetWalk(f.forgetWalk) }); err != nil {
			return err
		}
	}
	if !f.on {
		return nil
	}
	f.who = make(map[bot.ContactKey]forgottenUpTo)
	return db.view(ctx, func(tx *Tx) error {
		return tx.eachForgetting(nil, func(e bot.Erasure, _ []byte, round uint64) (bool, error) {
			if f.has(e, round) {
				who := f.who[e.ID]
				who.at = max(who.at, e.At)
				if e.Kind == bot.ErasedPerson {
					who.full = max(who.full, e.At)
				}
				f.who[e.ID] = who
			}
			return true, nil
		})
	})
}

// has tells whether the walk is for an entry.
func (w forgetWalk) has(e bot.Erasure, round uint64) bool {
	return round <= w.round && bytes.Compare(e.ID[:], w.upto[:]) <= 0
}

func lastContact() bot.ContactKey {
	return bot.ContactKey(bytes.Repeat([]byte{0xff}, idSize))
}

// eachForgetting visits the entries behind a key. round is the first walk that may be for one; 0 = any.
func (tx *Tx) eachForgetting(after []byte, visit func(e bot.Erasure, key []byte, round uint64) (bool, error)) error {
	return tx.walk(tx.bucket(forgettingBucket), nil, after, false, func(k, v []byte) (bool, error) {
		if len(k) != forgettingSize {
			return true, nil
		}
		round := uint64(0)
		if len(v) == 8 {
			round = binary.BigEndian.Uint64(v)
		}
		return visit(forgettingOf(k), k, round)
	})
}

// forgetStage is one bucket that the walk goes through.
type forgetStage struct {
	bucket
	byDay bool
	// theirs tells whether a row hangs on somebody who is forgotten.
	theirs func(f *forgetting, tx *Tx, at walkAt, value []byte) (bool, error)
	// forget takes it off.
	forget func(f *forgetting, tx *Tx, at walkAt, done *storage.Forgotten) error
}

// forgetStages are all of them. Their order is on the disk while a walk is on: a new one goes to the end.
func forgetStages() []forgetStage {
	return []forgetStage{
		{messagesBucket, false, (*forgetting).messageOf, (*forgetting).forgetMessage},
		{toldBucket, false, (*forgetting).toldTo, drops(toldBucket)},
		{linksBucket, false, (*forgetting).linkOf, drops(linksBucket)},
		{followUpsBucket, false, (*forgetting).followUpOf, drops(followUpsBucket)},
		{rumoursBucket, false, (*forgetting).cursorAt, (*forgetting).forgetCursor},
		{sessionsBucket, true, (*forgetting).sessionOf, (*forgetting).forgetSession},
		{forgettingBucket, false, (*forgetting).entryOf, (*forgetting).walked},
	}
}

// walkForgetting goes on with the walk as far as the call's work reaches.
func (db *DB) walkForgetting(ctx context.Context, f *forgetting) error {
	stages := forgetStages()
	begun := f.walkAt
	for ; f.stage < len(stages); f.walkAt = (walkAt{stage: f.stage + 1}) {
		over, err := db.walkStage(ctx, f, stages[f.stage])
		if err != nil {
			return err
		}
		if !over {
			f.done.More = true
			break
		}
	}
	if f.stage == len(stages) {
		f.on, f.walkAt = false, walkAt{}
	} else if f.stage == begun.stage && bytes.Equal(f.day, begun.day) && bytes.Equal(f.after, begun.after) {
		return nil
	}
	return db.update(ctx, func(tx *Tx) error { return tx.putForgetWalk(f.forgetWalk) })
}

// walkStage goes through one bucket; over tells that it came to its end.
func (db *DB) walkStage(ctx context.Context, f *forgetting, s forgetStage) (over bool, err error) {
	if !s.byDay {
		return db.walkBucket(ctx, f, s)
	}
	for {
		if f.work <= 0 {
			return false, nil
		}
		next, err := db.nextDay(ctx, s.bucket, f.day, f.after != nil)
		if err != nil || next == nil {
			return err == nil, err
		}
		if !bytes.Equal(next, f.day) {
			f.day, f.after = next, nil
		}
		if over, err := db.walkBucket(ctx, f, s); err != nil || !over {
			return false, err
		}
		f.after = nil
	}
}

// nextDay is the day in which a walk goes on: the same one if it has begun with it, else the one behind it.
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

// walkBucket goes through a bucket, or one day of it: rows are looked for in a View and changed in an Update of their own, which
// also keeps how far the walk has come.
func (db *DB) walkBucket(ctx context.Context, f *forgetting, s forgetStage) (over bool, err error) {
	for more := true; more; {
		if f.work <= 0 {
			return false, nil
		}
		look := min(f.work, resealLook)
		found, last, goesOn, looked, err := db.portionOf(ctx, s.bucket, f.day, f.after, forgetRows, look, func(tx *Tx, k, v []byte) (bool, error) {
			return s.theirs(f, tx, walkAt{f.stage, f.day, k}, v)
		})
		if err != nil {
			return false, err
		}
		more, f.after = goesOn, last
		f.work -= looked + len(found)*changeWork
		if len(found) == 0 {
			continue
		}
		var done storage.Forgotten
		err = db.update(ctx, func(tx *Tx) error {
			done = storage.Forgotten{}
			for _, key := range found {
				if err := s.forget(f, tx, walkAt{f.stage, f.day, key}, &done); err != nil {
					return err
				}
			}
			if err := tx.mark(tx.bucket(renewalsBucket), recordsToRenew); err != nil {
				return err
			}
			return tx.putForgetWalk(f.forgetWalk)
		})
		if err != nil {
			return false, err
		}
		f.done.Texts += done.Texts
		f.done.Reports += done.Reports
		f.done.Messages += done.Messages
	}
	return true, nil
}

// settleForgotten does what is left of those for whom a walk is over: messages that were being sent, and the number itself, once
// the last message to it has left.
func (db *DB) settleForgotten(ctx context.Context, f *forgetting) error {
	var due []bot.Erasure
	err := db.view(ctx, func(tx *Tx) error {
		waiting := bot.ContactKey{}
		return tx.eachForgetting(nil, func(e bot.Erasure, _ []byte, round uint64) (bool, error) {
			if c := bot.ContactKey(e.ID); c != waiting {
				waiting = c
				f.done.Waiting++
			}
			if round == walkedRound && len(due) < forgetMost {
				due = append(due, e)
			}
			return true, nil
		})
	})
	for len(due) > 0 && err == nil {
		portion := due[:min(len(due), forgetRows)]
		due = due[len(portion):]
		people := 0
		err = db.update(ctx, func(tx *Tx) error {
			people = 0
			for _, e := range portion {
				gone, err := tx.settleEntry(e)
				if err != nil {
					return err
				}
				if gone {
					people++
				}
			}
			return nil
		})
		if err == nil {
			f.done.People += people
			f.done.Waiting -= people
		}
	}
	return err
}
