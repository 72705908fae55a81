package africastalking_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

// keeper is the other end of a catch-up: it kept messages, and answers a page of them at a time.
type keeper struct {
	t      *testing.T
	server *httptest.Server
	mu     sync.Mutex
	kept   []map[string]any                                             // ids rise
	size   int                                                          // of a page
	after  []int                                                        // what was asked for since the last asked
	answer func(w http.ResponseWriter, r *http.Request, after int) bool // if set and true: it has answered
}

// change changes what it kept or how it answers.
func (k *keeper) change(f func()) {
	k.mu.Lock()
	defer k.mu.Unlock()
	f()
}

// asked are the ids after which was asked since the last call.
func (k *keeper) asked() []int {
	k.mu.Lock()
	defer k.mu.Unlock()
	asked := k.after
	k.after = nil
	return asked
}

func newKeeper(t *testing.T, messages ...map[string]any) *keeper {
	k := &keeper{t: t, kept: messages, size: 2}
	k.server = httptest.NewServer(http.HandlerFunc(k.serve))
	t.Cleanup(k.server.Close)
	return k
}

func (k *keeper) serve(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	q := r.URL.Query()
	after, err := strconv.Atoi(q.Get("lastReceivedId"))
	if r.Method != "GET" || r.URL.Path != "/version1/messaging" || err != nil || q.Get("username") != "tinye" ||
		r.Header.Get("apiKey") != apiKey || r.Header.Get("Accept") != "application/json" {
		k.t.Errorf("asked with %s %s", r.Method, r.URL)
	}
	k.after = append(k.after, after)
	if k.answer != nil && k.answer(w, r, after) {
		return
	}
	page := []map[string]any{}
	for _, m := range k.kept {
		if id, ok := m["id"].(int); (!ok || id > after) && len(page) < k.size {
			page = append(page, m)
		}
	}
	must(k.t, json.NewEncoder(w).Encode(map[string]any{"SMSMessageData": map[string]any{"Messages": page}}))
}

func (k *keeper) gateway() gateway.CatchUp {
	g, ok := newGateway(k.t, k.server.URL+"/version1/", "", nil).(gateway.CatchUp)
	if !ok {
		k.t.Fatal("it catches up with nothing")
	}
	return g
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// message is one that was kept; its text is its id.
func message(id int, date string) map[string]any {
	return map[string]any{"id": id, "from": number, "to": "36000", "text": fmt.Sprint("secret ", id), "date": date, "linkId": "x"}
}

// run catches up and gives the texts that came, in their order; stop may end it.
func run(t *testing.T, g gateway.CatchUp, since bot.Instant, stop func(text string) error) ([]string, error) {
	t.Helper()
	var texts []string
	err := g.CatchUp(t.Context(), since, func(_ context.Context, in bot.Inbound) error {
		texts = append(texts, string(in.Text))
		if stop != nil {
			return stop(string(in.Text))
		}
		return nil
	})
	return texts, err
}

func wantTexts(t *testing.T, got []string, ids ...int) {
	t.Helper()
	var want []string
	for _, id := range ids {
		want = append(want, fmt.Sprint("secret ", id))
	}
	if !slices.Equal(got, want) {
		t.Errorf("handed on %q, want %q", got, want)
	}
}

const (
	before = "2026-11-20T09:00:00.000Z"
	later  = "2026-11-20T11:00:00.000Z"
)

var noon = bot.At(time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC))

// The same text has two ids: whichever way it comes first, the hotline has to know it by what both ways say.
func TestTheSameMessageByCallbackAndByCatchUp(t *testing.T) {
	m := map[string]any{
		"id": 15071, "from": number, "to": "28901", "text": "Mun don? Tiɲɛ \"wa\" + é", "date": "2018-03-19T08:34:18.445Z", "linkId": "SampleLinkId123",
	}
	k := newKeeper(t, m)
	var kept bot.Inbound
	must(t, k.gateway().CatchUp(t.Context(), 0, func(_ context.Context, in bot.Inbound) error { kept = in; return nil }))
	for _, date := range []string{"2018-03-19T08:34:18Z", "2018-03-19 08:34:18"} {
		body := form("id", "ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3", "from", number, "to", "28901", "text", "Mun don? Tiɲɛ \"wa\" + é", "date", date, "linkId", "")
		d, err := newGateway(t, "http://127.0.0.1:1", "", nil).Routes()[2].Decode(gateway.Request{Method: "POST", Body: []byte(body)})
		must(t, err)
		if d.Inbounds[0] != kept || kept.ExternalID != "" || kept.SentAt.IsZero() {
			t.Errorf("by callback of %s: id %q, from %q, %q at %s; kept: id %q, from %q, %q at %s", date,
				d.Inbounds[0].ExternalID, d.Inbounds[0].Sender, string(d.Inbounds[0].Text), d.Inbounds[0].SentAt,
				kept.ExternalID, kept.Sender, string(kept.Text), kept.SentAt)
		}
	}
}

func TestCatchUpReadsEveryPageOnce(t *testing.T) {
	k := newKeeper(t, message(3, before), message(5, later), message(6, "2026-11-20 11:00:00"), message(9, "hier"), message(12, later))
	g := k.gateway()
	got, err := run(t, g, noon, nil)
	must(t, err)
	wantTexts(t, got, 5, 6, 9, 12) // what has no date may be new
	if asked, want := k.asked(), []int{0, 5, 9, 12}; !slices.Equal(asked, want) {
		t.Errorf("asked after %v, want %v", asked, want)
	}
	got, err = run(t, g, noon, nil)
	must(t, err)
	if asked := k.asked(); len(got) != 0 || !slices.Equal(asked, []int{12}) {
		t.Errorf("a second run brought %q and asked after %v", got, asked)
	}
	k.change(func() { k.kept = append(k.kept, message(13, before)) }) // an operator held it for hours
	got, err = run(t, g, noon, nil)
	must(t, err)
	wantTexts(t, got, 13)
}

// A message of the very second of `since` was cut to it, and may be later.
func TestCatchUpKeepsTheSecond(t *testing.T) {
	k := newKeeper(t, message(1, "2026-11-20T09:59:59.400Z"), message(2, "2026-11-20T10:00:00.400Z"))
	got, err := run(t, k.gateway(), noon.Add(200*time.Millisecond), nil)
	must(t, err)
	wantTexts(t, got, 2)
}

// What storage did not take comes again, with the page that it was in.
func TestCatchUpStopsWhereNothingCanBeStored(t *testing.T) {
	k := newKeeper(t, message(1, later), message(2, later), message(3, later), message(4, later))
	g := k.gateway()
	full := errors.New("no space")
	got, err := run(t, g, noon, func(text string) error {
		if text == "secret 4" {
			return full
		}
		return nil
	})
	if !errors.Is(err, full) {
		t.Errorf("it ended with %v", err)
	}
	wantTexts(t, got, 1, 2, 3, 4)
	got, err = run(t, g, noon, nil)
	must(t, err)
	wantTexts(t, got, 3, 4)
}

// One that nobody can read keeps no other back, and is said once.
func TestCatchUpPassesOverWhatCannotBeRead(t *testing.T) {
	bad := message(2, later)
	bad["text"] = 22370123456
	none := message(3, later)
	delete(none, "from")
	noID := message(0, later)
	noID["id"] = nil
	k := newKeeper(t, message(1, later), bad, none, message(4, later))
	g := k.gateway()
	got, err := run(t, g, noon, nil)
	if err == nil || !strings.Contains(err.Error(), "2 messages") || strings.Contains(err.Error(), "22370123456") {
		t.Errorf("it says %v", err)
	}
	wantTexts(t, got, 1, 4)
	got, err = run(t, g, noon, nil)
	if err != nil || len(got) != 0 {
		t.Errorf("a second run: %q, %v", got, err)
	}
	k.asked()
	k.change(func() { k.kept, k.size = []map[string]any{noID, noID}, 9 }) // nothing leads on from here
	if _, err = run(t, g, noon, nil); err != nil {
		t.Error(err)
	}
	if asked := k.asked(); !slices.Equal(asked, []int{4}) {
		t.Errorf("asked after %v", asked)
	}
}

// The answers that are none are errors which name neither number, text nor key, and nothing is passed over for them.
func TestCatchUpWithoutAnAnswer(t *testing.T) {
	var logs lockedBuffer
	old, oldLog := slog.Default(), log.Writer()
	slog.SetDefault(slog.New(slog.NewTextHandler(&logs, nil)))
	log.SetOutput(&logs)
	t.Cleanup(func() { slog.SetDefault(old); log.SetOutput(oldLog) })
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		t.Error("it went where it was sent, with our key")
		_, _ = io.WriteString(w, `{"SMSMessageData":{"Messages":[]}}`)
	}))
	defer elsewhere.Close()
	says := func(status int, body string) func(http.ResponseWriter, *http.Request, int) bool {
		return func(w http.ResponseWriter, _ *http.Request, after int) bool {
			if after == 0 {
				return false
			}
			w.Header().Set("Location", elsewhere.URL)
			w.WriteHeader(status)
			_, _ = io.WriteString(w, body)
			return true
		}
	}
	secret := "secret " + number
	for name, answer := range map[string]func(http.ResponseWriter, *http.Request, int) bool{
		"wrong key": says(401, secret), "unavailable": says(503, secret), "elsewhere": says(302, secret),
		"no JSON": says(200, secret), "no list": says(200, `{"x":"`+secret+`"}`), "no array": says(200, `{"SMSMessageData":{"Messages":"`+secret+`"}}`),
		"too long": says(200, `{"SMSMessageData":{"Messages":[]}}`+strings.Repeat(" ", 4<<20)),
		"cut": func(w http.ResponseWriter, _ *http.Request, after int) bool {
			if after == 0 {
				return false
			}
			panic(http.ErrAbortHandler)
		},
	} {
		t.Run(name, func(t *testing.T) {
			k := newKeeper(t, message(1, later), message(2, later), message(3, later))
			k.change(func() { k.answer = answer })
			g := k.gateway()
			got, err := run(t, g, noon, nil)
			wantTexts(t, got, 1, 2)
			if err == nil {
				t.Fatal("no error")
			}
			for _, word := range []string{"secret", "22370123456", apiKey, k.server.URL} {
				if strings.Contains(err.Error(), word) || strings.Contains(logs.String(), word) {
					t.Errorf("it says %v and logs %s", err, logs.String())
				}
			}
			k.change(func() { k.answer = nil })
			got, err = run(t, g, noon, nil)
			must(t, err)
			wantTexts(t, got, 3)
		})
	}
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

// A carrier that has ever more does not keep a run for ever, and the next run goes on behind it.
func TestCatchUpEnds(t *testing.T) {
	k := newKeeper(t)
	k.answer = func(w http.ResponseWriter, _ *http.Request, after int) bool { // nobody asks yet
		_, _ = fmt.Fprintf(w, `{"SMSMessageData":{"Messages":[{"id":%d,"from":"+22370123456","text":"x","date":%q}]}}`, after+1, later)
		return true
	}
	g := k.gateway()
	got, err := run(t, g, noon, nil)
	pages := len(k.asked())
	if err == nil || len(got) != pages {
		t.Errorf("%d messages, %d pages: %v", len(got), pages, err)
	}
	k.change(func() { k.answer, k.kept = nil, []map[string]any{message(pages, later), message(pages+1, later)} })
	got, err = run(t, g, noon, nil)
	must(t, err)
	wantTexts(t, got, pages+1)
}

// A stop ends a run between two messages, and a question under way.
func TestCatchUpIsCancelled(t *testing.T) {
	k := newKeeper(t, message(1, later))
	ctx, cancel := context.WithCancel(t.Context())
	k.answer = func(_ http.ResponseWriter, r *http.Request, after int) bool {
		if after == 0 {
			return false
		}
		cancel()
		<-r.Context().Done()
		return true
	}
	err := k.gateway().CatchUp(ctx, 0, func(context.Context, bot.Inbound) error { return nil })
	if !errors.Is(err, context.Canceled) {
		t.Errorf("it ended with %v", err)
	}
}
