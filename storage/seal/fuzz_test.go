package seal

import (
	"bytes"
	"errors"
	"slices"
	"testing"
)

// Somebody hands us a database: a value opens only if we sealed it, byte for byte, for this place.
func FuzzOpen(f *testing.F) {
	s := newSite(f)
	ours := make(map[string]string)
	for _, plain := range []string{"", "x", "le pont est coupé"} {
		for _, class := range []Class{Records, Texts} {
			sealed := mustSeal(f, s.ring, class, november, "k", plain)
			ours[string(sealed)] = plain
			f.Add("reports", []byte("k"), sealed)
			f.Add("reports", []byte("l"), sealed)
			f.Add("report", []byte("sk"), sealed)
		}
	}
	f.Add("", []byte{}, []byte{0x82, 0x00})
	f.Fuzz(func(t *testing.T, bucket string, key, sealed []byte) {
		dst := []byte("before")
		got, err := s.ring.Open(dst, bucket, key, sealed)
		plain, known := ours[string(sealed)]
		known = known && bucket == "reports" && string(key) == "k"
		if known != (err == nil) || string(got) != "before"+plain && known || !known && string(got) != "before" {
			t.Fatalf("known %v, opened %q, %v", known, got, err)
		}
		if err != nil && !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrUnknownKey) {
			t.Fatalf("not a clear error: %v", err)
		}
	})
}

// Somebody hands us a backup: a ring opens only if its master key made it.
func FuzzParseRing(f *testing.F) {
	s := newSite(f)
	first := s.ring.Bytes()
	if err := s.ring.Prepare(november); err != nil {
		f.Fatal(err)
	}
	second := s.ring.Bytes()
	stranger := newSite(f).ring.Bytes()
	for _, seed := range [][]byte{first, second, stranger, first[:40], nil, []byte(ringKind + "1\n")} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		r, err := ParseRing(data, s.master)
		if ours := bytes.Equal(data, first) || bytes.Equal(data, second); ours != (err == nil) {
			t.Fatalf("ours %v, opened %v", ours, err)
		}
		if err == nil {
			r.Close()
			return
		}
		if !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrWrongKey) && !errors.Is(err, ErrNewer) {
			t.Fatalf("not a clear error: %v", err)
		}
	})
}

// What is inside a ring is checked as well: contents that pass can be used, written and read again.
func FuzzContents(f *testing.F) {
	s := newSite(f)
	if err := errors.Join(s.ring.Prepare(november), s.ring.DropTexts(MonthOf(november)), s.ring.RotateRecords()); err != nil {
		f.Fatal(err)
	}
	seed, err := s.ring.keys.contents.encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(seed)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := decodeContents(data)
		if err != nil {
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("not a clear error: %v", err)
			}
			return
		}
		keys, err := newKeySet(c)
		if err != nil || keys.records == nil {
			t.Fatalf("contents that passed cannot be used: %v", err)
		}
		out, err := c.encode()
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeContents(out)
		if err != nil || again.Next != c.Next || !slices.EqualFunc(again.Keys, c.Keys, func(a, b entry) bool {
			return a.ID == b.ID && a.Class == b.Class && a.Month == b.Month && bytes.Equal(a.Key, b.Key)
		}) {
			t.Fatalf("written and read again it differs: %v", err)
		}
	})
}

func TestContentsRefused(t *testing.T) {
	key := func() secret { return bytes.Repeat([]byte{7}, keySize) }
	good := func() contents {
		return contents{Next: 5, Keys: []entry{
			{ID: 1, Class: index, Key: key()}, {ID: 2, Class: Records, Key: key()},
			{ID: 3, Class: Texts, Month: "2026-11", Key: key()}, {ID: 4, Class: Texts, Month: "2026-11"},
		}}
	}
	if err := good().check(); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*contents){
		"no keys":             func(c *contents) { c.Keys = nil },
		"id zero":             func(c *contents) { c.Keys[1].ID = 0 },
		"id twice":            func(c *contents) { c.Keys[2].ID = 2 },
		"id not given yet":    func(c *contents) { c.Next = 4 },
		"short key":           func(c *contents) { c.Keys[2].Key = c.Keys[2].Key[:31] },
		"renewed and live":    func(c *contents) { c.Keys[2].Renewed = true },
		"erased and live":     func(c *contents) { c.Keys[2].Erased = [][]byte{{1}} },
		"text without month":  func(c *contents) { c.Keys[2].Month = "" },
		"month 13":            func(c *contents) { c.Keys[2].Month = "2026-13" },
		"record with a month": func(c *contents) { c.Keys[1].Month = "2026-11" },
		"unknown class":       func(c *contents) { c.Keys[1].Class = "audit" },
		"no index key":        func(c *contents) { c.Keys[0].Key = nil },
		"two index keys":      func(c *contents) { c.Keys[1].Class = index },
		"no records key":      func(c *contents) { c.Keys[1].Key = nil },
	} {
		c := good()
		spoil(&c)
		if err := c.check(); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %v", name, err)
		}
	}
	c := good()
	c.Next = 1<<32 - 1
	if err := c.add(Records, ""); err == nil {
		t.Error("an id beyond 32 bits was given")
	}
}
