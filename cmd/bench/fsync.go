package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"time"
)

const (
	fsyncs     = 200
	fsyncBytes = 4096
)

// fsync measures what the disk itself takes for a small commit: 4 kB written and made durable with fdatasync, as bbolt
// does, in a file of full length.
func fsync(_ context.Context, l *lab, f figures) (err error) {
	file, err := os.Create(filepath.Join(l.dir, "fsync"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := errors.Join(file.Truncate(fsyncs*fsyncBytes), file.Sync()); err != nil {
		return err
	}
	var took histogram
	block := make([]byte, fsyncBytes)
	for i := range fsyncs {
		start := time.Now()
		if _, err := file.WriteAt(block, int64(i*fsyncBytes)); err != nil {
			return err
		}
		if err := syscall.Fdatasync(int(file.Fd())); err != nil {
			return fmt.Errorf("fdatasync: %w", err)
		}
		took.add(time.Since(start))
	}
	f["fsync_p50_ms"], f["fsync_p99_ms"] = took.quantile(.5), took.quantile(.99)
	return nil
}
