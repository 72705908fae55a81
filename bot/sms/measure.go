package sms

import (
	"unicode/utf16"

	"tinye/bot"
)

// What one message holds (3GPP TS 23.040 clause 9.2.3.24.1), in septets of GSM-7 and in UTF-16 units.
const (
	singleSeptets = 160
	partSeptets   = 153
	singleUnits   = 70
	partUnits     = 67
)

// MaxParts is the most parts that a text can travel in: the header has one octet for their number.
const MaxParts = 255

// Size is what a text costs on the air.
type Size struct {
	Encoding bot.Encoding
	// Units are septets in GSM-7, where ^ { } \ [ ~ ] | € and form feed take two, and UTF-16 units in UCS-2, where an
	// emoji takes two.
	Units int
	// Parts is how many messages are paid for, 1 for the empty text. More than MaxParts cannot be sent.
	Parts int
	// Room is how many units the last part still takes.
	Room int
	// Outsiders are the characters that force UCS-2, each once, in the order in which they first appear.
	Outsiders []Outsider
	// PartsWithout is how many parts there would be if each outsider cost one septet: where it is less than Parts, the
	// outsiders are what makes the text dear.
	PartsWithout int
}

// Outsider is a character that GSM-7 lacks, and how many characters stand before its first appearance.
type Outsider struct {
	Char rune
	At   int
}

// Measure counts a text as it stands; what is to be sent goes through Wire first.
func Measure(text string) Size {
	narrow := layout{single: singleSeptets, part: partSeptets}
	wide := layout{single: singleUnits, part: partUnits}
	var outsiders []Outsider
	var seen map[rune]bool
	at := 0
	for _, r := range text {
		n := septets(r)
		if n == 0 {
			n = 1
			if !seen[r] {
				if seen == nil {
					seen = make(map[rune]bool)
				}
				seen[r] = true
				outsiders = append(outsiders, Outsider{Char: r, At: at})
			}
		}
		narrow.add(n)
		wide.add(utf16.RuneLen(r))
		at++
	}
	s := Size{Encoding: bot.GSM7, Outsiders: outsiders, PartsWithout: narrow.parts()}
	l := narrow
	if len(outsiders) > 0 {
		s.Encoding, l = bot.UCS2, wide
	}
	s.Units, s.Parts, s.Room = l.units, l.parts(), l.room()
	return s
}

// layout lays characters into parts, none of them across a border.
type layout struct {
	single, part int // budgets of a lone message and of one among several
	units        int // so far
	full         int // parts filled so far, if there are to be several
	fill         int // units in the part after them
}

// add lays a character of n units and says whether it opens a new part among several.
func (l *layout) add(n int) (opens bool) {
	l.units += n
	if l.fill+n > l.part {
		l.full++
		l.fill = 0
		opens = true
	}
	l.fill += n
	return opens
}

func (l *layout) parts() int {
	if l.units <= l.single {
		return 1
	}
	return l.full + 1
}

func (l *layout) room() int {
	if l.units <= l.single {
		return l.single - l.units
	}
	return l.part - l.fill
}
