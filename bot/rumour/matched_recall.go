package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Recall takes the links back that a machine made and that a queued message was to answer, where a machine may not give that answer
// any more: what was checked has grown too old while the message waited, for a gateway or for the morning, or somebody has refused
// it since. The message is superseded, and each report is before the desk again with what it may tell, as if the machine had only
// been nearly sure. What people have confirmed meanwhile is theirs and leaves. recalled is false where nothing is changed.
func (d Desk) Recall(tx storage.Tx, o bot.Outbound, at bot.Instant) (recalled bool, err error) {
	if o.Key != AutoAnswerKey || o.State != bot.OutQueued || !o.ResendOf.IsZero() {
		return false, nil
	}
	rep, err := tx.Report(o.Report)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !givenBy(rep, o) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("rumour: recall: %w", err)
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return false, fmt.Errorf("rumour: recall: %w", err)
	}
	until, ends := AutoUntil(r)
	if r.Auto != bot.AutoRefused && r.Auto != bot.AutoNever && !(ends && at >= until) {
		return false, nil
	}
	links, err := tx.Links(r.ID, bot.LinkCursor{Contact: o.Contact}, fanPortion)
	if err != nil {
		return false, fmt.Errorf("rumour: recall: %w", err)
	}
	var reports []bot.ID // before the first is taken out: the others are then owed an answer of their own
	for _, l := range links {
		if l.Contact != o.Contact {
			break
		}
		if rep, err := tx.Report(l.Report); err != nil {
			return false, fmt.Errorf("rumour: recall: %w", err)
		} else if givenBy(rep, o) {
			reports = append(reports, rep.ID)
		}
	}
	for _, id := range reports {
		if err := d.recall(tx, id, at); err != nil {
			return false, err
		}
	}
	return true, nil
}

// givenBy tells whether a machine linked a report, nobody has said since that it is so, and a message is to answer it.
func givenBy(rep bot.Report, o bot.Outbound) bool {
	return rep.Answer == o.ID && rep.Match.Method == bot.MatchAuto && !rep.Rumour.IsZero()
}

// recall takes one such report out of its rumour.
func (d Desk) recall(tx storage.Tx, id bot.ID, at bot.Instant) error {
	rep, err := tx.Report(id)
	if err != nil {
		return fmt.Errorf("rumour: recall: %w", err)
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return fmt.Errorf("rumour: recall: %w", err)
	}
	never := rep.Match.Given == rep.Match.At
	rep.Match = matched(rep.Match, bot.Match{Method: bot.MatchSuggested, Rumour: r.ID, At: at})
	if never {
		rep.Match.Given = 0
	}
	a, by := d.byMachine(at)
	_, err = d.unlink(tx, a, by, rep, r)
	return err
}
