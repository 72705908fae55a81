// Package gateway is the contract between the hotline and those who carry its messages: aggregators, modems, phones.
//
// One small package per aggregator implements it and passes gatewaytest. An adapter sees a plain Request and answers with a
// plain Response; it never sees the web framework or storage, and hands the sender over as it came.
package gateway

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"tinye/bot"
)

// Gateway is one configured connection to a carrier.
type Gateway interface {
	// Name is the configured name: 1 to 16 of [a-z0-9-], unique in the site.
	Name() string
	// Routes are the callbacks that the carrier makes to us, below /in/SECRET/NAME/.
	Routes() []Route
	// Send hands one message over and returns what the carrier calls it ("" if it does not say). An error is a *SendError;
	// with one that is a Maybe the carrier may have said a name too. It returns before ctx's deadline, and never logs the
	// number or the text.
	Send(ctx context.Context, m Message) (externalID string, err error)
}

// CatchUp is implemented by gateways that keep messages for us while we are down.
type CatchUp interface {
	// CatchUp hands every message kept since the given moment to yield; a message that came by callback too has the same
	// fingerprint there (id, or sender, text and time), and does no harm. An error of yield ends it and is its error. A
	// message that cannot be read keeps no other one back; it is in the error at the end. What an earlier call handed over
	// without an error need not be handed over again.
	CatchUp(ctx context.Context, since bot.Instant, yield func(context.Context, bot.Inbound) error) error
}

// OwnIDs is implemented by gateways whose delivery reports may know a message by the carrier's id alone
// (bot.DeliveryReport.Outbound is zero then): what Send returned is remembered for them.
type OwnIDs interface {
	ReportsByOwnID() bool
}

// Route is one callback.
type Route struct {
	Method string // GET or POST
	Path   string // below the gateway, without a slash: mo, dlr
	// Decode reads a request. An error means that nobody can read it: it goes to quarantine with its bytes and is answered 200.
	Decode func(Request) (Decoded, error)
	// Answer is the response in the carrier's dialect.
	Answer func(Reply) Response
}

// Request is a copy of what the carrier sent; nothing in it belongs to the web framework.
type Request struct {
	Method      string
	RawQuery    string
	Query       url.Values
	ContentType string
	Header      map[string]string // canonical names, the last value of each
	Body        []byte            // at most 64 KiB
}

// Form is the body as a form, or the query where the body is none.
func (r Request) Form() (url.Values, error) {
	if r.Method != "POST" {
		return r.Query, nil
	}
	v, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, fmt.Errorf("gateway: form: %w", err)
	}
	return v, nil
}

// Decoded is what a request held.
type Decoded struct {
	Inbounds []bot.Inbound
	Reports  []bot.DeliveryReport
}

// Outcome says how a request ended, for the adapter to put into its dialect.
type Outcome string

// Outcomes.
const (
	// Stored: the commit is on disk (also for a repeat, a quarantined request, an unknown message id).
	Stored Outcome = "stored"
	// TryLater: storage cannot write just now; the carrier should come again.
	TryLater Outcome = "try_later"
)

// Reply is the outcome and, for a session, the screen.
type Reply struct {
	Outcome Outcome
	Session bool   // the request was a hop of a session: Screen is for the caller
	Screen  string // in wire form
	End     bool   // the session is over
}

// Response is what goes back to the carrier.
type Response struct {
	Status      int
	ContentType string
	Header      map[string]string
	Body        []byte
}

// Message is one message to hand over. Its text is in wire form.
type Message struct {
	ID       bot.ID // ours: goes into the delivery report's address, and where there is one, into the idempotency key
	To       bot.Address
	Text     string
	Encoding bot.Encoding
	Parts    int
	Validity time.Duration // until it expires; at least a minute
}

// SendError says why a message was not handed over, or that nobody knows.
type SendError struct {
	Code      string // a stable short word of ours: refused, bad_number, no_credit, throttled, unauthorised, timeout …
	Retryable bool   // another try may help; otherwise the message has failed
	Maybe     bool   // the carrier may have taken it (a timeout after the body went out, a 5xx): the message is unknown
	Gateway   bool   // the fault is the gateway's, not the message's: it counts for the circuit
	After     time.Duration
	External  string // the carrier's own code, short
	Err       error
}

// Error is for logs; it holds no number and no text.
func (e *SendError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("gateway: %s: %v", e.Code, e.Err)
	}
	return "gateway: " + e.Code + " " + e.External
}

// Unwrap gives the cause.
func (e *SendError) Unwrap() error { return e.Err }
