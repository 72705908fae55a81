package outbox

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// rerouteEvery is how often it is looked whether what waits for a gateway that does not work may leave by another.
	rerouteEvery = 30 * time.Second
	// reroutePortion is how many messages are looked at in one commit.
	reroutePortion = 500
)

// FailOver says when another gateway takes over what waits for one that does not work. Only messages in state queued move, which were
// surely not sent; what is claimed, handed over or unknown stays where it is. Nothing moves back by itself while the other works.
type FailOver struct {
	// Carriers names the gateways that may carry a message, the best one first; inside a transaction. nil: nothing moves.
	Carriers func(storage.Tx, bot.Outbound) ([]string, error)
	After    time.Duration // a gateway has not worked for so long; 0 = never
	Urgent   time.Duration // likewise, for what is urgent (see urgentLanes)
}

// urgentLanes are those for which the shorter time holds: alerts, corrections and what those on duty are told.
func urgentLanes() []bot.Lane {
	return []bot.Lane{bot.LaneCommand, bot.LaneAlarm, bot.LaneCorrection, bot.LaneAlert}
}

// lanes are those whose messages may move from a gateway that has not worked for a time.
func (f FailOver) lanes(down time.Duration) []bot.Lane {
	switch {
	case f.Carriers == nil || down <= 0:
		return nil
	case f.After > 0 && down >= f.After:
		return bot.Lanes()
	case f.Urgent > 0 && down >= f.Urgent:
		return urgentLanes()
	}
	return nil
}

// rerouteDown moves what waits for gateways that do not work, from time to time and soon after somebody wakes it.
func (s *Sender) rerouteDown(ctx context.Context) {
	if s.c.FailOver.Carriers == nil || len(s.loops) < 2 {
		return
	}
	looked := make(map[*loop]time.Time)
	timer := time.NewTimer(rerouteEvery)
	defer timer.Stop()
	for {
		for _, l := range s.loops {
			now := s.c.Now()
			lanes := s.c.FailOver.lanes(l.figures.snapshot().down(now))
			if len(lanes) == 0 {
				delete(looked, l) // the next time that it does not work is another one
				continue
			}
			if s.paused.Load() || remaining(looked[l].Add(rerouteEvery), now, rerouteEvery) > 0 {
				continue
			}
			looked[l] = now
			s.reroute(ctx, l, lanes)
		}
		timer.Reset(rerouteEvery)
		select {
		case <-ctx.Done():
			return
		case <-s.look:
		case <-timer.C:
		}
	}
}

// reroute moves what waits for one gateway in some lanes, portion by portion, as long as it does not work.
func (s *Sender) reroute(ctx context.Context, l *loop, lanes []bot.Lane) {
	moved := make(map[string]int)
	trials := make(map[string]bot.ID)
	r := storage.RerouteRequest{Gateway: l.name, Lanes: lanes, N: reroutePortion}
	for ctx.Err() == nil && l.figures.snapshot().Circuit != CircuitClosed && !s.paused.Load() {
		fit := s.fit(ctx, l)
		if len(fit) == 0 {
			break
		}
		r.To = func(tx storage.Tx, o bot.Outbound) (string, error) {
			names, err := s.c.FailOver.Carriers(tx, o)
			if err != nil {
				return "", err
			}
			for _, name := range names {
				trial, is := fit[name]
				switch {
				case !is || name == o.Gateway:
				case !trial:
					return name, nil
				case trials[name].IsZero() || trials[name] == o.ID: // it may be asked about a message twice
					trials[name] = o.ID
					return name, nil
				}
			}
			return "", nil
		}
		done, err := s.c.Store.Reroute(ctx, r)
		if err != nil {
			if ctx.Err() == nil {
				s.c.Log.Error("outbox: what waits for a gateway that does not work cannot be moved",
					slog.String("gateway", l.name), slog.Any("error", err))
			}
			break
		}
		s.moved(l, done.Moved)
		for to, n := range done.Moved {
			moved[to] += n
		}
		if r.After = done.After; !done.More {
			break
		}
	}
	for _, to := range slices.Sorted(maps.Keys(moved)) {
		s.c.Log.Warn("outbox: the gateway does not work; what waited for it leaves by another",
			slog.String("gateway", l.name), slog.String("by", to), slog.Int("messages", moved[to]))
	}
}

// moved counts what has moved, and wakes those who have it now.
func (s *Sender) moved(from *loop, to map[string]int) {
	if len(to) == 0 {
		return
	}
	from.figures.change(func(g *GatewayStats) {
		if g.Moved == nil {
			g.Moved = make(map[string]uint64)
		}
		for name, n := range to {
			g.Moved[name] += uint64(n)
		}
	})
	for _, l := range s.loops {
		if to[l.name] > 0 {
			nudge(l.wake)
		}
	}
}

// fit are the gateways that can take something over from one that does not work. Of those that do not work either, one for which
// nothing waits any more is tried with a single message, true here: else nobody would ever find out that it works again.
func (s *Sender) fit(ctx context.Context, from *loop) map[string]bool {
	names := make(map[string]bool)
	for _, l := range s.loops {
		if l == from {
			continue
		}
		g := l.figures.snapshot()
		switch {
		case g.Circuit == CircuitClosed:
			names[l.name] = false
		case g.InFlight > 0 || remaining(g.OpenUntil, s.c.Now(), circuitLongest) > 0:
		default:
			if due, err := s.c.Store.NextDue(ctx, l.name); err == nil && due.IsZero() {
				names[l.name] = true
			}
		}
	}
	return names
}
