package locales

import (
	"fmt"
	"slices"
	"strings"
)

// template is a text cut at its placeholders. The zero value stands for a form that a language does not have.
type template []piece

// piece is words as they stand, or the name of a value; never both.
type piece struct {
	words string
	value string
}

// parseTemplate cuts s at its {name} placeholders; a brace that is not part of one is an error.
func parseTemplate(s string) (template, error) {
	var t template
	for s != "" {
		open := strings.IndexAny(s, "{}")
		if open < 0 {
			return append(t, piece{words: s}), nil
		}
		if s[open] == '}' {
			return nil, fmt.Errorf("a } without its { in %q", s)
		}
		if open > 0 {
			t = append(t, piece{words: s[:open]})
		}
		name, rest, closed := strings.Cut(s[open+1:], "}")
		if !closed || !isName(name) {
			return nil, fmt.Errorf("a { that begins no {name} in %q", s)
		}
		t = append(t, piece{value: name})
		s = rest
	}
	return t, nil
}

func isName(s string) bool {
	return s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyz_") == ""
}

// values are the names of the placeholders, sorted, each once.
func (t template) values() []string {
	var names []string
	for _, p := range t {
		if p.value != "" {
			names = append(names, p.value)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// fill puts the values in literally. ok is false when one is missing or empty: an empty value makes a sentence untrue.
func (t template) fill(value func(name string) string) (s string, ok bool) {
	var b strings.Builder
	for _, p := range t {
		if p.value == "" {
			b.WriteString(p.words)
			continue
		}
		v := value(p.value)
		if v == "" {
			return "", false
		}
		b.WriteString(v)
	}
	return b.String(), b.Len() > 0
}

// String is the text with its placeholders, as a translator reads it.
func (t template) String() string {
	var b strings.Builder
	for _, p := range t {
		if p.value == "" {
			b.WriteString(p.words)
		} else {
			b.WriteString("{" + p.value + "}")
		}
	}
	return b.String()
}
