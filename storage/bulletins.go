package storage

import "tinye/bot"

// Bulletins are the checked messages for an audience.
type Bulletins interface {
	// Bulletin reads a bulletin; ErrNotFound.
	Bulletin(id bot.ID) (bot.Bulletin, error)
	// PutBulletin writes a bulletin that was read at revision ifRev (0 = new), its place in the lists by state and among
	// what is due (Schedule.Next); ErrConflict.
	PutBulletin(b bot.Bulletin, ifRev uint64) error
	// Bulletins lists bulletins in a state; "" lists all.
	Bulletins(state bot.BulletinState, p Page) ([]bot.Bulletin, error)
	// CountBulletins counts the bulletins in a state, up to max.
	CountBulletins(state bot.BulletinState, max int) (int, error)
	// DueBulletins lists bulletins whose Schedule.Next is not after a moment, the earliest first.
	DueBulletins(at bot.Instant, limit int) ([]bot.ID, error)
}

// Broadcasts are the runs of bulletins. Their rows are in the Outbox.
type Broadcasts interface {
	// Broadcast reads a run; ErrNotFound.
	Broadcast(id bot.ID) (bot.Broadcast, error)
	// PutBroadcast writes a run that was read at revision ifRev (0 = new), and its place among the open ones; ErrConflict.
	PutBroadcast(b bot.Broadcast, ifRev uint64) error
	// Broadcasts lists all runs.
	Broadcasts(p Page) ([]bot.Broadcast, error)
	// OpenBroadcasts lists the runs whose report (ReportAt) is still to be made, the oldest first.
	OpenBroadcasts(p Page) ([]bot.ID, error)
	// BroadcastTally counts a run's rows by what became of them. It is kept with every write of a row (Outbound.Broadcast), in
	// the same transaction.
	BroadcastTally(id bot.ID) (bot.BroadcastTally, error)
	// BroadcastRows lists a run's rows in a state ("" = all) in the order in which they were queued; queued ones gateway by gateway, without
	// an After. Of those claimed, handed over or delivered there is no list of their own: all rows of the run are looked at.
	BroadcastRows(id bot.ID, state bot.OutState, p Page) ([]bot.Outbound, error)
	// BroadcastGateways names the gateways for which rows of a run are queued.
	BroadcastGateways(id bot.ID) ([]string, error)
	// BroadcastQueued lists rows of a run that are queued for a gateway, the earliest due first.
	BroadcastQueued(id bot.ID, gateway string, limit int) ([]bot.Outbound, error)
	// MarkSent notes, under the UTC day of at, that a message of a run is on its way to somebody; noting it twice changes nothing. Settle takes
	// the note back where the message did not leave (OutQueued, OutFailed).
	// Within a run people are marked in the order of their keys.
	MarkSent(to bot.ContactKey, message bot.ID, at bot.Instant) error
	// SentSince counts the messages that were so marked on the days from that of since on.
	SentSince(to bot.ContactKey, since bot.Instant) (int, error)
	// DropSent forgets the marks of all days before the UTC day of the given moment.
	DropSent(before bot.Instant) error
}
