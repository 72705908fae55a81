package bolt

import (
	"archive/tar"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// KeptBackup is a backup in a folder, or one that was there.
type KeptBackup struct {
	Name    string
	Made    time.Time // as the backup itself says
	Expires time.Time
}

// PruneBackups removes from a folder the backups that were made longer ago than they are kept, and lists those removed and
// those left, by name. Only backups of ours are touched (a tar file that begins with a database), never a folder below or
// what a link points to; what a killed backup left unfinished goes as if it was made when it was last written.
func PruneBackups(dir string, keep time.Duration, now time.Time) (removed, left []KeptBackup, err error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, nil, fmt.Errorf("storage: prune backups: %w", err)
	}
	for _, e := range entries {
		if !e.Type().IsRegular() {
			continue
		}
		path := filepath.Join(dir, e.Name())
		made, ours, err := backupMade(path)
		if err != nil {
			return removed, left, fmt.Errorf("storage: prune backups: %w", err)
		}
		if !ours {
			continue
		}
		b := KeptBackup{Name: e.Name(), Made: made, Expires: made.Add(keep)}
		if now.Before(b.Expires) {
			left = append(left, b)
			continue
		}
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return removed, left, fmt.Errorf("storage: prune backups: %w", err)
		}
		removed = append(removed, b)
	}
	return removed, left, nil
}

// backupMade tells when a backup was made; ours is false for any other file.
func backupMade(path string) (made time.Time, ours bool, err error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return time.Time{}, false, nil
	}
	if err != nil {
		return time.Time{}, false, err
	}
	defer f.Close()
	h, err := tar.NewReader(f).Next()
	if err != nil || h.Name != backupDatabase {
		return time.Time{}, false, nil
	}
	return h.ModTime, true, nil
}
