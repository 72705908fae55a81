package e2e

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// What a moody carrier does with a message, of a thousand; it takes the others.
const (
	moodRefuses = 20 // for good
	moodSlow    = 30
	moodCuts    = 6 // takes it, or not, and breaks the line
	moodSilent  = 2 // takes it, or not, and never answers
	moodLater   = 2 // asks to come again in a second
)

// moody is a carrier on whom nobody can rely: it refuses, is slow, silent, breaks off, asks to come again, and reports deliveries late, twice, never, or
// as failed. What it does is remembered.
type moody struct {
	URL  string
	book *ledger
	calm atomic.Bool // takes everything from now on

	mu    sync.Mutex
	calls []moodyCall
}

// moodyCall is one message that was handed to the carrier.
type moodyCall struct {
	Taken
	did   string // taken, refused, later, cut, silent
	took  bool   // it goes to its reader
	fails bool   // the network says later that it failed
}

func newMoody(t testing.TB, book *ledger) *moody {
	t.Helper()
	c := &moody{book: book}
	server := httptest.NewServer(http.HandlerFunc(c.take))
	t.Cleanup(server.Close)
	c.URL = server.URL + "/messages"
	return c
}

func (c *moody) take(w http.ResponseWriter, r *http.Request) {
	call := moodyCall{did: "taken", took: true}
	if err := json.NewDecoder(r.Body).Decode(&call.Taken); err != nil || call.ID == "" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	dice := rand.IntN(1000)
	if c.calm.Load() {
		dice = 999
	}
	from := 0
	falls := func(n int) bool { from += n; return dice < from && dice >= from-n }
	switch {
	case falls(moodRefuses):
		call.did, call.took = "refused", false
	case falls(moodLater):
		call.did, call.took = "later", false
	case falls(moodCuts):
		call.did, call.took = "cut", rand.IntN(2) == 0
	case falls(moodSilent):
		call.did, call.took = "silent", rand.IntN(2) == 0
	case falls(moodSlow):
		time.Sleep(rand.N(80 * time.Millisecond))
	}
	if call.took && rand.IntN(50) == 0 && !c.calm.Load() {
		call.fails = true
	}
	c.mu.Lock()
	c.calls = append(c.calls, call)
	c.mu.Unlock()
	if call.took && rand.IntN(20) > 0 { // of some, nothing is heard again
		c.report(call)
	}
	switch call.did {
	case "refused":
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprint(w, `{"code":"bad_number"}`)
	case "later":
		w.Header().Set("Retry-After", "1")
		w.WriteHeader(http.StatusTooManyRequests)
	case "cut":
		panic(http.ErrAbortHandler)
	case "silent":
		<-r.Context().Done()
	default:
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprintf(w, `{"message_id":"c-%s"}`, call.ID)
	}
}

// report has the carrier report a delivery; the ledger brings it until it is answered, and now and then once more.
func (c *moody) report(call moodyCall) {
	if call.fails {
		c.book.oweStatus(call.ID, "failed")
		return
	}
	c.book.oweStatus(call.ID, "delivered")
}

// of are the calls about messages that hold a reference; "" = all.
func (c *moody) of(ref string) []moodyCall {
	c.mu.Lock()
	defer c.mu.Unlock()
	var list []moodyCall
	for _, call := range c.calls {
		if strings.Contains(call.Text, ref) {
			list = append(list, call)
		}
	}
	return list
}

// count is how many calls came so far.
func (c *moody) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.calls)
}
