package outbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic"
	"tinye/bot/outbox"
	"tinye/bot/sms"
	"tinye/storage"
	"tinye/storage/storagetest"
)

const (
	number   = "+22370123456"
	gateName = "sim"
	patience = 20 * time.Second // a test that waits longer has failed
)

// sent is what the carrier got.
type sent struct {
	ID    string `json:"id"`
	Text  string `json:"text"`
	Parts int    `json:"parts"`
}

// carrier speaks the generic dialect over loopback HTTP; how it answers is the test's.
type carrier struct {
	*httptest.Server
	mu     sync.Mutex
	got    []sent
	answer func(w http.ResponseWriter, r *http.Request, m sent)
}

func newCarrier(t *testing.T) *carrier {
	c := &carrier{}
	c.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var m sent
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if err := json.Unmarshal(body, &m); err != nil {
			t.Errorf("the carrier got %q: %v", body, err)
		}
		c.mu.Lock()
		c.got = append(c.got, m)
		answer := c.answer
		c.mu.Unlock()
		answer(w, r, m)
	}))
	c.accept()
	t.Cleanup(c.Close)
	return c
}

func (c *carrier) answers(f func(w http.ResponseWriter, r *http.Request, m sent)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = f
}

func (c *carrier) accept() {
	c.answers(func(w http.ResponseWriter, _ *http.Request, m sent) {
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.WriteString(w, `{"message_id":"c-`+m.ID+`"}`)
	})
}

func (c *carrier) says(status int) {
	c.answers(func(w http.ResponseWriter, _ *http.Request, _ sent) { w.WriteHeader(status) })
}

// hang reports each message and holds its answer (202) until the returned function is called or the caller goes away.
func (c *carrier) hang(t *testing.T) (arrived <-chan sent, release func()) {
	arrivals, open := make(chan sent, 100), make(chan struct{})
	c.answers(func(w http.ResponseWriter, r *http.Request, m sent) {
		arrivals <- m
		select {
		case <-open:
			w.WriteHeader(http.StatusAccepted)
		case <-r.Context().Done():
		}
	})
	release = sync.OnceFunc(func() { close(open) })
	t.Cleanup(release)
	return arrivals, release
}

func (c *carrier) texts() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var texts []string
	for _, m := range c.got {
		texts = append(texts, m.Text)
	}
	return texts
}

// watched tells when something was settled; the store behind it is the real one.
type watched struct {
	storage.Queue
	settled chan struct{}
	fail    func([]storage.Outcome) error // if set, what Settle fails with
	abandon func() error                  // if set, what Abandon fails with
	holds   func() error                  // if set, what Holds fails with
}

func (w *watched) Holds(ctx context.Context, lane bot.Lane, run bot.ID) (bool, error) {
	if w.holds != nil {
		if err := w.holds(); err != nil {
			w.tell()
			return false, err
		}
	}
	return w.Queue.Holds(ctx, lane, run)
}

func (w *watched) Abandon(ctx context.Context, before bot.Instant, lost storage.LostFunc) (int, error) {
	if w.abandon != nil {
		if err := w.abandon(); err != nil {
			return 0, err
		}
	}
	n, err := w.Queue.Abandon(ctx, before, lost)
	w.tell()
	return n, err
}

func (w *watched) tell() {
	select {
	case w.settled <- struct{}{}:
	default:
	}
}

func (w *watched) Settle(ctx context.Context, o []storage.Outcome, lost storage.LostFunc) error {
	if w.fail != nil {
		if err := w.fail(o); err != nil {
			return err
		}
	}
	err := w.Queue.Settle(ctx, o, lost)
	w.tell()
	return err
}

// rig is a store, a carrier and a sender between them. Its clock stands still until a test moves it.
type rig struct {
	t       *testing.T
	store   *storagetest.Store
	carrier *carrier
	queue   *watched
	config  outbox.Config
	sender  *outbox.Sender
	turned  chan struct{}
	log     *lockedBuffer
	stop    context.CancelFunc
	ended   chan error
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{
		t: t, store: storagetest.Open(t), carrier: newCarrier(t), log: &lockedBuffer{},
		turned: make(chan struct{}, 1), ended: make(chan error, 1),
	}
	r.queue = &watched{Queue: r.store, settled: make(chan struct{}, 1)}
	g, err := generic.New(generic.Config{Name: gateName, URL: r.carrier.URL, Token: "t"})
	if err != nil {
		t.Fatal(err)
	}
	r.config = outbox.Config{
		Store:   r.queue,
		Lines:   []outbox.Line{{Gateway: g, Window: 3}},
		Prepare: r.prepare,
		Lost:    outbox.Resend(r.store.IDs.New, r.store.Time.Now),
		Wire:    sms.GSMAccent,
		NewID:   r.store.IDs.New,
		Now:     r.now,
		Rand:    func() float64 { return 0 },
		Log:     slog.New(slog.NewTextHandler(r.log, nil)),
	}
	t.Cleanup(func() {
		if s := r.log.String(); strings.Contains(s, "70123456") || strings.Contains(s, "words of") {
			t.Errorf("the log shows a number or a text:\n%s", s)
		}
	})
	return r
}

// now is the clock of the sender; it tells that a loop has come round.
func (r *rig) now() time.Time {
	select {
	case r.turned <- struct{}{}:
	default:
	}
	return r.store.Time.Now()
}

// prepare sends what has not expired; the text is in the row's values.
func (r *rig) prepare(_ storage.Tx, o bot.Outbound) (storage.Decision, error) {
	if o.ExpiresAt <= r.store.Time.Instant() {
		return storage.Decision{End: bot.OutExpired, Reason: "expired"}, nil
	}
	return storage.Decision{Send: true, To: bot.Address{Kind: bot.Phone, Value: number}, Text: bot.Text(o.Args["text"])}, nil
}

func (r *rig) start() {
	r.t.Helper()
	s, err := outbox.New(r.config)
	if err != nil {
		r.t.Fatal(err)
	}
	r.sender = s
	ctx, cancel := context.WithCancel(r.t.Context())
	r.stop = cancel
	go func() { r.ended <- s.Run(ctx) }()
	r.t.Cleanup(func() {
		cancel()
		if r.ended != nil {
			<-r.ended
		}
	})
}

// end waits for Run.
func (r *rig) end() {
	r.t.Helper()
	select {
	case err := <-r.ended:
		if err != nil {
			r.t.Fatalf("run: %v", err)
		}
	case <-time.After(patience):
		r.t.Fatal("run does not end")
	}
	r.ended = nil
}

// put queues a message; change may make it another.
func (r *rig) put(text string, change func(*bot.Outbound)) bot.ID {
	r.t.Helper()
	now := r.store.Time.Instant()
	o := bot.Outbound{
		ID: r.store.IDs.New(), Gateway: gateName, Lane: bot.LaneReply, Kind: bot.KindAck, State: bot.OutQueued,
		CreatedAt: now, NextAt: now, ExpiresAt: now.Add(48 * time.Hour), Args: map[string]string{"text": text},
	}
	if change != nil {
		change(&o)
	}
	err := r.store.Update(r.t.Context(), func(tx storage.Tx) error { return tx.PutOutbound(o, 0) })
	if err != nil {
		r.t.Fatalf("queue a message: %v", err)
	}
	if r.sender != nil {
		r.sender.Wake()
	}
	return o.ID
}

func (r *rig) row(id bot.ID) (o bot.Outbound) {
	r.t.Helper()
	err := r.store.View(r.t.Context(), func(tx storage.Tx) (err error) {
		o, err = tx.Outbound(id)
		return err
	})
	if err != nil {
		r.t.Fatalf("read a message: %v", err)
	}
	return o
}

func (r *rig) all() (rows []bot.Outbound) {
	r.t.Helper()
	err := r.store.View(r.t.Context(), func(tx storage.Tx) (err error) {
		rows, err = tx.Outbounds("", storage.Page{Limit: 1000})
		return err
	})
	if err != nil {
		r.t.Fatalf("list messages: %v", err)
	}
	return rows
}

func (r *rig) count(s bot.OutState) int {
	n := 0
	for _, o := range r.all() {
		if o.State == s {
			n++
		}
	}
	return n
}

// until waits for something that a settled outcome brings about.
func (r *rig) until(what string, ok func() bool) {
	r.t.Helper()
	late := time.After(patience)
	for !ok() {
		select {
		case <-r.queue.settled:
		case <-late:
			var states []string
			for _, o := range r.all() {
				states = append(states, string(o.State)+" "+o.Reason)
			}
			r.t.Fatalf("waited in vain until %s; messages: %q, %+v", what, states, r.sender.Stats())
		}
	}
}

// state waits until a message has come to a state.
func (r *rig) state(id bot.ID, s bot.OutState) bot.Outbound {
	r.t.Helper()
	r.until("a message is "+string(s), func() bool { return r.row(id).State == s })
	return r.row(id)
}

// turn lets every loop look at its queue and come to rest: after it, what has not left will not leave by itself.
func (r *rig) turn() {
	r.t.Helper()
	for range 2 { // the second look begins after the first has ended
		before := r.sender.Stats().Gateways[0].Wakes
		r.sender.Wake()
		late := time.After(patience)
		for r.sender.Stats().Gateways[0].Wakes == before {
			select {
			case <-r.turned:
			case <-late:
				r.t.Fatal("the loop does not come round")
			}
		}
	}
}

// pass moves the clock and lets the loops look.
func (r *rig) pass(d time.Duration) {
	r.store.Time.Add(d)
	r.sender.Wake()
}

// lockedBuffer is a log that several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
