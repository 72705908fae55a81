package sms

import "sync"

// escape starts a pair of septets that names a character of the extension table.
const escape = 0x1B

// basic holds the 128 characters of the default alphabet in the order of their codes. Code 0x1B is escape itself.
const basic = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" +
	" !\"#¤%&'()*+,-./0123456789:;<=>?" +
	"¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§" +
	"¿abcdefghijklmnopqrstuvwxyzäöñüà"

// extension holds the characters that take two septets, by the second one.
var extension = map[byte]rune{
	0x0A: '\f', 0x14: '^', 0x28: '{', 0x29: '}', 0x2F: '\\', 0x3C: '[', 0x3D: '~', 0x3E: ']', 0x40: '|', 0x65: '€',
}

// decoding gives the character of a basic code.
var decoding = [128]rune([]rune(basic))

// encoding gives a character's code: below 0x80 one septet, otherwise escape in the high byte and its code.
var encoding = sync.OnceValue(func() map[rune]uint16 {
	codes := make(map[rune]uint16, len(decoding)+len(extension))
	for code, r := range decoding {
		if code != escape {
			codes[r] = uint16(code)
		}
	}
	for code, r := range extension {
		codes[r] = escape<<8 | uint16(code)
	}
	return codes
})

// latin are the costs of the characters below U+0100, of which most texts are.
var latin = sync.OnceValue(func() *[0x100]uint8 {
	costs := new([0x100]uint8)
	for r := range costs {
		costs[r] = uint8(cost(rune(r)))
	}
	return costs
})

// septets is what a character costs in GSM-7: 1, 2 with an escape, 0 when the alphabet lacks it.
func septets(r rune) int {
	if r >= 0 && r < 0x100 {
		return int(latin()[r])
	}
	return cost(r)
}

func cost(r rune) int {
	code, ok := encoding()[r]
	switch {
	case !ok:
		return 0
	case code > 0x7F:
		return 2
	default:
		return 1
	}
}
