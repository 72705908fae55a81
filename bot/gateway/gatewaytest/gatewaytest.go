// Package gatewaytest is the runner that every gateway's adapter must pass: tables of requests from the carrier and what
// they decode to, tables of messages with the carrier's answers and what goes over the wire, and the ways in which a
// network fails. It lets nothing leave the machine, and fails when a secret, a number or a text shows up in a log line or
// an error.
package gatewaytest

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"tinye/bot"
	"tinye/bot/gateway"
)

// New makes the adapter under test: it sends to carrierURL with the client (which it must use), and tells the carrier to
// call back at callback.
type New func(t *testing.T, carrierURL, callback string, client *http.Client) gateway.Gateway

// Callback is where the adapters under test are told to be reached.
const Callback = "http://127.0.0.1:8080/in/path-secret/test"

// Cases are the tables of one adapter.
type Cases struct {
	Inbound  []Inbound
	Outbound []Outbound
	Secrets  []string // passwords and tokens that New configures
}

// Inbound is one request of the carrier.
type Inbound struct {
	Name        string
	Route       string // method and path, such as "GET mo"
	Query       string // raw
	ContentType string
	Header      map[string]string
	Body        string

	Want        gateway.Decoded
	Undecodable bool
	Hidden      []string // what no log line and no error may hold, such as the sender's number and the text
}

// Answered is one reply and the response it becomes.
type Answered struct {
	Name  string
	Route string
	Reply gateway.Reply
	Want  gateway.Response
}

// Run runs all tables against the adapter.
func Run(t *testing.T, newGateway New, c Cases) {
	t.Helper()
	logs := captureLogs(t)
	t.Run("routes", func(t *testing.T) { checkRoutes(t, newGateway(t, "http://127.0.0.1:1/", Callback, client(t))) })
	for _, in := range c.Inbound {
		t.Run("in/"+in.Name, func(t *testing.T) {
			runInbound(t, newGateway(t, "http://127.0.0.1:1/", Callback, client(t)), in)
			logs.mustNotHold(t, append(slices.Clone(in.Hidden), c.Secrets...))
		})
	}
	for _, out := range append(networkFaults(), c.Outbound...) {
		t.Run("out/"+out.Name, func(t *testing.T) {
			runOutbound(t, newGateway, out, c.Secrets)
			logs.mustNotHold(t, append(hidden(out.message()), c.Secrets...))
		})
	}
}

// RunAnswers checks what the replies become in the carrier's dialect.
func RunAnswers(t *testing.T, g gateway.Gateway, answers []Answered) {
	t.Helper()
	for _, a := range answers {
		t.Run("answer/"+a.Name, func(t *testing.T) {
			got := route(t, g, a.Route).Answer(a.Reply)
			if got.Status != a.Want.Status || got.ContentType != a.Want.ContentType || !bytes.Equal(got.Body, a.Want.Body) {
				t.Errorf("answer = %d %q %q, want %d %q %q",
					got.Status, got.ContentType, got.Body, a.Want.Status, a.Want.ContentType, a.Want.Body)
			}
		})
	}
}

func checkRoutes(t *testing.T, g gateway.Gateway) {
	if g.Name() == "" {
		t.Error("the adapter has no name")
	}
	seen := map[string]bool{}
	for _, r := range g.Routes() {
		key := r.Method + " " + r.Path
		if seen[key] {
			t.Errorf("route %s is there twice", key)
		}
		seen[key] = true
		if r.Method != "GET" && r.Method != "POST" {
			t.Errorf("route %s: method must be GET or POST", key)
		}
		if r.Path == "" || strings.Contains(r.Path, "/") {
			t.Errorf("route %s: path must be one word", key)
		}
		for outcome, want := range map[gateway.Outcome]int{gateway.Stored: 200, gateway.TryLater: 503} {
			if got := r.Answer(gateway.Reply{Outcome: outcome}); got.Status != want {
				t.Errorf("route %s answers %s with %d, want %d", key, outcome, got.Status, want)
			}
		}
	}
}

func route(t *testing.T, g gateway.Gateway, name string) gateway.Route {
	t.Helper()
	for _, r := range g.Routes() {
		if r.Method+" "+r.Path == name {
			return r
		}
	}
	t.Fatalf("the adapter has no route %s", name)
	return gateway.Route{}
}

// Request is the request as the web room hands it over.
func (in Inbound) Request() gateway.Request {
	method, _, _ := strings.Cut(in.Route, " ")
	query, _ := url.ParseQuery(in.Query)
	return gateway.Request{
		Method: method, RawQuery: in.Query, Query: query,
		ContentType: in.ContentType, Header: in.Header, Body: []byte(in.Body),
	}
}

func runInbound(t *testing.T, g gateway.Gateway, in Inbound) {
	r := route(t, g, in.Route)
	got, err := r.Decode(in.Request())
	again, errAgain := r.Decode(in.Request())
	if !same(got, again) || fmt.Sprint(err) != fmt.Sprint(errAgain) {
		t.Error("a repeated request does not decode to the same")
	}
	if in.Undecodable {
		if err == nil {
			t.Fatalf("decoded to %d messages and %d reports, want an error", len(got.Inbounds), len(got.Reports))
		}
		mustNotHold(t, "error", err.Error(), in.Hidden)
		return
	}
	if err != nil {
		t.Fatalf("decode: %v", err)
	}
	if !same(got, in.Want) {
		t.Errorf("decoded to\n\t%s\nwant\n\t%s", show(got), show(in.Want))
	}
}

func same(a, b gateway.Decoded) bool {
	return slices.Equal(a.Inbounds, b.Inbounds) && slices.Equal(a.Reports, b.Reports)
}

// show prints the values of a test's own making that their types hide.
func show(d gateway.Decoded) string {
	var b strings.Builder
	for _, in := range d.Inbounds {
		fmt.Fprintf(&b, "%s %q from %q to %q text %q sent %s session %q hop %q event %q cumulative %v; ", in.Channel, in.ExternalID,
			in.Sender, in.To, string(in.Text), in.SentAt, in.SessionID, in.Hop, in.Event, in.Cumulative)
	}
	for _, r := range d.Reports {
		fmt.Fprintf(&b, "report %+v; ", r)
	}
	return b.String()
}

func hidden(m gateway.Message) []string {
	return []string{m.To.Value, strings.TrimPrefix(m.To.Value, "+"), m.Text}
}

func mustNotHold(t *testing.T, where, s string, secrets []string) {
	t.Helper()
	for i, secret := range secrets {
		if secret == "" {
			continue
		}
		if strings.Contains(s, secret) || strings.Contains(s, url.QueryEscape(secret)) {
			t.Errorf("%s holds secret, number or text %d of the case", where, i+1)
		}
	}
}

// logBuffer collects what anybody logs through the standard loggers.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func captureLogs(t *testing.T) *logBuffer {
	buf := &logBuffer{}
	oldSlog, oldLog, oldFlags := slog.Default(), log.Writer(), log.Flags()
	slog.SetDefault(slog.New(slog.NewTextHandler(buf, &slog.HandlerOptions{Level: slog.LevelDebug})))
	log.SetOutput(buf)
	t.Cleanup(func() {
		slog.SetDefault(oldSlog)
		log.SetOutput(oldLog)
		log.SetFlags(oldFlags)
	})
	return buf
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logBuffer) mustNotHold(t *testing.T, secrets []string) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	mustNotHold(t, "log", l.b.String(), secrets)
}

// guard is a transport that reaches this machine only, and counts the requests.
type guard struct {
	http.Transport
	requests atomic.Int32
}

// RoundTrip counts.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	g.requests.Add(1)
	return g.Transport.RoundTrip(r)
}

// client makes a client that refuses to leave the machine.
func client(t *testing.T) *http.Client {
	g := &guard{}
	g.DialContext = dialLoopback
	t.Cleanup(g.CloseIdleConnections)
	return &http.Client{Transport: g}
}

func dialLoopback(ctx context.Context, network, addr string) (net.Conn, error) {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, err
	}
	if ip := net.ParseIP(host); ip == nil || !ip.IsLoopback() {
		return nil, fmt.Errorf("gatewaytest: %s is not this machine", host)
	}
	var d net.Dialer
	return d.DialContext(ctx, network, addr)
}

// Sample is a message to send in cases that do not bring their own.
func Sample() gateway.Message {
	id, err := bot.ParseID("0199f3a0-1111-7222-8333-444455556666")
	if err != nil {
		panic(err) // a constant
	}
	return gateway.Message{
		ID:       id,
		To:       bot.Address{Kind: bot.Phone, Value: "+22370123456"},
		Text:     "Tinye 482918: verifie, c'est faux.",
		Encoding: bot.GSM7,
		Parts:    1,
		Validity: 2 * 60 * 60e9,
	}
}
