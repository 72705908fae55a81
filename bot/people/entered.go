package people

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// Entered finds the contact of a number that somebody at the desk typed, or makes it. It agrees to nothing in the person's
// name: consent, a STOP and a language that the person chose stay as they are, and so does the wish for no SMS at all.
//
// lang and way are what the person asked for, "" where nothing was said; gateway is for a number that never wrote to us.
func Entered(
	tx storage.Tx, key bot.ContactKey, number bot.Address, gateway string, lang bot.Lang, way bot.ReplyBy, at bot.Instant,
) (bot.Contact, error) {
	c, err := Find(tx, key, number, gateway, at)
	if err != nil {
		return bot.Contact{}, err
	}
	changed := c.Rev == 0
	if c.Gateway == "" {
		c.Gateway, changed = gateway, true
	}
	if day := startOfDay(at); c.LastSeen < day {
		c.LastSeen, changed = day, true
	}
	if lang != "" && c.Lang != lang && c.LangBy != bot.LangChosen {
		c.Lang, c.LangBy, changed = lang, bot.LangDetected, true
	}
	if way != "" && c.ReplyBy != way && c.ReplyBy != bot.ReplyByUSSD {
		c.ReplyBy, changed = way, true
	}
	if !changed {
		return c, nil
	}
	return Save(tx, c)
}

// ToldFor notes that a report was entered for a number, so that the person finds it in the menu. A text that the person
// sends soon after is a report of its own.
func ToldFor(tx storage.Tx, key bot.ContactKey, report bot.ID, at bot.Instant) error {
	today, err := tx.Activity(key, at)
	if err != nil {
		return fmt.Errorf("people: told for: %w", err)
	}
	list := append(slices.Clone(today.Reports), report)
	today.Reports = list[max(0, len(list)-reportsOfDay):]
	if err := tx.PutActivity(key, at, today); err != nil {
		return fmt.Errorf("people: told for: %w", err)
	}
	return nil
}

// DeskAsked is when the desk's question to a contact left, or may have left; ok is false while there is none, or it waits.
func DeskAsked(tx storage.Tx, c bot.Contact, at bot.Instant) (q bot.Question, left bot.Instant, ok bool, err error) {
	found := QuestionOf(c, bot.QuestionDesk, at)
	if found == nil {
		return bot.Question{}, 0, false, nil
	}
	if found.Shown {
		return *found, found.AskedAt, true, nil
	}
	for _, id := range found.Texts {
		o, err := tx.Outbound(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return bot.Question{}, 0, false, fmt.Errorf("people: desk asked: %w", err)
		}
		switch o.State {
		case bot.OutHandedOver, bot.OutDelivered:
			return *found, o.HandedAt, true, nil
		case bot.OutClaimed, bot.OutUnknown:
			return *found, max(o.HandedAt, o.NextAt), true, nil
		}
	}
	return *found, 0, false, nil
}

// DeskShown notes that the desk's question stands on the caller's screen. It counts as asked then, and its time begins, if
// it was not sent.
func DeskShown(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	q, _, asked, err := DeskAsked(tx, c, at)
	if err != nil || asked || q.Kind == "" {
		return c, err
	}
	list := slices.Clone(questions(c))
	for i := range list {
		if list[i].Kind == bot.QuestionDesk {
			list[i].Shown, list[i].AskedAt = true, at
		}
	}
	return Save(tx, withQuestions(c, list))
}
