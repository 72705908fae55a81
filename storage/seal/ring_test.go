package seal

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestRingReopened(t *testing.T) {
	s := newSite(t)
	record := mustSeal(t, s.ring, Records, november, "k1", "un contact")
	text := mustSeal(t, s.ring, Texts, november, "k2", "le pont est coupé")
	info, err := os.Stat(s.ringPath)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	unchanged(t, s.ringPath)
	again := s.reopen(t)
	wantOpen(t, again, "k1", record, "un contact")
	wantOpen(t, again, "k2", text, "le pont est coupé")
	fromFile, err := again.Index("number", "+22376123456")
	if err != nil {
		t.Fatal(err)
	}
	if first, err := s.ring.Index("number", "+22376123456"); err != nil || first != fromFile {
		t.Errorf("the index changed with the reopening: %v", err)
	}
	if _, err := CreateRing(s.ringPath, s.master); !errors.Is(err, fs.ErrExist) {
		t.Errorf("creating over a ring: %v", err)
	}
}

func TestRingOfAnotherMaster(t *testing.T) {
	s, other := newSite(t), newSite(t)
	unchanged(t, s.ringPath)
	_, err := OpenRing(s.ringPath, other.master)
	if !errors.Is(err, ErrWrongKey) || errors.Is(err, ErrDamaged) {
		t.Fatalf("got %v, want ErrWrongKey", err)
	}
	if msg := err.Error(); strings.Contains(msg, "\n") || !strings.Contains(msg, s.master.Public()) || !strings.Contains(msg, other.master.Public()) {
		t.Errorf("not one sentence naming both public keys: %q", msg)
	}
}

// Every cut and every flipped byte gives one clear error, and the file stays as it is.
func TestRingDamaged(t *testing.T) {
	s := newSite(t)
	good := s.ring.Bytes()
	check := func(data []byte, what string) {
		t.Helper()
		path := filepath.Join(s.dir, "bad.ring")
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := OpenRing(path, s.master)
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrNewer) || errors.Is(err, ErrWrongKey) {
			t.Errorf("%s: %v", what, err)
		}
		if after, err := os.ReadFile(path); err != nil || !bytes.Equal(after, data) {
			t.Fatalf("%s: the file was touched (%v)", what, err)
		}
	}
	for n := range len(good) {
		check(good[:n], fmt.Sprintf("cut to %d bytes", n))
		flipped := slices.Clone(good)
		flipped[n] ^= 1
		check(flipped, fmt.Sprintf("byte %d flipped", n))
	}
	check(append(slices.Clone(good), 'x'), "one byte more")
	check(bytes.Repeat([]byte{'x'}, ringLimit+1), "too long")
}

func TestRingNewer(t *testing.T) {
	s := newSite(t)
	newer := bytes.Replace(s.ring.Bytes(), []byte("ring 1\n"), []byte("ring 3\n"), 1)
	if _, err := ParseRing(newer, s.master); !errors.Is(err, ErrNewer) {
		t.Errorf("got %v, want ErrNewer", err)
	}
}

// Whoever knows the public key can make an age file; they cannot make a ring.
func TestRingForged(t *testing.T) {
	s, thief := newSite(t), newSite(t)
	forger := wrapper{to: s.master.identity.Recipient(), mac: thief.ring.wrapper.mac}
	forged, err := forger.wrap(thief.ring.keys.contents)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ParseRing(forged, s.master); !errors.Is(err, ErrDamaged) {
		t.Errorf("got %v, want ErrDamaged", err)
	}
}

func TestRingFromBackup(t *testing.T) {
	s := newSite(t)
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	copied, err := ParseRing(s.ring.Bytes(), s.master)
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, copied, "k", sealed, "texte")
	mustSeal(t, copied, Texts, november, "k", "the month's key is there")
	if _, err := copied.Seal(nil, Texts, november.AddDate(0, 1, 0), "reports", nil, nil); !errors.Is(err, ErrReadOnly) {
		t.Errorf("a new month in a copy: %v", err)
	}
	if err := copied.DropTexts(MonthOf(november)); !errors.Is(err, ErrReadOnly) {
		t.Errorf("dropping in a copy: %v", err)
	}

	path := filepath.Join(t.TempDir(), "restored.ring")
	restored, err := RestoreRing(path, s.ring.Bytes(), s.master)
	if err != nil {
		t.Fatal(err)
	}
	mustSeal(t, restored, Texts, november.AddDate(0, 1, 0), "k", "goes on")
	if _, err := RestoreRing(path, s.ring.Bytes(), s.master); !errors.Is(err, fs.ErrExist) {
		t.Errorf("restoring over a ring: %v", err)
	}
	if _, err := RestoreRing(filepath.Join(s.dir, "none.ring"), s.ring.Bytes(), newSite(t).master); !errors.Is(err, ErrWrongKey) {
		t.Errorf("restoring with another key: %v", err)
	}
	if _, err := os.Stat(filepath.Join(s.dir, "none.ring")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused restore left a file: %v", err)
	}
}

var errPowerCut = errors.New("power cut")

// A crash after the temporary file and before the rename: the old ring opens, nothing was sealed with the new key, and
// the next write works.
func TestRingCrashBeforeRename(t *testing.T) {
	s := newSite(t)
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	before := s.ring.Bytes()
	s.ring.replace = func(path string, data []byte) error {
		return errors.Join(writeTemp(tempName(path), data), errPowerCut)
	}
	december := november.AddDate(0, 1, 0)
	if out, err := s.ring.Seal(nil, Texts, december, "reports", []byte("k"), []byte("x")); !errors.Is(err, errPowerCut) || len(out) > 0 {
		t.Fatalf("sealed %d bytes with a key that is not on disk: %v", len(out), err)
	}
	if err := s.ring.DropTexts(MonthOf(november)); !errors.Is(err, errPowerCut) {
		t.Fatal(err)
	}
	wantOpen(t, s.ring, "k", sealed, "texte") // nor is it dropped in memory only
	if !bytes.Equal(before, s.ring.Bytes()) {
		t.Error("Bytes gives a ring that is not on disk")
	}

	again := s.reopen(t)
	wantOpen(t, again, "k", sealed, "texte")
	late := mustSeal(t, again, Texts, december, "k", "après")
	wantOpen(t, s.reopen(t), "k", late, "après")
	if _, err := os.Stat(tempName(s.ringPath)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a temporary file is left: %v", err)
	}
}

func TestRingFolderFull(t *testing.T) {
	s := newSite(t)
	// A folder in the way of the temporary file: no write can begin.
	if err := os.MkdirAll(filepath.Join(tempName(s.ringPath), "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ring.Seal(nil, Texts, november, "reports", nil, nil); err == nil {
		t.Fatal("sealed with a key that cannot be kept")
	}
	mustSeal(t, s.ring, Records, november, "k", "needs no new key")
	if err := os.RemoveAll(tempName(s.ringPath)); err != nil {
		t.Fatal(err)
	}
	mustSeal(t, s.ring, Texts, november, "k", "recovers by itself")
}

func TestRingTwoProcesses(t *testing.T) {
	s := newSite(t)
	second := s.reopen(t)
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	if _, err := second.Seal(nil, Texts, november, "reports", nil, nil); !errors.Is(err, ErrRingChanged) {
		t.Errorf("writing over another process's key: %v", err)
	}
	wantOpen(t, s.reopen(t), "k", sealed, "texte")

	if err := os.Remove(s.ringPath); err != nil {
		t.Fatal(err)
	}
	if err := s.ring.Prepare(november); err != nil {
		t.Fatalf("a deleted ring is not written again: %v", err)
	}
	wantOpen(t, s.reopen(t), "k", sealed, "texte")
}

func TestRingClosed(t *testing.T) {
	s := newSite(t)
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	var keys []secret
	for _, e := range s.ring.keys.contents.Keys {
		keys = append(keys, e.Key)
	}
	keys = append(keys, s.ring.wrapper.mac)
	for range 2 {
		if err := s.ring.Close(); err != nil {
			t.Fatal(err)
		}
	}
	for i, k := range keys {
		if !bytes.Equal(k, make([]byte, keySize)) {
			t.Errorf("key %d is not wiped", i)
		}
	}
	_, sealErr := s.ring.Seal(nil, Records, november, "reports", nil, nil)
	_, openErr := s.ring.Open(nil, "reports", []byte("k"), sealed)
	_, indexErr := s.ring.Index("number", "x")
	_, canaryErr := s.ring.Canary()
	_, keysErr := s.ring.Keys()
	for what, err := range map[string]error{
		"Seal": sealErr, "Open": openErr, "Index": indexErr, "Canary": canaryErr, "Keys": keysErr,
		"Prepare": s.ring.Prepare(november), "DropTexts": s.ring.DropTexts(MonthOf(november)),
		"RotateRecords": s.ring.RotateRecords(), "Rewrap": s.ring.Rewrap(s.master),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s: %v", what, err)
		}
	}
	wantOpen(t, s.reopen(t), "k", sealed, "texte")
}

// Neither the ring nor the locked master key file shows a key in any usual spelling; nor does printing anything.
func TestKeysNeverShown(t *testing.T) {
	s := newSite(t)
	if err := s.ring.Prepare(november); err != nil {
		t.Fatal(err)
	}
	identity := s.master.identity.String()
	locked, err := lockText([]byte(identity), MasterOptions{Passphrase: "pass", WorkFactor: 4})
	if err != nil {
		t.Fatal(err)
	}
	ringFile, err := os.ReadFile(s.ringPath)
	if err != nil {
		t.Fatal(err)
	}
	file, err := ReadMasterKey(s.keyPath)
	if err != nil {
		t.Fatal(err)
	}
	var printed bytes.Buffer
	text := slog.New(slog.NewTextHandler(&printed, nil))
	json := slog.New(slog.NewJSONHandler(&printed, nil))
	for _, v := range []any{s.ring, s.master, *s.master, file, *file, s.ring.keys.contents, s.ring.keys.contents.Keys[0], s.ring.keys.contents.Keys[0].Key, s.ring.wrapper} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
	}
	for _, v := range []any{s.ring, s.master, file, *file, s.ring.keys.contents.Keys[0].Key} {
		text.Info("x", "v", v)
		json.Info("x", "v", v)
	}
	places := map[string][]byte{"the ring file": ringFile, "the locked key file": locked, "what is printed": printed.Bytes()}

	secrets := [][]byte{[]byte(identity), s.ring.wrapper.mac}
	for _, e := range s.ring.keys.contents.Keys {
		secrets = append(secrets, e.Key)
	}
	if len(secrets) != 6 {
		t.Fatalf("%d secrets looked for, want 6", len(secrets))
	}
	for _, k := range secrets {
		for _, spelling := range [][]byte{
			k, []byte(hex.EncodeToString(k)), []byte(strings.ToUpper(hex.EncodeToString(k))),
			[]byte(base64.RawStdEncoding.EncodeToString(k)), []byte(fmt.Sprint(k)), []byte(strings.Trim(fmt.Sprint(k), "[]")),
		} {
			for place, data := range places {
				if bytes.Contains(data, spelling) {
					t.Errorf("%s shows a key", place)
				}
			}
		}
	}
}

func TestMonth(t *testing.T) {
	bamakoMidnight := time.Date(2026, 12, 1, 0, 30, 0, 0, time.FixedZone("+1", 3600))
	if got := MonthOf(bamakoMidnight).String(); got != "2026-11" {
		t.Errorf("23:30 UTC on 30 November is in %s", got)
	}
	m, err := ParseMonth("2026-12")
	if err != nil || m != MonthOf(november)+1 || (m+1).String() != "2027-01" {
		t.Errorf("ParseMonth: %v, %v", m, err)
	}
	for _, bad := range []string{"", "2026", "2026-13", "2026-1", "26-11", "2026-11-03"} {
		if _, err := ParseMonth(bad); err == nil {
			t.Errorf("%q is taken for a month", bad)
		}
	}
	s := newSite(t)
	if _, err := s.ring.Seal(nil, Texts, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), "b", nil, nil); err == nil {
		t.Error("a month that cannot be written was sealed with")
	}
	s.reopen(t)
}
