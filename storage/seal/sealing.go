package seal

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"math"
	"slices"
	"time"

	"golang.org/x/crypto/chacha20poly1305"
)

// Seal appends the sealed plaintext to dst: with the current records key, or with the texts key of at's month, which is
// made and on disk first if there is none. The value opens only under the same bucket and key. dst's free space must
// not overlap plaintext. Errors: ErrClosed; ErrReadOnly or the file's error when a month's key cannot be kept.
func (r *Ring) Seal(dst []byte, class Class, at time.Time, bucket string, key, plaintext []byte) ([]byte, error) {
	k, err := r.sealingKey(class, at)
	if err != nil {
		return dst, err
	}
	dst = slices.Grow(dst, binary.MaxVarintLen32+chacha20poly1305.NonceSizeX+len(plaintext)+chacha20poly1305.Overhead)
	dst = binary.AppendUvarint(dst, uint64(k.id))
	nonce := dst[len(dst) : len(dst)+chacha20poly1305.NonceSizeX]
	rand.Read(nonce) // never fails: the process ends when the system has no randomness
	dst = dst[:len(dst)+len(nonce)]

	aad := r.aads.Get().(*[]byte)
	*aad = appendAAD((*aad)[:0], bucket, key)
	dst = k.aead.Seal(dst, nonce, plaintext, *aad)
	r.aads.Put(aad)
	return dst, nil
}

// Open appends the plaintext of a sealed value to dst. dst's free space must not overlap sealed. On an error dst comes
// back as it was: ErrKeyDropped, ErrUnknownKey, ErrDamaged (also for a value of another bucket or key), ErrClosed.
func (r *Ring) Open(dst []byte, bucket string, key, sealed []byte) ([]byte, error) {
	id, n, err := keyID(sealed)
	if err != nil {
		return dst, err
	}
	body := sealed[n:]
	if len(body) < chacha20poly1305.NonceSizeX+chacha20poly1305.Overhead {
		return dst, fmt.Errorf("seal: open a value of %d bytes: %w", len(sealed), ErrDamaged)
	}
	k, err := r.openingKey(id)
	if err != nil {
		return dst, err
	}
	aad := r.aads.Get().(*[]byte)
	*aad = appendAAD((*aad)[:0], bucket, key)
	nonce, ciphertext := body[:chacha20poly1305.NonceSizeX], body[chacha20poly1305.NonceSizeX:]
	out, err := k.aead.Open(dst, nonce, ciphertext, *aad)
	r.aads.Put(aad)
	if err != nil {
		return dst, fmt.Errorf("seal: open a value of bucket %q, key %d: %w", bucket, id, ErrDamaged)
	}
	return out, nil
}

// KeyID is the id of the key that sealed the value, to find what has to be sealed again.
func KeyID(sealed []byte) (uint32, error) {
	id, _, err := keyID(sealed)
	return id, err
}

// keyID also gives the length of the id in bytes. Only the shortest form is taken: a value has one spelling.
func keyID(sealed []byte) (id uint32, n int, err error) {
	v, n := binary.Uvarint(sealed)
	if n <= 0 || v == 0 || v > math.MaxUint32 || (n > 1 && sealed[n-1] == 0) {
		return 0, 0, fmt.Errorf("seal: a value without a key id: %w", ErrDamaged)
	}
	return uint32(v), n, nil
}

// appendAAD ties a value to its place; the length keeps ("ab", "c") and ("a", "bc") apart.
func appendAAD(b []byte, bucket string, key []byte) []byte {
	b = binary.AppendUvarint(b, uint64(len(bucket)))
	b = append(b, bucket...)
	return append(b, key...)
}

func (r *Ring) sealingKey(class Class, at time.Time) (*dataKey, error) {
	month := MonthOf(at)
	k, err := r.lookUp(class, month)
	if k != nil || err != nil {
		return k, err
	}
	if err := r.addMonths(month); err != nil {
		return nil, err
	}
	if k, err = r.lookUp(class, month); k == nil && err == nil {
		return nil, fmt.Errorf("seal: the texts key of %s: %w", month, ErrKeyDropped) // dropped since the line above
	}
	return k, err
}

// lookUp gives nil for a month without a key.
func (r *Ring) lookUp(class Class, month Month) (*dataKey, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return nil, fmt.Errorf("seal: seal a value: %w", ErrClosed)
	}
	switch class {
	case Records:
		return r.keys.records, nil
	case Texts:
		return r.keys.months[month], nil
	default:
		return nil, fmt.Errorf("seal: nothing is sealed as %q", class)
	}
}

func (r *Ring) openingKey(id uint32) (*dataKey, error) {
	r.mu.RLock()
	defer r.mu.RUnlock()
	if r.keys == nil {
		return nil, fmt.Errorf("seal: open a value: %w", ErrClosed)
	}
	k := r.keys.byID[id]
	switch {
	case k != nil:
		return k, nil
	case r.keys.dropped(id):
		return nil, fmt.Errorf("seal: key %d: %w", id, ErrKeyDropped)
	default:
		return nil, fmt.Errorf("seal: key %d: %w", id, ErrUnknownKey)
	}
}
