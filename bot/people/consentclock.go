package people

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// remindLater is when it is looked again whether the first text has left, where it has not after ConsentReminder.
const remindLater = 24 * time.Hour

// ConsentClock does what time brings about for a consent question (bot.Contact.ConsentDue): asks it a second and last time, or
// takes silence for what it is. With remind, the caller queues the text to the contact that is returned.
//
// Nobody is reminded whom the first text has not reached, who said STOP, or may have, or who wants no SMS at all. A question
// that only stood on a screen is not asked by SMS.
func ConsentClock(tx storage.Tx, key bot.ContactKey, text bot.ID, at bot.Instant) (_ bot.Contact, remind bool, _ error) {
	c, err := tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Contact{}, false, nil
	}
	if err != nil {
		return bot.Contact{}, false, fmt.Errorf("people: consent: %w", err)
	}
	list := slices.Clone(questions(c))
	i := slices.IndexFunc(list, func(q bot.Question) bool { return q.Kind == bot.QuestionConsent })
	if i < 0 || list[i].Due() > at {
		return c, false, nil // it was answered, or asked anew, meanwhile
	}
	q := &list[i]
	if q.EndsAt <= at {
		return expire(tx, c, q.EndsAt)
	}
	q.Remind = 0
	if !c.Stopped() && c.MaybeStop.IsZero() && c.ReplyBy != bot.ReplyByUSSD {
		left, err := Asked(tx, &bot.Question{Texts: q.Texts})
		if err != nil {
			return bot.Contact{}, false, err
		}
		if left {
			q.Texts, remind = append(slices.Clone(q.Texts), text), true
		} else if later := at.Add(remindLater); later < q.EndsAt {
			q.Remind = later
		}
	}
	c, err = Save(tx, withQuestions(c, list))
	return c, remind && err == nil, err
}

// expire closes a consent question that nobody answered. What an agent said of the person goes with it.
func expire(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, bool, error) {
	c = Close(c, bot.QuestionConsent)
	if c.Consent.State == bot.ConsentPending {
		c.Consent = bot.Consent{State: bot.ConsentExpired, Version: c.Consent.Version, At: at}
		c = unagreed(c)
	}
	c, err := Save(tx, c)
	return c, false, err
}
