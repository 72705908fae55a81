package seal

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"filippo.io/age"
)

func TestMasterKeyPlain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	made, err := NewMasterKey(path, MasterOptions{Created: november})
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"# created: 2026-11-03T09:00:00Z\n", "# public key: " + made.Public() + "\n"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the file lacks %q", want)
		}
	}
	file, err := ReadMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if file.NeedsPassphrase() {
		t.Error("a plain file asks for a passphrase")
	}
	read, err := file.Unlock("")
	if err != nil || read.Public() != made.Public() {
		t.Fatalf("read %v, %v; want %v", read, err, made)
	}
}

func TestMasterKeyUnderPassphrase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	made, err := NewMasterKey(path, MasterOptions{Created: november, Passphrase: "tiɲɛ bɛ fɔ", WorkFactor: 4})
	if err != nil {
		t.Fatal(err)
	}
	unchanged(t, path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(data, []byte(made.identity.String())) || bytes.Contains(data, []byte("AGE-SECRET")) {
		t.Error("the file shows the secret")
	}
	file, err := ReadMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	if !file.NeedsPassphrase() {
		t.Error("a locked file asks for no passphrase")
	}
	if _, err := file.Unlock(""); !errors.Is(err, ErrLocked) {
		t.Errorf("without a passphrase: %v", err)
	}
	if _, err := file.Unlock("tiɲɛ"); !errors.Is(err, ErrWrongPassphrase) {
		t.Errorf("with another passphrase: %v", err)
	}
	read, err := file.Unlock("tiɲɛ bɛ fɔ")
	if err != nil || read.Public() != made.Public() {
		t.Fatalf("read %v, %v; want %v", read, err, made)
	}
}

func TestMasterKeyReadsBinaryAgeFile(t *testing.T) {
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "master.age")
	to, err := age.NewScryptRecipient("pass")
	if err != nil {
		t.Fatal(err)
	}
	to.SetWorkFactor(4)
	writeAge(t, path, to, identity.String())
	file, err := ReadMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	read, err := file.Unlock("pass")
	if err != nil || read.Public() != identity.Recipient().String() {
		t.Fatalf("read %v, %v", read, err)
	}
}

func writeAge(t *testing.T, path string, to age.Recipient, text string) {
	t.Helper()
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestMasterKeyNeverOverwrites(t *testing.T) {
	path := filepath.Join(t.TempDir(), "master.key")
	var wg sync.WaitGroup
	made := make([]*MasterKey, 8)
	for i := range made {
		wg.Go(func() {
			m, err := NewMasterKey(path, MasterOptions{Created: november})
			if err == nil {
				made[i] = m
			} else if !errors.Is(err, fs.ErrExist) {
				t.Errorf("creating beside another: %v", err)
			}
		})
	}
	wg.Wait()
	file, err := ReadMasterKey(path)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := file.Unlock("")
	if err != nil {
		t.Fatal(err)
	}
	winners := 0
	for _, m := range made {
		if m == nil {
			continue
		}
		winners++
		if m.Public() != kept.Public() {
			t.Error("a key was reported made that is not in the file")
		}
	}
	if winners != 1 {
		t.Errorf("%d keys made at one path", winners)
	}
}

func TestMasterKeyDamaged(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "good.key")
	if _, err := NewMasterKey(path, MasterOptions{Created: november, Passphrase: "pass", WorkFactor: 4}); err != nil {
		t.Fatal(err)
	}
	locked, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	one, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	secretLine := one.String()
	otherFile := filepath.Join(dir, "toKey.age")
	writeAge(t, otherFile, one.Recipient(), secretLine)
	toKey, err := os.ReadFile(otherFile)
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string][]byte{
		"empty":             nil,
		"only a comment":    []byte("# public key: age1\n"),
		"mistyped secret":   []byte(strings.Replace(secretLine, "1", "1Q", 1)),
		"two keys":          []byte(secretLine + "\n" + secretLine + "\n"),
		"cut short":         locked[:len(locked)/2],
		"locked to a key":   toKey,
		"much too long":     bytes.Repeat([]byte("# \n"), masterLimit),
		"ring given as key": []byte("tinye key ring 1\nage1\n"),
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "bad.key")
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			unchanged(t, path)
			file, err := ReadMasterKey(path)
			if err == nil {
				_, err = file.Unlock("pass")
			}
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("got %v, want ErrDamaged", err)
			}
			if err != nil && strings.Contains(err.Error(), "SECRET") {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}
