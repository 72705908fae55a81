package seal

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestSealRoundTrip(t *testing.T) {
	s := newSite(t)
	rapid.Check(t, func(t *rapid.T) {
		class := rapid.SampledFrom([]Class{Records, Texts}).Draw(t, "class")
		at := time.Unix(rapid.Int64Range(1790000000, 1800000000).Draw(t, "at"), 0)
		bucket := rapid.String().Draw(t, "bucket")
		key := rapid.SliceOf(rapid.Byte()).Draw(t, "key")
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		before := rapid.SliceOf(rapid.Byte()).Draw(t, "before")

		sealed, err := s.ring.Seal(slices.Clone(before), class, at, bucket, key, plain)
		if err != nil {
			t.Fatal(err)
		}
		value, isAppended := bytes.CutPrefix(sealed, before)
		if !isAppended || len(value) > len(plain)+44 {
			t.Fatalf("%d bytes sealed to %d", len(plain), len(value))
		}
		if len(plain) >= 8 && bytes.Contains(value, plain) {
			t.Fatal("the plaintext shows")
		}
		got, err := s.ring.Open(slices.Clone(before), bucket, key, value)
		if err != nil || !bytes.Equal(got, append(slices.Clone(before), plain...)) {
			t.Fatalf("opened %q: %v", got, err)
		}

		flipped := slices.Clone(value)
		flipped[rapid.IntRange(0, len(value)-1).Draw(t, "at byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if got, err := s.ring.Open(slices.Clone(before), bucket, key, flipped); err == nil || !bytes.Equal(got, before) {
			t.Fatalf("a flipped bit: %q, %v", got, err)
		}
		cut := rapid.IntRange(0, len(value)-1).Draw(t, "cut")
		if _, err := s.ring.Open(nil, bucket, key, value[:cut]); !errors.Is(err, ErrDamaged) {
			t.Fatalf("cut to %d of %d: %v", cut, len(value), err)
		}
	})
}

func TestSealedValueMoved(t *testing.T) {
	s := newSite(t)
	sealed, err := s.ring.Seal(nil, Records, november, "contact", []byte("key"), []byte("x"))
	if err != nil {
		t.Fatal(err)
	}
	for _, to := range []struct{ bucket, key string }{
		{"contact", "kez"}, {"contact", ""}, {"contact", "key\x00"}, {"contacts", "key"}, {"", "contactkey"},
		{"contactk", "ey"}, {"contac", "tkey"}, {"contactkey", ""},
	} {
		if _, err := s.ring.Open(nil, to.bucket, []byte(to.key), sealed); !errors.Is(err, ErrDamaged) {
			t.Errorf("moved to %q %q: %v", to.bucket, to.key, err)
		}
	}
}

func TestSealNoncesDiffer(t *testing.T) {
	s := newSite(t)
	seen := make(map[string]bool)
	for range 1000 {
		sealed := mustSeal(t, s.ring, Records, november, "k", "même texte")
		if seen[string(sealed[1:25])] {
			t.Fatal("a nonce came twice")
		}
		seen[string(sealed[1:25])] = true
	}
}

func TestSealUnknownClass(t *testing.T) {
	s := newSite(t)
	for _, class := range []Class{"", "index", "text"} {
		if _, err := s.ring.Seal(nil, class, november, "b", nil, nil); err == nil {
			t.Errorf("sealed as %q", class)
		}
	}
}

func TestKeyID(t *testing.T) {
	for name, value := range map[string][]byte{
		"empty": nil, "zero": {0}, "unfinished": {0x80}, "long form of 1": {0x81, 0x00},
		"over 32 bits": {0x80, 0x80, 0x80, 0x80, 0x10}, "over 64 bits": bytes.Repeat([]byte{0xff}, 11),
	} {
		if id, err := KeyID(value); !errors.Is(err, ErrDamaged) {
			t.Errorf("%s: %d, %v", name, id, err)
		}
	}
	if id, err := KeyID([]byte{0xff, 0xff, 0xff, 0xff, 0x0f}); id != 1<<32-1 || err != nil {
		t.Errorf("the highest id: %d, %v", id, err)
	}
}

func BenchmarkSeal(b *testing.B) {
	s := newSite(b)
	key, plain, buf := make([]byte, 16), make([]byte, 200), make([]byte, 0, 512)
	for _, class := range []Class{Records, Texts} {
		b.Run(string(class), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := s.ring.Seal(buf, class, november, "reports", key, plain); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("parallel", func(b *testing.B) {
		b.RunParallel(func(pb *testing.PB) {
			buf := make([]byte, 0, 512)
			for pb.Next() {
				s.ring.Seal(buf, Records, november, "reports", key, plain)
			}
		})
	})
}

func BenchmarkOpen(b *testing.B) {
	s := newSite(b)
	key, buf := make([]byte, 16), make([]byte, 0, 512)
	sealed, err := s.ring.Seal(nil, Records, november, "reports", key, make([]byte, 200))
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := s.ring.Open(buf, "reports", key, sealed); err != nil {
			b.Fatal(err)
		}
	}
}
