package redact

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/spelling"
)

func marks() Marks {
	return Marks{bot.MaskNumber: "[numéro]", bot.MaskAddress: "[adresse]", bot.MaskName: "[nom]", bot.MaskSpot: "[lieu]"}
}

func loaded(t testing.TB) *Redactor {
	t.Helper()
	r, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestHiddenByHand(t *testing.T) {
	r := loaded(t)
	text := "Le boucher de Boni, Awa, a tout vu"
	by := Occurrences(text, "BOUCHER")
	if len(by) != 1 || text[by[0].From:by[0].To] != "boucher" {
		t.Fatalf("found %v", by)
	}
	by[0].Kind = bot.MaskName
	if got := Apply(text, r.Beside(text, by, marks()), marks()); got != "Le [nom] de Boni, [nom], a tout vu" {
		t.Errorf("hidden as %q", got)
	}
	for text, words := range map[string]string{
		"Le chef de gare a vu": "chef  de GARE", "l'épouse de k'Tɛ": "epouse de kte", "a-b a b": "a b", "le pont": "pontt", "": "x",
	} {
		spans := Occurrences(text, words)
		switch words {
		case "pontt", "epouse de kte": // the first folds to pont; an apostrophe parts words
		case "x":
			if len(spans) != 0 {
				t.Errorf("%q is found in %q", words, text)
			}
		default:
			if len(spans) == 0 {
				t.Errorf("%q is not found in %q", words, text)
			}
		}
	}
	for _, nothing := range []string{"", " ", "!"} {
		if spans := Occurrences("tout ! ", nothing); spans != nil {
			t.Errorf("%q is found: %v", nothing, spans)
		}
	}
}

// A number of Mali is hidden however it is grouped, and leaves no digit of itself.
func TestNumbersInAnyGrouping(t *testing.T) {
	r := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		digits := rapid.StringMatching(`[567689]0000[0-9]{3}`).Draw(t, "digits")
		sep := rapid.SampledFrom([]string{" ", ".", "-", "/", "_", "\u00a0", ") ", ","}).Draw(t, "sep")
		var b strings.Builder
		b.WriteString(rapid.SampledFrom([]string{"", "+223", "00223", "+223 ", "00223 ", "+223"}).Draw(t, "prefix"))
		for i, c := range digits {
			switch {
			case i > 0 && c == '0' && rapid.Bool().Draw(t, "letter"):
				c = rapid.SampledFrom([]rune{'o', 'O'}).Draw(t, "o")
			case i > 0 && c == '1' && rapid.Bool().Draw(t, "letter"):
				c = 'l'
			}
			b.WriteRune(c)
			if i%2 == 1 && i < 7 && rapid.IntRange(0, 2).Draw(t, "part") > 0 {
				b.WriteString(sep)
			}
		}
		text := "appelez le " + b.String() + " svp"
		if got := r.Redact(text, marks()); got != "appelez le [numéro] svp" {
			t.Fatalf("%q is shown as %q", text, got)
		}
	})
}

// Every listed name that is no other word is hidden in a plain sentence, in any case and without its accents.
func TestEveryListedName(t *testing.T) {
	r := loaded(t)
	n := 0
	for line := range strings.Lines(facts) {
		class, names, _ := strings.Cut(strings.TrimSpace(line), ": ")
		if class != "first" && class != "family" {
			continue
		}
		for name := range strings.FieldsSeq(names) {
			n++
			if r.classes[fold(name)]&common != 0 {
				continue
			}
			for _, written := range []string{name, strings.ToLower(name), strings.ToUpper(name)} {
				if got := r.Redact("on a vu "+written+" hier", marks()); got != "on a vu [nom] hier" {
					t.Errorf("%s is shown: %q", written, got)
				}
			}
		}
	}
	if n < 400 {
		t.Errorf("%d names only", n)
	}
}

// The short way to a key gives what spelling gives.
func TestFolded(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zA-ZéN]{0,3}(tch|ty|dj|dy|gn|ng|ou|gue|gui|[a-z]{1,3}){0,4}`).Draw(t, "word")
		if folded(word) && spelling.Key(word) != word {
			t.Fatalf("%q folds to %q", word, spelling.Key(word))
		}
	})
}

func TestBadFacts(t *testing.T) {
	for _, facts := range []string{"names: Awa", "Awa"} {
		if _, err := New(facts); err == nil {
			t.Errorf("%q gave no error", facts)
		}
	}
}

func FuzzRedact(f *testing.F) {
	for _, s := range []string{
		"Moussa Traoré 70 00 00 12", "[nom] [numéro", "+223 (70) oo oo l2", "\xff@\x00.com", "chez le fils de [nom] Zan", "16°16'18\"N",
		"entre le puits et le marché", "Ag ag AG", "a.b@c.ml[lieu]", "0000000000000000000", "n° 12 porte n° [lieu] 4", "٧٠٠٠٠٠١٢", "M. M. M. Z.",
		"+[numéro]+", "quartier quartier Zan 4 5", "www.[adresse]x.ml",
	} {
		f.Add(s)
	}
	r := loaded(f)
	f.Fuzz(func(t *testing.T, text string) {
		spans := r.Spans(text, marks())
		at := 0
		for _, s := range spans {
			if s.From < at || s.To <= s.From || s.To > len(text) {
				t.Fatalf("spans %v of %d bytes", spans, len(text))
			}
			at = s.To
		}
		once := r.Redact(text, marks())
		if !utf8.ValidString(once) {
			t.Errorf("%q is not valid UTF-8", once)
		}
		// The longest mark has ten bytes and stands for one at least; a byte that is no UTF-8 is shown in three.
		if len(once) > 10*len(text)+10 {
			t.Errorf("%d bytes became %d", len(text), len(once))
		}
		if twice := r.Redact(once, marks()); twice != once {
			t.Errorf("%q\n%q\n%q", text, once, twice)
		}
	})
}
