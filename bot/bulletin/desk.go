package bulletin

import (
	"time"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/bot/sms"
	"tinye/locales"
)

// Desk is what the rules need to know about the site.
type Desk struct {
	Service string // the service's name, at most 11 GSM-7 characters
	Langs   []bot.Lang
	Wire    sms.Mode
	Texts   *locales.Printer
	Zone    *time.Location
	Cap     int // bulletins a week at most, as the consent text says; 0 = no cap
	// Gateway is the one for numbers that never wrote to us.
	Gateway string
	// Route names the gateway for a number, "" where there is none; known is the one it last wrote to, which may be "". nil: known, or
	// Gateway.
	Route func(number bot.Address, known string) string
	// Carries tells whether the site has a gateway of that name now. nil: all of them.
	Carries func(gateway string) bool
	// Places gives the places known at the moment; nil where audiences have none.
	Places func() *place.Gazetteer
}

// gateway is the one by which somebody is written to; "" where there is none.
func (d Desk) gateway(c bot.Contact) string {
	known := c.Gateway
	if !d.carries(known) { // it is gone since they wrote
		known = ""
	}
	if d.Route != nil {
		return d.Route(c.Number, known)
	}
	if known != "" {
		return known
	}
	return d.Gateway
}

func (d Desk) carries(gateway string) bool { return d.Carries == nil || d.Carries(gateway) }

// lang is the language in which somebody is written to.
func (d Desk) lang(c bot.Contact) bot.Lang {
	if c.Lang != "" {
		return c.Lang
	}
	if len(d.Langs) > 0 {
		return d.Langs[0]
	}
	return bot.French
}
