// Package generic is Tinye's own JSON dialect, for carriers that adapt to us and for the simulated carrier in sim.
//
// The carrier to us, below the address with the secret. Unknown fields are ignored; a wrong type, a body that is not one
// JSON object in UTF-8, an unknown event, or a missing from, text or (for ussd) session_id cannot be decoded.
//
//	POST mo
//	{"message_id":"a1","channel":"sms","from":"+22370123456","to":"36000","text":"Bonjour","sent_at":"2026-11-20T17:39:11Z"}
//	200 {"status":"stored"}
//
//	POST mo
//	{"message_id":"e1","event":"opt_out","from":"+22370123456"}                      told the carrier to be left alone: a STOP
//	200 {"status":"stored"}
//
//	POST mo
//	{"message_id":"h2","channel":"ussd","session_id":"s9","event":"input","hop":"2","from":"+22370123456","to":"*360#","text":"1"}
//	200 {"text":"1 Gao\n2 Mopti","action":"continue"}        (or "end")
//
//	POST mo
//	{"message_id":"h3","channel":"ussd","session_id":"s9","event":"end","from":"+22370123456"}
//	200 {"status":"stored"}                                  nobody is there to read a screen
//
//	503 {"status":"try_later"}                               nothing was stored: send the same again
//
//	POST dlr
//	{"id":"0199…","status":"delivered","message_id":"c77","code":"000"}    status: accepted, delivered, failed, expired
//	200 {"status":"stored"}
//
// message_id is the carrier's own and makes a repeated callback known; hop is the number of a session's hop and is text,
// since it is only compared. A hop's text is the last input alone. Its event is begin (the session's first hop, whose text
// is empty, the code that was dialled, or what was dialled behind it), input (the same as none), end (the caller hung up, or
// the network is done) or timeout (the network gave up waiting); the last two need no text, and theirs is not looked at.
//
// Us to the carrier:
//
//	POST URL
//	Authorization: Bearer TOKEN
//	{"id":"0199…","to":"+22370123456","text":"…","encoding":"gsm7","parts":1,"validity_seconds":3600}
//
//	200, 202 {"message_id":"c77"}      taken
//	409                                taken before: the id is known
//	429 (Retry-After)                  slower: nothing was taken
//	401, 403                           our token is wrong: nothing was taken, another try later
//	4xx {"code":"no_credit"}           nothing was taken, another try later
//	other 4xx {"code":"bad_number"}    refused for good; also bad_request, not_routable, refused
//	5xx, 3xx                           nobody knows (5xx); wrong address (3xx)
package generic

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"tinye/bot/gateway"
)

// Config is one carrier that speaks this dialect.
type Config struct {
	Name   string       // 1 to 16 of [a-z0-9-]
	URL    string       // where messages are posted
	Token  string       // bearer token
	Client *http.Client // nil = gateway.NewClient
}

// Gateway is one carrier.
type Gateway struct {
	c      Config
	client *http.Client
}

var _ gateway.Gateway = (*Gateway)(nil)

// New checks the configuration.
func New(c Config) (*Gateway, error) {
	if err := gateway.CheckName(c.Name); err != nil {
		return nil, fmt.Errorf("generic: %w", err)
	}
	if err := gateway.CheckURL("url", c.URL); err != nil {
		return nil, fmt.Errorf("generic: %s: %w", c.Name, err)
	}
	if c.Token == "" || strings.ContainsFunc(c.Token, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return nil, fmt.Errorf("generic: %s: token must be printable ASCII without spaces", c.Name)
	}
	client := c.Client
	if client == nil {
		client = gateway.NewClient(16)
	}
	return &Gateway{c: c, client: client}, nil
}

// Name is the configured name.
func (g *Gateway) Name() string { return g.c.Name }

// Routes are mo and dlr.
func (g *Gateway) Routes() []gateway.Route {
	return []gateway.Route{
		{Method: "POST", Path: "mo", Decode: g.decodeMO, Answer: answer},
		{Method: "POST", Path: "dlr", Decode: g.decodeDLR, Answer: answer},
	}
}

type statusAnswer struct {
	Status string `json:"status"`
}

type screenAnswer struct {
	Text   string `json:"text"`
	Action string `json:"action"`
}

// A session always gets its screen, also the one that says that something failed.
func answer(r gateway.Reply) gateway.Response {
	switch {
	case r.Session && r.Screen != "":
		action := "continue"
		if r.End {
			action = "end"
		}
		return jsonResponse(http.StatusOK, screenAnswer{Text: r.Screen, Action: action})
	case r.Outcome == gateway.TryLater:
		return jsonResponse(http.StatusServiceUnavailable, statusAnswer{Status: "try_later"})
	default:
		return jsonResponse(http.StatusOK, statusAnswer{Status: "stored"})
	}
}

func jsonResponse(status int, body any) gateway.Response {
	b, err := json.Marshal(body)
	if err != nil { // strings only: cannot happen
		return gateway.Response{Status: http.StatusInternalServerError}
	}
	return gateway.Response{Status: status, ContentType: "application/json", Body: b}
}
