package outbox_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic"
	"tinye/bot/outbox"
	"tinye/storage"
)

const secondName = "second"

// withSecond gives the rig another gateway, which carries what carried tells; the first is left after ten minutes, or two.
func (r *rig) withSecond(carried func(bot.Outbound) bool) *carrier {
	r.t.Helper()
	second := newCarrier(r.t)
	g, err := generic.New(generic.Config{Name: secondName, URL: second.URL, Token: "t"})
	if err != nil {
		r.t.Fatal(err)
	}
	r.config.Lines = append(r.config.Lines, outbox.Line{Gateway: g, Window: 3})
	for i := range r.config.Lines {
		r.config.Lines[i].Timeout = time.Hour // the clock leaps while a send is under way
	}
	r.config.FailOver = outbox.FailOver{
		After: 10 * time.Minute, Urgent: 2 * time.Minute,
		Carriers: func(_ storage.Tx, o bot.Outbound) ([]string, error) {
			if carried != nil && !carried(o) {
				return nil, nil
			}
			return []string{gateName, secondName}, nil
		},
	}
	return second
}

// run stores a broadcast under way.
func (r *rig) run() bot.ID {
	r.t.Helper()
	id := r.store.IDs.New()
	err := r.store.Update(r.t.Context(), func(tx storage.Tx) error {
		return tx.PutBroadcast(bot.Broadcast{ID: id, Kind: bot.BulletinNews, State: bot.BroadcastSending}, 0)
	})
	if err != nil {
		r.t.Fatal(err)
	}
	return id
}

// of makes a message one of a run.
func of(run bot.ID) func(*bot.Outbound) {
	return func(o *bot.Outbound) {
		o.Broadcast, o.Lane, o.Kind, o.Lang = run, bot.LaneBulletin, bot.KindBulletin, bot.French
	}
}

// refuseAfter lets a carrier take so many messages and refuse connections from then on. One that was waiting to be let in may be cut off:
// nobody knows then.
func (c *carrier) refuseAfter(n int) {
	c.Config.SetKeepAlivesEnabled(false)
	taken := 0
	var mu sync.Mutex
	accept := c.answer
	c.answers(func(w http.ResponseWriter, q *http.Request, m sent) {
		mu.Lock()
		taken++
		if taken == n {
			_ = c.Listener.Close()
		}
		mu.Unlock()
		accept(w, q, m)
	})
}

// down lets time pass until the first gateway has not worked for a while.
func (r *rig) down(d time.Duration) {
	r.t.Helper()
	r.passing(time.Second, "the circuit is open", func() bool {
		return r.sender.Stats().Gateways[0].Circuit != outbox.CircuitClosed
	})
	r.pass(d)
}

// passing lets time pass in steps until something has come about.
func (r *rig) passing(step time.Duration, what string, ok func() bool) {
	r.t.Helper()
	for late := time.Now().Add(patience); !ok(); {
		if time.Now().After(late) {
			r.t.Fatalf("time passed in vain until %s: %+v", what, r.sender.Stats())
		}
		r.pass(step)
		for range 5 { // so that the clock does not run away from the commits
			r.turn()
		}
	}
}

// once holds what the carriers got against what was to be sent, and gives how many each got.
func once(t *testing.T, want int, carriers ...*carrier) []int {
	t.Helper()
	got, each := map[string]int{}, []int{}
	for _, c := range carriers {
		texts := c.texts()
		each = append(each, len(texts))
		for _, text := range texts {
			if got[text]++; got[text] > 1 {
				t.Errorf("%q was sent %d times", text, got[text])
			}
		}
	}
	if len(got) != want {
		t.Errorf("%d people got it, want %d", len(got), want)
	}
	return each
}

// The first gateway refuses connections in the middle of a run: the rest leaves by the second, nobody gets it twice and nobody
// is forgotten. A reply that waits moves with it; what only the first carries waits.
func TestTheRestOfARunLeavesByTheSecondGateway(t *testing.T) {
	r := newRig(t)
	second := r.withSecond(func(o bot.Outbound) bool { return o.Args["text"] != "words of nobody else" })
	r.carrier.refuseAfter(20)
	run := r.run()
	const people = 60
	for i := range people {
		r.put(fmt.Sprintf("words of %d", i), of(run))
	}
	waits := r.put("words of nobody else", of(run))
	r.start()
	r.until("the first took its share", func() bool { return r.count(bot.OutHandedOver) >= 18 })
	r.down(9 * time.Minute)
	r.turn()
	if n := len(second.texts()); n != 0 {
		t.Fatalf("%d left by the second before its time", n)
	}
	r.pass(2 * time.Minute)
	ended := func() bool { return r.count(bot.OutHandedOver)+r.count(bot.OutUnknown) == people }
	r.passing(10*time.Second, "everybody else has it", ended)
	cut := r.count(bot.OutUnknown)
	each := once(t, people-cut, r.carrier, second)
	if each[0] < 20 || each[1] < people-each[0]-3 || cut > 3 {
		t.Errorf("the first took %d and the second %d", each[0], each[1])
	}
	parts := map[string]int{}
	for _, o := range r.all() {
		switch {
		case o.ID == waits && (o.State == bot.OutHandedOver || o.Gateway != gateName):
			t.Errorf("what only the first carries is %s at %s", o.State, o.Gateway)
		case o.State == bot.OutHandedOver:
			parts[o.Gateway] += o.Parts
		case o.State == bot.OutUnknown && o.Gateway != gateName:
			t.Errorf("unknown at %s", o.Gateway)
		}
	}
	if parts[gateName] != each[0] || parts[secondName] != each[1] {
		t.Errorf("parts by the rows: %v, the carriers took %v", parts, each)
	}
	r.view(func(tx storage.Tx) error {
		tally, err := tx.BroadcastTally(run)
		if err != nil || tally.Parts[gateName] != each[0] || tally.Parts[secondName] != each[1] || tally.Open() != 1 {
			t.Errorf("the run's sums: %+v (%v)", tally, err)
		}
		return nil
	})
	if moved := r.sender.Stats().Gateways[0].Moved[secondName]; int(moved) != each[1] {
		t.Errorf("%d are said to have moved, the second took %d", moved, each[1])
	}
	if !strings.Contains(r.log.String(), "leaves by another") {
		t.Errorf("the log does not say it:\n%s", r.log.String())
	}
}

func (r *rig) view(fn func(storage.Tx) error) {
	r.t.Helper()
	if err := r.store.View(r.t.Context(), fn); err != nil {
		r.t.Fatal(err)
	}
}

// Alerts and corrections do not wait as long as bulletins.
func TestWhatIsUrgentMovesFirst(t *testing.T) {
	r := newRig(t)
	second := r.withSecond(nil)
	r.carrier.Close()
	var urgent []bot.ID
	for _, lane := range []bot.Lane{bot.LaneAlert, bot.LaneCorrection, bot.LaneAlarm} {
		urgent = append(urgent, r.put("words of "+string(lane), inLane(lane)))
	}
	later := r.put("words of news", inLane(bot.LaneBulletin))
	reply := r.put("words of a reply", nil)
	for i := range 3 {
		r.put(fmt.Sprintf("words that find it out %d", i), nil)
	}
	r.start()
	r.down(2 * time.Minute)
	for _, id := range urgent {
		r.passing(2*time.Second, "what is urgent left", func() bool { return r.row(id).State == bot.OutHandedOver })
	}
	if n := len(second.texts()); n != len(urgent) {
		t.Errorf("%d left by the second, want the %d that are urgent", n, len(urgent))
	}
	for _, id := range []bot.ID{later, reply} {
		if o := r.row(id); o.Gateway != gateName {
			t.Errorf("in lane %s: moved after two minutes", o.Lane)
		}
	}
}

// What was handed over, or may have been, stays where it is, and is not sent by the second.
func TestWhatMayHaveLeftIsNotMoved(t *testing.T) {
	r := newRig(t)
	second := r.withSecond(nil)
	run := r.run()
	over := r.put("words handed over", of(run))
	r.start()
	r.state(over, bot.OutHandedOver)
	r.carrier.answers(func(http.ResponseWriter, *http.Request, sent) { panic(http.ErrAbortHandler) }) // the line breaks after the message was read
	lost := r.put("words that may have left", of(run))
	r.state(lost, bot.OutUnknown)
	r.carrier.Close()
	for i := range 10 {
		r.put(fmt.Sprintf("words that wait %d", i), of(run))
	}
	r.down(11 * time.Minute)
	r.passing(10*time.Second, "the rest left", func() bool { return r.count(bot.OutHandedOver) == 11 })
	for _, text := range second.texts() {
		if !strings.HasPrefix(text, "words that wait") {
			t.Errorf("sent by the second: %q", text)
		}
	}
	for id, state := range map[bot.ID]bot.OutState{over: bot.OutHandedOver, lost: bot.OutUnknown} {
		if o := r.row(id); o.State != state || o.Gateway != gateName {
			t.Errorf("%s at %s, want %s at the first", o.State, o.Gateway, state)
		}
	}
}

// The second breaks down after it took over, when the first has nothing left with which it could be tried: one message tries it, and
// once it works the others follow.
func TestBackWhenTheSecondBreaksDown(t *testing.T) {
	r := newRig(t)
	second := r.withSecond(nil)
	r.carrier.says(http.StatusUnauthorized)
	for i := range 8 {
		r.put(fmt.Sprintf("words of %d", i), nil)
	}
	r.start()
	r.down(11 * time.Minute)
	r.passing(10*time.Second, "all left by the second", func() bool { return r.count(bot.OutHandedOver) == 8 })
	r.carrier.accept()
	r.turn()
	if n := r.sender.Stats().Gateways[1].Moved[gateName]; n != 0 {
		t.Errorf("%d moved back while the second works", n)
	}
	second.says(http.StatusUnauthorized)
	for i := range 20 {
		r.put(fmt.Sprintf("more words of %d", i), func(o *bot.Outbound) { o.Gateway = secondName })
	}
	r.passing(30*time.Second, "all left by the first", func() bool { return r.count(bot.OutHandedOver) == 28 })
	if n := r.sender.Stats().Gateways[0].Sent; n != 20 {
		t.Errorf("%d left by the first, want 20", n)
	}
}

// mortal is a queue whose process is killed at its n-th write, before it or after it.
type mortal struct {
	storage.Queue
	mu     sync.Mutex
	left   int
	before bool
	dead   chan struct{}
}

func (m *mortal) write(do func() error) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.left == 0 {
		return storage.ErrClosed
	}
	if m.left--; m.left == 0 {
		defer close(m.dead)
		if m.before {
			return storage.ErrClosed
		}
	}
	err := do()
	if m.left == 0 {
		return storage.ErrClosed // nobody is left to hear of it
	}
	return err
}

func (m *mortal) Claim(ctx context.Context, c storage.ClaimRequest) (claims storage.Claims, err error) {
	err = m.write(func() error { claims, err = m.Queue.Claim(ctx, c); return err })
	return claims, err
}

func (m *mortal) Settle(ctx context.Context, o []storage.Outcome, lost storage.LostFunc) error {
	return m.write(func() error { return m.Queue.Settle(ctx, o, lost) })
}

func (m *mortal) Reroute(ctx context.Context, q storage.RerouteRequest) (done storage.Rerouted, err error) {
	err = m.write(func() error { done, err = m.Queue.Reroute(ctx, q); return err })
	return done, err
}

// Killed anywhere while a gateway breaks down and another takes over, and started again: nobody gets it twice, and everybody who did not is
// known by name: at most a window of each gateway, in state unknown.
func TestKilledWhileAnotherGatewayTakesOver(t *testing.T) {
	for _, at := range []int{9, 14, 16} {
		for _, before := range []bool{true, false} {
			t.Run(fmt.Sprintf("write %d before %v", at, before), func(t *testing.T) {
				t.Parallel()
				r := newRig(t)
				second := r.withSecond(nil)
				r.carrier.refuseAfter(12)
				run := r.run()
				const people = 40
				for i := range people {
					r.put(fmt.Sprintf("words of %d", i), of(run))
				}
				r.config.Grace = time.Millisecond
				r.config.Log = slog.New(slog.NewTextHandler(r.log, nil))
				dying := &mortal{Queue: r.store, left: at, before: before, dead: make(chan struct{})}
				r.config.Store = dying
				r.start()
				for alive := true; alive; {
					select {
					case <-dying.dead:
						alive = false
					case <-time.After(time.Millisecond):
						r.pass(time.Minute)
						if r.count(bot.OutQueued)+r.count(bot.OutClaimed) == 0 {
							t.Fatal("it was over before")
						}
					}
				}
				r.stop()
				r.end()
				again := *r
				again.config.Store, again.ended = r.queue, make(chan error, 1)
				again.start()
				again.passing(time.Minute, "nothing waits", func() bool {
					return r.count(bot.OutQueued)+r.count(bot.OutClaimed) == 0
				})
				sent := map[string]bool{}
				for _, text := range slices.Concat(r.carrier.texts(), second.texts()) {
					if sent[text] {
						t.Errorf("%q was sent twice", text)
					}
					sent[text] = true
				}
				for _, o := range r.all() {
					if o.State == bot.OutHandedOver && !sent[o.Args["text"]] {
						t.Errorf("%q is said to be handed over, and no carrier has it", o.Args["text"])
					}
				}
				over, unknown := r.count(bot.OutHandedOver), r.count(bot.OutUnknown)
				if over+unknown != people || unknown > 6 {
					t.Errorf("%d handed over, %d unknown, of %d", over, unknown, people)
				}
			})
		}
	}
}
