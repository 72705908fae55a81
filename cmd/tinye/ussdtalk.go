package main

import (
	"bufio"
	"context"
	"fmt"
	"strings"
)

// ussdHelp is what !help prints.
const ussdHelp = `A line is typed into the open session. *384# dials; *384*1*2# dials through.
  !dial, !dial *384*1#   dial again, or another code
  !hang                  hang up; the hotline is told
  !dup                   the last hop reaches the hotline a second time
  !late                  the hop before it comes again
  !drop                  the next hop reaches the hotline, its answer is lost, and so is the session
  !lost                  the next hop never reaches the hotline
  !sms TEXT              send an SMS from the same number
Ctrl-D ends.
`

// ussdTerminal is a phone in the terminal on which somebody dials. Without a carrier it has no SMS.
type ussdTerminal struct {
	std   streams
	phone *ussdPhone
	sms   *handset // nil: no carrier
}

// talk dials, and then does what each line says until the input ends. SMS show as they come.
func (t ussdTerminal) talk(ctx context.Context, code string) error {
	ctx, hangUp := context.WithCancel(ctx)
	defer hangUp()
	fmt.Fprintf(t.std.out, "Phone %s dials %s. !help lists the buttons; Ctrl-D ends.\n", t.phone.from, code)
	ended := make(chan error, 2)
	if t.sms != nil {
		listening := *t.sms
		go func() { ended <- ring(ctx, t.std.out, &listening) }()
	}
	go func() { ended <- t.lines(ctx, code) }()
	err := <-ended
	fmt.Fprintln(t.std.out)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

func (t ussdTerminal) lines(ctx context.Context, code string) error {
	t.line(ctx, code)
	lines := bufio.NewScanner(t.std.in)
	for lines.Scan() {
		t.line(ctx, strings.TrimSpace(lines.Text()))
	}
	return lines.Err()
}

// line does one line and asks for the next. What goes wrong is said: the phone works on.
func (t ussdTerminal) line(ctx context.Context, line string) {
	said, err := t.act(ctx, line)
	if err != nil {
		said += err.Error() + "\n"
	}
	fmt.Fprint(t.std.out, said+"> ")
}

// act does one line, and gives what the phone shows of it.
func (t ussdTerminal) act(ctx context.Context, line string) (string, error) {
	if line == "" {
		return "", nil
	}
	if line == "!help" {
		return ussdHelp, nil
	}
	if text, ok := strings.CutPrefix(line, "!sms "); ok {
		return t.write(ctx, strings.TrimSpace(text))
	}
	open := t.phone.session != nil
	if !open && !isUSSD(line) {
		return "No session is open. !dial dials again, !sms TEXT sends an SMS.\n", nil
	}
	r, err := t.phone.do(ctx, line)
	return t.said(line, r, open && t.phone.session == nil), err
}

func (t ussdTerminal) write(ctx context.Context, text string) (string, error) {
	if t.sms == nil {
		return "With --hook there is no carrier for SMS.\n", nil
	}
	return "", t.sms.send(ctx, text)
}

// said puts into words what came of a line.
func (t ussdTerminal) said(line string, r ussdResult, gone bool) string {
	switch {
	case r.repeated && r.same:
		return "The hop came again. The answer is the same, byte for byte.\n"
	case r.repeated:
		return "The hop came again. The answer is ANOTHER one:\n" + r.screen.frame()
	case r.lost && t.phone.session != nil:
		return "No answer: the hop was lost on the way. The session is still open.\n"
	case r.lost:
		return "Network error. The session is gone; !dial dials again.\n"
	case r.screen != nil && r.screen.end:
		return r.screen.frame() + "The session is over. !dial dials again.\n"
	case r.screen != nil:
		return r.screen.frame()
	case line == "!drop":
		return "The answer to the next hop will be lost.\n"
	case line == "!lost":
		return "The next hop will be lost.\n"
	case gone:
		return "The session is over. !dial dials again.\n"
	default:
		return ""
	}
}
