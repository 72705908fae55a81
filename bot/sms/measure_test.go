package sms

import (
	"errors"
	"math"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
)

func TestMeasureAndSplit(t *testing.T) {
	a, e := strings.Repeat("a", 400), strings.Repeat("ɛ", 200)
	ɛ := func(n int) string { return e[:2*n] }
	for name, c := range map[string]struct {
		text                string
		encoding            bot.Encoding
		units, parts, room  int
		first, partsWithout int // units of the first part; parts without the outsiders
	}{
		"empty":                        {"", bot.GSM7, 0, 1, 160, 0, 1},
		"160 a":                        {a[:160], bot.GSM7, 160, 1, 0, 160, 1},
		"161 a":                        {a[:161], bot.GSM7, 161, 2, 145, 153, 2},
		"306 a":                        {a[:306], bot.GSM7, 306, 2, 0, 153, 2},
		"307 a":                        {a[:307], bot.GSM7, 307, 3, 152, 153, 3},
		"158 a, euro":                  {a[:158] + "€", bot.GSM7, 160, 1, 0, 160, 1},
		"159 a, euro":                  {a[:159] + "€", bot.GSM7, 161, 2, 145, 153, 2},
		"escape pair on a border":      {a[:152] + "€" + a[:20], bot.GSM7, 174, 2, 131, 152, 2},
		"305 septets, yet three parts": {a[:152] + "€" + a[:152], bot.GSM7, 306, 3, 152, 152, 3},
		"70 ɛ":                         {ɛ(70), bot.UCS2, 70, 1, 0, 70, 1},
		"71 ɛ":                         {ɛ(71), bot.UCS2, 71, 2, 63, 67, 1},
		"134 ɛ":                        {ɛ(134), bot.UCS2, 134, 2, 0, 67, 1},
		"135 ɛ":                        {ɛ(135), bot.UCS2, 135, 3, 66, 67, 1},
		"surrogate pair on a border":   {ɛ(66) + "😀" + ɛ(10), bot.UCS2, 78, 2, 55, 66, 1},
		"99 a, ê":                      {a[:99] + "ê", bot.UCS2, 100, 2, 34, 67, 1},
		"È":                            {"È", bot.UCS2, 1, 1, 69, 1, 1},
		"braces in UCS-2 cost one":     {"{ɛ}", bot.UCS2, 3, 1, 67, 3, 1},
		"invalid bytes":                {"a\xff\xfe", bot.UCS2, 3, 1, 67, 3, 1},
	} {
		t.Run(name, func(t *testing.T) {
			got := Measure(c.text)
			if got.Encoding != c.encoding || got.Units != c.units || got.Parts != c.parts || got.Room != c.room ||
				got.PartsWithout != c.partsWithout {
				t.Errorf("got %+v", got)
			}
			parts, err := Split(c.text)
			if err != nil || len(parts) != c.parts || strings.Join(parts, "") != c.text {
				t.Fatalf("split into %q, %v", parts, err)
			}
			if first := unitsIn(parts[0], c.encoding); first != c.first {
				t.Errorf("first part has %d units, want %d", first, c.first)
			}
		})
	}
}

func TestMeasureNamesOutsiders(t *testing.T) {
	got := Measure("L’école\u00a0: « l’été »")
	want := []Outsider{{'’', 1}, {'\u00a0', 7}, {'«', 10}, {'»', 18}}
	if !reflect.DeepEqual(got.Outsiders, want) {
		t.Errorf("got %+v, want %+v", got.Outsiders, want)
	}
	if cheap := Measure("L'école: {l'été} €"); cheap.Outsiders != nil {
		t.Errorf("GSM-7 has outsiders %v", cheap.Outsiders)
	}
	// One ê doubles the price of 100 characters.
	if dear := Measure(strings.Repeat("a", 99) + "ê"); dear.Parts != 2 || dear.PartsWithout != 1 || dear.Outsiders[0] != (Outsider{'ê', 99}) {
		t.Errorf("got %+v", dear)
	}
}

func TestSplitHasALimit(t *testing.T) {
	most := strings.Repeat("a", MaxParts*partSeptets)
	if parts, err := Split(most); err != nil || len(parts) != MaxParts {
		t.Errorf("%d parts, %v", len(parts), err)
	}
	if _, err := Split(most + "a"); !errors.Is(err, ErrTooLong) {
		t.Errorf("got %v, want ErrTooLong", err)
	}
}

func TestSplitKeepsTheText(t *testing.T) {
	chars := rapid.SampledFrom([]rune("aé€{ɛ😀"))
	rapid.Check(t, func(rt *rapid.T) {
		set := rapid.SliceOfNDistinct(chars, 1, 4, rapid.ID[rune]).Draw(rt, "characters")
		checkSplit(rt, rapid.StringOfN(rapid.SampledFrom(set), 0, 500, -1).Draw(rt, "text"))
	})
}

func FuzzSplit(f *testing.F) {
	f.Add(strings.Repeat("a", 152) + "€€" + strings.Repeat("\xff", 70))
	f.Add(strings.Repeat("ɛ", 66) + "😀ɛ")
	f.Fuzz(func(t *testing.T, text string) { checkSplit(t, text) })
}

func checkSplit(t rapid.TB, text string) {
	t.Helper()
	size := Measure(text)
	parts, err := Split(text)
	if size.Parts > MaxParts {
		if !errors.Is(err, ErrTooLong) {
			t.Fatalf("%d parts: %v", size.Parts, err)
		}
		return
	}
	if err != nil || strings.Join(parts, "") != text || len(parts) != size.Parts {
		t.Fatalf("%+v: %q, %v", size, parts, err)
	}
	single, part := 160, 153
	if size.Encoding == bot.UCS2 {
		single, part = 70, 67
	}
	budget := part
	if len(parts) == 1 {
		budget = single
	}
	units := 0
	for i, p := range parts {
		n := unitsIn(p, size.Encoding)
		if units += n; n > budget || n == 0 && len(parts) > 1 {
			t.Fatalf("part %d has %d units of %d", i+1, n, budget)
		}
	}
	if last := unitsIn(parts[len(parts)-1], size.Encoding); units != size.Units || size.Room != budget-last {
		t.Fatalf("%+v, but %d units in parts, %d in the last", size, units, last)
	}
	// The room is real: filled, the text takes as many parts as before; a character more, and it takes more.
	filler := map[bot.Encoding]string{bot.GSM7: "a", bot.UCS2: "ɛ"}[size.Encoding]
	full := text + strings.Repeat(filler, size.Room)
	if got := Measure(full); got.Parts != size.Parts || got.Room != 0 || Measure(full+filler).Parts <= size.Parts {
		t.Fatalf("%+v, filled %+v", size, got)
	}
}

// unitsIn counts by encoding, not by the counter under test.
func unitsIn(text string, e bot.Encoding) int {
	if e == bot.UCS2 {
		return len(EncodeUCS2(text)) / 2
	}
	septets, err := EncodeGSM7(text)
	if err != nil {
		return math.MaxInt32 // over every budget
	}
	return len(septets)
}

func BenchmarkMeasure(b *testing.B) {
	text := strings.Repeat("Vérifié: 100 € ", 11)[:170]
	b.ReportAllocs()
	for b.Loop() {
		Measure(text)
	}
}
