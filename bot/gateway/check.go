package gateway

import (
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxID is the longest id or address of a carrier that is believed, in bytes; a UUID has 36.
const MaxID = 64

// Plain tells whether ids and addresses that came in are at most MaxID bytes of UTF-8 without control characters.
func Plain(ids ...string) bool {
	for _, id := range ids {
		if len(id) > MaxID || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
			return false
		}
	}
	return true
}

// Number tells whether s is one telephone number, its + aside: at most 15 digits (ITU-T E.164) and nothing else. Several
// numbers in one would be several messages, and other signs do not belong into a header.
func Number(s string) bool {
	digits := strings.TrimPrefix(s, "+")
	return digits != "" && len(digits) <= 15 && strings.Trim(digits, "0123456789") == ""
}

var (
	codeRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$`)
	manyNos  = regexp.MustCompile(`[0-9]{7}`)
)

// PlainCode keeps a carrier's own code if it is one word and cannot hold a number or a text; otherwise it is "".
func PlainCode(s string) string {
	if !codeRule.MatchString(s) || manyNos.MatchString(s) {
		return ""
	}
	return s
}

var nameRule = regexp.MustCompile(`^[a-z0-9-]{1,16}$`)

// CheckName checks a gateway's configured name, which stands in addresses and in keys on disk.
func CheckName(name string) error {
	if !nameRule.MatchString(name) {
		return errors.New("name must be 1 to 16 of a-z, 0-9 and -")
	}
	return nil
}

// CheckURL checks an address of the configuration; the error names its field and never the address, which may hold a secret.
func CheckURL(field, address string) error {
	if u, err := url.Parse(address); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%s must be an http address", field)
	}
	return nil
}
