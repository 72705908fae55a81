package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"tinye/bot"
)

// ledger is what the world outside knows of the messages it brought, as a gateway's own queue does: which were answered
// with 200, and which have to be brought again. It is in the test's memory, where no kill of the hotline reaches it.
type ledger struct {
	mu      sync.Mutex
	serial  int
	items   []*item
	owed    []*item // brought without an answer
	fresh   int     // new messages that may still be made
	again   int     // answered items that were brought again
	answers map[int]int
}

// item is one thing to bring: a message, or the report of a delivery.
type item struct {
	route string // mo or dlr
	id    string // message_id of an mo; id of the outbound of a dlr
	text  string // of an mo
	body  []byte
	acked bool // answered with 200 at least once
	busy  bool // somebody is bringing it
}

func newLedger() *ledger { return &ledger{answers: make(map[int]int)} }

// allow lets so many more new messages be made.
func (l *ledger) allow(n int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.fresh += n
}

// next is what to bring now, nil for nothing: something owed, something new, or something answered once more.
func (l *ledger) next() *item {
	l.mu.Lock()
	defer l.mu.Unlock()
	dice := rand.IntN(10)
	var it *item
	switch {
	case len(l.owed) > 0 && (dice < 4 || l.fresh == 0 && dice < 8):
		i := rand.IntN(len(l.owed))
		it = l.owed[i]
		l.owed = append(l.owed[:i], l.owed[i+1:]...)
	case l.fresh > 0 && dice < 8:
		l.fresh--
		it = l.make()
	case len(l.items) > 0:
		it = l.items[rand.IntN(len(l.items))]
		if it.busy || !it.acked {
			return nil
		}
		l.again++
	default:
		return nil
	}
	it.busy = true
	return it
}

// make makes a new message. A few numbers send all of them, so that they meet on the rows of a contact.
func (l *ledger) make() *item {
	l.serial++
	it := &item{route: "mo", id: fmt.Sprintf("m-%d", l.serial), text: fmt.Sprintf("Le pont de Gao serait fermé, dit la voix %d au marché", l.serial)}
	it.body = MO{ID: it.id, From: fmt.Sprintf("+223701%05d", l.serial%97), Text: it.text}.body()
	l.items = append(l.items, it)
	return it
}

// oweReport has the carrier report that a message was delivered.
func (l *ledger) oweReport(id string) { l.oweStatus(id, "delivered") }

// oweStatus has the carrier report what became of a message.
func (l *ledger) oweStatus(id, status string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it := &item{route: "dlr", id: id, body: fmt.Appendf(nil, `{"id":%q,"status":%q}`, id, status)}
	l.items = append(l.items, it)
	l.owed = append(l.owed, it)
}

// note writes down how an item was answered; 0 is not at all.
func (l *ledger) note(it *item, status int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	it.busy = false
	l.answers[status]++
	switch {
	case status == http.StatusOK:
		it.acked = true
	case !it.acked:
		l.owed = append(l.owed, it)
	}
}

// start has several gateways bring items to a site until stop is called, which waits for them.
func (l *ledger) start(t *testing.T, s Site) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for range killBringers {
		all.Go(func() { l.bring(ctx, s) })
	}
	return func() {
		cancel()
		all.Wait()
	}
}

// bring brings items to a site until the context ends.
func (l *ledger) bring(ctx context.Context, s Site) {
	client := &http.Client{Transport: &http.Transport{}, Timeout: 10 * time.Second}
	defer client.CloseIdleConnections()
	for ctx.Err() == nil {
		it := l.next()
		status := 0
		if it != nil {
			status = s.Post(ctx, client, it.route, it.body)
			l.note(it, status)
		}
		if status == 0 { // nothing to do, or nobody there: as a gateway, come again a little later
			select {
			case <-ctx.Done():
			case <-time.After(2 * time.Millisecond):
			}
		}
	}
}

// settled tells what is still owed.
func (l *ledger) settled() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.owed) > 0 || l.fresh > 0 {
		return fmt.Errorf("%d messages are not yet answered and %d not yet made", len(l.owed), l.fresh)
	}
	for _, it := range l.items {
		if !it.acked {
			return fmt.Errorf("%s %s is on its way", it.route, it.id)
		}
	}
	return nil
}

// check compares the ledger with what the database holds: each message once, each with one acknowledgement.
func (l *ledger) check(t *testing.T, rows stored) {
	t.Helper()
	texts := make(map[string]bot.ID) // text → report
	for _, r := range rows.reports {
		if len(r.Texts()) != 1 {
			t.Errorf("report %s has %d texts, not 1", r.ID, len(r.Texts()))
		}
		text := string(rows.inbounds[r.ID].Text)
		if first, twice := texts[text]; twice {
			t.Errorf("handled twice: reports %s and %s", first, r.ID)
		}
		texts[text] = r.ID
	}
	acks := make(map[bot.ID]int) // report → acknowledgements queued for it, but for those that repeat another
	for _, o := range rows.outbounds {
		if o.Kind != bot.KindAck {
			t.Errorf("message %s is of kind %s", o.ID, o.Kind)
		}
		if o.ResendOf.IsZero() {
			acks[o.Report]++
		}
	}
	messages := 0
	for _, it := range l.items {
		if it.route != "mo" {
			continue
		}
		messages++
		report, ok := texts[it.text]
		if !ok {
			t.Errorf("lost: message %s was answered with 200", it.id)
			continue
		}
		if acks[report] != 1 {
			t.Errorf("message %s has %d acknowledgements", it.id, acks[report])
		}
	}
	if len(rows.reports) != messages || len(rows.inbounds) != messages {
		t.Errorf("%d messages were brought; stored are %d reports and %d texts", messages, len(rows.reports), len(rows.inbounds))
	}
	t.Logf("%d messages, %d delivery reports; brought once more after a 200: %d; answers: %v",
		messages, len(l.items)-messages, l.again, l.answers)
}
