package people_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Who is asked for consent a second time, and when it is looked again.
func TestConsentReminder(t *testing.T) {
	const asked = people.ConsentReminder
	for name, c := range map[string]struct {
		state   bot.OutState // of the first text; "" for one that is not there
		change  func(*bot.Contact)
		after   time.Duration
		remind  bool
		nextDue time.Duration // after it was asked
	}{
		"it arrived":          {state: bot.OutDelivered, remind: true, nextDue: people.ConsentOpen},
		"it left":             {state: bot.OutHandedOver, remind: true, nextDue: people.ConsentOpen},
		"it may have left":    {state: bot.OutUnknown, remind: true, nextDue: people.ConsentOpen},
		"too early":           {state: bot.OutDelivered, after: asked - time.Second, nextDue: asked},
		"it waits":            {state: bot.OutQueued, nextDue: asked + 24*time.Hour},
		"it waits to the end": {state: bot.OutQueued, after: 6*24*time.Hour + time.Hour, nextDue: people.ConsentOpen},
		"it failed":           {state: bot.OutFailed, nextDue: asked + 24*time.Hour},
		"it is gone":          {nextDue: asked + 24*time.Hour},
		"said STOP before":    {state: bot.OutDelivered, change: func(c *bot.Contact) { c.StoppedAt = 1 }, nextDue: people.ConsentOpen},
		"may have meant STOP": {state: bot.OutDelivered, change: func(c *bot.Contact) { c.MaybeStop = 1 }, nextDue: people.ConsentOpen},
		"wants no SMS":        {state: bot.OutDelivered, change: func(c *bot.Contact) { c.ReplyBy = bot.ReplyByUSSD }, nextDue: people.ConsentOpen},
		"wants to be rung":    {state: bot.OutDelivered, change: func(c *bot.Contact) { c.ReplyBy = bot.ReplyByCall }, remind: true, nextDue: people.ConsentOpen},
		"another question opens": {state: bot.OutDelivered, change: func(c *bot.Contact) {
			*c = people.Ask(*c, bot.Question{Kind: bot.QuestionErase, EndsAt: 1 << 60}, true)
		}, remind: true, nextDue: people.ConsentOpen},
	} {
		t.Run(name, func(t *testing.T) {
			p := newPhones(t)
			phone, first := p.phone("+22376123456"), p.IDs.New()
			start := p.Time.Instant()
			person := bot.Contact{Key: phone.Key, Number: phone.Number, Gateway: "sim"}
			p.must(p.Update(t.Context(), func(tx storage.Tx) error {
				kept, err := people.Save(tx, person)
				if err == nil {
					kept, err = people.AskConsent(tx, kept, first, start)
				}
				if err == nil && c.change != nil {
					c.change(&kept)
					_, err = people.Save(tx, kept)
				}
				if err != nil || c.state == "" {
					return err
				}
				o := bot.Outbound{ID: first, Contact: phone.Key, Gateway: "sim", Lane: bot.LaneReply, Kind: bot.KindConsent, Key: "sms.consent",
					Lang: bot.French, State: c.state, CreatedAt: start, NextAt: start, ExpiresAt: start.Add(people.ConsentOpen)}
				return tx.PutOutbound(o, 0)
			}))
			at := start.Add(asked)
			if c.after != 0 {
				at = start.Add(c.after)
			}
			id := p.IDs.New()
			p.must(p.Update(t.Context(), func(tx storage.Tx) error {
				kept, remind, err := people.ConsentClock(tx, phone.Key, id, at)
				if err != nil || remind != c.remind {
					t.Errorf("reminded %v (%v), want %v", remind, err, c.remind)
				}
				if due := kept.ConsentDue(); due != start.Add(c.nextDue) {
					t.Errorf("next at %s, want %s", due, start.Add(c.nextDue))
				}
				_, again, err := people.ConsentClock(tx, phone.Key, p.IDs.New(), at)
				if again {
					t.Error("reminded twice")
				}
				return err
			}))
		})
	}
}

// A question that nobody answered is over only once the silence is noted: no other question takes its place before.
func TestSilenceIsNotLost(t *testing.T) {
	p := newPhones(t)
	phone := p.phone("+22376123456")
	start := p.Time.Instant()
	over := start.Add(people.ConsentOpen)
	c := bot.Contact{Key: phone.Key, Number: phone.Number, Sex: bot.SexMale, Enrolled: bot.Enrolment{Via: bot.EnrolFieldAgent, By: "GAO-1"}}
	p.must(p.Update(t.Context(), func(tx storage.Tx) error {
		kept, err := people.Save(tx, c)
		if err == nil {
			kept, err = people.AskConsent(tx, kept, p.IDs.New(), start)
		}
		if err != nil {
			return err
		}
		for _, kind := range []bot.QuestionKind{bot.QuestionErase, bot.QuestionDraft, bot.QuestionDesk, bot.QuestionHelpful, bot.QuestionAge} {
			kept = people.Ask(kept, bot.Question{Kind: kind, AskedAt: over, EndsAt: over.Add(time.Hour)}, true)
		}
		if q := people.QuestionOf(kept, bot.QuestionConsent, over); q != nil {
			t.Error("it can still be answered")
		}
		if _, err = people.Save(tx, kept); err != nil {
			return err
		}
		kept, remind, err := people.ConsentClock(tx, phone.Key, p.IDs.New(), over.Add(time.Minute))
		if remind || kept.Consent.State != bot.ConsentExpired || kept.Consent.At != over || kept.Sex != "" || kept.ConsentDue() != 0 {
			t.Errorf("reminded %v, %+v", remind, kept.Consent)
		}
		return err
	}))
}
