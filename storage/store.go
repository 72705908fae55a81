package storage

import (
	"context"

	"tinye/bot"
)

// Store keeps the rows. All methods are safe for concurrent use.
type Store interface {
	// Update runs fn in a transaction that can write; when it returns nil the commit is on disk (fsync). Callers that wait
	// for the disk at the same time share one commit; if fn fails or panics, only its own changes are undone. The context is
	// checked before fn starts, not afterwards: an Update that has begun ends with the truth about itself.
	Update(ctx context.Context, fn func(Tx) error) error

	// View runs fn on a snapshot. Writes fail with ErrReadOnly. A View has a deadline, the context's or the store's own,
	// whichever is earlier; list methods fail with the context's error once it has passed. fn must not wait for a network
	// or write to anybody: an open snapshot keeps the file growing.
	View(ctx context.Context, fn func(Tx) error) error

	Keyed
	Queue

	// Backup writes a consistent copy, with the wrapped key ring, to a new file at path (mode 0600), by way of a temporary
	// file beside it, fsync and rename. It fails if path exists.
	Backup(ctx context.Context, path string) error

	// Health is nil while the store can write, else ErrFull, ErrBroken or ErrClosed.
	Health() error

	Erasures

	// Clock tells whether our clock can be trusted.
	Clock() Clock
	// AcceptClock takes the present time as right, although our own commits bear a later one.
	AcceptClock(ctx context.Context) error

	// Close waits for the commits under way and closes the file.
	Close() error
}

// Keyed are the keyed hashes that stand for numbers and messages wherever those themselves must not stand.
type Keyed interface {
	// ContactKey is the key under which a phone number's contact is kept.
	ContactKey(a bot.Address) bot.ContactKey
	// RepeatKey is the fingerprint of the given parts, in this order.
	RepeatKey(parts ...string) bot.RepeatKey
	// CodeKey is the key under which a one-use code of a printed sheet is kept.
	CodeKey(code string) bot.CodeKey
}

// Clock compares the machine's clock with our own last commit, the only other clock there is without a network.
type Clock struct {
	Last   bot.Instant // time of the latest commit
	Behind bool        // the machine's clock is more than a minute earlier than that
}

// Page says where an ordered list goes on. Rows are ordered by id, hence by the time they were made.
type Page struct {
	After  bot.ID // zero = from the start (or from the end, if Newest)
	Limit  int    // at most so many rows; 0 = 100
	Newest bool   // newest first
}

// Size is the limit to use.
func (p Page) Size() int {
	if p.Limit <= 0 {
		return 100
	}
	return p.Limit
}
