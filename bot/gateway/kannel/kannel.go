// Package kannel speaks with Kannel 1.4.5, the SMS gateway in front of an operator's SMPP line or a modem.
//
// Kannel to us, as scripts/kannel.conf.example sets it up (its user guide, "sms-service" and "Delivery reports"; every
// line below was seen on the wire):
//
//	GET mo?from=%2B22370123456&to=36000&text=Bonjour&unix=1795197389&smsc=operator&id=62d9a5b6-…&coding=0&charset=UTF-8&meta=
//	GET dlr?mid=0199…&st=1&rep=id%3A…+stat%3ADELIVRD+err%3A000+text%3A…&fid=MSGID4&ts=1795196364
//
// A body in our answer to mo would go back to the citizen as an SMS, and any status but 200 and 202 makes Kannel try again
// and in the end text an error of its own: so the answer is 200 with an empty text/plain body, and 503 only while storage
// cannot write. Replies go out through sendsms.
//
// Us to Kannel: a POST to sendsms with the text as the body and everything else in X-Kannel headers. (A form is answered
// with 400 "Invalid content-type"; a GET would put number and text into the URL, hence into logs.)
//
//	POST /cgi-bin/sendsms
//	Content-Type: text/plain; charset=UTF-8
//	X-Kannel-To: +22370123456
//	X-Kannel-Coding: 2
//	X-Kannel-DLR-Url: http://127.0.0.1:8080/in/SECRET/kannel/dlr?mid=0199…&st=%d&rep=%A&fid=%F&ts=%T
//
//	ɛ ɔ bonjour
//
// Kannel cuts a text after max-messages parts without a word: its configuration must allow as many as we send.
package kannel

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"tinye/bot/gateway"
)

// DefaultDLRMask asks for the reports that end a message: delivered (1), failed (2), rejected (16).
const DefaultDLRMask = 1 | 2 | 16

// Config is one Kannel.
type Config struct {
	Name     string // 1 to 16 of [a-z0-9-]
	URL      string // of sendsms, such as http://127.0.0.1:13013/cgi-bin/sendsms
	Username string // of the sendsms-user
	Password string
	From     string       // our short code or number; "" leaves it to Kannel's global-sender
	SMSC     string       // smsc-id to send by; "" leaves it to the user's default-smsc
	DLRMask  int          // sum of 1 delivered, 2 failed, 4 buffered, 8 accepted by the SMSC, 16 rejected; 0 = DefaultDLRMask
	Callback string       // where Kannel reaches us, the secret included: http://127.0.0.1:8080/in/SECRET/kannel
	Client   *http.Client // nil = gateway.NewClient
}

// Gateway is one Kannel.
type Gateway struct {
	c      Config
	client *http.Client
}

var _ gateway.Gateway = (*Gateway)(nil)

// New checks the configuration.
func New(c Config) (*Gateway, error) {
	if err := gateway.CheckName(c.Name); err != nil {
		return nil, fmt.Errorf("kannel: %w", err)
	}
	if err := errors.Join(gateway.CheckURL("url", c.URL), gateway.CheckURL("callback", c.Callback)); err != nil {
		return nil, fmt.Errorf("kannel: %s: %w", c.Name, err)
	}
	if strings.ContainsAny(c.Callback, "%?#") {
		// Kannel reads % as the beginning of an escape of its own.
		return nil, fmt.Errorf("kannel: %s: callback must not contain %%, ? or #", c.Name)
	}
	if c.Username == "" || c.Password == "" {
		return nil, fmt.Errorf("kannel: %s: username and password of the sendsms-user are needed", c.Name)
	}
	for _, f := range []struct{ field, value string }{
		{"username", c.Username}, {"password", c.Password}, {"from", c.From}, {"smsc", c.SMSC},
	} {
		if strings.ContainsFunc(f.value, func(r rune) bool { return r < ' ' || r > '~' }) {
			return nil, fmt.Errorf("kannel: %s: %s may hold printable ASCII only", c.Name, f.field)
		}
	}
	if c.DLRMask < 0 || c.DLRMask > 31 {
		return nil, fmt.Errorf("kannel: %s: dlr_mask must be between 0 and 31", c.Name)
	}
	if c.DLRMask == 0 {
		c.DLRMask = DefaultDLRMask
	}
	c.Callback = strings.TrimRight(c.Callback, "/")
	client := c.Client
	if client == nil {
		client = gateway.NewClient(16)
	}
	return &Gateway{c: c, client: client}, nil
}

// Name is the configured name.
func (g *Gateway) Name() string { return g.c.Name }

// Routes are mo, which front ends of Kannel's dialect also POST as a form, and dlr.
func (g *Gateway) Routes() []gateway.Route {
	return []gateway.Route{
		{Method: "GET", Path: "mo", Decode: g.decodeMO, Answer: answer},
		{Method: "POST", Path: "mo", Decode: g.decodeMO, Answer: answer},
		{Method: "GET", Path: "dlr", Decode: g.decodeDLR, Answer: answer},
	}
}

func answer(r gateway.Reply) gateway.Response {
	status := http.StatusOK
	if r.Outcome == gateway.TryLater {
		status = http.StatusServiceUnavailable
	}
	return gateway.Response{Status: status, ContentType: "text/plain; charset=utf-8"}
}
