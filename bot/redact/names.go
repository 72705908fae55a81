package redact

import (
	"unicode/utf8"

	"tinye/bot"
)

// names tells of each word whether it is part of a person's name.
//
// Masked are: a listed name that is no other word; one that is, beside another name or a title, or with a capital inside a
// sentence; a strange word with a capital right after a name, a title (imam Z.) or somebody's kin (the oncle Z., the fils de
// Z.); what ag, ould and their like join to a name; and initials at a name.
func (t *read) names() []bool {
	is := make([]bool, len(t.words))
	for i, w := range t.words {
		is[i] = w.class&(first|family) != 0
	}
	for changed := true; changed; {
		changed = false
		for i := range t.words {
			if !is[i] && t.named(is, i) {
				is[i], changed = true, true
			}
		}
	}
	return is
}

// named decides about a word by those beside it.
func (t *read) named(is []bool, i int) bool {
	w := t.words[i]
	if w.hides != "" || w.digits || w.key == "" {
		return false
	}
	name := func(i int) bool { return i >= 0 && i < len(is) && (is[i] || t.words[i].hides == bot.MaskName) }
	before, after := t.near(i) && name(i-1), t.near(i+1) && name(i+1)
	capital := t.capital(w)
	called := t.near(i) && t.at(i-1).class&(title|kin) != 0
	if w.class&(maybeFirst|maybeFamily) != 0 {
		if w.class&common != 0 { // ka, so: mostly not
			return capital && !w.begins && w.class&stays == 0 && (before || called)
		}
		return before || after && w.class&maybeFirst != 0 || called || capital && !w.begins && t.calm && w.class&stays == 0
	}
	if w.class&inside != 0 {
		return before && t.near(i+1) && t.joined(w, t.at(i+1), name(i+1))
	}
	if before && t.near(i-1) && t.at(i-1).class&inside != 0 && w.class&(stays|common) == 0 {
		return true // what follows ag or ould, once these are part of the name
	}
	if t.initial(w) {
		dotted := w.to < len(t.text) && t.text[w.to] == '.'
		return dotted && (before || after)
	}
	if !capital || !w.strange() {
		return false
	}
	if before || called {
		return true
	}
	of := t.at(i - 1).key
	return t.near(i) && t.near(i-1) && (of == "de" || of == "du" || of == "d") && t.at(i-2).class&kin != 0
}

// joined tells whether a particle inside a name joins the next word to it. "dit" is a common verb: it wants a name after it.
func (t *read) joined(particle, next word, named bool) bool {
	if named {
		return true
	}
	if particle.class&common != 0 {
		return t.capital(next) && next.strange()
	}
	return next.hides == "" && next.class&common == 0 && next.key != ""
}

func (t *read) initial(w word) bool {
	return w.upper && utf8.RuneCountInString(t.text[w.from:w.to]) == 1
}

// nameSpans makes one span of the words of one name, with the particles between them.
func (t *read) nameSpans(is []bool) []Span {
	var spans []Span
	for i, w := range t.words {
		if !is[i] {
			continue
		}
		if n := len(spans); n > 0 && i > 0 && is[i-1] && t.near(i) {
			spans[n-1].To = w.to
			continue
		}
		spans = append(spans, Span{From: w.from, To: w.to, Kind: bot.MaskName})
	}
	return spans
}
