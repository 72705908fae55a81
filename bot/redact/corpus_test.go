package redact

import (
	"os"
	"strings"
	"testing"

	"tinye/bot"
)

// expected is a piece of a sentence of the corpus; kind "" must stay.
type expected struct {
	from, to int
	kind     bot.MaskKind
}

// sentence reads a line of testdata/corpus.txt.
func sentence(t *testing.T, line string) (string, []expected) {
	t.Helper()
	var text strings.Builder
	var want []expected
	for line != "" {
		before, rest, found := strings.Cut(line, "{")
		text.WriteString(before)
		if !found {
			break
		}
		inner, after, closed := strings.Cut(rest, "}")
		letter, words, named := strings.Cut(inner, ":")
		kinds := map[string]bot.MaskKind{"n": bot.MaskNumber, "a": bot.MaskAddress, "p": bot.MaskName, "l": bot.MaskSpot, "s": ""}
		kind, known := kinds[letter]
		if !closed || !named || !known {
			t.Fatalf("not a sentence of the corpus: %q", line)
		}
		from := text.Len()
		text.WriteString(words)
		want = append(want, expected{from, text.Len(), kind})
		line = after
	}
	return text.String(), want
}

func TestCorpus(t *testing.T) {
	r := loaded(t)
	file, err := os.ReadFile("testdata/corpus.txt")
	if err != nil {
		t.Fatal(err)
	}
	type score struct{ wanted, hidden, found, right int }
	scores := map[bot.MaskKind]*score{}
	for _, k := range bot.MaskKinds() {
		scores[k] = &score{}
	}
	sentences := 0
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		sentences++
		text, want := sentence(t, line)
		spans := r.Spans(text, marks())
		masked := make([]bool, len(text))
		for _, s := range spans {
			for i := s.From; i < s.To; i++ {
				masked[i] = true
			}
		}
		hidden := func(e expected) (n int) {
			for i := e.from; i < e.to; i++ {
				if masked[i] && text[i] != ' ' {
					n++
				}
			}
			return n
		}
		for _, e := range want {
			all := len(strings.ReplaceAll(text[e.from:e.to], " ", ""))
			switch n := hidden(e); {
			case e.kind == "" && n > 0:
				t.Errorf("%q does not stay: %s", text[e.from:e.to], r.Redact(text, marks()))
			case e.kind != "":
				scores[e.kind].wanted++
				if n == all {
					scores[e.kind].hidden++
				} else {
					t.Logf("%s %q is not hidden: %s", e.kind, text[e.from:e.to], r.Redact(text, marks()))
				}
			}
		}
		for _, s := range spans {
			scores[s.Kind].found++
			right := false
			for _, e := range want {
				right = right || e.kind != "" && s.From < e.to && e.from < s.To
			}
			if right {
				scores[s.Kind].right++
			} else {
				t.Logf("%s %q is hidden in vain: %s", s.Kind, text[s.From:s.To], r.Redact(text, marks()))
			}
		}
		if once := r.Redact(text, marks()); r.Redact(once, marks()) != once {
			t.Errorf("redacted again, %q becomes %q", once, r.Redact(once, marks()))
		}
	}
	if sentences < 150 {
		t.Errorf("%d sentences only", sentences)
	}
	least := map[bot.MaskKind]struct{ recall, precision float64 }{
		bot.MaskNumber: {.98, .95}, bot.MaskName: {.95, .9}, bot.MaskAddress: {.95, .95}, bot.MaskSpot: {.9, .9},
	}
	for _, k := range bot.MaskKinds() {
		s := scores[k]
		recall, precision := float64(s.hidden)/float64(s.wanted), float64(s.right)/float64(max(s.found, 1))
		t.Logf("%-8s recall %.3f (%d of %d), precision %.3f (%d of %d)", k, recall, s.hidden, s.wanted, precision, s.right, s.found)
		if s.wanted < 5 || recall < least[k].recall || precision < least[k].precision {
			t.Errorf("%s: recall %.3f, precision %.3f; want %.2f and %.2f", k, recall, precision, least[k].recall, least[k].precision)
		}
	}
}
