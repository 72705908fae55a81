package people

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// ResumeWithin is how long the first of two codes waits for the second (dialogues §7).
const ResumeWithin = 15 * time.Minute

// Resumers are the roles that may let everything leave again.
func Resumers() []bot.Role { return []bot.Role{bot.RoleCoordinator, bot.RoleAdmin} }

// Hold holds bulletins and follow-ups (bot.SendPaused), or every send (bot.SendCut). Any account may, at any time. What is
// cut stays cut when somebody pauses it: that would let messages out.
func Hold(tx storage.Tx, a Act, state bot.SendState) (bot.Switch, error) {
	if state != bot.SendPaused && state != bot.SendCut {
		return bot.Switch{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	by, err := a.Actor(tx, bot.Roles()...)
	if err != nil {
		return bot.Switch{}, err
	}
	sw, err := tx.Switch()
	if err != nil {
		return bot.Switch{}, fmt.Errorf("people: hold: %w", err)
	}
	if sw.State != state && sw.State != bot.SendCut {
		sw.State, sw.By, sw.Via, sw.At = state, by.Name, by.Via, a.At
	}
	sw.AskedBy, sw.AskedAt = "", 0
	if sw, err = putSwitch(tx, sw); err != nil {
		return bot.Switch{}, err
	}
	return sw, a.Note(tx, by, "sending."+string(state), "", "")
}

// Resume lets everything leave again; it is the desk's own way, which needs no code.
func Resume(tx storage.Tx, a Act) (bot.Switch, error) {
	by, err := a.Actor(tx, Resumers()...)
	if err != nil {
		return bot.Switch{}, err
	}
	return release(tx, a, by)
}

// AskToResume is Resume by SMS: it takes effect when a second account asks within ResumeWithin of the first. done tells
// whether it has. A code was given for each.
func AskToResume(tx storage.Tx, a Act) (sw bot.Switch, done bool, err error) {
	by, err := a.Actor(tx, Resumers()...)
	if err != nil {
		return bot.Switch{}, false, err
	}
	sw, err = tx.Switch()
	if err != nil {
		return bot.Switch{}, false, fmt.Errorf("people: ask to resume: %w", err)
	}
	if first := sw.AskedBy; first != "" && first != by.Name && a.At.Sub(sw.AskedAt).Abs() <= ResumeWithin {
		if sw, err = release(tx, a, by); err != nil {
			return bot.Switch{}, false, err
		}
		return sw, true, nil
	}
	sw.AskedBy, sw.AskedAt = by.Name, a.At
	if sw, err = putSwitch(tx, sw); err != nil {
		return bot.Switch{}, false, err
	}
	return sw, false, a.Note(tx, by, "sending.resume_asked", "", "")
}

func release(tx storage.Tx, a Act, by bot.Actor) (bot.Switch, error) {
	sw, err := tx.Switch()
	if err != nil {
		return bot.Switch{}, fmt.Errorf("people: resume: %w", err)
	}
	with := sw.AskedBy // the other of two who gave codes
	if by.Via != ViaSMS {
		with = ""
	}
	sw, err = putSwitch(tx, bot.Switch{Rev: sw.Rev, State: bot.SendAll, By: by.Name, Via: by.Via, At: a.At})
	if err != nil {
		return bot.Switch{}, err
	}
	return sw, a.Note(tx, by, "sending.resumed", "", with)
}

// Ways in from a registered phone: a command, and the menus.
const (
	ViaSMS  = "sms"
	ViaUSSD = "ussd"
)

func putSwitch(tx storage.Tx, sw bot.Switch) (bot.Switch, error) {
	if err := tx.PutSwitch(sw, sw.Rev); err != nil {
		return bot.Switch{}, fmt.Errorf("people: switch: %w", err)
	}
	sw.Rev++
	return sw, nil
}
