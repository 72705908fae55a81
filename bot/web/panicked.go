package web

import (
	"fmt"
	"path"
	"runtime"
	"strconv"
	"strings"
)

// panicked is a panic without its value, which may quote a message: its type, and the calls that led to it, innermost
// first. A whole stack trace is not kept either, since it shows small arguments such as a contact's key.
type panicked struct {
	kind  string
	calls []string // "tinye/bot/hotline.(*Hotline).Receive hotline.go:120", at most 8
}

// Error says what was thrown, never its words.
func (p *panicked) Error() string { return "panic: " + p.kind }

// newPanicked describes the recovered value v; it is called while the panicking calls are still on the stack.
func newPanicked(v any) *panicked {
	p := &panicked{kind: fmt.Sprintf("%T", v)}
	var pcs [64]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(1, pcs[:])])
	thrown := false
	for len(p.calls) < 8 {
		f, more := frames.Next()
		switch {
		case strings.HasPrefix(f.Function, "runtime."):
			thrown = true // what lies before is the recovery
		case thrown:
			p.calls = append(p.calls, f.Function+" "+path.Base(f.File)+":"+strconv.Itoa(f.Line))
		}
		if !more {
			break
		}
	}
	return p
}

// caught turns a panic into *err; it is deferred directly.
func caught(err *error) {
	if v := recover(); v != nil {
		*err = newPanicked(v)
	}
}
