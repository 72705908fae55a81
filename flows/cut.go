package flows

import (
	"strings"
	"unicode"
)

// cut takes as much of a text as fits, up to the end of a word behind its first bytes, and gives the rest without the
// space between them. A word that does not fit by itself is cut between letters. Head is "" when not one letter fits.
// What fits also fits when it is shorter.
func cut(text string, behind int, fits func(string) bool) (head, rest string) {
	if fits(text) {
		return text, ""
	}
	at := lastCut(text, fits, func(r rune) bool { return r == ' ' || r == '\n' })
	if at <= behind {
		// A mark belongs to the letter before it.
		at = lastCut(text, fits, func(r rune) bool { return !unicode.Is(unicode.M, r) })
	}
	if at <= behind {
		at = lastCut(text, fits, func(rune) bool { return true })
	}
	if at <= behind {
		return "", text
	}
	return strings.TrimRight(text[:at], " \n\r"), strings.TrimLeft(text[at:], " \n\r")
}

// lastCut is the last place before such a character up to which a text fits, 0 when there is none.
func lastCut(text string, fits func(string) bool, before func(rune) bool) int {
	at := 0
	for i, r := range text {
		if !before(r) {
			continue
		}
		if !fits(text[:i]) {
			break
		}
		at = i
	}
	return at
}
