package flows

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Graph draws a flow as a Mermaid flowchart: what leads from one screen to another stands on its arrow, a line's number,
// list for a list's line, text for what is typed, and behind a colon the outcome that leads elsewhere. Dotted arrows are
// screens that lead on by themselves while they load. Input that leads back to the same screen is left out, and so are
// the keys, which mean the same everywhere.
func Graph(f *Flow) string {
	var b strings.Builder
	b.WriteString("flowchart TD\n  dial((dial))\n")
	for i := range f.Screens {
		s := &f.Screens[i]
		if f.byID[s.ID] != s {
			continue
		}
		shape := "[%s]"
		switch {
		case s.End:
			shape = "([%s])"
		case s.Input != nil:
			shape = "[/%s/]"
		}
		fmt.Fprintf(&b, "  %s"+shape+"\n", node(s.ID), strconv.Quote(s.ID))
	}
	for _, a := range f.arrows() {
		line := "-->"
		if a.loading {
			line = "-.->"
		}
		if label := strings.Join(inRanges(a.labels), ", "); label != "" {
			line += "|" + strconv.Quote(label) + "|"
		}
		fmt.Fprintf(&b, "  %s %s %s\n", a.from, line, a.to)
	}
	return b.String()
}

// node is a screen's name in the drawing: some words, such as end, mean something to Mermaid.
func node(id string) string {
	return "s_" + strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, id)
}

// arrow is all ways from one screen to another.
type arrow struct {
	from, to string // nodes
	loading  bool
	labels   []string
}

// arrows are a flow's arrows in its order.
func (f *Flow) arrows() []arrow {
	var arrows []arrow
	for _, w := range f.ways() {
		if w.to == Stay || f.byID[w.to] == nil {
			continue
		}
		from := "dial"
		if w.from != nil {
			from = node(w.from.ID)
		}
		a := arrow{from: from, to: node(w.to), loading: w.by == byLoading}
		at := slices.IndexFunc(arrows, func(b arrow) bool { return b.from == a.from && b.to == a.to && b.loading == a.loading })
		if at < 0 {
			at, arrows = len(arrows), append(arrows, a)
		}
		if label := w.label(); label != "" {
			arrows[at].labels = append(arrows[at].labels, label)
		}
	}
	return arrows
}

// label is what stands on a way's arrow.
func (w way) label() string {
	var label string
	switch w.by {
	case byLine:
		label = "list"
	case byChoice:
		label = strconv.Itoa(w.choice)
		if w.from.List != nil {
			label = "line " + label + " after the list"
		}
	case byTyping:
		label = "text"
	case byCode:
		label = "code"
	}
	switch {
	case w.outcome == "":
		return label
	case label == "":
		return w.outcome
	}
	return label + ": " + w.outcome
}

// inRanges writes three and more lines in a row as a range.
func inRanges(labels []string) []string {
	var short []string
	for i := 0; i < len(labels); {
		first, err := strconv.Atoi(labels[i])
		last := i
		for err == nil && last+1 < len(labels) && labels[last+1] == strconv.Itoa(first+last+1-i) {
			last++
		}
		if last < i+2 {
			short, i = append(short, labels[i]), i+1
			continue
		}
		short, i = append(short, labels[i]+" to "+labels[last]), last+1
	}
	return short
}

// graphEnd is the comment that ends a drawing in a Markdown file.
const graphEnd = "<!-- end of the flow -->"

// PutGraph puts a flow's drawing between the two comments of a Markdown file that are there for it. It fails when they
// are not.
func PutGraph(markdown []byte, f *Flow) ([]byte, error) {
	begin := fmt.Sprintf("<!-- flow %s: bin/tinye flows graph --into FILE -->", f.Name)
	before, rest, ok := bytes.Cut(markdown, []byte(begin))
	_, after, closed := bytes.Cut(rest, []byte(graphEnd))
	if !ok || !closed {
		return nil, fmt.Errorf("flows: no place for the drawing, which stands between %s and %s", begin, graphEnd)
	}
	return slices.Concat(before, []byte(begin+"\n```mermaid\n"+Graph(f)+"```\n"+graphEnd), after), nil
}
