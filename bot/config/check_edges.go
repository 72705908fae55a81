package config

import (
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
	"time"
)

func (c *checker) web(w Web, demo bool) {
	host, port, err := net.SplitHostPort(w.Listen)
	number, convErr := strconv.ParseUint(port, 10, 16)
	switch {
	case err != nil || convErr != nil || host != "" && host != "localhost" && net.ParseIP(host) == nil:
		c.wrong("web.listen", "write the address and port to listen on, like \"127.0.0.1:8080\", or \":8080\" for every address.")
	case number == 0 && !demo:
		c.wrong("web.listen", "port 0 is another port at every start, where no gateway finds us; write a fixed one, like 8080.")
	}
	switch back := hostOf(w.Callback); {
	case w.Callback == "":
		c.wrong("web.callback", "write the address under which gateways reach us, like \"http://127.0.0.1:8080\".")
	case err == nil && loopback(host) && !loopback(back):
		c.warning("web.callback", "gateways are told %s, but web.listen takes callers on this machine only; "+
			"unless a proxy stands in front, listen on \":%s\".", w.Callback, port)
	}
	c.secret("web.secret", w.Secret, func(v string) string {
		if len(v) < minSecret || !secretForm.MatchString(v) {
			return fmt.Sprintf("use at least %d letters without accents, digits, dashes and underscores; it stands in an address.", minSecret)
		}
		return ""
	})
}

func (c *checker) gateway(key string, g Gateway, cfg Config) {
	if !idForm.MatchString(g.Name) {
		c.wrong(key+".name", "give the gateway a name of 1 to 16 small letters, digits and dashes, like \"kannel\".")
	}
	if !(g.Rate > 0 && g.Rate <= maxRate) { // also true for nan
		c.wrong(key+".rate", "write how many parts a second it takes, more than 0 and at most %d.", maxRate)
	}
	if g.InFlight < 1 || g.InFlight > 50 {
		c.wrong(key+".in_flight", "send 1 to 50 messages at a time.")
	}
	if g.Timeout < time.Second || g.Timeout > maxTimeout {
		c.wrong(key+".timeout", "wait from \"1s\" to \"2m\" for its answer.")
	}
	if g.Price < 0 {
		c.wrong(key+".price", "write the price of a part in XOF, or 0.")
	}
	if g.USSDSeptets < minSeptets || g.USSDSeptets > maxSeptets {
		c.wrong(key+".ussd_septets", "give a page of a menu %d to %d septets; %d suits most operators.", minSeptets, maxSeptets, defaultSeptets)
	}
	c.adapter(key, g)
	host, _, err := net.SplitHostPort(cfg.Web.Listen)
	if len(g.AllowFrom) == 0 && err == nil && !loopback(host) {
		c.warning(key+".allow_from", "everybody who reaches web.listen and learns the secret could write to us as this gateway; "+
			"name the addresses it calls from.")
	}
	if at := g.url(); at != "" && cfg.Web.Callback != "" && loopback(hostOf(cfg.Web.Callback)) && !loopback(hostOf(at)) {
		c.warning("web.callback", "the gateway %q is on another machine, where %s is not us; write our address on the network.",
			g.Name, cfg.Web.Callback)
	}
	if cfg.Site.Demo && (g.Kannel != nil || g.AfricasTalking != nil && g.AfricasTalking.Username != "sandbox") {
		c.warning("site.demo", "placeholders and unreviewed texts would go to real people through %q; set demo = false.", g.Name)
	}
}

// adapter checks the gateway's own table: the one of its type, and no other.
func (c *checker) adapter(key string, g Gateway) {
	tables := [...]struct {
		kind  GatewayType
		given bool
		needs string
		check func(key string)
	}{
		{GatewayKannel, g.Kannel != nil, "url, username, password and from", func(key string) { c.kannel(key, *g.Kannel) }},
		{GatewayGeneric, g.Generic != nil, "url and token", func(key string) { c.generic(key, *g.Generic) }},
		{GatewayAfricasTalking, g.AfricasTalking != nil, "username and api_key", func(key string) { c.africasTalking(key, *g.AfricasTalking) }},
	}
	known := false
	for _, t := range tables {
		known = known || t.kind == g.Type
	}
	if !known {
		c.wrong(key+".type", "choose \"kannel\", \"generic\" or \"africastalking\".")
	}
	for _, t := range tables {
		table := key + "." + string(t.kind)
		switch {
		case t.kind == g.Type && !t.given:
			c.wrong(table, "a gateway of type %q needs a section [gateway.%s] with %s.", t.kind, t.kind, t.needs)
		case t.given && known && t.kind != g.Type:
			c.wrong(table, "the type is %q, so this section has no use; take it out or set type = %q.", g.Type, t.kind)
		}
		if t.given {
			t.check(table)
		}
	}
}

func (c *checker) generic(key string, g Generic) {
	if g.URL == "" {
		c.wrong(key+".url", "write where messages are sent to, like \"http://127.0.0.1:8090/messages\".")
	}
	c.secret(key+".token", g.Token, anySecret)
}

func (c *checker) africasTalking(key string, a AfricasTalking) {
	if a.URL == "" {
		c.wrong(key+".url", "write the address of the service, like %q.", africasTalkingURL)
	} else if at := hostOf(a.URL); strings.HasPrefix(a.URL, "http:") && !near(at) {
		c.wrong(key+".url", "the key and every text would go over the network in the open; write https:// before %s.", at)
	}
	if a.Username == "" {
		c.wrong(key+".username", "write the name of the application at Africa's Talking; in the sandbox it is \"sandbox\".")
	} else {
		c.filled(key+".username", a.Username)
	}
	c.secret(key+".api_key", a.APIKey, func(v string) string {
		if strings.ContainsFunc(v, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return "this key has a space or an accent in it, which no key of theirs has; copy it again."
		}
		return ""
	})
	if a.From != "" && c.filled(key+".from", a.From) && !fromForm.MatchString(a.From) {
		c.wrong(key+".from", "write our number of 3 to 15 digits, a name of at most 11 letters without accents and digits, or nothing.")
	}
}

func (c *checker) kannel(key string, k Kannel) {
	if k.URL == "" {
		c.wrong(key+".url", "write the address of smsbox, like \"http://127.0.0.1:13013/cgi-bin/sendsms\".")
	}
	switch {
	case k.Username == "":
		c.wrong(key+".username", "write the user of the group sendsms-user in kannel.conf.")
	default:
		c.filled(key+".username", k.Username)
	}
	c.secret(key+".password", k.Password, anySecret)
	switch {
	case k.From == "":
		c.wrong(key+".from", "write our own number or short code, from which messages come.")
	case !c.filled(key+".from", k.From):
	case !fromForm.MatchString(k.From):
		c.wrong(key+".from", "write a number of 3 to 15 digits, or a name of at most 11 letters without accents and digits.")
	}
	switch {
	case k.DLRMask < 0 || k.DLRMask > 31:
		c.wrong(key+".dlr_mask", "write a sum of 1 delivered, 2 failed, 4 buffered, 8 accepted, 16 rejected: 31 is all, 0 none.")
	case k.DLRMask&3 != 3:
		c.warning(key+".dlr_mask", "without 1 (delivered) and 2 (failed) we never learn what became of a message; 31 asks for all.")
	}
}

// near tells whether a host is this machine or an address of a local network.
func near(host string) bool {
	ip := net.ParseIP(host)
	return loopback(host) || ip != nil && ip.IsPrivate()
}

func anySecret(string) string { return "" }

// hostOf is the host of a web address, "" if it has none.
func hostOf(address string) string {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil {
		return ""
	}
	return u.Hostname()
}
