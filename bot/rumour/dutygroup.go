package rumour

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// DutyWindow is how long another alarm of the same place joins a call: behind the last alarm of one that rings, and behind
// the moment at which one was taken. Two steps of the escalation: the next who is told hears how many there are by then, and
// what is told half an hour after somebody took it may be another attack, and rings.
const DutyWindow = 2 * DutyEvery

// DutyMoreEvery is how often whoever took an alarm is told of more at most.
const DutyMoreEvery = 5 * time.Minute

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

// Covers tells whether a call tells somebody of what comes now, and what it is about is no milder: it is open, or was taken
// just now.
func Covers(c bot.DutyCall, code string, at bot.Instant) bool {
	rings := c.State == bot.DutyOpen || c.State == bot.DutyTaken && at.Sub(c.TakenAt) < DutyWindow
	return rings && bot.AlarmWeight(c.Code) >= bot.AlarmWeight(code)
}

// Joining is what an alarm needs to join another.
type Joining struct {
	Ringing
	Same func(lead bot.DutyCall) (bool, error) // whether both are about the same, as far as anybody can tell
}

// JoinAlarm puts an alarm to one about the same that rings, or that was taken just now, so that what many tell of is told
// once to each of those on duty. Who took it is told that more came. joined is false where there is none that anybody would
// hear of it by, or only a milder one: it rings for itself then. queued tells whether there is something to send.
func (d Desk) JoinAlarm(tx storage.Tx, c bot.DutyCall, j Joining) (lead bot.DutyCall, joined, queued bool, err error) {
	fail := func(err error) (bot.DutyCall, bool, bool, error) {
		return bot.DutyCall{}, false, false, fmt.Errorf("rumour: join alarm: %w", err)
	}
	open, err := tx.DutyCalls(storage.Page{Newest: true})
	if err != nil {
		return fail(err)
	}
	taken, err := tx.DutyTaken(c.At.Add(-DutyWindow), 0)
	if err != nil {
		return fail(err)
	}
	users, err := OnDuty(tx)
	if err != nil {
		return fail(err)
	}
	for _, lead := range append(open, taken...) {
		if lead.Report == c.Report || !Covers(lead, c.Code, c.At) || len(lead.Joined) >= mostJoined ||
			lead.State == bot.DutyOpen && c.At.Sub(lead.LastAlarm()) > DutyWindow {
			continue
		}
		if same, err := j.Same(lead); err != nil {
			return fail(err)
		} else if !same {
			continue
		}
		if hears, err := goesOn(tx, lead, users); err != nil {
			return fail(err)
		} else if !hears {
			continue
		}
		lead.Joined, lead.LastAt = append(lead.Joined[:len(lead.Joined):len(lead.Joined)], c.Report), c.At
		lead, queued, err = d.Further(tx, lead, c.Ref, j.Ringing)
		if err != nil {
			return fail(err)
		}
		c.State, c.Under, c.NextAt = bot.DutyJoined, lead.Report, 0
		if err := tx.PutDutyCall(c, c.Rev); err != nil {
			return fail(err)
		}
		return lead, true, queued, nil
	}
	return bot.DutyCall{}, false, false, nil
}

// goesOn tells whether somebody hears of what joins a call: one of those on duty is still to be told of it, or whoever took it
// has a phone. While nobody is on duty, whoever comes hears of all.
func goesOn(tx storage.Tx, c bot.DutyCall, users []bot.User) (bool, error) {
	if c.State == bot.DutyTaken {
		_, ok, err := taker(tx, c)
		return ok, err
	}
	_, _, done, err := next(tx, c, users)
	return !done, err
}

// taker is who took a call; ok is false where nothing can be sent to them.
func taker(tx storage.Tx, c bot.DutyCall) (u bot.User, ok bool, err error) {
	u, err = tx.User(c.TakenBy)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.User{}, false, nil
	}
	if err != nil {
		return bot.User{}, false, fmt.Errorf("rumour: who took an alarm: %w", err)
	}
	return u, !u.NumberKey.IsZero(), nil
}

// Further saves a call about which another alarm came, under ref. Where it was taken, its taker is told, and nobody else: in
// one message each time, and no more often than every DutyMoreEvery; one that has not left yet says how many came until then.
func (d Desk) Further(tx storage.Tx, c bot.DutyCall, ref bot.Ref, r Ringing) (_ bot.DutyCall, queued bool, err error) {
	if c.State != bot.DutyTaken {
		return d.saveCall(tx, c, false)
	}
	u, ok, err := taker(tx, c)
	if err != nil {
		return c, false, err
	}
	c.Further++
	if !ok {
		return d.saveCall(tx, c, false)
	}
	at := r.At
	last, err := tx.Outbound(c.More)
	switch {
	case errors.Is(err, storage.ErrNotFound):
	case err != nil:
		return c, false, fmt.Errorf("rumour: further alarm: %w", err)
	case last.State == bot.OutQueued:
		return d.saveCall(tx, c, true)
	default:
		at = max(at, last.NextAt.Add(DutyMoreEvery))
	}
	gateway, lang, err := d.deskPhone(tx, u, r.Gateway)
	if err != nil {
		return c, false, err
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: r.ID, Contact: u.NumberKey, Gateway: gateway, Lane: bot.LaneAlarm, Kind: bot.KindDesk, Key: DutyFurtherKey,
		Args: map[string]string{"ref": string(c.Ref), "new": string(ref), DutyKnew: strconv.Itoa(c.Further - 1)}, Lang: lang,
		Report: c.Report, State: bot.OutQueued, CreatedAt: r.At, NextAt: at, ExpiresAt: r.At.Add(DutyLasts),
	}, 0)
	if err != nil {
		return c, false, fmt.Errorf("rumour: further alarm: %w", err)
	}
	c.More = r.ID
	return d.saveCall(tx, c, true)
}

// wanted tells whether somebody still has to be told of a call. Where its own report needs nobody any more and one that
// joined it does, the call goes on under the reference of that.
func wanted(tx storage.Tx, c bot.DutyCall) (bool, bot.DutyCall, error) {
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) {
		rep, err := tx.Report(id)
		if err != nil {
			return false, c, fmt.Errorf("rumour: ring: %w", err)
		}
		of, err := tx.DutyCall(id)
		if err != nil {
			return false, c, fmt.Errorf("rumour: ring: %w", err)
		}
		if !moot(rep, of.OverAt, c.LastAlarm()) {
			c.Ref = rep.Ref
			return true, c, nil
		}
	}
	return false, c, nil
}

// moot tells whether nobody need be told of a report any more: it is the focal point's, was closed with its rumour, or was put
// aside by somebody who may take its alarm. What is told after that is to be told.
func moot(rep bot.Report, over, alarm bot.Instant) bool {
	if rep.Protect || rep.State == bot.ReportProtected {
		return true
	}
	if !rep.Rumour.IsZero() && rep.State == bot.ReportClosed {
		return rep.ClosedAt >= alarm
	}
	return aside(rep) && !over.IsZero() && over >= alarm
}

// aside tells whether nothing more is done about a report.
func aside(rep bot.Report) bool {
	return rep.State == bot.ReportSpam || rep.State == bot.ReportOutOfScope || rep.State == bot.ReportClosed
}

// putAside ends the alarm of a report that was labelled or closed, where whoever did it may take the alarm: a coordinator, or
// somebody on duty. Others may be wrong about a report, and one of them alone silences nothing; it rings until it is taken.
// What is for the protection focal point rings no more in any case (moot).
func putAside(tx storage.Tx, a people.Act, rep bot.Report) error {
	if rep.Protect || !aside(rep) {
		return nil
	}
	own, err := tx.DutyCall(rep.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("rumour: put aside: %w", err)
	}
	lead, err := LeadCall(tx, own)
	if err != nil {
		return err
	}
	if may, err := mayTake(tx, a, lead); err != nil || !may {
		return err
	}
	own.OverAt = a.At
	if err := tx.PutDutyCall(own, own.Rev); err != nil {
		return fmt.Errorf("rumour: put aside: %w", err)
	}
	if lead, err = tx.DutyCall(lead.Report); err != nil {
		return fmt.Errorf("rumour: put aside: %w", err)
	}
	if needed, _, err := wanted(tx, lead); err != nil || needed || !lead.State.Waits() {
		return err
	}
	lead.State, lead.NextAt = bot.DutyMoot, 0
	if err := tx.PutDutyCall(lead, lead.Rev); err != nil {
		return fmt.Errorf("rumour: put aside: %w", err)
	}
	return nil
}

// AlarmWaits tells whether the alarm of a report still waits for somebody.
func AlarmWaits(tx storage.Tx, report bot.ID) (bool, error) {
	c, err := tx.DutyCall(report)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err == nil {
		c, err = LeadCall(tx, c)
	}
	if err != nil {
		return false, fmt.Errorf("rumour: alarm: %w", err)
	}
	if !c.State.Waits() {
		return false, nil
	}
	of, err := tx.DutyCall(report)
	if err != nil {
		return false, fmt.Errorf("rumour: alarm: %w", err)
	}
	rep, err := tx.Report(report)
	if err != nil {
		return false, fmt.Errorf("rumour: alarm: %w", err)
	}
	return !moot(rep, of.OverAt, c.LastAlarm()), nil
}

// Heard are the reports of an alarm and of those that joined it: for those on duty and those who were told of it all of them,
// for others without those of restricted rumours that they need not know of, and those that are for the protection focal point.
// Where that leaves none they are refused.
func Heard(tx storage.Tx, a people.Act, c bot.DutyCall) ([]bot.Report, error) {
	onDuty, err := onDutyOf(tx, a.As, c)
	if err != nil {
		return nil, err
	}
	var list []bot.Report
	var refused error
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) {
		rep, err := tx.Report(id)
		if err != nil {
			return nil, fmt.Errorf("rumour: heard: %w", err)
		}
		if !onDuty {
			err = mayWorkOn(tx, a, rep)
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
