package config

import (
	"regexp"
	"slices"
	"time"

	"tinye/bot"
)

// USSD is what menus say of the site, and what they offer. Whether there is such a place is for whoever knows places.
type USSD struct {
	Code      string          // what people dial, as they read it, such as *384#; "" = none is told
	SMSNumber string          // where a message begun in the menu is sent by SMS; "" = none is told
	Places    []bot.PlaceCode // offered first: at most 4, regions or cercles
	CallBack  bool            // people may ask to be rung
	Idle      time.Duration   // a session without input is over after this: 30 s to 15 min
}

const (
	maxPlaces = 4 // one page holds five choices, and the last leads to all other places
	minIdle   = 30 * time.Second
	maxIdle   = 15 * time.Minute

	// A page of 182 septets fills the 160 octets of a session's message; operators take fewer.
	minSeptets     = 120
	maxSeptets     = 182
	defaultSeptets = 160
)

var (
	dialForm  = regexp.MustCompile(`^\*[0-9]{2,6}(\*[0-9]{1,6}){0,3}#$`)
	placeForm = regexp.MustCompile(`^ML[0-9]{2}([0-9]{2})?$`) // of a region or a cercle, in both schemes
)

func (f *file) ussd(t *table, u *USSD) {
	t.str("code", "*384#", &u.Code)
	t.str("sms_number", "36000", &u.SMSNumber)
	t.strs("places", "ml_ct_2023:ML0701", func(list []string) {
		for _, s := range list {
			if placeholder(s) {
				f.unfilled = append(f.unfilled, t.key("places"))
				return
			}
			code, ok := bot.ParsePlaceCode(s)
			if !ok {
				t.wrong("places", "%q is no place; write the list it is from and its code, like \"ml_ct_2023:ML0701\".", s)
				return
			}
			u.Places = append(u.Places, code)
		}
	})
	t.bool("call_back", &u.CallBack)
	t.duration("idle", "3m", &u.Idle)
	t.done()
}

// menus warns of menus that nobody can reach, or that promise what is not there.
func (c *checker) menus(cfg Config) {
	brings := slices.ContainsFunc(cfg.Gateways, func(g Gateway) bool { return g.Type == GatewayGeneric || g.Type == GatewayAfricasTalking })
	switch {
	case cfg.USSD.Code != "" && !brings:
		c.warning("ussd.code", "no gateway here brings USSD (types %s and %s do), yet people are told to dial %s; take it out or add one.",
			GatewayGeneric, GatewayAfricasTalking, cfg.USSD.Code)
	case cfg.USSD.Code != "" && cfg.USSD.SMSNumber == "":
		c.warning("ussd.sms_number", "the menus offer to write by SMS and cannot say to which number; give it.")
	}
}

func (c *checker) ussd(u USSD) {
	if u.Code != "" && c.filled("ussd.code", u.Code) && !dialForm.MatchString(u.Code) {
		c.wrong("ussd.code", "write what people dial, from the star to the hash, like \"*384#\" or \"*384*12#\".")
	}
	if u.SMSNumber != "" && c.filled("ussd.sms_number", u.SMSNumber) && !numberForm.MatchString(u.SMSNumber) {
		c.wrong("ussd.sms_number", "write 2 to 15 digits as people type them, like \"36000\".")
	}
	if len(u.Places) > maxPlaces {
		c.wrong("ussd.places", "here are %d places, and a page has room for %d; all others are found under their region.", len(u.Places), maxPlaces)
	}
	for i, p := range u.Places {
		switch {
		case p.Scheme != bot.SchemeCT2023 && p.Scheme != bot.SchemeOCHA2021:
			c.wrong("ussd.places", "there is no list of places %q; write %q or %q before the colon.", p.Scheme, bot.SchemeCT2023, bot.SchemeOCHA2021)
		case !placeForm.MatchString(p.Code):
			c.wrong("ussd.places", "%q is neither a region nor a cercle; write ML and two or four digits after the colon.", p)
		case slices.Contains(u.Places[:i], p):
			c.wrong("ussd.places", "%q stands here twice; name each place once.", p)
		}
	}
	if u.Idle < minIdle || u.Idle > maxIdle {
		c.wrong("ussd.idle", "wait for the next input from \"30s\" to \"15m\".")
	}
}

// UnknownPlaces has a warning for each of the menus' places that is not known to whoever knows places.
func (c Config) UnknownPlaces(known func(bot.PlaceCode) bool) Problems {
	k := &checker{}
	for _, p := range c.USSD.Places {
		if !known(p) {
			k.warning("ussd.places", "%s is not among the places that Tinye knows by itself; menus offer it once it is imported (tinye place import).", p)
		}
	}
	return k.problems.at(c.origin.lines)
}

func (w *writer) ussd(u USSD) {
	w.section("[ussd]")
	w.str("code", u.Code)
	w.str("sms_number", u.SMSNumber)
	w.strs("places", texts(u.Places))
	w.raw("call_back", u.CallBack)
	w.str("idle", formatDuration(u.Idle))
}
