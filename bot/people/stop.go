package people

import (
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
	c.MaybeStop = 0
	if c.Consent.State != bot.ConsentNone {
		c.Consent = bot.Consent{State: bot.ConsentWithdrawn, Version: c.Consent.Version, At: at, Channel: channel}
	}
	return c
}

// MaybeStop holds bulletins to a person whose words may mean stop, until somebody has looked.
func MaybeStop(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	c.MaybeStop = at
	return Save(tx, c)
}
