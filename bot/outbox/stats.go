package outbox

import (
	"maps"
	"sync"
	"time"
)

// Stats is what a Sender has done since it was made, and how it stands.
type Stats struct {
	Paused   bool
	Gateways []GatewayStats
}

// GatewayStats are the figures of one gateway.
type GatewayStats struct {
	Name      string
	Circuit   CircuitState
	OpenUntil time.Time         // next probe, while the circuit is open
	DownSince time.Time         // when the circuit opened; zero while it is closed
	Window    int               // the most that may be in flight
	InFlight  int               // claimed and not settled
	Wakes     uint64            // looks at the queue after a commit, a pause or a resume
	Sent      uint64            // messages handed over
	SentParts uint64            // their parts
	Failures  map[string]uint64 // tries that failed, by the code of the error
	Moved     map[string]uint64 // messages that left its queue for another gateway's, by the other's name
}

// down is how long the gateway has not worked.
func (g GatewayStats) down(now time.Time) time.Duration {
	if g.DownSince.IsZero() {
		return 0
	}
	return now.Sub(g.DownSince)
}

// counters are a loop's figures, shared with whoever asks for them.
type counters struct {
	mu sync.Mutex
	s  GatewayStats
}

func (c *counters) change(f func(*GatewayStats)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f(&c.s)
}

func (c *counters) snapshot() GatewayStats {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.s
	s.Failures, s.Moved = maps.Clone(s.Failures), maps.Clone(s.Moved)
	return s
}
