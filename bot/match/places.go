package match

import (
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/spelling"
)

const (
	mostPlaces  = 60 // words of a text that are looked up as places
	longestName = 3  // words of a place's name
)

// ordinary are words that are folded as a place's name is, and are much more often something else: they name a place only with a
// capital or, where true, also after à, de or vers.
var ordinary = map[string]bool{
	"san": true, "sang": false, "dire": false, "telle": false, "balle": false, "dalle": false, "kola": false, "bara": true, "kita": true, "nara": true,
}

// toPlace tells the words that stand before a place.
func toPlace(word string) bool {
	switch word {
	case "a", "de", "d", "vers", "depuis", "cercle", "ville", "region", "commune":
		return true
	}
	return false
}

// placesOf are the places that a text names, each with those it lies in. Of names that begin with one word the longest counts.
func (x *Index) placesOf(raw []rawToken) [][]bot.PlaceCode {
	if x.place == nil {
		return nil
	}
	var all [][]bot.PlaceCode
	for i := 0; i < min(len(raw), mostPlaces); i++ {
		for n := min(longestName, len(raw)-i); n > 0; n-- {
			if n == 1 && !x.mayName(raw, i) || raw[i].digit {
				continue
			}
			name := raw[i].word
			for _, t := range raw[i+1 : i+n] {
				name += " " + t.word
			}
			if p, ok := x.place(spelling.Key(name)); ok && len(p) > 0 {
				all = append(all, p)
				i += n - 1
				break
			}
		}
	}
	return all
}

// mayName tells whether a single word may be a place's name where it stands.
func (x *Index) mayName(raw []rawToken, at int) bool {
	t := raw[at]
	if t.upper {
		return len(t.word) >= 3
	}
	governed, listed := ordinary[t.word]
	if listed {
		return governed && at > 0 && toPlace(raw[at-1].word)
	}
	return len(t.word) >= 3 && !x.lex.stop[t.word]
}

// meet tells whether one of two places is the other or lies in it; each stands first, and what it lies in behind it. Of a code that
// stands alone its digits tell: those of a unit begin with those of the one above.
func meet(a, b []bot.PlaceCode) bool {
	if slices.Contains(a, b[0]) || slices.Contains(b, a[0]) {
		return true
	}
	return len(a) == 1 && begins(a[0], b) || len(b) == 1 && begins(b[0], a)
}

// begins tells whether a code begins with that of a place, or the place's with it.
func begins(code bot.PlaceCode, place []bot.PlaceCode) bool {
	own := place[0]
	for _, p := range place {
		// In another scheme the place itself has the longest code.
		if p.Scheme == code.Scheme && (own.Scheme != code.Scheme || place[0].Scheme != code.Scheme && len(p.Code) > len(own.Code)) {
			own = p
		}
	}
	return own.Scheme == code.Scheme && (strings.HasPrefix(own.Code, code.Code) || strings.HasPrefix(code.Code, own.Code))
}

// otherPlace tells whether a telling is of a place that the claim does not concern. A short telling may name none that is neither
// in the claim's words nor among its places; a long one names many, and one of the claim's is enough. A place chosen in a menu counts
// where the words name none, unless nothing is known of where the claim is.
func (x *Index) otherPlace(q Query, d *doc, p *pair) bool {
	c := x.claims[p.lead.claim]
	if c == nil {
		return false
	}
	var said [][]bot.PlaceCode
	for w := range x.wordingsOf(p) {
		said = append(said, w.places...)
	}
	if len(said) == 0 && len(c.Places) == 0 {
		for v := range p.repeatedBy() {
			said = append(said, v.places...)
		}
	}
	mine := d.places
	if len(mine) == 0 {
		if q.Place == (bot.PlaceCode{}) || len(said) == 0 && len(c.Places) == 0 {
			return false
		}
		mine = [][]bot.PlaceCode{{q.Place}}
	}
	lost, had := false, false
	for _, m := range mine {
		if concerns(said, c.Places, m) {
			had = true
		} else {
			lost = true
		}
	}
	return lost && (!had || d.content <= shortTelling)
}

// concerns tells whether a place is one that a claim names or concerns, lies in one or holds one. Where the claim names a place within
// an area of its own, the area says no more than that.
func concerns(said [][]bot.PlaceCode, areas []bot.PlaceCode, place []bot.PlaceCode) bool {
	for _, s := range said {
		if meet(s, place) {
			return true
		}
	}
	for _, a := range areas {
		area := []bot.PlaceCode{a}
		narrower := slices.ContainsFunc(said, func(s []bot.PlaceCode) bool { return s[0] != a && slices.Contains(s, a) })
		if !narrower && meet(area, place) {
			return true
		}
	}
	return false
}
