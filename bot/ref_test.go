package bot

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRefOfTheDesign(t *testing.T) {
	ref, err := NewRef(48291, RefDigits)
	if err != nil || ref != "482918" {
		t.Errorf("NewRef(48291) = %q, %v, want 482918 as in the design", ref, err)
	}
}

// What the check digit is for: a digit misread, or two swapped, is never another reference.
func TestRefFindsSlips(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		length := rapid.IntRange(RefDigits, MaxRefDigits).Draw(t, "length")
		ref, err := NewRef(rapid.Uint64().Draw(t, "n"), length)
		if err != nil || len(ref) != length {
			t.Fatalf("NewRef gave %q, %v", ref, err)
		}
		if got, ok := ParseRef(string(ref)); !ok || got != ref {
			t.Fatalf("ParseRef(%q) = %q, %v", ref, got, ok)
		}
		i := rapid.IntRange(0, length-1).Draw(t, "place")
		d := byte('0' + rapid.IntRange(0, 9).Draw(t, "digit"))
		slip := []byte(ref)
		if slip[i] != d {
			slip[i] = d
			if _, ok := ParseRef(string(slip)); ok {
				t.Fatalf("%q passes for %q with one digit changed", slip, ref)
			}
		}
		swap := []byte(ref)
		if j := i + 1; j < length && swap[i] != swap[j] {
			swap[i], swap[j] = swap[j], swap[i]
			if _, ok := ParseRef(string(swap)); ok {
				t.Fatalf("%q passes for %q with two digits swapped", swap, ref)
			}
		}
	})
}

func TestNoRef(t *testing.T) {
	for _, s := range []string{"", "48291", "48291a", "482919", "70123456", " 482918", "4829180000"} {
		if ref, ok := ParseRef(s); ok {
			t.Errorf("ParseRef(%q) = %q", s, ref)
		}
	}
	for _, length := range []int{0, 5, 10} {
		if _, err := NewRef(1, length); err == nil {
			t.Errorf("a reference of %d digits was made", length)
		}
	}
}
