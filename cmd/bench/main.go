// Command bench measures how much this machine takes, prints it and writes bench.json, a flat object of names and numbers
// (`make bench`).
//
// It starts itself again, as the server ("bench serve") and as the load generator ("bench load"): two processes on the same
// cores, over loopback, with the database on the disk below var/bench. Every figure is the median over the rounds. It runs
// on Linux only, since it reads /proc.
//
// A measurement is one entry of benches and one file; what a file adds to the figures is printed and written by itself.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := execute(ctx, os.Args[1:], os.Stdin, os.Stdout)
	stop()
	if errors.Is(err, flag.ErrHelp) {
		return
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func execute(ctx context.Context, args []string, in io.Reader, out io.Writer) error {
	if len(args) == 2 {
		switch args[0] {
		case roleServe:
			return play(args[1], func(o serveOptions) error { return serve(ctx, o, in, out) })
		case roleLoad:
			return play(args[1], func(o loadOptions) error { return load(ctx, o, out) })
		case roleFill:
			return play(args[1], func(o fillOptions) error { return fill(ctx, o) })
		case roleForget:
			return play(args[1], func(o forgetOptions) error { return forget(ctx, o, out) })
		case roleImport:
			return play(args[1], func(o importOptions) error { return importList(ctx, o, out) })
		case roleBroadcast:
			return play(args[1], func(o broadcastOptions) error { return sendBroadcast(ctx, o, out) })
		}
	}
	return measure(ctx, args, out)
}

// play runs a part of ours with the options that the parent wrote as JSON.
func play[T any](options string, part func(T) error) error {
	var o T
	if err := json.Unmarshal([]byte(options), &o); err != nil {
		return fmt.Errorf("options: %w", err)
	}
	return part(o)
}

// plan is how much is measured.
type plan struct {
	rounds      int
	warmup      time.Duration // before the window opens
	window      time.Duration // of one run
	connections []int
	preload     int // messages stored before the runs that want many
	listed      int // rows of an imported list
}

// most is the number of connections at which the figures with one number only are taken.
const most = 256

func fullPlan() plan {
	return plan{rounds: 3, warmup: time.Second, window: 10 * time.Second, connections: []int{1, 16, 64, most}, preload: 1_000_000, listed: 100_000}
}

// quickPlan is for trying: its figures are not worth keeping.
func quickPlan() plan {
	return plan{rounds: 1, warmup: 500 * time.Millisecond, window: 2 * time.Second, connections: []int{1, most}, preload: 50_000, listed: 10_000}
}

func measure(ctx context.Context, args []string, out io.Writer) (err error) {
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	quick := flags.Bool("quick", false, "one round of 2 s, fewer connections and stored messages")
	only := flags.String("only", "", "run one benchmark of: "+names(benches()))
	preload := flags.Int("preload", 0, "messages stored beforehand, in place of 1,000,000")
	rounds := flags.Int("rounds", 0, "rounds, in place of 3")
	connections := flags.Int("c", 0, "only so many connections where a benchmark has 1, 16, 64 and 256")
	profile := flags.String("cpuprofile", "", "with -only: write the server's CPU profile at 256 connections, or those of -c, to this file")
	allocs := flags.String("memprofile", "", "with -only: likewise, the profile of what it allocated")
	folder := flags.String("dir", "var/bench", "folder on the disk to be measured")
	file := flags.String("o", "", "file for the figures; bench.json unless -quick or -only is given")
	if err := flags.Parse(args); err != nil {
		return err
	}
	if flags.NArg() > 0 {
		return fmt.Errorf("%q is no option: see bench -h", flags.Arg(0))
	}
	if (*profile != "" || *allocs != "") && *only == "" {
		return errors.New("-cpuprofile and -memprofile need -only: a profile is one benchmark's")
	}
	if *file == "" && !*quick && *only == "" {
		*file = "bench.json"
	}
	p := fullPlan()
	if *quick {
		p = quickPlan()
	}
	if *preload > 0 {
		p.preload = *preload
	}
	if *rounds > 0 {
		p.rounds = *rounds
	}
	if *connections > 0 {
		p.connections = []int{*connections}
	}
	chosen := benches()
	if *only != "" {
		if chosen = find(chosen, *only); chosen == nil {
			return fmt.Errorf("there is no benchmark %q, only: %s", *only, names(benches()))
		}
	}
	l, err := newLab(p, *folder, os.Stderr)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, l.close()) }()
	l.profile, l.allocs, l.profiled = *profile, *allocs, most
	if *connections > 0 {
		l.profiled = *connections
	}

	var done []figures
	for n := range p.rounds {
		round := make(figures)
		for _, b := range chosen {
			l.say("round %d of %d: %s", n+1, p.rounds, b.name)
			if err := b.run(ctx, l, round); err != nil {
				return fmt.Errorf("%s: %w", b.name, err)
			}
		}
		done = append(done, round)
	}
	f := medians(done)
	f.derive()
	f["rounds"], f["window_s"], f["preloaded"] = float64(p.rounds), p.window.Seconds(), float64(p.preload)
	f.print(out)
	if *file == "" {
		return nil
	}
	return f.write(*file)
}
