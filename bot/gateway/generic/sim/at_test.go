package sim_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic/sim"
)

// startAT starts a carrier that is Africa's Talking too, and a Tinye that keeps the reports it gets.
func startAT(t *testing.T) (carrier string, reports chan url.Values) {
	t.Helper()
	reports = make(chan url.Values, 10)
	tinye := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/in/secret/at/dlr" || r.Header.Get("Content-Type") != "application/x-www-form-urlencoded" {
			t.Errorf("%s with %q", r.URL.Path, r.Header.Get("Content-Type"))
		}
		if err := r.ParseForm(); err != nil {
			t.Errorf("form: %v", err)
		}
		reports <- r.PostForm
	}))
	t.Cleanup(tinye.Close)
	var n byte
	c, err := sim.New(sim.Config{
		Token: "t", Callback: tinye.URL + "/in/secret/sim", AT: &sim.AT{Key: "k", Callback: tinye.URL + "/in/secret/at/"},
		NewID: func() bot.ID { n++; return bot.ID{15: n} },
		Now:   func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC) },
	})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(c)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		server.Close()
		if err := <-ended; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return server.URL, reports
}

func callAT(t *testing.T, method, address, key string, form url.Values) (body string, status int) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("apiKey", key)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(bytes.TrimSpace(b)), resp.StatusCode
}

// What goes to the second face is in the same phones, and is reported in that dialect.
func TestATSentIsDeliveredAndReported(t *testing.T) {
	carrier, reports := startAT(t)
	body, status := callAT(t, "POST", carrier+"/at/version1/messaging", "k",
		url.Values{"username": {"sandbox"}, "to": {number + ",70 12"}, "message": {"Tiɲɛ"}})
	want := `{"SMSMessageData":{"Message":"Sent to 1/2 Total Cost: XOF 0.0000","Recipients":[` +
		`{"statusCode":101,"number":"+22370123456","status":"Success","cost":"XOF 0.0000","messageId":"ATXid_00000000000000000000000000000001"},` +
		`{"statusCode":403,"number":"70 12","status":"InvalidPhoneNumber","cost":"0","messageId":"None"}]}}`
	if status != 201 || body != want {
		t.Errorf("answered %d %s\nwant 201 %s", status, body, want)
	}
	report := <-reports
	if got, want := report.Encode(), "id=ATXid_00000000000000000000000000000001&networkCode=99999&phoneNumber=%2B22370123456&status=Success"; got != want {
		t.Errorf("report %s, want %s", got, want)
	}
	resp, err := http.Get(carrier + "/phone/" + number)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var in inbox
	if err := json.NewDecoder(resp.Body).Decode(&in); err != nil {
		t.Fatal(err)
	}
	if len(in.Messages) != 1 || in.Messages[0].Text != "Tiɲɛ" || in.Messages[0].Encoding != bot.UCS2 || in.Messages[0].Parts != 1 {
		t.Errorf("inbox %+v", in)
	}
}

func TestATRefuses(t *testing.T) {
	carrier, _ := startAT(t)
	address := carrier + "/at/version1/messaging"
	whole := url.Values{"username": {"sandbox"}, "to": {number}, "message": {"Bonjour"}}
	for _, method := range []string{"POST", "GET"} {
		if _, status := callAT(t, method, address, "wrong", whole); status != 401 {
			t.Errorf("%s with a wrong key: %d", method, status)
		}
	}
	for field := range whole {
		form := url.Values{"username": {"sandbox"}, "to": {number}, "message": {"Bonjour"}}
		form.Del(field)
		if _, status := callAT(t, "POST", address, "k", form); status != 400 {
			t.Errorf("without %s: %d", field, status)
		}
	}
	if body, status := callAT(t, "GET", address+"?username=sandbox&lastReceivedId=0", "k", nil); status != 200 || body != `{"SMSMessageData":{"Messages":[]}}` {
		t.Errorf("what was kept: %d %s", status, body)
	}
}

// A phone learns where to bring what it dials.
func TestHooks(t *testing.T) {
	hooks := func(c sim.Config) string {
		c.Token, c.Callback, c.NewID = "t", "http://127.0.0.1:1/in/s/sim", func() bot.ID { return bot.ID{} }
		carrier, err := sim.New(c)
		if err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		carrier.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), "GET", "/hooks", nil))
		return strings.TrimSpace(w.Body.String())
	}
	if got, want := hooks(sim.Config{}), `{"generic":"http://127.0.0.1:1/in/s/sim/mo"}`; got != want {
		t.Errorf("hooks %s, want %s", got, want)
	}
	at := &sim.AT{Key: "k", Callback: "http://127.0.0.1:1/in/s/at"}
	want := `{"generic":"http://127.0.0.1:1/in/s/sim/mo","at_ussd":"http://127.0.0.1:1/in/s/at/ussd","at_event":"http://127.0.0.1:1/in/s/at/event"}`
	if got := hooks(sim.Config{AT: at}); got != want {
		t.Errorf("hooks %s, want %s", got, want)
	}
	for name, at := range map[string]sim.AT{"no key": {Callback: "http://127.0.0.1:1"}, "no address": {Key: "k"}} {
		if _, err := sim.New(sim.Config{Token: "t", Callback: "http://127.0.0.1:1", NewID: func() bot.ID { return bot.ID{} }, AT: &at}); err == nil {
			t.Errorf("%s is taken", name)
		}
	}
}
