package spelling

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"
)

// Groups of spellings that were seen for one word or name.
func TestSpellingsMeet(t *testing.T) {
	for _, group := range [][]string{
		{"ɲɛ", "nyè", "gnè", "nye", "Ɲɛ", "ñε"},
		{"tiɲɛ", "tinyɛ", "tignè", "TIÑÈ", "tin\u0303e\u0300"},
		{"kuma", "kouma", "Kouma\u0301"},
		{"jamana", "djamana", "dyamana"},
		{"cɛ", "tchè", "tyɛ"},
		{"Segu", "Ségou", "Segou", "SÉGOU"},
		{"Buguni", "Bougouni"},
		{"sɛgɛsɛgɛ", "segesege", "sèguèssèguè"},
		{"ŋunuŋunukan", "ngunungunukan"},
		{"Bamakɔ", "Bamako", "bamakô"},
		{"dɔ́gɔ̀tɔrɔso", "dogotoroso"},
		{"awɔ", "awo", "AWÒ"},
		{"dɛmɛ", "deme", "Dèmè"},
		{"bamanankan", "Bamanankan", "bamanankann"},
		{"k'a", "k’a", "kʼa", "k‘a", "ka"},
		{"arrêt", "ARRET", "arret", "arét"},
		{"sœur", "soeur", "SŒUR"},
		{"stop", "Stop!", " stopp ", "STOP.", "stop 👍", "STO\u00adP"},
		{"Aw ni ce", "aw  ni\tcé !", "Aw-ni, ce…"},
		{"Abeïbara", "abeibara"},
	} {
		for _, other := range group[1:] {
			if Key(group[0]) != Key(other) {
				t.Errorf("%q folds to %q, %q to %q", group[0], Key(group[0]), other, Key(other))
			}
		}
	}
}

// What must stay apart, and what the rules are known not to bring together.
func TestSpellingsStayApart(t *testing.T) {
	for _, pair := range [][2]string{
		{"Kucala", "Koutiala"}, {"STP", "STOP"}, {"oui", "non"}, {"bi", "be"}, {"kelen", "kɛlɛ"}, {"1122", "12"}, {"a b", "ab"},
	} {
		if Key(pair[0]) == Key(pair[1]) {
			t.Errorf("%q and %q both fold to %q", pair[0], pair[1], Key(pair[0]))
		}
	}
}

// The keys themselves are stored, in indexes and in data files: they must not change unnoticed.
func TestKey(t *testing.T) {
	for text, want := range map[string]string{
		"tiɲɛ":                      "tinye",
		"ŋunuŋunukuma":              "nunununukuma",
		"Bougouni":                  "buguni",
		"Guinée, guerre, longue":    "gine gere lonue",
		"  N'Gorkou / M’Bouna  ":    "norku mbuna",
		"Ref. 482911":               "ref 482911",
		"oou":                       "ou", // not folded further
		"L'école est-elle fermée ?": "lecole est ele ferme",
		"ߒߞߏ سلام":                  "ߒߞߏ سلام",
		"a\xffb":                    "a b",
		"👍 ... ":                    "",
		"":                          "",
	} {
		if got := Key(text); got != want {
			t.Errorf("%q folds to %q, want %q", text, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	got := Words("Arrêtez de m'envoyer les SMS, svp!")
	if want := []string{"aretez", "de", "menvoyer", "les", "sms", "svp"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := Words(" 👍 ... "); got != nil {
		t.Errorf("signs are words: %q", got)
	}
}

// Texts that need no look at Unicode fold the same with and without it.
func TestASCIIFoldsAsAnyText(t *testing.T) {
	text := rapid.StringOfN(rapid.OneOf(rapid.SampledFrom([]rune("abcdghinotuyTGN '`.,-5")), rapid.RuneFrom(nil, ascii7)), 0, 60, -1)
	rapid.Check(t, func(rt *rapid.T) {
		s := text.Draw(rt, "text")
		if quick, full := string(lettersASCII(s)), string(letters(s)); quick != full {
			rt.Fatalf("%q: %q and %q", s, quick, full)
		}
	})
}

var ascii7 = &unicode.RangeTable{R16: []unicode.Range16{{Lo: 0, Hi: 0x7F, Stride: 1}}}

func TestKeyProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) { checkKey(rt, rapid.String().Draw(rt, "text")) })
}

func FuzzKey(f *testing.F) {
	f.Add("Ŋɲ\xff ou’gn")
	f.Add("ﬁ ǅ İstanbul 각 दो ߒߞߏ߫")
	f.Fuzz(func(t *testing.T, text string) { checkKey(t, text) })
}

// checkKey holds what every caller relies on: words of letters and digits, one space between, and no notice taken of case.
func checkKey(t rapid.TB, text string) {
	t.Helper()
	key := Key(text)
	if strings.Join(Words(text), " ") != key || strings.Join(strings.Fields(key), " ") != key {
		t.Fatalf("%q folds to %q, of words %q", text, key, Words(text))
	}
	for _, r := range key {
		if r != ' ' && !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.Is(unicode.Mc, r) || unicode.ToLower(r) != r {
			t.Fatalf("%q folds to %q, which has %U", text, key, r)
		}
	}
}

func BenchmarkKey(b *testing.B) {
	for name, text := range map[string]string{
		"ascii":   "On dit que le puits du quartier est mauvais, et que des hommes viennent ce soir a Gao avec des camions, c'est vrai ? STP",
		"french":  "On dit que le puits du quartier est empoisonné, et que des écoles ferment dès demain à Ségou; l’été aussi ? Répondez-moi",
		"bambara": "An ye kuma in sɛgɛsɛgɛ: nkalon don. Aw kana a jɛnsɛn. Kunnafoni lakika sɔrɔ dɔgɔtɔrɔso la walima polisi fɛ. Dɛmɛ: 36123",
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Key(text)
			}
		})
	}
}
