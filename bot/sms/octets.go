package sms

import (
	"fmt"
	"unicode/utf16"
	"unicode/utf8"
)

// EncodeGSM7 gives a text's septets, one in each byte, the way gateways with unpacked GSM-7 take them. It fails with the
// place of the first character that the alphabet lacks; Measure names it.
func EncodeGSM7(text string) ([]byte, error) {
	out := make([]byte, 0, len(text))
	codes := encoding()
	at := 0
	for _, r := range text {
		code, ok := codes[r]
		if !ok {
			return nil, fmt.Errorf("sms: character %d is not in GSM-7", at+1)
		}
		if code > 0x7F {
			out = append(out, escape)
		}
		out = append(out, byte(code))
		at++
	}
	return out, nil
}

// DecodeGSM7 reads unpacked septets as a phone does (3GPP TS 23.038 clause 6.2.1.1): an unknown extension code shows the
// character of the basic table, an escape that nothing or another escape follows shows a space. A byte above 0x7F is no
// septet and becomes U+FFFD.
func DecodeGSM7(b []byte) string {
	out := make([]byte, 0, len(b)+len(b)/8)
	for i := 0; i < len(b); i++ {
		c := b[i]
		r := rune(utf8.RuneError)
		switch {
		case c == escape && (i+1 == len(b) || b[i+1] == escape):
			r = ' '
			i++
		case c == escape && extension[b[i+1]] != 0:
			i++
			r = extension[b[i]]
		case c == escape:
			continue // the code after it is read from the basic table
		case c < 0x80:
			r = decoding[c]
		}
		out = utf8.AppendRune(out, r)
	}
	return string(out)
}

// EncodeUCS2 gives a text as big-endian UTF-16 without a byte order mark, two octets for each unit that Measure counts.
func EncodeUCS2(text string) []byte {
	out := make([]byte, 0, 2*len(text))
	for _, u := range utf16.Encode([]rune(text)) {
		out = append(out, byte(u>>8), byte(u))
	}
	return out
}

// DecodeUCS2 reads big-endian UTF-16. Half a surrogate pair and a last odd octet become U+FFFD.
func DecodeUCS2(b []byte) string {
	units := make([]uint16, 0, (len(b)+1)/2)
	for len(b) >= 2 {
		units = append(units, uint16(b[0])<<8|uint16(b[1]))
		b = b[2:]
	}
	if len(b) > 0 {
		units = append(units, utf8.RuneError)
	}
	return string(utf16.Decode(units))
}
