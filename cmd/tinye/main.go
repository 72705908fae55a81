// Command tinye is the hotline: the server, its desk's command line and what a site needs around them, in one file.
//
// main.go holds the table of subcommands, run.go puts the rooms together, and each subcommand has a file of its own.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	_ "time/tzdata" // small systems have no zone files

	"github.com/alecthomas/kong"
)

// Exit codes. The systemd unit does not restart after exitConfig.
const (
	exitFailed = 1
	exitConfig = 2 // the configuration or the command line is wrong: starting again does not mend it
	exitAlarm  = 3 // of tinye status alone: an alarm waits that nobody answers
)

// tinye is every subcommand.
type tinye struct {
	Serve serveCmd `cmd:"" group:"run" help:"Run the hotline."`
	Demo  demoCmd  `cmd:"" group:"run" help:"Try it on this machine: own key and data, a simulated carrier, a few rumours."`
	Phone phoneCmd `cmd:"" group:"run" help:"A phone in the terminal, for the demo."`

	Status     statusCmd     `cmd:"" group:"desk" help:"How the hotline does. Ends with 3 where an alarm waits that nobody answers."`
	Report     reportCmd     `cmd:"" group:"desk" help:"What people tell."`
	Rumour     rumourCmd     `cmd:"" group:"desk" help:"Claims: from new to closed."`
	Stock      stockCmd      `cmd:"" group:"desk" help:"Stock wordings: sentences that two people approve once."`
	Bulletin   bulletinCmd   `cmd:"" group:"desk" help:"Checked messages for an audience."`
	Broadcast  broadcastCmd  `cmd:"" group:"desk" help:"What was sent to an audience: who got it, who did not, and why."`
	Request    requestCmd    `cmd:"" group:"desk" help:"Questions of consent to those on an imported list."`
	Source     sourceCmd     `cmd:"" group:"desk" help:"The verifiers' address book: whom to call."`
	Protect    protectCmd    `cmd:"" group:"desk" help:"Reports about abuse, which the protection focal point alone reads."`
	Duty       dutyCmd       `cmd:"" group:"desk" help:"Who is told of alarms at night, and what waits."`
	Outbox     outboxCmd     `cmd:"" group:"desk" help:"Messages to send, and those sent."`
	Quarantine quarantineCmd `cmd:"" group:"desk" help:"Requests that could not be handled."`
	Place      placeCmd      `cmd:"" group:"desk" help:"Places: those that are known, and a list of your own."`
	User       userCmd       `cmd:"" group:"desk" help:"The desk's accounts."`
	People     peopleCmd     `cmd:"" group:"desk" help:"What is held about a number, and forgetting it."`
	Codes      codesCmd      `cmd:"" group:"desk" help:"One-use codes for commands by SMS."`
	Events     eventsCmd     `cmd:"" group:"desk" help:"Who did what, and who looked at what."`
	Export     exportCmd     `cmd:"" group:"desk" help:"What happened, as lines of JSON without contacts."`
	Backup     backupCmd     `cmd:"" group:"desk" help:"Write a backup of the running hotline."`
	Unlock     unlockCmd     `cmd:"" group:"desk" help:"Type the passphrase of the master key after a start."`
	Clock      clockCmd      `cmd:"" group:"desk" help:"The clock, after it was found to be behind."`

	Config  configCmd  `cmd:"" group:"site" help:"The configuration file."`
	Key     keyCmd     `cmd:"" group:"site" help:"The master key."`
	Restore restoreCmd `cmd:"" group:"site" help:"Put a backup back, while the hotline is stopped."`
	Compact compactCmd `cmd:"" group:"site" help:"Give free space back to the disk, while the hotline is stopped."`
	Locales localesCmd `cmd:"" group:"site" help:"The texts."`
	Flows   flowsCmd   `cmd:"" group:"site" help:"The menus."`
	Version versionCmd `cmd:"" group:"site" help:"Print the version."`
}

// streams are where a subcommand reads and writes.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// exitError ends the program with another code than exitFailed. Without err everything has been said.
type exitError struct {
	code int
	err  error
}

func (e *exitError) Error() string {
	if e.err == nil {
		return fmt.Sprintf("exit %d", e.code)
	}
	return e.err.Error()
}

func (e *exitError) Unwrap() error { return e.err }

// gcPercent lets the heap, which is about 10 MB, grow to four times its live size before it is collected: a sixth less
// processor time for a message, for some 30 MB. GOGC in the environment overrides it.
const gcPercent = 300

func main() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(gcPercent)
	}
	os.Exit(execute(untilSignal(), os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr}))
}

// untilSignal ends with the first signal to stop; a second one ends the program at once. Both wait in the channel, so
// that neither is lost, however soon it follows.
func untilSignal() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		cancel()
		<-signals
		os.Exit(exitFailed)
	}()
	return ctx
}

// execute runs one command line and returns the exit code.
func execute(ctx context.Context, args []string, std streams) int {
	exited, code := false, 0
	parser, err := kong.New(&tinye{},
		kong.Name("tinye"),
		kong.Description("Tinye is a rumour hotline: people text, a desk checks, everybody who asked gets the answer."),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, NoExpandSubcommands: true}),
		kong.ExplicitGroups([]kong.Group{
			{Key: "run", Title: "Running it:"},
			{Key: "desk", Title: "The desk (speaks with the running hotline):"},
			{Key: "site", Title: "Looking after it:"},
		}),
		kong.Writers(std.out, std.err),
		kong.Exit(func(c int) { exited, code = true, c }),
		kong.Vars{"checks": checkHelp},
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		fmt.Fprintln(std.err, "tinye:", err)
		return exitFailed
	}
	line, err := parser.Parse(args)
	if exited { // --help
		return code
	}
	if err != nil {
		fmt.Fprintf(std.err, "tinye: %v. See tinye --help.\n", err)
		return exitConfig
	}
	if err = line.Run(); err == nil {
		return 0
	}
	if e, ok := errors.AsType[*exitError](err); ok {
		if e.err != nil {
			fmt.Fprintln(std.err, "tinye:", e.err)
		}
		return e.code
	}
	fmt.Fprintln(std.err, "tinye:", err)
	return exitFailed
}
