// Package place knows the units of Mali's administrative division by their codes, each with its scheme, and by the names
// that people give them.
//
// Typed here are the regions and some cercles, with what they are called in French and Bambara (names from the Bamadaba
// place list) and their codes under law 2023-007 and in OCHA's edition of 2021. All further units are imported by each
// site, from a file that it may use. A code alone says nothing: ML0501 is Mopti in one scheme and Bandiagara in the other.
package place

import (
	"cmp"
	"maps"
	"slices"

	"tinye/bot"
)

// Gazetteer is all places that we know: those typed here as facts, and those imported. It never changes after New, so
// many may use it at once. The places it gives share their maps and lists with it: they are not to be changed.
type Gazetteer struct {
	places  map[bot.PlaceCode]bot.Place
	sameAs  map[bot.PlaceCode][]bot.PlaceCode // who says to be the same as this code
	ordered []entry                           // all places, by name

	// What menus offer, by name, with all the ways to type it.
	regions map[bot.PlaceScheme][]bot.Place
	cercles map[bot.PlaceCode][]bot.Place // by region; none where all of them are built in
	typed   map[bot.PlaceCode]typed

	words map[string][]bot.PlaceCode // by their folded names
}

// New makes a gazetteer. An imported row takes the place of a built-in one with the same code, which still lends it what
// it lacks: names, aliases and codes in other schemes. Of several rows with one code the last holds.
func New(imported []bot.Place) *Gazetteer {
	g := &Gazetteer{
		places:  make(map[bot.PlaceCode]bot.Place),
		sameAs:  make(map[bot.PlaceCode][]bot.PlaceCode),
		regions: make(map[bot.PlaceScheme][]bot.Place),
		cercles: make(map[bot.PlaceCode][]bot.Place),
		typed:   make(map[bot.PlaceCode]typed),
	}
	for _, p := range builtIn() {
		g.places[p.Code] = p
	}
	known := maps.Clone(g.places)
	for _, p := range imported {
		g.places[p.Code] = merge(p, known[p.Code])
	}
	for _, p := range g.places {
		g.ordered = append(g.ordered, newEntry(p))
		for _, other := range p.SameAs {
			g.sameAs[other] = append(g.sameAs[other], p.Code)
		}
	}
	slices.SortFunc(g.ordered, byName)
	for _, e := range g.ordered {
		switch p := e.place; {
		case p.Level == bot.LevelRegion:
			g.regions[p.Code.Scheme] = append(g.regions[p.Code.Scheme], p)
		case p.Level == bot.LevelCercle:
			g.cercles[above(p)] = append(g.cercles[above(p)], p)
		default:
			continue
		}
		g.typed[e.place.Code] = typings(e.place)
	}
	listed := make(map[bot.PlaceCode]bool) // regions with cercles of the site's own list
	for _, p := range imported {
		if p.Level == bot.LevelCercle {
			listed[above(p)] = true
		}
	}
	maps.DeleteFunc(g.cercles, func(region bot.PlaceCode, _ []bot.Place) bool { return !listed[region] })
	g.words = g.byWord()
	return g
}

// above is the code of the unit that a place lies in.
func above(p bot.Place) bot.PlaceCode { return bot.PlaceCode{Scheme: p.Code.Scheme, Code: p.Parent} }

// merge fills what an imported row lacks from the built-in one; a zero one has nothing to give.
func merge(p, known bot.Place) bot.Place {
	names := maps.Clone(known.Names)
	if names == nil {
		names = make(map[bot.Lang]string, len(p.Names))
	}
	for lang, name := range p.Names {
		if name != "" {
			names[lang] = name
		}
	}
	p.Names = names
	p.Aliases = slices.Clone(p.Aliases)
	for _, a := range known.Aliases {
		if !slices.Contains(p.Aliases, a) {
			p.Aliases = append(p.Aliases, a)
		}
	}
	p.SameAs = slices.Clone(p.SameAs)
	for _, other := range known.SameAs {
		if !slices.ContainsFunc(p.SameAs, func(o bot.PlaceCode) bool { return o.Scheme == other.Scheme }) {
			p.SameAs = append(p.SameAs, other)
		}
	}
	return p
}

// byName orders places as people look for them: by the French name as it is spelled, then by code, so that there is one order.
func byName(a, b entry) int {
	return cmp.Or(
		cmp.Compare(a.name, b.name),
		cmp.Compare(a.place.Code.Scheme, b.place.Code.Scheme),
		cmp.Compare(a.place.Code.Code, b.place.Code.Code),
	)
}

// Place finds a place by its code.
func (g *Gazetteer) Place(code bot.PlaceCode) (bot.Place, bool) {
	p, ok := g.places[code]
	return p, ok
}

// Regions are the regions of a scheme, ordered by their French names.
func (g *Gazetteer) Regions(scheme bot.PlaceScheme) []bot.Place {
	return slices.Clone(g.regions[scheme])
}

// Cercles are the cercles of a region to choose from, ordered by their French names. There are none, and the path
// ends at the region, where fewer than two are known, or none but those that are built in: these would leave out where most
// people live, and Bamako has but one.
func (g *Gazetteer) Cercles(region bot.PlaceCode) []bot.Place {
	if len(g.cercles[region]) < 2 {
		return nil
	}
	return slices.Clone(g.cercles[region])
}

// All are all places of a scheme, ordered by code: a unit before those within it. "" = of every scheme, one after the other.
func (g *Gazetteer) All(scheme bot.PlaceScheme) []bot.Place {
	var list []bot.Place
	for _, e := range g.ordered {
		if scheme == "" || e.place.Code.Scheme == scheme {
			list = append(list, e.place)
		}
	}
	slices.SortFunc(list, func(a, b bot.Place) int {
		return cmp.Or(cmp.Compare(a.Code.Scheme, b.Code.Scheme), cmp.Compare(a.Code.Code, b.Code.Code))
	})
	return list
}

// Region is the region that a place lies in; a region lies in itself. It is unknown where a row between them is.
func (g *Gazetteer) Region(code bot.PlaceCode) (bot.Place, bool) {
	p, ok := g.places[code]
	for steps := 0; ok && p.Level != bot.LevelRegion && steps < int(bot.LevelCommune); steps++ {
		p, ok = g.places[above(p)]
	}
	return p, ok && p.Level == bot.LevelRegion
}

// In is a place's code in another scheme: that of the unit of the same name, whose borders may differ. What one row says
// holds in the other direction too, also for a code without a row of its own. There is none for most units that came with
// the law of 2023, nor where two say to be the same as one that says nothing itself.
func (g *Gazetteer) In(code bot.PlaceCode, scheme bot.PlaceScheme) (bot.PlaceCode, bool) {
	if code.Scheme == scheme {
		return code, true
	}
	for _, other := range g.places[code].SameAs {
		if other.Scheme == scheme {
			return other, true
		}
	}
	var found bot.PlaceCode
	for _, other := range g.sameAs[code] {
		if other.Scheme != scheme {
			continue
		}
		if !found.IsZero() {
			return bot.PlaceCode{}, false
		}
		found = other
	}
	return found, !found.IsZero()
}
