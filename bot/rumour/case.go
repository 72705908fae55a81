package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// MoveCase notes how far the focal point is with a case.
func MoveCase(tx storage.Tx, a people.Act, ref string, to bot.CaseState) (bot.Case, error) {
	by, err := a.Actor(tx, bot.RoleProtectionFocal)
	if err != nil {
		return bot.Case{}, err
	}
	rep, err := FindReport(tx, ref)
	if err != nil {
		return bot.Case{}, err
	}
	c, err := tx.Case(rep.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Case{}, bot.Fault(bot.CodeNotFound, "desk.no_such_case", "ref", string(rep.Ref))
	}
	if err != nil {
		return bot.Case{}, fmt.Errorf("rumour: case: %w", err)
	}
	if !c.State.CanBecome(to) {
		return bot.Case{}, badMove(c, to)
	}
	c.State = to
	switch to {
	case bot.CaseAccepted:
		c.AcceptedAt = a.At
	case bot.CaseHandedOver:
		c.HandedAt = a.At
	case bot.CaseCannotRefer:
		c.CannotAt = a.At
	case bot.CaseClosed:
		c.EndedAt = a.At
	}
	if err := tx.PutCase(c, c.Rev); err != nil {
		return bot.Case{}, fmt.Errorf("rumour: case: %w", err)
	}
	return c, a.Note(tx, by, "protection."+string(to), string(c.Ref), "")
}

// badMove refuses a move of a case, and says what goes before it.
func badMove(c bot.Case, to bot.CaseState) error {
	ref := string(c.Ref)
	switch {
	case c.Forgotten:
		return bot.Fault(bot.CodeRefused, "desk.case_forgotten", "ref", ref)
	case c.State == bot.CaseNew && to == bot.CaseHandedOver:
		return bot.Fault(bot.CodeRefused, "desk.case_not_accepted", "ref", ref)
	case to == bot.CaseClosed && (c.State == bot.CaseNew || c.State == bot.CaseAccepted):
		return bot.Fault(bot.CodeRefused, "desk.case_open", "ref", ref)
	}
	return bot.Fault(bot.CodeRefused, "desk.bad_case_state", "ref", ref, "from", string(c.State), "to", string(to))
}

// ExportCases gives the closed content of every case that still has one, for the focal point to open on their own machine.
func ExportCases(tx storage.Tx, a people.Act) ([]bot.Case, error) {
	by, err := a.Actor(tx, bot.RoleProtectionFocal)
	if err != nil {
		return nil, err
	}
	all, err := Cases(tx)
	if err != nil {
		return nil, err
	}
	held := slices.DeleteFunc(all, func(c bot.Case) bool { return len(c.Sealed) == 0 })
	return held, a.Note(tx, by, "protection.exported", "", fmt.Sprint(len(held)))
}

// Cases are all cases, the oldest first.
func Cases(tx storage.Tx) ([]bot.Case, error) {
	var all []bot.Case
	page := storage.Page{Limit: 500}
	for {
		cases, err := tx.Cases(page)
		if err != nil {
			return nil, fmt.Errorf("rumour: cases: %w", err)
		}
		all = append(all, cases...)
		if len(cases) < page.Limit {
			return all, nil
		}
		page.After = cases[len(cases)-1].ID
	}
}

// DestroyCases lets go of the content of cases that were handed over, or could not be, CaseKept ago. The rows stay and
// count.
func DestroyCases(tx storage.Tx, at bot.Instant) (destroyed int, err error) {
	all, err := Cases(tx)
	if err != nil {
		return 0, err
	}
	for _, c := range all {
		done := max(c.HandedAt, c.CannotAt)
		if len(c.Sealed) == 0 || done.IsZero() || at.Sub(done) < CaseKept {
			continue
		}
		c.Sealed, c.DestroyedAt = nil, at
		if err := tx.PutCase(c, c.Rev); err != nil {
			return 0, fmt.Errorf("rumour: destroy a case: %w", err)
		}
		destroyed++
	}
	return destroyed, nil
}
