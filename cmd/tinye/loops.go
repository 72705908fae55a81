package main

import (
	"context"
	"fmt"
	"log/slog"
	"path"
	"runtime"
	"strings"
	"time"
)

// sweepEvery is how often what time alone brings about is done.
const sweepEvery = 30 * time.Second

// sweep sweeps at once and then at every tick, until the context ends. A fault is logged when it begins, when it changes
// and when it is over, not every 30 s; a panic is a fault like others.
func sweep(ctx context.Context, log *slog.Logger, once func(context.Context) error, ticks <-chan time.Time) {
	last := ""
	for {
		err := guard("sweep", func() error { return once(ctx) })
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && last != "":
			log.Info("the sweep works again")
			last = ""
		case err != nil && err.Error() != last:
			last = err.Error()
			log.Error("the sweep failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// guard runs f; a panic becomes an error that names its type and place, never its words, which may quote a message.
func guard(what string, f func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("%s: panic of type %T at %s", what, v, panicPlace())
		}
	}()
	return f()
}

// panicPlace is the innermost call that is not the runtime's, seen from the deferred function that recovers.
func panicPlace() string {
	var pcs [32]uintptr
	frames := runtime.CallersFrames(pcs[:runtime.Callers(3, pcs[:])])
	for {
		f, more := frames.Next()
		if !strings.HasPrefix(f.Function, "runtime.") {
			return fmt.Sprintf("%s %s:%d", f.Function, path.Base(f.File), f.Line)
		}
		if !more {
			return "an unknown place"
		}
	}
}
