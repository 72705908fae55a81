package seal

import "errors"

// Errors of this package; test with errors.Is.
var (
	// ErrLocked: the master key file is under a passphrase and none was given.
	ErrLocked = errors.New("the master key needs its passphrase")
	// ErrWrongPassphrase: the passphrase does not open the master key file.
	ErrWrongPassphrase = errors.New("wrong passphrase")
	// ErrWrongKey: the master key is not this ring's, or the ring is not this database's.
	ErrWrongKey = errors.New("wrong key, nothing was changed")
	// ErrDamaged: a file or value is cut short, altered, moved to another key, or was never ours.
	ErrDamaged = errors.New("damaged or not ours")
	// ErrNewer: a newer version of the program wrote the ring.
	ErrNewer = errors.New("written by a newer version")
	// ErrKeyDropped: the value's key was dropped; its content is erased.
	ErrKeyDropped = errors.New("the key was dropped, the content is erased")
	// ErrUnknownKey: the ring never held the value's key; it is older than the value.
	ErrUnknownKey = errors.New("the key ring is older than the value")
	// ErrReadOnly: the ring was opened from bytes and has no file to keep a new key in.
	ErrReadOnly = errors.New("the key ring was opened from a copy and cannot change")
	// ErrRingChanged: the ring file is not the one this process read or wrote last: another process changed it, or a
	// write failed after its rename. Opening the ring again settles both.
	ErrRingChanged = errors.New("the key ring file is not the one that was opened, open it again")
	// ErrClosed: the ring was closed, its keys are wiped.
	ErrClosed = errors.New("the key ring is closed")
)
