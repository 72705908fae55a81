package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/bot/gateway"
	"tinye/bot/hotline"
	"tinye/bot/web"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// aggregator is Africa's Talking: it takes messages, and keeps those for us.
type aggregator struct {
	*httptest.Server
	t     *testing.T
	mu    sync.Mutex
	kept  []map[string]any
	asked []int    // the ids after which was asked
	taken []string // numbers to which a message went
}

func newAggregator(t *testing.T) *aggregator {
	a := &aggregator{t: t}
	a.Server = httptest.NewServer(http.HandlerFunc(a.serve))
	t.Cleanup(a.Close)
	return a
}

func (a *aggregator) serve(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if r.URL.Path != "/version1/messaging" || r.Header.Get("apiKey") == "" {
		a.t.Errorf("%s %s", r.Method, r.URL.Path)
	}
	if r.Method == "POST" {
		a.taken = append(a.taken, r.PostFormValue("to"))
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"SMSMessageData":{"Recipients":[{"statusCode":101,"status":"Success","messageId":"ATXid_%d"}]}}`, len(a.taken))
		return
	}
	after, err := strconv.Atoi(r.URL.Query().Get("lastReceivedId"))
	if err != nil {
		a.t.Error(err)
	}
	a.asked = append(a.asked, after)
	list := []map[string]any{}
	for _, m := range a.kept {
		if m["id"].(int) > after {
			list = append(list, m)
		}
	}
	if err := json.NewEncoder(w).Encode(map[string]any{"SMSMessageData": map[string]any{"Messages": list}}); err != nil {
		a.t.Error(err)
	}
}

// keeps has a text in store for us, with the id that it has there.
func (a *aggregator) keeps(id int, m incoming) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kept = append(a.kept, map[string]any{
		"id": id, "from": m.from, "to": "36000", "text": m.text, "date": m.at.UTC().Format("2006-01-02T15:04:05.000Z"), "linkId": "x",
	})
}

// sentTo are the numbers to which a message went.
func (a *aggregator) sentTo() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]string(nil), a.taken...)
}

// cameToTheEnd waits for the next question after the id of the last message that is kept, and forgets all of them.
func (a *aggregator) cameToTheEnd(last int) {
	a.t.Helper()
	eventually(a.t, func() error {
		a.mu.Lock()
		defer a.mu.Unlock()
		if n := len(a.asked); n == 0 || a.asked[n-1] != last {
			return fmt.Errorf("asked after %v, want %d last", a.asked, last)
		}
		a.asked = nil
		return nil
	})
}

// incoming is a text of somebody.
type incoming struct {
	from, text string
	at         time.Time
}

// callback is the same text by callback, where it has another id.
func (s *site) callback(m incoming) {
	s.t.Helper()
	s.says200("mo", url.Values{
		"id": {newID().String()}, "from": {m.from}, "to": {"36000"}, "text": {m.text}, "date": {m.at.UTC().Format(time.DateTime)}, "linkId": {""},
	})
}

func (s *site) reportsKept() (n int) {
	s.t.Helper()
	must(s.t, s.service.Store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		n, err = tx.CountReports("", 100)
		return err
	}))
	return n
}

// runWith starts a hotline whose second gateway is the aggregator.
func (s *site) runWith(a *aggregator) {
	s.t.Helper()
	web := listen(s.t)
	s.demo = newDemo(s.dir, web, listen(s.t))
	must(s.t, s.phones.Close())
	s.cfg.Gateways = append(s.cfg.Gateways[:1], config.Gateway{
		Name: "at", Type: config.GatewayAfricasTalking, Rate: 50, InFlight: 10, Timeout: 10 * time.Second,
		AfricasTalking: &config.AfricasTalking{URL: a.URL + "/version1", Username: "sandbox", APIKey: config.NewSecret("atsk_of_a_test")},
	})
	ctx, cancel := context.WithCancel(context.Background())
	s.cancel, s.ended = cancel, make(chan error, 1)
	ready := make(chan struct{})
	go func() {
		s.ended <- run(ctx, s.cfg, deps{
			log: slog.New(slog.NewTextHandler(s.log, nil)), web: web,
			opened: func(_ context.Context, h *hotline.Service) error { s.service = h; return nil },
			ready:  func(bool) { close(ready) },
		})
	}()
	s.t.Cleanup(s.stop)
	select {
	case <-ready:
	case err := <-s.ended:
		s.ended <- err
		s.t.Fatalf("it ended: %v\n%s", err, s.log)
	case <-time.After(within):
		s.t.Fatalf("it is not ready\n%s", s.log)
	}
}

// What people wrote while we were down becomes reports, each one once, by whichever way and however often it comes; and
// reports about our answers find them by the aggregator's own ids.
func TestMessagesFromWhileWeWereDown(t *testing.T) {
	a := newAggregator(t)
	s := prepare(t)
	s.key("")
	now := time.Now()
	before := incoming{"+22370123451", "On dit que le pont de Markala est fermé", now.Add(-3 * time.Minute)}
	whileDown := incoming{"+22370123452", "Il paraît que le marché de Gao est fermé", now.Add(-2 * time.Minute)}
	retried := incoming{"+22370123453", "Des gens disent que l'eau du puits rend malade", now.Add(-time.Minute)}
	longAgo := incoming{"+22370123454", "Une vieille nouvelle que nous avons déjà eue", now.Add(-20 * 24 * time.Hour)}

	a.keeps(1, longAgo)
	s.runWith(a)
	a.cameToTheEnd(1)
	s.callback(before)
	eventually(t, func() error { return count(s.reportsKept(), 1) })
	s.stop()
	must(t, s.err)

	a.keeps(2, before)
	a.keeps(3, whileDown)
	a.keeps(4, retried)
	for range 2 { // and once more, by a process that knows no ids
		s.runWith(a)
		s.callback(retried)
		a.cameToTheEnd(4)
		s.callback(whileDown)
		if n := s.reportsKept(); n != 3 {
			t.Fatalf("%d reports, want 3 of 3 people\n%s", n, s.log)
		}
		eventually(t, func() error { return count(len(a.sentTo()), 3) })
		if strings.Contains(s.log.String(), "catch-up") {
			t.Errorf("it complains:\n%s", s.log)
		}
		s.stop()
		must(t, s.err)
	}

	s.runWith(a)
	for i := range a.sentTo() {
		s.says200("dlr", url.Values{"id": {fmt.Sprintf("ATXid_%d", i+1)}, "status": {"Success"}, "phoneNumber": {"+22370123456"}})
	}
	eventually(t, func() error { return s.allDelivered(3) })
	for _, m := range []incoming{before, whileDown, retried} {
		if strings.Contains(s.log.String(), m.from[1:]) || strings.Contains(s.log.String(), m.text) {
			t.Error("the log shows a number or a text")
		}
	}
}

func count(got, want int) error {
	if got != want {
		return fmt.Errorf("%d, want %d", got, want)
	}
	return nil
}

// says200 posts a callback and gives the answer's body.
func (s *site) says200(route string, form url.Values) string {
	s.t.Helper()
	resp, err := http.PostForm(callback(s.cfg, "at")+"/"+route, form)
	must(s.t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(s.t, err)
	if resp.StatusCode != 200 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "text/plain") {
		s.t.Fatalf("%s is answered %d %s", route, resp.StatusCode, resp.Header.Get("Content-Type"))
	}
	return string(body)
}

// A session over the aggregator's own wire: its text grows, its end says nothing back, and a hop that nobody can read is
// answered in the site's language.
func TestASessionThroughTheAggregator(t *testing.T) {
	s := prepare(t)
	s.key("")
	s.runWith(newAggregator(t))
	hop := func(text string) string {
		return s.says200("ussd", url.Values{
			"sessionId": {"ATUid_1"}, "phoneNumber": {"+22370123456"}, "serviceCode": {"*384#"}, "networkCode": {"99999"}, "text": {text},
		})
	}
	home := hop("")
	second := hop("1")
	if !strings.HasPrefix(home, "CON ") || !strings.HasPrefix(second, "CON ") || second == home {
		t.Errorf("the first screen is %q, the second %q", home, second)
	}
	if again := hop("1"); again != second {
		t.Errorf("a repeated hop is answered %q, want %q", again, second)
	}
	ended := s.says200("event", url.Values{"sessionId": {"ATUid_1"}, "phoneNumber": {"+22370123456"}, "status": {"Incomplete"}, "input": {"1"}})
	if ended != "" {
		t.Errorf("the end is answered %q", ended)
	}
	if got := s.says200("ussd", url.Values{"text": {"1"}}); !strings.HasPrefix(got, "END Pardon") || strings.Contains(got, "{") {
		t.Errorf("a hop of nobody is answered %q", got)
	}
}

// Who told the aggregator to be left alone has told us.
func TestAnOptOutAtTheAggregator(t *testing.T) {
	s := prepare(t)
	s.key("")
	s.runWith(newAggregator(t))
	s.says200("optout", url.Values{"senderId": {"36000"}, "phoneNumber": {"+22370123456"}})
	must(t, s.service.Store.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(s.service.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+22370123456"}))
		if err == nil && c.StoppedAt.IsZero() {
			t.Error("the person is not stopped")
		}
		return err
	}))
}

// backlog is a gateway that kept messages.
type backlog struct {
	gateway.Gateway
	kept  []bot.Inbound
	asked []bot.Instant // the moments since when
	fails error
}

func (b *backlog) Name() string { return "at" }

func (b *backlog) CatchUp(ctx context.Context, since bot.Instant, yield func(context.Context, bot.Inbound) error) error {
	b.asked = append(b.asked, since)
	for _, in := range b.kept {
		if err := yield(ctx, in); err != nil {
			return err
		}
	}
	return b.fails
}

// catching is a process that knows one gateway, on a store and a clock of the test's.
func catching(t *testing.T, store *storagetest.Store, b *backlog, log *output) (*process, *catcher) {
	t.Helper()
	logger := slog.New(slog.NewTextHandler(log, nil))
	h := &process{d: deps{log: logger}, carriers: carriers{mounts: []web.Mount{{Gateway: b}}}}
	service := &hotline.Service{Store: store, Now: store.Time.Now, NewID: store.IDs.New, Log: logger}
	all, err := h.catchers(t.Context(), service, store.Clock().Last)
	must(t, err)
	if len(all) != 1 {
		t.Fatalf("%d gateways keep messages", len(all))
	}
	return h, all[0]
}

// Each start goes back to where the last run that came to its end began, also after starts whose runs all failed, but not
// further than repeats are known.
func TestCatchUpGoesBackToTheLastRun(t *testing.T) {
	store := storagetest.Open(t)
	b, log := &backlog{fails: errors.New("no uplink")}, new(output)
	commit := func() { // somebody texted by another gateway
		t.Helper()
		must(t, store.Update(t.Context(), func(tx storage.Tx) error { return tx.PutQuarantined(bot.Quarantined{ID: store.IDs.New()}) }))
	}
	asked := func(want time.Time, earlier time.Duration) {
		t.Helper()
		got := b.asked[len(b.asked)-1].Time()
		if got.After(want) || got.Before(want.Add(-earlier)) {
			t.Errorf("asked for what came since %s, want %s or up to %v before", got, want, earlier)
		}
	}
	commit()
	begin := store.Time.Now()
	store.Time.Add(30 * time.Minute) // off
	_, c := catching(t, store, b, log)
	for range 2 {
		if err := c.run(t.Context()); !errors.Is(err, b.fails) {
			t.Fatal(err)
		}
		asked(begin.Add(-time.Hour), 0)
		store.Time.Add(time.Hour)
	}
	store.Time.Add(2 * 24 * time.Hour) // running, without an uplink
	commit()
	_, c = catching(t, store, b, log)
	b.fails = nil
	must(t, c.run(t.Context()))
	asked(begin.Add(-time.Hour), time.Hour)

	store.Time.Add(26*time.Hour + 40*time.Minute)
	commit()
	succeeded := store.Time.Now()
	must(t, c.run(t.Context()))
	asked(succeeded.Add(-27*time.Hour-40*time.Minute), 0)
	b.fails = errors.New("no uplink")
	store.Time.Add(3 * 24 * time.Hour)
	if err := c.run(t.Context()); !errors.Is(err, b.fails) {
		t.Fatal(err)
	}
	commit()
	_, c = catching(t, store, b, log)
	b.fails = nil
	must(t, c.run(t.Context()))
	asked(succeeded.Add(-time.Hour), time.Hour)

	store.Time.Add(30 * 24 * time.Hour)
	must(t, c.run(t.Context()))
	asked(store.Time.Now().Add(-13*24*time.Hour), 0)
}

// A message that fails by itself goes to quarantine, where it can be handled again, and those behind it are heard.
func TestAKeptMessageThatFails(t *testing.T) {
	store := storagetest.Open(t)
	log := new(output)
	in := bot.Inbound{
		Gateway: "at", ExternalID: "15071", Channel: bot.ChannelSMS, Sender: "+22370123456", To: "36000", Text: "On dit que 2 ponts sont fermés",
		SentAt: store.Time.Instant(),
	}
	other := in
	other.Sender, other.Text = "+22370123457", "et le marché?"
	b := &backlog{kept: []bot.Inbound{in, other, in}}
	h, c := catching(t, store, b, log) // its service lacks half of what it needs, so every message panics
	must(t, c.run(t.Context()))
	var rows []bot.Quarantined
	must(t, store.View(t.Context(), func(tx storage.Tx) (err error) {
		rows, err = tx.Quarantines(storage.Page{})
		return err
	}))
	if len(rows) != 2 {
		t.Fatalf("%d in quarantine, want both, each once", len(rows))
	}
	got, _, err := h.decode(rows[0])
	if err != nil || len(got) != 1 || got[0] != in {
		t.Errorf("what came back: %v, %v", got, err)
	}
	if q := rows[0]; q.Reason != "panic" || q.Gateway != "at" || q.At.IsZero() {
		t.Errorf("kept as %s of %s at %s", q.Reason, q.Gateway, q.At)
	}
	if s := log.String(); !strings.Contains(s, rows[0].ID.String()) || strings.Contains(s, "70123456") || strings.Contains(s, "ponts") {
		t.Errorf("the log:\n%s", s)
	}
	rows[0].Body = []byte("{")
	if _, _, err := h.decode(rows[0]); err == nil {
		t.Error("half a message was decoded")
	}
}

// What storage cannot take stays with the gateway: the run ends, and the next one asks for the same.
func TestCatchUpWaitsForStorage(t *testing.T) {
	store := storagetest.Open(t)
	b := &backlog{kept: make([]bot.Inbound, 3)}
	_, c := catching(t, store, b, new(output))
	taken := 0
	must(t, store.Close())
	b.kept[0] = bot.Inbound{Gateway: "at", ExternalID: "1", Sender: "Orange", Text: "promo"}
	err := c.from.CatchUp(t.Context(), 0, func(ctx context.Context, in bot.Inbound) error {
		taken++
		return c.take(ctx, in)
	})
	if !storage.Unavailable(err) || taken != 1 {
		t.Errorf("%d tried, then %v", taken, err)
	}
	since := c.since
	if err := c.run(t.Context()); !storage.Unavailable(err) || c.since != since {
		t.Errorf("%v; the next run would ask from %s, want %s", err, c.since, since)
	}
}
