package bot

import (
	"errors"
	"fmt"
)

// Code is the kind of a fault, for machines; one table in each edge maps it to a status.
type Code string

// Codes.
const (
	CodeInvalid     Code = "invalid"     // the caller must change what was asked
	CodeNotFound    Code = "not_found"   // no such thing
	CodeConflict    Code = "conflict"    // somebody else changed it meanwhile: look again
	CodeForbidden   Code = "forbidden"   // the role does not allow it
	CodeRefused     Code = "refused"     // a guard of the rumour's life says no
	CodeUnavailable Code = "unavailable" // storage is locked, full or broken just now
	CodeInternal    Code = "internal"    // our fault
)

// Error is a fault with a code for machines, a sentence for people (a locale key and its values) and a cause for the
// log. The cause never leaves the machine, and Args never hold a number or a text.
type Error struct {
	Code Code
	Key  string
	Args map[string]string
	Err  error
}

// Error is for logs; people get the locale's sentence for Key.
func (e *Error) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("%s (%s): %v", e.Key, e.Code, e.Err)
	}
	return fmt.Sprintf("%s (%s)", e.Key, e.Code)
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Fault makes an Error; args are name, value, name, value.
func Fault(code Code, key string, args ...string) *Error {
	e := &Error{Code: code, Key: key}
	for i := 0; i+1 < len(args); i += 2 {
		if e.Args == nil {
			e.Args = make(map[string]string, len(args)/2)
		}
		e.Args[args[i]] = args[i+1]
	}
	return e
}

// CodeOf is the code of the Error in err's chain, or CodeInternal.
func CodeOf(err error) Code {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return CodeInternal
}
