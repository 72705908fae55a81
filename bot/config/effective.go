package config

import (
	"fmt"
	"net/netip"
	"strings"

	"tinye/bot"
)

// Effective is the configuration as it holds, defaults included, as TOML. A secret shows as "(hidden)", or as the name of
// the file it was read from.
func (c Config) Effective() string {
	var w writer
	s := c.Site
	w.section("[site]")
	w.str("name", s.Name)
	w.str("id", s.ID)
	w.strs("languages", texts(s.Languages))
	w.str("desk_language", string(s.DeskLanguage))
	w.str("timezone", s.Zone.String())
	w.str("region", s.Region)
	w.str("danger_number", s.DangerNumber)
	w.raw("free_to_user", s.FreeToUser)
	if s.AnswerWithin == 0 {
		w.str("answer_within", "")
	} else {
		w.str("answer_within", formatDuration(s.AnswerWithin))
	}
	w.raw("bulletin_cap", s.BulletinCap)
	w.strs("allow_unreviewed", texts(s.AllowUnreviewed))
	w.str("locales", s.Locales)
	w.str("wire", string(s.Wire))
	w.raw("demo", s.Demo)
	if c.Hours != nil {
		w.section("[hours]")
		for i, day := range weekdays {
			w.strs(day, texts(c.Hours.Week[i]))
		}
		w.strs("holidays", texts(c.Hours.Holidays))
	}
	w.section("[desk]")
	w.str("clock", string(c.Desk.Clock))
	w.section("[quiet]")
	w.str("from", formatClock(c.Quiet.From))
	w.str("to", formatClock(c.Quiet.To))
	w.section("[limits]")
	w.raw("flood_burst", c.Limits.FloodBurst)
	w.raw("flood_day", c.Limits.FloodDay)
	w.str("join", formatDuration(c.Limits.Join))
	w.section("[storage]")
	w.str("path", c.Storage.Path)
	w.str("key", c.Storage.Key)
	w.section("[web]")
	w.str("listen", c.Web.Listen)
	w.str("callback", c.Web.Callback)
	w.secret("secret", c.Web.Secret)
	w.section("[admin]")
	w.str("socket", c.Admin.Socket)
	w.section("[outbox]")
	w.raw("paused", c.Outbox.Paused)
	w.str("fail_over", formatDuration(c.Outbox.FailOver))
	w.str("fail_over_urgent", formatDuration(c.Outbox.FailOverUrgent))
	w.ussd(c.USSD)
	w.retention(c.Retention)
	for _, g := range c.Gateways {
		w.gateway(g)
	}
	w.routes(c.Routes)
	return w.b.String()
}

// writer writes TOML.
type writer struct{ b strings.Builder }

func (w *writer) gateway(g Gateway) {
	w.section("[[gateway]]")
	w.str("name", g.Name)
	w.str("type", string(g.Type))
	w.raw("rate", g.Rate)
	w.raw("in_flight", g.InFlight)
	w.str("timeout", formatDuration(g.Timeout))
	w.strs("allow_from", texts(g.AllowFrom))
	w.raw("price", g.Price)
	w.raw("ussd_septets", g.USSDSeptets)
	if k := g.Kannel; k != nil {
		w.section("[gateway.kannel]")
		w.str("url", k.URL)
		w.str("username", k.Username)
		w.secret("password", k.Password)
		w.str("from", k.From)
		w.str("smsc", k.SMSC)
		w.raw("dlr_mask", k.DLRMask)
	}
	if k := g.Generic; k != nil {
		w.section("[gateway.generic]")
		w.str("url", k.URL)
		w.secret("token", k.Token)
	}
	if k := g.AfricasTalking; k != nil {
		w.section("[gateway.africastalking]")
		w.str("url", k.URL)
		w.str("username", k.Username)
		w.secret("api_key", k.APIKey)
		w.str("from", k.From)
	}
}

func (w *writer) section(header string) {
	if w.b.Len() > 0 {
		w.b.WriteByte('\n')
	}
	w.b.WriteString(header + "\n")
}

func (w *writer) raw(key string, v any) { fmt.Fprintf(&w.b, "%s = %v\n", key, v) }
func (w *writer) str(key, s string)     { w.raw(key, quote(s)) }
func (w *writer) strs(key string, l []string) {
	quoted := make([]string, len(l))
	for i, s := range l {
		quoted[i] = quote(s)
	}
	w.raw(key, "["+strings.Join(quoted, ", ")+"]")
}

func (w *writer) secret(key string, s Secret) {
	if s.file != "" {
		w.str(key+"_file", s.file)
		return
	}
	w.str(key, s.String())
}

// quote is a TOML basic string (TOML 1.0, "String"): control characters as \uXXXX.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04X`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// texts is a list as strings.
func texts[T bot.Lang | bot.PlaceCode | Span | Date | netip.Prefix](list []T) []string {
	out := make([]string, len(list))
	for i, v := range list {
		out[i] = fmt.Sprint(v)
	}
	return out
}
