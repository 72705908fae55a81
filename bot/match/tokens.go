package match

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// mostTokens is how many words of a text are looked at. A telling has some dozens; a post that was copied may have hundreds.
const mostTokens = 1200

// rawToken is a word as written, its accents folded and its case lowered.
type rawToken struct {
	word  string
	upper bool // begins with a capital, in a text that does not shout, and not because a sentence begins there
	first bool // the first word of a sentence
	digit bool // a number: digits only, joined over spaces and dots
	not   bool // n' stood before it
	part  bool // a sentence or a part of one begins with it; a quotation does not count
}

// split takes a text apart: web addresses and @names are dropped, #TagsInCamelCase parted, elisions (l', qu') cut off, numbers
// joined ("45 000" is 45000, "2,5" is 2.5). A word keeps its letters and digits; whatever else parts words.
func split(text string) []rawToken {
	s := splitter{out: make([]rawToken, 0, len(text)/6+4), begins: true}
	for _, field := range strings.FieldsFunc(norm.NFKC.String(text), space) {
		if len(s.out) >= mostTokens {
			break
		}
		if address(field) {
			s.begins = true
			continue
		}
		s.field(field)
	}
	s.join()
	if shouts(s.out) {
		for i := range s.out {
			s.out[i].upper = false
		}
	}
	return s.out[:min(len(s.out), mostTokens)]
}

func space(r rune) bool { return unicode.IsSpace(r) || r == '\u200b' }

// address tells web addresses and @names.
func address(field string) bool {
	return strings.Contains(field, "://") || strings.HasPrefix(field, "www.") || strings.HasPrefix(field, "@") ||
		strings.Contains(field, ".com/") || strings.Contains(field, ".be/")
}

// splitter collects the words of a text.
type splitter struct {
	out    []rawToken
	begins bool // a sentence begins with the next word
	not    bool // n' stands before the next word
	part   bool // a part of a sentence begins with it
	buf    []byte
}

// field takes the words out of what stands between spaces.
func (s *splitter) field(field string) {
	tag := strings.ContainsRune(field, '#')
	s.buf = s.buf[:0]
	upper, digits, letters := false, 0, 0
	var last rune
	flush := func() {
		if len(s.buf) > 0 {
			s.out = append(s.out, rawToken{word: string(s.buf), upper: upper && !s.begins, first: s.begins, digit: digits > 0 && letters == 0, not: s.not, part: s.part || len(s.out) == 0})
			s.begins, s.not, s.part = false, false, false
		}
		s.buf, upper, digits, letters = s.buf[:0], false, 0, 0
	}
	for i, r := range field {
		switch {
		case apostrophe(r):
			// An elision ends here: the article, or the start of a longer word that is written with a sign (aujourd'hui).
			if w := string(s.buf); elided(w) {
				s.not = w == "n"
				s.buf, upper, digits, letters = s.buf[:0], false, 0, 0
			} else if w != "aujourd" {
				flush()
			}
		case unicode.IsDigit(r):
			if letters > 0 && tag {
				flush()
			}
			s.buf = utf8.AppendRune(s.buf, r)
			digits++
		case unicode.IsLetter(r):
			if digits > 1 && letters == 0 {
				flush() // 2000f, 30km
			}
			if tag && unicode.IsUpper(r) && (unicode.IsLower(last) || unicode.IsDigit(last)) {
				flush()
			}
			if len(s.buf) == 0 {
				upper = unicode.IsUpper(r)
			}
			s.buf = appendFolded(s.buf, r)
			letters++
		case unicode.Is(unicode.Mn, r), r == '\u200d', r == '\ufe0f':
			// A mark on the letter before.
		case (r == '.' || r == ',') && digits > 0 && letters == 0 && nextDigit(field[i+utf8.RuneLen(r):]):
			s.decimal(r, field[i+1:])
		default:
			flush()
			if r == '.' || r == '!' || r == '?' || r == ':' || r == '…' || r == '"' || r == '«' {
				s.begins = true
			}
			switch r {
			case '.', '!', '?', ':', '…', ',', ';', '(', ')':
				s.part = true
			}
		}
		last = r
	}
	flush()
}

// decimal writes the sign within a number: a thousand's sign is dropped, a decimal one is a dot.
func (s *splitter) decimal(r rune, rest string) {
	n := 0
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	if n != 3 || r == ',' && len(s.buf) > 3 || slices.Contains(s.buf, '.') {
		s.buf = append(s.buf, '.')
	}
}

func nextDigit(rest string) bool { return rest != "" && rest[0] >= '0' && rest[0] <= '9' }

// join puts numbers together that were written in groups of three digits: 45 000.
func (s *splitter) join() {
	out := s.out[:0]
	for _, t := range s.out {
		if n := len(out); t.digit && len(t.word) == 3 && n > 0 && out[n-1].digit && !t.first && !strings.Contains(out[n-1].word, ".") &&
			(len(out[n-1].word) <= 3 || len(out[n-1].word)%3 == 0) && out[n-1].word[0] != '0' && len(out[n-1].word) <= 9 {
			out[n-1].word += t.word
			continue
		}
		out = append(out, t)
	}
	s.out = out
}

func apostrophe(r rune) bool {
	switch r {
	case '\'', '’', '‘', 'ʼ', '´', '`':
		return true
	}
	return false
}

// elided tells the short words that lose their vowel before another.
func elided(w string) bool {
	switch w {
	case "l", "d", "j", "m", "t", "s", "c", "n", "qu", "k", "jusqu", "lorsqu", "puisqu", "quoiqu", "b", "y":
		return true
	}
	return false
}

// appendFolded appends a letter in lower case, without its accents, in the letters that are typed on any phone.
func appendFolded(b []byte, r rune) []byte {
	switch r = unicode.ToLower(r); {
	case r < utf8.RuneSelf:
		return append(b, byte(r))
	case r == 'ɛ' || r == 'ε':
		return append(b, 'e')
	case r == 'ɔ':
		return append(b, 'o')
	case r == 'ɲ' || r == 'ñ':
		return append(b, "ny"...)
	case r == 'ŋ':
		return append(b, 'n')
	case r == 'œ':
		return append(b, "oe"...)
	case r == 'æ':
		return append(b, "ae"...)
	}
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

// shouts tells a text whose words mostly begin with capitals: then a capital says nothing.
func shouts(words []rawToken) bool {
	n := 0
	for _, t := range words {
		if t.upper {
			n++
		}
	}
	return n > 4 && n*2 > len(words)
}
