package main

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"
)

// A fault of the sweep is logged once while it lasts, and again when it is another; a panic ends nothing.
func TestSweepLogsEachFaultOnce(t *testing.T) {
	full := errors.New("no space")
	outcomes := []func() error{
		func() error { return full },
		func() error { return full },
		func() error { panic("a text") },
		func() error { return nil },
		func() error { return nil },
		func() error { return full },
	}
	var log output
	ctx, cancel := context.WithCancel(t.Context())
	ticks := make(chan time.Time, len(outcomes))
	for range outcomes {
		ticks <- time.Time{}
	}
	n := 0
	repeatedly(ctx, slog.New(slog.NewTextHandler(&log, nil)), "sweep", func(context.Context) error {
		if n == len(outcomes) {
			cancel()
			return nil
		}
		n++
		return outcomes[n-1]()
	}, ticks)
	said := log.String()
	if got := strings.Count(said, "no space"); got != 2 {
		t.Errorf("the fault that came twice is logged %d times, want 2:\n%s", got, said)
	}
	if strings.Count(said, "panic of type string") != 1 || strings.Contains(said, "a text") {
		t.Errorf("the panic:\n%s", said)
	}
	if strings.Count(said, "works again") != 1 {
		t.Errorf("the end of the fault:\n%s", said)
	}
}
