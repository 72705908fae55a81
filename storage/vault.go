package storage

import (
	"context"

	"tinye/bot"
)

// Vault are the protected reports, which only the protection focal points' own keys open, and the public halves of those.
type Vault interface {
	// Case reads a protected report; ErrNotFound.
	Case(id bot.ID) (bot.Case, error)
	// PutCase writes one that was read at revision ifRev (0 = new).
	PutCase(c bot.Case, ifRev uint64) error
	// Cases lists them.
	Cases(p Page) ([]bot.Case, error)
	// ProtectionKey reads a public key; ErrNotFound.
	ProtectionKey(public string) (bot.ProtectionKey, error)
	// PutProtectionKey writes one that was read at revision ifRev (0 = new).
	PutProtectionKey(k bot.ProtectionKey, ifRev uint64) error
	// ProtectionKeys lists all, retired ones too.
	ProtectionKeys() ([]bot.ProtectionKey, error)

	// EraseText empties the text of a message that was stored before. ErrNotFound; a message that is erased already is no
	// error. What still lies of the text on the disk is made unreadable by Erasures.FinishErasures.
	EraseText(inbound bot.ID) error
	// EraseQuarantined empties the raw query and body of a request, likewise.
	EraseQuarantined(id bot.ID) error
}

// Erasures make what Tx erased unreadable for good.
type Erasures interface {
	// FinishErasures seals again, under new keys, whatever is still needed of the months in which something was erased, and
	// drops the old keys: free pages of the file and keys kept nowhere but in older backups open no more of it. One call does a
	// bounded part of that; the next one goes on, also after a restart. pending tells that it has to be called again: rows are
	// left, or a backup is being written, which needs the old keys. What is erased while that goes on is for the run after it.
	FinishErasures(ctx context.Context) (pending bool, err error)
	// ForgetContacts takes off what hangs on the contacts that Tx.Forget named, in small portions: reports lose their contact,
	// messages are suppressed or lose theirs, follow-ups, sessions and day counts go, and for bot.ErasedPerson the texts, and
	// what lies of theirs in the vault: its rows stay, closed and empty. The number on a contact's row goes once its LastText has left. One call looks at a bounded number of rows (Forgotten.More); the
	// next one goes on where it stopped, also after a restart.
	ForgetContacts(ctx context.Context) (Forgotten, error)
	// RenewRecords seals every record again under a new key and drops the old ones, if ForgetContacts has taken anything off
	// since it last did: free pages open no more of that. pending as in FinishErasures, and while ForgetContacts has rows to look
	// at.
	RenewRecords(ctx context.Context) (pending bool, err error)
}
