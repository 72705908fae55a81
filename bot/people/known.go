package people

import (
	"errors"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// knowers are who may look a number up and have it forgotten.
func knowers() []bot.Role { return []bot.Role{bot.RoleCoordinator, bot.RoleAdmin} }

// LookUp is what we hold about a number that somebody at the desk typed, for a reason. The look is an event; of the number it
// bears the last two digits.
func LookUp(tx storage.Tx, a Act, p Phone, reason string) (bot.Contact, error) {
	by, c, err := a.known(tx, p, reason)
	if err != nil {
		return bot.Contact{}, err
	}
	return c, a.Note(tx, by, "person.shown", "…"+LastDigits(p.Number), strings.TrimSpace(reason))
}

// ForgetFor forgets a person who asked somebody at the desk for it: who asked for it and that it was done are two events. A
// number that we never heard of may be forgotten too: nothing is sent to it from then on. No message says so.
func ForgetFor(tx storage.Tx, a Act, p Phone, reason string) error {
	by, c, err := a.known(tx, p, reason)
	if bot.CodeOf(err) == bot.CodeNotFound {
		c, err = bot.Contact{Key: p.Key}, nil
		if by, err = a.Actor(tx, knowers()...); err != nil {
			return err
		}
	}
	if err != nil {
		return err
	}
	key := "…" + LastDigits(p.Number)
	if err := a.Note(tx, by, "person.forget_asked", key, strings.TrimSpace(reason)); err != nil {
		return err
	}
	if _, err := Forget(tx, c, bot.ID{}, a.At); err != nil {
		return err
	}
	return a.Note(tx, by, "person.forgotten", key, "")
}

// SetLangFor notes the language that a person asked somebody at the desk for, as if they had chosen it themselves.
func SetLangFor(tx storage.Tx, a Act, p Phone, l bot.Lang, reason string) error {
	by, c, err := a.known(tx, p, reason)
	if err != nil {
		return err
	}
	if !c.Number.Answerable() { // forgotten: there is nobody to write to
		return bot.Fault(bot.CodeNotFound, "desk.number_unknown")
	}
	if _, err := ChooseLang(tx, c, l); err != nil {
		return err
	}
	return a.Note(tx, by, "person.lang_set", "…"+LastDigits(p.Number), string(l)+" "+strings.TrimSpace(reason))
}

// known finds the contact of a number, for somebody who may ask and says why.
func (a Act) known(tx storage.Tx, p Phone, reason string) (bot.Actor, bot.Contact, error) {
	by, err := a.Actor(tx, knowers()...)
	if err != nil {
		return bot.Actor{}, bot.Contact{}, err
	}
	if strings.TrimSpace(reason) == "" {
		return bot.Actor{}, bot.Contact{}, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	c, err := tx.Contact(p.Key)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, bot.Contact{}, bot.Fault(bot.CodeNotFound, "desk.number_unknown")
	}
	if err != nil {
		return bot.Actor{}, bot.Contact{}, fmt.Errorf("people: known: %w", err)
	}
	return by, c, nil
}
