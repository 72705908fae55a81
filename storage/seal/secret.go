package seal

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
)

// keySize is the length of every data key in bytes.
const keySize = 32

// secret is key material. No verb of fmt and no slog handler shows it; a type that keeps one in a field that is not
// exported must hide itself too, because fmt then prints the bytes.
type secret []byte

func newSecret() secret {
	s := make(secret, keySize)
	rand.Read(s) // never fails: the process ends when the system has no randomness
	return s
}

// Format hides the bytes for every verb.
func (secret) Format(f fmt.State, _ rune) { io.WriteString(f, "hidden") }

// LogValue hides the bytes.
func (secret) LogValue() slog.Value { return slog.StringValue("hidden") }
