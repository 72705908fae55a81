package match

import (
	"math"
)

// FeatureNames are the names of Features. A weights table asks for features by these names: one whose meaning changes gets a
// new name.
func FeatureNames() []string {
	names := make([]string, len(features))
	for i, f := range features {
		names[i] = f.name
	}
	return names
}

// features are what a claim is judged by. doc.go tells what each is for.
var features = [...]struct {
	name string
	of   func(*pair) float64
}{
	{"fused", func(p *pair) float64 { return p.lead.fused }},
	{"said", func(p *pair) float64 { return p.lead.said }},
	{"rel_words", func(p *pair) float64 { return p.lead.rel[chanWords] }},
	{"rel_grams", func(p *pair) float64 { return p.lead.rel[chanGrams] }},
	{"rel_pairs", func(p *pair) float64 { return p.lead.rel[chanPairs] }},
	{"rel_sounds", func(p *pair) float64 { return p.lead.rel[chanSounds] }},
	{"place_words", func(p *pair) float64 { return p.places[chanWords] }},
	{"place_grams", func(p *pair) float64 { return p.places[chanGrams] }},
	{"cov_claim", func(p *pair) float64 { return p.cov }},
	{"cov_exact", func(p *pair) float64 { return p.exact }},
	{"cov_soft", func(p *pair) float64 { return p.soft }},
	{"cov_query", func(p *pair) float64 { return share(p.mass, p.q.mass) }},
	{"cov_near", func(p *pair) float64 { return p.window[0] }},
	{"cov_window", func(p *pair) float64 { return p.window[1] }},
	{"cov_first", func(p *pair) float64 { return p.first }},
	{"order", func(p *pair) float64 { return p.order }},
	{"own", func(p *pair) float64 { return p.own }},
	{"mass", func(p *pair) float64 { return p.mass }},
	{"mass_log", func(p *pair) float64 { return math.Log1p(p.mass) }},
	{"matched", func(p *pair) float64 { return math.Log1p(float64(p.matched)) }},
	{"missing", func(p *pair) float64 { return p.missing }},
	{"missing_most", func(p *pair) float64 { return p.missingMost }},
	{"rare", func(p *pair) float64 { return p.rare }},
	{"cov_grams", func(p *pair) float64 { return p.grams }},
	{"cov_grams_query", func(p *pair) float64 { return share(p.gramMass, p.q.gramMass) }},
	{"cov_pairs", func(p *pair) float64 { return p.pairs }},
	{"numbers", func(p *pair) float64 { return p.numbers }},
	{"numbers_lost", func(p *pair) float64 { return p.numbersLost }},
	{"names", func(p *pair) float64 { return p.names }},
	{"names_lost", func(p *pair) float64 { return p.namesLost }},
	{"claim_words", func(p *pair) float64 { return math.Log1p(float64(p.words)) }},
	{"query_words", func(p *pair) float64 { return math.Log1p(float64(len(p.q.stems))) }},
	{"told", func(p *pair) float64 { return p.lead.told }},
	{"told_words", func(p *pair) float64 { return p.told(chanWords) }},
	{"told_grams", func(p *pair) float64 { return p.told(chanGrams) }},
	{"told_second", func(p *pair) float64 { return p.toldSecond() }},
	{"told_cov", func(p *pair) float64 { return p.variant.cov }},
	{"told_cov_query", func(p *pair) float64 { return p.variant.covQuery }},
	{"told_dice", func(p *pair) float64 { return p.variant.dice }},
	{"told_mass", func(p *pair) float64 { return math.Log1p(p.variant.mass) }},
	{"told_runs", func(p *pair) float64 { return p.variant.runs }},
	{"told_runs_most", func(p *pair) float64 { return p.variant.runsMost }},
	{"told_many", func(p *pair) float64 { return math.Log1p(float64(len(p.lead.variants))) }},
	{"told_any", func(p *pair) float64 { return yes(len(p.lead.variants) > 0) }},
	{"whole_words", func(p *pair) float64 { return p.lead.whole[chanWords] }},
	{"whole_grams", func(p *pair) float64 { return p.lead.whole[chanGrams] }},
	{"told_whole_words", func(p *pair) float64 { return p.toldWhole(chanWords) }},
	{"told_whole_grams", func(p *pair) float64 { return p.toldWhole(chanGrams) }},
	{"clash", func(p *pair) float64 { return p.clash }},
	{"clash_named", func(p *pair) float64 { return yes(p.clashNamed) }},
	{"clash_places", func(p *pair) float64 { return yes(p.clashPlaces) }},
	{"swapped", func(p *pair) float64 { return p.swapped }},
	{"base", func(p *pair) float64 { return math.Log1p(float64(min(p.base, 1000))) }},
	{"both", func(p *pair) float64 { return math.Sqrt(p.lead.said * p.lead.told) }},
}

func share(part, whole float64) float64 {
	if whole <= 0 {
		return 0
	}
	return part / whole
}

func yes(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// asked is a query readied for being compared with many claims.
type asked struct {
	*doc
	stems, classes, sounds, starts, bones map[uint64][]int32 // where in the query
	grams                                 map[uint64]float64 // rarity
	pairs                                 map[uint64]bool
	runs                                  map[uint64]bool
	mass, gramMass                        float64 // of its content words, each once, by their rarity among claims
	numbers, years                        int
	complements                           []complement // nil until they are asked for
}

// runLength is how many words in a row make a run that is hardly written twice by chance.
const runLength = 5

func (x *Index) ask(d *doc) *asked {
	a := &asked{doc: d, stems: map[uint64][]int32{}, classes: map[uint64][]int32{}, sounds: map[uint64][]int32{}, starts: map[uint64][]int32{}, bones: map[uint64][]int32{},
		grams: map[uint64]float64{}, pairs: map[uint64]bool{}, runs: d.runsOf()}
	for i, t := range d.seq {
		if t.kind&kindStop != 0 && !d.short {
			continue
		}
		if _, ok := a.stems[t.stem]; !ok {
			a.mass += x.said.rarity(chanWords, t.stem)
			switch {
			case t.kind&kindYear != 0:
				a.years++
			case t.kind&kindNumber != 0:
				a.numbers++
			}
		}
		a.stems[t.stem] = append(a.stems[t.stem], int32(i))
		if t.class != 0 {
			a.classes[t.class] = append(a.classes[t.class], int32(i))
		}
		if t.sound != 0 {
			a.sounds[t.sound] = append(a.sounds[t.sound], int32(i))
		}
		if t.bones != 0 {
			a.bones[t.bones] = append(a.bones[t.bones], int32(i))
		}
		if t.start != 0 {
			a.starts[t.start] = append(a.starts[t.start], int32(i))
		}
	}
	for _, e := range d.terms[chanGrams] {
		r := x.said.rarity(chanGrams, e.term)
		a.grams[e.term] = r
		a.gramMass += r
	}
	for _, e := range d.terms[chanPairs] {
		a.pairs[e.term] = true
	}
	return a
}

// runsOf are the runs of runLength words of a text, stop words among them.
func (d *doc) runsOf() map[uint64]bool {
	runs := map[uint64]bool{}
	for i := 0; i+runLength <= len(d.seq); i++ {
		runs[d.run(i)] = true
	}
	return runs
}

func (d *doc) run(i int) uint64 {
	h := hashSeed
	for _, t := range d.seq[i : i+runLength] {
		h = (h ^ t.stem) * 1099511628211
	}
	return h
}

// How much a word counts that agrees in its meaning, its sound, its consonants or its beginning only.
const (
	alikeClass = 0.7
	alikeSound = 0.8
	alikeBones = 0.6
	alikeStart = 0.5
)

// find tells how well a word of a claim is found in the query, 0 to 1, and where.
func (a *asked) find(t tok) (level float64, at []int32) {
	if at = a.stems[t.stem]; at != nil {
		return 1, at
	}
	if t.sound != 0 {
		if at = a.sounds[t.sound]; at != nil {
			return alikeSound, at
		}
	}
	if t.class != 0 {
		if at = a.classes[t.class]; at != nil {
			return alikeClass, at
		}
	}
	if t.bones != 0 {
		if at = a.bones[t.bones]; at != nil {
			return alikeBones, at
		}
	}
	if t.start != 0 {
		if at = a.starts[t.start]; at != nil {
			return alikeStart, at
		}
	}
	return 0, nil
}

// pair is a query and a claim, compared.
type pair struct {
	q    *asked
	lead *lead

	places                  [channels]float64 // 1 / place by a channel alone
	words, matched          int
	cov, exact, soft        float64
	window                  [2]float64
	first, order, own       float64
	mass                    float64
	missing, missingMost    float64
	rare                    float64
	grams, gramMass, pairs  float64
	numbers, numbersLost    float64
	names, namesLost        float64
	variant                 variantPair
	clash, swapped          float64
	clashNamed, clashPlaces bool
	base                    int // claims in the index
	found                   []found
	terms                   map[uint64]bool
}

// found is a word of the claim that the query has.
type found struct {
	term  uint64
	worth float64
	at    []int32
}

// told is what the best variant scores in a channel, as a share of the best.
func (p *pair) told(channel int) float64 {
	if len(p.lead.variants) == 0 {
		return 0
	}
	return p.lead.variants[0].rel[channel]
}

func (p *pair) toldWhole(channel int) float64 {
	if len(p.lead.variants) == 0 {
		return 0
	}
	return p.lead.variants[0].whole[channel]
}

func (p *pair) toldSecond() float64 {
	if len(p.lead.variants) < 2 {
		return 0
	}
	return p.lead.variants[1].fused
}

// nearWindow and wideWindow are how many words in a row may hold what a long post says of one claim.
const (
	nearWindow = 12
	wideWindow = 30
)

// compare compares the query with a claim's best wording and its best variants.
func (x *Index) compare(q *asked, l *lead) *pair {
	p := &pair{q: q, lead: l}
	if d := l.best; d != nil {
		x.compareWords(p, d)
		x.compareGrams(p, d)
	}
	x.compareVariants(p)
	p.clash, p.clashNamed, p.clashPlaces = x.clashes(p)
	p.swapped = x.swapped(p)
	p.base = len(x.claims)
	return p
}

func (x *Index) compareWords(p *pair, d *doc) {
	var total, got, exact, soft, rareAll, rareGot, namesAll, namesGot, first float64
	var numbersAll, numbersGot int
	seen := make(map[uint64]bool, len(d.seq))
	p.terms = seen
	lastAt := int32(-1)
	var ordered, orderAll float64
	for _, t := range d.seq {
		if t.kind&kindStop != 0 && !d.short || seen[t.stem] {
			continue
		}
		seen[t.stem] = true
		p.words++
		r := x.said.rarity(chanWords, t.stem)
		if t.kind&kindWeak != 0 {
			r *= 0.5
		}
		total += r
		level, at := p.q.find(t)
		worth := r * level
		got += worth
		if level == 1 {
			exact += r
		}
		soft += r * max(level, 0.8*gramShare(p.q, t))
		if r > 0.75 {
			rareAll += r
			rareGot += worth
		}
		if t.kind&kindName != 0 {
			namesAll += r
			namesGot += worth
		}
		if t.kind&kindNumber != 0 {
			numbersAll++
			if level == 1 {
				numbersGot++
			}
		}
		orderAll += r
		if level > 0 {
			p.matched++
			p.found = append(p.found, found{t.stem, worth, at})
			if at[0] < wideWindow {
				first += worth
			}
			for _, i := range at {
				if i > lastAt && (lastAt < 0 || i-lastAt <= 6) {
					ordered += worth
					break
				}
			}
			lastAt = at[0]
		} else {
			p.missingMost = max(p.missingMost, r)
		}
	}
	p.mass = got
	p.missing = total - got
	p.cov, p.exact, p.soft, p.first, p.order = share(got, total), share(exact, total), share(soft, total), share(first, total), share(ordered, orderAll)
	p.rare = 0.5
	if rareAll > 0 {
		p.rare = rareGot / rareAll
	}
	p.names, p.namesLost = 0.5, namesAll-namesGot
	if namesAll > 0 {
		p.names = namesGot / namesAll
	}
	p.numbers = 0
	if numbersAll > 0 {
		p.numbers = float64(numbersGot)
		if numbersGot == 0 && p.q.numbers+p.q.years > 0 {
			p.numbers = -1
		}
	}
	p.numbersLost = float64(numbersAll - numbersGot)
	p.window[0] = share(bestWindow(p.found, nearWindow), total)
	p.window[1] = share(bestWindow(p.found, wideWindow), total)
}

// bestWindow is the most of what was found that lies within so many words of the query.
func bestWindow(all []found, width int32) float64 {
	best := 0.0
	for _, f := range all {
		for _, start := range f.at {
			sum := 0.0
			for _, g := range all {
				for _, i := range g.at {
					if i >= start && i < start+width {
						sum += g.worth
						break
					}
				}
			}
			best = max(best, sum)
		}
	}
	return best
}

// gramShare is how much of a word's characters the query has, anywhere.
func gramShare(q *asked, t tok) float64 {
	if len(t.grams) == 0 {
		return 0
	}
	n := 0
	for _, g := range t.grams {
		if _, ok := q.grams[g]; ok {
			n++
		}
	}
	return float64(n) / float64(len(t.grams))
}

func (x *Index) compareGrams(p *pair, d *doc) {
	total, got := 0.0, 0.0
	for _, e := range d.terms[chanGrams] {
		r, ok := p.q.grams[e.term]
		if !ok {
			r = x.said.rarity(chanGrams, e.term)
		} else {
			got += r
		}
		total += r
	}
	p.grams, p.gramMass = share(got, total), got
	n := 0
	for _, e := range d.terms[chanPairs] {
		if p.q.pairs[e.term] {
			n++
		}
	}
	p.pairs = share(float64(n), float64(len(d.terms[chanPairs])))
}

// variantPair is a query compared with the variants of a claim.
type variantPair struct {
	cov, covQuery, dice, mass float64 // of the one most alike
	runs, runsMost            float64 // words in the same runs, as a share of the shorter text; and how many, logarithm
}

// repeated is the share of words, by their rarity, that a telling has in common with one that it repeats.
const repeated = 0.8

// mostCompared is how many variants of a claim are looked at closely.
const mostCompared = 3

func (x *Index) compareVariants(p *pair) {
	for i, v := range p.lead.variants {
		if i == mostCompared {
			break
		}
		total, got := 0.0, 0.0
		seen := make(map[uint64]bool, len(v.doc.seq))
		for _, t := range v.doc.seq {
			if t.kind&kindStop != 0 || seen[t.stem] {
				continue
			}
			seen[t.stem] = true
			r := x.said.rarity(chanWords, t.stem)
			total += r
			level, _ := p.q.find(t)
			got += r * level
		}
		if d := 2 * share(got, total+p.q.mass); d > p.variant.dice {
			p.variant.dice, p.variant.cov, p.variant.covQuery, p.variant.mass = d, share(got, total), min(share(got, p.q.mass), 1), got
		}
		n := 0
		for i := 0; i+runLength <= len(v.doc.seq); i++ {
			if p.q.runs[v.doc.run(i)] {
				n++
			}
		}
		if n > 0 {
			shorter := min(len(v.doc.seq), len(p.q.seq)) - runLength + 1
			p.variant.runs = max(p.variant.runs, min(float64(n)/float64(shorter), 1))
			p.variant.runsMost = max(p.variant.runsMost, math.Log1p(float64(n)))
		}
	}
}

// judge takes the features of claims.
func (x *Index) judge(query Query, d *doc, leads []*lead) []Candidate {
	q := x.ask(d)
	pairs := make([]*pair, len(leads))
	for i, l := range leads {
		pairs[i] = x.compare(q, l)
	}
	for i, p := range pairs {
		for c := range p.places {
			place := 1
			for _, o := range leads {
				if o.rel[c] > leads[i].rel[c] {
					place++
				}
			}
			p.places[c] = 1 / float64(place)
		}
		own := 0.0
		for _, f := range p.found {
			n := 0.0
			for j := range min(len(pairs), 10) {
				if pairs[j].terms[f.term] {
					n++
				}
			}
			own += f.worth / max(n, 1)
		}
		p.own = own
	}
	out := make([]Candidate, len(leads))
	for i, p := range pairs {
		f := make(Features, len(features))
		for j := range features {
			f[j] = features[j].of(p)
		}
		people := x.verdictOn(d, leads[i].claim, query.Self)
		out[i] = Candidate{
			Claim: leads[i].claim, Fused: leads[i].fused, Features: f, Vetoes: x.vetoes(query, d, p, people), Denied: people.denied(),
			Copy: p.variant.dice >= repeated,
		}
	}
	return out
}
