package config

import (
	"fmt"
	"slices"
	"strings"
)

// Kind is how bad a Problem is.
type Kind string

// Kinds of Problem.
const (
	Wrong       Kind = "wrong"       // must be changed before Tinye starts
	Placeholder Kind = "placeholder" // the example's value still stands there: fill it in
	Warning     Kind = "warning"     // works, but look at it
)

// Problem is one thing to change in the configuration.
type Problem struct {
	Key  string // such as site.name or gateway[2].kannel.password, gateways counted from 1; "" for the whole file
	Line int    // in the file; 0 where it is not known
	Kind Kind
	Text string // a sentence that says what is wrong and what to do; never holds a secret
}

// String is the problem in one line.
func (p Problem) String() string {
	where := p.Key
	if p.Line > 0 {
		where = strings.TrimSpace(fmt.Sprintf("%s (line %d)", p.Key, p.Line))
	}
	text := p.Text
	if where != "" {
		text = where + ": " + text
	}
	if p.Kind == Warning {
		text = "warning: " + text
	}
	return text
}

// Problems is a list of them, as an error where one is needed.
type Problems []Problem

// Error lists all, a line each.
func (ps Problems) Error() string {
	lines := make([]string, len(ps))
	for i, p := range ps {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Err is nil if there are only warnings, and the list without them otherwise.
func (ps Problems) Err() error {
	hard := slices.DeleteFunc(slices.Clone(ps), func(p Problem) bool { return p.Kind == Warning })
	if len(hard) == 0 {
		return nil
	}
	return hard
}

func (ps *Problems) add(kind Kind, key, format string, args ...any) {
	*ps = append(*ps, Problem{Key: key, Kind: kind, Text: fmt.Sprintf(format, args...)})
}

func (ps Problems) has(key string) bool {
	return slices.ContainsFunc(ps, func(p Problem) bool { return p.Key == key })
}

// at fills in the lines, and sorts by them.
func (ps Problems) at(lines map[string]int) Problems {
	for i := range ps {
		ps[i].Line = lineOf(lines, ps[i].Key)
	}
	slices.SortStableFunc(ps, func(a, b Problem) int { return a.Line - b.Line })
	return ps
}
