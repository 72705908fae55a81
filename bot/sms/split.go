package sms

import (
	"errors"
	"unicode/utf16"

	"tinye/bot"
)

// ErrTooLong says that a text needs more than MaxParts parts.
var ErrTooLong = errors.New("sms: text needs more than 255 parts")

// Split cuts a text where networks and gateways do: at the budget of a part, not between words, but never inside an
// escape pair nor a surrogate pair. The parts put together are the text; a text that fits one message is its only
// part. It fails with ErrTooLong.
func Split(text string) ([]string, error) {
	size := Measure(text)
	if size.Parts > MaxParts {
		return nil, ErrTooLong
	}
	if size.Parts == 1 {
		return []string{text}, nil
	}
	l, cost := layout{single: singleSeptets, part: partSeptets}, septets
	if size.Encoding == bot.UCS2 {
		l, cost = layout{single: singleUnits, part: partUnits}, utf16.RuneLen
	}
	parts := make([]string, 0, size.Parts)
	start := 0
	for i, r := range text {
		if l.add(cost(r)) {
			parts = append(parts, text[start:i])
			start = i
		}
	}
	return append(parts, text[start:]), nil
}
