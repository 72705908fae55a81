package people

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

const (
	// EraseKey is the locale key of the question whether somebody wants to be forgotten.
	EraseKey = "sms.erase"
	// ErasedKey is the locale key of the last text, which says that it is done.
	ErasedKey = "sms.erased"
	// EraseOpen is how long the question stays open (dialogues §2).
	EraseOpen = 24 * time.Hour
)

// AskErase opens the question whether somebody wants to be forgotten, before any other.
func AskErase(tx storage.Tx, c bot.Contact, text bot.ID, at bot.Instant) (bot.Contact, error) {
	q := bot.Question{Kind: bot.QuestionErase, AskedAt: at, EndsAt: at.Add(EraseOpen), Texts: []bot.ID{text}}
	return Save(tx, Ask(c, q, true))
}

// Forget forgets a person who asked for it: of the contact only its key stays, against which nothing is sent as after a STOP,
// and all that hangs on it is taken off by the store (storage.Erasures). With last, the Outbound that says so, the number
// stays until that has left; it is zero where nothing is said. A person who later writes of their own is known again, and
// still stopped.
func Forget(tx storage.Tx, c bot.Contact, last bot.ID, at bot.Instant) (bot.Contact, error) {
	left := bot.Contact{Key: c.Key, Rev: c.Rev, StoppedAt: c.StoppedAt, ErasedAt: at}
	if !c.Stopped() {
		left.StoppedAt = at
	}
	if !last.IsZero() {
		left.Number, left.Gateway, left.LastText = c.Number, c.Gateway, last
	}
	left, err := Save(tx, left)
	if err != nil {
		return bot.Contact{}, err
	}
	if err := forgetMember(tx, c.Key, at); err != nil {
		return bot.Contact{}, err
	}
	if err := tx.Forget(bot.Erasure{Kind: bot.ErasedPerson, At: at, ID: c.Key}); err != nil {
		return bot.Contact{}, fmt.Errorf("people: forget: %w", err)
	}
	return left, nil
}

// Lapse forgets a number that was not heard of since before a moment; done is false for one that was. A STOP stays, with
// nothing but the key it stands against.
func Lapse(tx storage.Tx, key bot.ContactKey, before, at bot.Instant) (done bool, err error) {
	c, err := tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("people: lapse: %w", err)
	}
	if !Lapses(c, before) {
		return false, nil
	}
	if err := forgetNumber(tx, c, at); err != nil {
		return false, fmt.Errorf("people: lapse: %w", err)
	}
	return true, nil
}

// forgetNumber takes a number off; a STOP stays, with nothing but the key it stands against.
func forgetNumber(tx storage.Tx, c bot.Contact, at bot.Instant) (err error) {
	if c.Stopped() {
		_, err = Save(tx, bot.Contact{Key: c.Key, Rev: c.Rev, StoppedAt: c.StoppedAt, ErasedAt: at})
	} else {
		err = tx.DropContact(c.Key)
	}
	if err != nil {
		return err
	}
	return tx.Forget(bot.Erasure{Kind: bot.ErasedNumber, At: at, ID: c.Key})
}

// Lapses tells whether a contact holds a number that was not heard of since before a moment.
func Lapses(c bot.Contact, before bot.Instant) bool {
	return c.Number.Value != "" && c.LastText.IsZero() && max(c.LastSeen, c.FirstSeen) < before
}
