package sms

import (
	"encoding/hex"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestUSSDRoom(t *testing.T) {
	a, e := strings.Repeat("a", 200), strings.Repeat("ɛ", 100)
	for name, c := range map[string]struct {
		text         string
		budget, room int
	}{
		"empty":                     {"", 182, 182},
		"full":                      {a[:182], 182, 0},
		"one too many":              {a[:183], 182, -1},
		"an escape pair counts two": {a[:181] + "€", 182, -1},
		"pair that fits":            {a[:180] + "{", 182, 0},
		"UCS-2 full":                {e[:160], 182, 0},
		"UCS-2, one too many":       {e[:162], 182, -1},
		"UCS-2 on 160 septets":      {e[:140], 160, 0},
		"UCS-2 on 120 septets":      {e[:104], 120, 0},
		"no page holds more":        {a[:182], 200, 0},
		"a CR that is doubled":      {a[:175] + "\r", 176, -1},
		"a CR that is not":          {a[:174] + "\r", 176, 1},
	} {
		if got := USSDRoom(c.text, c.budget); got != c.room {
			t.Errorf("%s: room for %d, want %d", name, got, c.room)
		}
		if got := FitsUSSD(c.text, c.budget); got != (c.room >= 0) {
			t.Errorf("%s: fits is %v with room for %d", name, got, c.room)
		}
	}
}

func TestPackUSSD(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"", ""},
		{"a", "61"},
		{"aaaaaaa", "e170381c0e871b"},     // seven spare bits hold CR, not @
		{"aaaaaaaa", "e170381c0e87c3"},    // none spare
		{"aaaaaaa\r", "e170381c0e871b0d"}, // a last CR on the border is doubled
		{"hello", "e8329bfd06"},
		{"€", "9b32"},
	} {
		got, err := PackUSSD(c.text)
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("%q packs to %x, %v, want %s", c.text, got, err, c.want)
		}
	}
	if _, err := PackUSSD("ɛ"); err == nil {
		t.Error("ɛ was packed")
	}
	if page, err := PackUSSD(strings.Repeat("a", USSDSeptets)); err != nil || len(page) != 160 {
		t.Errorf("a full page takes %d octets, %v", len(page), err)
	}
}

// A phone reads back what was packed, on pages of every length.
func TestPackedPagesReadBack(t *testing.T) {
	chars := rapid.SampledFrom([]rune("a@é€{\n\r0"))
	rapid.Check(t, func(rt *rapid.T) {
		text := rapid.StringOfN(chars, 0, 90, -1).Draw(rt, "text")
		packed, err := PackUSSD(text)
		if err != nil {
			rt.Fatal(err)
		}
		got := DecodeGSM7(unpackUSSD(packed))
		// CR means "to the start of the line", so one more at the end shows the same.
		if got != text && got != text+"\r" {
			rt.Fatalf("%q reads back as %q", text, got)
		}
	})
}

// unpackUSSD reads as a phone does, bit by bit: a CR that ends on the last octet's border is filling.
func unpackUSSD(packed []byte) []byte {
	septets := make([]byte, len(packed)*8/7)
	for bit := range len(septets) * 7 {
		septets[bit/7] |= packed[bit/8] >> (bit % 8) & 1 << (bit % 7)
	}
	if n := len(septets); n > 0 && n%8 == 0 && septets[n-1] == '\r' {
		septets = septets[:n-1]
	}
	return septets
}
