package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

const (
	carrierToken = "token-of-the-carrier"
	webSecret    = "secret-of-the-webhooks"
)

// Carrier is a gateway in the test's own process; it speaks the generic wire format and remembers what it was handed.
type Carrier struct {
	URL string // where messages are posted

	onTake func(Taken)
	busy   atomic.Bool // asks to come again in an hour

	mu    sync.Mutex
	taken []Taken
}

// Taken is one message that the hotline handed over.
type Taken struct {
	ID       string `json:"id"`
	To       string `json:"to"`
	Text     string `json:"text"`
	Encoding string `json:"encoding"`
	Parts    int    `json:"parts"`
}

// NewCarrier starts a carrier that takes everything; onTake, which may be nil, is called before a message is answered.
func NewCarrier(t testing.TB, onTake func(Taken)) *Carrier {
	t.Helper()
	c := &Carrier{onTake: onTake}
	server := httptest.NewServer(http.HandlerFunc(c.take))
	t.Cleanup(server.Close)
	c.URL = server.URL + "/messages"
	return c
}

func (c *Carrier) take(w http.ResponseWriter, r *http.Request) {
	var m Taken
	if c.busy.Load() {
		w.Header().Set("Retry-After", "3600")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	if r.Header.Get("Authorization") != "Bearer "+carrierToken {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if err := json.NewDecoder(r.Body).Decode(&m); err != nil || m.ID == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	c.taken = append(c.taken, m)
	c.mu.Unlock()
	if c.onTake != nil {
		c.onTake(m)
	}
	w.WriteHeader(http.StatusAccepted)
	fmt.Fprintf(w, `{"message_id":"c-%s"}`, m.ID)
}

// Taken are all messages so far, in the order in which they came.
func (c *Carrier) Taken() []Taken {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]Taken(nil), c.taken...)
}

// To are the messages to one number.
func (c *Carrier) To(number string) []Taken {
	var list []Taken
	for _, m := range c.Taken() {
		if m.To == number {
			list = append(list, m)
		}
	}
	return list
}

// Await waits until a number has got so many messages, and returns them.
func (c *Carrier) Await(t testing.TB, number string, n int) []Taken {
	t.Helper()
	var list []Taken
	Eventually(t, 30*time.Second, func() error {
		if list = c.To(number); len(list) < n {
			return fmt.Errorf("a phone got %d messages, not %d", len(list), n)
		}
		return nil
	})
	return list
}

// MO is a message on its way to the hotline, as the generic format writes it.
type MO struct {
	ID   string `json:"message_id"`
	From string `json:"from"`
	Text string `json:"text"`
}

func (m MO) body() []byte {
	body, err := json.Marshal(struct {
		MO
		Channel string `json:"channel"`
		To      string `json:"to"`
	}{m, "sms", "36000"})
	if err != nil {
		panic(err) // strings only: cannot happen
	}
	return body
}

// Post brings a message to the hotline, once, and returns the status; 0 if there was no answer.
func (s Site) Post(ctx context.Context, client *http.Client, route string, body []byte) int {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/in/"+webSecret+"/carrier/"+route, bytes.NewReader(body))
	if err != nil {
		return 0
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(req)
	if err != nil {
		return 0
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return 0
	}
	return resp.StatusCode
}

// Bring brings a message that has to be stored.
func (s Site) Bring(t testing.TB, m MO) {
	t.Helper()
	if got := s.Try(m); got != http.StatusOK {
		t.Fatalf("message %s was answered with %d, not with 200", m.ID, got)
	}
}

// Try brings a message and returns the status; 0 if there was no answer.
func (s Site) Try(m MO) int {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	return s.Post(ctx, http.DefaultClient, "mo", m.body())
}

// carrierConfig is a site behind a carrier. The clock of the machine decides nothing: no quiet hours, always open.
func carrierConfig(carrier string, more string) func(Site) string {
	return func(s Site) string {
		return fmt.Sprintf(`
[site]
name = "TINYE TEST"
id = "test"
languages = ["fra", "bam"]
danger_number = "80001234"
allow_unreviewed = ["bam"]
[quiet]
from = "00:00"
to = "00:00"
[limits]
flood_burst = 0
flood_day = 0
join = "0s"
[storage]
path = "data/tinye.db"
key = "tinye.key"
[web]
listen = %q
callback = %q
secret = %q
[admin]
socket = "admin.sock"
%s
[[gateway]]
name = "carrier"
type = "generic"
rate = 1000
in_flight = %d
[gateway.generic]
url = %q
token = %q
`, s.Listen(), s.URL, webSecret, more, inFlight, carrier, carrierToken)
	}
}

// inFlight is the window W of carrierConfig's gateway: so many messages a kill may leave unknown.
const inFlight = 4
