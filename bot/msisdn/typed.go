package msisdn

import (
	"github.com/nyaruka/phonenumbers"

	"tinye/bot"
)

// Warning is a locale key: what a coordinator should look at again before a typed number is kept. "" is nothing.
type Warning string

// Warnings. None of them forbids the number: tables age.
const (
	// UnknownPrefix: the length is right, but no operator is known to have such numbers.
	UnknownPrefix Warning = "desk.number_unknown_prefix"
	// Foreign: not a number of the home region; SMS to it cost more.
	Foreign Warning = "desk.number_foreign"
	// NotMobile: a fixed line or toll-free number, which most likely gets no SMS.
	NotMobile Warning = "desk.number_not_mobile"
)

// ParseTyped takes a number as a coordinator typed it. What cannot be a phone number, short codes and names included,
// gives a *bot.Error with key desk.bad_number, which does not repeat it.
func (n Normaliser) ParseTyped(raw string) (bot.Address, Warning, error) {
	a := n.Normalise(raw)
	if a.Kind != bot.Phone {
		return bot.Address{}, "", bot.Fault(bot.CodeInvalid, "desk.bad_number")
	}
	return a, n.doubt(a.Value), nil
}

// doubt says what is odd about a number in E.164.
func (n Normaliser) doubt(number string) Warning {
	p, ok := n.parse(number)
	if !ok || !phonenumbers.IsValidNumber(p) {
		return UnknownPrefix
	}
	if phonenumbers.GetRegionCodeForNumber(p) != n.region {
		return Foreign
	}
	switch phonenumbers.GetNumberType(p) {
	case phonenumbers.MOBILE, phonenumbers.FIXED_LINE_OR_MOBILE:
		return ""
	default:
		return NotMobile
	}
}
