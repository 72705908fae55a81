package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tinye/bot/panicked"
)

// sweepEvery is how often what time alone brings about is done.
const sweepEvery = 30 * time.Second

// repeatedly does something, such as "sweep", at once and then at every tick, until the context ends. A fault is logged when
// it begins, when it changes and when it is over, not at every tick; a panic is a fault like others.
func repeatedly(ctx context.Context, log *slog.Logger, what string, once func(context.Context) error, ticks <-chan time.Time) {
	last := ""
	for {
		err := guard(what, func() error { return once(ctx) })
		switch {
		case ctx.Err() != nil:
			return
		case err == nil && last != "":
			log.Info("the " + what + " works again")
			last = ""
		case err != nil && err.Error() != last:
			last = err.Error()
			log.Error("the "+what+" failed", "err", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// guard runs f; a panic becomes an error that names its type and place, never its words, which may quote a message.
func guard(what string, f func() error) error {
	err := func() (err error) {
		defer panicked.Catch(&err)
		return f()
	}()
	if _, threw := errors.AsType[*panicked.Error](err); threw {
		err = fmt.Errorf("%s: %w", what, err)
	}
	return err
}
