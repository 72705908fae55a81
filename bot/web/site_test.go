package web_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/web"
)

const (
	secret = "k3Zt9_the-secret-of-paths"
	number = "+22370123456"
	text   = "Le pont de Wabaria est coupé"
)

// testAt is the time on every clock of these tests.
func testAt() time.Time { return time.Date(2026, 3, 2, 9, 30, 0, 0, time.UTC) }

// carrier is a gateway with routes for messages (GET and POST), sessions and delivery reports. A message is a form with
// id, from and text; more messages in one request repeat the fields.
type carrier struct {
	mu   sync.Mutex
	seen []gateway.Request
}

func (*carrier) Name() string { return "fake-1" }

func (*carrier) Send(context.Context, gateway.Message) (string, error) {
	return "", errors.New("the web edge sends nothing")
}

func (g *carrier) Routes() []gateway.Route {
	return []gateway.Route{
		{Method: "GET", Path: "mo", Decode: g.messages, Answer: screen},
		{Method: "POST", Path: "mo", Decode: g.messages, Answer: screen},
		{Method: "POST", Path: "ussd", Decode: g.hop, Answer: screen},
		{Method: "POST", Path: "dlr", Decode: g.reports, Answer: dialect},
	}
}

func (g *carrier) requests() []gateway.Request {
	g.mu.Lock()
	defer g.mu.Unlock()
	return append([]gateway.Request(nil), g.seen...)
}

func (g *carrier) form(r gateway.Request) (url.Values, error) {
	g.mu.Lock()
	g.seen = append(g.seen, r)
	g.mu.Unlock()
	return r.Form()
}

func (g *carrier) messages(r gateway.Request) (gateway.Decoded, error) {
	f, err := g.form(r)
	if err != nil {
		return gateway.Decoded{}, err
	}
	if f.Get("decoder") == "panics" {
		panic("decoder broke on " + f.Get("from") + " " + f.Get("text"))
	}
	var d gateway.Decoded
	for i, t := range f["text"] {
		d.Inbounds = append(d.Inbounds, bot.Inbound{
			Gateway: g.Name(), Channel: bot.ChannelSMS, ExternalID: f["id"][i], Sender: f["from"][i], Text: bot.Text(t),
		})
	}
	for _, id := range f["delivered"] {
		d.Reports = append(d.Reports, bot.DeliveryReport{Gateway: g.Name(), ExternalID: id, State: bot.OutDelivered})
	}
	return d, nil
}

func (g *carrier) hop(r gateway.Request) (gateway.Decoded, error) {
	d, err := g.messages(r)
	for i := range d.Inbounds {
		d.Inbounds[i].Channel, d.Inbounds[i].SessionID = bot.ChannelUSSD, "session-7"
	}
	return d, err
}

func (g *carrier) reports(r gateway.Request) (gateway.Decoded, error) {
	d, err := g.messages(r)
	if len(d.Reports) == 0 && err == nil {
		err = errors.New("no report in it")
	}
	return d, err
}

// dialect answers "ACK" or "LATER", in a way that tests can tell from the edge's own answers.
func dialect(r gateway.Reply) gateway.Response {
	out := gateway.Response{Status: 200, ContentType: "text/x-fake", Body: []byte("ACK"), Header: map[string]string{"X-Dialect": "fake"}}
	if r.Outcome == gateway.TryLater {
		out.Status, out.Body = 503, []byte("LATER")
	}
	return out
}

// screen is dialect with the screen of a session.
func screen(r gateway.Reply) gateway.Response {
	out := dialect(r)
	if r.Session {
		out.Body = []byte("CON " + r.Screen)
		if r.End {
			out.Body = []byte("END " + r.Screen)
		}
	}
	return out
}

// desk is a hotline that remembers what it got. Errors and panics are chosen by a message's external id.
type desk struct {
	mu          sync.Mutex
	received    []bot.Inbound
	delivered   []bot.DeliveryReport
	quarantined []bot.Quarantined

	fails         map[string]error // by external id
	panics        string           // external id
	noQuarantine  error
	entered       chan struct{} // if set, told of every Receive …
	release       chan struct{} // … which then waits for this or the deadline
	screen        bot.Reply
	quarantinesAt func()
}

func (d *desk) Receive(ctx context.Context, in bot.Inbound) (bot.Reply, error) {
	if d.entered != nil {
		d.entered <- struct{}{}
		select {
		case <-d.release:
		case <-ctx.Done():
			return bot.Reply{}, errors.New("gave up")
		}
	}
	if in.ExternalID == d.panics && d.panics != "" {
		panic("no rule for " + in.Sender + ": " + string(in.Text))
	}
	if err := d.fails[in.ExternalID]; err != nil {
		return d.screen, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.received = append(d.received, in)
	return d.screen, nil
}

func (d *desk) Delivered(_ context.Context, dr bot.DeliveryReport) error {
	if err := d.fails[dr.ExternalID]; err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.delivered = append(d.delivered, dr)
	return nil
}

func (d *desk) Quarantine(_ context.Context, q bot.Quarantined) error {
	if d.quarantinesAt != nil {
		d.quarantinesAt()
	}
	if d.noQuarantine != nil {
		return d.noQuarantine
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.quarantined = append(d.quarantined, q)
	return nil
}

// counts are how many messages, reports and quarantined requests are there.
func (d *desk) counts() [3]int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return [3]int{len(d.received), len(d.delivered), len(d.quarantined)}
}

// site is a running server with what stands around it.
type site struct {
	*web.Server
	addr    string
	desk    *desk
	carrier *carrier
	log     *logged
	served  chan error // what Serve returned
}

// logged is a log that may be read while it is written.
type logged struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// options are those of a site with one carrier and the given desk.
func options(d *desk, g gateway.Gateway, log io.Writer) web.Options {
	return web.Options{
		Secret:   secret,
		Gateways: []web.Mount{{Gateway: g}},
		Hotline:  func() (web.Hotline, bool) { return d, true },
		Now:      testAt,
		NewID:    func() bot.ID { return bot.ID{1, 2, 3} },
		Log:      slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Registry: prometheus.NewRegistry(),
	}
}

// open serves a site on a free port until the test ends; change, if given, changes the options first.
func open(t testing.TB, d *desk, change func(*web.Options)) *site {
	t.Helper()
	s := &site{desk: d, carrier: &carrier{}, log: &logged{}, served: make(chan error, 1)}
	o := options(d, s.carrier, s.log)
	if change != nil {
		change(&o)
	}
	var err error
	if s.Server, err = web.New(o); err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.addr = ln.Addr().String()
	go func() { s.served <- s.Serve(ln) }()
	t.Cleanup(func() {
		select {
		case err := <-s.served:
			if err != nil {
				t.Errorf("serve: %v", err)
			}
			return
		default:
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if err := s.Shutdown(ctx); err != nil {
			t.Errorf("shutdown: %v", err)
		}
		if err := <-s.served; err != nil {
			t.Errorf("serve: %v", err)
		}
	})
	return s
}

// answer is a response as read.
type answer struct {
	status int
	body   string
	header http.Header
}

// do makes a request to the site; body "" sends none.
func (s *site) do(t testing.TB, method, path, body string) answer {
	t.Helper()
	r, err := http.NewRequest(method, "http://"+s.addr+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: 20 * time.Second}
	res, err := client.Do(r)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatalf("%s: %v", method, err)
	}
	return answer{res.StatusCode, string(b), res.Header}
}

// hook is the path of a callback of the carrier.
func hook(route string) string { return "/in/" + secret + "/fake-1/" + route }

// sms is a form with one message per id.
func sms(ids ...string) string {
	v := url.Values{}
	for _, id := range ids {
		v.Add("id", id)
		v.Add("from", number)
		v.Add("text", text)
	}
	return v.Encode()
}

func prefixes(t testing.TB, list ...string) []netip.Prefix {
	t.Helper()
	out := make([]netip.Prefix, 0, len(list))
	for _, s := range list {
		p, err := netip.ParsePrefix(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, p)
	}
	return out
}

func compare[T cmp.Ordered](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}
