package rumour

import (
	"cmp"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// ConfirmMatch lets the desk say that a link is right that a machine made, or the person.
func (d Desk) ConfirmMatch(tx storage.Tx, a people.Act, ref string) (bot.Report, error) {
	by, rep, err := beginMatch(tx, a, ref)
	if err != nil || rep.Match.Method == bot.MatchDesk && rep.Match.Rumour == rep.Rumour {
		return rep, err
	}
	if rep.Rumour.IsZero() {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.match_unlinked", "ref", string(rep.Ref))
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: confirm a match: %w", err)
	}
	rep.Match = matched(rep.Match, bot.Match{Method: bot.MatchDesk, Rumour: r.ID, At: a.At, By: by.Name})
	if rep, err = saveReport(tx, rep); err != nil {
		return bot.Report{}, err
	}
	return rep, a.Note(tx, by, "report.match_confirmed", string(rep.Ref), string(r.Ref))
}

// RejectMatch lets the desk say that a report does not tell the rumour that it is linked to, or that it was held to tell. A link
// is taken back, whoever made it, as Deny does; the caller lets the rumour's answers be queued (Fan). To a person who may have read
// the answer, a message under id says that it was not about what they told.
func (d Desk) RejectMatch(tx storage.Tx, a people.Act, ref string, id bot.ID) (bot.Report, error) {
	by, rep, err := beginMatch(tx, a, ref)
	if err != nil {
		return bot.Report{}, err
	}
	of := cmp.Or(rep.Rumour, rep.Match.Rumour)
	if of.IsZero() || rep.Rumour.IsZero() && rep.Match.Method == bot.MatchRejected {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.match_none", "ref", string(rep.Ref))
	}
	r, err := tx.Rumour(of)
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: reject a match: %w", err)
	}
	answer, err := d.untie(tx, a, by, rep, r, by.Name)
	if err != nil {
		return bot.Report{}, err
	}
	if answer.Report == rep.ID && reached(answer) {
		if _, err := d.sayUndone(tx, rep, r, id, a.At); err != nil {
			return bot.Report{}, err
		}
	}
	return reread(tx, rep)
}

// beginMatch is the beginning of a step at the desk on what a report was held to tell.
func beginMatch(tx storage.Tx, a people.Act, ref string) (bot.Actor, bot.Report, error) {
	by, rep, err := beginReport(tx, a, ref, rolesFor(Link)...)
	if err == nil && rep.Protect {
		err = bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(rep.Ref))
	}
	return by, rep, err
}

// sayUndone tells a person that the answer to a report was about something else. It is no answer: the report waits for one. Nobody
// is told who said STOP since (said is false), or of what is for the protection focal point alone.
func (d Desk) sayUndone(tx storage.Tx, rep bot.Report, r bot.Rumour, id bot.ID, at bot.Instant) (said bool, err error) {
	if rep.Protect || rep.State == bot.ReportProtected {
		return false, nil
	}
	c, err := tx.Contact(rep.Contact)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (c.Stopped() || !c.Number.Answerable()) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("rumour: undone: %w", err)
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneCorrection, Kind: bot.KindNotice, Key: UndoneKey,
		Lang: d.reads(c, rep), Report: rep.ID, Rumour: r.ID,
		State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(d.validity()),
	}, 0)
	if err != nil {
		return false, fmt.Errorf("rumour: undone: %w", err)
	}
	return true, nil
}
