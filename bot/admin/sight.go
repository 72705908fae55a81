package admin

import (
	"cmp"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// sight is which reports an account may see. Those about abuse of a child or a person are for the protection focal point
// alone; a focal point without another role sees no others. Those of a restricted rumour are for who needs to know of it.
type sight struct {
	ordinary, protected bool
	knowing             knowing
}

// knowing tells of which rumours an account may know; each is looked up once.
type knowing struct {
	tx  storage.Tx
	act people.Act
	of  map[bot.ID]bool
}

func knowingOf(tx storage.Tx, act people.Act) knowing {
	return knowing{tx: tx, act: act, of: make(map[bot.ID]bool)}
}

// about tells whether the account may know of a rumour, and of what was told about it; zero is none.
func (k knowing) about(id bot.ID) (bool, error) {
	may, known := k.of[id]
	if known || id.IsZero() {
		return may || id.IsZero(), nil
	}
	r, err := k.tx.Rumour(id)
	if err == nil {
		err = rumour.NeedsToKnow(k.tx, k.act, r)
	}
	if err != nil && bot.CodeOf(err) != bot.CodeForbidden {
		return false, fmt.Errorf("admin: knowing: %w", err)
	}
	k.of[id] = err == nil
	return err == nil, nil
}

// sightOf is what the account that acts may see; a refusal if nothing.
func sightOf(tx storage.Tx, act people.Act) (sight, error) {
	if _, err := act.Actor(tx, append(readers(), bot.RoleProtectionFocal)...); err != nil {
		return sight{}, err
	}
	sees := sight{knowing: knowingOf(tx, act)}
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

func (v sight) of(r bot.Report) (bool, error) {
	switch {
	case r.State == bot.ReportProtected: // in the vault, and in no list
		return false, nil
	case r.Protect:
		return v.protected, nil
	case !v.ordinary:
		return false, nil
	}
	return v.knowing.about(r.Rumour)
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
	if err != nil {
		return bot.Actor{}, err
	}
	return by, rumour.NeedsToKnowOf(tx, act, r)
}

// mostLooked is how many reports are looked at for a list, so that a rare kind does not cost a walk through all of them.
const mostLooked = 50_000

// looking is which reports a list is of.
type looking struct {
	state bot.ReportState       // "" = all
	want  func(bot.Report) bool // nil: all
	n     int                   // so many
	most  int                   // of the newest so many; 0 = mostLooked
}

// newest are the newest reports that may be seen; more tells that the look ended before it had seen them all.
func (v sight) newest(tx storage.Tx, l looking) (found []bot.Report, more bool, err error) {
	page := storage.Page{Limit: max(l.n, usualRows), Newest: true}
	if l.want != nil {
		page.Limit = max(l.n, eventPage)
	}
	for looked := 0; looked < cmp.Or(l.most, mostLooked); looked += page.Limit {
		list, err := tx.Reports(l.state, page)
		if err != nil {
			return nil, false, err
		}
		for _, r := range list {
			if l.want != nil && !l.want(r) {
				continue
			}
			sees, err := v.of(r)
			if err != nil {
				return nil, false, err
			}
			if sees {
				found = append(found, r)
			}
			if len(found) == l.n {
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
