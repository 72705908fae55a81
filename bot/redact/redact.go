package redact

import (
	"slices"
	"strings"
	"unicode/utf8"

	"tinye/bot"
)

// Span is a piece of a text to hide, in bytes: from From to before To.
type Span struct {
	From, To int
	Kind     bot.MaskKind
}

// Marks are what readers see in place of what is hidden, in their language, such as [nom].
type Marks map[bot.MaskKind]string

// Redactor knows the names and words. It is only read, so many may use it at once.
type Redactor struct {
	classes map[string]class
	groups  map[string]bool // by the folding key
}

// mostRounds ends a search that finds more each time. Each round hides a word at least, and no rule reaches further than a
// few words; a chain of capitals, the longest that was seen, is hidden in one.
const mostRounds = 12

// Spans are the pieces of a text to hide, in its order, apart from each other.
//
// A rule may see by another's mark what it could not see before, so they are tried again on the redacted text until nothing
// more is found.
func (r *Redactor) Spans(text string, marks Marks) []Span { return r.Beside(text, nil, marks) }

// Beside is Spans for a text of which some pieces are hidden already, by hand: they are among the spans it gives.
func (r *Redactor) Beside(text string, hidden []Span, marks Marks) []Span {
	spans := join(hidden)
	var t *read
	for range mostRounds {
		masked, origin := text, []Span(nil)
		if len(spans) > 0 {
			masked, origin = apply(text, spans, marks)
		}
		t = r.read(masked, marks, t)
		found := t.find()
		if len(found) == 0 {
			break
		}
		for i, s := range found {
			found[i].From, found[i].To = toText(origin, spans, s.From, false), toText(origin, spans, s.To, true)
		}
		spans = join(append(spans, found...))
	}
	return spans
}

// Redact is a text with what must be hidden replaced by marks. The result is valid UTF-8 whatever the text was.
func (r *Redactor) Redact(text string, marks Marks) string {
	text = strings.ToValidUTF8(text, string(utf8.RuneError))
	return Apply(text, r.Spans(text, marks), marks)
}

// Apply puts marks in place of spans, which are in order and apart, as Spans and Beside give them.
func Apply(text string, spans []Span, marks Marks) string {
	masked, _ := apply(text, spans, marks)
	return masked
}

// apply also tells where in its result each mark stands.
func apply(text string, spans []Span, marks Marks) (string, []Span) {
	if len(spans) == 0 {
		return text, nil
	}
	var b strings.Builder
	b.Grow(len(text) + 8*len(spans))
	placed := make([]Span, 0, len(spans))
	at := 0
	for _, s := range spans {
		b.WriteString(text[at:s.From])
		from := b.Len()
		b.WriteString(marks[s.Kind])
		placed = append(placed, Span{From: from, To: b.Len(), Kind: s.Kind})
		at = s.To
	}
	b.WriteString(text[at:])
	return b.String(), placed
}

// toText turns a place in a masked text into the place in the text itself; one within a mark into an end of what it hides.
func toText(marks, hidden []Span, at int, end bool) int {
	shift := 0
	for i, m := range marks {
		switch {
		case at <= m.From:
			return at + shift
		case at < m.To && !end:
			return hidden[i].From
		case at < m.To:
			return hidden[i].To
		}
		shift = hidden[i].To - m.To
	}
	return at + shift
}

// join sorts spans and makes one of those that overlap; of two kinds it keeps the wider's.
func join(spans []Span) []Span {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b Span) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return b.To - a.To
	})
	out := spans[:0]
	for _, s := range spans {
		if s.From >= s.To {
			continue
		}
		if n := len(out); n > 0 && s.From < out[n-1].To {
			last := &out[n-1]
			if s.To-s.From > last.To-last.From {
				last.Kind = s.Kind
			}
			last.To = max(last.To, s.To)
			continue
		}
		out = append(out, s)
	}
	return out
}

// find is one round over a text with marks in it.
func (t *read) find() []Span {
	spans := t.addresses()
	spans = append(spans, coordinates(t.text)...)
	spans = append(spans, t.numbers(spans)...)
	names := t.names()
	spans = append(spans, t.spots(names)...)
	return join(append(spans, t.nameSpans(names)...))
}
