package seal_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filippo.io/age"

	"tinye/storage/seal"
)

// What is written piece by piece opens with the one key, whole; without its end, or with another key, it does not.
func TestClosingToAKey(t *testing.T) {
	path := filepath.Join(t.TempDir(), "key")
	k, err := seal.NewCaseKey(path, time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	w, err := seal.CloseTo(&out, k.Public())
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Repeat("Le pont est ouvert.\n", 10_000) // of several chunks of age
	for part := want; part != ""; {
		n := min(777, len(part))
		if _, err := io.WriteString(w, part[:n]); err != nil {
			t.Fatal(err)
		}
		part = part[n:]
	}
	cut := bytes.Clone(out.Bytes())
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(out.Bytes(), []byte("pont")) {
		t.Error("it can be read as it lies")
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	identities, err := age.ParseIdentities(file)
	if err != nil {
		t.Fatal(err)
	}
	open := func(sealed []byte, by ...age.Identity) (string, error) {
		r, err := age.Decrypt(bytes.NewReader(sealed), by...)
		if err != nil {
			return "", err
		}
		plain, err := io.ReadAll(r)
		return string(plain), err
	}
	if got, err := open(out.Bytes(), identities...); err != nil || got != want {
		t.Errorf("opened: %d bytes, %v", len(got), err)
	}
	if _, err := open(cut, identities...); err == nil {
		t.Error("a part of it opens as if it were whole")
	}
	other, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := open(out.Bytes(), other); err == nil {
		t.Error("another key opens it")
	}
	for _, typed := range []string{"", "age1x", other.String()} {
		if _, err := seal.CloseTo(io.Discard, typed); !errors.Is(err, seal.ErrDamaged) || typed != "" && strings.Contains(err.Error(), typed) {
			t.Errorf("a key that is none: %v", err)
		}
	}
}
