package bolt

import (
	"os"
	"time"
)

// Stats are figures for metrics; reading them costs little.
type Stats struct {
	FileBytes int64 // size of the file, free pages included
	FreePages int   // pages that the next commits can use
	PageSize  int   // bytes
	OpenViews int   // an old one keeps the file growing

	Commits       uint64        // commits on the disk since Open
	Updates       uint64        // callers that shared them; Updates/Commits is the mean size of a group
	LargestGroup  int           // since Open
	Failed        uint64        // commits that failed
	CommitSeconds float64       // time spent in commits, closures included
	LastCommit    time.Duration // the latest one
}

// counts are what the leader counts; guarded by DB.mu.
type counts struct {
	Commits, Updates, Failed uint64
	largest                  int
	spent, last              time.Duration
}

func (c *counts) add(group int, took time.Duration) {
	c.Commits++
	c.Updates += uint64(group)
	c.largest = max(c.largest, group)
	c.spent += took
	c.last = took
}

// OpenViews is the number of snapshots open just now.
func (db *DB) OpenViews() int { return int(db.views.Load()) }

// Stats gives the present figures; while the file is closed or opened again, those of the file are 0.
func (db *DB) Stats() Stats {
	db.mu.Lock()
	c := db.counts
	db.mu.Unlock()
	s := Stats{
		PageSize: db.pageSize, OpenViews: db.OpenViews(),
		Commits: c.Commits, Updates: c.Updates, LargestGroup: c.largest, Failed: c.Failed,
		CommitSeconds: c.spent.Seconds(), LastCommit: c.last,
	}
	db.file.RLock()
	defer db.file.RUnlock()
	if db.bolt == nil {
		return s
	}
	s.FreePages = db.bolt.Stats().FreePageN
	if info, err := os.Stat(db.o.Path); err == nil {
		s.FileBytes = info.Size()
	}
	return s
}
