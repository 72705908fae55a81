package bulletin

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Resending is what a person wants sent again, and how far that has come.
type Resending struct {
	Ref    string       // the bulletin's
	Run    int          // which of its runs, 1, 2, 3 …; 0 = the last one
	Only   bot.OutState // OutUnknown or OutFailed
	Reason string       // why, in words that name nobody

	// What follows is Resend's own: the zero value begins.

	Broadcast bot.ID // the run
	Before    bot.ID // rows queued since the person asked are not theirs
	After     bot.ID // the last row that was handled
	Queued    int    // rows so far
	Over      bool
}

// resendable are the states that a person may have sent again.
func resendable() []bot.OutState { return []bot.OutState{bot.OutUnknown, bot.OutFailed} }

// Resend queues a new row for each row of a run that is in a state, a portion at a time; ids holds Portion fresh ids, drawn after those of every earlier
// row. The run is under way again by that. A row is repeated once, however often this is asked: the new one stands for it (Outbound.Again).
// A coordinator decides it, with a reason; nothing does by itself. Whether the first copy arrived meanwhile, and all else, is asked when
// the new row is claimed.
func (d Desk) Resend(tx storage.Tx, a people.Act, r Resending, ids []bot.ID) (Resending, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return r, err
	}
	if !slices.Contains(resendable(), r.Only) {
		return r, bot.Fault(bot.CodeInvalid, "desk.broadcast_resend_state", "state", string(r.Only))
	}
	if r.Reason == "" {
		return r, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	b, run, err := FindRun(tx, r.Ref, r.Run)
	if err != nil {
		return r, err
	}
	switch {
	case !r.Broadcast.IsZero() && run.ID != r.Broadcast: // begun again meanwhile
		if run, err = tx.Broadcast(r.Broadcast); err != nil {
			return r, fmt.Errorf("bulletin: resend: %w", err)
		}
	case b.State == bot.BulletinWithdrawn || !b.Corrected.IsZero():
		return r, bot.Fault(bot.CodeRefused, "desk.broadcast_taken_back", "ref", r.Ref)
	}
	switch {
	case run.State == bot.BroadcastWithdrawn:
		return r, bot.Fault(bot.CodeRefused, "desk.broadcast_taken_back", "ref", r.Ref)
	case run.ExpiresAt <= a.At:
		return r, bot.Fault(bot.CodeRefused, "desk.broadcast_expired", "ref", r.Ref)
	}
	if !b.ID.IsZero() {
		if err := d.stands(tx, b); err != nil {
			return r, err
		}
	}
	first := r.Before.IsZero()
	if first {
		r.Broadcast, r.Before = run.ID, ids[0]
	}
	rows, err := tx.BroadcastRows(run.ID, r.Only, storage.Page{After: r.After, Limit: Portion})
	if err != nil {
		return r, fmt.Errorf("bulletin: resend: %w", err)
	}
	r.Over = len(rows) < Portion
	n := 0
	for i, o := range rows {
		if slices.Compare(o.ID[:], r.Before[:]) >= 0 {
			r.Over = true
			break
		}
		r.After = o.ID
		if !o.Again.IsZero() || o.Contact.IsZero() {
			continue
		}
		again := bot.Outbound{
			ID: ids[i], Contact: o.Contact, Gateway: o.Gateway, Lane: o.Lane, Kind: o.Kind, Lang: o.Lang, Broadcast: o.Broadcast,
			ResendOf: o.ID, State: bot.OutQueued, CreatedAt: a.At, NextAt: a.At, ExpiresAt: run.ExpiresAt,
		}
		o.Again = again.ID
		for _, row := range []bot.Outbound{o, again} {
			if err := tx.PutOutbound(row, row.Rev); err != nil {
				return r, fmt.Errorf("bulletin: resend: %w", err)
			}
		}
		n++
	}
	r.Queued += n
	if n > 0 {
		if err := again(tx, run, n); err != nil {
			return r, err
		}
	}
	if !first {
		return r, nil
	}
	return r, a.Note(tx, by, "broadcast.resent", r.Ref, string(r.Only)+" "+r.Reason)
}

// again notes that n more rows of a run are to leave: one that had ended is under way, and its report is made anew after its next end.
func again(tx storage.Tx, run bot.Broadcast, n int) error {
	run.Resent += n
	if run.State == bot.BroadcastDone {
		run.State, run.EndedAt, run.Report, run.ReportAt = bot.BroadcastSending, 0, bot.BroadcastTally{}, 0
	}
	if err := tx.PutBroadcast(run, run.Rev); err != nil {
		return fmt.Errorf("bulletin: resend: %w", err)
	}
	if run.Bulletin.IsZero() {
		return nil
	}
	b, err := tx.Bulletin(run.Bulletin)
	if err != nil {
		return fmt.Errorf("bulletin: resend: %w", err)
	}
	if b.LastRun != run.ID || b.State != bot.BulletinSent {
		return nil
	}
	b.State = bot.BulletinSending
	if err := tx.PutBulletin(b, b.Rev); err != nil {
		return fmt.Errorf("bulletin: resend: %w", err)
	}
	return nil
}
