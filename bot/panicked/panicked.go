// Package panicked makes an error of a panic that shows no words of it: what was thrown may quote a message, and a whole
// stack trace shows small arguments such as a contact's key.
package panicked

import (
	"fmt"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// mostCalls is how many calls are kept of a stack.
const mostCalls = 8

// Error is a panic without its value.
type Error struct {
	Kind  string   // the type of what was thrown, such as "runtime.boundsError"
	Calls []string // what led to it, innermost first, at most 8: "tinye/bot/hotline.(*Service).Receive receive.go:120"
}

// Error says what was thrown and where, never its words.
func (e *Error) Error() string {
	place := "an unknown place"
	if len(e.Calls) > 0 {
		place = e.Calls[0]
	}
	return "panic of type " + e.Kind + " at " + place
}

// Catch turns a panic into *err; it is deferred directly.
func Catch(err *error) {
	if v := recover(); v != nil {
		*err = New(v)
	}
}

// New describes the recovered value v; it is called while the panicking calls are still on the stack.
func New(v any) *Error {
	e := &Error{Kind: fmt.Sprintf("%T", v)}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	thrown := false
	for more := true; more && len(e.Calls) < mostCalls; {
		var f runtime.Frame
		f, more = frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			thrown = true // what lies before is the recovery
		case thrown && f.Function != "":
			e.Calls = append(e.Calls, f.Function+" "+path.Base(f.File)+":"+strconv.Itoa(f.Line))
		}
	}
	return e
}
