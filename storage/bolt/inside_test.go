package bolt

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"go.etcd.io/bbolt"
	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// options are those of a store in dir, with ids that count and a clock that stands still.
func options(t *testing.T, dir string) Options {
	t.Helper()
	master, err := seal.NewMasterKey(filepath.Join(t.TempDir(), "master.key"), seal.MasterOptions{})
	if err != nil {
		t.Fatal(err)
	}
	n := uint64(0)
	return Options{
		Path: filepath.Join(dir, "tinye.db"), RingPath: filepath.Join(dir, "tinye.ring"), Master: master,
		NewID: func() bot.ID {
			n++
			var id bot.ID
			binary.BigEndian.PutUint64(id[8:], n)
			return id
		},
		Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
	}
}

func open(t *testing.T, o Options) *DB {
	t.Helper()
	db, err := Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func putInbound(t *testing.T, db *DB, in bot.Inbound) error {
	t.Helper()
	return db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutInbound(in) })
}

// TestErasedMonth: a month whose key is dropped cannot be read again; other months and records can.
func TestErasedMonth(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	september, october := time.Date(2026, 9, 30, 23, 59, 0, 0, time.UTC), time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	old, kept := bot.ID{1}, bot.ID{2}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(
			tx.PutInbound(bot.Inbound{ID: old, ReceivedAt: bot.At(september)}),
			tx.PutInbound(bot.Inbound{ID: kept, ReceivedAt: bot.At(october)}),
			tx.PutQuarantined(bot.Quarantined{ID: old, At: bot.At(september)}),
			tx.PutQuarantined(bot.Quarantined{ID: kept, At: bot.At(october)}),
			tx.PutReport(bot.Report{ID: old, State: bot.ReportReceived, ReceivedAt: bot.At(september)}, 0),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.ring.DropTexts(seal.MonthOf(september)); err != nil {
		t.Fatal(err)
	}
	err = db.View(t.Context(), func(tx storage.Tx) error {
		if _, err := tx.Inbound(old); !errors.Is(err, storage.ErrErased) {
			t.Errorf("an inbound of the erased month: %v, want ErrErased", err)
		}
		if _, err := tx.Quarantined(old); !errors.Is(err, storage.ErrErased) {
			t.Errorf("a quarantined request of the erased month: %v, want ErrErased", err)
		}
		if list, err := tx.Quarantines(storage.Page{}); err != nil || len(list) != 1 || list[0].ID != kept {
			t.Errorf("the list holds %d requests (%v), want the one that is left", len(list), err)
		}
		_, keptErr := tx.Inbound(kept)
		_, reportErr := tx.Report(old)
		return errors.Join(keptErr, reportErr)
	})
	if err != nil {
		t.Error(err)
	}
}

// TestDroppedDayInAGroup: what one caller drops, the next one of the same commit may begin again, and a third that fails
// takes back its own part alone.
func TestDroppedDayInAGroup(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	day := bot.At(time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	session := func(key byte) bot.Session {
		return bot.Session{Key: bot.SessionKey{key}, ID: bot.ID{key}, StartedAt: day}
	}
	hop := bot.HopKey{1}
	begin := func(tx *Tx, key byte) error {
		return errors.Join(tx.PutSession(session(key), 0), tx.PutHop(session(key), hop, bot.Hop{Screen: "1"}))
	}
	drop := func(tx *Tx) error { return tx.DropSessions(day.Add(48 * time.Hour)) }
	if err := db.update(t.Context(), func(tx *Tx) error { return begin(tx, 1) }); err != nil {
		t.Fatal(err)
	}
	no := errors.New("no")
	var group []*call
	for _, fn := range []func(*Tx) error{
		drop,
		func(tx *Tx) error { return begin(tx, 2) },
		func(tx *Tx) error { return errors.Join(begin(tx, 3), tx.PutSession(session(2), 0), drop(tx), no) },
		func(tx *Tx) error { return begin(tx, 4) },
		func(tx *Tx) error { return errors.Join(drop(tx), no) },
	} {
		group = append(group, &call{ctx: t.Context(), fn: fn})
	}
	db.commit(group)
	for i, c := range group {
		if failed := i == 2 || i == 4; errors.Is(c.err, no) != failed || !failed && c.err != nil {
			t.Errorf("caller %d: %v", i, c.err)
		}
	}
	if err := check(db.bolt); err != nil {
		t.Error(err)
	}
	err := db.View(t.Context(), func(tx storage.Tx) error {
		list, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0)
		if err != nil || len(list) != 2 || list[0].Key != session(2).Key || list[1].Key != session(4).Key {
			t.Errorf("open: %+v (%v), want 2 and 4", list, err)
		}
		for key := range byte(5) {
			there := key == 2 || key == 4
			if _, err := tx.Session(session(key).Key, day); (err == nil) != there {
				t.Errorf("session %d: %v", key, err)
			}
			if _, err := tx.Hop(session(key), hop); (err == nil) != there {
				t.Errorf("hop of session %d: %v", key, err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// brokenFile opens the store's file anew in such a way that the test can take the disk away.
func brokenFile(t *testing.T, db *DB) *os.File {
	t.Helper()
	if err := db.bolt.Close(); err != nil {
		t.Fatal(err)
	}
	var file *os.File
	o := boltOptions()
	o.OpenFile = func(name string, flag int, mode os.FileMode) (*os.File, error) {
		var err error
		file, err = os.OpenFile(name, flag, mode)
		return file, err
	}
	b, err := bbolt.Open(db.o.Path, 0o600, o)
	if err != nil {
		t.Fatal(err)
	}
	db.bolt = b
	return file
}

// TestBrokenDisk: a commit that fails for another reason than space is told, and the store works again by itself.
func TestBrokenDisk(t *testing.T) {
	o := options(t, t.TempDir())
	var log bytes.Buffer
	o.Log = slog.New(slog.NewTextHandler(&log, nil))
	db := open(t, o)
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}}); err != nil {
		t.Fatal(err)
	}
	if err := brokenFile(t, db).Close(); err != nil {
		t.Fatal(err)
	}
	away := o.Path + ".away" // the disk does not come back at once
	if err := os.Rename(o.Path, away); err != nil {
		t.Fatal(err)
	}
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{2}}); !errors.Is(err, storage.ErrBroken) {
		t.Fatalf("a commit on a disk that is gone: %v, want ErrBroken", err)
	}
	for name, err := range map[string]error{
		"Update": putInbound(t, db, bot.Inbound{ID: bot.ID{3}}),
		"View":   db.View(t.Context(), func(storage.Tx) error { return nil }),
		"Health": db.Health(),
	} {
		if !errors.Is(err, storage.ErrBroken) {
			t.Errorf("%s meanwhile: %v, want ErrBroken", name, err)
		}
	}
	if err := os.Rename(away, o.Path); err != nil {
		t.Fatal(err)
	}
	db.reopening.Wait()
	if err := db.Health(); err != nil {
		t.Errorf("health once the disk is back: %v", err)
	}
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{4}}); err != nil {
		t.Errorf("an update once the disk is back: %v", err)
	}
	err := db.View(t.Context(), func(tx storage.Tx) error {
		for id, want := range map[bot.ID]error{{1}: nil, {2}: storage.ErrNotFound, {3}: storage.ErrNotFound, {4}: nil} {
			if _, err := tx.Inbound(id); !errors.Is(err, want) {
				t.Errorf("message %d: %v, want %v", id[0], err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if s := db.Stats(); s.Failed != 1 {
		t.Errorf("%d commits failed, want 1", s.Failed)
	}
}

// TestBrokenAndClosed: a store whose disk does not come back can be closed.
func TestBrokenAndClosed(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	if err := errors.Join(brokenFile(t, db).Close(), os.Rename(o.Path, o.Path+".away")); err != nil {
		t.Fatal(err)
	}
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}}); !errors.Is(err, storage.ErrBroken) {
		t.Fatalf("a commit on a disk that is gone: %v, want ErrBroken", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if err := db.Health(); !errors.Is(err, storage.ErrClosed) {
		t.Errorf("health: %v, want ErrClosed", err)
	}
}

func TestCauses(t *testing.T) {
	write := func(e error) error { return &os.PathError{Op: "write", Path: "x", Err: e} }
	for name, c := range map[string]struct {
		err        error
		full, sync bool
	}{
		"write, no space":    {write(syscall.ENOSPC), true, false},
		"write, quota":       {fmt.Errorf("commit: %w", write(syscall.EDQUOT)), true, false},
		"grow, no space":     {fmt.Errorf("file resize error: %s", write(syscall.ENOSPC)), true, false},
		"write, i/o error":   {write(syscall.EIO), false, false},
		"fdatasync":          {syscall.EIO, false, true},
		"fdatasync, full":    {syscall.ENOSPC, true, true},
		"grow, fsync failed": {fmt.Errorf("file sync error: %s", write(syscall.EIO)), false, true},
	} {
		if noSpace(c.err) != c.full || fromSync(c.err) != c.sync {
			t.Errorf("%s: no space %v, from a sync %v, want %v and %v", name, noSpace(c.err), fromSync(c.err), c.full, c.sync)
		}
	}
}

// TestGoexit: a closure that ends its goroutine (t.Fatal in a test) takes nobody else with it.
func TestGoexit(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = db.Update(context.Background(), func(tx storage.Tx) error {
			if err := tx.PutInbound(bot.Inbound{ID: bot.ID{1}}); err != nil {
				return err
			}
			runtime.Goexit()
			return nil
		})
	}()
	<-done
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}}); err != nil {
		t.Errorf("the next update: %v", err)
	}
}

// TestJournal: whatever a closure did, undoing brings every key back, and undoing to a savepoint that of the moment.
func TestJournal(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	buckets := []bucket{linksBucket, queueBucket, usersBucket}
	state := func(tx *Tx) string {
		var b bytes.Buffer
		for _, x := range buckets {
			err := tx.bucket(x).ForEach(func(k, v []byte) error { _, err := fmt.Fprintf(&b, "%s %x=%x\n", x.name, k, v); return err })
			if err != nil {
				t.Fatal(err)
			}
		}
		return b.String()
	}
	rapid.Check(t, func(rt *rapid.T) {
		act := func(tx *Tx) error {
			b := tx.bucket(rapid.SampledFrom(buckets).Draw(rt, "bucket"))
			key := []byte{byte(rapid.IntRange(1, 5).Draw(rt, "key"))}
			if rapid.Bool().Draw(rt, "delete") {
				return tx.del(b, key)
			}
			return tx.put(b, key, rapid.SliceOfN(rapid.Byte(), 0, 3).Draw(rt, "value"), b.Get(key))
		}
		commit := rapid.Bool().Draw(rt, "commit") // so that later rounds begin with pages on the disk
		stop := errors.New("stop")
		err := db.update(context.Background(), func(tx *Tx) error {
			empty := state(tx)
			var at []savepoint
			var was []string
			for range rapid.IntRange(0, 20).Draw(rt, "acts") {
				at, was = append(at, tx.savepoint()), append(was, state(tx))
				if err := act(tx); err != nil {
					return err
				}
			}
			if len(at) > 0 && !commit {
				i := rapid.IntRange(0, len(at)-1).Draw(rt, "back to")
				if err := tx.undo(at[i]); err != nil {
					return err
				}
				if got := state(tx); got != was[i] {
					rt.Errorf("after undoing to act %d:\n%swant\n%s", i, got, was[i])
				}
				if err := tx.undo(savepoint{}); err != nil {
					return err
				}
				if got := state(tx); got != empty {
					rt.Errorf("after undoing all:\n%swant\n%s", got, empty)
				}
			}
			if commit {
				return nil
			}
			return stop
		})
		if err != nil && !errors.Is(err, stop) {
			rt.Fatal(err)
		}
	})
}

// TestNewestOverEmptiedPages: bbolt's cursor stops at a page that the same transaction emptied; ours does not.
func TestNewestOverEmptiedPages(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	id := func(n int) bot.ID { return bot.ID{14: byte(n >> 8), 15: byte(n)} }
	const rows = 1000
	put := func(tx storage.Tx, n int, state bot.ReportState, ifRev uint64) error {
		return tx.PutReport(bot.Report{ID: id(n), State: state}, ifRev)
	}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for n := 1; n <= rows; n++ {
			if err := put(tx, n, bot.ReportReceived, 0); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx storage.Tx) error {
		for n := 300; n <= 700; n++ { // several pages of the index
			if err := put(tx, n, bot.ReportLinked, 1); err != nil {
				return err
			}
		}
		for _, newest := range []bool{false, true} {
			list, err := tx.Reports(bot.ReportReceived, storage.Page{Limit: rows, Newest: newest})
			if err != nil || len(list) != rows-401 {
				t.Errorf("newest %v: %d reports (%v), want %d", newest, len(list), err, rows-401)
			}
			list, err = tx.Reports(bot.ReportReceived, storage.Page{Limit: rows, Newest: newest, After: id(500)})
			if want := 299 + newestMore(newest); err != nil || len(list) != want {
				t.Errorf("newest %v, behind the gap: %d reports (%v), want %d", newest, len(list), err, want)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func newestMore(newest bool) int {
	if newest {
		return 0
	}
	return 1
}
