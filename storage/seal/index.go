package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"sync"
)

// IndexSize is the length of an index value in bytes.
const IndexSize = 16

// indexer keeps HMAC states that have the key in them already.
type indexer struct {
	pool sync.Pool // *indexState
}

type indexState struct {
	mac hash.Hash
	buf []byte
}

func newIndexer(key secret) *indexer {
	x := new(indexer)
	x.pool.New = func() any { return &indexState{mac: hmac.New(sha256.New, key)} }
	return x
}

// Index is a name for value under which it can be looked up and which nobody without the ring can trace back, although
// all numbers of a country could be tried in seconds: the first 16 bytes of HMAC-SHA256(index key, uvarint(len(domain))
// domain value). The domain ("number", "repeat") keeps equal values of different meaning apart. It stays the same as
// long as the ring lives. Error: ErrClosed.
func (r *Ring) Index(domain, value string) ([IndexSize]byte, error) {
	var out [IndexSize]byte
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.index == nil {
		return out, fmt.Errorf("seal: index a value: %w", ErrClosed)
	}
	s := r.index.pool.Get().(*indexState)
	s.buf = binary.AppendUvarint(s.buf[:0], uint64(len(domain)))
	s.buf = append(s.buf, domain...)
	s.buf = append(s.buf, value...)
	s.mac.Write(s.buf)
	clear(s.buf)
	s.buf = s.mac.Sum(s.buf[:0])
	copy(out[:], s.buf)
	s.mac.Reset()
	r.index.pool.Put(s)
	return out, nil
}

// Canary is a value for the database to keep in the open: CheckCanary tells by it whether database and ring belong
// together. It hangs on the index key, which is never rotated or dropped. Error: ErrClosed.
func (r *Ring) Canary() ([IndexSize]byte, error) {
	return r.Index("canary", "")
}

// CheckCanary answers ErrWrongKey when the canary was made by another ring.
func (r *Ring) CheckCanary(canary []byte) error {
	want, err := r.Canary()
	if err != nil {
		return err
	}
	if !hmac.Equal(canary, want[:]) {
		return fmt.Errorf("seal: %w: the database was sealed with another key ring", ErrWrongKey)
	}
	return nil
}
