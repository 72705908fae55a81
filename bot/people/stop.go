package people

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// stopTextEvery is how often a repeated STOP is confirmed again: a person who doubts gets a word a day, a loop does not.
const stopTextEvery = 24 * time.Hour

// Stop leaves a person alone from now on: no bulletins, no question, no answer to what was told before. It tells whether
// the stop text should be sent: a STOP that only repeats the last one is confirmed once a day.
//
// It comes by SMS or by USSD; OptOut is for the one that the person told the provider.
func Stop(tx storage.Tx, c bot.Contact, channel bot.Channel, at bot.Instant) (_ bot.Contact, confirm bool, _ error) {
	confirm = !c.Stopped() || c.Question != nil || at.Sub(c.StopText) >= stopTextEvery
	c = stopped(c, channel, at)
	if confirm {
		c.StopText = at
	}
	c, err := Save(tx, c)
	return c, confirm, err
}

// OptOut is the STOP of a person who asked the provider to be left alone. Nothing is sent about it, so a STOP that the
// person then sends us is confirmed as the first.
func OptOut(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	c = stopped(c, bot.ChannelProvider, at)
	c.StopText = 0
	return Save(tx, c)
}

// stopped is the contact after a STOP.
func stopped(c bot.Contact, channel bot.Channel, at bot.Instant) bot.Contact {
	c.StoppedAt = at
	c.Question, c.Waiting = nil, nil
	c.MaybeStop, c.MaybeSaid = 0, bot.ID{}
	if c.Consent.State != bot.ConsentNone {
		c.Consent = bot.Consent{State: bot.ConsentWithdrawn, Version: c.Consent.Version, At: at, Channel: channel}
	}
	return c
}

// MaybeStop holds bulletins and follow-ups to a person whose words, in a report, may mean stop, until somebody has looked
// (Decide). The caller saves the contact.
func MaybeStop(c bot.Contact, report bot.ID, at bot.Instant) bot.Contact {
	if c.MaybeStop.IsZero() {
		c.MaybeStop = at
	}
	c.MaybeSaid = report
	return c
}

// MaybeSaid is the report that holds the words of somebody who may have meant stop; ErrNotFound. (What was noted before the
// report was kept with it is looked for among the number's reports of that day.)
func MaybeSaid(tx storage.Tx, c bot.Contact) (bot.Report, error) {
	id := c.MaybeSaid
	if id.IsZero() {
		day, err := tx.Activity(c.Key, c.MaybeStop)
		if err != nil {
			return bot.Report{}, fmt.Errorf("people: maybe stop: %w", err)
		}
		id = day.Report
	}
	return tx.Report(id)
}

// Decide notes what somebody at the desk takes words for that may mean stop: for a STOP, which then holds like the person's own,
// or for none. The caller has seen to it that the account may know of the report, and sends the stop text.
func Decide(tx storage.Tx, a Act, rep bot.Report, stop bool) (bot.Contact, error) {
	roles := []bot.Role{bot.RoleModerator, bot.RoleCoordinator}
	if rep.Protect || rep.State == bot.ReportProtected {
		roles = []bot.Role{bot.RoleProtectionFocal}
	}
	by, err := a.Actor(tx, roles...)
	if err != nil {
		return bot.Contact{}, err
	}
	c, err := tx.Contact(rep.Contact)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Contact{}, fmt.Errorf("people: decide: %w", err)
	}
	said, err := MaybeSaid(tx, c)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Contact{}, fmt.Errorf("people: decide: %w", err)
	}
	if c.MaybeStop.IsZero() || said.ID != rep.ID {
		return bot.Contact{}, bot.Fault(bot.CodeRefused, "desk.no_maybe_stop", "ref", string(rep.Ref))
	}
	kind := "person.goes_on"
	if stop {
		kind = "person.stopped"
		c = stopped(c, rep.Channel, a.At)
		c.StopText = a.At
	}
	c.MaybeStop, c.MaybeSaid = 0, bot.ID{}
	if c, err = Save(tx, c); err != nil {
		return bot.Contact{}, err
	}
	return c, a.Note(tx, by, kind, string(rep.Ref), "")
}
