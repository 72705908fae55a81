package bolt

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"runtime"
	"runtime/debug"
	"strings"
	"syscall"
	"time"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/bot/panicked"
	"tinye/storage"
)

// maxGroup is how many callers share one commit at most, so that the last of a crowd does not wait for all of it
// (512 messages take about 30 ms).
const maxGroup = 512

// call is one caller's closure on its way through a commit.
type call struct {
	ctx  context.Context
	fn   func(*Tx) error
	err  error
	wake chan bool // true: lead the next commit; false: err is the result
}

// Update implements storage.Store.
//
// A caller that finds no commit under way becomes the leader at once: it runs its closure and commits. Those who come
// meanwhile wait; when the leader is done, the first of them leads the next commit, for all who wait by then.
func (db *DB) Update(ctx context.Context, fn func(storage.Tx) error) error {
	return db.update(ctx, func(tx *Tx) error { return fn(tx) })
}

func (db *DB) update(ctx context.Context, fn func(*Tx) error) error {
	c := &call{ctx: ctx, fn: fn}
	db.mu.Lock()
	if err := db.refusal(); err != nil {
		db.mu.Unlock()
		return err
	}
	if !db.leading {
		db.leading = true
		db.mu.Unlock()
		db.lead(c, false)
		return c.err
	}
	c.wake = make(chan bool, 1)
	db.waiting = append(db.waiting, c)
	db.mu.Unlock()
	if <-c.wake {
		db.lead(c, true)
	}
	return c.err
}

// lead runs one commit for the first caller and, when the lead was passed on to it, for all who wait.
func (db *DB) lead(first *call, passedOn bool) {
	group := append(db.group[:0], first)
	if passedOn {
		runtime.Gosched() // those whom the last leader has just woken may have the next message already
		group = db.join(group)
	}
	ended := false
	defer func() {
		if !ended { // a closure ended its goroutine, which is ours (testing.T.FailNow does)
			for _, c := range group {
				c.err = errors.New("storage: a closure ended the goroutine; nothing of its group was stored")
			}
		}
		for _, c := range group[1:] {
			c.wake <- false
		}
		clear(group)
		db.group = group[:0]
		db.passOn()
	}()
	db.commit(group)
	ended = true
}

// join takes those who wait into the group, as many as it may hold.
func (db *DB) join(group []*call) []*call {
	db.mu.Lock()
	defer db.mu.Unlock()
	n := min(len(db.waiting), maxGroup-len(group))
	group = append(group, db.waiting[:n]...)
	rest := copy(db.waiting, db.waiting[n:])
	clear(db.waiting[rest:])
	db.waiting = db.waiting[:rest]
	return group
}

// passOn makes the first who waits the leader. After a failed disk nobody leads: all get to know.
func (db *DB) passOn() {
	db.mu.Lock()
	defer db.mu.Unlock()
	if db.broken {
		for _, c := range db.waiting {
			c.err = storage.ErrBroken
			c.wake <- false
		}
		clear(db.waiting)
		db.waiting = db.waiting[:0]
	}
	if len(db.waiting) == 0 {
		db.leading = false
		db.idle.Broadcast()
		return
	}
	next := db.waiting[0]
	rest := copy(db.waiting, db.waiting[1:])
	db.waiting[rest] = nil
	db.waiting = db.waiting[:rest]
	next.wake <- true
}

// commit runs the closures of a group and commits what those that succeeded wrote. Each call then has its result.
func (db *DB) commit(group []*call) {
	// An unreadable sector under the memory map is a fault, which would end the process; as a panic it becomes an error.
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	start := time.Now()
	bt, err := db.bolt.Begin(true)
	if err != nil {
		db.fail(group, fmt.Errorf("begin: %w", err))
		return
	}
	defer func() {
		// Where a panic or Goexit passes by, bbolt must not keep its lock. (After Commit this does nothing.)
		_ = guarded(bt.Rollback)
	}()
	write, err := db.run(bt, group)
	if err != nil {
		db.fail(group, fmt.Errorf("undo: %w", err))
		return
	}
	if !write {
		return
	}
	last, err := db.writeClock(bt)
	if err == nil {
		err = guarded(bt.Commit)
	}
	if err != nil {
		db.fail(group, err)
		return
	}
	db.clock.Store(int64(last))
	db.committed(group, time.Since(start))
}

// run gives each closure its part of the transaction; write tells whether there is anything to commit. An error means
// that the transaction cannot be trusted any more.
func (db *DB) run(bt *bbolt.Tx, group []*call) (write bool, err error) {
	tx := &db.tx
	tx.bt = bt
	db.accept = false
	for _, c := range group {
		if c.err = c.ctx.Err(); c.err != nil {
			continue
		}
		wrote, err := tx.run(c)
		if err != nil {
			return false, err
		}
		write = write || wrote
	}
	return write, nil
}

// run runs one closure; what it did is undone if it fails. The error is about the undoing; the closure's is the call's.
func (tx *Tx) run(c *call) (wrote bool, err error) {
	tx.journal, tx.drops, tx.counts = tx.journal[:0], tx.drops[:0], tx.counts[:0]
	c.err = guarded(func() error { return c.fn(tx) })
	if c.err == nil && tx.db.o.RunTwice {
		if err := tx.undo(savepoint{}); err != nil {
			return false, err
		}
		c.err = guarded(func() error { return c.fn(tx) })
	}
	if c.err == nil {
		c.err = tx.writeCounts()
	}
	if c.err != nil {
		return false, tx.undo(savepoint{})
	}
	wrote = tx.written()
	return wrote, tx.finish()
}

// writeClock writes the time of the commit: never earlier than the last, unless the present time was accepted.
func (db *DB) writeClock(bt *bbolt.Tx) (bot.Instant, error) {
	now := bot.At(db.o.Now())
	if !db.accept {
		now = max(now, bot.Instant(db.clock.Load()))
	}
	return now, bt.Bucket(metaBucket.name).Put(clockKey, appendInstant(nil, now))
}

// committed notes a commit that is on the disk.
func (db *DB) committed(group []*call, took time.Duration) {
	db.mu.Lock()
	defer db.mu.Unlock()
	db.health = nil
	db.counts.add(len(group), took)
}

// fail gives every call of a group that would have been stored the reason why it was not. Unless there was only no
// space, the file is closed, opened again and checked.
func (db *DB) fail(group []*call, cause error) {
	reason := storage.ErrBroken
	if noSpace(cause) {
		reason = storage.ErrFull
	}
	for _, c := range group {
		if c.err == nil {
			c.err = fmt.Errorf("%w: %w", reason, cause)
		}
	}
	db.o.Log.Error("storage: a commit failed", slog.Int("callers", len(group)), slog.Any("error", cause))
	db.mu.Lock()
	defer db.mu.Unlock()
	db.health = reason
	db.counts.Failed++
	if reason == storage.ErrFull && !fromSync(cause) {
		return
	}
	db.broken = true
	db.reopening.Add(1)
	go db.reopen()
}

// noSpace tells whether the disk or the quota is full. bbolt puts some causes into words only.
func noSpace(err error) bool {
	for _, e := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, e) || strings.Contains(err.Error(), e.Error()) {
			return true
		}
	}
	return false
}

// fromSync tells whether it was not a write that failed but making it durable, after which nobody knows what is on the
// disk. bbolt gives fdatasync's bare error number; its writes fail with a *fs.PathError.
func fromSync(err error) bool {
	if errors.As(err, new(*fs.PathError)) {
		return false
	}
	return errors.As(err, new(syscall.Errno)) || strings.Contains(err.Error(), "sync")
}

// guarded runs f; a panic becomes an error that names its kind and place, and no data.
func guarded(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("storage: %v", panicked.New(p))
		}
	}()
	return f()
}
