package hotline

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot/spelling"
)

// spelt writes a word as somebody may type it: in any case, with accents or without, letters doubled, a sign behind.
func spelt(t *rapid.T, word string) string {
	var b strings.Builder
	style := rapid.SampledFrom([]string{"as it is", "upper", "title", "mixed"}).Draw(t, "style")
	for i, r := range word {
		s := string(r)
		if accents := map[string]string{"e": "éèêë", "a": "àâ", "i": "îï", "o": "ôö"}[s]; accents != "" && rapid.IntRange(0, 4).Draw(t, "accent") == 0 {
			s = rapid.SampledFrom(strings.Split(accents, "")).Draw(t, "with")
		}
		if style == "upper" || style == "title" && i == 0 || style == "mixed" && rapid.Bool().Draw(t, "capital") {
			s = strings.ToUpper(s)
		}
		b.WriteString(s)
		if strings.ContainsAny(s, "pPtTrR") && rapid.IntRange(0, 5).Draw(t, "double") == 0 {
			b.WriteString(s)
		}
	}
	b.WriteString(rapid.SampledFrom([]string{"", "", "", ".", "!", " !", "...", ",", "?", "\n"}).Draw(t, "sign"))
	return b.String()
}

// A stop word stops in any spelling, alone or with words of courtesy and of what we send around it; one word of anything else
// makes it a text that somebody reads.
func TestEverySpellingOfStop(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	// What may stand beside it, and what people complain about in the same breath.
	beside := []string{"svp", "stp", "merci", "sms", "les sms", "vos messages", "s'il vous plait", "m'envoyer", "de m'envoyer les sms", "tous"}
	others := []string{"mensonge", "gouverneur", "bus", "demain", "attaques", "la guerre", "marché", "Gao", "au", "aux", "enfants", "12", "armée"}
	rapid.Check(t, func(t *rapid.T) {
		words := append(slices.Clone([]string{"stop", "stoppez", "desabonner", "desabonnez", "desinscrire", "dabila"}), "arret", "arreter", "arretez")
		word := rapid.SampledFrom(words).Draw(t, "word")
		around := rapid.SliceOfN(rapid.SampledFrom(beside), 0, 3).Draw(t, "around")
		if strings.HasPrefix(word, "arret") && len(around) > 0 && !slices.ContainsFunc(around, func(w string) bool {
			return strings.Contains(w, "sms") || strings.Contains(w, "messages") || strings.Contains(w, "envoyer")
		}) {
			around = append(around, "sms") // "arretez tous" may be a plea to arrest somebody
		}
		parts := slices.Insert(slices.Clone(around), rapid.IntRange(0, len(around)).Draw(t, "at"), spelt(t, word))
		text := strings.Join(parts, " ")
		if got, _ := v.word(spelling.Words(text)); got != wordStop {
			t.Fatalf("%q is taken for %q, want a STOP", text, got)
		}
		other := rapid.SampledFrom(others).Draw(t, "other")
		more := strings.Join(slices.Insert(parts, rapid.IntRange(0, len(parts)).Draw(t, "there"), other), " ")
		if got, _ := v.word(spelling.Words(more)); got == wordStop {
			t.Fatalf("%q is taken for a STOP", more)
		}
	})
}

// Whatever is typed: a STOP stays one in capitals, with courtesy, and said twice; it holds a word for it and none that we do not
// know; and no text becomes one by courtesy.
func FuzzStop(f *testing.F) {
	v, err := LoadVocabulary()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{
		"STOP", "stopp!", "ARRÊT", "arretez de m'envoyer les sms", "stop svp", "a dabila", "désabonnez-moi", "STP", "stp",
		"stop au mensonge, le gouverneur a fui", "arret des bus demain", "aide alimentaire détournée", "Arrêtez-les svp", "stop\x00\xff", "ſtop",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := spelling.Words(text)
		got, _ := v.word(tokens)
		if got != wordStop {
			if strings.TrimSpace(text) != "" && !slices.ContainsFunc(tokens, func(w string) bool { return v.stop[w] || v.end[w] }) {
				if polite, _ := v.word(spelling.Words("svp " + text + " merci")); polite == wordStop {
					t.Errorf("%q becomes a STOP by courtesy", text)
				}
			}
			return
		}
		for _, token := range tokens {
			if !inOne(token, []set{v.stop, v.end, v.courtesy, v.things, v.sending, v.pronouns}) {
				t.Errorf("%q is taken for a STOP with %q in it", text, token)
			}
		}
		for _, again := range []string{"svp " + text, text + " merci", text + " !!!", text + " " + text} {
			if w, _ := v.word(spelling.Words(again)); w != wordStop {
				t.Errorf("%q stops, and %q is %q", text, again, w)
			}
		}
		if w, _ := v.word(spelling.Words(text + " gouverneur")); w == wordStop {
			t.Errorf("%q stops with a governor in it", text)
		}
	})
}
