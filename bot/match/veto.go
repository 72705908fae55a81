package match

import (
	"slices"

	"tinye/bot"
)

// enoughConfirmed is how many confirmed matches in a language without learned weights there are before one is answered at once.
const enoughConfirmed = 200

// vetoes are what speaks against a claim that a query seems to tell. They hold whatever the weights say.
func (x *Index) vetoes(q Query, d *doc, p *pair) []Veto {
	var v []Veto
	if x.otherPlace(q, d, p) {
		v = append(v, VetoPlace)
	}
	if otherNumber(d, p) {
		v = append(v, VetoNumber)
	}
	if otherName(p) {
		v = append(v, VetoName)
	}
	if c := x.claims[p.lead.claim]; c != nil && otherTime(d, q.At, p.lead.best, c.Checked) {
		v = append(v, VetoTime)
	}
	if p.matched < fewestMatched && p.variant.dice < nearlySame {
		v = append(v, VetoThin)
	}
	if d.content < FewestWords {
		v = append(v, VetoFew)
	}
	if x.wasRejected(d, p.lead.claim) {
		v = append(v, VetoRejected)
	}
	if !x.mayBeSure(q.Lang) {
		v = append(v, VetoLanguage)
	}
	return v
}

const (
	fewestMatched = 2   // content words of the claim that are in the telling
	nearlySame    = 0.5 // share of words, by their rarity, in common with an earlier telling
)

// mayBeSure tells whether the weights hold for a language: they were learned in it, or people confirmed enough matches.
func (x *Index) mayBeSure(lang bot.Lang) bool {
	if lang == "" {
		lang = bot.French
	}
	return slices.Contains(x.weights.Langs, lang) || x.confirmed[lang] >= enoughConfirmed
}

// otherNumber tells whether both name numbers and none is the same; years are numbers of their own. An earlier telling with the
// same number agrees too.
func otherNumber(q *doc, p *pair) bool {
	for _, years := range [2]bool{false, true} {
		mine := numbersOf(q, years)
		if len(mine) == 0 || p.lead.best == nil {
			continue
		}
		theirs := numbersOf(p.lead.best, years)
		if len(theirs) == 0 {
			continue
		}
		for i, v := range p.lead.variants {
			if i < mostCompared {
				theirs = append(theirs, numbersOf(v.doc, years)...)
			}
		}
		if !slices.ContainsFunc(mine, func(n uint64) bool { return slices.Contains(theirs, n) }) {
			return true
		}
	}
	return false
}

func numbersOf(d *doc, years bool) []uint64 {
	var n []uint64
	for _, t := range d.seq {
		if t.kind&kindNumber != 0 && (t.kind&kindYear != 0) == years {
			n = append(n, t.stem)
		}
	}
	return n
}

// otherName tells whether the claim names people or organisations that the telling lacks altogether, while the telling names
// others.
func otherName(p *pair) bool {
	d := p.lead.best
	if d == nil || p.names > 0 || p.namesLost < 0.6 {
		return false
	}
	theirs := map[uint64]bool{}
	for _, t := range d.seq {
		theirs[t.stem] = true
	}
	for _, v := range p.lead.variants {
		for _, t := range v.doc.seq {
			theirs[t.stem] = true
		}
	}
	for _, t := range p.q.seq {
		if t.kind&kindName != 0 && !theirs[t.stem] {
			return true
		}
	}
	return false
}

// otherPlace tells whether both name places, and none of the telling's is, lies in or holds one of the claim's.
func (x *Index) otherPlace(q Query, d *doc, p *pair) bool {
	mine := d.places
	if q.Place != (bot.PlaceCode{}) {
		mine = append(slices.Clip(mine), []bot.PlaceCode{q.Place})
	}
	if len(mine) == 0 || p.lead.best == nil || len(p.lead.best.places) == 0 {
		return false
	}
	for _, a := range mine {
		for _, b := range p.lead.best.places {
			if slices.Contains(a, b[0]) || slices.Contains(b, a[0]) {
				return false
			}
		}
	}
	return true
}

// wasRejected tells whether people said of nearly these words that they do not tell the claim.
func (x *Index) wasRejected(d *doc, claim bot.ID) bool {
	f := x.rejected[claim]
	if f == nil {
		return false
	}
	near := false
	f.each(func(r *report) { near = near || alikeSketch(r.sketch, d.sketch) >= rejectedAlike }, func(*report) {})
	return near
}

// rejectedAlike is how much of the words two tellings share at least for what people said of one to hold for the other.
const rejectedAlike = 0.6
