package rumour

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// mayTake tells whether an account may silence an alarm: it is on duty, was told of it while it was, or is a coordinator.
func mayTake(tx storage.Tx, a people.Act, c bot.DutyCall) (bool, error) {
	onDuty, err := onDutyOf(tx, a.As, c)
	if err != nil || onDuty {
		return onDuty, err
	}
	return a.Is(tx, bot.RoleCoordinator)
}

// onDutyOf tells whether an account is on duty, or was told of a call while it was.
func onDutyOf(tx storage.Tx, name string, c bot.DutyCall) (bool, error) {
	d, err := tx.Duty()
	if err != nil {
		return false, fmt.Errorf("rumour: on duty: %w", err)
	}
	told := func(s bot.DutyStep) bool { return s.Name == name }
	return slices.Contains(d.Names, name) || slices.ContainsFunc(c.Steps, told), nil
}

// StandsOnDuty tells whether an account is on the duty list.
func StandsOnDuty(tx storage.Tx, name string) (bool, error) {
	return onDutyOf(tx, name, bot.DutyCall{})
}

// beginTaking is the beginning of taking an alarm, or of giving it back: who acts, and the call that tells of it.
func beginTaking(tx storage.Tx, a people.Act, c bot.DutyCall) (bot.Actor, bot.DutyCall, error) {
	by, err := a.Actor(tx, bot.Roles()...)
	if err != nil {
		return bot.Actor{}, bot.DutyCall{}, err
	}
	if c, err = LeadCall(tx, c); err != nil {
		return bot.Actor{}, bot.DutyCall{}, err
	}
	if _, err := Heard(tx, a, c); err != nil {
		return bot.Actor{}, bot.DutyCall{}, err
	}
	may, err := mayTake(tx, a, c)
	if err == nil && !may {
		err = bot.Fault(bot.CodeForbidden, "desk.alarm_not_yours", "ref", string(c.Ref))
	}
	return by, c, err
}

// TakeAlarm notes that somebody on duty, or a coordinator, sees to an alarm, and to those that joined it: nobody else is told
// of them any more. It gives the call that told of it.
func TakeAlarm(tx storage.Tx, a people.Act, c bot.DutyCall) (bot.DutyCall, error) {
	by, c, err := beginTaking(tx, a, c)
	if err != nil {
		return bot.DutyCall{}, err
	}
	if c.State == bot.DutyTaken {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.alarm_taken", "ref", string(c.Ref), "name", c.TakenBy)
	}
	if !c.State.Waits() {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.no_alarm", "ref", string(c.Ref))
	}
	c.State, c.NextAt, c.TakenBy, c.TakenAt, c.Further, c.More, c.Back = bot.DutyTaken, 0, by.Name, a.At, 0, bot.ID{}, ""
	return noteAlarm(tx, a, by, c, "alarm.taken")
}

// ReleaseAlarm gives an alarm back that was taken: who took it, somebody else on duty or a coordinator does. It is as if it
// came now, and rings for the next of those on duty; whoever gave it back is told after the others.
func ReleaseAlarm(tx storage.Tx, a people.Act, c bot.DutyCall) (bot.DutyCall, error) {
	by, c, err := beginTaking(tx, a, c)
	if err != nil {
		return bot.DutyCall{}, err
	}
	if c.State != bot.DutyTaken {
		return bot.DutyCall{}, bot.Fault(bot.CodeRefused, "desk.alarm_not_taken", "ref", string(c.Ref))
	}
	users, err := OnDuty(tx)
	if err != nil {
		return bot.DutyCall{}, err
	}
	if _, _, done, err := next(tx, c, users); err != nil {
		return bot.DutyCall{}, err
	} else if done {
		c.Steps = nil // they were told often enough before it was taken, and are told anew
	}
	c.State, c.NextAt, c.LastAt, c.Back = bot.DutyOpen, a.At, a.At, c.TakenBy
	c.TakenBy, c.TakenAt = "", 0
	return noteAlarm(tx, a, by, c, "alarm.released")
}

// noteAlarm saves a call, and notes in the history of each of its reports what was done. What joined it and rang anew since
// belongs to it no more.
func noteAlarm(tx storage.Tx, a people.Act, by bot.Actor, c bot.DutyCall, kind string) (bot.DutyCall, error) {
	var joined []bot.ID
	for _, id := range c.Joined {
		of, err := tx.DutyCall(id)
		if err != nil {
			return bot.DutyCall{}, fmt.Errorf("rumour: %s: %w", kind, err)
		}
		if of.Under == c.Report {
			joined = append(joined, id)
		}
	}
	c.Joined = joined
	if err := tx.PutDutyCall(c, c.Rev); err != nil {
		return bot.DutyCall{}, fmt.Errorf("rumour: %s: %w", kind, err)
	}
	c.Rev++
	for _, id := range append([]bot.ID{c.Report}, c.Joined...) {
		rep, err := tx.Report(id)
		if err != nil {
			return bot.DutyCall{}, fmt.Errorf("rumour: %s: %w", kind, err)
		}
		if err := a.Note(tx, by, kind, string(rep.Ref), ""); err != nil {
			return bot.DutyCall{}, err
		}
	}
	return c, nil
}
