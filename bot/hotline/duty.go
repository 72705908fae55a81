package hotline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// ringsFor tells whether an alarm of a number waits to be taken that is no milder than one about code. Whose an alarm is stands
// on its report alone, from which it goes when the person is forgotten.
func ringsFor(tx storage.Tx, contact bot.ContactKey, code string) (bool, error) {
	calls, err := tx.DutyCalls(storage.Page{Newest: true})
	if err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	for _, c := range calls {
		rep, err := tx.Report(c.Report)
		if err != nil {
			return false, fmt.Errorf("hotline: alarm: %w", err)
		}
		if rep.Contact == contact && bot.AlarmWeight(c.Code) >= bot.AlarmWeight(code) {
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

// tryTaking takes what somebody on duty answers an alarm with, where that is more than the reference: "pris 482918", "482918
// ok". From them it is never a report. A reference that is none of an alarm is looked up as if it stood alone.
func (t *turn) tryTaking() (bool, error) {
	if t.says.takes == "" || t.says.isRef {
		return false, nil
	}
	duty, err := t.onDuty()
	if err != nil || !duty {
		return false, err
	}
	ref, ok := bot.ParseRef(string(t.says.takes))
	if !ok {
		return true, t.unknown(t.says.takes) // a digit was mistyped
	}
	t.says.ref, t.says.isRef = ref, true
	return false, nil
}

// takes finds the digits of a reference in a text that holds nothing else but words to say that one has seen it, the name of
// the service, and courtesy; "" if there are none.
func (v *Vocabulary) takes(tokens []string, service string) bot.Ref {
	name, digits, said := folded([]string{service}), "", false
	for _, t := range tokens {
		word := strings.TrimRight(t, "0123456789")
		switch {
		case word == "":
		case v.taking[word]:
			said = true
		case !v.courtesy[word] && !v.aside[word] && !name[word]:
			return ""
		}
		digits += t[len(word):]
	}
	if !said || len(digits) < bot.RefDigits || len(digits) > bot.MaxRefDigits {
		return ""
	}
	return bot.Ref(digits)
}

// onDuty tells whether the text comes from the phone of somebody on duty.
func (t *turn) onDuty() (bool, error) {
	if t.phone.User == "" {
		return false, nil
	}
	return rumour.StandsOnDuty(t.tx, t.phone.User)
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
	if c.State == bot.DutyTaken && c.TakenBy != t.phone.User {
		return true, t.confirm("sms.duty_already", map[string]string{"ref": ref, "name": c.TakenBy})
	}
	if c.State != bot.DutyTaken {
		act := people.Act{At: t.in.ReceivedAt, As: t.phone.User, Via: people.ViaSMS, Site: t.Site.ID}
		if c, err = rumour.TakeAlarm(t.tx, act, c); err != nil {
			return false, err
		}
	}
	if len(c.Joined) > 0 {
		return true, t.confirm("sms.duty_taken_more", map[string]string{"ref": ref, "count": strconv.Itoa(len(c.Joined))})
	}
	return true, t.confirm("sms.duty_taken", map[string]string{"ref": ref})
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

// ReleaseAlarm gives an alarm back, and tells the next of those on duty of it at once.
func (s *Service) ReleaseAlarm(ctx context.Context, a people.Act, ref string) (c bot.DutyCall, err error) {
	message, queued := s.NewID(), false
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		found, err := rumour.FindAlarm(tx, ref)
		if err != nil {
			return err
		}
		if c, err = rumour.ReleaseAlarm(tx, a, found); err != nil {
			return err
		}
		c, queued, err = s.Desk.Ring(tx, c, s.ringing(c, message, a.At))
		return err
	})
	if err == nil && queued {
		s.wake()
	}
	return c, err
}

// dutyWords are the key and the values of a message about an alarm, with how many joined it until now; over tells that it has
// nothing more to say: somebody sees to the alarm, or, where it tells a taker of more, gave it back. Another message is as it
// is.
func dutyWords(tx storage.Tx, o bot.Outbound) (key string, args map[string]string, over bool, err error) {
	key, args = o.Key, maps.Clone(o.Args)
	if key != rumour.DutyAlarmKey && key != rumour.DutyNowhereKey && key != rumour.DutyFurtherKey {
		return key, args, false, nil
	}
	c, err := tx.DutyCall(o.Report)
	if err != nil {
		return "", nil, false, fmt.Errorf("hotline: duty: %w", err)
	}
	if key == rumour.DutyFurtherKey {
		knew, err := strconv.Atoi(args[rumour.DutyKnew])
		if err != nil {
			return "", nil, false, fmt.Errorf("hotline: duty: %w", err)
		}
		delete(args, rumour.DutyKnew)
		args["count"] = strconv.Itoa(c.Further - knew)
		u, err := tx.User(c.TakenBy)
		if errors.Is(err, storage.ErrNotFound) {
			return key, args, true, nil
		}
		if err != nil {
			return "", nil, false, fmt.Errorf("hotline: duty: %w", err)
		}
		return key, args, c.State != bot.DutyTaken || u.NumberKey != o.Contact, nil
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
