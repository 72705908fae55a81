package bolt

import "bytes"

// remembered is what was in the row that an Update opened last. Whoever writes a row has mostly just read it, and need not
// open and decode it once more.
type remembered[K comparable, R any] struct {
	key    K
	sealed []byte // a copy: bbolt's memory moves when something is written
	row    R
}

func (m *remembered[K, R]) keep(key K, sealed []byte, row R) {
	m.key, m.row = key, row
	m.sealed = append(m.sealed[:0], sealed...)
}

// find gives what was in the row if it is still the same, byte for byte.
func (m *remembered[K, R]) find(key K, sealed []byte) (row R, ok bool) {
	if key != m.key || !bytes.Equal(sealed, m.sealed) {
		return row, false
	}
	return m.row, true
}
