package hotline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

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
	ref := string(c.Ref) // as they know it
	if c, err = rumour.LeadCall(t.tx, c); err != nil {
		return false, err
	}
	told := slices.ContainsFunc(c.Steps, func(s bot.DutyStep) bool { return s.Name == t.phone.User })
	d, err := t.tx.Duty()
	if err != nil {
		return false, fmt.Errorf("hotline: take alarm: %w", err)
	}
	if !told && !slices.Contains(d.Names, t.phone.User) {
		return false, nil
	}
	args := map[string]string{"ref": ref, "name": c.TakenBy}
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
		found, err := rumour.FindAlarm(tx, ref)
		if err == nil {
			c, err = rumour.TakeAlarm(tx, a, found)
		}
		return err
	})
	return c, err
}

// dutyWords are the key and the values of a message about an alarm, with how many joined it until now; over tells that it has
// nothing more to say, since somebody sees to it. Another message is as it is.
func dutyWords(tx storage.Tx, o bot.Outbound) (key string, args map[string]string, over bool, err error) {
	key, args = o.Key, maps.Clone(o.Args)
	if o.Key != rumour.DutyAlarmKey && o.Key != rumour.DutyNowhereKey {
		return key, args, false, nil
	}
	c, err := tx.DutyCall(o.Report)
	if err != nil {
		return "", nil, false, fmt.Errorf("hotline: duty: %w", err)
	}
	if len(c.Joined) > 0 {
		args["count"] = strconv.Itoa(len(c.Joined))
		key = rumour.DutyAlarmMoreKey
		if o.Key == rumour.DutyNowhereKey {
			key = rumour.DutyNowhereMoreKey
		}
	}
	return key, args, !c.State.Waits(), nil
}
