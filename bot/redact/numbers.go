package redact

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinye/bot"
)

// group is a run of digits; l, I and | among them may stand for 1, o and O for 0.
type group struct {
	from, to int
	digits   string
	plus     bool   // a + stands before it
	sep      string // what stands between the group before and it, "" for the first of a row
}

const (
	// national is how many digits a number of Mali has.
	national = 8
	// fewestForeign to mostForeign is how long numbers are with a country's code, or others that are somebody's: accounts,
	// identity numbers.
	fewestForeign, mostForeign = 9, 16
)

// numbers are phone numbers in all the ways in which people write them, and other long numbers.
//
// What stays: dates, years, prices and counts (25 000 000, or with a unit after it), ages, references of six or seven digits,
// short codes. A row of groups that is too long for a price and fits no number is masked as a whole.
func (t *read) numbers(taken []Span) []Span {
	var spans []Span
	for at := 0; at < len(t.text); {
		i := strings.IndexFunc(t.text[at:], isDigit)
		if i < 0 {
			break
		}
		row, next := t.row(at + i)
		at = max(next, at+i+1)
		if len(row) == 0 || overlaps(taken, row[0].from, row[len(row)-1].to) {
			continue
		}
		spans = append(spans, t.decide(row)...)
	}
	return spans
}

func overlaps(spans []Span, from, to int) bool {
	return slices.ContainsFunc(spans, func(s Span) bool { return s.From < to && from < s.To })
}

// row reads groups of digits from a digit on; next is where to go on.
func (t *read) row(at int) (row []group, next int) {
	sep := ""
	for {
		g, ok := t.group(at, len(row) > 0)
		if !ok {
			break
		}
		g.sep = sep
		row = append(row, g)
		next = g.to
		var found bool
		if sep, at, found = t.separator(g); !found {
			break
		}
	}
	for len(row) > 0 && !strings.ContainsFunc(t.text[row[len(row)-1].from:row[len(row)-1].to], isDigit) && len(row[len(row)-1].digits) == 1 {
		row = row[:len(row)-1] // the l of a next word
	}
	if len(row) > 0 {
		row[0].plus = t.plusBefore(row[0].from)
	}
	return row, next
}

// group reads one. A further one may be of look-alikes alone, such as the oo in 70 oo oo 12.
func (t *read) group(at int, further bool) (group, bool) {
	g := group{from: at, to: at}
	var b []byte
	hasDigit := false
	for i := at; i < len(t.text); {
		c, n := utf8.DecodeRuneInString(t.text[i:])
		if d, ok := digit(c); ok {
			b, hasDigit = append(b, d), true
			i += n
			g.to = i
			continue
		}
		if len(b) > 0 && unicode.Is(unicode.Cf, c) {
			i += n
			continue
		}
		if lookAlike(c) == 0 {
			break
		}
		j, alike := i, b
		for j < len(t.text) {
			c, n = utf8.DecodeRuneInString(t.text[j:])
			if lookAlike(c) == 0 {
				break
			}
			alike = append(alike, lookAlike(c))
			j += n
		}
		after, _ := utf8.DecodeRuneInString(t.text[j:])
		if unicode.IsLetter(after) || after == '\'' || after == '’' || len(alike)-len(b) > 7 {
			break
		}
		b, i = alike, j
		g.to = i
	}
	g.digits = string(b)
	return g, len(b) > 0 && (hasDigit || further && len(b) < national)
}

// digit is a digit in ASCII: Latin, Arabic, N'Ko or of full width.
func digit(c rune) (byte, bool) {
	if c < utf8.RuneSelf {
		return byte(c), c >= '0' && c <= '9'
	}
	for _, zero := range [...]rune{'٠', '۰', '߀', '０'} {
		if c >= zero && c <= zero+9 {
			return byte('0' + c - zero), true
		}
	}
	return 0, false
}

func isDigit(c rune) bool {
	_, ok := digit(c)
	return ok
}

// lookAlike is the digit for which a letter may stand, 0 for none.
func lookAlike(c rune) byte {
	switch c {
	case 'o', 'O':
		return '0'
	case 'l', 'I', '|':
		return '1'
	}
	return 0
}

// separator reads what may stand between the groups of one number. A colon is one only where no hour stands before it.
func (t *read) separator(g group) (sep string, next int, found bool) {
	i := g.to
	for n := 0; i < len(t.text) && n < 4; n++ {
		c, size := utf8.DecodeRuneInString(t.text[i:])
		if _, ok := digit(c); ok || lookAlike(c) != 0 {
			break
		}
		switch {
		case c == '\n' || c == '\r':
			return "", 0, false
		case c == ':' && (len(g.digits) != 2 || g.digits < "50"):
			return "", 0, false
		case unicode.IsSpace(c) || unicode.In(c, unicode.Pd, unicode.Cf) || strings.ContainsRune("./_(),*:;+", c):
			i += size
		default:
			return "", 0, false
		}
	}
	sep = t.text[g.to:i]
	if i == len(t.text) || sep == "" || strings.HasPrefix(sep, ", ") || strings.HasPrefix(sep, "; ") || strings.Contains(sep, "+") || strings.HasPrefix(sep, ". ") {
		return "", 0, false
	}
	return sep, i, true
}

// plusBefore tells whether a + stands before a number, perhaps in brackets.
func (t *read) plusBefore(from int) bool {
	before := strings.TrimRight(t.text[:from], "( ")
	return strings.HasSuffix(before, "+") && len(t.text[:from])-len(before) <= 2
}

// decide says which groups of a row are hidden.
func (t *read) decide(row []group) []Span {
	var spans []Span
	hide := func(a, b int) { // row[a:b]
		from := row[a].from
		if row[a].plus {
			from = strings.LastIndexByte(t.text[:from], '+')
			if strings.HasSuffix(t.text[:from], "(") {
				from--
			}
		}
		if n := len(spans); n > 0 && spans[n-1].To >= from {
			spans[n-1].To = row[b-1].to
			return
		}
		spans = append(spans, Span{From: from, To: row[b-1].to, Kind: bot.MaskNumber})
	}
	loose := 0 // where a stretch of groups begins that nothing explains
	settle := func(end int) {
		if t.suspicious(row[loose:end]) {
			hide(loose, end)
		}
	}
	for i := 0; i < len(row); {
		n, number := t.piece(row, i)
		if n == 0 {
			i++
			continue
		}
		settle(i)
		if number {
			hide(i, i+n)
		}
		i += n
		loose = i
	}
	settle(len(row))
	return spans
}

// piece tells how many groups from i on belong together, 0 if that is not known, and whether they are a number to hide.
func (t *read) piece(row []group, i int) (n int, number bool) {
	if n := dated(row, i); n > 0 {
		return n, false
	}
	if n := international(row, i); n > 0 {
		return n, true
	}
	thousands := amount(row, i)
	joined := digitsOf(row[i : i+thousands])
	unit := thousands > 0 && t.counts(row[i+thousands-1].to)
	switch {
	case thousands > 1 && !unit && thousands < len(row)-i && subscriber(digitsOf(row[i:])):
		return len(row) - i, true
	case thousands > 1 && (unit || strings.HasSuffix(joined, "000") || !subscriber(joined)):
		return thousands, false
	case len(row[i].digits) == national && t.counts(row[i].to) && !row[i].plus:
		return 1, false
	}
	joined = ""
	for k := i; k < len(row) && len(joined) < national; k++ {
		joined += row[k].digits
		if subscriber(joined) && !compactDate(joined, k-i) {
			return k - i + 1, true
		}
	}
	return 0, false
}

func digitsOf(groups []group) string {
	joined := ""
	for _, g := range groups {
		joined += g.digits
	}
	return joined
}

// suspicious tells whether groups that nothing explains are long enough to be somebody's number.
func (t *read) suspicious(groups []group) bool {
	total, short := 0, 0
	for i, g := range groups {
		if i > 0 && len(g.digits) <= 2 || i == 0 && len(g.digits) == 2 && g.digits >= "50" {
			short++
		}
		total += len(g.digits)
	}
	switch {
	case len(groups) == 0, t.counts(groups[len(groups)-1].to):
		return false
	case total >= fewestForeign:
		return true
	}
	return total == national-1 && len(groups) >= 4 && short == len(groups) // 70 00 00 1
}

// subscriber tells eight digits that may be a number of Mali: mobile from 5 to 9, fixed lines from 20, 21 and 44.
func subscriber(digits string) bool {
	if len(digits) != national {
		return false
	}
	return digits[0] >= '5' || strings.HasPrefix(digits, "20") || strings.HasPrefix(digits, "21") || strings.HasPrefix(digits, "44")
}

// international is how many groups from i on are a number with a country's code; 0 for none. Where the code is not Mali's
// nobody knows where the number ends: it takes all groups that it can have.
func international(row []group, i int) int {
	abroad, n := row[i].plus, 0
	joined := ""
	for k := i; k < len(row); k++ {
		if n > 0 && strings.Contains(row[k].sep, "/") && !strings.HasPrefix(strings.TrimPrefix(joined, "00"), "223") {
			break // two numbers
		}
		joined += row[k].digits
		code, zeros := strings.CutPrefix(joined, "00")
		if len(code) > mostForeign-1 {
			break
		}
		if home, mali := strings.CutPrefix(code, "223"); mali && subscriber(home) {
			return k - i + 1
		}
		if (abroad || zeros) && len(code) >= fewestForeign || abroad && len(code) >= 7 {
			n = k - i + 1
		}
	}
	return n
}

// amount is how many groups from i on are thousands: 25 000, 1.500.000. One group alone is 1.
func amount(row []group, i int) int {
	if len(row[i].digits) > 3 || row[i].digits[0] == '0' {
		return 0
	}
	n := 1
	for i+n < len(row) && len(row[i+n].digits) == 3 && (row[i+n].sep == " " || row[i+n].sep == "." || row[i+n].sep == "," || row[i+n].sep == "\u00a0" || row[i+n].sep == "\u202f") {
		n++
	}
	if i+n < len(row) && n > 1 && len(row[i+n].digits) > 3 {
		return 0
	}
	return n
}

// dated is how many groups from i on are a date or years: 12/11/2026, 2026-11-12, 2020-2024.
func dated(row []group, i int) int {
	d := func(k int) string {
		if i+k < len(row) {
			return row[i+k].digits
		}
		return ""
	}
	switch {
	case below(d(0), 31) && below(d(1), 12) && year(d(2)), year(d(0)) && below(d(1), 12) && below(d(2), 31):
		return 3
	case below(d(0), 31) && below(d(1), 12) && len(d(2)) == 2 && (row[i+1].sep == "/" || row[i+1].sep == "-") && row[i+2].sep == row[i+1].sep && len(d(3)) != 2:
		return 3
	case year(d(0)) && year(d(1)):
		return 2
	}
	return 0
}

// below tells one or two digits from 1 to most.
func below(digits string, most int) bool {
	if len(digits) == 0 || len(digits) > 2 {
		return false
	}
	n := int(digits[0] - '0')
	if len(digits) == 2 {
		n = n*10 + int(digits[1]-'0')
	}
	return n >= 1 && n <= most
}

func year(digits string) bool {
	return len(digits) == 4 && (strings.HasPrefix(digits, "19") || strings.HasPrefix(digits, "20"))
}

// compactDate tells a day of the next years written without signs, 20261121.
func compactDate(digits string, groups int) bool {
	return groups == 0 && digits[:4] >= "2023" && digits[:4] <= "2035" && below(digits[4:6], 12) && below(digits[6:], 31)
}

// counts tells whether a unit of money, measure or people follows.
func (t *read) counts(at int) bool {
	rest := strings.TrimLeft(t.text[at:], " \u00a0\u202f")
	if strings.HasPrefix(rest, "€") || strings.HasPrefix(rest, "$") {
		return true
	}
	end := strings.IndexFunc(rest, func(r rune) bool { return !unicode.IsLetter(r) })
	if end < 0 {
		end = len(rest)
	}
	if end == 0 || end > 16 {
		return false
	}
	return t.known[fold(rest[:end])]&unit != 0
}
