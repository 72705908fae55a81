package seal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Each of the keys that a case was closed to opens it, and no other does; the file of a key shows it to its owner alone.
func TestCases(t *testing.T) {
	dir := t.TempDir()
	var keys []*CaseKey
	for _, name := range []string{"one", "two", "stranger"} {
		path := filepath.Join(dir, name)
		k, err := NewCaseKey(path, november)
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v (%v), want 0600", info.Mode(), err)
		}
		if _, err := NewCaseKey(path, november); !errors.Is(err, fs.ErrExist) {
			t.Errorf("over a key: %v, want fs.ErrExist", err)
		}
		again, err := ReadCaseKey(path)
		if err != nil || again.Public() != k.Public() {
			t.Fatalf("read again: %v", err)
		}
		if err := CheckCasePublic(again.Public()); err != nil {
			t.Error(err)
		}
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		secret := string(data)[strings.Index(string(data), "AGE-SECRET"):]
		if shown := fmt.Sprintf("%v %+v %#v %s %v", again, again, again, again, again.LogValue()); strings.Contains(shown, strings.TrimSpace(secret)) {
			t.Errorf("a key shows its secret: %s", shown)
		}
		if err := CheckCasePublic(strings.TrimSpace(secret)); err == nil || strings.Contains(err.Error(), "AGE-SECRET") {
			t.Errorf("a private key taken for a public one: %v", err)
		}
		keys = append(keys, again)
	}
	const text = "une fille de douze ans"
	sealed, err := Case([]string{keys[0].Public(), keys[1].Public()}, []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(sealed), text) || !strings.HasPrefix(string(sealed), "-----BEGIN AGE ENCRYPTED FILE-----") {
		t.Errorf("closed: %s", sealed)
	}
	for _, k := range keys[:2] {
		if got, err := k.Open(sealed); err != nil || string(got) != text {
			t.Errorf("opened: %q, %v", got, err)
		}
	}
	if _, err := keys[2].Open(sealed); !errors.Is(err, ErrWrongKey) {
		t.Errorf("a stranger's key: %v, want ErrWrongKey", err)
	}
	if _, err := keys[0].Open(sealed[:len(sealed)-60]); !errors.Is(err, ErrDamaged) {
		t.Errorf("cut short: %v, want ErrDamaged", err)
	}
	if _, err := Case(nil, []byte(text)); err == nil {
		t.Error("closed to nobody")
	}
	bad := filepath.Join(dir, "bad")
	if err := os.WriteFile(bad, []byte("AGE-SECRET-KEY-1QQQQ"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := ReadCaseKey(bad); !errors.Is(err, ErrDamaged) || strings.Contains(err.Error(), "QQQQ") {
		t.Errorf("a file without a key: %v", err)
	}
}

// A month's new key seals, the old one opens until it is dropped, and a ring that was closed in between says the same.
func TestRenewTexts(t *testing.T) {
	s := newSite(t)
	before := mustSeal(t, s.ring, Texts, november, "k", "avant")
	other := mustSeal(t, s.ring, Texts, november.AddDate(0, 1, 0), "k", "décembre")
	if err := s.ring.RenewTexts(MonthOf(november)); err != nil {
		t.Fatal(err)
	}
	after := mustSeal(t, s.ring, Texts, november, "k", "après")
	for _, r := range []*Ring{s.ring, s.reopen(t)} {
		if got, want := describe(t, r), "2:records:live 3:texts:2026-11:old 4:texts:2026-12:live 5:texts:2026-11:live"; got != want {
			t.Errorf("keys %s, want %s", got, want)
		}
		wantOpen(t, r, "k", before, "avant")
		wantOpen(t, r, "k", after, "après")
	}
	if err := s.ring.DropOldTexts(MonthOf(november), [][]byte{[]byte("row 1")}); err != nil {
		t.Fatal(err)
	}
	for _, r := range []*Ring{s.ring, s.reopen(t)} {
		if _, err := r.Open(nil, "reports", []byte("k"), before); !errors.Is(err, ErrKeyDropped) {
			t.Errorf("what the old key sealed: %v, want ErrKeyDropped", err)
		}
		wantOpen(t, r, "k", after, "après")
		wantOpen(t, r, "k", other, "décembre")
		list, err := r.Renewals()
		if err != nil || len(list) != 1 || list[0].Month != MonthOf(november) || list[0].After != 0 || list[0].UpTo != 3 ||
			len(list[0].Erased) != 1 || string(list[0].Erased[0]) != "row 1" {
			t.Errorf("renewals %+v (%v)", list, err)
		}
	}
	never := MonthOf(november.AddDate(-1, 0, 0))
	if err := errors.Join(s.ring.RenewTexts(never), s.ring.DropOldTexts(never, nil)); err != nil {
		t.Errorf("a month without a key: %v", err)
	}
	if got, want := describe(t, s.ring), "2:records:live 3:texts:2026-11:dropped 4:texts:2026-12:live 5:texts:2026-11:live"; got != want {
		t.Errorf("keys %s, want %s", got, want)
	}
	if err := s.ring.DropTexts(MonthOf(november)); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ring.Open(nil, "reports", []byte("k"), after); !errors.Is(err, ErrKeyDropped) {
		t.Errorf("of an erased month: %v, want ErrKeyDropped", err)
	}
	if list, err := s.reopen(t).Renewals(); err != nil || len(list) != 0 {
		t.Errorf("renewals of an erased month: %+v (%v)", list, err)
	}
}
