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
	DutyLasts  = 12 * time.Hour   // after the last alarm of a call nobody is told of it any more
)

// Keys of what those on duty are sent.
const (
	DutyAlarmKey   = "sms.duty_alarm"
	DutyNowhereKey = "sms.duty_alarm_nowhere"
	// The same where others joined the alarm.
	DutyAlarmMoreKey   = "sms.duty_alarm_more"
	DutyNowhereMoreKey = "sms.duty_alarm_nowhere_more"
	// DutyFurtherKey tells who took an alarm that another came. DutyKnew is, among its values, how many they knew of.
	DutyFurtherKey = "sms.duty_further"
	DutyKnew       = "knew"
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
		if !slices.ContainsFunc(list, func(o bot.User) bool { return o.NumberKey == u.NumberKey }) { // one phone rings once
			list = append(list, u)
		}
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
	wanted, c, err := wanted(tx, c)
	if err != nil {
		return c, false, err
	}
	if !wanted {
		c.State, c.NextAt = bot.DutyMoot, 0
		return d.saveCall(tx, c, false)
	}
	users, err := OnDuty(tx)
	if err != nil {
		return c, false, err
	}
	u, found, done, err := next(tx, c, users)
	if err != nil {
		return c, false, err
	}
	if r.At.Sub(c.LastAlarm()) >= DutyLasts || done {
		c.State, c.NextAt = bot.DutyUnanswered, 0
		return d.saveCall(tx, c, false)
	}
	c.NextAt = r.At.Add(DutyEvery)
	if !found {
		return d.saveCall(tx, c, false)
	}
	if err := d.ringOne(tx, c, u, r); err != nil {
		return c, false, err
	}
	c.Steps, c.Back = append(slices.Clip(c.Steps), bot.DutyStep{Name: u.Name, At: r.At, Outbound: r.ID}), ""
	return d.saveCall(tx, c, true)
}

// next is who is told next: of those who were told the fewest times, the first on the list, whoever came on duty meanwhile
// and whoever left; who has just given it back, after the others. Found is false if every one who is still to be told
// has a message that has not left; done tells that everybody was told often enough.
func next(tx storage.Tx, c bot.DutyCall, users []bot.User) (u bot.User, found, done bool, err error) {
	done = len(users) > 0
	fewest := DutyRounds + 1
	for _, one := range users {
		told, waits, err := told(tx, c, one.Name)
		if err != nil {
			return bot.User{}, false, false, err
		}
		done = done && told >= DutyRounds
		turn := told
		if one.Name == c.Back {
			turn++
		}
		if told < DutyRounds && turn < fewest && !waits {
			u, found, fewest = one, true, turn
		}
	}
	return u, found, done, nil
}

// told is how often somebody was told, and whether one of the messages has not left yet.
func told(tx storage.Tx, c bot.DutyCall, name string) (times int, waits bool, err error) {
	for _, s := range c.Steps {
		if s.Name != name {
			continue
		}
		times++
		o, err := tx.Outbound(s.Outbound)
		if err != nil {
			return 0, false, fmt.Errorf("rumour: ring: %w", err)
		}
		waits = waits || o.State == bot.OutQueued || o.State == bot.OutClaimed
	}
	return times, waits, nil
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
		Report: c.Report, State: bot.OutQueued, CreatedAt: r.At, NextAt: r.At, ExpiresAt: c.LastAlarm().Add(DutyLasts),
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
