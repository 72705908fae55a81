package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// raise tells those on duty of a report whose words raise an alarm; id is for the message to the first of them. told is
// whether somebody is on duty and hears of it. Nobody is woken for what was sent days ago, nor twice by a number that floods
// us while its first alarm waits.
func (s *Service) raise(tx storage.Tx, rep bot.Report, said alarm, id bot.ID, flood bool) (told bool, err error) {
	if rep.Alarm.At.IsZero() || rep.Stale {
		return false, nil
	}
	users, err := rumour.OnDuty(tx)
	if err != nil {
		return false, err
	}
	if _, err := tx.DutyCall(rep.ID); !errors.Is(err, storage.ErrNotFound) {
		return len(users) > 0, err // an earlier text of the report rang already
	}
	if flood {
		if rings, err := ringsFor(tx, rep.Contact); err != nil || rings {
			return rings && len(users) > 0, err
		}
	}
	c := bot.DutyCall{
		Report: rep.ID, Ref: rep.Ref, Place: said.place, At: rep.Alarm.At, State: bot.DutyOpen, NextAt: rep.Alarm.At,
	}
	if err := tx.PutDutyCall(c, 0); err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	c.Rev = 1
	_, told, err = s.Desk.Ring(tx, c, s.ringing(c, id, rep.Alarm.At))
	return told, err
}

// ringsFor tells whether an alarm of a number waits to be taken. Whose an alarm is stands on its report alone, from which it
// goes when the person is forgotten.
func ringsFor(tx storage.Tx, contact bot.ContactKey) (bool, error) {
	calls, err := tx.DutyCalls(storage.Page{Newest: true})
	if err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	for _, c := range calls {
		rep, err := tx.Report(c.Report)
		if err != nil {
			return false, fmt.Errorf("hotline: alarm: %w", err)
		}
		if rep.Contact == contact {
			return true, nil
		}
	}
	return false, nil
}

// toldOnDuty tells whether somebody on duty has been told of a report.
func toldOnDuty(tx storage.Tx, rep bot.Report) (bool, error) {
	c, err := tx.DutyCall(rep.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return len(c.Steps) > 0, err
}

func (s *Service) ringing(c bot.DutyCall, id bot.ID, at bot.Instant) rumour.Ringing {
	r := rumour.Ringing{ID: id, At: at, Gateway: s.Site.Gateway}
	if p, ok := s.Places().Place(c.Place); ok {
		r.Place = p.Name(s.Desk.Default())
	}
	return r
}

// ringDuty goes on with the alarms that nobody has taken, each in a commit of its own.
func (s *Service) ringDuty(ctx context.Context, now bot.Instant) error {
	var due []bot.ID
	var page storage.Page
	for {
		var calls []bot.DutyCall
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			calls, err = tx.DutyCalls(page)
			return err
		})
		if err != nil {
			return fmt.Errorf("hotline: duty: %w", err)
		}
		for _, c := range calls {
			if c.State == bot.DutyOpen && c.NextAt <= now {
				due = append(due, c.Report)
			}
		}
		if len(calls) < page.Size() {
			break
		}
		page.After = calls[len(calls)-1].Report
	}
	var failed error
	for _, id := range due {
		message, queued := s.NewID(), false
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			c, err := tx.DutyCall(id)
			if err == nil {
				_, queued, err = s.Desk.Ring(tx, c, s.ringing(c, message, now))
			}
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("hotline: duty: %w", err))
		} else if queued {
			s.wake()
		}
	}
	return failed
}

// takeAlarm takes the reference of an alarm that somebody on duty texts.
func (t *turn) takeAlarm(report bot.ID) (bool, error) {
	if t.phone.User == "" {
		return false, nil
	}
	c, err := t.tx.DutyCall(report)
	if errors.Is(err, storage.ErrNotFound) || err == nil && c.State == bot.DutyMoot {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("hotline: take alarm: %w", err)
	}
	told := slices.ContainsFunc(c.Steps, func(s bot.DutyStep) bool { return s.Name == t.phone.User })
	d, err := t.tx.Duty()
	if err != nil {
		return false, fmt.Errorf("hotline: take alarm: %w", err)
	}
	if !told && !slices.Contains(d.Names, t.phone.User) {
		return false, nil
	}
	args := map[string]string{"ref": string(c.Ref), "name": c.TakenBy}
	if c.State == bot.DutyTaken && c.TakenBy != t.phone.User {
		return true, t.confirm("sms.duty_already", args)
	}
	if c.State != bot.DutyTaken {
		act := people.Act{At: t.in.ReceivedAt, As: t.phone.User, Via: people.ViaSMS, Site: t.Site.ID}
		if _, err := rumour.TakeAlarm(t.tx, act, c); err != nil {
			return false, err
		}
	}
	delete(args, "name")
	return true, t.confirm("sms.duty_taken", args)
}

// TakeAlarm notes that somebody at the desk sees to an alarm.
func (s *Service) TakeAlarm(ctx context.Context, a people.Act, ref string) (c bot.DutyCall, err error) {
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		if c, err = rumour.FindAlarm(tx, ref); err == nil {
			c, err = rumour.TakeAlarm(tx, a, c)
		}
		return err
	})
	return c, err
}

// dutyOver tells whether a message about an alarm has nothing more to say: somebody sees to it.
func dutyOver(tx storage.Tx, o bot.Outbound) (bool, error) {
	if o.Key != rumour.DutyAlarmKey && o.Key != rumour.DutyNowhereKey {
		return false, nil
	}
	c, err := tx.DutyCall(o.Report)
	if err != nil {
		return false, fmt.Errorf("hotline: duty: %w", err)
	}
	return !c.State.Waits(), nil
}
