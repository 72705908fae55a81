package bulletin

import (
	"slices"

	"tinye/bot"
)

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

// holds tells whether somebody belongs to the audience. Roles are the caller's to look up, where the audience names some.
func (r reach) holds(c bot.Contact, lang bot.Lang) bool {
	switch a := r.of; {
	case r.places != nil && !r.places[c.Place],
		len(a.Langs) > 0 && !slices.Contains(a.Langs, lang),
		len(a.Sexes) > 0 && !slices.Contains(a.Sexes, c.Sex),
		len(a.Ages) > 0 && !slices.Contains(a.Ages, c.AgeBand),
		a.Project != "" && c.Enrolled.Project != a.Project:
		return false
	}
	return true
}
