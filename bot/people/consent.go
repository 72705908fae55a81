package people

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// ConsentVersion names the wording of the consent text that is in use.
	ConsentVersion = "2026-11"
	// ConsentOpen is how long the consent question stays open.
	ConsentOpen = 7 * 24 * time.Hour
	// ConsentReminder is when it is asked a second and last time.
	ConsentReminder = 48 * time.Hour
)

// AskConsent opens the consent question, of which the caller queues the text. The sweep asks it a second time (ConsentClock).
func AskConsent(tx storage.Tx, c bot.Contact, text bot.ID, at bot.Instant) (bot.Contact, error) {
	c = Ask(c, bot.Question{
		Kind: bot.QuestionConsent, AskedAt: at, EndsAt: at.Add(ConsentOpen), Remind: at.Add(ConsentReminder), Texts: []bot.ID{text},
	}, true)
	if c.Consent.State != bot.ConsentGranted {
		c.Consent = bot.Consent{State: bot.ConsentPending, Version: ConsentVersion, At: at}
	}
	return Save(tx, c)
}

// ConsentShown notes that the consent text stands on the caller's screen, so that a yes counts. A question that an SMS
// asked stays the same question.
func ConsentShown(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	q := QuestionOf(c, bot.QuestionConsent, at)
	if q == nil {
		q = &bot.Question{Kind: bot.QuestionConsent, AskedAt: at, EndsAt: at.Add(ConsentOpen)}
		if c.Consent.State != bot.ConsentGranted {
			c.Consent = bot.Consent{State: bot.ConsentPending, Version: ConsentVersion, At: at, Channel: bot.ChannelUSSD}
		}
	} else if q.Shown {
		return c, nil
	}
	q.Shown = true
	return Save(tx, Ask(c, *q, true))
}

// Asked tells whether one of a question's texts has left, or may have: only then is a yes an answer to it.
func Asked(tx storage.Tx, q *bot.Question) (bool, error) {
	if q.Shown {
		return true, nil
	}
	for _, id := range q.Texts {
		o, err := tx.Outbound(id)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return false, fmt.Errorf("people: asked: %w", err)
		}
		switch o.State {
		case bot.OutClaimed, bot.OutHandedOver, bot.OutDelivered, bot.OutUnknown:
			return true, nil
		}
	}
	return false, nil
}

// AnswerConsent notes a yes or a no to the open consent question. A yes takes back an earlier STOP: only here does a
// stopped person come back.
func AnswerConsent(tx storage.Tx, c bot.Contact, yes bool, channel bot.Channel, at bot.Instant) (bot.Contact, error) {
	state, scope := bot.ConsentRefused, []string(nil)
	if yes {
		state, scope = bot.ConsentGranted, []string{"reply", "bulletins", "followup"}
		c.StoppedAt, c.MaybeStop, c.MaybeSaid = 0, 0, bot.ID{}
	} else {
		c = unagreed(c)
	}
	c.Consent = bot.Consent{State: state, Version: ConsentVersion, At: at, Channel: channel, Scope: scope}
	return Save(tx, Close(c, bot.QuestionConsent))
}

// AskedAgain notes that a strange reply to the consent question was answered by asking once more.
func AskedAgain(tx storage.Tx, c bot.Contact, q bot.Question) (bot.Contact, error) {
	list := slices.Clone(questions(c))
	for i := range list {
		if list[i].Kind == q.Kind {
			list[i].Again = true
		}
	}
	return Save(tx, withQuestions(c, list))
}

// SetAge keeps the age band that a person chose. Under 15 there are no bulletins, whatever was agreed before.
func SetAge(tx storage.Tx, c bot.Contact, band bot.AgeBand, at bot.Instant) (bot.Contact, error) {
	c.AgeBand = band
	if band == bot.AgeUnder15 && c.Consent.State != bot.ConsentNone {
		c.Consent = bot.Consent{State: bot.ConsentRefused, Version: ConsentVersion, At: at, Channel: c.Consent.Channel}
		c = Close(c, bot.QuestionConsent)
	}
	return Save(tx, c)
}
