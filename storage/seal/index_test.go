package seal

import (
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"sync"
	"testing"
)

// The value is computed again from its description in plain steps, many at a time.
func TestIndex(t *testing.T) {
	s := newSite(t)
	want := func(domain, value string) []byte {
		h := hmac.New(sha256.New, s.ring.keys.contents.Keys[0].Key)
		h.Write(append([]byte{byte(len(domain))}, domain+value...))
		return h.Sum(nil)[:16]
	}
	cases := []struct{ domain, value string }{
		{"number", "+22376123456"}, {"number", "+22376123457"}, {"repeat", "+22376123456"}, {"numbe", "r+22376123456"}, {"number", ""},
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				seen := make(map[[IndexSize]byte]bool)
				for _, c := range cases {
					got, err := s.ring.Index(c.domain, c.value)
					if err != nil || !hmac.Equal(got[:], want(c.domain, c.value)) {
						t.Errorf("Index(%q, %q) is not as described: %v", c.domain, c.value, err)
					}
					seen[got] = true
				}
				if len(seen) != len(cases) {
					t.Errorf("%d different of %d", len(seen), len(cases))
				}
			}
		})
	}
	wg.Wait()
	other := newSite(t)
	a, err := s.ring.Index("number", "+22376123456")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := other.ring.Index("number", "+22376123456"); err != nil || a == b {
		t.Errorf("two sites share an index (%v)", err)
	}
}

func TestCanary(t *testing.T) {
	s, other := newSite(t), newSite(t)
	canary, err := s.ring.Canary()
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(s.ring.RotateRecords(), s.ring.DropOldRecords()); err != nil {
		t.Fatal(err)
	}
	if err := s.reopen(t).CheckCanary(canary[:]); err != nil {
		t.Errorf("after a rotation: %v", err)
	}
	unchanged(t, other.ringPath)
	for _, bad := range [][]byte{canary[:15], nil, make([]byte, 16)} {
		if err := s.ring.CheckCanary(bad); !errors.Is(err, ErrWrongKey) {
			t.Errorf("another canary: %v", err)
		}
	}
	if err := other.ring.CheckCanary(canary[:]); !errors.Is(err, ErrWrongKey) {
		t.Errorf("another ring: %v", err)
	}
}

func BenchmarkIndex(b *testing.B) {
	s := newSite(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.ring.Index("number", "+22376123456"); err != nil {
			b.Fatal(err)
		}
	}
}
