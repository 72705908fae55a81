package config

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
)

const hidden = "(hidden)"

// maxSecret is the most bytes of a secret file; more is no secret but the wrong file.
const maxSecret = 4096

// Secret is a password, a token or a path secret. Printing it, in any way, gives "(hidden)".
//
// The value is behind a pointer because fmt passes by the methods below, and prints what it finds, where a verb does not
// fit something around the secret, such as %s for a *Gateway.
type Secret struct {
	value *string
	file  string // where it was read from; "" if it stands in tinye.toml
}

// NewSecret hides a value.
func NewSecret(value string) Secret { return Secret{value: &value} }

// Reveal gives the value, for the one place that needs it.
func (s Secret) Reveal() string {
	if s.value == nil {
		return ""
	}
	return *s.value
}

// IsZero tells whether there is no secret.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// String hides the value.
func (s Secret) String() string {
	if s.IsZero() {
		return ""
	}
	return hidden
}

// GoString hides the value from %#v.
func (s Secret) GoString() string { return s.String() }

// Format hides the value from every verb, %x and %d included.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, s.String()) }

// LogValue hides the value from logs.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }

// MarshalText hides the value from JSON and TOML.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// readSecret reads a secret file; one newline at its end is not part of the secret. Errors are sentences that fit after
// the key's name; they never repeat what the file holds.
func readSecret(path string) (Secret, error) {
	info, err := os.Stat(path) // before it is opened: a pipe would wait
	if err != nil {
		return Secret{}, fmt.Errorf("the file %s cannot be read: %w", path, reason(err))
	}
	if !info.Mode().IsRegular() {
		return Secret{}, fmt.Errorf("%s is no ordinary file; name the file that holds the secret", path)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return Secret{}, fmt.Errorf("everybody on this machine can use the file %s; run: chmod o= %s", path, path)
	}
	if info.Size() > maxSecret {
		return Secret{}, fmt.Errorf("the file %s is larger than %d bytes, so it is no secret; name another", path, maxSecret)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Secret{}, fmt.Errorf("the file %s cannot be read: %w", path, reason(err))
	}
	value := strings.TrimSuffix(strings.TrimSuffix(string(data), "\n"), "\r")
	if value == "" {
		return Secret{}, fmt.Errorf("the file %s is empty; write the secret into it", path)
	}
	return Secret{value: &value, file: path}, nil
}

// reason is a file error without the path, which the sentence has already.
func reason(err error) error {
	if e, ok := errors.AsType[*os.PathError](err); ok {
		return e.Err
	}
	return err
}
