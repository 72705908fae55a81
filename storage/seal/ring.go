package seal

import (
	"bytes"
	"crypto/cipher"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"slices"
	"sync"

	"golang.org/x/crypto/chacha20poly1305"
)

// Ring holds the data keys of a site. It is safe for concurrent use.
type Ring struct {
	path    string                               // none: opened from bytes
	replace func(path string, data []byte) error // replaceFile; tests cut it short
	aads    sync.Pool                            // *[]byte, for associated data

	change sync.Mutex // one change at a time; held while the file is written
	mu     sync.RWMutex

	// Written under both locks, so either is enough to read.
	wrapper wrapper
	wrapped []byte  // the bytes of the ring file
	keys    *keySet // nil once closed
	index   *indexer
}

// keySet is one state of the ring; it is replaced, never changed.
type keySet struct {
	contents contents
	byID     map[uint32]*dataKey // those that are not dropped, but for the index key
	index    uint32              // the id of the index key
	months   map[Month]*dataKey  // the current one of each
	records  *dataKey            // the current one
}

type dataKey struct {
	id   uint32
	aead cipher.AEAD
}

// dropped tells whether a key had the id once: ids are never given twice.
func (s *keySet) dropped(id uint32) bool {
	return id != 0 && id < s.contents.Next && id != s.index && s.byID[id] == nil
}

// CreateRing makes a ring with an index key and a records key, and its file at path, mode 0600, on disk when it
// returns. A file that exists is never overwritten (fs.ErrExist).
func CreateRing(path string, m *MasterKey) (*Ring, error) {
	c := contents{Next: 1}
	if err := errors.Join(c.add(index, ""), c.add(Records, "")); err != nil {
		return nil, err
	}
	w, err := m.wrapper()
	if err != nil {
		return nil, err
	}
	wrapped, err := w.wrap(c)
	if err != nil {
		return nil, err
	}
	if err := createFile(path, wrapped); err != nil {
		return nil, fmt.Errorf("seal: create the key ring: %w", err)
	}
	return newRing(path, w, wrapped, c)
}

// OpenRing opens the ring file at path. It writes nothing. Errors: ErrWrongKey, ErrDamaged, ErrNewer, fs.ErrNotExist.
func OpenRing(path string, m *MasterKey) (*Ring, error) {
	wrapped, err := readFile(path, ringLimit)
	if err != nil {
		return nil, fmt.Errorf("seal: read the key ring: %w", err)
	}
	r, err := openRing(path, wrapped, m)
	if err != nil {
		return nil, fmt.Errorf("seal: open %s: %w", path, err)
	}
	return r, nil
}

// ParseRing opens a ring from the bytes a backup carries. Where a key would have to be added or dropped it answers
// ErrReadOnly. Other errors as OpenRing.
func ParseRing(wrapped []byte, m *MasterKey) (*Ring, error) {
	r, err := openRing("", slices.Clone(wrapped), m)
	if err != nil {
		return nil, fmt.Errorf("seal: open a copy of the key ring: %w", err)
	}
	return r, nil
}

// RestoreRing writes the bytes a backup carries to a new file at path, after they have been opened. A file that exists
// is never overwritten (fs.ErrExist). Other errors as OpenRing.
func RestoreRing(path string, wrapped []byte, m *MasterKey) (*Ring, error) {
	wrapped = slices.Clone(wrapped)
	r, err := openRing(path, wrapped, m)
	if err != nil {
		return nil, fmt.Errorf("seal: restore the key ring: %w", err)
	}
	if err := createFile(path, wrapped); err != nil {
		return nil, errors.Join(fmt.Errorf("seal: restore the key ring: %w", err), r.Close())
	}
	return r, nil
}

func openRing(path string, wrapped []byte, m *MasterKey) (*Ring, error) {
	w, err := m.wrapper()
	if err != nil {
		return nil, err
	}
	c, err := m.unwrap(wrapped, w)
	if err != nil {
		return nil, err
	}
	return newRing(path, w, wrapped, c)
}

func newRing(path string, w wrapper, wrapped []byte, c contents) (*Ring, error) {
	keys, err := newKeySet(c)
	if err != nil {
		return nil, err
	}
	r := &Ring{path: path, replace: replaceFile, wrapper: w, wrapped: wrapped, keys: keys}
	r.aads.New = func() any { return new([]byte) }
	for _, e := range c.Keys {
		if e.Class == index {
			r.index = newIndexer(e.Key)
		}
	}
	return r, nil
}

// newKeySet prepares the ciphers of contents that have passed check or were made here.
func newKeySet(c contents) (*keySet, error) {
	s := &keySet{contents: c, byID: make(map[uint32]*dataKey), months: make(map[Month]*dataKey)}
	for _, e := range c.Keys {
		if e.Class == index {
			s.index = e.ID
			continue
		}
		if e.dropped() {
			continue
		}
		k := &dataKey{id: e.ID}
		s.byID[e.ID] = k
		aead, err := chacha20poly1305.NewX(e.Key)
		if err != nil {
			return nil, fmt.Errorf("seal: key %d: %w", e.ID, err)
		}
		k.aead = aead
		if e.Class == Texts {
			month, err := ParseMonth(e.Month)
			if err != nil {
				return nil, err
			}
			if now := s.months[month]; now == nil || now.id < k.id {
				s.months[month] = k
			}
		} else if s.records == nil || s.records.id < e.ID {
			s.records = k
		}
	}
	return s, nil
}

// Bytes is the ring as its file holds it, wrapped, for a backup. Take it after the database's copy: it then has every
// key that copy needs.
func (r *Ring) Bytes() []byte {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return slices.Clone(r.wrapped)
}

// Close zeroes the keys, after a change of the ring that is under way; afterwards everything but Bytes answers ErrClosed.
// A Seal or Open that had found its key by then still ends well. A second Close does nothing.
func (r *Ring) Close() error {
	r.change.Lock()
	defer r.change.Unlock()
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.keys == nil {
		return nil
	}
	for _, e := range r.keys.contents.Keys {
		clear(e.Key)
	}
	clear(r.wrapper.mac)
	r.keys, r.index = nil, nil
	return nil
}

// String shows no key.
func (r *Ring) String() string { return "key ring of " + r.public() }

// Format shows no key, for every verb.
func (r *Ring) Format(f fmt.State, _ rune) { io.WriteString(f, r.String()) }

// LogValue shows no key.
func (r *Ring) LogValue() slog.Value { return slog.StringValue(r.String()) }

func (r *Ring) public() string {
	r.mu.RLock()
	defer r.mu.RUnlock()
	return r.wrapper.to.String()
}

// rewrite puts an edited copy of the ring on disk, wrapped by w, and only then into use. The caller holds r.change.
func (r *Ring) rewrite(w wrapper, edit func(*contents) error) error {
	if r.keys == nil {
		return fmt.Errorf("seal: change the key ring: %w", ErrClosed)
	}
	if r.path == "" {
		return fmt.Errorf("seal: change the key ring: %w", ErrReadOnly)
	}
	before := r.keys.contents
	after := contents{Next: before.Next, Keys: slices.Clone(before.Keys)}
	if err := edit(&after); err != nil {
		return err
	}
	after.compact()
	keys, err := newKeySet(after)
	if err != nil {
		return err
	}
	wrapped, err := w.wrap(after)
	if err != nil {
		return err
	}
	if err := r.ours(); err != nil {
		return fmt.Errorf("seal: change the key ring: %w", err)
	}
	if err := r.replace(r.path, wrapped); err != nil {
		return fmt.Errorf("seal: change the key ring: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.wrapper, r.wrapped, r.keys = w, wrapped, keys
	for _, e := range before.Keys {
		if keys.dropped(e.ID) {
			clear(e.Key)
		}
	}
	return nil
}

// ours tells that the file is still what this process knows: writing over another process's new key would lose what
// that key sealed. A file that was deleted is written again.
func (r *Ring) ours() error {
	data, err := readFile(r.path, ringLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	if !bytes.Equal(data, r.wrapped) {
		return fmt.Errorf("%s: %w", r.path, ErrRingChanged)
	}
	return nil
}
