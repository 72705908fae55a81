package redact

import (
	"testing"
	"unicode/utf8"

	"tinye/bot"
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
