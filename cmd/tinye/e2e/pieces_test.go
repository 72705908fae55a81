package e2e

import (
	"strings"
	"unicode"
)

// minPiece is the shortest piece of a text that is looked for, in bytes: shorter ones stand in anything by chance.
const minPiece = 8

// pieces are what to look for if a number or a text must not be seen anywhere: of a number every way to write it, of a
// text every few words that together have 8 bytes or more. A longer piece holds a shorter one, so those suffice.
func pieces(s string) []string {
	if strings.Trim(s, "+0123456789") == "" {
		return numberPieces(s)
	}
	words := strings.FieldsFunc(s, unicode.IsSpace)
	var list []string
	for i := range words {
		for j := i + 1; j <= len(words); j++ {
			if piece := strings.Join(words[i:j], " "); len(piece) >= minPiece {
				list = append(list, piece)
				break
			}
		}
	}
	return list
}

// numberPieces writes +22370123456 as E.164, national, and grouped.
func numberPieces(s string) []string {
	digits := strings.TrimPrefix(s, "+")
	national := strings.TrimPrefix(digits, "223")
	list := []string{digits, national}
	if len(national) == 8 {
		for _, gap := range []string{" ", "-", "."} {
			list = append(list, national[:2]+gap+national[2:4]+gap+national[4:6]+gap+national[6:])
		}
	}
	return list
}
