package storage

import "tinye/bot"

// Sources are the verifiers' address book.
type Sources interface {
	// Source reads a source by its code; ErrNotFound.
	Source(code string) (bot.Source, error)
	// PutSource writes a source that was read at revision ifRev (0 = new).
	PutSource(s bot.Source, ifRev uint64) error
	// Sources lists all by code, retired ones too.
	Sources() ([]bot.Source, error)
}
