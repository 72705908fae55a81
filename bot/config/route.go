package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Route says by which gateways numbers with a prefix are written to when we begin: bulletins, consent requests, corrections. Replies go by
// the gateway that the person wrote to.
type Route struct {
	Prefix   string   // of E.164, such as +2236; "+" is every number
	Gateways []string // names, the first in use; the others take over when it has not worked for Outbox.FailOver
}

// Times after which another gateway of its route takes over what waits for one that does not work.
const (
	defaultFailOver       = 10 * time.Minute
	defaultFailOverUrgent = 2 * time.Minute
	minFailOver           = time.Minute
	maxFailOver           = 24 * time.Hour
)

var prefixForm = regexp.MustCompile(`^\+[0-9]{0,14}$`)

func routeKey(i int) string { return fmt.Sprintf("route[%d]", i+1) }

// RouteOf is the route with the longest prefix of a number in E.164; false where none fits.
func (c Config) RouteOf(number string) (Route, bool) {
	var longest Route
	found := false
	for _, r := range c.Routes {
		if strings.HasPrefix(number, r.Prefix) && (!found || len(r.Prefix) > len(longest.Prefix)) {
			longest, found = r, true
		}
	}
	return longest, found
}

func (f *file) routes(top *table, cfg *Config) {
	v, ok := top.take("route")
	if !ok {
		return
	}
	list, ok := v.([]map[string]any)
	if !ok {
		top.wrong("route", "every route starts with a line [[route]], in two pairs of brackets.")
		return
	}
	for i, keys := range list {
		t := &table{f: f, path: routeKey(i), keys: keys}
		var r Route
		t.str("prefix", "+2236", &r.Prefix)
		t.strs("gateways", "kannel", func(list []string) { r.Gateways = list })
		t.done()
		cfg.Routes = append(cfg.Routes, r)
	}
}

// outbox reads how sending starts, and when another gateway takes over.
func (f *file) outbox(t *table, o *Outbox) {
	t.bool("paused", &o.Paused)
	t.duration("fail_over", "10m", &o.FailOver)
	t.duration("fail_over_urgent", "2m", &o.FailOverUrgent)
	t.done()
}

func (c *checker) routes(cfg Config) {
	for i, r := range cfg.Routes {
		key := routeKey(i)
		switch {
		case !prefixForm.MatchString(r.Prefix):
			c.wrong(key+".prefix", "write how the numbers begin, with + and the country's code, like \"+2236\"; \"+\" alone is every number.")
		case slices.ContainsFunc(cfg.Routes[:i], func(o Route) bool { return o.Prefix == r.Prefix }):
			c.wrong(key+".prefix", "another route has the prefix %q already; make them one.", r.Prefix)
		}
		if len(r.Gateways) == 0 {
			c.wrong(key+".gateways", "no gateway carries SMS to these numbers; name one at least, or take the route out.")
		}
		for j, name := range r.Gateways {
			switch {
			case !slices.ContainsFunc(cfg.Gateways, func(g Gateway) bool { return g.Name == name }):
				c.wrong(key+".gateways", "there is no gateway with the name %q; write one that stands in a section [[gateway]].", name)
			case slices.Contains(r.Gateways[:j], name):
				c.wrong(key+".gateways", "%q stands here twice; a gateway cannot take over from itself.", name)
			}
		}
	}
	for _, x := range []struct {
		key string
		d   time.Duration
	}{{"outbox.fail_over", cfg.Outbox.FailOver}, {"outbox.fail_over_urgent", cfg.Outbox.FailOverUrgent}} {
		if x.d != 0 && (x.d < minFailOver || x.d > maxFailOver) {
			c.wrong(x.key, "wait from \"1m\" to \"24h\" before another gateway takes over, or \"0s\": none does.")
		}
	}
	if o := cfg.Outbox; o.FailOver >= minFailOver && o.FailOverUrgent > o.FailOver && o.FailOverUrgent <= maxFailOver {
		c.wrong("outbox.fail_over_urgent", "alerts and corrections would wait longer (%s) than all others (%s); make it shorter.",
			formatDuration(o.FailOverUrgent), formatDuration(o.FailOver))
	}
}

func (w *writer) routes(list []Route) {
	for _, r := range list {
		w.section("[[route]]")
		w.str("prefix", r.Prefix)
		w.strs("gateways", r.Gateways)
	}
}
