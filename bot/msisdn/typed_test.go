package msisdn

import (
	"errors"
	"strings"
	"testing"

	"tinye/bot"
)

func TestParseTyped(t *testing.T) {
	tests := []struct {
		typed string
		value string
		warn  Warning
	}{
		{"76 12 34 56", "+22376123456", ""},
		{"+223 66 12 34 56", "+22366123456", ""},
		{"00223 50 12 34 56", "+22350123456", ""},
		{"55 12 34 56", "+22355123456", UnknownPrefix},
		{"81 12 34 56", "+22381123456", UnknownPrefix},
		{"30 12 34 56", "+22330123456", UnknownPrefix},
		{"20 22 12 34", "+22320221234", NotMobile},
		{"80 00 77 77", "+22380007777", NotMobile},
		{"+33 6 12 34 56 78", "+33612345678", Foreign},
		{"+226 70 12 34 56", "+22670123456", Foreign},
	}
	n := mali(t)
	for _, tt := range tests {
		a, warn, err := n.ParseTyped(tt.typed)
		if err != nil || a.Kind != bot.Phone || a.Value != tt.value || warn != tt.warn {
			t.Errorf("ParseTyped(%q) = %q, %q, %v; want %q, %q", tt.typed, a.Value, warn, err, tt.value, tt.warn)
		}
	}
}

func TestParseTypedRefuses(t *testing.T) {
	n := mali(t)
	for _, typed := range []string{"", "76 12 34 5", "76 12 34 567", "076123456", "36000", "17", "Orange", "76 12 34 S6",
		"76123456 66123456", "+223 7612 345", strings.Repeat("7", 100)} {
		a, _, err := n.ParseTyped(typed)
		fault, ok := errors.AsType[*bot.Error](err)
		if !ok || fault.Key != "desk.bad_number" || fault.Code != bot.CodeInvalid {
			t.Errorf("ParseTyped(%q): error %v", typed, err)
			continue
		}
		if a != (bot.Address{}) {
			t.Errorf("ParseTyped(%q) gave an address with its error", typed)
		}
		if len(typed) > 2 && strings.Contains(err.Error(), typed) {
			t.Errorf("the error repeats %q", typed)
		}
	}
}
