package people

import (
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// RequestConsent opens the consent question that we ask of our own accord, by a message of a run that is about to leave: text is that message, again the one
// that it repeats (zero: none), reminder the id of the second asking, which the caller queues if fresh. A message that was claimed before, and
// came back unsent, finds its question open.
func RequestConsent(tx storage.Tx, c bot.Contact, text, again, reminder bot.ID, at bot.Instant) (fresh bool, err error) {
	if q := QuestionOf(c, bot.QuestionConsent, at); q != nil {
		if slices.Contains(q.Texts, text) {
			return false, nil
		}
		if !again.IsZero() && slices.Contains(q.Texts, again) {
			q.Texts = append(slices.Clone(q.Texts), text)
			_, err := Save(tx, Ask(c, *q, false))
			return false, err
		}
	}
	c = Ask(c, bot.Question{
		Kind: bot.QuestionConsent, AskedAt: at, EndsAt: at.Add(ConsentOpen), Texts: []bot.ID{text, reminder},
	}, false)
	c.Consent = bot.Consent{State: bot.ConsentPending, Version: ConsentVersion, At: at}
	_, err = Save(tx, c)
	return true, err
}
