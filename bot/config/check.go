package config

import (
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"tinye/bot"
)

var (
	nameForm   = regexp.MustCompile(`^[A-Za-z0-9 .-]+$`)
	idForm     = regexp.MustCompile(`^[a-z0-9-]{1,16}$`)
	regionForm = regexp.MustCompile(`^[A-Z]{2}$`)
	numberForm = regexp.MustCompile(`^\+?[0-9](?: ?[0-9]){1,14}$`)
	secretForm = regexp.MustCompile(`^[A-Za-z0-9_-]+$`)
	fromForm   = regexp.MustCompile(`^(\+?[0-9]{3,15}|[A-Za-z0-9 .-]{1,11})$`)
)

const (
	maxName    = 11 // of a sender name, and so of {S}
	maxAnswer  = 30 * 24 * time.Hour
	minSecret  = 16  // characters
	maxSocket  = 107 // bytes of a unix socket's path on Linux (sun_path)
	maxRate    = 1000
	maxTimeout = 2 * time.Minute
)

// placeholder tells whether a value is still the example's.
func placeholder(s string) bool {
	open := strings.IndexByte(s, '<')
	return strings.Contains(s, "CHANGE") || strings.Contains(s, "EXAMPLE") || strings.Contains(s, "00000000") ||
		open >= 0 && strings.IndexByte(s[open:], '>') > 0
}

// checker collects problems.
type checker struct {
	problems Problems
	demo     bool
}

func (c *checker) wrong(key, format string, args ...any) { c.problems.add(Wrong, key, format, args...) }
func (c *checker) warning(key, format string, args ...any) {
	c.problems.add(Warning, key, format, args...)
}

// filled tells whether a value was filled in; if not, that is the one problem with it. The demo takes placeholders.
func (c *checker) filled(key, value string) bool {
	if !placeholder(value) {
		return true
	}
	if !c.demo {
		c.unfilled(key)
	}
	return false
}

func (c *checker) unfilled(key string) {
	c.problems.add(Placeholder, key, "here still stands the example's value; put your own.")
}

// Check looks at every value and at what does not go together; the list is in the file's order. Problems.Err tells whether
// Tinye may start. That a region has a numbering plan is for bot/msisdn to say.
func (c Config) Check() Problems {
	k := &checker{demo: c.Site.Demo}
	k.site(c.Site)
	k.hours(c)
	k.desk(c)
	k.limits(c)
	k.files(c)
	k.web(c.Web, c.Site.Demo)
	k.ussd(c.USSD)
	k.menus(c)
	k.retention(c.Retention)
	if len(c.Gateways) == 0 {
		k.wrong("gateway", "there is no gateway, so nobody could write to us; add a section [[gateway]].")
	}
	for i, g := range c.Gateways {
		k.gateway(gatewayKey(i), g, c)
		if slices.ContainsFunc(c.Gateways[:i], func(o Gateway) bool { return o.Name == g.Name }) {
			k.wrong(gatewayKey(i)+".name", "two gateways have the name %q; give each its own.", g.Name)
		}
	}
	k.routes(c)
	if c.origin.exposed {
		k.exposed(c)
	}
	return k.problems.at(c.origin.lines)
}

func (c *checker) site(s Site) {
	switch {
	case s.Name == "":
		c.wrong("site.name", "the service needs a name that people see in every message; choose a neutral one.")
	case !c.filled("site.name", s.Name):
	case len(s.Name) > maxName:
		c.wrong("site.name", "%q is longer than %d characters; shorten it.", s.Name, maxName)
	case !nameForm.MatchString(s.Name) || strings.TrimSpace(s.Name) != s.Name:
		c.wrong("site.name", "use only letters without accents, digits, dots, dashes, and spaces between them.")
	}
	if !idForm.MatchString(s.ID) {
		c.wrong("site.id", "give the site a short id of 1 to 16 small letters, digits and dashes, like \"gao\".")
	}
	if len(s.Languages) == 0 {
		c.wrong("site.languages", "name at least one language, like [\"fra\", \"bam\"].")
	}
	if doubled(s.Languages) {
		c.wrong("site.languages", "a language stands here twice; name each once.")
	}
	for _, l := range s.Languages {
		if l != bot.French && l != bot.Bambara && s.Locales == "" {
			c.wrong("site.languages", "there are no built-in texts in the language %q; name the folder with its file in site.locales, or take it out.", l)
		}
	}
	for _, l := range s.AllowUnreviewed {
		if !slices.Contains(s.Languages, l) {
			c.wrong("site.allow_unreviewed", "%q is not among site.languages; add it there or take it out here.", l)
		}
	}
	if !regionForm.MatchString(s.Region) {
		c.wrong("site.region", "write the country as two capital letters, like \"ML\".")
	}
	switch {
	case s.DangerNumber == "":
		c.wrong("site.danger_number", "give the number that people in danger are to call; it stands in messages.")
	case !c.filled("site.danger_number", s.DangerNumber):
	case !numberForm.MatchString(s.DangerNumber):
		c.wrong("site.danger_number", "write 2 to 15 digits as people dial them, like \"80001234\".")
	}
	if d := s.AnswerWithin; d != 0 && (d < time.Hour || d > maxAnswer || d%time.Hour != 0) {
		c.wrong("site.answer_within", "promise whole hours from \"1h\" to \"720h\", or nothing with \"\".")
	}
	if s.BulletinCap < 1 || s.BulletinCap > 14 {
		c.wrong("site.bulletin_cap", "allow 1 to 14 bulletins a week.")
	}
	if !slices.Contains([]Wire{WireGSMAccent, WireASCII, WireOfficial}, s.Wire) {
		c.wrong("site.wire", "choose \"gsm-accent\", \"ascii\" or \"official\".")
	}
}

func (c *checker) hours(cfg Config) {
	if !c.demo {
		for _, key := range cfg.origin.unfilled {
			c.unfilled(key)
		}
	}
	if cfg.Hours != nil {
		if !slices.ContainsFunc(cfg.Hours.Week[:], func(day []Span) bool { return len(day) > 0 }) {
			c.wrong("hours", "no day has hours, so the desk would never be open; give some, or take the section [hours] out if it always is.")
		}
		if doubled(cfg.Hours.Holidays) {
			c.wrong("hours.holidays", "a date stands here twice; name each once.")
		}
	}
}

func (c *checker) desk(cfg Config) {
	switch clock := cfg.Desk.Clock; {
	case !slices.Contains(bot.DeskClocks(), clock):
		c.wrong("desk.clock", "choose \"elapsed\", \"open_days\" or \"working_hours\".")
	case slices.ContainsFunc(cfg.origin.unfilled, func(key string) bool { return strings.HasPrefix(key, "hours.") }):
	case clock != bot.ClockElapsed && cfg.Hours == nil:
		c.wrong("desk.clock", "%q goes by the opening hours; give them in a section [hours], or choose \"elapsed\".", clock)
	}
}

func (c *checker) limits(cfg Config) {
	l := cfg.Limits
	if l.FloodBurst < 0 {
		c.wrong("limits.flood_burst", "write how many texts in 10 minutes are too many, or 0 for no limit.")
	}
	if l.FloodDay < 0 {
		c.wrong("limits.flood_day", "write how many texts a day are too many, or 0 for no limit.")
	}
	if l.FloodDay > 0 && l.FloodBurst > l.FloodDay {
		c.wrong("limits.flood_burst", "more texts in 10 minutes (%d) than a day (%d) can never be reached; make it smaller.",
			l.FloodBurst, l.FloodDay)
	}
	if l.Join < 0 || l.Join > 24*time.Hour {
		c.wrong("limits.join", "write a time from \"0s\" (never join) to \"24h\".")
	}
}

func (c *checker) files(cfg Config) {
	paths := []struct{ key, path, what string }{
		{"storage.path", cfg.Storage.Path, "the database"},
		{"storage.key", cfg.Storage.Key, "the master key"},
		{"admin.socket", cfg.Admin.Socket, "the command line's socket"},
	}
	for i, p := range paths {
		if p.path == "" {
			c.wrong(p.key, "name the file of %s.", p.what)
		}
		for _, o := range paths[:i] {
			if p.path != "" && p.path == o.path {
				c.wrong(p.key, "%s cannot be the same file as %s; name another.", p.what, o.what)
			}
		}
	}
	if len(cfg.Admin.Socket) > maxSocket {
		c.wrong("admin.socket", "the path of a socket has at most %d bytes; choose a shorter one, like \"/run/tinye/admin.sock\".", maxSocket)
	}
}

// secret checks one secret; form says what more than "no control characters" it must be.
func (c *checker) secret(key string, s Secret, form func(string) string) {
	v := s.Reveal()
	if v == "" {
		c.wrong(key, "this secret is missing; set it, or set the same key with _file at its end to the name of a file that holds it.")
		return
	}
	if !c.filled(key, v) {
		return
	}
	if strings.ContainsFunc(v, unicode.IsControl) {
		c.wrong(key, "this secret has a line break or another control character in it; take it out.")
	} else if text := form(v); text != "" {
		c.wrong(key, "%s", text)
	}
}

// exposed warns where the file that everybody can read holds secrets.
func (c *checker) exposed(cfg Config) {
	warn := func(key string, s Secret) {
		if !s.IsZero() && s.file == "" && !placeholder(s.Reveal()) {
			c.warning(key, "everybody on this machine can read this file and so the secret; run chmod o= on it.")
		}
	}
	warn("web.secret", cfg.Web.Secret)
	for i, g := range cfg.Gateways {
		if g.Kannel != nil {
			warn(gatewayKey(i)+".kannel.password", g.Kannel.Password)
		}
		if g.Generic != nil {
			warn(gatewayKey(i)+".generic.token", g.Generic.Token)
		}
		if g.AfricasTalking != nil {
			warn(gatewayKey(i)+".africastalking.api_key", g.AfricasTalking.APIKey)
		}
	}
}

func doubled[T bot.Lang | Date](list []T) bool {
	for i, v := range list {
		if slices.Contains(list[:i], v) {
			return true
		}
	}
	return false
}
