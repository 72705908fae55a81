package people

import (
	"tinye/bot"
	"tinye/storage"
)

// SetReplyBy keeps how a person wants to be answered. What waits for them is let go of by the caller.
func SetReplyBy(tx storage.Tx, c bot.Contact, way bot.ReplyBy, at bot.Instant) (bot.Contact, error) {
	switch way {
	case bot.ReplyBySMS, bot.ReplyByUSSD, bot.ReplyByCall:
	default:
		return bot.Contact{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if c.ReplyBy == way || c.ReplyBy == "" && way == bot.ReplyBySMS {
		return c, nil
	}
	c.ReplyBy = way
	if day := startOfDay(at); c.LastSeen < day {
		c.LastSeen = day
	}
	return Save(tx, c)
}

// Waits tells whether, and why, a message does not leave by SMS because of how the person wants to be answered. An answer
// is kept until it expires: in the menu, as is a question from the desk, or for somebody who rings. For a person who wants no SMS at all every other
// message is dropped (keep is false): a phone that is shared must not show one.
func Waits(c bot.Contact, o bot.Outbound) (reason string, keep, waits bool) {
	answer := o.Kind == bot.KindAnswer
	switch {
	case c.ReplyBy == bot.ReplyByUSSD:
		return ReasonInMenu, answer || o.Kind == bot.KindQuestion, true
	case c.ReplyBy == bot.ReplyByCall && answer:
		return ReasonByCall, true, true
	}
	return "", false, false
}
