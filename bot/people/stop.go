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
// It may come by SMS, by USSD or, where the person asked the provider, from a gateway.
func Stop(tx storage.Tx, c bot.Contact, channel bot.Channel, at bot.Instant) (_ bot.Contact, confirm bool, _ error) {
	confirm = !c.Stopped() || c.Question != nil || at.Sub(c.StopText) >= stopTextEvery
	c.StoppedAt = at
	c.Question, c.Waiting = nil, nil
	c.MaybeStop = 0
	if c.Consent.State != bot.ConsentNone {
		c.Consent = bot.Consent{State: bot.ConsentWithdrawn, Version: c.Consent.Version, At: at, Channel: channel}
	}
	if confirm {
		c.StopText = at
	}
	c, err := Save(tx, c)
	return c, confirm, err
}

// MaybeStop holds bulletins to a person whose words may mean stop, until somebody has looked.
func MaybeStop(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	c.MaybeStop = at
	return Save(tx, c)
}
