package outbox

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// idle is the longest sleep of a loop, in case that nobody wakes it.
	idle = time.Minute
	// shortest keeps a loop from spinning on a row that is due and that a claim passes over.
	shortest = 100 * time.Millisecond
	// mostHold is the longest that a carrier's "slower" holds its gateway.
	mostHold = 5 * time.Minute
)

// loop sends for one gateway. Its fields but wake, results and figures belong to the goroutine of run.
type loop struct {
	s       *Sender
	line    Line
	name    string
	ownIDs  bool // its delivery reports know a message by its own id alone (gateway.OwnIDs)
	lease   time.Duration
	wake    chan struct{}
	results chan result
	figures counters

	waiting   []flight // claimed, for their turn in the rate
	sending   int
	unsettled []storage.Outcome

	bucket      *bucket
	circuit     circuit
	lookAt      time.Time // when to ask the queue again; zero = now
	holdUntil   time.Time // the carrier said: slower
	settleAgain time.Time // storage failed
}

// flight is a claimed message in wire form.
type flight struct {
	claimed storage.Claimed
	text    string
	size    sms.Size
	probe   bool
}

func newLoop(s *Sender, line Line) *loop {
	l := &loop{
		s: s, line: line, name: line.Gateway.Name(),
		wake:    make(chan struct{}, 1),
		results: make(chan result, line.Window),
		bucket:  newBucket(line.PartsPerSecond, s.c.Now()),
	}
	if g, ok := line.Gateway.(gateway.OwnIDs); ok {
		l.ownIDs = g.ReportsByOwnID()
	}
	// A lease outlasts three sends that time out and the longest wait for the rate, so it ends only if the outcome is lost.
	l.lease = 3*line.Timeout + time.Minute
	if line.PartsPerSecond > 0 {
		atOnce := min(float64(line.Window), l.bucket.size())
		l.lease += time.Duration(atOnce * maxParts / line.PartsPerSecond * float64(time.Second))
	}
	l.figures.s = GatewayStats{
		Name: l.name, Circuit: CircuitClosed, Window: line.Window, Failures: map[string]uint64{},
	}
	return l
}

// run ends when ctx has ended and everything is settled, or when last ends. Sends run under the context sends.
func (l *loop) run(ctx, sends, last context.Context) {
	stop := ctx.Done()
	timer := time.NewTimer(idle)
	defer timer.Stop()
	for {
		now := l.s.c.Now()
		stopping := ctx.Err() != nil
		if stopping || l.s.paused.Load() || l.circuit.state(now) == CircuitOpen {
			l.release(now)
		}
		wait := l.settle(last, now)
		if stopping && l.sending == 0 && len(l.unsettled) == 0 {
			l.show(now)
			return
		}
		if !stopping && !l.s.paused.Load() && len(l.unsettled) == 0 {
			wait = l.fill(ctx, sends, now)
		}
		l.show(now)
		if len(l.unsettled) > 0 && l.settleAgain.IsZero() {
			continue // fill ended messages that cannot be sent
		}
		timer.Reset(wait)
		select {
		case <-l.wake:
			l.lookAt = time.Time{}
			l.figures.change(func(s *GatewayStats) { s.Wakes++ })
		case r := <-l.results:
			l.finish(r)
			l.finishReady()
		case <-timer.C:
		case <-stop:
			stop = nil
		case <-last.Done():
			l.s.c.Log.Error("outbox: stopped with messages whose outcome is not stored; they become unknown",
				slog.String("gateway", l.name), slog.Int("messages", l.sending+len(l.unsettled)))
			return
		}
	}
}

// show publishes how the loop stands.
func (l *loop) show(now time.Time) {
	l.figures.change(func(s *GatewayStats) {
		s.InFlight = l.sending + len(l.waiting) + len(l.unsettled)
		s.Circuit = l.circuit.state(now)
		s.OpenUntil, s.DownSince = l.circuit.until, l.circuit.since
	})
}

// fill claims and starts what may go now, and tells how long there is nothing to do unless something happens.
func (l *loop) fill(ctx, sends context.Context, now time.Time) time.Duration {
	for ctx.Err() == nil {
		for len(l.waiting) > 0 {
			if wait := l.bucket.wait(l.waiting[0].size.Parts, now); wait > 0 {
				return wait
			}
			f := l.waiting[0]
			l.waiting = l.waiting[1:]
			if !l.mayLeave(ctx, f) {
				l.giveBack(f, now)
				continue
			}
			l.start(sends, f)
		}
		if len(l.unsettled) > 0 {
			return shortest // some were given back
		}
		n := l.line.Window - l.sending - len(l.unsettled)
		if n <= 0 || l.circuit.probing {
			return idle
		}
		if wait := l.notYet(now); wait > 0 {
			return wait
		}
		probe := l.circuit.state(now) == CircuitHalfOpen
		if probe {
			n = 1
		}
		n = min(n, l.bucket.room(now))
		if !l.claim(ctx, n, probe, now) {
			return max(shortest, remaining(l.lookAt, now, idle))
		}
		if len(l.unsettled) > 0 {
			return shortest
		}
	}
	return idle
}

// notYet is how long nothing may be claimed.
func (l *loop) notYet(now time.Time) time.Duration {
	return max(
		remaining(l.lookAt, now, idle),
		remaining(l.holdUntil, now, mostHold),
		remaining(l.circuit.until, now, circuitLongest),
		l.bucket.wait(1, now),
	)
}

// claim takes up to n messages; false means that there is no use in trying again before lookAt.
func (l *loop) claim(ctx context.Context, n int, probe bool, now time.Time) bool {
	token := l.s.c.NewID()
	claims, err := l.s.c.Store.Claim(ctx, storage.ClaimRequest{
		Gateway: l.name, N: n, Now: bot.At(now), Lease: l.lease, Token: token, Decide: l.s.c.Prepare,
	})
	if err != nil {
		l.lookAt = now.Add(storeAgain)
		if errors.Is(err, storage.ErrClockBehind) {
			l.lookAt = now.Add(idle)
		}
		if ctx.Err() == nil {
			l.s.c.Log.Error("outbox: cannot claim", slog.String("gateway", l.name), slog.Any("error", err))
		}
		return false
	}
	for _, c := range claims.Rows {
		f := flight{claimed: c, text: sms.Wire(string(c.Text), l.s.c.Wire), probe: probe}
		f.size = sms.Measure(f.text)
		if reason := f.unfit(); reason != "" {
			l.settleLater(f, storage.Outcome{State: bot.OutFailed, At: bot.At(now), Reason: reason})
			continue
		}
		l.waiting = append(l.waiting, f)
		l.circuit.probing = probe
	}
	if claims.More || len(claims.Rows) == n {
		return true
	}
	l.lookAt = now.Add(idle)
	due, err := l.s.c.Store.NextDue(ctx, l.name)
	if err != nil {
		l.lookAt = now.Add(storeAgain)
	} else if due > 0 && due.Time().Before(l.lookAt) {
		l.lookAt = due.Time()
	}
	return len(claims.Rows) > 0
}

// unfit says why a text cannot be sent.
func (f flight) unfit() string {
	switch {
	case f.size.Parts > maxParts:
		return "too_long"
	case f.text == "":
		return "empty"
	default:
		return ""
	}
}

// release gives claimed messages that were not sent back to the queue; that is no try.
func (l *loop) release(now time.Time) {
	for _, f := range l.waiting {
		l.giveBack(f, now)
	}
	l.waiting = nil
}

func (l *loop) giveBack(f flight, now time.Time) {
	l.settleLater(f, storage.Outcome{State: bot.OutQueued, At: bot.At(now), NextAt: bot.At(now), Reason: f.claimed.Row.Reason})
	if f.probe {
		l.circuit.probing = false
	}
}

// mayLeave asks for the desk's switch once more before a send: it may have been set after the claim. While storage cannot
// tell, nothing leaves.
func (l *loop) mayLeave(ctx context.Context, f flight) bool {
	held, err := l.s.c.Store.Holds(ctx, f.claimed.Row.Lane, f.claimed.Row.Broadcast)
	if err != nil && ctx.Err() == nil {
		l.s.c.Log.Error("outbox: it is not known what may leave", slog.String("gateway", l.name), slog.Any("error", err))
	}
	return err == nil && !held
}

// settleLater puts an outcome into the next commit.
func (l *loop) settleLater(f flight, o storage.Outcome) {
	if o.State == bot.OutQueued && o.NextAt.Time().Before(l.lookAt) {
		l.lookAt = o.NextAt.Time()
	}
	o.ID, o.Token = f.claimed.Row.ID, f.claimed.Row.Token
	o.Encoding, o.Parts = f.size.Encoding, f.size.Parts
	l.unsettled = append(l.unsettled, o)
}

// settle writes the outcomes that are ready, in one commit. While storage cannot write they are kept and nothing more is
// claimed; the time until the next try is returned.
func (l *loop) settle(ctx context.Context, now time.Time) time.Duration {
	if len(l.unsettled) == 0 {
		return idle
	}
	if wait := remaining(l.settleAgain, now, storeAgain); wait > 0 {
		return wait
	}
	err := l.s.c.Store.Settle(ctx, l.unsettled, l.s.c.Lost)
	l.settleAgain = time.Time{}
	if err != nil && !storage.Unavailable(err) && ctx.Err() == nil {
		l.settleSingly(ctx, err)
	} else if err == nil {
		l.unsettled = nil
	} else {
		l.s.c.Log.Error("outbox: cannot settle", slog.String("gateway", l.name), slog.Any("error", err))
	}
	if len(l.unsettled) > 0 {
		l.settleAgain = now.Add(storeAgain)
		return storeAgain
	}
	return idle
}

// settleSingly is for a commit that failed because of one of its outcomes: the others are stored without it. What cannot be
// stored becomes unknown when its lease ends. An outcome that was stored before is fenced now.
func (l *loop) settleSingly(ctx context.Context, err error) {
	outcomes := l.unsettled
	l.unsettled = nil
	l.s.c.Log.Warn("outbox: some outcomes were not stored", slog.String("gateway", l.name), slog.Any("error", err))
	if errors.Is(err, storage.ErrFenced) {
		return // all others are stored
	}
	for _, o := range outcomes {
		err := l.s.c.Store.Settle(ctx, []storage.Outcome{o}, l.s.c.Lost)
		switch {
		case err == nil || errors.Is(err, storage.ErrFenced):
		case storage.Unavailable(err):
			l.unsettled = append(l.unsettled, o)
		default:
			l.s.c.Log.Error("outbox: an outcome cannot be stored", slog.String("gateway", l.name),
				slog.String("id", o.ID.String()), slog.String("state", string(o.State)), slog.Any("error", err))
		}
	}
}
