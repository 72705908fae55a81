package e2e

import (
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strconv"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

const (
	killBringers  = 4  // gateways that bring messages at the same time
	killFresh     = 40 // new messages a round
	killUptime    = 400 * time.Millisecond
	killEarlyOdds = 6 // one start of so many is killed before it is ready
)

// TestKill kills the hotline at random moments while messages come in and acknowledgements go out, starts it again, and
// in the end compares it with a ledger outside: nothing acknowledged is lost, nothing is handled twice, every message has
// one acknowledgement, and what nobody can know whether it was sent is `unknown` and no more than the window at each kill.
func TestKill(t *testing.T) {
	book := newLedger()
	carrier := NewCarrier(t, func(m Taken) {
		time.Sleep(rand.N(20 * time.Millisecond)) // the carrier's own time: a queue forms, and kills fall into sends
		book.oweReport(m.ID)
	})
	site := NewCarrierSite(t, carrier)
	p := site.Serve(t)
	p.Ready(t)
	site.Staff(t)
	p.Stop(t)
	kills, lost, began := 0, 0, time.Now()
	for range killRounds(t) {
		book.allow(killFresh)
		p := site.Serve(t)
		stop := book.start(t, site)
		if rand.IntN(killEarlyOdds) > 0 {
			p.Ready(t)
		}
		time.Sleep(rand.N(killUptime)) // the moment of the kill is the test's randomness, not a wait for anything
		p.Kill9(t)
		kills++
		stop()
		n := abandoned(t, p.Log())
		if n > inFlight {
			t.Errorf("round %d began with %d messages that nobody knows of, more than the window of %d", kills, n, inFlight)
		}
		lost += n
		p.Forget()
		if t.Failed() {
			return
		}
	}
	rows, n := settle(t, site, book)
	book.check(t, rows)
	checkSent(t, carrier, rows, kills, lost+n)
	t.Logf("%d kills in %v; %d messages left in doubt", kills, time.Since(began).Round(time.Second), lost+n)
}

// settle runs the hotline undisturbed until everything is brought and sent, and returns what is stored then and how many
// messages the last kill left in doubt.
func settle(t *testing.T, site Site, book *ledger) (rows stored, lost int) {
	t.Helper()
	for range 10 {
		p := site.Serve(t)
		p.Ready(t)
		stop := book.start(t, site)
		Eventually(t, 5*time.Minute, book.settled)
		Eventually(t, time.Minute, func() error { return drained(t, site) })
		Eventually(t, time.Minute, book.settled) // the delivery reports of what left meanwhile
		stop()
		if code := p.Stop(t); code != 0 {
			t.Errorf("the stop ended with %d", code)
		}
		lost += abandoned(t, p.Log())
		rows = site.Stored(t)
		if !slices.ContainsFunc(rows.outbounds, func(o bot.Outbound) bool { return o.State == bot.OutQueued && o.ResendOf.IsZero() }) {
			break // otherwise some stood beyond the end of the list that drained sees
		}
	}
	return rows, lost
}

var abandonedLine = regexp.MustCompile(`an earlier run ended while sending.* messages=(\d+)`)

// abandoned is how many messages a start found claimed, in the log's words.
func abandoned(t *testing.T, log string) int {
	t.Helper()
	m := abandonedLine.FindStringSubmatch(log)
	if m == nil {
		return 0
	}
	n, err := strconv.Atoi(m[1])
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// drained tells whether nothing waits to be sent, in the newest 500 messages, but the second tries of messages in doubt,
// which come ten minutes later.
func drained(t *testing.T, s Site) error {
	for _, state := range []bot.OutState{bot.OutQueued, bot.OutClaimed} {
		list := Ask[admin.Messages](t, s, "outbox", "list", "--state", string(state), "--limit", "500", "--as", chief)
		for _, m := range list.Messages {
			if m.ResendOf.IsZero() || state == bot.OutClaimed {
				return fmt.Errorf("message %s is %s", m.ID, state)
			}
		}
	}
	return nil
}

// checkSent compares what the carrier took with the rows.
func checkSent(t *testing.T, carrier *Carrier, rows stored, kills, lost int) {
	t.Helper()
	arrived := make(map[string]int)
	for _, m := range carrier.Taken() {
		arrived[m.ID]++
	}
	doubtful := make(map[bot.ID]bool) // became unknown at a kill, and so have a second row
	for _, o := range rows.outbounds {
		if !o.ResendOf.IsZero() {
			doubtful[o.ResendOf] = true
		}
	}
	for _, o := range rows.outbounds {
		n := arrived[o.ID.String()]
		delete(arrived, o.ID.String())
		switch {
		case n > 1:
			t.Errorf("message %s left %d times under one id", o.ID, n)
		case !o.ResendOf.IsZero(): // the second and last try of a message in doubt
		case doubtful[o.ID]:
			want := bot.OutUnknown
			if n == 1 {
				want = bot.OutDelivered // its delivery report settled the doubt
			}
			if o.State != want {
				t.Errorf("message %s was in flight at a kill and arrived %d times; it is %s, not %s", o.ID, n, o.State, want)
			}
		case n != 1 || o.State != bot.OutDelivered:
			t.Errorf("message %s was never in flight at a kill; it arrived %d times and is %s", o.ID, n, o.State)
		}
	}
	for id := range arrived {
		t.Errorf("the carrier was handed %s, which is not stored", id)
	}
	// A start that was itself killed may have settled messages without living to say so.
	if len(doubtful) < lost || len(doubtful) > kills*inFlight {
		t.Errorf("%d messages are in doubt after %d kills; the starts counted %d", len(doubtful), kills, lost)
	}
}
