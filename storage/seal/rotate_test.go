package seal

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// describe is the ring's keys as "1:records:old 2:texts:2026-11:live".
func describe(t *testing.T, r *Ring) string {
	t.Helper()
	keys, err := r.Keys()
	if err != nil {
		t.Fatal(err)
	}
	var parts []string
	for _, k := range keys {
		p := fmt.Sprintf("%d:%s", k.ID, k.Class)
		if k.Class == Texts {
			p += ":" + k.Month.String()
		}
		parts = append(parts, p+":"+string(k.State))
	}
	return strings.Join(parts, " ")
}

func TestPrepare(t *testing.T) {
	s := newSite(t)
	writes := 0
	s.ring.replace = func(path string, data []byte) error { writes++; return replaceFile(path, data) }
	for range 3 {
		if err := s.ring.Prepare(november); err != nil {
			t.Fatal(err)
		}
	}
	mustSeal(t, s.ring, Texts, november, "k", "x")
	mustSeal(t, s.ring, Texts, november.AddDate(0, 1, 0), "k", "x")
	if writes != 1 {
		t.Errorf("%d writes of the ring, want 1", writes)
	}
	want := "2:records:live 3:texts:2026-11:live 4:texts:2026-12:live"
	if got := describe(t, s.reopen(t)); got != want {
		t.Errorf("on disk: %s; want %s", got, want)
	}
}

// Many goroutines seal as the month changes. When a Seal returns, a ring read from disk at that moment opens the value,
// and all found the same key.
func TestMonthChangeDurableBeforeUse(t *testing.T) {
	s := newSite(t)
	const callers = 16
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i := range callers {
		wg.Go(func() {
			<-start
			for month := range 4 {
				at := november.AddDate(0, month, 0)
				plain := fmt.Sprintf("texte %d du mois %d", i, month)
				sealed, err := s.ring.Seal(nil, Texts, at, "reports", []byte("k"), []byte(plain))
				if err != nil {
					t.Error(err)
					return
				}
				r, err := OpenRing(s.ringPath, s.master)
				if err != nil {
					t.Error(err)
					return
				}
				if got, err := r.Open(nil, "reports", []byte("k"), sealed); err != nil || string(got) != plain {
					t.Errorf("sealed under a key that was not on disk: %v", err)
				}
				r.Close()
			}
		})
	}
	close(start)
	wg.Wait()
	want := "2:records:live 3:texts:2026-11:live 4:texts:2026-12:live 5:texts:2027-01:live 6:texts:2027-02:live"
	if got := describe(t, s.ring); got != want {
		t.Errorf("keys: %s; want %s", got, want)
	}
}

// Close while others work: each call either succeeds or answers ErrClosed, and nothing sealed is lost.
func TestCloseWhileSealing(t *testing.T) {
	s := newSite(t)
	var wg sync.WaitGroup
	var mu sync.Mutex
	var all [][]byte
	begun := make(chan struct{}, 64)
	for range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				sealed, err := s.ring.Seal(nil, Texts, november.AddDate(0, n/20, 0), "reports", []byte("k"), []byte("texte"))
				if err == nil {
					_, err = s.ring.Index("number", "+22376123456")
					mu.Lock()
					all = append(all, sealed)
					mu.Unlock()
				}
				if errors.Is(err, ErrClosed) {
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n == 30 {
					begun <- struct{}{}
				}
			}
		})
	}
	<-begun
	if err := s.ring.Close(); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	r := s.reopen(t)
	for _, sealed := range all {
		wantOpen(t, r, "k", sealed, "texte")
	}
}

func TestDropTexts(t *testing.T) {
	s := newSite(t)
	october := november.AddDate(0, -1, 0)
	gone := mustSeal(t, s.ring, Texts, october, "k", "d'octobre")
	kept := mustSeal(t, s.ring, Texts, november, "k", "de novembre")
	record := mustSeal(t, s.ring, Records, october, "k", "un contact")
	keys := s.ring.keys.contents.Keys
	octoberKey := keys[slices.IndexFunc(keys, func(e entry) bool { return e.Month == "2026-10" })].Key

	if err := s.ring.DropTexts(MonthOf(october)); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(octoberKey, make(secret, keySize)) {
		t.Error("the dropped key is still in memory")
	}
	for _, r := range []*Ring{s.ring, s.reopen(t)} {
		if _, err := r.Open(nil, "reports", []byte("k"), gone); !errors.Is(err, ErrKeyDropped) {
			t.Errorf("the dropped month: %v", err)
		}
		wantOpen(t, r, "k", kept, "de novembre")
		wantOpen(t, r, "k", record, "un contact")
	}

	// A clock that runs behind must not stop the line: the month gets a new key, the old values stay erased.
	late := mustSeal(t, s.ring, Texts, october, "k", "en retard")
	wantOpen(t, s.reopen(t), "k", late, "en retard")
	if _, err := s.ring.Open(nil, "reports", []byte("k"), gone); !errors.Is(err, ErrKeyDropped) {
		t.Errorf("the dropped month after a new key: %v", err)
	}
	for range 2 { // the second time there is nothing left to drop
		if err := s.ring.DropTexts(MonthOf(october)); err != nil {
			t.Fatal(err)
		}
	}
	want := "2:records:live 4:texts:2026-11:live 5:texts:2026-10:dropped"
	if got := describe(t, s.reopen(t)); got != want {
		t.Errorf("keys: %s; want %s", got, want)
	}
}

func TestRotateRecords(t *testing.T) {
	s := newSite(t)
	first := mustSeal(t, s.ring, Records, november, "k", "ancien")
	if err := s.ring.RotateRecords(); err != nil {
		t.Fatal(err)
	}
	second := mustSeal(t, s.ring, Records, november, "k", "nouveau")
	firstID, err1 := KeyID(first)
	secondID, err2 := KeyID(second)
	if firstID != 2 || secondID != 3 || err1 != nil || err2 != nil {
		t.Fatalf("sealed with keys %d and %d, want 2 and 3", firstID, secondID)
	}
	if got := describe(t, s.ring); got != "2:records:old 3:records:live" {
		t.Error(got)
	}
	wantOpen(t, s.reopen(t), "k", first, "ancien")
	if err := s.ring.DropOldRecords(); err != nil {
		t.Fatal(err)
	}
	r := s.reopen(t)
	if _, err := r.Open(nil, "reports", []byte("k"), first); !errors.Is(err, ErrKeyDropped) {
		t.Errorf("under the dropped key: %v", err)
	}
	wantOpen(t, r, "k", second, "nouveau")
}

// An older ring put back: values of later keys are named as such, not called damaged.
func TestOlderRing(t *testing.T) {
	s := newSite(t)
	backup := s.ring.Bytes()
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	older, err := ParseRing(backup, s.master)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := older.Open(nil, "reports", []byte("k"), sealed); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("got %v, want ErrUnknownKey", err)
	}
}

func TestRewrap(t *testing.T) {
	s, other := newSite(t), newSite(t)
	sealed := mustSeal(t, s.ring, Texts, november, "k", "texte")
	if err := s.ring.Rewrap(other.master); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenRing(s.ringPath, s.master); !errors.Is(err, ErrWrongKey) {
		t.Errorf("the former master key: %v", err)
	}
	if err := s.ring.Prepare(november.Add(31 * 24 * time.Hour)); err != nil { // goes on under the new one
		t.Fatal(err)
	}
	r, err := OpenRing(s.ringPath, other.master)
	if err != nil {
		t.Fatal(err)
	}
	wantOpen(t, r, "k", sealed, "texte")
}

// A ring whose months and records are renewed each day of a year stays small, and still tells what each key was: the ones
// dropped are known as such, and a restore learns of every month which of its keys were renewed.
func TestARingStaysSmall(t *testing.T) {
	s := newSite(t)
	s.ring.replace = func(path string, data []byte) error { return os.WriteFile(path, data, 0o600) } // 2,000 fsyncs show nothing here
	var old [][]byte
	day := november
	for range 365 {
		for months := range 2 {
			at := day.AddDate(0, -3*months, 0)
			old = append(old, mustSeal(t, s.ring, Texts, at, "k", "avant"), mustSeal(t, s.ring, Records, at, "k", "avant"))
			if err := s.ring.RenewTexts(MonthOf(at)); err != nil {
				t.Fatal(err)
			}
			var names [][]byte
			for i := range 8 {
				names = append(names, []byte(fmt.Sprintf("row %s %d.", at.Format(time.DateOnly), i)))
			}
			if err := s.ring.DropOldTexts(MonthOf(at), names); err != nil {
				t.Fatal(err)
			}
		}
		if err := errors.Join(s.ring.RotateRecords(), s.ring.DropOldRecords()); err != nil {
			t.Fatal(err)
		}
		day = day.Add(24 * time.Hour)
	}
	if n := len(s.ring.Bytes()); n > 8<<10 {
		t.Errorf("after a year the ring has %d bytes, want 8 kB at most", n)
	}
	r := s.reopen(t)
	for i, sealed := range old {
		if _, err := r.Open(nil, "reports", []byte("k"), sealed); !errors.Is(err, ErrKeyDropped) {
			t.Fatalf("value %d of a dropped key: %v, want ErrKeyDropped", i, err)
		}
	}
	list, err := r.Renewals()
	if err != nil || len(list) != 16 {
		t.Fatalf("%d months were renewed (%v), want 16", len(list), err)
	}
	for _, m := range list {
		if m.After != 0 || m.UpTo == 0 || len(m.Erased) != namesOfMonth {
			t.Errorf("%s: keys after %d up to %d, %d names", m.Month, m.After, m.UpTo, len(m.Erased))
		}
	}
	last := list[slices.IndexFunc(list, func(x Renewal) bool { return x.Month == MonthOf(day) })]
	if name := string(last.Erased[namesOfMonth-1]); name != "row "+day.Add(-24*time.Hour).Format(time.DateOnly)+" 7." {
		t.Errorf("the last name kept is %q, want the last one given", name)
	}
	if err := r.DropTexts(list[0].Month); err != nil {
		t.Fatal(err)
	}
	again := mustSeal(t, r, Texts, list[0].Month.Start(), "k", "x")
	if err := errors.Join(r.RenewTexts(list[0].Month), r.DropOldTexts(list[0].Month, nil)); err != nil {
		t.Fatal(err)
	}
	id, err := KeyID(again)
	if err != nil {
		t.Fatal(err)
	}
	all, err := s.reopen(t).Renewals()
	i := slices.IndexFunc(all, func(x Renewal) bool { return x.Month == list[0].Month })
	if err != nil || i < 0 || all[i].After < list[0].UpTo || all[i].UpTo != id || len(all[i].Erased) != 0 {
		t.Errorf("a month that was erased and began anew: %+v (%v), want only key %d renewed", all, err, id)
	}
}
