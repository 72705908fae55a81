package storage

import "tinye/bot"

// Imports are the lists of numbers that were brought in, and who stands on them, in the order of the file.
type Imports interface {
	// ImportRun reads a run; ErrNotFound.
	ImportRun(id bot.ID) (bot.ImportRun, error)
	// PutImportRun writes a run that was read at revision ifRev (0 = new); ErrConflict, also where another run of the same file
	// stands that was not dropped.
	PutImportRun(r bot.ImportRun, ifRev uint64) error
	// ImportRuns lists runs.
	ImportRuns(p Page) ([]bot.ImportRun, error)
	// ImportRunOf finds the run of a file that was not dropped; ErrNotFound.
	ImportRunOf(file bot.RepeatKey) (bot.ID, error)
	// PutImported notes who stands in a row of a run; noting it twice changes nothing. Rows begin with 1. Erasures.ForgetContacts
	// takes off those who are forgotten.
	PutImported(run bot.ID, i bot.Imported) error
	// DropImported takes somebody off, if they are there.
	DropImported(run bot.ID, i bot.Imported) error
	// Imported lists a run in the order of its rows, after the given row.
	Imported(run bot.ID, after, limit int) ([]bot.Imported, error)
}
