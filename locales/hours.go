package locales

import (
	"slices"
	"strconv"
	"strings"
)

// Span is a stretch of one day in which the desk is there: minutes since midnight, From included, To not; 24 h is 1440.
type Span struct {
	From, To int
}

// Week is the desk's usual week, Monday first; each day's spans are in order. A day without spans is closed.
type Week [7][]Span

// words are the week's opening hours, such as "lun-ven 10h-13h, 14h-18h; sam 9h-12h"; "" when it never opens.
// Neighbouring days with the same hours are one range.
func (w Week) words(days [7]string) string {
	var groups []string
	for first := 0; first < len(w); {
		last := first
		for last+1 < len(w) && slices.Equal(w[first], w[last+1]) {
			last++
		}
		if len(w[first]) > 0 {
			name := days[first]
			if last > first {
				name += "-" + days[last]
			}
			groups = append(groups, name+" "+spanWords(w[first]))
		}
		first = last + 1
	}
	return strings.Join(groups, "; ")
}

func spanWords(spans []Span) string {
	words := make([]string, len(spans))
	for i, s := range spans {
		words[i] = clockWords(s.From) + "-" + clockWords(s.To)
	}
	return strings.Join(words, ", ")
}

// clockWords is a time of day in digits and h, which needs no translation: 9h, 9h30.
func clockWords(minutes int) string {
	s := strconv.Itoa(minutes/60) + "h"
	if m := minutes % 60; m != 0 {
		if m < 10 {
			s += "0"
		}
		s += strconv.Itoa(m)
	}
	return s
}
