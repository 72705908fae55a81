package bulletin

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Roles that an audience may name.
const (
	RoleMember = "member" // cleared members of cohorts
	RoleAgent  = "agent"  // field agents, by their registered phones
)

// themesOver is how far back it is looked what somebody told, where an audience names themes: as long as it is known at all.
const themesOver = 30 * 24 * time.Hour

// reach is an audience made ready to be asked about a million people.
type reach struct {
	of     bot.Audience
	places map[bot.PlaceCode]bool // the places, what lies in them, and the same in other schemes; nil = everywhere
}

// reach resolves an audience's places.
func (d Desk) reach(a bot.Audience) reach {
	r := reach{of: a}
	if len(a.Places) == 0 {
		return r
	}
	r.places = make(map[bot.PlaceCode]bool)
	for _, p := range a.Places {
		r.places[p] = true
	}
	if d.Places == nil {
		return r
	}
	known := d.Places()
	for _, p := range a.Places {
		for _, in := range known.Cercles(p) {
			r.places[in.Code] = true
		}
	}
	for p := range r.places {
		unit, ok := known.Place(p)
		if !ok {
			continue
		}
		for _, same := range unit.SameAs {
			r.places[same] = true
		}
	}
	return r
}

// holds tells whether somebody belongs to the audience, as far as their own row says; see asked for the rest.
func (r reach) holds(c bot.Contact, lang bot.Lang) bool {
	switch a := r.of; {
	case r.places != nil && !r.places[c.Place],
		len(a.Langs) > 0 && !slices.Contains(a.Langs, lang),
		len(a.Sexes) > 0 && !slices.Contains(a.Sexes, c.Sex),
		len(a.Ages) > 0 && !slices.Contains(a.Ages, c.AgeBand),
		a.Project != "" && c.Enrolled.Project != a.Project && !slices.Contains(c.Projects, a.Project):
		return false
	}
	return true
}

// asked tells whether somebody belongs to the audience by what stands on other rows: roles, and themes of what they told in the last
// thirty days. It is asked of those who belong to it otherwise.
func (w *walk) asked(c bot.Contact) (bool, error) {
	a := w.run.Audience
	if len(a.Roles) > 0 {
		if has, err := w.hasRole(c, a.Roles); err != nil || !has {
			return false, err
		}
	}
	if len(a.Themes) > 0 {
		return w.toldOf(c, a.Themes)
	}
	return true, nil
}

func (w *walk) hasRole(c bot.Contact, roles []string) (bool, error) {
	if slices.Contains(roles, RoleMember) {
		if is, err := people.IsWorkingMember(w.tx, c.Key); err != nil || is {
			return is, err
		}
	}
	if !slices.Contains(roles, RoleAgent) {
		return false, nil
	}
	n, registered, err := people.DeskNumber(w.tx, c.Key)
	if err != nil || !registered {
		return false, err
	}
	u, err := w.tx.User(n.User)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	return u.Has(bot.RoleFieldAgent), nil
}

func (w *walk) toldOf(c bot.Contact, themes []bot.Theme) (bool, error) {
	for day := w.run.StartedAt; day > w.run.StartedAt.Add(-themesOver) && day.Time().Add(24*time.Hour).After(c.FirstSeen.Time()); day = day.Add(-24 * time.Hour) {
		did, err := w.tx.Activity(c.Key, day)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return false, fmt.Errorf("bulletin: walk: %w", err)
		}
		for _, id := range did.Reports {
			r, err := w.tx.Report(id)
			if errors.Is(err, storage.ErrNotFound) {
				continue
			}
			if err != nil {
				return false, fmt.Errorf("bulletin: walk: %w", err)
			}
			if slices.Contains(themes, r.Theme) {
				return true, nil
			}
		}
	}
	return false, nil
}
