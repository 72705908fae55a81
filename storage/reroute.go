package storage

import (
	"context"

	"tinye/bot"
)

// Rerouting moves what waits for one gateway to another.
type Rerouting interface {
	// Reroute looks at queued messages of a gateway, in the order in which Claim would take them and whatever the switch holds, and
	// moves those for which To names another one. Everything else about them stays: lane, due time, tries. A message that is claimed, or that
	// was or may have been handed over, is not looked at, so nothing that may have left is ever moved. Those of runs that are neither
	// queueing nor sending are passed over. One call is one commit and looks at a bounded number of messages; the next goes on from After. A To
	// that fails or panics leaves its message where it is.
	Reroute(ctx context.Context, r RerouteRequest) (Rerouted, error)
}

// RerouteRequest says what to look at.
type RerouteRequest struct {
	Gateway string
	Lanes   []bot.Lane
	N       int        // at most so many messages
	After   QueuePlace // zero = from the first
	// To names the gateway that is to take a message; "" leaves it where it is.
	To func(Tx, bot.Outbound) (string, error)
}

// QueuePlace is a message's place among those that wait for a gateway.
type QueuePlace struct {
	Lane bot.Lane
	Run  bot.ID // zero: it belongs to none
	Due  bot.Instant
	ID   bot.ID
}

// Rerouted is what one Reroute did.
type Rerouted struct {
	Moved map[string]int // by the gateway that has them now
	After QueuePlace     // the last message looked at
	More  bool           // it stopped at its limit
}
