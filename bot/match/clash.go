package match

import "tinye/bot"

// complement is a word and what a preposition adds to it: pont (de) Mopti, doublé (à) Sofara.
type complement struct {
	head, of tok
	named    bool // of looks like a name: a capital, or a word that tellings hardly ever have
}

// prepositions are what stands between the two; "2" is de, typed the SMS way.
func prepositions() map[uint64]bool {
	all := map[uint64]bool{hash(hashSeed, "2"): true}
	l := &lexicon{tables: &tables{}}
	for _, w := range [...]string{"de", "du", "des", "d", "a", "au", "aux", "en", "vers", "dans", "sur", "pour", "contre", "par", "pres", "chez", "entre"} {
		all[l.look(w, bot.French).tok.stem] = true
	}
	return all
}

// farComplement is how many small words stand between a word and its complement at most.
const farComplement = 3

// complements are those of a text, in its order.
func (x *Index) complements(d *doc) []complement {
	var all []complement
	for i, head := range d.seq {
		if head.kind&(kindStop|kindNumber) != 0 {
			continue
		}
		joined := false
		for j := i + 1; j < len(d.seq) && j <= i+1+farComplement; j++ {
			t := d.seq[j]
			if x.joins[t.stem] {
				joined = true
				continue
			}
			if t.kind&kindStop != 0 {
				continue
			}
			if joined && t.kind&kindNumber == 0 {
				all = append(all, complement{head, t, x.namelike(t)})
			}
			break
		}
	}
	return all
}

// namelike tells a word that is likely to be the name of a place or of somebody.
func (x *Index) namelike(t tok) bool {
	if t.kind&(kindStop|kindNumber|kindWeak) != 0 || t.class != 0 {
		return false
	}
	if t.kind&kindName != 0 {
		return true
	}
	common := x.said.common[chanWords]
	return common != nil && common[half(t.stem)] == 0
}

// clashes compares the complements of a telling and of a claim. of is how rare what the claim adds to a word is, where the telling adds
// something else to the same word that the claim does not have ("pont de Mopti", "pont de Wabaria"); named tells whether both are
// names there. places tells whether the claim names something in this way, the telling names something else, and neither has any
// name of the other.
func (x *Index) clashes(p *pair) (of float64, named, places bool) {
	if p.lead.best == nil {
		return 0, false, false
	}
	if p.q.complements == nil {
		p.q.complements = append([]complement{}, x.complements(p.q.doc)...)
	}
	theirs := x.complements(p.lead.best)
	claim := x.wordsOf(p)
	lost, other, agreed := false, false, false
	for _, c := range theirs {
		if !c.named {
			continue
		}
		if p.q.has(c.of) {
			agreed = true
		} else if c.of.kind&kindName != 0 {
			lost = true
		}
	}
	for _, m := range p.q.complements {
		if m.named && claim[m.of.stem] {
			agreed = true
		}
		if claim[m.of.stem] || m.of.sound != 0 && claim[m.of.sound] || m.of.bones != 0 && claim[m.of.bones] {
			continue
		}
		other = other || m.named
		for _, c := range theirs {
			if m.head.stem != c.head.stem && (m.head.class == 0 || m.head.class != c.head.class) || p.q.has(c.of) || m.of.class != 0 && m.of.class == c.of.class {
				continue
			}
			of = max(of, x.said.rarity(chanWords, c.of.stem))
			named = named || m.named && c.named
		}
	}
	return of, named, lost && other && !agreed
}

// has tells whether a query has a word, however it is spelt.
func (a *asked) has(t tok) bool {
	level, _ := a.find(t)
	return level > 0 || gramShare(a, t) >= 0.6
}

// wordsOf are the words of a claim's best wording and of the variants that are looked at, also as they sound.
func (x *Index) wordsOf(p *pair) map[uint64]bool {
	words := map[uint64]bool{}
	put := func(d *doc) {
		for _, t := range d.seq {
			words[t.stem], words[t.sound], words[t.bones] = true, true, true
		}
	}
	put(p.lead.best)
	for i, v := range p.lead.variants {
		if i < mostCompared {
			put(v.doc)
		}
	}
	return words
}

// swapped is how rare a name of the claim is, at most, that the telling has not, where a word beside it in the claim stands in the
// telling beside another name, which the claim has not: who or where it was is somebody or somewhere else.
func (x *Index) swapped(p *pair) float64 {
	if p.lead.best == nil {
		return 0
	}
	theirs, mine := contentOf(p.lead.best), contentOf(p.q.doc)
	var claim map[uint64]bool
	most := 0.0
	for i, t := range theirs {
		if t.kind&kindName == 0 || p.q.has(t) {
			continue
		}
		if claim == nil {
			claim = x.wordsOf(p)
		}
		for _, side := range [2]int{-1, 1} {
			if i+side < 0 || i+side >= len(theirs) {
				continue
			}
			beside := theirs[i+side]
			for j, m := range mine {
				if m.stem != beside.stem && (m.class == 0 || m.class != beside.class) || j-side < 0 || j-side >= len(mine) {
					continue
				}
				o := mine[j-side]
				if x.namelike(o) && !claim[o.stem] && !(o.sound != 0 && claim[o.sound]) && !(o.bones != 0 && claim[o.bones]) {
					most = max(most, x.said.rarity(chanWords, t.stem))
				}
			}
		}
	}
	return most
}

// contentOf are the words of a text that say something.
func contentOf(d *doc) []tok {
	var words []tok
	for _, t := range d.seq {
		if t.kind&(kindStop|kindWeak) == 0 {
			words = append(words, t)
		}
	}
	return words
}

// elsewhere tells whether a short telling names somebody or somewhere else in the place of the only names of a claim. What both name
// may be one place within another.
func (x *Index) elsewhere(q Query, d *doc, p *pair) bool {
	if d.content > shortTelling || p.names > 0 || p.swapped == 0 && !p.clashNamed {
		return false
	}
	return len(d.places) == 0 || len(p.lead.best.places) == 0 || x.otherPlace(q, d, p)
}
