package admin

import (
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// sight is which reports an account may see. Those about abuse of a child or a person are for the protection focal point
// alone; a focal point without another role sees no others.
type sight struct {
	ordinary, protected bool
}

// sightOf is what the account that acts may see; a refusal if nothing.
func sightOf(tx storage.Tx, act people.Act) (sight, error) {
	if _, err := act.Actor(tx, append(readers(), bot.RoleProtectionFocal)...); err != nil {
		return sight{}, err
	}
	var sees sight
	var err error
	if sees.protected, err = act.Is(tx, bot.RoleProtectionFocal); err != nil {
		return sight{}, err
	}
	for _, role := range readers() {
		is, err := act.Is(tx, role)
		if err != nil {
			return sight{}, err
		}
		sees.ordinary = sees.ordinary || is
	}
	return sees, nil
}

func (v sight) of(r bot.Report) bool {
	if r.State == bot.ReportProtected { // in the vault, and in no list
		return false
	}
	if r.Protect {
		return v.protected
	}
	return v.ordinary
}

// look is who looks at a report, and in which role; a refusal if the account may not. What is told about a restricted rumour
// is for those who need to know of that.
func (v sight) look(tx storage.Tx, act people.Act, r bot.Report) (bot.Actor, error) {
	switch {
	case r.State == bot.ReportProtected:
		return bot.Actor{}, bot.Fault(bot.CodeForbidden, "desk.report_sealed", "ref", string(r.Ref))
	case r.Protect && !v.protected:
		return bot.Actor{}, bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(r.Ref))
	case r.Protect:
		return act.Actor(tx, bot.RoleProtectionFocal)
	}
	by, err := act.Actor(tx, readers()...)
	if err != nil || r.Rumour.IsZero() {
		return by, err
	}
	rum, err := tx.Rumour(r.Rumour)
	if err != nil {
		return bot.Actor{}, fmt.Errorf("admin: look: %w", err)
	}
	return by, rumour.NeedsToKnow(tx, act, rum)
}

// mostLooked is how many reports are looked at for a list, so that a rare kind does not cost a walk through all of them.
const mostLooked = 50_000

// newest are the newest n reports in a state ("" = all) that may be seen; more tells that the look ended before it had seen
// them all.
func (v sight) newest(tx storage.Tx, state bot.ReportState, n int) (found []bot.Report, more bool, err error) {
	page := storage.Page{Limit: max(n, usualRows), Newest: true}
	for looked := 0; looked < mostLooked; looked += page.Limit {
		list, err := tx.Reports(state, page)
		if err != nil {
			return nil, false, err
		}
		for _, r := range list {
			if v.of(r) {
				found = append(found, r)
			}
			if len(found) == n {
				return found, false, nil
			}
		}
		if len(list) < page.Limit {
			return found, false, nil
		}
		page.After = list[len(list)-1].ID
	}
	return found, true, nil
}
