package bolt

import (
	"bytes"
	"context"
	"errors"
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

// forgetWalk reads it. Shape of the row: round (8 bytes), 1 while it is on, upto, the place.
func (tx *Tx) forgetWalk() (w forgetWalk, err error) {
	v := tx.bucket(forgettingBucket).Get(walkKey)
	if v == nil {
		return w, nil
	}
	const fixed = 8 + 1 + idSize
	if len(v) < fixed {
		return w, fmt.Errorf("storage: the row that says how far forgetting has come has %d bytes", len(v))
	}
	w.round, w.on, w.upto = round(v[:8]), v[8] == 1, bot.ContactKey(v[9:])
	w.walkAt, err = walkAtOf(v[fixed:])
	return w, err
}

func (tx *Tx) putForgetWalk(w forgetWalk) error {
	on := byte(0)
	if w.on {
		on = 1
	}
	b := tx.bucket(forgettingBucket)
	return tx.put(b, walkKey, w.append(append(append(roundValue(w.round), on), w.upto[:]...)), b.Get(walkKey))
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
	db.walking.Lock()
	defer db.walking.Unlock()
	f := &forgetting{work: db.work}
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
		return visit(forgettingOf(k), k, round(v))
	})
}

// stages are all buckets in which something hangs on a contact. Their order is on the disk while a walk is on: a new one goes to
// the end.
func (f *forgetting) stages() []walkStage {
	var done storage.Forgotten
	stage := func(b bucket, byDay bool, theirs func(*Tx, walkAt, []byte) (bool, error), forget func(*Tx, walkAt, *storage.Forgotten) error) walkStage {
		change := func(tx *Tx, at walkAt, keys [][]byte) error {
			done = storage.Forgotten{}
			w := f.forgetWalk
			w.walkAt = at
			for _, at.after = range keys {
				if err := forget(tx, at, &done); err != nil {
					return err
				}
			}
			return errors.Join(tx.mark(tx.bucket(renewalsBucket), recordsToRenew), tx.putForgetWalk(w))
		}
		changed := func() {
			f.done.Texts += done.Texts
			f.done.Reports += done.Reports
			f.done.Messages += done.Messages
		}
		return walkStage{b, byDay, theirs, change, changed}
	}
	return []walkStage{
		stage(messagesBucket, false, f.messageOf, f.forgetMessage),
		stage(toldBucket, false, f.toldTo, drops(toldBucket)),
		stage(linksBucket, false, f.linkOf, drops(linksBucket)),
		stage(followUpsBucket, false, f.followUpOf, drops(followUpsBucket)),
		stage(rumoursBucket, false, f.cursorAt, f.forgetCursor),
		stage(sessionsBucket, true, f.sessionOf, f.forgetSession),
		stage(forgettingBucket, false, f.entryOf, f.walked),
	}
}

// walkForgetting goes on with the walk as far as the call's work reaches.
func (db *DB) walkForgetting(ctx context.Context, f *forgetting) error {
	begun := f.walkAt
	over, err := db.goOn(ctx, f.stages(), &f.walkAt, forgetRows, &f.work)
	if err != nil {
		return err
	}
	if f.done.More = !over; over {
		f.on, f.walkAt = false, walkAt{}
	} else if f.equal(begun) {
		return nil
	}
	return db.update(ctx, func(tx *Tx) error { return tx.putForgetWalk(f.forgetWalk) })
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
