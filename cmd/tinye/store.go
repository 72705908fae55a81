package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"strings"
	"time"

	"github.com/google/uuid"

	"tinye/bot"
	"tinye/bot/config"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
)

// ringPath is the key ring's file, beside the database.
func ringPath(database string) string { return strings.TrimSuffix(database, ".db") + ".ring" }

// newID makes ids that sort by the time they were made.
func newID() bot.ID {
	// NewV7 fails only if the system has no randomness, and then the program has ended already (crypto/rand).
	return bot.ID(uuid.Must(uuid.NewV7()))
}

// storeOptions are the database and ring of a site.
func storeOptions(cfg config.Storage, master *seal.MasterKey, now func() time.Time, log *slog.Logger) bolt.Options {
	return bolt.Options{
		Path: cfg.Path, RingPath: ringPath(cfg.Path), Master: master, NewID: newID, Now: now, Log: log,
	}
}

// openStore opens the database; its error is a sentence for whoever starts the program.
func openStore(ctx context.Context, o bolt.Options) (*bolt.DB, error) {
	db, err := bolt.Open(ctx, o)
	if err != nil {
		return nil, storeFault(err, o.Path)
	}
	return db, nil
}

// storeFault puts a fault of storage into one sentence that says what to do. Faults without a sentence of their own keep
// their words.
func storeFault(err error, path string) error {
	sentence := ""
	switch {
	case errors.Is(err, storage.ErrInUse):
		sentence = path + " is in use: tinye serve or demo runs with it; stop that first."
	case errors.Is(err, storage.ErrWrongKey):
		sentence = "this key does not open " + path + ": take the key that belongs to it. Nothing was changed."
	case errors.Is(err, storage.ErrNewerSchema), errors.Is(err, seal.ErrNewer):
		sentence = path + " was written by a newer version of tinye: start that one, or restore an older backup. Nothing was changed."
	case errors.Is(err, storage.ErrFull):
		sentence = "the disk of " + path + " is full: make room and start again."
	case errors.Is(err, seal.ErrDamaged):
		sentence = path + " or its key ring is damaged: restore a backup (tinye restore). Nothing was changed."
	case errors.Is(err, fs.ErrPermission):
		sentence = path + " may not be read and written by this user: look at the owner and mode of the file and its folder."
	case errors.Is(err, fs.ErrNotExist):
		sentence = "the folder of " + path + " is not there: make it, owned by the user that runs tinye (mode 0700)."
	default:
		return err
	}
	return &sentenceError{sentence: sentence, err: err}
}

// readMaster reads the master key file; its error is a sentence.
func readMaster(path string) (*seal.MasterFile, error) {
	file, err := seal.ReadMasterKey(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &sentenceError{
			sentence: fmt.Sprintf("the master key %s is not there: plug in the stick that holds it, or, for a new site, make one: tinye key new %s", path, path),
			err:      err,
		}
	case err != nil:
		return nil, &sentenceError{sentence: fmt.Sprintf("the master key %s cannot be read: %v", path, reasonOf(err)), err: err}
	}
	return file, nil
}

// openMaster opens the master key with a passphrase, "" for a plain file; its error is a sentence.
func openMaster(path string, file *seal.MasterFile, passphrase string) (*seal.MasterKey, error) {
	key, err := file.Unlock(passphrase)
	switch {
	case errors.Is(err, seal.ErrDamaged):
		return nil, &sentenceError{sentence: path + " is damaged or is no master key: take the other copy.", err: err}
	case errors.Is(err, seal.ErrWrongPassphrase):
		return nil, &sentenceError{sentence: "this is not the passphrase of " + path + "; try again.", err: fmt.Errorf("%w: %w", storage.ErrWrongKey, err)}
	}
	return key, err
}

// sentenceError shows a sentence in place of the error behind it.
type sentenceError struct {
	sentence string
	err      error
}

func (e *sentenceError) Error() string { return e.sentence }

func (e *sentenceError) Unwrap() error { return e.err }

// reasonOf is a file's error without its path.
func reasonOf(err error) error {
	if e, ok := errors.AsType[*fs.PathError](err); ok {
		return e.Err
	}
	return err
}
