package sms

import (
	"fmt"

	"tinye/bot"
)

// USSDSeptets is the most that one USSD page holds in GSM-7: 160 octets (3GPP TS 23.038 clause 6.1.2.3).
const USSDSeptets = 182

// USSDRoom is how many units are left on a USSD page that may hold so many septets, at most USSDSeptets; negative when
// the text does not fit. Units are septets, where an escape pair takes two, or those of UTF-16 when a character forces
// UCS-2: the page then holds as many as go into its octets, 80 of 182 septets, 70 of 160.
func USSDRoom(text string, budget int) int {
	budget = min(budget, USSDSeptets)
	size := Measure(text)
	if size.Encoding == bot.UCS2 {
		return octets(budget)/2 - size.Units
	}
	used := size.Units
	if needsSecondCR(text, used) {
		used++
	}
	return budget - used
}

// FitsUSSD tells whether a text goes onto one page of so many septets.
func FitsUSSD(text string, budget int) bool { return USSDRoom(text, budget) >= 0 }

// PackUSSD packs a GSM-7 text eight septets into seven octets, for a page of any length. Seven spare bits in the last
// octet are a carriage return, because zeros would show as @; a text that ends in a carriage return on an octet border
// gets a second one, because phones drop the first (3GPP TS 23.038 clause 6.1.2.3.1). It fails as EncodeGSM7 does.
func PackUSSD(text string) ([]byte, error) {
	codes, err := EncodeGSM7(text)
	if err != nil {
		return nil, fmt.Errorf("pack a USSD page: %w", err)
	}
	if len(codes)%8 == 7 || needsSecondCR(text, len(codes)) {
		codes = append(codes, '\r')
	}
	packed := make([]byte, octets(len(codes)))
	for i, c := range codes {
		at, shift := i*7/8, i*7%8
		packed[at] |= c << shift
		if shift > 1 {
			packed[at+1] |= c >> (8 - shift)
		}
	}
	return packed, nil
}

// needsSecondCR tells whether a text of so many septets would lose a carriage return at its end.
func needsSecondCR(text string, septets int) bool {
	return septets > 0 && septets%8 == 0 && text[len(text)-1] == '\r'
}

// octets is how many octets so many packed septets take.
func octets(septets int) int { return (septets*7 + 7) / 8 }
