// Package africastalking speaks with Africa's Talking, an aggregator of SMS and USSD.
//
// Africa's Talking to us: forms, POSTed below the address with the secret, which is their only guard: nothing is signed.
// (Its pages "Handle sessions", "Notifications", "Delivery reports" and "Opt-out"; the public samples of its clients.)
//
//	POST ussd   sessionId=ATUid_5d3b…&phoneNumber=%2B22370123456&networkCode=99999&serviceCode=%2A384%2A1234%23&text=1%2A2
//	200 text/plain   CON 1 Gao          (or "END …"; another body, or another status, ends the session)
//
// The text is all that was typed in the session, joined with *, and empty at first. It is the hop's fingerprint too: a
// repeated hop has the same text.
//
//	POST event  sessionId=ATUid_5d3b…&phoneNumber=%2B22370123456&serviceCode=%2A384%2A1234%23&status=Incomplete&input=1%2A2&…
//	POST mo     id=ec9adc86-…&from=%2B22370123456&to=36000&text=Bonjour&date=2026-11-20T17%3A39%3A11Z&linkId=
//	POST dlr    id=ATPid_…&status=Failed&phoneNumber=%2B22370123456&failureReason=UserIsInactive&retryCount=0
//	POST optout senderId=TINYE&phoneNumber=%2B22370123456
//	200 (no body), or 503 while nothing can be stored
//
// status of event: Success, Incomplete or Failed. status of dlr: see reportState. date is UTC and has two shapes,
// 2026-11-20T17:39:11Z and 2026-11-20 17:39:11.
//
// Us to Africa's Talking:
//
//	POST URL/messaging
//	apiKey: KEY
//	Accept: application/json
//	Content-Type: application/x-www-form-urlencoded
//
//	enqueue=1&from=TINYE&message=…&to=%2B22370123456&username=U
//
//	201 {"SMSMessageData":{"Message":"Sent to 1/1 …","Recipients":[{"statusCode":101,"number":"+223…","status":"Success","messageId":"ATPid_…"}]}}
//
//	GET URL/messaging?username=U&lastReceivedId=15070
//	200 {"SMSMessageData":{"Messages":[{"id":15071,"from":"+223…","to":"36000","text":"Bonjour","date":"2026-11-20T17:39:11.445Z","linkId":""}]}}
//
// The same message has a UUID as its id in the callback and a number in the answer to GET, so it is known by sender, text
// and second instead; only one without a readable date is known by its id. A delivery report knows its message by the id
// that the answer to the send gave, and by nothing of ours.
package africastalking

import (
	"fmt"
	"net/http"
	"strings"
	"sync"

	"tinye/bot/gateway"
)

// Config is one account.
type Config struct {
	Name     string // 1 to 16 of [a-z0-9-]
	URL      string // https://api.africastalking.com/version1, or https://api.sandbox.africastalking.com/version1
	Username string // of the application; in the sandbox: sandbox
	APIKey   string
	From     string // our short code or registered name; "" = the account's default
	// Failed is what a caller reads, in wire form, where a hop of a session could not be read or answered;
	// "" = a French sentence.
	Failed string
	Client *http.Client // nil = gateway.NewClient
}

// failed says that it was us, in ASCII.
const failed = "Pardon, erreur de notre part. Reessayez plus tard."

// Gateway is one account. It is safe for concurrent use; runs of CatchUp wait for each other.
type Gateway struct {
	c      Config
	client *http.Client

	catching sync.Mutex
	lastID   int64 // of the messages kept for us, all up to this one were handed on
	caughtUp bool  // a run has come to their end
}

var (
	_ gateway.Gateway = (*Gateway)(nil)
	_ gateway.CatchUp = (*Gateway)(nil)
	_ gateway.OwnIDs  = (*Gateway)(nil)
)

// New checks the configuration.
func New(c Config) (*Gateway, error) {
	if err := gateway.CheckName(c.Name); err != nil {
		return nil, fmt.Errorf("africastalking: %w", err)
	}
	if err := gateway.CheckURL("url", c.URL); err != nil {
		return nil, fmt.Errorf("africastalking: %s: %w", c.Name, err)
	}
	if strings.ContainsAny(c.URL, "?#") {
		return nil, fmt.Errorf("africastalking: %s: url must end before /messaging, without ? or #", c.Name)
	}
	for _, f := range []struct{ field, value string }{{"username", c.Username}, {"api_key", c.APIKey}} {
		if f.value == "" || strings.ContainsFunc(f.value, func(r rune) bool { return r <= ' ' || r > '~' }) {
			return nil, fmt.Errorf("africastalking: %s: %s must be printable ASCII without spaces", c.Name, f.field)
		}
	}
	if strings.ContainsFunc(c.From, func(r rune) bool { return r < ' ' || r > '~' }) {
		return nil, fmt.Errorf("africastalking: %s: from may hold printable ASCII only", c.Name)
	}
	c.URL = strings.TrimRight(c.URL, "/")
	if c.Failed == "" {
		c.Failed = failed
	}
	client := c.Client
	if client == nil {
		client = gateway.NewClient(16)
	}
	return &Gateway{c: c, client: client}, nil
}

// Name is the configured name.
func (g *Gateway) Name() string { return g.c.Name }

// ReportsByOwnID is true: nothing that a send takes comes back in its delivery report.
func (g *Gateway) ReportsByOwnID() bool { return true }

// Routes are ussd, event, mo, dlr and optout.
func (g *Gateway) Routes() []gateway.Route {
	return []gateway.Route{
		{Method: "POST", Path: "ussd", Decode: g.decodeHop, Answer: g.screen},
		{Method: "POST", Path: "event", Decode: g.decodeEvent, Answer: received},
		{Method: "POST", Path: "mo", Decode: g.decodeMO, Answer: received},
		{Method: "POST", Path: "dlr", Decode: g.decodeDLR, Answer: received},
		{Method: "POST", Path: "optout", Decode: g.decodeOptOut, Answer: received},
	}
}

// screen answers a hop. A caller always gets a sentence, also when the hop went to quarantine; where nothing can be stored
// and nobody made a screen, Africa's Talking ends the session itself.
func (g *Gateway) screen(r gateway.Reply) gateway.Response {
	switch {
	case r.Screen != "" && r.End:
		return text(http.StatusOK, "END "+r.Screen)
	case r.Screen != "":
		return text(http.StatusOK, "CON "+r.Screen)
	case r.Outcome == gateway.TryLater:
		return text(http.StatusServiceUnavailable, "")
	default:
		return text(http.StatusOK, "END "+g.c.Failed)
	}
}

// received answers what is no hop; its body is not looked at.
func received(r gateway.Reply) gateway.Response {
	if r.Outcome == gateway.TryLater {
		return text(http.StatusServiceUnavailable, "")
	}
	return text(http.StatusOK, "")
}

func text(status int, body string) gateway.Response {
	return gateway.Response{Status: status, ContentType: "text/plain; charset=utf-8", Body: []byte(body)}
}
