package match

import (
	"bytes"
	"slices"

	"tinye/bot"
)

// Features describe how a telling and a claim agree, one number each, in the order of FeatureNames.
type Features []float64

// Candidate is a claim that a query may tell, with what the models judge it by.
type Candidate struct {
	Claim    bot.ID
	Features Features
	Fused    float64 // the channels' scores put together, unlearned
	Score    float64 // set by Weights.Order
	Vetoes   []Veto  // that any weights would have to heed; room lab counts a first candidate with one as not answered
	Denied   bool    // so many people said of nearly these words that they do not tell it that nobody is asked
	Copy     bool    // it repeats a telling of the claim that people confirmed
}

// scratch is what a search needs for itself; it is used again.
type scratch struct {
	said, told scores
}

// fusion is what each channel counts when their scores are put together.
var fusion = [channels]float64{chanWords: 1, chanGrams: 1, chanPairs: 0.3, chanSounds: 0.1}

// toldShare is what the best variant counts against the claim's own words, if it has all that the query says.
const toldShare = 2

// lead is a claim among those that may be told, before features are taken.
type lead struct {
	claim      bot.ID
	fused      float64
	said, told float64           // fused scores of the best wording and the best variant, 1 = best of all in every channel
	best       *doc              // its single wording that fits best, else those together; nil: none has a word of the query
	bestFused  float64           // of that one
	rel        [channels]float64 // of the wording with the best score, as shares of the best of all
	whole      [channels]float64 // and of what a text with all of the query would score
	variants   []variantLead     // the best first
}

type variantLead struct {
	doc   *doc
	fused float64
	rel   [channels]float64
	whole [channels]float64
}

// leads are the claims that may be told, the best first, at most so many.
func (x *Index) leads(q *doc, not []bot.ID, self bot.ID, most int, sc *scratch) []*lead {
	x.said.accumulate(q, &sc.said, nil)
	x.told.accumulate(q, &sc.told, x.said)
	byClaim := map[bot.ID]*lead{}
	x.said.best(&sc.said, 4*most, func(d *doc) bool { return !slices.Contains(not, d.claim) }, func(d *doc, fused float64, rel, whole [channels]float64) {
		l := byClaim[d.claim]
		if l == nil {
			l = &lead{claim: d.claim}
			byClaim[d.claim] = l
		}
		if fused > l.said {
			l.said, l.rel, l.whole = fused, rel, whole
		}
		switch {
		case l.best == nil, l.best.joined && !d.joined, fused > l.bestFused && l.best.joined == d.joined:
			l.best, l.bestFused = d, fused
		}
	})
	known := func(d *doc) bool {
		c := x.claims[d.claim]
		return c != nil && !c.Lookup && d.report != self && !slices.Contains(not, d.claim)
	}
	x.told.best(&sc.told, 4*most, known, func(d *doc, fused float64, rel, whole [channels]float64) {
		l := byClaim[d.claim]
		if l == nil {
			l = &lead{claim: d.claim}
			byClaim[d.claim] = l
		}
		l.told = max(l.told, fused)
		l.variants = append(l.variants, variantLead{d, fused, rel, whole})
	})
	out := make([]*lead, 0, len(byClaim))
	for _, l := range byClaim {
		l.fused = l.said
		if len(l.variants) > 0 {
			v := l.variants[0]
			l.fused += toldShare * v.fused * v.whole[chanGrams] * v.whole[chanGrams]
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b *lead) int {
		if a.fused != b.fused {
			if a.fused > b.fused {
				return -1
			}
			return 1
		}
		return bytes.Compare(a.claim[:], b.claim[:])
	})
	return out[:min(len(out), most)]
}

// best gives the texts with the best fused scores, at most n, the best first; equal ones by their ids.
func (s *side) best(sc *scores, n int, want func(*doc) bool, give func(d *doc, fused float64, rel, whole [channels]float64)) {
	var top [channels]float64
	for c := range sc.of {
		for slot, v := range sc.of[c] {
			if d := s.docs[slot]; v > top[c] && d != nil && v*d.scale > top[c] && want(d) {
				top[c] = v * d.scale
			}
		}
	}
	type ranked struct {
		slot  int
		fused float64
	}
	var out []ranked
	floor := 0.0
	for slot, d := range s.docs {
		if d == nil || sc.of[chanWords][slot] == 0 && sc.of[chanGrams][slot] == 0 {
			continue
		}
		f := 0.0
		for c := range sc.of {
			if top[c] > 0 {
				f += float64(fusion[c] * float64(sc.of[c][slot]*d.scale/top[c]))
			}
		}
		if f < floor || !want(d) {
			continue
		}
		out = append(out, ranked{slot, f})
		if len(out) >= 8*n {
			slices.SortFunc(out, func(a, b ranked) int {
				switch {
				case a.fused > b.fused:
					return -1
				case a.fused < b.fused:
					return 1
				}
				return s.docs[a.slot].compare(s.docs[b.slot])
			})
			out = out[:n]
			floor = out[n-1].fused
		}
	}
	slices.SortFunc(out, func(a, b ranked) int {
		switch {
		case a.fused > b.fused:
			return -1
		case a.fused < b.fused:
			return 1
		}
		return s.docs[a.slot].compare(s.docs[b.slot])
	})
	for _, r := range out[:min(n, len(out))] {
		var rel, whole [channels]float64
		for c := range rel {
			if sc.most[c] > 0 {
				whole[c] = min(sc.of[c][r.slot]/sc.most[c], 1)
			}
			if top[c] > 0 {
				rel[c] = sc.of[c][r.slot] * s.docs[r.slot].scale / top[c]
			}
		}
		give(s.docs[r.slot], r.fused, rel, whole)
	}
}

// compare orders texts by their claim, then by their report, then as the claim gave them.
func (d *doc) compare(o *doc) int {
	if c := bytes.Compare(d.claim[:], o.claim[:]); c != 0 {
		return c
	}
	if c := bytes.Compare(d.report[:], o.report[:]); c != 0 {
		return c
	}
	return d.wording - o.wording
}

// Candidates are the claims that may be told, at most so many (0: as many as Find judges), the best fused score first; what Find judges, and what is learned on.
func (x *Index) Candidates(q Query, most int) []Candidate {
	if most <= 0 {
		most = mostCandidates
	}
	d := x.take(q.Text, q.Lang)
	x.mu.RLock()
	defer x.mu.RUnlock()
	return x.candidates(q, d, most)
}

func (x *Index) candidates(q Query, d *doc, most int) []Candidate {
	if most <= 0 {
		most = mostCandidates
	}
	sc := x.scratch.Get().(*scratch)
	defer x.scratch.Put(sc)
	found := x.judge(q, d, x.leads(d, q.Not, q.Self, most, sc))
	if otherReading(q.Lang) {
		found = x.readAgain(q, d, found, most, sc)
	}
	return found
}
