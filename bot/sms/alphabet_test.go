package sms

import (
	"encoding/csv"
	"encoding/hex"
	"os"
	"strconv"
	"strings"
	"testing"

	"tinye/bot"
)

// Every row of the alphabet, there and back: code, character and cost.
func TestAlphabet(t *testing.T) {
	f, err := os.Open("testdata/gsm0338.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1+128+10 {
		t.Fatalf("%d rows, want a header, 128 codes and 10 of the extension", len(rows))
	}
	for _, row := range rows[1:] {
		code, err := hex.DecodeString(row[0])
		if err != nil {
			t.Fatal(err)
		}
		point, err := strconv.ParseUint(row[1], 16, 32)
		if err != nil {
			t.Fatal(err)
		}
		char := string(rune(point))
		if row[2] == "0" { // the escape itself is no character
			if _, err := EncodeGSM7(char); err == nil {
				t.Errorf("%s: the escape was encoded", row[0])
			}
			continue
		}
		got, err := EncodeGSM7(char)
		if err != nil || string(got) != string(code) {
			t.Errorf("%q: code %X, %v, want %s", char, got, err, row[0])
		}
		if back := DecodeGSM7(code); back != char {
			t.Errorf("%s: reads as %q, want %q", row[0], back, char)
		}
		size := Measure(char)
		if size.Encoding != bot.GSM7 || strconv.Itoa(size.Units) != row[2] {
			t.Errorf("%q: %d units of %s, want %s septets", char, size.Units, size.Encoding, row[2])
		}
	}
}

func TestOutsideTheAlphabet(t *testing.T) {
	for _, r := range "`\t\x00\x1b°\u00a0’“”«»–—…âçêëîïôœûÿÀÂÈÊËÎÏÔŒÙÛŸÒɛɔɲŋƐƆƝŊ😀ߊس\ufffd" {
		if size := Measure(string(r)); size.Encoding != bot.UCS2 {
			t.Errorf("%q passes as GSM-7", r)
		}
	}
}

func TestEncodeGSM7NamesThePlaceOnly(t *testing.T) {
	_, err := EncodeGSM7("Ségou ɛ")
	if err == nil || !strings.Contains(err.Error(), "character 7 ") || strings.ContainsAny(err.Error(), "éɛ") {
		t.Errorf("got %v", err)
	}
}

// A phone shows something for every octet that a gateway may hand over.
func TestDecodeGSM7Oddities(t *testing.T) {
	for _, c := range []struct{ septets, want string }{
		{"\x1b\x65", "€"},
		{"a\x1bbc", "abc"},     // no such extension: the basic character
		{"a\x1b", "a "},        // nothing follows
		{"\x1b\x1b\x65", " e"}, // reserved for a further table
		{"\x1b\xff", "\ufffd"},
		{"\x80\x00", "\ufffd@"},
		{"", ""},
	} {
		if got := DecodeGSM7([]byte(c.septets)); got != c.want {
			t.Errorf("% X reads as %q, want %q", c.septets, got, c.want)
		}
	}
}

func TestUCS2(t *testing.T) {
	octets := EncodeUCS2("aɛ😀")
	if got := hex.EncodeToString(octets); got != "0061025bd83dde00" {
		t.Errorf("encoded as %s", got)
	}
	if got := DecodeUCS2(octets); got != "aɛ😀" {
		t.Errorf("reads as %q", got)
	}
	for in, want := range map[string]string{"\xd8\x3d": "\ufffd", "\x00a\x02": "a\ufffd", "\xde\x00\x00b": "\ufffdb", "": ""} {
		if got := DecodeUCS2([]byte(in)); got != want {
			t.Errorf("% X reads as %q, want %q", in, got, want)
		}
	}
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte("\x1b\x65\x1b"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text := DecodeGSM7(b)
		if septets, err := EncodeGSM7(text); err == nil && DecodeGSM7(septets) != text {
			t.Errorf("% X reads as %q and comes back as %q", b, text, DecodeGSM7(septets))
		}
		if text := DecodeUCS2(b); DecodeUCS2(EncodeUCS2(text)) != text {
			t.Errorf("% X reads as %q and does not come back", b, text)
		}
	})
}
