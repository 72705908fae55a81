package bolt

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// openOrCreate gives the ring of the database at o.Path; it makes both if neither is there.
//
// A database that is cut short while it is created cannot be opened, so it is created under another name and gets its
// own only when it is whole and on the disk. A first start that was interrupted after the ring was made is gone on with.
func openOrCreate(o Options) (*seal.Ring, error) {
	database, err := exists(o.Path)
	if err != nil {
		return nil, err
	}
	ring, err := exists(o.RingPath)
	if err != nil {
		return nil, err
	}
	begun, err := exists(newPath(o.Path))
	if err != nil {
		return nil, err
	}
	switch {
	case database && ring:
		return openRing(o)
	case database:
		return nil, fmt.Errorf("storage: the database %s is there but its key ring %s is not: put the key ring back, or restore a backup", o.Path, o.RingPath)
	case ring && begun:
		r, err := openRing(o)
		if err != nil {
			return nil, err
		}
		return finishCreate(o, r)
	case ring:
		return nil, fmt.Errorf("storage: the key ring %s is there but its database %s is not: put the database back, or restore a backup", o.RingPath, o.Path)
	}
	if begun {
		if err := os.Remove(newPath(o.Path)); err != nil {
			return nil, fmt.Errorf("storage: create %s: %w", o.Path, err)
		}
	}
	if err := createEmpty(newPath(o.Path)); err != nil {
		return nil, fmt.Errorf("storage: create %s: %w", o.Path, err)
	}
	r, err := seal.CreateRing(o.RingPath, o.Master)
	if err != nil {
		return nil, fmt.Errorf("storage: create %s: %w", o.Path, err)
	}
	return finishCreate(o, r)
}

// newPath is the name of a database that is being created.
func newPath(path string) string { return path + ".new" }

// createEmpty makes a bbolt file without buckets and brings it to the disk.
func createEmpty(path string) error {
	b, err := bbolt.Open(path, 0o600, boltOptions())
	if err != nil {
		return err
	}
	return errors.Join(b.Sync(), b.Close(), syncDir(filepath.Dir(path)))
}

// finishCreate writes what a database says about itself and gives it its name. On an error the ring is closed.
func finishCreate(o Options, ring *seal.Ring) (*seal.Ring, error) {
	err := func() error {
		b, err := openBolt(newPath(o.Path))
		if err != nil {
			return err
		}
		err = b.Update(func(bt *bbolt.Tx) error { return writeMeta(bt, o, ring) })
		if err := errors.Join(err, b.Sync(), b.Close()); err != nil {
			return err
		}
		return rename(newPath(o.Path), o.Path)
	}()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("storage: create %s: %w", o.Path, err), ring.Close())
	}
	return ring, nil
}

// writeMeta writes the meta bucket of a new database; its schema is 0, so that opening it runs every migration. A start
// that was interrupted just afterwards has written it already.
func writeMeta(bt *bbolt.Tx, o Options, ring *seal.Ring) error {
	if meta := bt.Bucket(metaBucket.name); meta != nil {
		return keyError(ring.CheckCanary(meta.Get(canaryKey)))
	}
	meta, err := bt.CreateBucket(metaBucket.name)
	if err != nil {
		return err
	}
	canary, err := ring.Canary()
	if err != nil {
		return err
	}
	epoch := o.NewID()
	return errors.Join(
		meta.Put(schemaKey, schemaValue(0)),
		meta.Put(canaryKey, canary[:]),
		meta.Put(epochKey, epoch[:]),
		meta.Put(clockKey, appendInstant(nil, bot.At(o.Now()))),
	)
}

func openRing(o Options) (*seal.Ring, error) {
	r, err := seal.OpenRing(o.RingPath, o.Master)
	return r, keyError(err)
}

// keyError makes the ring's refusal of a key the contract's.
func keyError(err error) error {
	if errors.Is(err, seal.ErrWrongKey) {
		return fmt.Errorf("%w: %w", storage.ErrWrongKey, err)
	}
	return err
}

// checkCanary refuses a ring that belongs to another database.
func checkCanary(b *bbolt.DB, path string, ring *seal.Ring) error {
	return b.View(func(bt *bbolt.Tx) error {
		meta := bt.Bucket(metaBucket.name)
		if meta == nil {
			return fmt.Errorf("storage: %s is no database of ours", path)
		}
		return keyError(ring.CheckCanary(meta.Get(canaryKey)))
	})
}

func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("storage: %w", err)
	}
	return true, nil
}

// rename gives a finished file its name; when it returns nil the name survives a power cut.
func rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return syncDir(filepath.Dir(to))
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}
