package match

import (
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"tinye/bot"
)

func folded(text string) []string {
	var out []string
	for _, t := range split(text) {
		out = append(out, t.word)
	}
	return out
}

func TestTextIsTakenApart(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"L'armée a tué 45 000 chrétiens", "armee a tue 45000 chretiens"},
		{"45.000 et 45,000 et 2,5 millions", "45000 et 45000 et 2.5 millions"},
		{"le 12 mars 2021 à 20 h 30", "le 12 mars 2021 a 20 h 30"},
		{"voir https://t.co/abc @quelquun #VaccinObligatoire", "voir vaccin obligatoire"},
		{"Qu’est-ce qu'on sait d'aujourd'hui ?", "est ce on sait aujourdhui"},
		{"Ɲininkali: ɔwɔ ŋaniya ɛ", "nyininkali owo naniya e"},
		{"💉💉Vaccin💀gratuit", "vaccin gratuit"},
		{"2000f le litre à 30km, covid19 et 5G", "2000 f le litre a 30 km covid19 et 5g"},
		{"Œuvre décédée", "oeuvre decedee"},
		{"ÉCOLES FERMÉES", "ecoles fermees"},
		{"", ""},
		{" \u200b\x00 !!! ", ""},
	} {
		if got := strings.Join(folded(c.text), " "); got != c.want {
			t.Errorf("%q: %q, want %q", c.text, got, c.want)
		}
	}
}

// Different ways of writing one thing are one.
func TestWordsMeet(t *testing.T) {
	l := newLexicon()
	stems := func(text string, lang bot.Lang) []string {
		var out []string
		for _, w := range l.words(split(text), lang) {
			if w.kind&kindStop == 0 {
				out = append(out, w.stem)
			}
		}
		return out
	}
	for _, c := range []struct {
		a, b string
		lang bot.Lang
	}{
		{"vaccinées", "vaccine", ""},
		{"décédés", "decede", bot.French},
		{"la République démocratique du Congo", "RDC", ""},
		{"trois cents écoles", "300 ecole", ""},
		{"dix mille soldats", "10 000 soldat", ""},
		{"ds tt le village", "dans tout le village", ""},
		{"les Nations Unies", "ONU", ""},
		{"ɲɛgɛn kura", "nyegen kura", bot.Bambara},
		{"farafinna jamana", "FARAFINNA  jamaana", bot.Bambara},
	} {
		if a, b := stems(c.a, c.lang), stems(c.b, c.lang); !slices.Equal(a, b) {
			t.Errorf("%q is %q and %q is %q", c.a, a, c.b, b)
		}
	}
}

func TestSoundsMeet(t *testing.T) {
	for _, c := range [][2]string{
		{"question", "kestion"}, {"pharmacie", "farmacie"}, {"eau", "o"}, {"gratuits", "gratui"}, {"bateaux", "bato"}, {"ecole", "ekol"}, {"distribuer", "distribue"},
	} {
		if a, b := sound(c[0]), sound(c[1]); a != b {
			t.Errorf("%q sounds as %q and %q as %q", c[0], a, c[1], b)
		}
	}
	if a, b := bones(sound("gouvernement")), bones(sound("gvrnmnt")); a != b {
		t.Errorf("gouvernement has the consonants %q and gvrnmnt %q", a, b)
	}
}

// Whatever comes, words are bounded and folded, and folding a word again changes nothing.
func FuzzSplit(f *testing.F) {
	for _, s := range []string{"L'armée a tué 45 000 chrétiens #VaccinObligatoire", "1 2 333 444 5.555,66", "''''d'd'd", "ɲɔŋɛ 🇲🇱 ½ ٣٤", "\xff\xfe", "#A1B2c3"} {
		f.Add(s)
	}
	x, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, text string) {
		raw := split(text)
		if len(raw) > mostTokens {
			t.Fatalf("%d words", len(raw))
		}
		for _, w := range raw {
			if w.word == "" || strings.ContainsAny(w.word, " \n\t'#@") {
				t.Fatalf("word %q of %q", w.word, text)
			}
			if utf8.ValidString(text) && !utf8.ValidString(w.word) {
				t.Fatalf("word %q of %q is not UTF-8", w.word, text)
			}
			if again := folded(w.word); !w.digit && len(again) == 1 && again[0] != w.word && !elided(w.word) {
				t.Fatalf("%q folds to %q", w.word, again)
			}
		}
		for _, lang := range []bot.Lang{"", bot.Bambara, englishLang} {
			d := x.take(text, lang)
			if d.content > len(d.seq) || len(d.seq) > 4*mostTokens {
				t.Fatalf("%d content words of %d", d.content, len(d.seq))
			}
		}
	})
}
