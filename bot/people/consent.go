package people

import (
	"errors"
	"fmt"
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

// AskConsent opens the consent question. The caller queues its texts: the first and the reminder.
func AskConsent(tx storage.Tx, c bot.Contact, texts []bot.ID, at bot.Instant) (bot.Contact, error) {
	c.Question = &bot.Question{Kind: bot.QuestionConsent, AskedAt: at, EndsAt: at.Add(ConsentOpen), Texts: texts}
	if c.Consent.State != bot.ConsentGranted {
		c.Consent = bot.Consent{State: bot.ConsentPending, Version: ConsentVersion, At: at}
	}
	return Save(tx, c)
}

// OpenQuestion is the contact's open question of a kind, or nil once it has ended.
func OpenQuestion(c bot.Contact, kind bot.QuestionKind, at bot.Instant) *bot.Question {
	if q := c.Question; q != nil && q.Kind == kind && at < q.EndsAt {
		return q
	}
	return nil
}

// Asked tells whether one of a question's texts has left, or may have: only then is a yes an answer to it.
func Asked(tx storage.Tx, q *bot.Question) (bool, error) {
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
		c.StoppedAt, c.MaybeStop = 0, 0
	}
	c.Consent = bot.Consent{State: state, Version: ConsentVersion, At: at, Channel: channel, Scope: scope}
	c.Question = nil
	return Save(tx, c)
}

// AskedAgain notes that a strange reply was answered by asking once more.
func AskedAgain(tx storage.Tx, c bot.Contact) (bot.Contact, error) {
	q := *c.Question
	q.Again = true
	c.Question = &q
	return Save(tx, c)
}
