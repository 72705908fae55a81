package match

import (
	"slices"

	"tinye/bot"
)

// EnoughConfirmed is how many confirmed matches in a language without learned weights there are before one is answered at once.
const EnoughConfirmed = 200

// vetoes are what speaks against a claim that a query seems to tell. They hold whatever the weights say.
func (x *Index) vetoes(q Query, d *doc, p *pair, people verdict) []Veto {
	var v []Veto
	if x.otherPlace(q, d, p) {
		v = append(v, VetoPlace)
	}
	if x.opposite(d, p) {
		v = append(v, VetoOpposite)
	}
	if otherNumber(d, p) {
		v = append(v, VetoNumber)
	}
	if otherName(p) || x.elsewhere(q, d, p) {
		v = append(v, VetoName)
	}
	if x.replaced(d, p) || x.addsName(d, p) {
		v = append(v, VetoOther)
	}
	if x.otherTime(d, q.At, p) {
		v = append(v, VetoTime)
	}
	if (p.matched < fewestMatched || p.mass < leastMass) && p.variant.dice < nearlySame {
		v = append(v, VetoThin)
	}
	if d.content < FewestWords {
		v = append(v, VetoFew)
	}
	if people.doubted() {
		v = append(v, VetoRejected)
	}
	if !x.mayBeSure(langOf(q, p)) {
		v = append(v, VetoLanguage)
	}
	return v
}

const (
	fewestMatched = 2    // content words of the claim that are in the telling
	leastMass     = 1.5  // of what they are worth together; a word that no claim has is worth 1
	nearlySame    = 0.35 // share of words, by their rarity, in common with an earlier telling
)

// langOf is the language that a query is taken to be in: of one that nobody knows, that of the words that it fits.
func langOf(q Query, p *pair) bot.Lang {
	switch {
	case q.Lang != "":
		return q.Lang
	case len(p.lead.variants) > 0 && p.lead.told > p.lead.said:
		return p.lead.variants[0].doc.lang
	case p.lead.best != nil:
		return p.lead.best.lang
	}
	return ""
}

// mayBeSure tells whether the weights hold for a language: they were learned in it, or people confirmed enough matches.
func (x *Index) mayBeSure(lang bot.Lang) bool {
	if lang == "" {
		lang = bot.French
	}
	return slices.Contains(x.weights.Langs, lang) || x.confirmed[lang] >= EnoughConfirmed
}

// shortTelling is how many content words a telling has at most for which any number that differs speaks against a claim. A long one
// holds numbers about much else.
const shortTelling = 25

// otherNumber tells whether both count the same thing and none of the numbers is the same ("30 morts", "12 morts"), or whether a
// short telling has numbers and the claim has others. Years are numbers of their own. An earlier telling with the same number
// agrees too.
func otherNumber(q *doc, p *pair) bool {
	if p.lead.best == nil {
		return false
	}
	for _, years := range [2]bool{false, true} {
		mine, theirs := numbersOf(nil, q, years), numbersOf(nil, p.lead.best, years)
		if len(mine) == 0 || len(theirs) == 0 {
			continue
		}
		for i, v := range p.lead.variants {
			if i < mostCompared {
				theirs = numbersOf(theirs, v.doc, years)
			}
		}
		same, counted := false, false
		for _, m := range mine {
			for _, t := range theirs {
				same = same || m.number == t.number
				counted = counted || m.of != 0 && m.of == t.of
			}
		}
		if !same && (counted || q.content <= shortTelling) {
			return true
		}
	}
	return false
}

// counted is a number and what it counts, 0 if nothing follows it.
type counted struct{ number, of uint64 }

func numbersOf(n []counted, d *doc, years bool) []counted {
	for i, t := range d.seq {
		if t.kind&kindNumber == 0 || (t.kind&kindYear != 0) != years || t.kind&kindWeak != 0 {
			continue
		}
		c := counted{number: t.stem}
		for _, u := range d.seq[i+1 : min(i+3, len(d.seq))] {
			if u.kind&(kindStop|kindNumber) == 0 {
				c.of = u.stem
				break
			}
		}
		n = append(n, c)
	}
	return n
}

// otherName tells whether the claim names somebody in two words or more of whom the telling has none, while the telling names
// somebody else in that way. Only texts that mind their capitals tell.
func otherName(p *pair) bool {
	if p.lead.best == nil {
		return false
	}
	theirs := p.lead.best.fullNames()
	if len(theirs) == 0 {
		return false
	}
	for _, name := range theirs {
		for _, t := range name {
			if level, _ := p.q.find(t); level > 0 || gramShare(p.q, t) >= 0.6 {
				return false
			}
		}
	}
	words := map[uint64]bool{}
	for _, t := range p.lead.best.seq {
		words[t.stem] = true
	}
	for i, v := range p.lead.variants {
		if i < mostCompared {
			for _, t := range v.doc.seq {
				words[t.stem] = true
			}
		}
	}
	for _, name := range p.q.fullNames() {
		if !words[name[0].stem] && !words[name[1].stem] {
			return true
		}
	}
	return false
}

// fullNames are the rows of words with capitals that have no meaning of their own: the names of people and of organisations.
func (d *doc) fullNames() [][]tok {
	var names [][]tok
	start := 0
	for i := 0; i <= len(d.seq); i++ {
		if i < len(d.seq) && d.seq[i].kind&kindName != 0 && d.seq[i].class == 0 {
			continue
		}
		if i-start >= 2 {
			names = append(names, d.seq[start:i])
		}
		start = i + 1
	}
	return names
}
