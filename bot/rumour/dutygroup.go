package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// DutyWindow is how long another alarm of the same place joins a call: behind the last alarm of one that rings, and behind
// the moment at which one was taken. Two steps of the escalation: the next who is told hears how many there are by then, and
// what is told half an hour after somebody took it may be another attack, and rings.
const DutyWindow = 2 * DutyEvery

// mostJoined is how many alarms join a call at most; what comes then rings for itself, and no row grows for ever.
const mostJoined = 100

// LeadCall is the call that tells of an alarm: itself, or the one that it joined.
func LeadCall(tx storage.Tx, c bot.DutyCall) (bot.DutyCall, error) {
	for !c.Under.IsZero() { // it never leads back: what others join is under none
		var err error
		if c, err = tx.DutyCall(c.Under); err != nil {
			return bot.DutyCall{}, fmt.Errorf("rumour: alarm: %w", err)
		}
	}
	return c, nil
}

// Rings tells whether a call tells somebody of what comes now: it is open, or was taken just now.
func Rings(c bot.DutyCall, at bot.Instant) bool {
	return c.State == bot.DutyOpen || c.State == bot.DutyTaken && at.Sub(c.TakenAt) < DutyWindow
}

// JoinAlarm puts an alarm to one of the same place that rings, or that was taken just now, so that what many tell of is told
// once to each of those on duty. joined is false where there is none: it rings for itself then.
//
// Alarms without a place join one without a place while that rings, and no longer: whoever takes it reads them all. Once it
// is taken nobody can know whether the next one is the same, and that one rings.
func JoinAlarm(tx storage.Tx, c bot.DutyCall, same func(a, b bot.PlaceCode) bool) (lead bot.DutyCall, joined bool, err error) {
	open, err := tx.DutyCalls(storage.Page{Newest: true})
	if err != nil {
		return bot.DutyCall{}, false, fmt.Errorf("rumour: join alarm: %w", err)
	}
	taken, err := tx.DutyTaken(c.At.Add(-DutyWindow), 0)
	if err != nil {
		return bot.DutyCall{}, false, fmt.Errorf("rumour: join alarm: %w", err)
	}
	for _, lead := range append(open, taken...) {
		switch {
		case lead.Report == c.Report || !Rings(lead, c.At) || len(lead.Joined) >= mostJoined:
			continue
		case lead.State == bot.DutyOpen && c.At.Sub(lead.LastAlarm()) > DutyWindow:
			continue
		case c.Place.IsZero() && (!lead.Place.IsZero() || lead.State != bot.DutyOpen):
			continue
		case !c.Place.IsZero() && (lead.Place.IsZero() || !same(c.Place, lead.Place)):
			continue
		}
		lead.Joined, lead.LastAt = append(lead.Joined[:len(lead.Joined):len(lead.Joined)], c.Report), c.At
		if err := tx.PutDutyCall(lead, lead.Rev); err != nil {
			return bot.DutyCall{}, false, fmt.Errorf("rumour: join alarm: %w", err)
		}
		c.State, c.Under, c.NextAt = bot.DutyJoined, lead.Report, 0
		if err := tx.PutDutyCall(c, c.Rev); err != nil {
			return bot.DutyCall{}, false, fmt.Errorf("rumour: join alarm: %w", err)
		}
		lead.Rev++
		return lead, true, nil
	}
	return bot.DutyCall{}, false, nil
}

// wanted tells whether somebody still has to be told of a call. Where its own report needs nobody any more and one that
// joined it does, the call goes on under the reference of that.
func wanted(tx storage.Tx, c bot.DutyCall) (bool, bot.DutyCall, error) {
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) {
		rep, err := tx.Report(id)
		if err != nil {
			return false, c, fmt.Errorf("rumour: ring: %w", err)
		}
		if !moot(rep, c.LastAlarm()) {
			c.Ref = rep.Ref
			return true, c, nil
		}
	}
	return false, c, nil
}

// moot tells whether nobody need be told of a report any more. What is told after it was closed is to be told.
func moot(rep bot.Report, alarm bot.Instant) bool {
	switch rep.State {
	case bot.ReportClosed:
		return rep.ClosedAt >= alarm || rep.Protect
	case bot.ReportSpam, bot.ReportOutOfScope, bot.ReportProtected:
		return true
	default:
		return rep.Protect
	}
}

// TakeAlarm notes that somebody sees to an alarm, and to those that joined it: nobody else is told of them any more. It
// gives the call that told of it.
func TakeAlarm(tx storage.Tx, a people.Act, c bot.DutyCall) (bot.DutyCall, error) {
	by, err := a.Actor(tx, bot.Roles()...)
	if err != nil {
		return bot.DutyCall{}, err
	}
	if c, err = LeadCall(tx, c); err != nil {
		return bot.DutyCall{}, err
	}
	if _, err := Heard(tx, a, c); err != nil {
		return bot.DutyCall{}, err
	}
	if c.State == bot.DutyTaken {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.alarm_taken", "ref", string(c.Ref), "name", c.TakenBy)
	}
	if !c.State.Waits() {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.no_alarm", "ref", string(c.Ref))
	}
	c.State, c.NextAt, c.TakenBy, c.TakenAt = bot.DutyTaken, 0, by.Name, a.At
	if err := tx.PutDutyCall(c, c.Rev); err != nil {
		return bot.DutyCall{}, fmt.Errorf("rumour: take alarm: %w", err)
	}
	c.Rev++
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) { // the history of each report tells who saw to it
		of, err := tx.DutyCall(id)
		if err != nil {
			return bot.DutyCall{}, fmt.Errorf("rumour: take alarm: %w", err)
		}
		if of.Report != c.Report && of.Under != c.Report {
			continue // it rang anew since
		}
		rep, err := tx.Report(id)
		if err != nil {
			return bot.DutyCall{}, fmt.Errorf("rumour: take alarm: %w", err)
		}
		if err := a.Note(tx, by, "alarm.taken", string(rep.Ref), ""); err != nil {
			return bot.DutyCall{}, err
		}
	}
	return c, nil
}

// Heard are the reports of an alarm and of those that joined it: for those on duty and those who were told of it all of them,
// for others without those of restricted rumours that they need not know of. Where that leaves none they are refused.
func Heard(tx storage.Tx, a people.Act, c bot.DutyCall) ([]bot.Report, error) {
	d, err := tx.Duty()
	if err != nil {
		return nil, fmt.Errorf("rumour: heard: %w", err)
	}
	onDuty := slices.Contains(d.Names, a.As) || slices.ContainsFunc(c.Steps, func(s bot.DutyStep) bool { return s.Name == a.As })
	var list []bot.Report
	var refused error
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) {
		rep, err := tx.Report(id)
		if err != nil {
			return nil, fmt.Errorf("rumour: heard: %w", err)
		}
		if !onDuty {
			err = NeedsToKnowOf(tx, a, rep)
		}
		switch {
		case err == nil:
			list = append(list, rep)
		case bot.CodeOf(err) == bot.CodeForbidden:
			refused = err
		default:
			return nil, err
		}
	}
	if len(list) == 0 {
		return nil, refused
	}
	return list, nil
}

// FindAlarm reads the duty call about a report by the report's reference.
func FindAlarm(tx storage.Tx, ref string) (bot.DutyCall, error) {
	rep, err := FindReport(tx, ref)
	if err != nil {
		return bot.DutyCall{}, err
	}
	c, err := tx.DutyCall(rep.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.no_alarm", "ref", ref)
	}
	if err != nil {
		return bot.DutyCall{}, fmt.Errorf("rumour: find alarm: %w", err)
	}
	return LeadCall(tx, c)
}
