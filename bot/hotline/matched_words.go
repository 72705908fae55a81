package hotline

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// matchSaid is what a text says to a question that follows a match, by its words alone.
type matchSaid string

const (
	matchNothing matchSaid = ""
	matchOne     matchSaid = "1"       // that is what is told
	matchZero    matchSaid = "0"       // another matter
	matchYes     matchSaid = "yes"     // that is what is told, in words: "c'est ça"
	matchNo      matchSaid = "no"      // it is not, in words: "c'est pas ça"
	matchLetter  matchSaid = "o"       // the letter, which may be a nought or a yes
	matchMuddled matchSaid = "muddled" // another digit, more than one of these, or few words that tell nothing: "peut-être"
)

// mostMuddled is how many digits a muddled reply has at most: a longer number is a code, a reference or one that matters.
const mostMuddled = 2

// mostVague is how many words a reply has at most that tells nothing and is asked again.
const mostVague = 4

// matchSaid reads a reply: 1 or 0, alone or with the words that stand beside it in the question ("1 oui", "0 autre sujet"). Those
// words alone say the same. A text with any other word in it is none: it may be a report.
func (v *Vocabulary) matchSaid(tokens []string) matchSaid {
	if len(tokens) == 0 {
		return matchNothing
	}
	if only(tokens, v.another, v.matter, v.courtesy, v.no, v.speaking) {
		return matchZero
	}
	head, rest := tokens[0], tokens[1:]
	said := matchMuddled
	switch {
	case head == "1" && beside(rest, v.yes, v.assent, v.courtesy, v.thanks, v.that, v.exactly, v.being):
		said = matchOne
	case head == "0" && v.besideZero(rest):
		said = matchZero
	case head == "o" && len(rest) == 0:
		said = matchLetter
	case len(rest) == 0 && utf8.RuneCountInString(head) == 1: // another letter
	case len(head) > mostMuddled || strings.Trim(head, "0123456789") != "" || !beside(rest, v.yes, v.no, v.assent, v.courtesy, set{"0": true, "1": true}):
		said = v.matchWords(tokens)
	}
	return said
}

// besideZero tells whether words behind a 0 only say that another matter is meant.
func (v *Vocabulary) besideZero(rest []string) bool {
	return beside(rest, v.no, v.another, v.matter, v.courtesy, v.thanks, v.that, v.being, v.not, v.speaking)
}

// matchWords reads a reply in words: a clear yes or no, or a few words that tell nothing, with one among them that is no courtesy.
func (v *Vocabulary) matchWords(tokens []string) matchSaid {
	var yes, no, that, exactly, being, perhaps bool
	for _, t := range tokens {
		yes, no, that = yes || v.yes[t], no || v.no[t] || v.not[t], that || v.that[t]
		exactly, being, perhaps = exactly || v.exactly[t], being || v.being[t], perhaps || v.perhaps[t]
	}
	said := beside(tokens, v.that, v.exactly, v.being, v.yes, v.no, v.not, v.assent, v.courtesy, v.thanks)
	denies := slices.ContainsFunc(tokens, func(t string) bool { return v.not[t] })
	switch {
	case said && !no && (exactly || that && (being || yes)):
		return matchYes
	case said && denies && !yes && !exactly && that:
		return matchNo
	case len(tokens) > mostVague || !perhaps && !denies && !exactly && !(that && (no || yes)):
		return matchNothing
	case beside(tokens, v.that, v.exactly, v.being, v.yes, v.no, v.not, v.assent, v.courtesy, v.thanks, v.perhaps, v.another, v.matter, v.speaking):
		return matchMuddled
	}
	return matchNothing
}

// anotherTold tells whether a text begins with the 0 of another matter and goes on with words that tell something.
func (v *Vocabulary) anotherTold(tokens []string) bool {
	return len(tokens) > 1 && tokens[0] == "0" && !v.besideZero(tokens[1:]) && letters(strings.Join(tokens[1:], "")) >= fewestLetters
}

// beside tells whether all tokens are in one of the sets.
func beside(tokens []string, sets ...set) bool {
	for _, t := range tokens {
		if !inOne(t, sets) {
			return false
		}
	}
	return true
}
