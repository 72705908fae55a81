package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/BurntSushi/toml"

	"tinye/bot"
)

// maxFile is the most bytes of a configuration file.
const maxFile = 1 << 20

// Load reads and parses the file; see Parse.
func Load(path string) (Config, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return Config{}, fmt.Errorf("config: folder of %s: %w", path, err)
	}
	info, err := os.Stat(path)
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	if !info.Mode().IsRegular() || info.Size() > maxFile {
		return Config{}, fmt.Errorf("config: %s is no configuration file", path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return Config{}, fmt.Errorf("config: %w", err)
	}
	cfg, err := Parse(filepath.Base(path), data, dir)
	cfg.origin.exposed = info.Mode().Perm()&0o004 != 0
	return cfg, err
}

// Parse reads a configuration; name stands in errors, relative paths are below dir. Where the file cannot be read as
// what it should be (syntax, unknown keys, wrong types, secret files), the error's chain holds Problems: all of them,
// and what Check finds in the rest. A Config without error still has to pass Check.
func Parse(name string, data []byte, dir string) (Config, error) {
	var keys map[string]any
	if _, err := toml.Decode(string(data), &keys); err != nil {
		return Config{}, fmt.Errorf("%s: %w", name, syntax(err, data))
	}
	f := &file{dir: dir}
	top := &table{f: f, keys: keys}
	cfg := defaults()
	f.site(top.section("site"), &cfg.Site)
	if t := top.sub("hours"); t != nil {
		cfg.Hours = f.hours(t)
	}
	f.desk(top.section("desk"), &cfg.Desk)
	f.quiet(top.section("quiet"), &cfg.Quiet)
	f.rest(top, &cfg)
	f.ussd(top.section("ussd"), &cfg.USSD)
	f.retention(top.section("retention"), &cfg.Retention)
	f.gateways(top, &cfg)
	f.routes(top, &cfg)
	top.done()

	lines := lineNumbers(data)
	cfg.origin = origin{lines: lines, unfilled: f.unfilled}
	if len(f.problems) == 0 {
		return cfg, nil
	}
	problems := f.problems
	for _, p := range cfg.Check() {
		if !problems.has(p.Key) && !problems.has(p.Key+"_file") {
			problems = append(problems, p)
		}
	}
	return cfg, fmt.Errorf("%s:\n%w", name, problems.at(lines))
}

// syntax turns an error of the TOML parser into a Problem. The parser repeats what it read, so where a secret may stand
// nothing of its words is kept.
func syntax(err error, data []byte) Problems {
	p := Problem{Kind: Wrong}
	e, ok := errors.AsType[toml.ParseError](err)
	if !ok {
		p.Text = "this is not TOML; compare it with scripts/tinye.toml.example."
		return Problems{p}
	}
	p.Line = e.Position.Line
	line := ""
	if all := strings.Split(string(data), "\n"); p.Line >= 1 && p.Line <= len(all) {
		line = all[p.Line-1]
	}
	if secretive(e.LastKey) || secretive(line) {
		p.Text = `this is not TOML; text belongs in double quotes, like name = "INFOVRAI", and a key may stand once only.`
	} else {
		p.Text = fmt.Sprintf("this is not TOML: %s.", e.Message)
	}
	return Problems{p}
}

func secretive(s string) bool {
	s = strings.ToLower(s)
	return strings.Contains(s, "secret") || strings.Contains(s, "password") || strings.Contains(s, "token") || strings.Contains(s, "api_key")
}

func (f *file) abs(path string) string {
	if path == "" || filepath.IsAbs(path) {
		return path
	}
	return filepath.Join(f.dir, path)
}

func (f *file) site(t *table, s *Site) {
	t.str("name", "INFOVRAI", &s.Name)
	t.str("id", "gao", &s.ID)
	t.langs("languages", &s.Languages)
	t.lang("desk_language", &s.DeskLanguage)
	zone := "Africa/Bamako"
	t.str("timezone", zone, &zone)
	if loc, err := time.LoadLocation(zone); err != nil || zone == "" || zone == "Local" {
		t.wrong("timezone", "%q is no time zone; write its name like \"Africa/Bamako\".", zone)
	} else {
		s.Zone = loc
	}
	t.str("region", "ML", &s.Region)
	t.str("danger_number", "80001234", &s.DangerNumber)
	t.bool("free_to_user", &s.FreeToUser)
	value(t, "answer_within", `"24h"`, func(given string) {
		if given != "" {
			t.parseDuration("answer_within", given, "24h", &s.AnswerWithin)
		}
	})
	t.int("bulletin_cap", &s.BulletinCap)
	t.langs("allow_unreviewed", &s.AllowUnreviewed)
	t.file("locales", &s.Locales)
	wire := string(s.Wire)
	t.str("wire", wire, &wire)
	s.Wire = Wire(wire)
	t.bool("demo", &s.Demo)
	t.done()
}

func (f *file) desk(t *table, d *Desk) {
	clock := string(d.Clock)
	t.str("clock", clock, &clock)
	d.Clock = bot.DeskClock(clock)
	t.done()
}

var weekdays = [7]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// hours gives nil, always open, while placeholders stand in it: Check refuses those.
func (f *file) hours(t *table) *Hours {
	h := &Hours{}
	before := len(f.unfilled)
	for i, day := range weekdays {
		t.strs(day, "10:00-18:00", func(list []string) {
			for _, s := range list {
				if placeholder(s) {
					f.unfilled = append(f.unfilled, t.key(day))
					return
				}
				span, ok := parseSpan(s)
				if !ok {
					t.wrong(day, "%q is no part of a day; write start and end in hours and minutes, like \"10:00-18:00\".", s)
					return
				}
				h.Week[i] = append(h.Week[i], span)
			}
			if overlap(h.Week[i]) {
				t.wrong(day, "two of these parts of the day overlap; make them one.")
			}
		})
	}
	t.strs("holidays", "2026-12-25", func(list []string) {
		for _, s := range list {
			if placeholder(s) {
				f.unfilled = append(f.unfilled, t.key("holidays"))
				return
			}
			d, ok := parseDate(s)
			if !ok {
				t.wrong("holidays", "%q is no date; write year, month and day, like \"2026-12-25\".", s)
				return
			}
			h.Holidays = append(h.Holidays, d)
		}
	})
	t.done()
	if len(f.unfilled) > before {
		return nil
	}
	return h
}

func (f *file) quiet(t *table, q *Span) {
	for _, end := range []struct {
		name string
		dst  *int
	}{{"from", &q.From}, {"to", &q.To}} {
		s := formatClock(*end.dst)
		t.str(end.name, s, &s)
		if m, ok := parseClock(s); ok && m < dayMinutes {
			*end.dst = m
		} else {
			t.wrong(end.name, "%q is no time of day; write hours and minutes, like \"21:00\" (midnight is \"00:00\").", s)
		}
	}
	t.done()
}

func (f *file) rest(top *table, cfg *Config) {
	t := top.section("limits")
	t.int("flood_burst", &cfg.Limits.FloodBurst)
	t.int("flood_day", &cfg.Limits.FloodDay)
	t.duration("join", "10m", &cfg.Limits.Join)
	t.done()

	t = top.section("storage")
	t.file("path", &cfg.Storage.Path)
	t.file("key", &cfg.Storage.Key)
	t.done()

	t = top.section("web")
	t.str("listen", cfg.Web.Listen, &cfg.Web.Listen)
	t.url("callback", "http://127.0.0.1:8080", &cfg.Web.Callback)
	t.secret("secret", &cfg.Web.Secret)
	t.done()

	t = top.section("admin")
	t.file("socket", &cfg.Admin.Socket)
	t.done()

	f.outbox(top.section("outbox"), &cfg.Outbox)
}

func (f *file) gateways(top *table, cfg *Config) {
	v, ok := top.take("gateway")
	if !ok {
		return
	}
	list, ok := v.([]map[string]any)
	if !ok {
		top.wrong("gateway", "every gateway starts with a line [[gateway]], in two pairs of brackets.")
		return
	}
	for i, keys := range list {
		t := &table{f: f, path: gatewayKey(i), keys: keys}
		g := Gateway{Rate: 1, InFlight: 1, Timeout: 10 * time.Second, USSDSeptets: defaultSeptets}
		t.str("name", "kannel", &g.Name)
		kind := ""
		t.str("type", "kannel", &kind)
		g.Type = GatewayType(kind)
		t.float("rate", &g.Rate)
		t.int("in_flight", &g.InFlight)
		t.duration("timeout", "10s", &g.Timeout)
		t.strs("allow_from", "127.0.0.1/32", func(list []string) { g.AllowFrom = t.prefixes(list) })
		t.int("price", &g.Price)
		t.int("ussd_septets", &g.USSDSeptets)
		if s := t.sub("kannel"); s != nil {
			g.Kannel = &Kannel{DLRMask: 31}
			s.url("url", "http://127.0.0.1:13013/cgi-bin/sendsms", &g.Kannel.URL)
			s.str("username", "tinye", &g.Kannel.Username)
			s.secret("password", &g.Kannel.Password)
			s.str("from", "36000", &g.Kannel.From)
			s.str("smsc", "", &g.Kannel.SMSC)
			s.int("dlr_mask", &g.Kannel.DLRMask)
			s.done()
		}
		if s := t.sub("generic"); s != nil {
			g.Generic = &Generic{}
			s.url("url", "http://127.0.0.1:8090/messages", &g.Generic.URL)
			s.secret("token", &g.Generic.Token)
			s.done()
		}
		if s := t.sub("africastalking"); s != nil {
			g.AfricasTalking = &AfricasTalking{URL: africasTalkingURL}
			s.url("url", africasTalkingURL, &g.AfricasTalking.URL)
			s.str("username", "sandbox", &g.AfricasTalking.Username)
			s.secret("api_key", &g.AfricasTalking.APIKey)
			s.str("from", "36000", &g.AfricasTalking.From)
			s.done()
		}
		t.done()
		cfg.Gateways = append(cfg.Gateways, g)
	}
}

// africasTalkingURL is the live service; the sandbox has a host of its own.
const africasTalkingURL = "https://api.africastalking.com/version1"

func gatewayKey(i int) string { return fmt.Sprintf("gateway[%d]", i+1) }

// url reads an address. One that may carry a password is not kept: addresses are printed, secrets are not.
func (t *table) url(name, example string, dst *string) {
	given := *dst
	t.str(name, example, &given)
	if given == "" {
		*dst = ""
		return
	}
	u, err := url.Parse(given)
	switch {
	case err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Hostname() == "" || u.Opaque != "":
		t.wrong(name, "this is no web address; write it like \"%s\".", example)
	case u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "":
		t.wrong(name, "leave out user names, passwords and everything from ? or # on: they have settings of their own, or none.")
	default:
		*dst = strings.TrimRight(given, "/")
	}
}

// prefixes reads networks; an address alone is itself.
func (t *table) prefixes(list []string) []netip.Prefix {
	out := make([]netip.Prefix, 0, len(list))
	for _, s := range list {
		if a, err := netip.ParseAddr(s); err == nil && a.Zone() == "" {
			out = append(out, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(s)
		switch {
		case err != nil:
			t.wrong("allow_from", "%q is no network; write an address or a network, like \"192.168.1.0/24\".", s)
			return nil
		case p != p.Masked():
			t.wrong("allow_from", "%q is an address within a network; write %q for the network or %q for the one address.",
				s, p.Masked(), p.Addr())
			return nil
		}
		out = append(out, p)
	}
	return out
}
