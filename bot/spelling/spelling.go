// Package spelling makes the spellings of one word meet: official Bambara, the older one with è ò ny ng, the one without
// special letters, the one that people text "à la française", and French with and without its accents.
//
// Keys are for comparing only: they are never shown, nor turned back into words. Both sides of a comparison are folded
// once. The rules were tried on the spellings of Bamadaba, Bayelemabaga and the OLDI seed; what they do not bring
// together (Koutiala and Kucala: ti before a vowel) needs an alias.
package spelling

import (
	"bytes"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Key folds a word or a text, by these rules in this order:
//
//  1. lower case;
//  2. ɛ ε ℇ to e, ɔ to o, ɲ ñ to ny, ŋ to n; œ to oe, æ to ae;
//  3. accents and tone marks are dropped;
//  4. apostrophes are dropped (k'a is ka); whatever else is neither letter nor digit parts words, and one space stands
//     between words, none around them;
//  5. tch, then ty, to c; dj, then dy, to j; gn to ny; ng to n; ou to u; gu before e and i to g;
//  6. letters written twice or more to one; digits stay.
//
// A key folded again may fold further (oou, ou, u): a rule does not see what a later one makes. Invalid UTF-8 parts words.
func Key(text string) string {
	var b []byte
	if ascii(text) {
		b = lettersASCII(text)
	} else {
		b = letters(text)
	}
	for _, r := range rules {
		b = replace(b, r.from, r.to)
	}
	return string(single(b))
}

// Words are the folded words of a text, in its order; nil where it has none.
func Words(text string) []string {
	key := Key(text)
	if key == "" {
		return nil
	}
	return strings.Split(key, " ")
}

// rules are the ways of writing one sound, in the order in which they are replaced. No rule makes a word longer.
var rules = [...]struct{ from, to string }{
	{"tch", "c"}, {"ty", "c"}, {"dj", "j"}, {"dy", "j"}, {"gn", "ny"}, {"ng", "n"}, {"ou", "u"}, {"gue", "ge"}, {"gui", "gi"},
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// lettersASCII does rules 1 to 4 for a text that needs no look at Unicode.
func lettersASCII(text string) []byte {
	b := make([]byte, 0, len(text))
	for i := range len(text) {
		switch c := text[i]; {
		case 'a' <= c && c <= 'z' || '0' <= c && c <= '9':
			b = append(b, c)
		case 'A' <= c && c <= 'Z':
			b = append(b, c+'a'-'A')
		case c == '\'' || c == '`':
		default:
			b = border(b)
		}
	}
	return bytes.TrimSuffix(b, []byte{' '})
}

// letters does rules 1 to 4 for any text. It composes first, so that an n with a tilde of its own is an ñ too.
func letters(text string) []byte {
	b := make([]byte, 0, len(text)+8)
	for _, r := range norm.NFC.String(text) {
		switch r = unicode.ToLower(r); {
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b = append(b, byte(r))
		case r == ' ':
			b = border(b)
		case r == 'ɛ' || r == 'ε' || r == 'ℇ':
			b = append(b, 'e')
		case r == 'ɔ':
			b = append(b, 'o')
		case r == 'ɲ' || r == 'ñ':
			b = append(b, "ny"...)
		case r == 'ŋ':
			b = append(b, 'n')
		case r == 'œ':
			b = append(b, "oe"...)
		case r == 'æ':
			b = append(b, "ae"...)
		case apostrophe(r) || unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		case unicode.IsLetter(r):
			b = appendBase(b, r)
		case unicode.IsDigit(r) || unicode.Is(unicode.Mc, r):
			b = utf8.AppendRune(b, r)
		default:
			b = border(b)
		}
	}
	return bytes.TrimSuffix(b, []byte{' '})
}

// apostrophe tells the signs that stand for elision, as typed and as word processors make them.
func apostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '´', '`':
		return true
	}
	return false
}

// appendBase appends a letter without its accents.
func appendBase(b []byte, r rune) []byte {
	var char [utf8.UTFMax]byte
	n := utf8.EncodeRune(char[:], r)
	parts := norm.NFD.Properties(char[:n]).Decomposition()
	if parts == nil {
		return append(b, char[:n]...)
	}
	for len(parts) > 0 {
		p, n := utf8.DecodeRune(parts)
		if !unicode.Is(unicode.Mn, p) {
			b = append(b, parts[:n]...)
		}
		parts = parts[n:]
	}
	return b
}

// border ends a word.
func border(b []byte) []byte {
	if len(b) > 0 && b[len(b)-1] != ' ' {
		b = append(b, ' ')
	}
	return b
}

// replace replaces in place every from by to, which is not longer.
func replace(b []byte, from, to string) []byte {
	pattern := []byte(from)
	at := bytes.Index(b, pattern)
	if at < 0 {
		return b
	}
	out := b[:0]
	for at >= 0 {
		out = append(append(out, b[:at]...), to...)
		b = b[at+len(from):]
		at = bytes.Index(b, pattern)
	}
	return append(out, b...)
}

// single writes, in place, letters that follow themselves once.
func single(b []byte) []byte {
	out := b[:0]
	var last rune
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r != last || !unicode.IsLetter(r) {
			out = append(out, b[:n]...)
		}
		last = r
		b = b[n:]
	}
	return out
}
