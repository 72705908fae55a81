package bolt

import (
	"context"
	"errors"
	"fmt"
	"os"

	"go.etcd.io/bbolt"
)

// Compacted tells how long the file was and is, in bytes.
type Compacted struct{ Before, After int64 }

// Compact writes the database anew without its free pages, which also removes what deleted rows left in them. No process
// may have it open; it needs as much free disk as the rows take, and no key.
func Compact(ctx context.Context, o Options) (Compacted, error) {
	c, err := compact(ctx, o.Path)
	if err != nil {
		return Compacted{}, fmt.Errorf("storage: compact %s: %w", o.Path, err)
	}
	return c, nil
}

// compactBatch is how much one transaction of Compact writes, in bytes: the memory it needs.
const compactBatch = 16 << 20

// compactGrowth is by how much the new file grows at a time, in bytes: the most of it that stays unused. bbolt's own 16 MiB
// would make a small file larger.
const compactGrowth = 64 << 10

func compact(ctx context.Context, path string) (c Compacted, err error) {
	src, err := openBolt(path)
	if err != nil {
		return c, err
	}
	defer func() { err = errors.Join(err, src.Close()) }() // the lock is held until the new file has the name
	if err := checkSchema(src, path, len(migrations)); err != nil {
		return c, err
	}
	part := partPath(path)
	if err := os.RemoveAll(part); err != nil {
		return c, err
	}
	defer os.RemoveAll(part)
	if err := compactTo(ctx, part, src); err != nil {
		return c, err
	}
	if c.Before, err = fileSize(path); err != nil {
		return c, err
	}
	if c.After, err = fileSize(part); err != nil {
		return c, err
	}
	return c, rename(part, path)
}

func compactTo(ctx context.Context, part string, src *bbolt.DB) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	options := boltOptions()
	options.NoSync, options.NoGrowSync = true, true // it is made durable once, at the end, and no longer than need be
	dst, err := bbolt.Open(part, 0o600, options)
	if err != nil {
		return err
	}
	dst.AllocSize = compactGrowth
	err = bbolt.Compact(dst, src, compactBatch)
	if err == nil {
		err = dst.Sync()
	}
	return errors.Join(err, dst.Close())
}

func fileSize(path string) (int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}
