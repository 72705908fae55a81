package main

import (
	"errors"
	"fmt"
	"strings"
)

// scriptScreen is what a line of a script led to on a phone, as far as the script has not said it yet.
type scriptScreen struct {
	lines []string
	begun bool // a line of it was said
	end   bool // it closed its session
	lost  bool // there is none: only that must be said
	same  bool // it is the same as before, and may be said by that alone
}

func newScriptScreen(r ussdResult) *scriptScreen {
	switch {
	case r.lost:
		return &scriptScreen{lost: true}
	case r.screen == nil:
		return nil
	default:
		return &scriptScreen{lines: strings.Split(r.screen.text, "\n"), end: r.screen.end, same: r.same}
	}
}

// expectScreen compares one line of a script with the next of the phone's screen.
func (s *script) expectScreen(p *scriptPhone, want string) error {
	screen := p.screen
	switch {
	case screen.lost:
		if want != lostSaid {
			return difference(want, lostSaid)
		}
		p.screen = nil
		return nil
	case want == sameSaid && screen.same && !screen.begun:
		p.screen = nil
		return nil
	case len(screen.lines) == 0: // only its end is left
		if want != endSaid {
			return difference(want, endSaid)
		}
		p.screen = nil
		return nil
	}
	screen.begun = true
	if want == restSaid {
		screen.lines = nil
	} else {
		if err := s.compare(want, screen.lines[0]); err != nil {
			return err
		}
		screen.lines = screen.lines[1:]
	}
	if len(screen.lines) == 0 && !screen.end {
		p.screen = nil
	}
	return nil
}

// allSaid tells what of a screen the script has left out.
func (p *scriptPhone) allSaid() error {
	switch {
	case p.screen == nil:
		return nil
	case p.screen.lost:
		return errors.New("the script does not say (lost) of the line before")
	case len(p.screen.lines) > 0:
		return fmt.Errorf("the script leaves out of the screen before:\n  %s", strings.Join(p.screen.lines, "\n  "))
	default:
		return errors.New("that screen closed the session; the script does not say (end)")
	}
}
