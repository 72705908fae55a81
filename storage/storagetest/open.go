// Package storagetest is the suite that every store must pass (Run), and a ready store for the tests of other rooms (Open).
package storagetest

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

// Start is the time at which the clock of a test begins.
func Start() time.Time { return time.Date(2026, time.November, 21, 12, 0, 0, 0, time.UTC) }

// Clock stands still until a test moves it. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock gives a clock that shows Start.
func NewClock() *Clock { return &Clock{now: Start()} }

// Now is the time the clock shows.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Instant is Now as rows hold it.
func (c *Clock) Instant() bot.Instant { return bot.At(c.Now()) }

// Add moves the clock, backwards if d is negative.
func (c *Clock) Add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// IDs gives UUIDv7 that are the same in each run of a test and that rise, also when the clock does not.
type IDs struct {
	clock *Clock
	mu    sync.Mutex
	last  int64 // ms
	n     uint64
}

// NewIDs gives ids that bear the clock's time.
func NewIDs(c *Clock) *IDs { return &IDs{clock: c} }

// New gives the next id.
func (i *IDs) New() bot.ID {
	i.mu.Lock()
	defer i.mu.Unlock()
	i.last = max(i.last, i.clock.Now().UnixMilli())
	i.n++
	var id bot.ID
	binary.BigEndian.PutUint64(id[:8], uint64(i.last)<<16|0x7000) // 48 bits of time, version 7
	binary.BigEndian.PutUint64(id[8:], 1<<63|i.n)                 // variant 10, then a counter
	return id
}

// Store is a store for a test, with the clock and the ids it uses.
type Store struct {
	*bolt.DB
	Time   *Clock
	IDs    *IDs
	Master *seal.MasterKey
}

// Open gives an empty store in a folder of the test's own. Every closure runs twice, so that one with effects outside is
// found. It is closed at the end of the test.
func Open(t testing.TB) *Store {
	t.Helper()
	clock := NewClock()
	ids := NewIDs(clock)
	o := Options(t, t.TempDir())
	o.Now, o.NewID, o.RunTwice = clock.Now, ids.New, true
	db, err := bolt.Open(t.Context(), o)
	if err != nil {
		t.Fatalf("open a store: %v", err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return &Store{DB: db, Time: clock, IDs: ids, Master: o.Master}
}

// Options are those of a store in dir, with a plain master key that is made there if need be. Clock and ids are the real ones.
func Options(t testing.TB, dir string) bolt.Options {
	t.Helper()
	return bolt.Options{
		Path:     filepath.Join(dir, "tinye.db"),
		RingPath: filepath.Join(dir, "tinye.ring"),
		Master:   MasterKey(t, filepath.Join(dir, "master.key")),
		NewID:    func() bot.ID { return bot.ID(uuid.Must(uuid.NewV7())) },
		Now:      time.Now,
	}
}

// MasterKey reads the plain master key at path, made if it is not there.
func MasterKey(t testing.TB, path string) *seal.MasterKey {
	t.Helper()
	file, err := seal.ReadMasterKey(path)
	if errors.Is(err, fs.ErrNotExist) {
		key, err := seal.NewMasterKey(path, seal.MasterOptions{Created: Start()})
		if err != nil {
			t.Fatalf("make a master key: %v", err)
		}
		return key
	}
	if err != nil {
		t.Fatalf("read the master key: %v", err)
	}
	key, err := file.Unlock("")
	if err != nil {
		t.Fatalf("open the master key: %v", err)
	}
	return key
}

var _ storage.Store = (*Store)(nil)
