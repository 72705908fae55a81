package people

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// Meet finds the contact of a number that has just written, or makes it. It writes only what a new day or a new language
// changes, so that most messages leave the contact's row alone.
//
// detected is the language of the text, "" when unsure; a language that the person chose is never overruled.
func Meet(tx storage.Tx, key bot.ContactKey, number bot.Address, gateway string, detected bot.Lang, at bot.Instant) (bot.Contact, error) {
	day := startOfDay(at)
	c, err := tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		c = bot.Contact{Key: key, Number: number, Gateway: gateway, FirstSeen: day, LastSeen: day}
		if detected != "" {
			c.Lang, c.LangBy = detected, bot.LangDetected
		}
		return Save(tx, c)
	}
	if err != nil {
		return bot.Contact{}, fmt.Errorf("people: meet: %w", err)
	}
	c, changed := returned(c, number, at)
	if c.LastSeen < day {
		c.LastSeen, changed = day, true
	}
	if c.Gateway != gateway {
		c.Gateway, changed = gateway, true
	}
	if detected != "" && c.LangBy != bot.LangChosen && c.Lang != detected {
		c.Lang, c.LangBy, changed = detected, bot.LangDetected, true
	}
	if !changed {
		return c, nil
	}
	return Save(tx, c)
}

// Find finds the contact of a number, or makes one that is not stored yet (Rev 0): who only looks at a menu leaves nothing.
func Find(tx storage.Tx, key bot.ContactKey, number bot.Address, gateway string, at bot.Instant) (bot.Contact, error) {
	c, err := tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		day := startOfDay(at)
		return bot.Contact{Key: key, Number: number, Gateway: gateway, FirstSeen: day, LastSeen: day}, nil
	}
	if err != nil {
		return bot.Contact{}, fmt.Errorf("people: find: %w", err)
	}
	c, _ = returned(c, number, at)
	return c, nil
}

// returned is the contact of somebody who was forgotten and writes again: the number is known once more, and the STOP that
// being forgotten is still holds.
func returned(c bot.Contact, number bot.Address, at bot.Instant) (_ bot.Contact, changed bool) {
	if c.Number.Answerable() && c.LastText.IsZero() {
		return c, false
	}
	c.Number, c.LastText = number, bot.ID{}
	if c.FirstSeen.IsZero() {
		c.FirstSeen = startOfDay(at)
	}
	return c, true
}

// SeenInMenu notes the day on which a known number used the menus. The gateway that the number last wrote to stays the one
// that it is answered by: menus may come by one that carries no SMS.
func SeenInMenu(tx storage.Tx, c bot.Contact, gateway string, at bot.Instant) (bot.Contact, error) {
	if c.LastSeen.IsZero() && !c.ErasedAt.IsZero() {
		return c, nil // who was forgotten and only looks leaves nothing
	}
	day := startOfDay(at)
	if c.LastSeen >= day && c.Gateway != "" {
		return c, nil
	}
	c.LastSeen = max(c.LastSeen, day)
	if c.Gateway == "" {
		c.Gateway = gateway
	}
	return Save(tx, c)
}

// Save writes a contact at the revision it was read with and returns it at the next.
func Save(tx storage.Tx, c bot.Contact) (bot.Contact, error) {
	if err := tx.PutContact(c, c.Rev); err != nil {
		return bot.Contact{}, fmt.Errorf("people: save: %w", err)
	}
	c.Rev++
	return c, nil
}

// ChooseLang notes the language that a person asked for.
func ChooseLang(tx storage.Tx, c bot.Contact, l bot.Lang) (bot.Contact, error) {
	if c.Lang == l && c.LangBy == bot.LangChosen {
		return c, nil
	}
	c.Lang, c.LangBy = l, bot.LangChosen
	return Save(tx, c)
}

// HelpedOn tells whether a greeting was answered with the help text on the day of a moment already: then it is left alone
// (dialogues §1.7).
func HelpedOn(c bot.Contact, at bot.Instant) bool {
	return c.HelpDay == at.Time().Format(time.DateOnly)
}

// Helped notes that a greeting is answered with the help text.
func Helped(tx storage.Tx, c bot.Contact, at bot.Instant) (bot.Contact, error) {
	c.HelpDay = at.Time().Format(time.DateOnly)
	return Save(tx, c)
}

// LangAsked notes that a person was acknowledged in both languages, which is done once.
func LangAsked(tx storage.Tx, c bot.Contact) (bot.Contact, error) {
	c.LangAsked = true
	return Save(tx, c)
}

func startOfDay(at bot.Instant) bot.Instant {
	return bot.At(at.Time().Truncate(24 * time.Hour))
}
