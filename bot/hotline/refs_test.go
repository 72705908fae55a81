package hotline

import (
	"math/rand/v2"
	"testing"

	"tinye/bot"
)

// Once hardly any six-digit reference is free, longer ones are drawn from the start; a single miss does not lead there.
func TestReferencesAreDrawnLongerOnceTheyRunShort(t *testing.T) {
	s := &Service{Random: rand.New(rand.NewPCG(1, 2)).Uint64}
	for range refRunShort - 1 {
		s.lengths.took("4829188")
	}
	s.lengths.took("482918") // one was free
	if got := len(s.Refs()[0]); got != bot.RefDigits {
		t.Fatalf("the first reference drawn has %d digits", got)
	}
	for range refRunShort {
		s.lengths.took("4829188")
	}
	for i, ref := range s.Refs() {
		if _, ok := bot.ParseRef(string(ref)); !ok || len(ref) == bot.RefDigits {
			t.Errorf("reference %d is %q", i, ref)
		}
	}
	for range 100 { // never beyond the longest
		s.lengths.took("482918000000")
	}
	if len(s.Refs()) == 0 {
		t.Error("nothing is drawn any more")
	}
}
