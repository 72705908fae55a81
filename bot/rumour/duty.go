package rumour

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// How those on duty are told of an alarm (dialogues §1).
const (
	DutyEvery  = 15 * time.Minute // after that the next of them is told
	DutyRounds = 3                // so often each of them is told at most
	DutyLasts  = 12 * time.Hour   // an alarm that nobody could be told of until then is told to nobody
)

// Keys of what those on duty are sent.
const (
	DutyAlarmKey   = "sms.duty_alarm"
	DutyNowhereKey = "sms.duty_alarm_nowhere"
)

// SetDuty says who is told of alarms, in this order; no names for nobody.
func SetDuty(tx storage.Tx, a people.Act, names []string) (bot.Duty, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Duty{}, err
	}
	for i, name := range names {
		u, err := tx.User(name)
		switch {
		case errors.Is(err, storage.ErrNotFound):
			return bot.Duty{}, bot.Fault(bot.CodeNotFound, "desk.no_such_user", "name", name)
		case err != nil:
			return bot.Duty{}, fmt.Errorf("rumour: set duty: %w", err)
		case u.NumberKey.IsZero():
			return bot.Duty{}, bot.Fault(bot.CodeRefused, "desk.no_number", "name", name)
		case slices.Contains(names[:i], name):
			return bot.Duty{}, bot.Fault(bot.CodeInvalid, "desk.duty_twice", "name", name)
		}
	}
	d, err := tx.Duty()
	if err != nil {
		return bot.Duty{}, fmt.Errorf("rumour: set duty: %w", err)
	}
	d.Names, d.By, d.At = slices.Clone(names), by.Name, a.At
	if err := tx.PutDuty(d, d.Rev); err != nil {
		return bot.Duty{}, fmt.Errorf("rumour: set duty: %w", err)
	}
	d.Rev++
	return d, a.Note(tx, by, "duty.set", a.Site, strings.Join(names, " "))
}

// OnDuty are the accounts on duty that can be told, in their order.
func OnDuty(tx storage.Tx) ([]bot.User, error) {
	d, err := tx.Duty()
	if err != nil {
		return nil, fmt.Errorf("rumour: on duty: %w", err)
	}
	var list []bot.User
	for _, name := range d.Names {
		u, err := tx.User(name)
		if errors.Is(err, storage.ErrNotFound) || err == nil && u.NumberKey.IsZero() {
			continue // their phone was taken from them meanwhile
		}
		if err != nil {
			return nil, fmt.Errorf("rumour: on duty: %w", err)
		}
		list = append(list, u)
	}
	return list, nil
}

// Ringing is what a step of a duty call needs.
type Ringing struct {
	ID      bot.ID // of the message
	At      bot.Instant
	Gateway string // for a phone that never wrote to us
	Place   string // the place's name, "" for none
}

// Ring tells the next one on duty of an alarm, if it is time. Who has an earlier message about it that has not left yet is
// passed over, so that a gateway that comes back brings each of them one. queued tells whether there is something to send.
func (d Desk) Ring(tx storage.Tx, c bot.DutyCall, r Ringing) (_ bot.DutyCall, queued bool, err error) {
	if c.State != bot.DutyOpen || c.NextAt > r.At {
		return c, false, nil
	}
	rep, err := tx.Report(c.Report)
	if err != nil {
		return c, false, fmt.Errorf("rumour: ring: %w", err)
	}
	if moot(rep) {
		c.State, c.NextAt = bot.DutyMoot, 0
		return d.saveCall(tx, c, false)
	}
	users, err := OnDuty(tx)
	if err != nil {
		return c, false, err
	}
	if r.At.Sub(c.At) >= DutyLasts || len(users) > 0 && len(c.Steps) >= DutyRounds*len(users) {
		c.State, c.NextAt = bot.DutyUnanswered, 0
		return d.saveCall(tx, c, false)
	}
	c.NextAt = r.At.Add(DutyEvery)
	u, ok, err := next(tx, c, users)
	if err != nil || !ok {
		return d.saveCallOr(tx, c, err)
	}
	if err := d.ringOne(tx, c, u, r); err != nil {
		return c, false, err
	}
	c.Steps = append(slices.Clip(c.Steps), bot.DutyStep{Name: u.Name, At: r.At, Outbound: r.ID})
	return d.saveCall(tx, c, true)
}

// moot tells whether nobody need be told of a report any more.
func moot(rep bot.Report) bool {
	switch rep.State {
	case bot.ReportClosed, bot.ReportSpam, bot.ReportOutOfScope, bot.ReportProtected:
		return true
	default:
		return rep.Protect
	}
}

// next is the one to be told after the one who was told last, false if every one has a message that has not left.
func next(tx storage.Tx, c bot.DutyCall, users []bot.User) (bot.User, bool, error) {
	from := 0
	if len(c.Steps) > 0 {
		last := c.Steps[len(c.Steps)-1].Name
		from = 1 + slices.IndexFunc(users, func(u bot.User) bool { return u.Name == last })
	}
	for i := range users {
		u := users[(from+i)%len(users)]
		waits := false
		for _, s := range c.Steps {
			if s.Name != u.Name {
				continue
			}
			o, err := tx.Outbound(s.Outbound)
			if err != nil {
				return bot.User{}, false, fmt.Errorf("rumour: ring: %w", err)
			}
			waits = waits || o.State == bot.OutQueued || o.State == bot.OutClaimed
		}
		if !waits {
			return u, true, nil
		}
	}
	return bot.User{}, false, nil
}

// ringOne queues one message: a reference and a place, and nothing of what was told.
func (d Desk) ringOne(tx storage.Tx, c bot.DutyCall, u bot.User, r Ringing) error {
	gateway, lang, err := d.deskPhone(tx, u, r.Gateway)
	if err != nil {
		return err
	}
	key, args := DutyNowhereKey, map[string]string{"ref": string(c.Ref)}
	if r.Place != "" {
		key, args["place"] = DutyAlarmKey, r.Place
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: r.ID, Contact: u.NumberKey, Gateway: gateway, Lane: bot.LaneAlarm, Kind: bot.KindDesk, Key: key, Args: args, Lang: lang,
		Report: c.Report, State: bot.OutQueued, CreatedAt: r.At, NextAt: r.At, ExpiresAt: c.At.Add(DutyLasts),
	}, 0)
	if err != nil {
		return fmt.Errorf("rumour: ring: %w", err)
	}
	return nil
}

// deskPhone is by which gateway and in which language an account's phone is written to; otherwise is the gateway for one that
// never wrote to us.
func (d Desk) deskPhone(tx storage.Tx, u bot.User, otherwise string) (gateway string, lang bot.Lang, err error) {
	person, err := tx.Contact(u.NumberKey)
	if errors.Is(err, storage.ErrNotFound) {
		return otherwise, d.Default(), nil
	}
	if err != nil {
		return "", "", fmt.Errorf("rumour: a desk's phone: %w", err)
	}
	return cmp.Or(person.Gateway, otherwise), FirstLang(person.Lang, d.Default()), nil
}

func (d Desk) saveCall(tx storage.Tx, c bot.DutyCall, queued bool) (bot.DutyCall, bool, error) {
	if err := tx.PutDutyCall(c, c.Rev); err != nil {
		return bot.DutyCall{}, false, fmt.Errorf("rumour: duty call: %w", err)
	}
	c.Rev++
	return c, queued, nil
}

func (d Desk) saveCallOr(tx storage.Tx, c bot.DutyCall, err error) (bot.DutyCall, bool, error) {
	if err != nil {
		return bot.DutyCall{}, false, err
	}
	return d.saveCall(tx, c, false)
}

// TakeAlarm notes that somebody sees to an alarm: nobody else is told of it any more.
func TakeAlarm(tx storage.Tx, a people.Act, c bot.DutyCall) (bot.DutyCall, error) {
	by, err := a.Actor(tx, bot.Roles()...)
	if err != nil {
		return bot.DutyCall{}, err
	}
	if err := Hears(tx, a, c); err != nil {
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
	return c, a.Note(tx, by, "alarm.taken", string(c.Ref), "")
}

// Hears refuses an alarm about a restricted rumour to who is neither told of it nor on duty, and need not know.
func Hears(tx storage.Tx, a people.Act, c bot.DutyCall) error {
	if slices.ContainsFunc(c.Steps, func(s bot.DutyStep) bool { return s.Name == a.As }) {
		return nil
	}
	d, err := tx.Duty()
	if err != nil {
		return fmt.Errorf("rumour: hears: %w", err)
	}
	if slices.Contains(d.Names, a.As) {
		return nil
	}
	rep, err := tx.Report(c.Report)
	if err != nil {
		return fmt.Errorf("rumour: hears: %w", err)
	}
	return NeedsToKnowOf(tx, a, rep)
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
	return c, nil
}
