package people

import (
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Reasons for which a message is not sent. They are codes: they stand in the message's row and in lists.
const (
	ReasonStopped     = "stopped"            // the person said STOP
	ReasonNoContact   = "no_contact"         // the number was erased, or cannot be answered
	ReasonQuestion    = "question_over"      // the question was answered, or replaced, meanwhile
	ReasonExpired     = "expired"            // its time is over
	ReasonQuietHours  = "quiet_hours"        // waits for the morning
	ReasonInMenu      = "reply_by_menu"      // the person wants no SMS: an answer waits in the menu
	ReasonByCall      = "reply_by_call"      // the person wants to be rung: an answer waits for somebody at the desk
	ReasonMenuRead    = "read_in_menu"       // it arrived without being sent
	ReasonCalled      = "called"             // likewise: somebody rang and read it out
	ReasonWrongNumber = "wrong_number"       // somebody rang, and it was another person's phone
	ReasonTurn        = "question_waits"     // another question is open
	ReasonErased      = storage.ReasonErased // its words are gone, or the person was forgotten
)

// freshReply is the age up to which a message is replied to at night as well (dialogues §6).
const freshReply = 15 * time.Minute

// Stopped tells whether a STOP stands against a message. The confirmation of the STOP itself goes out; so do the
// acknowledgement of, and the answer to, what a person told after it, and the consent text that a START asked for.
// reported is when the report it belongs to came in (0: it belongs to none).
func Stopped(c bot.Contact, o bot.Outbound, reported bot.Instant) bool {
	if !c.Stopped() {
		return false
	}
	switch o.Kind {
	case bot.KindAck, bot.KindAnswer:
		return reported <= c.StoppedAt
	case bot.KindConsent:
		asked := slices.ContainsFunc(questions(c), func(q bot.Question) bool {
			return q.Kind == bot.QuestionConsent && q.AskedAt >= c.StoppedAt
		})
		return !asked
	case bot.KindNotice:
		return o.Key != StopKey && o.Key != EraseKey && o.Key != ErasedKey
	default:
		return true
	}
}

// StopKey is the locale key of the text that confirms a STOP.
const StopKey = "sms.stop"

// Quietly tells whether a message has to wait for the end of the quiet hours. written is when the message that it
// replies to was written (0: it replies to none).
func (q Quiet) Quietly(written, now bot.Instant) (bot.Instant, bool) {
	end, quiet := q.Until(now)
	if !quiet || !written.IsZero() && now.Sub(written) < freshReply {
		return 0, false
	}
	return end, true
}
