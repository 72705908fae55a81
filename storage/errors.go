package storage

import "errors"

// Errors of every Store. They are compared with errors.Is.
var (
	// ErrNotFound: no row under that key.
	ErrNotFound = errors.New("storage: not found")
	// ErrConflict: the row is not at the revision that the caller read, or exists already when none was expected.
	ErrConflict = errors.New("storage: somebody else changed it meanwhile")
	// ErrInvalid: the row breaks a rule of the contract (a text that is no UTF-8, an empty key).
	ErrInvalid = errors.New("storage: not a valid row")
	// ErrReadOnly: a write inside a View.
	ErrReadOnly = errors.New("storage: a view cannot write")
	// ErrErased: the row's key was dropped, which is how texts are erased.
	ErrErased = errors.New("storage: erased")
	// ErrNoRef: every candidate reference is taken.
	ErrNoRef = errors.New("storage: every reference drawn is taken")
	// ErrFenced: a claim's token is no longer the row's; somebody else has it, or it was given up.
	ErrFenced = errors.New("storage: the claim is no longer ours")
	// ErrClockBehind: the clock is earlier than our own last commit; sending waits until it catches up or is accepted.
	ErrClockBehind = errors.New("storage: the clock is behind our own last commit")
	// ErrFull: no space left on the disk. Nothing was stored; it works again by itself once there is space.
	ErrFull = errors.New("storage: no space left on the disk")
	// ErrBroken: the disk refused to make a commit durable. The store closes, re-opens and checks itself meanwhile.
	ErrBroken = errors.New("storage: the disk failed; re-opening")
	// ErrClosed: the store is closed.
	ErrClosed = errors.New("storage: closed")
	// ErrInUse: another process has the database open.
	ErrInUse = errors.New("storage: another process has the database open")
	// ErrNewerSchema: the database was written by a newer version.
	ErrNewerSchema = errors.New("storage: the database was written by a newer version")
	// ErrWrongKey: the master key does not open this database's key ring, or the ring is another database's.
	ErrWrongKey = errors.New("storage: this key does not open this database")
)

// Unavailable tells whether err means that storage cannot write just now, so that a gateway should try again later
// (HTTP 503); every other error is about the message itself.
func Unavailable(err error) bool {
	for _, e := range []error{ErrFull, ErrBroken, ErrClosed} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
