package people

import (
	"time"

	"tinye/bot"
)

// DraftOpen is how long a report begun by USSD can be finished (dialogues §2).
const DraftOpen = 24 * time.Hour

// Drafted is the report that a contact has begun and not finished; ok is false if there is none.
func Drafted(c bot.Contact, at bot.Instant) (d bot.Draft, ok bool) {
	q := QuestionOf(c, bot.QuestionDraft, at)
	if q == nil || q.Draft == nil {
		return bot.Draft{}, false
	}
	return *q.Draft, true
}

// Finished is the contact whose begun report has been told. Its place is the first that the next one is offered.
func Finished(c bot.Contact, d bot.Draft) bot.Contact {
	if !d.Place.IsZero() {
		c.LastPlace = d.Place
	}
	return Close(c, bot.QuestionDraft)
}

// Draft is the contact with a begun report, in place of one begun before. The day in which it can be finished begins anew.
func Draft(c bot.Contact, d bot.Draft, at bot.Instant) bot.Contact {
	return Ask(c, bot.Question{Kind: bot.QuestionDraft, AskedAt: at, EndsAt: at.Add(DraftOpen), Draft: &d}, true)
}
