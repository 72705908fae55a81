package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Codes that the store itself gives as the reason of a row.
const (
	reasonCheckFailed = "check_failed" // Decide failed; tried again after checkAgain
	reasonLeaseEnded  = "lease_ended"  // the claim was never settled
)

const checkAgain = 5 * time.Minute

// Claim implements storage.Queue.
func (db *DB) Claim(ctx context.Context, c storage.ClaimRequest) (storage.Claims, error) {
	if c.Gateway == "" || c.N <= 0 || c.Lease <= 0 || c.Token.IsZero() || c.Decide == nil {
		return storage.Claims{}, invalid("a claim needs a gateway, a number, a lease, a token and Decide")
	}
	if db.Clock().Behind {
		return storage.Claims{}, storage.ErrClockBehind
	}
	var claims storage.Claims
	err := db.update(ctx, func(tx *Tx) error {
		var err error
		claims, err = tx.claim(c)
		return err
	})
	if err != nil {
		return storage.Claims{}, err
	}
	return claims, nil
}

func (tx *Tx) claim(c storage.ClaimRequest) (storage.Claims, error) {
	due, err := tx.due(c.Gateway, c.Now, c.N+storage.ClaimLook+1)
	if err != nil {
		return storage.Claims{}, err
	}
	var claims storage.Claims
	others := 0
	held := make(map[bot.ID]bool) // runs that wait from now on
	for _, key := range due {
		if len(claims.Rows) == c.N || others == storage.ClaimLook {
			claims.More = true
			break
		}
		if len(held) > 0 && len(key) > idSize && held[bot.ID(key[:idSize])] {
			continue // another key that begins with these sixteen bytes, an id, does not exist
		}
		claimed, err := tx.claimOne(c, key, held)
		if err != nil {
			return storage.Claims{}, err
		}
		if claimed == nil {
			others++
			continue
		}
		claims.Rows = append(claims.Rows, *claimed)
	}
	return claims, nil
}

// due lists queue keys of a gateway that are due, lanes in their order and the earliest first within a lane; what the switch
// holds is not among them.
func (tx *Tx) due(gateway string, now bot.Instant, limit int) ([][]byte, error) {
	var keys [][]byte
	sw, err := tx.Switch()
	if err != nil {
		return nil, err
	}
	for _, lane := range bot.Lanes() {
		if sw.Holds(lane) {
			continue
		}
		take := func(k, _ []byte) (bool, error) {
			if dueOf(k) > now || len(keys) == limit {
				return false, nil
			}
			keys = append(keys, bytes.Clone(k))
			return true, nil
		}
		if err := tx.walk(tx.bucket(queueBucket), lanePrefix(gateway, lane), nil, false, take); err != nil {
			return nil, err
		}
		runs, err := tx.runsIn(lane)
		if err != nil {
			return nil, err
		}
		for _, run := range runs { // the oldest run first
			if len(keys) == limit {
				break
			}
			if run.from > now {
				continue
			}
			if err := tx.walk(tx.bucket(runQueue), runPrefix(run.id, gateway), nil, false, take); err != nil {
				return nil, err
			}
		}
	}
	return keys, nil
}

// claimOne asks Decide about one row and does as it says; it gives nil unless the row is to be sent.
func (tx *Tx) claimOne(c storage.ClaimRequest, key []byte, held map[bot.ID]bool) (*storage.Claimed, error) {
	row, sealed, err := tx.outbound(lastID(key))
	if err != nil {
		index := queueBucket
		if tx.bucket(index).Get(key) == nil {
			index = runQueue
		}
		return nil, tx.unreadable(index, key, err)
	}
	before := tx.savepoint()
	d, err := decide(tx, c, row)
	if err != nil {
		tx.db.o.Log.Warn("storage: the check before sending failed and is made again later",
			slog.String("id", row.ID.String()), slog.Any("error", err))
		if err := tx.undo(before); err != nil {
			return nil, err
		}
		d = storage.Decision{Hold: c.Now.Add(checkAgain), Reason: reasonCheckFailed}
	} else if tx.savepoint() != before { // Decide wrote something, perhaps this very row
		if row, sealed, err = tx.outbound(row.ID); err != nil || row.State != bot.OutQueued {
			return nil, err
		}
	}
	if d.Run && !row.Broadcast.IsZero() {
		run, err := tx.Broadcast(row.Broadcast)
		if err != nil {
			return nil, err
		}
		held[run.ID], run.HeldUntil = true, d.Hold
		return nil, tx.PutBroadcast(run, run.Rev)
	}
	next := row
	next.Rev++
	switch {
	case d.Send:
		next.State, next.Token, next.LeaseUntil = bot.OutClaimed, c.Token, c.Now.Add(c.Lease)
		if d.Lang != "" {
			next.Lang = d.Lang
		}
		if d.Mark {
			if err := tx.MarkSent(row.Contact, row.ID, c.Now); err != nil {
				return nil, err
			}
		}
	case !d.Hold.IsZero():
		next.NextAt, next.Reason = d.Hold, d.Reason
	default:
		next.State, next.Reason, next.EndedAt = d.End, d.Reason, c.Now
	}
	if err := tx.writeOutbound(next, row, sealed); err != nil {
		return nil, err
	}
	if !d.Send {
		return nil, nil
	}
	return &storage.Claimed{Row: next, To: d.To, Text: d.Text}, nil
}

// unreadable takes a row that cannot be read out of the index, so that it does not hold up all others, and says so.
func (tx *Tx) unreadable(index bucket, key []byte, err error) error {
	tx.db.o.Log.Error("storage: a message cannot be read and is passed over",
		slog.String("id", lastID(key).String()), slog.String("index", string(index.name)), slog.Any("error", err))
	return tx.del(tx.bucket(index), key)
}

// decide asks Decide and checks what it says; its panic becomes an error.
func decide(tx *Tx, c storage.ClaimRequest, row bot.Outbound) (storage.Decision, error) {
	var d storage.Decision
	err := guarded(func() error {
		var err error
		d, err = c.Decide(tx, row)
		return err
	})
	if err != nil {
		return d, err
	}
	set := 0
	for _, is := range []bool{d.Send, !d.Hold.IsZero(), d.End != ""} {
		if is {
			set++
		}
	}
	switch {
	case set != 1:
		return d, invalid("a decision is exactly one of Send, Hold and End")
	case !d.Hold.IsZero() && d.Hold <= c.Now:
		return d, invalid("held until a moment that is not later")
	case d.End != "" && d.End != bot.OutExpired && d.End != bot.OutSuppressed:
		return d, invalid("a queued outbound cannot end so")
	}
	return d, checkTexts(d.Reason, string(d.Lang))
}

// Settle implements storage.Queue. What lost does is undone if it fails; the outcome is stored nevertheless, and the
// failure returned.
func (db *DB) Settle(ctx context.Context, outcomes []storage.Outcome, lost storage.LostFunc) error {
	for _, o := range outcomes {
		if err := checkOutcome(o); err != nil {
			return err
		}
	}
	var failures []error
	err := db.update(ctx, func(tx *Tx) error {
		failures = nil
		for _, o := range outcomes {
			err := tx.settle(o, lost)
			if errors.As(err, new(*lostError)) || errors.Is(err, storage.ErrFenced) {
				failures = append(failures, err)
				continue
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	return errors.Join(failures...)
}

func checkOutcome(o storage.Outcome) error {
	switch o.State {
	case bot.OutHandedOver, bot.OutUnknown, bot.OutFailed, bot.OutQueued:
	default:
		return invalid("a claim cannot end so")
	}
	if o.Remember && o.At.IsZero() {
		return invalid("a gateway's id that is to be remembered under no day")
	}
	return checkTexts(o.Reason, o.ExternalID, string(o.Encoding))
}

func (tx *Tx) settle(o storage.Outcome, lost storage.LostFunc) error {
	row, sealed, err := tx.outbound(o.ID)
	ours := row.Token == o.Token && !o.Token.IsZero() && row.State != bot.OutQueued
	if errors.Is(err, storage.ErrNotFound) || err == nil && !ours {
		return storage.ErrFenced
	}
	if err != nil {
		return err
	}
	next := row
	next.Rev++
	next.Token, next.LeaseUntil = bot.ID{}, 0
	if o.Counted {
		next.Attempts++
	}
	reported := row.State != bot.OutClaimed // a delivery report came first: its word stands, we only add what it left out
	if o.State == bot.OutHandedOver && (!reported || next.HandedAt.IsZero()) {
		next.HandedAt = o.At
	}
	if o.ExternalID != "" && (!reported || next.ExternalID == "") {
		next.ExternalID = o.ExternalID
	}
	if o.Parts > 0 {
		next.Encoding, next.Parts = o.Encoding, o.Parts
	}
	if !reported {
		next.State, next.Reason = o.State, o.Reason
		switch o.State {
		case bot.OutQueued:
			next.NextAt = o.NextAt
		case bot.OutFailed:
			next.EndedAt = o.At
		}
	}
	if err := tx.writeOutbound(next, row, sealed); err != nil {
		return err
	}
	if !row.Broadcast.IsZero() && (next.State == bot.OutQueued || next.State == bot.OutFailed) {
		if err := tx.unmarkSent(row); err != nil {
			return err
		}
	}
	if o.Remember && o.ExternalID != "" {
		if err := tx.remember(next, o.ExternalID, o.At); err != nil {
			return err
		}
	}
	if !reported && next.State == bot.OutUnknown {
		return tx.tellLost(next, lost)
	}
	return nil
}

// lostError is a LostFunc that failed; what it did is undone, what it was told stands.
type lostError struct{ err error }

func (e *lostError) Error() string {
	return fmt.Sprintf("storage: after a message became unknown: %v", e.err)
}
func (e *lostError) Unwrap() error { return e.err }

func (tx *Tx) tellLost(row bot.Outbound, lost storage.LostFunc) error {
	if lost == nil {
		return nil
	}
	before := tx.savepoint()
	err := guarded(func() error { return lost(tx, row) })
	if err == nil {
		return nil
	}
	if err := tx.undo(before); err != nil {
		return err
	}
	return &lostError{err}
}

// Abandon implements storage.Queue. A failing lost is treated as in Settle.
func (db *DB) Abandon(ctx context.Context, before bot.Instant, lost storage.LostFunc) (int, error) {
	var failures []error
	var n int
	err := db.update(ctx, func(tx *Tx) error {
		n, failures = 0, nil
		keys, err := tx.leasesBefore(before)
		if err != nil {
			return err
		}
		for _, key := range keys {
			row, sealed, err := tx.outbound(lastID(key))
			if err != nil {
				if err := tx.unreadable(claimsBucket, key, err); err != nil {
					return err
				}
				continue
			}
			next := row
			next.Rev++
			next.State, next.Reason = bot.OutUnknown, reasonLeaseEnded
			next.Token, next.LeaseUntil = bot.ID{}, 0
			if err := tx.writeOutbound(next, row, sealed); err != nil {
				return err
			}
			n++
			err = tx.tellLost(next, lost)
			if errors.As(err, new(*lostError)) {
				failures = append(failures, err)
			} else if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, errors.Join(failures...)
}

// leasesBefore lists the keys of claims whose lease ended before a moment.
func (tx *Tx) leasesBefore(before bot.Instant) ([][]byte, error) {
	var keys [][]byte
	err := tx.walk(tx.bucket(claimsBucket), nil, nil, false, func(k, _ []byte) (bool, error) {
		if leaseOf(k) >= before {
			return false, nil
		}
		keys = append(keys, bytes.Clone(k))
		return true, nil
	})
	return keys, err
}

// NextDue implements storage.Queue.
func (db *DB) NextDue(ctx context.Context, gateway string) (bot.Instant, error) {
	var earliest bot.Instant
	err := db.view(ctx, func(tx *Tx) error {
		sw, err := tx.Switch()
		if err != nil {
			return err
		}
		for _, lane := range bot.Lanes() {
			if sw.Holds(lane) {
				continue
			}
			from := bot.Instant(0)
			first := func(k, _ []byte) (bool, error) {
				if due := max(dueOf(k), from); earliest.IsZero() || due < earliest {
					earliest = due
				}
				return false, nil
			}
			if err := tx.walk(tx.bucket(queueBucket), lanePrefix(gateway, lane), nil, false, first); err != nil {
				return err
			}
			runs, err := tx.runsIn(lane)
			if err != nil {
				return err
			}
			for _, run := range runs {
				from = run.from
				if err := tx.walk(tx.bucket(runQueue), runPrefix(run.id, gateway), nil, false, first); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return earliest, nil
}
