package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/sms"
	"tinye/storage"
)

const (
	// maxParts is the longest message that is sent; a longer one is a mistake of the desk, and dear.
	maxParts = 10

	defaultWindow  = 10
	defaultTimeout = 15 * time.Second
	defaultGrace   = 10 * time.Second
	lastWait       = 2 * time.Second // for outcomes, after the sends were told to give up
	abandonEvery   = time.Minute
	storeAgain     = 5 * time.Second // after storage failed
)

// Line is a gateway and its bounds.
type Line struct {
	Gateway        gateway.Gateway
	Window         int           // messages claimed and not settled; 0 = 10 (1 suits a modem)
	PartsPerSecond float64       // 0 = no limit
	Timeout        time.Duration // of one send; 0 = 15 s
}

// Config is what a Sender needs.
type Config struct {
	Store storage.Queue
	Lines []Line
	// Prepare decides in the claim's transaction whether a message may go, and gives number and text.
	Prepare func(storage.Tx, bot.Outbound) (storage.Decision, error)
	Lost    storage.LostFunc // what follows when a message became unknown
	Wire    sms.Mode
	NewID   func() bot.ID    // for claims' tokens
	Now     func() time.Time // nil = time.Now
	Log     *slog.Logger     // nil = slog.Default
	Rand    func() float64   // from [0, 1), for the spread of retries; nil = math/rand
	Grace   time.Duration    // for sends under way when Run is told to stop; 0 = 10 s

	FailOver FailOver
}

// Sender sends what is due. Its methods are safe for concurrent use; Run runs once.
type Sender struct {
	c      Config
	loops  []*loop
	paused atomic.Bool
	wake   chan struct{} // for what is done about claims without an outcome
	look   chan struct{} // for what is done about gateways that do not work
}

// New checks the configuration.
func New(c Config) (*Sender, error) {
	if c.Store == nil || c.Prepare == nil || c.NewID == nil {
		return nil, errors.New("outbox: Store, Prepare and NewID are needed")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	if c.Rand == nil {
		c.Rand = rand.Float64
	}
	if c.Grace <= 0 {
		c.Grace = defaultGrace
	}
	s := &Sender{c: c, wake: make(chan struct{}, 1), look: make(chan struct{}, 1)}
	names := map[string]bool{}
	for _, l := range c.Lines {
		if l.Gateway == nil || names[l.Gateway.Name()] {
			return nil, errors.New("outbox: each line needs a gateway with a name of its own")
		}
		if l.Window < 0 || l.Timeout < 0 || l.PartsPerSecond < 0 || math.IsNaN(l.PartsPerSecond) {
			return nil, fmt.Errorf("outbox: %s: a bound is negative", l.Gateway.Name())
		}
		names[l.Gateway.Name()] = true
		if l.Window == 0 {
			l.Window = defaultWindow
		}
		if l.Timeout == 0 {
			l.Timeout = defaultTimeout
		}
		s.loops = append(s.loops, newLoop(s, l))
	}
	return s, nil
}

// Run sends until the context ends. What an earlier process left claimed becomes unknown first. When told to stop it
// claims nothing more, waits for the sends under way (Config.Grace, then they are told to give up) and settles them.
func (s *Sender) Run(ctx context.Context) error {
	if !s.abandonAll(ctx) {
		return nil
	}
	sends, giveUp := context.WithCancel(context.WithoutCancel(ctx))
	defer giveUp()
	last, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	defer context.AfterFunc(ctx, func() {
		time.AfterFunc(s.c.Grace, giveUp)
		time.AfterFunc(s.c.Grace+lastWait, end)
	})()

	var wg sync.WaitGroup
	for _, l := range s.loops {
		wg.Go(func() { l.run(ctx, sends, last) })
	}
	wg.Go(func() { s.abandonEnded(ctx) })
	wg.Go(func() { s.rerouteDown(ctx) })
	wg.Wait()
	return nil
}

// abandonAll settles what an earlier process left; it tries again while storage cannot write, and gives false if the
// context ended meanwhile.
func (s *Sender) abandonAll(ctx context.Context) bool {
	for {
		n, err := s.c.Store.Abandon(ctx, bot.Forever, s.c.Lost)
		if n > 0 {
			s.c.Log.Warn("outbox: an earlier run ended while sending; nobody knows whether these messages left",
				slog.Int("messages", n))
		}
		if err == nil {
			return true
		}
		s.c.Log.Error("outbox: what an earlier run left cannot be settled", slog.Any("error", err))
		if !storage.Unavailable(err) && ctx.Err() == nil {
			return true
		}
		if !s.sleep(ctx, storeAgain) {
			return false
		}
	}
}

// abandonEnded looks every minute for claims whose lease ended: their outcome was lost between sending and storing.
func (s *Sender) abandonEnded(ctx context.Context) {
	next := s.c.Now().Add(abandonEvery)
	for s.sleep(ctx, abandonEvery) {
		now := s.c.Now()
		if remaining(next, now, abandonEvery) > 0 {
			continue
		}
		next = now.Add(abandonEvery)
		n, err := s.c.Store.Abandon(ctx, bot.At(now), s.c.Lost)
		if n > 0 {
			s.c.Log.Error("outbox: claims ended without an outcome", slog.Int("messages", n))
		}
		if err != nil && ctx.Err() == nil {
			s.c.Log.Error("outbox: ended claims cannot be settled", slog.Any("error", err))
		}
	}
}

// sleep ends after d or with a wake; false means that the context has ended.
func (s *Sender) sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-s.wake:
	case <-timer.C:
	}
	return true
}

// Wake makes every gateway look at its queue now; it is called after a commit that queued something and never blocks.
func (s *Sender) Wake() {
	nudge(s.wake)
	nudge(s.look)
	for _, l := range s.loops {
		nudge(l.wake)
	}
}

// nudge leaves a mark for whoever waits on the channel, unless there is one already.
func nudge(wake chan<- struct{}) {
	select {
	case wake <- struct{}{}:
	default:
	}
}

// Pause holds every send. Messages already handed to a gateway are not called back.
func (s *Sender) Pause() {
	s.paused.Store(true)
	s.Wake()
}

// Resume ends a pause.
func (s *Sender) Resume() {
	s.paused.Store(false)
	s.Wake()
}

// Stats are the figures of all gateways.
func (s *Sender) Stats() Stats {
	stats := Stats{Paused: s.paused.Load()}
	for _, l := range s.loops {
		stats.Gateways = append(stats.Gateways, l.figures.snapshot())
	}
	return stats
}
