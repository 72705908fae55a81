package match

import (
	"bytes"
	"cmp"
	"slices"

	"tinye/bot"
)

// What makes two tellings, or two claims, one: the share of their words, by rarity, that both have of those that either has.
const (
	groupAlike = 0.3
	alikePairs = 0.5
)

// near are the texts of a side that share words with a text, and how alike they are, the most alike first. masses are the summed
// rarities of texts' words by slot, nil to sum them here; then only the mostNear that share most are looked at.
func (x *Index) near(s *side, d *doc, least float64, masses []float64, acc []float64, want func(*doc) bool) []nearDoc {
	mass := 0.0
	var touched []uint32
	for _, e := range d.terms[chanWords] {
		list := s.lists[chanWords][e.term]
		r := x.rarity(e.term)
		mass += r
		for _, p := range list {
			if acc[p>>8] == 0 {
				touched = append(touched, p>>8)
			}
			acc[p>>8] += r
		}
	}
	var out []nearDoc
	for _, slot := range touched {
		both := acc[slot]
		acc[slot] = 0
		// Neither text's words weigh less than what both have.
		if o := s.docs[slot]; o != d && both >= least*mass && (masses == nil || both >= least*masses[slot]) && want(o) {
			out = append(out, nearDoc{o, slot, both})
		}
	}
	order := func(a, b nearDoc) int { return cmp.Or(cmp.Compare(b.score, a.score), a.doc.compare(b.doc)) }
	if masses == nil && len(out) > mostNear {
		slices.SortFunc(out, order)
		out = out[:mostNear]
	}
	kept := out[:0]
	for _, n := range out {
		other := 0.0
		if masses != nil {
			other = masses[n.slot]
		} else {
			other = x.massOf(n.doc)
		}
		if n.score = share(n.score, mass+other-n.score); n.score >= least {
			kept = append(kept, n)
		}
	}
	slices.SortFunc(kept, order)
	return kept
}

// mostNear is how many texts are weighed against one.
const mostNear = 200

type nearDoc struct {
	doc   *doc
	slot  uint32
	score float64
}

// massOf is the summed rarity of a text's words.
func (x *Index) massOf(d *doc) float64 {
	m := 0.0
	for _, e := range d.terms[chanWords] {
		m += x.rarity(e.term)
	}
	return m
}

// masses are the summed rarities of all texts of a side, by slot.
func (x *Index) masses(s *side) []float64 {
	m := make([]float64, len(s.docs))
	for i, d := range s.docs {
		if d != nil {
			m[i] = x.massOf(d)
		}
	}
	return m
}

// rarity is how rare a word is in all that is told and said, 0 to 1.
func (x *Index) rarity(term uint64) float64 {
	n, df := 0, 0
	for _, s := range [3]*side{x.said, x.told, x.asked} {
		n += s.live
		df += len(s.lists[chanWords][term])
	}
	return rarity(float64(n), float64(df))
}

// Neighbours are the reports and claims nearest to a text, the best first, for the desk. Scores are shares of words, by rarity, that
// both have, 0 to 1.
func (x *Index) Neighbours(q Query) []Near {
	d := x.take(q.Text, q.Lang)
	limit := q.Limit
	if limit <= 0 {
		limit = 5
	}
	x.settleLoose()
	x.mu.RLock()
	defer x.mu.RUnlock()
	var near []nearDoc
	for _, s := range [3]*side{x.said, x.told, x.asked} {
		near = append(near, x.near(s, d, leastNear, nil, make([]float64, len(s.docs)), func(o *doc) bool {
			return (o.report.IsZero() || o.report != q.Self) && (o.claim.IsZero() || !slices.Contains(q.Not, o.claim) && x.claims[o.claim] != nil)
		})...)
	}
	slices.SortFunc(near, func(a, b nearDoc) int { return cmp.Or(cmp.Compare(b.score, a.score), a.doc.compare(b.doc)) })
	say := newPostures()
	asked := say.of(d)
	if q.Place != (bot.PlaceCode{}) {
		asked.places = append(slices.Clip(asked.places), []bot.PlaceCode{q.Place})
	}
	var out []Near
	claims := map[bot.ID]bool{}
	for _, n := range near {
		if len(out) == limit {
			break
		}
		if !n.doc.claim.IsZero() { // each claim once, by its own words or by a telling of it
			if claims[n.doc.claim] {
				continue
			}
			claims[n.doc.claim] = true
		}
		other := say.of(n.doc)
		if !n.doc.claim.IsZero() {
			other = x.claimed(say, n.doc.claim)
		}
		out = append(out, Near{Claim: n.doc.claim, Report: n.doc.report, Score: n.score, Apart: asked.apart(other)})
	}
	return out
}

// leastNear is how alike a neighbour is at least.
const leastNear = 0.08

// Groups are the reports linked to no claim that tell the same, told since a moment, the largest group first. What is set apart from
// others of a group (Apart) is not in it; a telling that names no place is in the group that it came to first.
func (x *Index) Groups(since bot.Instant, limit int) []Group {
	x.settleLoose()
	x.mu.RLock()
	defer x.mu.RUnlock()
	masses, acc := x.masses(x.asked), make([]float64, len(x.asked.docs))
	from, _ := slices.BinarySearchFunc(x.loose, since, func(r *report, t bot.Instant) int {
		if r.At < t {
			return -1
		}
		return 1
	})
	in := x.loose[max(from, len(x.loose)-mostLoose):]
	place := make(map[bot.ID]int, len(in))
	root := make([]int, len(in))
	words := map[uint64]int{} // the first report of each wording
	for i, r := range in {
		place[r.ID], root[i] = i, i
	}
	find := func(i int) int {
		for root[i] != i {
			root[i] = root[root[i]]
			i = root[i]
		}
		return i
	}
	say := newPostures()
	said := make([]posture, len(in)) // of each root, what its group says
	join := func(a, b int) {
		a, b = find(a), find(b)
		if a == b || said[a].apart(said[b]) != "" {
			return
		}
		if a > b {
			a, b = b, a
		}
		root[b] = a
		said[a].join(said[b])
		said[b] = posture{}
	}
	for i, r := range in {
		if r.doc != nil {
			said[i] = say.of(r.doc)
		}
	}
	for i, r := range in {
		if len(r.sketch) == 0 || r.doc == nil {
			continue
		}
		if j, ok := words[r.key]; ok {
			join(i, j)
			continue
		}
		words[r.key] = i
		if r.doc.content < FewestWords {
			continue // too few words to tell anything by, but for the very same ones
		}
		for _, n := range x.near(x.asked, r.doc, groupAlike, masses, acc, func(o *doc) bool { return o.content >= FewestWords }) {
			if j, ok := place[n.doc.report]; ok {
				join(i, j)
			}
		}
	}
	members := map[int][]*report{}
	for i, r := range in {
		members[find(i)] = append(members[find(i)], r)
	}
	var groups []Group
	for _, m := range members {
		if len(m) > 1 {
			groups = append(groups, groupOf(m))
		}
	}
	slices.SortFunc(groups, func(a, b Group) int {
		return cmp.Or(cmp.Compare(len(b.Reports), len(a.Reports)), bytes.Compare(a.Reports[0][:], b.Reports[0][:]))
	})
	if limit > 0 {
		groups = groups[:min(len(groups), limit)]
	}
	for i, g := range groups {
		r := x.reports[g.Reports[0]]
		found := x.findIn(Query{Text: r.Text, Lang: r.Lang, Self: r.ID, Not: r.Rejected, Limit: 1}, r.doc)
		if found.Outcome == Unknown || slices.ContainsFunc(found.Hits[0].Vetoes, setsApart) {
			continue
		}
		claim := found.Hits[0].Claim
		if r.doc == nil || say.of(r.doc).apart(x.claimed(say, claim)) != "" {
			continue
		}
		groups[i].Claim, groups[i].Alike = claim, x.alikeTo(r.doc, claim)
	}
	return groups
}

// setsApart tells a veto because of which a telling is of something else, whatever its words.
func setsApart(v Veto) bool {
	return v == VetoPlace || v == VetoNumber || v == VetoName || v == VetoOpposite || v == VetoRejected
}

// groupOf is a group of reports, the oldest of which is first.
func groupOf(m []*report) Group {
	g := Group{Since: m[0].At, Last: m[len(m)-1].At}
	people := map[bot.ContactKey]bool{}
	first := 0
	within := map[bot.ContactKey]int{}
	for _, r := range m {
		g.Reports = append(g.Reports, r.ID)
		if r.Contact.IsZero() {
			continue
		}
		people[r.Contact] = true
		within[r.Contact]++
		for ; r.At.Sub(m[first].At) > BurstWithin; first++ {
			if c := m[first].Contact; within[c] > 1 {
				within[c]--
			} else {
				delete(within, c)
			}
		}
		g.Burst = max(g.Burst, len(within))
	}
	g.Numbers = len(people)
	return g
}

// Pair are two claims.
type Pair struct {
	A, B  bot.ID
	Score float64
	Apart Apart // in what they differ all the same
}

// Alike are pairs of claims that may be one, the likeliest first.
func (x *Index) Alike(limit int) []Pair {
	x.mu.RLock()
	defer x.mu.RUnlock()
	masses, acc := x.masses(x.said), make([]float64, len(x.said.docs))
	best := map[[2]bot.ID]float64{}
	for _, d := range x.said.docs {
		if d == nil || d.scale < 1 || d.content < FewestWords {
			continue
		}
		for _, n := range x.near(x.said, d, alikePairs, masses, acc, func(o *doc) bool { return o.claim != d.claim && o.scale == 1 && o.content >= FewestWords }) {
			k := [2]bot.ID{d.claim, n.doc.claim}
			if bytes.Compare(k[0][:], k[1][:]) > 0 {
				k[0], k[1] = k[1], k[0]
			}
			best[k] = max(best[k], n.score)
		}
	}
	out, say := make([]Pair, 0, len(best)), newPostures()
	for k, score := range best {
		out = append(out, Pair{A: k[0], B: k[1], Score: score, Apart: x.claimed(say, k[0]).apart(x.claimed(say, k[1]))})
	}
	slices.SortFunc(out, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), bytes.Compare(a.A[:], b.A[:]), bytes.Compare(a.B[:], b.B[:]))
	})
	if limit > 0 {
		out = out[:min(len(out), limit)]
	}
	return out
}
