package sms

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Mode is how a site writes the letters that GSM-7 lacks.
type Mode string

const (
	// GSMAccent writes ɛ as è, ɔ as ò, ɲ as ny, ŋ as ng, and keeps the accents that GSM-7 has. It halves the cost.
	GSMAccent Mode = "gsm-accent"
	// ASCII drops every accent, and writes ŋ as n, for readers and phones that è and ò trouble.
	ASCII Mode = "ascii"
	// Official sends the right spelling, at the price of UCS-2.
	Official Mode = "official"
)

// ParseMode reads a mode from the configuration.
func ParseMode(s string) (Mode, error) {
	switch m := Mode(s); m {
	case GSMAccent, ASCII, Official:
		return m, nil
	}
	return "", fmt.Errorf("sms: wire form %q is none of %s, %s, %s", s, GSMAccent, ASCII, Official)
}

// Wire is the form in which a text travels; wired again it stays the same. It is never turned back (ng may be ŋ or n and
// g): the original is what is kept. Every mode composes letters and their accents (NFC). Official does no more. The
// other two, GSMAccent unless the mode is ASCII,
//
//   - replace the letters and signs of substitutes;
//   - drop tone marks that have no letter of their own, and take any other Latin letter outside their alphabet down to
//     its base letter (á → a);
//   - drop spaces inside « » “ ”, and no-break spaces before : ; ! ?;
//   - end lines with LF alone, and drop other control characters and the invisible marks that come with pasted text.
//
// Emoji, other scripts and signs not listed stay: they force UCS-2, and Measure names them.
func Wire(text string, mode Mode) string {
	if plain(text) {
		return text
	}
	text = norm.NFC.String(strings.ToValidUTF8(text, string(utf8.RuneError)))
	if mode == Official {
		return text
	}
	w := wire{mode: mode, in: []rune(text), out: make([]byte, 0, len(text))}
	for w.at = range w.in {
		w.next(w.in[w.at])
	}
	return norm.NFC.String(string(w.out)) // what stood between two letters that compose may be gone
}

// plain tells whether a text is ASCII that travels as it is in every mode.
func plain(text string) bool {
	for i := range len(text) {
		if c := text[i]; (c < ' ' && c != '\n') || c == '`' || c > '~' {
			return false
		}
	}
	return true
}

// wire is the state of one walk over a text.
type wire struct {
	mode    Mode
	in      []rune
	at      int
	out     []byte
	foreign bool // the last letter is of a script whose marks are not tones of ours
	opened  bool // nothing but spaces since a quotation mark opened
}

func (w *wire) next(r rune) {
	if r > ' ' && r <= '~' && r != '`' { // as plain says
		w.out = append(w.out, byte(r))
		w.opened, w.foreign = false, false
		return
	}
	switch {
	case unicode.Is(unicode.Mn, r):
		if w.foreign || unicode.Is(unicode.Variation_Selector, r) {
			w.out = utf8.AppendRune(w.out, r)
		}
		return
	case unicode.Is(unicode.Zs, r) || r == '\t':
		w.space(r)
		w.foreign = false
		return
	}
	w.opened = false
	switch {
	case quotes[r] == closing && !w.wordAt(w.at+1):
		for len(w.out) > 0 && w.out[len(w.out)-1] == ' ' {
			w.out = w.out[:len(w.out)-1]
		}
	case quotes[r] == opening && !w.wordAt(w.at-1):
		w.opened = true
	}
	s, known := w.substitute(r)
	if !known {
		w.out = utf8.AppendRune(w.out, r)
	} else {
		w.out = append(w.out, s...)
	}
	w.foreign = !known && (unicode.Is(unicode.Mc, r) || unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r))
}

// space writes a space of any width as a plain one, unless it only sets a French sign apart.
func (w *wire) space(r rune) {
	fixed := r == '\u00A0' || r == '\u202F'
	before := w.at+1 < len(w.in) && strings.ContainsRune(":;!?", w.in[w.at+1])
	if w.opened || fixed && before {
		return
	}
	w.out = append(w.out, ' ')
}

func (w *wire) wordAt(i int) bool {
	return i >= 0 && i < len(w.in) && (unicode.IsLetter(w.in[i]) || unicode.IsDigit(w.in[i]))
}

// substitute gives what stands for a character; known is false where it stays as it is.
func (w *wire) substitute(r rune) (s string, known bool) {
	switch {
	case r == '\r' && w.at+1 < len(w.in) && w.in[w.at+1] == '\n':
		return "", true
	case r == '\r':
		return "\n", true
	case r != '\n' && unicode.IsControl(r):
		return "", true
	}
	if sub, ok := substitutes[r]; ok {
		s = sub.accent
		if w.mode == ASCII && sub.ascii != "" {
			s = sub.ascii
		}
		if unicode.IsUpper(r) && w.at+1 < len(w.in) && unicode.IsUpper(w.in[w.at+1]) {
			s = strings.ToUpper(s) // ƝƐ is NYE, Ɲɛ is Nyè
		}
		return s, true
	}
	if w.mode == ASCII && r > unicode.MaxASCII {
		if s, ok := asciiOnly[r]; ok {
			return s, true
		}
	} else if septets(r) > 0 {
		return "", false
	}
	if !unicode.Is(unicode.Latin, r) {
		return "", false
	}
	base, _ := utf8.DecodeRuneInString(norm.NFD.String(string(r)))
	if base == r {
		return "", false
	}
	if s, known := w.substitute(base); known {
		return s, true
	}
	return string(base), true
}
