package storage

import "tinye/bot"

// Forgetting takes people out of the store.
type Forgetting interface {
	// Forget enters in the ledger that a contact is forgotten (bot.ErasedPerson, bot.ErasedNumber), and has
	// Erasures.ForgetContacts take off what hangs on it: all that came or was made before the entry's moment. The contact's own
	// row is the caller's to write.
	Forget(e bot.Erasure) error
	// DropContact deletes a contact's row, if it is there.
	DropContact(key bot.ContactKey) error
	// Contacts lists contacts in the order of their keys, after the given one.
	Contacts(after bot.ContactKey, limit int) ([]bot.Contact, error)
	// TextsBefore lists messages received before a moment that still have their text, after the given one and at most limit; next
	// is where to go on, zero at the end. One call looks at a bounded number of rows.
	TextsBefore(before bot.Instant, after bot.ID, limit int) (ids []bot.ID, next bot.ID, err error)
	// Ledger lists what was erased, the oldest first, after the given entry.
	Ledger(after bot.Erasure, limit int) ([]bot.Erasure, error)
}

// Forgotten counts what ForgetContacts took off.
type Forgotten struct {
	People   int // of whom nothing is left to do
	Texts    int
	Reports  int
	Messages int // queued ones are suppressed, with ReasonErased
	Waiting  int // people of whom something is left: a message is being sent, or rows are still to be looked at

	More bool // rows are still to be looked at: the next call goes on
}

// ReasonErased is why a message to somebody who was forgotten is suppressed.
const ReasonErased = "erased"
