package bolt

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"

	"go.etcd.io/bbolt"
)

// A backup is a tar file with these two entries, in this order.
const (
	backupDatabase = "tinye.db"
	backupRing     = "tinye.ring" // as wrapped as the ring's own file: without the master key it opens nothing
)

// Backup implements storage.Store. The copy is made of one snapshot, which is closed before the file is made durable;
// whoever sends the file elsewhere does so afterwards.
func (db *DB) Backup(ctx context.Context, path string) error {
	there, err := exists(path)
	if err != nil {
		return err
	}
	if there {
		return fmt.Errorf("storage: back up to %s: %w", path, fs.ErrExist)
	}
	part := partPath(path)
	if err := db.backup(ctx, part); err != nil {
		if e := os.Remove(part); e != nil && !errors.Is(e, fs.ErrNotExist) {
			err = errors.Join(err, e)
		}
		return fmt.Errorf("storage: back up to %s: %w", path, err)
	}
	if err := rename(part, path); err != nil {
		return fmt.Errorf("storage: back up to %s: %w", path, err)
	}
	return nil
}

func (db *DB) backup(ctx context.Context, part string) error {
	db.copying.RLock()
	defer db.copying.RUnlock()
	f, err := createPart(part)
	if err != nil {
		return err
	}
	t, now := tar.NewWriter(f), db.o.Now()
	goOn := func() error { return errors.Join(ctx.Err(), db.gone()) }
	err = db.snapshot(func(bt *bbolt.Tx) error {
		if err := t.WriteHeader(entry(backupDatabase, bt.Size(), now)); err != nil {
			return err
		}
		if _, err := bt.WriteTo(checkedWriter{t, goOn}); err != nil {
			return errors.Join(goOn(), err) // bbolt puts the writer's error into words only
		}
		return nil
	})
	if err == nil {
		ring := db.ring.Bytes() // after the copy: it has every key that the copy needs
		err = errors.Join(t.WriteHeader(entry(backupRing, int64(len(ring)), now)), writeAll(t, ring), t.Close())
	}
	if err == nil {
		err = f.Sync()
	}
	return errors.Join(err, f.Close())
}

// gone is why the file is wanted back from a long copy; nil if it is not.
func (db *DB) gone() error {
	db.mu.Lock()
	defer db.mu.Unlock()
	return db.refusal()
}

func entry(name string, size int64, at time.Time) *tar.Header {
	return &tar.Header{Typeflag: tar.TypeReg, Name: name, Size: size, Mode: 0o600, ModTime: at.UTC().Truncate(time.Second)}
}

func writeAll(w io.Writer, b []byte) error {
	_, err := w.Write(b)
	return err
}

// checkedWriter asks before each write whether to go on.
type checkedWriter struct {
	w  io.Writer
	ok func() error
}

func (c checkedWriter) Write(b []byte) (int, error) {
	if err := c.ok(); err != nil {
		return 0, err
	}
	return c.w.Write(b)
}

// createPart makes a file to be renamed once it is whole; what an interrupted try left is removed.
func createPart(part string) (*os.File, error) {
	if err := os.RemoveAll(part); err != nil {
		return nil, err
	}
	return os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
}
