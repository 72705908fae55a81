package web_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/web"
	"tinye/storage"
)

func TestWhatAnAnswerPromises(t *testing.T) {
	full := fmt.Errorf("hotline: %w", storage.ErrFull)
	odd := errors.New("hotline: no rule for this")
	ack, later := answer{status: 200, body: "ACK"}, answer{status: 503, body: "LATER"}
	quarantined := [3]int{0, 0, 1}
	tests := []struct {
		name   string
		desk   *desk
		method string
		route  string
		body   string
		want   answer
		stored [3]int // received, delivered, quarantined
		reason string
	}{
		{name: "a message", method: "POST", route: "mo", body: sms("a"), want: ack, stored: [3]int{1, 0, 0}},
		{name: "a message in the query", method: "GET", route: "mo?" + sms("a"), want: ack, stored: [3]int{1, 0, 0}},
		{name: "a delivery report", method: "POST", route: "dlr", body: "delivered=x1", want: ack, stored: [3]int{0, 1, 0}},
		{name: "messages and reports in one request", method: "POST", route: "mo", body: sms("a", "b", "c") + "&delivered=x1", want: ack, stored: [3]int{3, 1, 0}},
		{name: "nothing in it", method: "POST", route: "mo", want: ack},

		{name: "undecodable", method: "POST", route: "mo", body: "text=%zz", want: ack, stored: quarantined, reason: "undecodable"},
		{name: "the decoder says no", method: "POST", route: "dlr", body: "x=1", want: ack, stored: quarantined, reason: "undecodable"},
		{name: "the decoder panics", method: "POST", route: "mo", body: sms("a") + "&decoder=panics", want: ack, stored: quarantined, reason: "panic"},
		{name: "a query with a bare semicolon", method: "GET", route: "mo?" + sms("a") + ";b", want: ack, stored: quarantined, reason: "undecodable"},

		{name: "receiving fails", desk: &desk{fails: map[string]error{"a": odd}}, method: "POST", route: "mo", body: sms("a"), want: ack, stored: quarantined, reason: "failed"},
		{name: "receiving panics", desk: &desk{panics: "a"}, method: "POST", route: "mo", body: sms("a"), want: ack, stored: quarantined, reason: "panic"},
		{name: "a report fails", desk: &desk{fails: map[string]error{"x1": odd}}, method: "POST", route: "dlr", body: "delivered=x1", want: ack, stored: quarantined, reason: "failed"},
		{
			name: "two of four fail: the others are handled, the request is quarantined once",
			desk: &desk{panics: "b", fails: map[string]error{"d": odd}}, method: "POST", route: "mo", body: sms("a", "b", "c", "d"),
			want: ack, stored: [3]int{2, 0, 1}, reason: "panic",
		},

		{name: "storage is full", desk: &desk{fails: map[string]error{"a": full}}, method: "POST", route: "mo", body: sms("a"), want: later},
		{name: "storage is broken", desk: &desk{fails: map[string]error{"x1": storage.ErrBroken}}, method: "POST", route: "dlr", body: "delivered=x1", want: later},
		{name: "the hotline says unavailable", desk: &desk{fails: map[string]error{"a": bot.Fault(bot.CodeUnavailable, "locked")}}, method: "POST", route: "mo", body: sms("a"), want: later},
		{name: "storage takes too long", desk: &desk{fails: map[string]error{"a": fmt.Errorf("bolt: %w", context.DeadlineExceeded)}}, method: "POST", route: "mo", body: sms("a"), want: later},
		{name: "full at the second of two", desk: &desk{fails: map[string]error{"b": full}}, method: "POST", route: "mo", body: sms("a", "b"), want: later, stored: [3]int{1, 0, 0}},
		{name: "one fails, then storage is full", desk: &desk{fails: map[string]error{"a": odd, "b": full}}, method: "POST", route: "mo", body: sms("a", "b"), want: later},
		{name: "nowhere to put the undecodable", desk: &desk{noQuarantine: full}, method: "POST", route: "mo", body: "text=%zz", want: later},
		{name: "quarantine refuses for another reason", desk: &desk{noQuarantine: odd}, method: "POST", route: "mo", body: "text=%zz", want: later},
		{name: "quarantine panics", desk: &desk{quarantinesAt: func() { panic(text) }}, method: "POST", route: "mo", body: "text=%zz", want: later},

		{
			name: "a hop's screen", desk: &desk{screen: bot.Reply{Screen: "1 Signaler"}}, method: "POST", route: "ussd", body: sms("a"),
			want: answer{status: 200, body: "CON 1 Signaler"}, stored: [3]int{1, 0, 0},
		},
		{
			name: "a session's last screen", desk: &desk{screen: bot.Reply{Screen: "Merci", End: true}}, method: "POST", route: "ussd", body: sms("a"),
			want: answer{status: 200, body: "END Merci"}, stored: [3]int{1, 0, 0},
		},
		{
			name: "a failing hop says so and ends", desk: &desk{screen: bot.Reply{Screen: "Problème"}, fails: map[string]error{"a": odd}},
			method: "POST", route: "ussd", body: sms("a"), want: answer{status: 200, body: "END Problème"}, stored: quarantined, reason: "failed",
		},
		{
			name: "a hop while storage is full", desk: &desk{screen: bot.Reply{Screen: "Plus tard"}, fails: map[string]error{"a": full}},
			method: "POST", route: "ussd", body: sms("a"), want: answer{status: 503, body: "END Plus tard"},
		},
		{
			name: "a screen is for sessions only", desk: &desk{screen: bot.Reply{Screen: "1 Signaler"}}, method: "POST", route: "mo", body: sms("a"),
			want: ack, stored: [3]int{1, 0, 0},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if tt.desk == nil {
				tt.desk = &desk{}
			}
			s := open(t, tt.desk, nil)
			got := s.do(t, tt.method, hook(tt.route), tt.body)
			compare(t, "status", got.status, tt.want.status)
			compare(t, "body", got.body, tt.want.body)
			compare(t, "content type", got.header.Get("Content-Type"), "text/x-fake")
			compare(t, "header of the dialect", got.header.Get("X-Dialect"), "fake")
			if n := s.desk.counts(); n != tt.stored {
				t.Fatalf("received, delivered, quarantined: got %v, want %v", n, tt.stored)
			}
			if tt.reason == "" {
				return
			}
			_, query, _ := strings.Cut(tt.route, "?")
			q := s.desk.quarantined[0]
			compare(t, "reason", q.Reason, tt.reason)
			compare(t, "gateway and route", q.Gateway+"/"+q.Route, "fake-1/"+strings.SplitN(tt.route, "?", 2)[0])
			compare(t, "method", q.Method, tt.method)
			compare(t, "query", string(q.Query), query)
			compare(t, "body", string(q.Body), tt.body)
			compare(t, "time", q.At, bot.At(testAt()))
			if q.ID.IsZero() {
				t.Error("the quarantined request has no id")
			}
			if tt.body != "" {
				compare(t, "content type", q.Type, "application/x-www-form-urlencoded")
			}
		})
	}
}

func TestRefusedPathsStoreNothing(t *testing.T) {
	tests := []struct {
		name, method, path string
		status             int
	}{
		{"wrong secret", "POST", "/in/k3Zt9_the-secret-of-pathz/fake-1/mo", 404},
		{"shorter secret", "POST", "/in/k3Zt9/fake-1/mo", 404},
		{"no secret", "POST", "/in//fake-1/mo", 404},
		{"wrong gateway", "POST", "/in/" + secret + "/fake-2/mo", 404},
		{"wrong route", "POST", hook("mox"), 404},
		{"no route", "POST", "/in/" + secret + "/fake-1", 404},
		{"slash at the end", "POST", hook("mo/"), 404},
		{"other case", "POST", "/IN/" + secret + "/fake-1/mo", 404},
		{"below the route", "POST", hook("mo/x"), 404},
		{"nowhere", "GET", "/", 404},
		{"/in alone", "POST", "/in", 404},
		{"no such page", "GET", "/admin?" + sms("a"), 404},
		{"wrong method", "GET", hook("dlr"), 405},
		{"HEAD of a GET route", "HEAD", hook("mo"), 405},
		{"PUT", "PUT", hook("mo"), 405},
		{"wrong method and wrong secret", "PUT", "/in/k3Zt9_the-secret-of-pathz/fake-1/mo", 404},
		{"POST to health", "POST", "/healthz", 405},
	}
	s := open(t, &desk{}, nil)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			body := sms("a")
			if tt.method == "GET" || tt.method == "HEAD" {
				body = ""
			}
			got := s.do(t, tt.method, tt.path, body)
			compare(t, "status", got.status, tt.status)
			compare(t, "body", got.body, "")
		})
	}
	if n := s.desk.counts(); n != [3]int{} {
		t.Errorf("something was stored: %v", n)
	}
	if len(s.carrier.requests()) != 0 {
		t.Error("an adapter saw a refused request")
	}
	compare(t, "Allow", s.do(t, "PUT", hook("mo"), "").header.Get("Allow"), "GET, POST")
}

func TestAllowFrom(t *testing.T) {
	tests := []struct {
		networks []string
		status   int
	}{
		{nil, 200},
		{[]string{"127.0.0.0/8"}, 200},
		{[]string{"10.0.0.0/8", "127.0.0.1/32"}, 200},
		{[]string{"10.0.0.0/8", "::1/128"}, 403},
	}
	for _, tt := range tests {
		t.Run(strings.Join(tt.networks, " "), func(t *testing.T) {
			s := open(t, &desk{}, func(o *web.Options) { o.Gateways[0].AllowFrom = prefixes(t, tt.networks...) })
			got := s.do(t, "POST", hook("mo"), sms("a"))
			compare(t, "status", got.status, tt.status)
			if tt.status == 403 {
				compare(t, "body", got.body, "")
				compare(t, "stored", s.desk.counts()[0], 0)
				if !strings.Contains(s.log.String(), "fake-1") || strings.Contains(s.log.String(), "127.0.0.1") {
					t.Errorf("the log should name the gateway and no address:\n%s", s.log)
				}
				compare(t, "another secret from there", s.do(t, "POST", "/in/"+strings.ToUpper(secret)+"/fake-1/mo", "").status, 404)
			}
		})
	}
}

// A dual-stack listener shows IPv4 callers in IPv6 clothes; an IPv4 network must still fit them.
func TestAllowFromOnBothFamilies(t *testing.T) {
	ln, err := net.Listen("tcp", "[::]:0")
	if err != nil {
		t.Skip("this machine has no IPv6: ", err)
	}
	d := &desk{}
	o := options(d, &carrier{}, &logged{})
	o.Gateways[0].AllowFrom = prefixes(t, "127.0.0.1/32")
	srv, err := web.New(o)
	if err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(ln) }()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	four, six := &site{addr: "127.0.0.1:" + port}, &site{addr: "[::1]:" + port}
	compare(t, "IPv4, which is allowed", four.do(t, "POST", hook("mo"), sms("a")).status, 200)
	compare(t, "IPv6, which is not", six.do(t, "POST", hook("mo"), sms("a")).status, 403)
	if err := errors.Join(srv.Shutdown(context.Background()), <-served); err != nil {
		t.Error(err)
	}
}

func TestLocked(t *testing.T) {
	d := &desk{}
	s := open(t, d, func(o *web.Options) { o.Hotline = func() (web.Hotline, bool) { return nil, false } })
	got := s.do(t, "POST", hook("mo"), sms("a"))
	compare(t, "status", got.status, 503)
	compare(t, "body", got.body, "LATER")
	compare(t, "a wrong secret", s.do(t, "POST", "/in/x/fake-1/mo", "").status, 404)
}

func TestDeadline(t *testing.T) {
	d := &desk{entered: make(chan struct{}, 1), release: make(chan struct{})} // never released
	s := open(t, d, func(o *web.Options) { o.Timeout = 30 * time.Millisecond })
	got := s.do(t, "POST", hook("mo"), sms("a"))
	compare(t, "status", got.status, 503)
	compare(t, "body", got.body, "LATER")
	if n := d.counts(); n != [3]int{} {
		t.Errorf("something was stored: %v", n)
	}
}

// An adapter that breaks while answering must not turn what is stored into an error, nor the other way round.
func TestAnswerPanics(t *testing.T) {
	for id, status := range map[string]int{"a": 200, "full": 503} {
		d := &desk{fails: map[string]error{"full": storage.ErrFull}}
		s := open(t, d, func(o *web.Options) { o.Gateways[0].Gateway = mute{&carrier{}} })
		compare(t, id, s.do(t, "POST", hook("mo"), sms(id)).status, status)
	}
}

// mute is a carrier whose answers panic.
type mute struct{ *carrier }

func (m mute) Routes() []gateway.Route {
	out := m.carrier.Routes()
	for i := range out {
		out[i].Answer = func(gateway.Reply) gateway.Response { panic("no words") }
	}
	return out
}

func TestLimits(t *testing.T) {
	s := open(t, &desk{}, nil)

	body := "id=a&from=x&text=" + strings.Repeat("n", 64<<10)
	compare(t, "64 KiB", s.do(t, "POST", hook("mo"), body[:64<<10]).status, 200)
	compare(t, "bytes of the text", len(s.desk.received[0].Text), 64<<10-len("id=a&from=x&text="))

	// Twelve parts of N'Ko: 67 letters each, nine bytes per letter in a query.
	long := strings.Repeat("ߒ", 12*67)
	got := s.do(t, "GET", hook("mo?")+url.Values{"id": {"b"}, "from": {number}, "text": {long}}.Encode(), "")
	compare(t, "a long text in the query", got.status, 200)
	compare(t, "its text", string(s.desk.received[1].Text), long)

	got = s.do(t, "GET", hook("mo?text=")+strings.Repeat("n", 20<<10), "")
	compare(t, "a head of 20 KiB", got.status, 431)
	compare(t, "its answer", got.body, "")
	compare(t, "messages", s.desk.counts()[0], 2)
}

func TestNewRefuses(t *testing.T) {
	tests := []struct {
		name   string
		change func(*web.Options)
		says   string
	}{
		{"a short secret", func(o *web.Options) { o.Secret = "short" }, "secret"},
		{"a secret that is no path", func(o *web.Options) { o.Secret = "0123456789/0123456789" }, "secret"},
		{"no hotline", func(o *web.Options) { o.Hotline = nil }, "Hotline"},
		{"the same gateway twice", func(o *web.Options) { o.Gateways = append(o.Gateways, o.Gateways...) }, "fake-1/mo: there are two"},
		{"a PUT route", func(o *web.Options) { o.Gateways[0].Gateway = odd{gateway.Route{Method: "PUT", Path: "mo"}} }, "PUT"},
		{"a path with a slash", func(o *web.Options) { o.Gateways[0].Gateway = odd{gateway.Route{Method: "GET", Path: "a/b"}} }, "slash"},
		{"a route that cannot decode", func(o *web.Options) { o.Gateways[0].Gateway = odd{gateway.Route{Method: "GET", Path: "mo"}} }, "decode"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			o := options(&desk{}, &carrier{}, &logged{})
			tt.change(&o)
			_, err := web.New(o)
			if err == nil || !strings.Contains(err.Error(), tt.says) {
				t.Errorf("got %v, want an error that says %q", err, tt.says)
			}
			if err != nil && strings.Contains(err.Error(), o.Secret) {
				t.Errorf("the error shows the secret: %v", err)
			}
		})
	}
}

// odd is a gateway with one route that cannot be mounted.
type odd struct{ route gateway.Route }

func (odd) Name() string                                          { return "odd" }
func (o odd) Routes() []gateway.Route                             { return []gateway.Route{o.route} }
func (odd) Send(context.Context, gateway.Message) (string, error) { return "", nil }
