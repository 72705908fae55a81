package web_test

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/prometheus/client_golang/prometheus"

	"tinye/bot"
	"tinye/bot/web"
	"tinye/storage"
)

func TestHealth(t *testing.T) {
	tests := []struct {
		open   bool
		err    error
		status int
		word   string
	}{
		{true, nil, 200, "ready"},
		{false, nil, 503, "locked"},
		{false, storage.ErrClosed, 503, "locked"},
		{true, fmt.Errorf("bolt: %w", storage.ErrFull), 503, "full"},
		{true, storage.ErrBroken, 503, "broken"},
		{true, storage.ErrClosed, 503, "closed"},
		{true, errors.New("something about " + number), 503, "broken"},
	}
	for _, tt := range tests {
		t.Run(tt.word, func(t *testing.T) {
			s := open(t, &desk{}, func(o *web.Options) {
				h, _ := o.Hotline()
				o.Hotline = func() (web.Hotline, bool) { return h, tt.open }
				o.Ready = func() error { return tt.err }
			})
			got := s.do(t, "GET", "/readyz", "")
			compare(t, "status", got.status, tt.status)
			compare(t, "word", got.body, tt.word)
			alive := s.do(t, "GET", "/healthz", "")
			compare(t, "alive", fmt.Sprint(alive.status, alive.body), "200ok")
		})
	}
}

// Unlocking needs no restart.
func TestUnlocking(t *testing.T) {
	var unlocked atomic.Bool
	s := open(t, &desk{}, func(o *web.Options) {
		h, _ := o.Hotline()
		o.Hotline = func() (web.Hotline, bool) { return h, unlocked.Load() }
	})
	compare(t, "locked", s.do(t, "POST", hook("mo"), sms("a")).status, 503)
	unlocked.Store(true)
	compare(t, "unlocked", s.do(t, "POST", hook("mo"), sms("a")).status, 200)
}

func TestMetrics(t *testing.T) {
	d := &desk{fails: map[string]error{"odd": errors.New("odd"), "full": storage.ErrFull}}
	s := open(t, d, func(o *web.Options) {
		queued := prometheus.NewGauge(prometheus.GaugeOpts{Name: "tinye_outbox_queued", Help: "Of another room."})
		queued.Set(17)
		o.Registry.MustRegister(queued)
	})
	for _, id := range []string{"a", "b", "odd", "full"} {
		s.do(t, "POST", hook("mo"), sms(id))
	}
	s.do(t, "POST", hook("dlr"), "delivered=x1")
	s.do(t, "POST", "/in/wrong/fake-1/mo", sms("a"))
	got := s.do(t, "GET", "/metrics", "")
	compare(t, "status", got.status, 200)
	for _, line := range []string{
		`tinye_web_request_seconds_count{end="stored",gateway="fake-1",route="mo"} 2`,
		`tinye_web_request_seconds_count{end="quarantined",gateway="fake-1",route="mo"} 1`,
		`tinye_web_request_seconds_count{end="try_later",gateway="fake-1",route="mo"} 1`,
		`tinye_web_request_seconds_count{end="stored",gateway="fake-1",route="dlr"} 1`,
		`tinye_web_request_seconds_count{end="stored",gateway="fake-1",route="ussd"} 0`,
		`tinye_web_refused_total{status="404"} 1`,
		`tinye_outbox_queued 17`,
	} {
		if !strings.Contains(got.body, line+"\n") {
			t.Errorf("/metrics lacks %s", line)
		}
	}
}

func TestMetricsAreNotForEverybody(t *testing.T) {
	s := open(t, &desk{}, func(o *web.Options) { o.MetricsFrom = prefixes(t, "192.0.2.0/24") })
	got := s.do(t, "GET", "/metrics", "")
	compare(t, "status", got.status, 404)
	compare(t, "body", got.body, "")
}

// After everything that can go wrong, neither the log nor the metrics nor what was answered may show a number, a text,
// the secret or a contact.
func TestNothingLeaks(t *testing.T) {
	key := bot.ContactKey{0xc0, 0xff, 0xee}
	leaky := fmt.Errorf("from %s: %q: %w", number, text, errors.New(text))
	d := &desk{
		panics: "panics",
		fails: map[string]error{
			"odd": leaky, "full": errors.Join(leaky, storage.ErrFull),
			"fault": bot.Fault(bot.CodeInvalid, "message.unreadable", "from", number),
		},
	}
	var reject atomic.Bool
	d.quarantinesAt = func() {
		if reject.Load() {
			panic(fmt.Sprintf("%s %x", text, [16]byte(key)))
		}
	}
	s := open(t, d, func(o *web.Options) {
		o.Ready = func() error { panic("ready: " + text) }
	})
	var answers strings.Builder
	all := func() {
		for _, r := range [][3]string{
			{"POST", hook("mo"), sms("a")},
			{"GET", hook("mo?") + sms("b"), ""},
			{"POST", hook("mo"), sms("odd")},
			{"POST", hook("mo"), sms("full")},
			{"POST", hook("mo"), sms("fault")},
			{"POST", hook("mo"), sms("panics")},
			{"POST", hook("mo"), sms("c") + "&decoder=panics"},
			{"POST", hook("mo"), sms("d") + "&text=%2237"},
			{"POST", hook("mo"), sms("d") + "&text=%zz"},
			{"GET", hook("mo?") + sms("e") + ";" + sms("f"), ""},
			{"PUT", hook("mo"), sms("g")},
			{"POST", hook("mo") + "/" + number, sms("g")},
			{"GET", "/readyz", ""},
		} {
			got := s.do(t, r[0], r[1], r[2])
			fmt.Fprintln(&answers, got.status, got.header, got.body)
		}
		answers.WriteString(raw(t, s.addr, "POST "+hook("mo")+" HTTP/1.1\r\nHost: x\r\n"+number+" "+text+"\r\n\r\n"))
	}
	all()
	reject.Store(true)
	all()

	shown := map[string]string{"log": s.log.String(), "metrics": s.do(t, "GET", "/metrics", "").body, "answers": answers.String()}
	for _, want := range []string{"reason=panic", "reason=failed", "reason=undecodable", "message.unreadable", "Receive site_test.go:", "web: panic"} {
		if !strings.Contains(shown["log"], want) {
			t.Errorf("the log does not say %q:\n%s", want, shown["log"])
		}
	}
	for where, what := range shown {
		for _, never := range []string{
			number, number[1:], "70123456", "Wabaria", "coup", secret, "the-secret", "/in/", "c0ffee", "session-7",
		} {
			if strings.Contains(what, never) {
				t.Errorf("the %s shows %q:\n%s", where, never, what)
			}
		}
	}
}
