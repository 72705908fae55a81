package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// UndoneKey says that an answer was not about what its reader told, and that this is being checked.
const UndoneKey = "sms.match_undone"

// Deny notes that the person says that a report does not tell a rumour. Where it is linked to it, the link is taken back, also
// one that the desk has made: nobody knows better what was meant. The report is then before the desk again, as one that
// nobody linked. An answer that is still queued for it is taken back; one that has left is not forgotten, so that a
// correction of the rumour reaches whoever read it. Other reports of the person under the rumour stay answered, or are owed an
// answer of their own; the caller lets the rumour's answers be queued (Fan).
func (d Desk) Deny(tx storage.Tx, rep bot.Report, rumour bot.ID, at bot.Instant) (bot.Report, error) {
	rep, r, err := heldToTell(tx, rep.ID, rumour)
	if err != nil || r.ID.IsZero() {
		return rep, err
	}
	a, by := d.byMachine(at)
	if _, err = d.untie(tx, a, by, rep, r, ""); err != nil {
		return bot.Report{}, err
	}
	return reread(tx, rep)
}

func reread(tx storage.Tx, rep bot.Report) (bot.Report, error) {
	rep, err := tx.Report(rep.ID)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: match: %w", err)
	}
	return rep, nil
}

// untie notes that a report does not tell a rumour, as somebody at the desk says ("" for the person), and takes it out of it
// where it is linked to it. It returns the message that had answered it there, zero for none.
func (d Desk) untie(tx storage.Tx, a people.Act, by bot.Actor, rep bot.Report, r bot.Rumour, name string) (bot.Outbound, error) {
	linked := rep.Rumour == r.ID
	rep.Match = rejected(rep.Match, r.ID, name, a.At)
	if !linked {
		if _, err := saveReport(tx, rep); err != nil {
			return bot.Outbound{}, err
		}
		return bot.Outbound{}, a.Note(tx, by, "report.match_rejected", string(rep.Ref), string(r.Ref))
	}
	return d.unlink(tx, a, by, rep, r)
}

// unlink takes a report out of the rumour that it is under; what is known of its match is written as it is given.
func (d Desk) unlink(tx storage.Tx, a people.Act, by bot.Actor, rep bot.Report, r bot.Rumour) (bot.Outbound, error) {
	m := &moving{desk: d, tx: tx, act: a, by: by, r: r, was: r}
	answer, err := m.takeOut(rep, bot.ID{})
	if err != nil {
		return bot.Outbound{}, err
	}
	m.r.Reports = max(0, m.r.Reports-1)
	if toldAgain(m.was, rep) {
		m.r.Since = max(0, m.r.Since-1)
	}
	if neutralOf(m.r) != "" && Owes(m.r) != "" { // those who waited for it may have been the one that left
		if m.r, err = d.sayNeutral(tx, m.r, a.At); err != nil {
			return bot.Outbound{}, err
		}
	}
	if err := m.save(); err != nil {
		return bot.Outbound{}, err
	}
	return answer, a.Note(tx, by, "report.unlinked", string(rep.Ref), string(r.Ref))
}

// rejected is what is known of a match once somebody said that it is not so; what was said of another rumour stays.
func rejected(old bot.Match, rumour bot.ID, by string, at bot.Instant) bot.Match {
	m := old
	if old.Rumour == rumour || old.Rumour.IsZero() {
		m = matched(old, bot.Match{Method: bot.MatchRejected, Rumour: rumour, At: at, By: by})
	}
	m.Rejected = slices.DeleteFunc(slices.Clone(m.Rejected), func(id bot.ID) bool { return id == rumour })
	m.Rejected = append(m.Rejected, rumour)
	if n := len(m.Rejected); n > bot.MostRejected {
		m.Rejected = m.Rejected[n-bot.MostRejected:]
	}
	return m
}

// takeOut takes one report out of the rumour, to another one or to none (zero): an answer that is queued for it alone is taken
// back. It returns the message that had answered it, as it was, zero for none.
func (m *moving) takeOut(rep bot.Report, to bot.ID) (bot.Outbound, error) {
	answer := rep.Answer
	owe(&rep)
	if rep.Rumour = to; to.IsZero() {
		rep.State = bot.ReportReceived
	}
	if err := m.relink(rep, bot.LinkCursor{Contact: rep.Contact, Report: rep.ID}, to); err != nil || answer.IsZero() {
		return bot.Outbound{}, err
	}
	o, err := m.tx.Outbound(answer)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Outbound{}, nil
	}
	if err != nil {
		return bot.Outbound{}, fmt.Errorf("rumour: take out: %w", err)
	}
	if o.State != bot.OutQueued || o.Report != rep.ID || o.Lane == bot.LaneCorrection { // it has left, or bears another report's reference, or corrects what was heard
		return o, nil
	}
	if err := supersede(m.tx, o, m.act.At); err != nil {
		return bot.Outbound{}, err
	}
	return o, m.oweAgain(rep.Contact, answer)
}
