package storage

import (
	"context"
	"time"

	"tinye/bot"
)

// Queue hands out messages that are due, each to one sender at a time.
type Queue interface {
	// Claim moves due messages of one gateway to `claimed`, lanes in their order and the earliest due first within a lane,
	// under a token and a lease; within a lane the rows of runs come after the others, run by run, and those of a run that is neither queueing nor
	// sending not at all. Lanes that the switch holds (Switches) are passed over: it is read in the same transaction, so
	// nothing is claimed once the switch is on disk. Decide is asked about each row inside the transaction; rows that it holds or ends are
	// settled there and then. One call looks at a bounded number of rows (ClaimLook). It fails with ErrClockBehind while the clock is not
	// trusted. A Decide that fails or panics moves its row to five minutes later (reason "check_failed") and goes on.
	Claim(ctx context.Context, c ClaimRequest) (Claims, error)

	// Settle writes the outcomes of claims, in one commit. An outcome whose token is no longer the row's changes nothing and
	// makes Settle return ErrFenced, the others being stored. A delivery report that came first is not undone. lost is
	// called in the transaction for every row that became unknown; if it fails, what it did is undone and its error returned,
	// while the outcomes stand.
	Settle(ctx context.Context, outcomes []Outcome, lost LostFunc) error

	// Abandon turns claims whose lease ended before the given moment to `unknown`; at start it is called with bot.Forever,
	// since a claim that an earlier process left may or may not have been sent. It tells how many there were. A lost that
	// fails is treated as in Settle.
	Abandon(ctx context.Context, before bot.Instant, lost LostFunc) (int, error)

	// NextDue is the earliest moment at which a queued message of the gateway is due, 0 if none is queued; what the switch
	// holds is not due.
	NextDue(ctx context.Context, gateway string) (bot.Instant, error)

	// Holds tells whether the switch, as it is on disk now, holds a lane, or a run (zero: the message belongs to none) is paused or was
	// withdrawn: what was claimed before and not sent yet must not leave then.
	Holds(ctx context.Context, lane bot.Lane, run bot.ID) (bool, error)

	Rerouting
}

// ClaimLook is how many rows one Claim looks at, besides those it hands out, so that a long list of suppressed messages
// cannot hold up the commits of others.
const ClaimLook = 256

// LostFunc decides, in the transaction, what follows when nobody knows whether a message was sent.
type LostFunc func(Tx, bot.Outbound) error

// ClaimRequest says what to claim.
type ClaimRequest struct {
	Gateway string
	N       int           // at most so many, the in-flight window
	Now     bot.Instant   // rows due at or before this
	Lease   time.Duration // longer than three times the gateway's timeout
	Token   bot.ID        // fences this claim
	Decide  func(Tx, bot.Outbound) (Decision, error)
}

// Decision is what to do with a due message: exactly one of Send, Hold and End is set.
type Decision struct {
	Send   bool
	To     bot.Address // with Send
	Text   bot.Text    // with Send: in right spelling; the wire form is made by the sender
	Lang   bot.Lang    // with Send: the language of the text, where it is another one than the row's
	Mark   bool        // with Send: it counts among what the person was sent lately (Broadcasts.MarkSent)
	Hold   bot.Instant // not before then
	Run    bool        // with Hold: the whole run that the row belongs to waits, and no row of it is rewritten
	End    bot.OutState
	Reason string // with Hold or End: a stable code
}

// Claimed is a message to send now.
type Claimed struct {
	Row  bot.Outbound
	To   bot.Address
	Text bot.Text
}

// Claims is what one Claim gave.
type Claims struct {
	Rows []Claimed
	More bool // it stopped at its limit: there may be more that are due now
}

// Outcome is what became of a claim.
type Outcome struct {
	ID    bot.ID
	Token bot.ID
	// State is OutHandedOver, OutUnknown, OutFailed, or OutQueued for another try at NextAt.
	State      bot.OutState
	At         bot.Instant
	NextAt     bot.Instant
	Reason     string
	ExternalID string
	Remember   bool // Handed finds the row by ExternalID from now on; kept under the day of At
	Counted    bool // the try counts as an attempt
	Encoding   bot.Encoding
	Parts      int
}
