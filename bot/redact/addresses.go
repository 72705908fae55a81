package redact

import (
	"regexp"
	"strings"
	"unicode"

	"tinye/bot"
)

// coordinate is a pair of decimal degrees with four decimals or more (10 m), or degrees with minutes.
var coordinate = regexp.MustCompile(`[-+]?\d{1,3}[.,]\d{4,}\s?°?\s?[NSEWOnsewo]?\s?[,;/ ]\s?[-+]?\d{1,3}[.,]\d{4,}(?:\s?°?\s?[NSEWO]\b)?` +
	`|\d{1,3}\s?°\s?\d{1,2}(?:[.,]\d+)?\s?['’′]?(?:\s?\d{1,2}(?:[.,]\d+)?\s?(?:"|''|″))?\s?[NSEWO]?`)

// coordinates are GPS positions.
func coordinates(text string) []Span {
	if !strings.Contains(text, "°") && !decimals(text) {
		return nil
	}
	var spans []Span
	for _, at := range coordinate.FindAllStringIndex(text, -1) {
		spans = append(spans, Span{From: at[0], To: at[1], Kind: bot.MaskSpot})
	}
	return spans
}

// decimals tells whether a text has a point or comma with four digits after it.
func decimals(text string) bool {
	for i := 0; i+5 <= len(text); i++ {
		if (text[i] == '.' || text[i] == ',') && strings.Trim(text[i+1:i+5], "0123456789") == "" {
			return true
		}
	}
	return false
}

// addresses are e-mail and web addresses, and handles.
func (t *read) addresses() []Span {
	var spans []Span
	if strings.ContainsAny(t.text, "@.:＠") {
		spans = t.written()
	}
	for i, w := range t.words { // moussa at gmail point com
		if w.class&mailer == 0 {
			continue
		}
		from, to := w.from, w.to
		if i >= 2 && t.at(i-1).class&mailSign != 0 {
			from = t.words[i-1].from
			if t.words[i-2].hides == "" {
				from = t.words[i-2].from
			}
		}
		if t.at(i+1).key == "point" && t.at(i+2).class&domain != 0 {
			to = t.at(i + 2).to
		}
		spans = append(spans, Span{From: from, To: to, Kind: bot.MaskAddress})
	}
	return spans
}

// written are the addresses in their own spelling.
func (t *read) written() []Span {
	var spans []Span
	next := 0 // the next word, to pass over marks
	for i := 0; i < len(t.text); {
		for next < len(t.words) && t.words[next].to <= i {
			next++
		}
		if next < len(t.words) && t.words[next].hides != "" && t.words[next].from <= i {
			i = t.words[next].to
			continue
		}
		end := strings.IndexFunc(t.text[i:], func(r rune) bool { return unicode.IsSpace(r) || r == '[' || r == ']' })
		if end == 0 {
			i++
			if c := t.text[i-1]; c >= 0x80 {
				for i < len(t.text) && t.text[i]&0xC0 == 0x80 {
					i++
				}
			}
			continue
		}
		if end < 0 {
			end = len(t.text) - i
		}
		if from, to := trimmed(t.text, i, i+end); t.address(t.text[from:to]) {
			spans = append(spans, Span{From: from, To: to, Kind: bot.MaskAddress})
		}
		i += end
	}
	return spans
}

// trimmed drops the signs that stand around an address in a sentence.
func trimmed(text string, from, to int) (int, int) {
	const around = `.,;:!?()<>"'«»`
	piece := text[from:to]
	left := strings.TrimLeft(piece, around)
	if left == "" {
		return to, to
	}
	return to - len(left), from + len(strings.TrimRight(piece, around))
}

// address tells whether a piece without spaces is one.
func (t *read) address(piece string) bool {
	if len(piece) < 3 || strings.Trim(piece, noAddress) == "" {
		return false
	}
	if i := strings.IndexAny(piece, "@＠"); i >= 0 && strings.IndexFunc(piece[i:], unicode.IsLetter) >= 0 {
		return true
	}
	if strings.Contains(piece, "://") {
		return true
	}
	lower := strings.ToLower(piece)
	if strings.HasPrefix(lower, "www.") && len(lower) > 4 {
		return true
	}
	host, _, _ := strings.Cut(lower, "/")
	host, _, _ = strings.Cut(host, "?")
	host, _, _ = strings.Cut(host, ":")
	name, last := "", ""
	if dot := strings.LastIndexByte(host, '.'); dot > 0 {
		name, last = host[:dot], host[dot+1:]
	}
	return t.known[fold(last)]&domain != 0 && len(name) > 1 && strings.IndexFunc(name, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.' && r != '-' && r != '_'
	}) < 0 && strings.IndexFunc(name, unicode.IsLetter) >= 0
}

// noAddress are signs of which no address is made.
const noAddress = `.,;:!?()<>"'«»-_/@`
