package hotline

import (
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/spelling"
)

// Both sides of the line: what is a command from a registered phone, and what only holds its words.
func TestCommands(t *testing.T) {
	v, err := LoadVocabulary()
	if err != nil {
		t.Fatal(err)
	}
	for text, want := range map[string]command{
		"PAUSE": {verb: verbPause}, "pause svp": {verb: verbPause}, "Pause tout": {verb: verbPause}, "SVP PAUSE merci": {verb: verbPause},
		"COUPURE": {verb: verbCut}, "coupure!": {verb: verbCut}, "pause coupure": {verb: verbCut}, "coupure pause": {verb: verbCut},
		"COUPURE 123457": {verb: verbCut, code: "123457"}, "coupure 12": {verb: verbCut},
		"REPRISE 123457": {verb: verbResume, code: "123457"}, "reprise 123 457": {verb: verbResume, code: "123457"},
		"Reprise123457 svp": {verb: verbResume, code: "123457"}, "REPRISE": {verb: verbResume}, "reprise 12345": {verb: verbResume},
		"FILE 123457": {verb: verbQueue, code: "123457"}, "file": {verb: verbQueue},
		"FILE 482918 123457": {verb: verbQueue, code: "123457", refs: []bot.Ref{"482918"}},
		"FILE 123457 482918": {verb: verbQueue, code: "123457", refs: []bot.Ref{"482918"}},
		"123457":             {verb: verbCode, code: "123457"},

		"coupure d'eau à Gao": {}, "la pause est finie": {}, "reprise des cours lundi": {}, "file d'attente à la pompe": {},
		"coupure de courant": {}, "reprise pause": {}, "pause file": {}, "": {}, "le pont est fermé": {}, "svp": {}, "tout": {}, "1234": {},
	} {
		got := v.command(spelling.Words(text))
		if want.verb == verbNone {
			got = command{verb: got.verb}
		}
		if got.verb != want.verb || got.kind != want.kind || got.code != want.code || !slices.Equal(got.refs, want.refs) {
			t.Errorf("%q is %+v, want %+v", text, got, want)
		}
	}
	known := []verb{verbPause, verbCut, verbResume, verbQueue, verbStock}
	for word, verb := range v.commands {
		if !slices.Contains(known, verb) {
			t.Errorf("the word %q means %q, which nothing does", word, verb)
		}
	}
	if len(v.commands) < len(known) {
		t.Errorf("%d words for %d commands", len(v.commands), len(known))
	}
}

// Whatever is typed: a switch is thrown only by a text whose first meaning it is, and a code is six digits and no reference.
func FuzzCommand(f *testing.F) {
	v, err := LoadVocabulary()
	if err != nil {
		f.Fatal(err)
	}
	for _, text := range []string{"PAUSE", "coupure svp", "REPRISE 123 457", "FILE 482918 123457", "stop tout", "coupure d'eau", "٣٤٥", "\x00\xff", "000000"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		tokens := spelling.Words(text)
		c := v.command(tokens)
		if c.code != "" {
			if _, isRef := bot.ParseRef(c.code); isRef && len(c.refs) == 0 && len(tokens) == 1 || len(c.code) != bot.CodeDigits || strings.Trim(c.code, "0123456789") != "" {
				t.Errorf("%q holds the code %q", text, c.code)
			}
		}
		for _, ref := range c.refs {
			if _, ok := bot.ParseRef(string(ref)); !ok {
				t.Errorf("%q holds the reference %q", text, ref)
			}
		}
		word := map[verb]string{verbPause: "pause", verbCut: "coupure", verbResume: "reprise", verbQueue: "file"}[c.verb]
		if word != "" && !slices.ContainsFunc(tokens, func(token string) bool { return v.commands[strings.TrimRight(token, "0123456789")] == c.verb }) {
			t.Errorf("%q is taken for %s without the word", text, word)
		}
		if again := v.command(tokens); again.verb != c.verb || again.code != c.code || !slices.Equal(again.refs, c.refs) {
			t.Errorf("%q is read in two ways", text)
		}
		if s := string(withoutDigits(bot.Text(text))); strings.ContainsAny(s, "0123456789") {
			t.Errorf("%q keeps digits", text)
		}
	})
}
