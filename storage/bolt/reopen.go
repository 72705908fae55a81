package bolt

import (
	"errors"
	"fmt"
	"log/slog"
	"os"
	"runtime/debug"
	"time"

	"go.etcd.io/bbolt"

	"tinye/storage"
)

// Waits between tries to open a file again after the disk failed.
const (
	firstRetry = 50 * time.Millisecond
	lastRetry  = 5 * time.Second
)

// reopen closes the file after a commit that nobody knows the end of, opens it again and checks it, until that works or
// the store is closed. Views and updates fail with ErrBroken meanwhile.
func (db *DB) reopen() {
	defer db.reopening.Done()
	db.file.Lock()
	old := db.bolt
	db.bolt = nil
	db.file.Unlock()
	if err := guarded(old.Close); err != nil {
		db.o.Log.Error("storage: close the database after a failure", slog.Any("error", err))
	}
	for wait := firstRetry; ; wait = min(2*wait, lastRetry) {
		err := db.openAgain()
		if err == nil {
			return
		}
		db.o.Log.Error("storage: the database cannot be opened again yet", slog.Any("error", err))
		select {
		case <-db.stop:
			return
		case <-time.After(wait):
		}
	}
}

// openAgain opens the file, makes sure of its meta pages, checks all of it and serves it. The check reads every page:
// about a second for each GiB.
func (db *DB) openAgain() error {
	b, err := openBolt(db.o.Path)
	if err != nil {
		return err
	}
	if err := errors.Join(rewriteMeta(db.o.Path, db.pageSize), check(b), checkCanary(b, db.o.Path, db.ring)); err != nil {
		return errors.Join(err, b.Close())
	}
	db.file.Lock()
	defer db.file.Unlock()
	db.bolt = b
	if err := db.readMeta(); err != nil { // the clock: the commit in doubt may have come about
		db.bolt = nil
		return errors.Join(err, b.Close())
	}
	db.mu.Lock()
	defer db.mu.Unlock()
	db.broken = false
	if errors.Is(db.health, storage.ErrBroken) {
		db.health = nil
	}
	db.o.Log.Warn("storage: the database was opened again and checked")
	return nil
}

// rewriteMeta writes the two pages that say which pages are in use once more, as they read now, and makes them durable.
// After a failed fsync Linux takes pages for written that are not: what we read could be newer than the disk, and the
// next commit would overwrite pages that the disk still needs.
func rewriteMeta(path string, pageSize int) (err error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	pages := make([]byte, 2*pageSize)
	if _, err := f.ReadAt(pages, 0); err != nil {
		return err
	}
	if _, err := f.WriteAt(pages, 0); err != nil {
		return err
	}
	return f.Sync()
}

// check walks through the whole file. Nobody may write meanwhile.
func check(b *bbolt.DB) error {
	return b.View(func(bt *bbolt.Tx) error {
		var first error
		for err := range bt.Check() { // to its end, or its goroutine stays
			if first == nil {
				first = fmt.Errorf("storage: the file is damaged: %w", err)
			}
		}
		return first
	})
}

// faultless runs f; a panic, or a fault such as an unreadable sector under the memory map, becomes an error.
func faultless(f func() error) error {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	return guarded(f)
}
