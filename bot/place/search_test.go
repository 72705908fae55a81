package place

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
)

// First letters find a region in any spelling that people use, before a name is finished and after.
func TestBegins(t *testing.T) {
	g := New(nil)
	regions := g.Regions(bot.SchemeCT2023)
	for typed, want := range map[string][]string{
		"ga":              {"Gao"},
		"GAO":             {"Gao"},
		"gawo":            {"Gao"},
		"nio":             {"Nioro"},
		"Nioro":           {"Nioro"},
		"Ɲɔrɔ":            {"Nioro"},
		"nyoro":           {"Nioro"},
		"gnoro":           {"Nioro"},
		"nioro du sahel":  {"Nioro"},
		"nioro-du":        {"Nioro"},
		"niorodusahel":    {"Nioro"},
		"koutiala":        {"Koutiala"},
		"kucala":          {"Koutiala"},
		"kout":            {"Koutiala"},
		"kou":             {"Koulikoro", "Koutiala"}, // ou is u, as in Kulikɔrɔ and Kucala
		"segu":            {"Ségou"},
		"Ségou":           {"Ségou"},
		"SEGOU":           {"Ségou"},
		"bo":              {"Bougouni"}, // two letters of three that make one sound
		"dy":              {"Dioïla"},   // the sound of Joyila
		"jo":              {"Dioïla"},
		"dj":              {"Dioïla"},
		"ka":              {"Kayes"},
		"k":               {"Kayes", "Kidal", "Kita", "Koulikoro", "Koutiala"},
		"san":             {"San"},
		"tim":             {"Tombouctou"},
		"ɲ":               {"Nioro"},
		"district":        {"Bamako"},
		"x":               {},
		"":                {},
		" . ":             {},
		"nioro du sahels": {},
	} {
		if got := french(g.Begins(regions, typed)); !slices.Equal(got, append([]string(nil), want...)) {
			t.Errorf("%q finds %q, want %q", typed, got, want)
		}
	}
}

// A whole name is that place, though others begin so.
func TestAWholeNameWins(t *testing.T) {
	g := New(nil)
	list := []bot.Place{under(law("ML0210"), "Sanankoroba"), under(law("ML1701"), "San"), under(law("ML1907"), "Sangha"), under(law("ML0808"), "Tin-Essako")}
	if got := french(g.Begins(list, "san")); !slices.Equal(got, []string{"San"}) {
		t.Errorf("san finds %q", got)
	}
	if got := french(g.Begins(list, "sa")); !slices.Equal(got, []string{"Sanankoroba", "San", "Sangha"}) {
		t.Errorf("sa finds %q", got)
	}
	if got := french(g.Begins(list, "tinessako")); !slices.Equal(got, []string{"Tin-Essako"}) {
		t.Errorf("tinessako finds %q", got)
	}
}

// Whoever types the name of a region letter by letter sees it, or one whose whole name that is, at every letter.
func TestEveryBeginningFinds(t *testing.T) {
	g := New(nil)
	regions := g.Regions(bot.SchemeCT2023)
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(regions).Draw(rt, "region")
		name := []rune(rapid.SampledFrom(names(p)).Draw(rt, "name"))
		typed := string(name[:rapid.IntRange(1, len(name)).Draw(rt, "letters")])
		if rapid.Bool().Draw(rt, "loud") {
			typed = strings.ToUpper(typed)
		}
		found := g.Begins(regions, typed)
		if !slices.ContainsFunc(found, func(f bot.Place) bool { return f.Code == p.Code }) {
			rt.Fatalf("%q finds %q and not %s", typed, french(found), p.Name(bot.French))
		}
	})
}

func TestSearch(t *testing.T) {
	g := New([]bot.Place{
		under(law("ML0210"), "Sanankoroba"), under(law("ML1701"), "San"), under(law("ML0213"), "Baguinéda Camp"), under(law("ML0214"), "Camp-Nord"),
		under(law("ML021001"), "Sanankoroba"), under(law("ML1907"), "Sangha"),
	})
	code := func(places []bot.Place) []string {
		var list []string
		for _, p := range places {
			list = append(list, p.Code.String())
		}
		return list
	}
	for words, want := range map[string][]string{
		"san": { // the whole name first, regions before cercles; then what begins so
			"ml_ct_2023:ML17", "ml_ct_2023:ML1701", "ml_ct_2023:ML0210", "ml_ct_2023:ML1907", "ml_ct_2023:ML021001",
		},
		"mopti":        {"ml_ct_2023:ML05", "ocha_cod_2021:ML05", "ml_ct_2023:ML0501", "ocha_cod_2021:ML0506"},
		"Ɲɔrɔ":         {"ml_ct_2023:ML11", "ml_ct_2023:ML1101", "ocha_cod_2021:ML0106"},
		"Nioro Sahel":  {"ml_ct_2023:ML11", "ml_ct_2023:ML1101", "ocha_cod_2021:ML0106"},
		"kucala":       {"ml_ct_2023:ML16"},
		"camp":         {"ml_ct_2023:ML0214", "ml_ct_2023:ML0213"}, // what begins so, before what has it within
		"camp mopti":   nil,
		"Tombouctou !": {"ml_ct_2023:ML06", "ocha_cod_2021:ML06"},
		"":             nil,
		"?":            nil,
	} {
		if got := code(g.Search(words, 10)); !slices.Equal(got, want) {
			t.Errorf("%q finds %q, want %q", words, got, want)
		}
	}
	if got := code(g.Search("mopti", 1)); !slices.Equal(got, []string{"ml_ct_2023:ML05"}) {
		t.Errorf("the best one is %q", got)
	}
	if got := g.Search("mopti", 0); got != nil {
		t.Errorf("none were wanted: %q", french(got))
	}
}

func BenchmarkBegins(b *testing.B) {
	g := New(nil)
	regions := g.Regions(bot.SchemeCT2023)
	b.ReportAllocs()
	for b.Loop() {
		g.Begins(regions, "Bougou")
	}
}
