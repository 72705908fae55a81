package seal

import (
	"fmt"
	"io"

	"filippo.io/age"
)

// CloseTo writes an age file that the private half of a public key opens, and nothing else does. What is written to the
// writer it gives goes on to w closed, piece by piece; closing that writer ends the file and leaves w open. A file without its
// end does not open.
func CloseTo(w io.Writer, public string) (io.WriteCloser, error) {
	to, err := age.ParseX25519Recipient(public)
	if err != nil { // it would quote what was typed
		return nil, fmt.Errorf("seal: close to a key: %w", ErrDamaged)
	}
	closed, err := age.Encrypt(w, to)
	if err != nil {
		return nil, fmt.Errorf("seal: close to a key: %w", err)
	}
	return closed, nil
}
