package sim_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/gateway/generic"
	"tinye/bot/gateway/generic/sim"
)

const number = "+22370123456"

// setUp starts a carrier and a Tinye that decodes what the carrier calls with the generic adapter.
type setUp struct {
	carrier *httptest.Server
	tinye   *generic.Gateway
	decoded chan gateway.Decoded
	stop    context.CancelFunc
	ended   chan error
}

func start(t *testing.T, status func() int) *setUp {
	t.Helper()
	s := &setUp{decoded: make(chan gateway.Decoded, 1000), ended: make(chan error, 1)}
	tinye := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Errorf("read: %v", err)
		}
		for _, route := range s.tinye.Routes() {
			if "/in/secret/sim/"+route.Path != r.URL.Path {
				continue
			}
			d, err := route.Decode(gateway.Request{Method: r.Method, Body: body})
			if err != nil {
				t.Errorf("%s cannot be decoded: %v", route.Path, err)
			}
			w.WriteHeader(status())
			s.decoded <- d
			return
		}
		t.Errorf("no route for %s", r.URL.Path)
	}))
	t.Cleanup(tinye.Close)
	n := 0
	c, err := sim.New(sim.Config{
		Token: "t", Callback: tinye.URL + "/in/secret/sim",
		NewID: func() bot.ID { n++; return bot.ID{15: byte(n)} },
		Now:   func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	s.carrier = httptest.NewServer(c)
	s.tinye, err = generic.New(generic.Config{Name: "sim", URL: s.carrier.URL + "/messages", Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	s.stop = cancel
	go func() { s.ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		s.carrier.Close()
	})
	return s
}

func alwaysOK() int { return 200 }

type inbox struct {
	Messages []sim.Message
	Last     int
}

func (s *setUp) inbox(t *testing.T, query string) inbox {
	t.Helper()
	resp, err := http.Get(s.carrier.URL + "/phone/" + number + query)
	if err != nil {
		t.Error(err)
		return inbox{}
	}
	defer resp.Body.Close()
	var in inbox
	if err := json.NewDecoder(resp.Body).Decode(&in); err != nil || resp.StatusCode != 200 {
		t.Errorf("inbox: %d %v", resp.StatusCode, err)
	}
	return in
}

func TestSentIsDeliveredAndReported(t *testing.T) {
	s := start(t, alwaysOK)
	m := gatewaytest.Sample()
	external, err := s.tinye.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	report := (<-s.decoded).Reports[0]
	if report.Outbound != m.ID || report.State != bot.OutDelivered || report.ExternalID != external || external == "" {
		t.Errorf("report %+v, want delivered, id %s, external %q", report, m.ID, external)
	}
	in := s.inbox(t, "")
	if len(in.Messages) != 1 || in.Last != 1 || in.Messages[0].Text != m.Text || in.Messages[0].N != 1 {
		t.Errorf("inbox %+v", in)
	}
}

func TestSentTwiceIsDeliveredOnce(t *testing.T) {
	s := start(t, alwaysOK)
	m := gatewaytest.Sample()
	first, err := s.tinye.Send(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.tinye.Send(t.Context(), m)
	if err != nil || second != first {
		t.Fatalf("second send: %q %v, want %q", second, err, first)
	}
	if in := s.inbox(t, ""); len(in.Messages) != 1 {
		t.Errorf("the phone got %d messages", len(in.Messages))
	}
}

func TestWrongTokenAndNumber(t *testing.T) {
	s := start(t, alwaysOK)
	stranger, err := generic.New(generic.Config{Name: "x", URL: s.carrier.URL + "/messages", Token: "wrong"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stranger.Send(t.Context(), gatewaytest.Sample()); err == nil || !strings.Contains(err.Error(), gateway.SendUnauthorised) {
		t.Errorf("wrong token: %v", err)
	}
	m := gatewaytest.Sample()
	m.To.Value = "70 12 34 56"
	if _, err := s.tinye.Send(t.Context(), m); err == nil || !strings.Contains(err.Error(), gateway.SendBadNumber) {
		t.Errorf("wrong number: %v", err)
	}
}

func TestPhoneWrites(t *testing.T) {
	for _, status := range []int{200, 503} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			s := start(t, func() int { return status })
			resp, err := http.Post(s.carrier.URL+"/phone/"+number, "application/json", strings.NewReader(`{"text":"Bonjour ɛ"}`))
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			var answer struct{ Status int }
			if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil || answer.Status != status {
				t.Errorf("status %d (%v), want %d", answer.Status, err, status)
			}
			in := (<-s.decoded).Inbounds[0]
			if in.Sender != number || in.Text != "Bonjour ɛ" || in.ExternalID == "" || in.SentAt == 0 {
				t.Errorf("from %q, text %q, id %q, sent at %s", in.Sender, string(in.Text), in.ExternalID, in.SentAt)
			}
		})
	}
}

func TestPhoneWaitsForAMessage(t *testing.T) {
	s := start(t, alwaysOK)
	got := make(chan inbox, 1)
	go func() { got <- s.inbox(t, "?after=0&wait=30") }()
	m := gatewaytest.Sample()
	if _, err := s.tinye.Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	if in := <-got; len(in.Messages) != 1 || in.Messages[0].Text != m.Text {
		t.Errorf("inbox %+v", in)
	}
	if in := s.inbox(t, "?after=1"); len(in.Messages) != 0 || in.Last != 1 {
		t.Errorf("after the last: %+v", in)
	}
}

func TestStopEndsWaiting(t *testing.T) {
	s := start(t, alwaysOK)
	got := make(chan inbox, 1)
	go func() { got <- s.inbox(t, "?wait=30") }()
	s.stop()
	if err := <-s.ended; err != nil {
		t.Fatal(err)
	}
	if in := <-got; len(in.Messages) != 0 {
		t.Errorf("inbox %+v", in)
	}
}

func TestInboxIsBounded(t *testing.T) {
	s := start(t, alwaysOK)
	m := gatewaytest.Sample()
	for i := range 205 {
		m.ID[15], m.ID[14] = byte(i), byte(i>>8)
		if _, err := s.tinye.Send(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	in := s.inbox(t, "")
	if len(in.Messages) != 200 || in.Last != 205 || in.Messages[0].N != 6 {
		t.Errorf("%d messages from %d, last %d; want 200 from 6, last 205", len(in.Messages), in.Messages[0].N, in.Last)
	}
}
