package hotline

import (
	"strings"
	"unicode/utf8"
)

// matchSaid is what a text says to a question that follows a match, by its words alone.
type matchSaid string

const (
	matchNothing matchSaid = ""
	matchOne     matchSaid = "1"       // that is what is told
	matchZero    matchSaid = "0"       // another matter
	matchLetter  matchSaid = "o"       // the letter, which may be a nought or a yes
	matchMuddled matchSaid = "muddled" // another digit, or more than one of these
)

// mostMuddled is how many digits a muddled reply has at most: a longer number is a code, a reference or one that matters.
const mostMuddled = 2

// matchSaid reads a reply: 1 or 0, alone or with the words that stand beside it in the question ("1 oui", "0 autre sujet"). Those
// words alone say the same. A text with any other word in it is none: it may be a report.
func (v *Vocabulary) matchSaid(tokens []string) matchSaid {
	if len(tokens) == 0 {
		return matchNothing
	}
	if only(tokens, v.another, v.matter, v.courtesy, v.no) {
		return matchZero
	}
	head, rest := tokens[0], tokens[1:]
	said := matchMuddled
	switch {
	case head == "1" && beside(rest, v.yes, v.assent, v.courtesy, v.thanks):
		said = matchOne
	case head == "0" && beside(rest, v.no, v.another, v.matter, v.courtesy, v.thanks):
		said = matchZero
	case head == "o" && len(rest) == 0:
		said = matchLetter
	case len(rest) == 0 && utf8.RuneCountInString(head) == 1: // another letter
	case len(head) > mostMuddled || strings.Trim(head, "0123456789") != "" || !beside(rest, v.yes, v.no, v.assent, v.courtesy, set{"0": true, "1": true}):
		said = matchNothing
	}
	return said
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
