package bot

import (
	"fmt"
	"strconv"
)

// Ref is what a person reads aloud and types on a keypad: digits, the last one a Damm check digit, drawn at random.
// Reports, rumours and bulletins share one namespace. Six digits while they last, then seven, then eight.
type Ref string

const (
	// RefDigits is the usual length of a reference, its check digit included.
	RefDigits = 6
	// MaxRefDigits is the longest reference ever given.
	MaxRefDigits = 9
)

// damm is the quasigroup of order 10 of H. Michael Damm's check digit (thesis, Marburg 2004): it finds every
// single wrong digit and every swap of two neighbours.
var damm = [10][10]byte{
	{0, 3, 1, 7, 5, 9, 8, 6, 4, 2},
	{7, 0, 9, 2, 1, 5, 4, 8, 6, 3},
	{4, 2, 0, 6, 8, 7, 1, 3, 5, 9},
	{1, 7, 5, 0, 9, 8, 3, 4, 2, 6},
	{6, 1, 2, 3, 0, 4, 5, 9, 7, 8},
	{3, 6, 7, 4, 2, 0, 9, 5, 8, 1},
	{5, 8, 6, 9, 7, 2, 0, 1, 3, 4},
	{8, 9, 4, 5, 3, 6, 2, 0, 1, 7},
	{9, 4, 3, 8, 6, 1, 7, 2, 0, 5},
	{2, 5, 8, 1, 4, 3, 6, 7, 9, 0},
}

func dammDigit(digits string) (byte, bool) {
	var interim byte
	for i := 0; i < len(digits); i++ {
		d := digits[i] - '0'
		if d > 9 {
			return 0, false
		}
		interim = damm[interim][d]
	}
	return interim, true
}

// NewRef makes the reference of `length` digits whose digits before the check digit come from the random number n.
func NewRef(n uint64, length int) (Ref, error) {
	if length < RefDigits || length > MaxRefDigits {
		return "", fmt.Errorf("ref: %d digits, want %d to %d", length, RefDigits, MaxRefDigits)
	}
	limit := uint64(1)
	for range length - 1 {
		limit *= 10
	}
	body := strconv.FormatUint(n%limit, 10)
	for len(body) < length-1 {
		body = "0" + body
	}
	check, _ := dammDigit(body)
	return Ref(body + string(rune('0'+check))), nil
}

// ParseRef tells whether s is a reference: six to nine digits with a right check digit.
func ParseRef(s string) (Ref, bool) {
	if len(s) < RefDigits || len(s) > MaxRefDigits {
		return "", false
	}
	check, ok := dammDigit(s)
	if !ok || check != 0 {
		return "", false
	}
	return Ref(s), true
}

// RefKind says what a reference stands for.
type RefKind string

// What a reference stands for.
const (
	RefReport   RefKind = "report"
	RefRumour   RefKind = "rumour"
	RefBulletin RefKind = "bulletin"
)
