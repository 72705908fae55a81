package seal

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
	"time"
)

var november = time.Date(2026, 11, 3, 9, 0, 0, 0, time.UTC)

// site is a data folder with a master key and a ring in it.
type site struct {
	dir, keyPath, ringPath string
	master                 *MasterKey
	ring                   *Ring
}

func newSite(t testing.TB) *site {
	t.Helper()
	dir := t.TempDir()
	s := &site{dir: dir, keyPath: filepath.Join(dir, "master.key"), ringPath: filepath.Join(dir, "tinye.ring")}
	var err error
	if s.master, err = NewMasterKey(s.keyPath, MasterOptions{Created: november}); err != nil {
		t.Fatal(err)
	}
	if s.ring, err = CreateRing(s.ringPath, s.master); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.ring.Close() })
	return s
}

// reopen opens the ring from its file as a second process would after a power cut.
func (s *site) reopen(t testing.TB) *Ring {
	t.Helper()
	r, err := OpenRing(s.ringPath, s.master)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func mustSeal(t testing.TB, r *Ring, class Class, at time.Time, key, plaintext string) []byte {
	t.Helper()
	sealed, err := r.Seal(nil, class, at, "reports", []byte(key), []byte(plaintext))
	if err != nil {
		t.Fatal(err)
	}
	return sealed
}

func wantOpen(t testing.TB, r *Ring, key string, sealed []byte, want string) {
	t.Helper()
	got, err := r.Open(nil, "reports", []byte(key), sealed)
	if err != nil || string(got) != want {
		t.Fatalf("open: %q, %v; want %q", got, err, want)
	}
}

// unchanged tells at the end of the test whether the file's bytes are what they were.
func unchanged(t *testing.T, path string) {
	t.Helper()
	before, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		after, err := os.ReadFile(path)
		if err != nil || !bytes.Equal(before, after) {
			t.Errorf("%s was changed (%v)", path, err)
		}
	})
}
