// Package msisdn turns the senders that gateways write, and the numbers that coordinators type, into addresses. It is
// the only importer of the phone number library.
//
// A gateway's sender is never refused: the network delivered it, and the library's tables age while a box is offline
// (82, 83 and 89 were once missing for Mali). What can be a number becomes E.164; all else is kept as it came, with a
// kind that is never answered.
package msisdn

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"tinye/bot"
)

const (
	// maxInput is how many bytes of a sender are looked at and kept. E.164 has at most 16 characters, a sender name 11.
	maxInput = 64
	// maxShort is the longest short code in digits: no country has numbers of six digits or less, its code included.
	maxShort = 6
	// minForeign is how many digits a number with its country code but without + must have to be taken for one; home
	// numbers come first. Burkina Faso, Niger and France have 11.
	minForeign = 11
)

var (
	// e164 is what leaves this package as a Phone (ITU-T E.164: at most 15 digits).
	e164 = regexp.MustCompile(`^\+[1-9][0-9]{6,14}$`)
	// extension is dropped from what is a number otherwise, as tel: parameters are: nobody texts an extension.
	extension = regexp.MustCompile(`(?i)\s*(?:ext\.?|poste|x)\s*[0-9]{1,6}$`)
)

// Normaliser reads numbers as they are dialled in one country. It is safe for use by many at once.
type Normaliser struct {
	region string
}

// New makes a Normaliser for a home region, two capital letters of ISO 3166-1 such as ML.
func New(region string) (Normaliser, error) {
	if !phonenumbers.GetSupportedRegions()[region] {
		return Normaliser{}, fmt.Errorf("msisdn: no numbering plan for region %q", region)
	}
	return Normaliser{region: region}, nil
}

// Normalise takes a sender as a gateway wrote it: +22370123456, 22370123456, 0022370123456, %2B22370123456, tel:+223…,
// 70 12 34 56 and foreign numbers become Phone in E.164. Up to six digits, and more that cannot be a number, become
// ShortCode; everything else, letters above all, becomes Alpha. Value is valid UTF-8 without control characters, at
// most 64 bytes. Nothing is refused: an empty sender is an empty Alpha.
func (n Normaliser) Normalise(raw string) bot.Address {
	value := printable(raw)
	if len(value) > maxInput {
		return bot.Address{Kind: bot.Alpha, Value: cut(value, maxInput)}
	}
	dial, ok := dialled(value)
	if !ok {
		return bot.Address{Kind: bot.Alpha, Value: value}
	}
	digits := strings.TrimPrefix(dial, "+")
	if len(digits) <= maxShort {
		return bot.Address{Kind: bot.ShortCode, Value: digits}
	}
	if number, ok := n.number(dial); ok {
		return bot.Address{Kind: bot.Phone, Value: number}
	}
	return bot.Address{Kind: bot.ShortCode, Value: digits}
}

// number gives the E.164 form of a dial string of more than six digits.
func (n Normaliser) number(dial string) (string, bool) {
	if n.region == "ML" {
		if number, ok := malian(dial); ok {
			return number, true
		}
	}
	if number, ok := n.possible(dial); ok {
		return number, true
	}
	if len(dial) >= minForeign && dial[0] != '+' && dial[0] != '0' {
		return n.possible("+" + dial)
	}
	return "", false
}

// possible asks the library, 10 to 25 µs. Only the length must fit the country.
func (n Normaliser) possible(dial string) (number string, ok bool) {
	p, ok := n.parse(dial)
	if !ok || n.shortCode(dial) && !phonenumbers.IsValidNumber(p) {
		return "", false
	}
	number = phonenumbers.Format(p, phonenumbers.E164)
	return number, e164.MatchString(number)
}

// shortCode tells whether a dial string is the country code and a short code of the home region, as some gateways write
// them: 22336012 has the length of a number of Mali, but 36012 must not be answered.
func (n Normaliser) shortCode(dial string) bool {
	rest, ok := strings.CutPrefix(dial, strconv.Itoa(phonenumbers.GetCountryCodeForRegion(n.region)))
	return ok && len(rest) <= maxShort
}

// parse is the library's parsing. Strangers write what it reads and it has panicked before, so a panic is "no number".
func (n Normaliser) parse(dial string) (p *phonenumbers.PhoneNumber, ok bool) {
	defer func() {
		if recover() != nil {
			p, ok = nil, false
		}
	}()
	p, err := phonenumbers.Parse(dial, n.region)
	if err != nil || !phonenumbers.IsPossibleNumber(p) {
		return nil, false
	}
	return p, true
}

// malian is the short way for subscribers' numbers of Mali: +223 and 8 digits since 2008, no trunk prefix, mobile
// numbers from 5 to 9 (the library's carrier data, July 2026). It says what possible says and spares its parsing.
func malian(dial string) (string, bool) {
	national, ok := dial, len(dial) == 8
	for _, prefix := range [...]string{"+223", "00223", "223"} {
		if rest, found := strings.CutPrefix(dial, prefix); found && len(rest) == 8 {
			national, ok = rest, true
			break
		}
	}
	if !ok || national[0] < '5' || national[0] > '9' {
		return "", false
	}
	return "+223" + national, true
}

// dialled strips what people and gateways write around a number; ok is false where something else than a number, such
// as a letter, is left. The result is digits with or without one leading +.
func dialled(value string) (dial string, ok bool) {
	value = trimFold(value, "tel:")
	value, _, _ = strings.Cut(value, ";") // ;ext=5, ;phone-context=…: RFC 3966
	// Every spelling of an extension has one of these letters; hardly any number does.
	if strings.ContainsAny(value, "xXeE") {
		value = extension.ReplaceAllString(value, "")
	}
	if rest := trimFold(value, "%2b"); rest != value {
		value = "+" + rest // encoded twice on its way
	}
	var b strings.Builder
	for _, r := range value {
		switch {
		case r >= '0' && r <= '9':
			b.WriteRune(r)
		case r == '+' && b.Len() == 0:
			b.WriteRune(r)
		case unicode.IsSpace(r) || unicode.Is(unicode.Pd, r) || strings.ContainsRune("./()", r):
		default:
			return "", false
		}
	}
	dial = b.String()
	return dial, dial != "" && dial != "+"
}

// trimFold cuts an ASCII prefix in either case.
func trimFold(s, prefix string) string {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):]
	}
	return s
}

// printable drops broken UTF-8, control characters, the marks of writing direction that come with pasted numbers, and
// space at the ends (a + that a gateway did not encode arrives as a space).
func printable(raw string) string {
	clean := strings.Map(func(r rune) rune {
		if unicode.In(r, unicode.Cc, unicode.Cf) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(raw, ""))
	return strings.TrimSpace(clean)
}

// cut shortens s to at most n bytes without breaking a character.
func cut(s string, n int) string {
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}
