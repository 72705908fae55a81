package match

import (
	"bytes"
	"cmp"
	"slices"

	"tinye/bot"
)

// Search finds open claims by words that somebody typed to look something up: fewer and other words than a telling has. It looks
// at titles and answers alone: what the desk noted of a claim is not found out by trying names. The best first. A word is found by
// its stem, its meaning, its sound, and by its characters: its beginning is enough, and a slip of the finger does not matter.
func (x *Index) Search(text string, limit int) []bot.ID {
	q := x.take(text, "")
	if limit <= 0 {
		limit = 5
	}
	x.mu.RLock()
	defer x.mu.RUnlock()
	best := map[bot.ID]float64{}
	open := func(d *doc) bool { c := x.claims[d.claim]; return d.told && c != nil && c.Open }
	sc := x.scratch.Get().(*scratch)
	defer x.scratch.Put(sc)
	for _, s := range [2]*side{x.said, x.listed} {
		s.accumulate(q, &sc.said, nil)
		s.best(&sc.said, 4*limit+40, open, func(d *doc, fused float64, _, _ [channels]float64) {
			if got := x.answers(q, d); got >= leastFound {
				best[d.claim] = max(best[d.claim], d.scale*(got+0.05*fused))
			}
		})
	}
	out := make([]bot.ID, 0, len(best))
	for id := range best {
		out = append(out, id)
	}
	slices.SortFunc(out, func(a, b bot.ID) int { return cmp.Or(cmp.Compare(best[b], best[a]), bytes.Compare(b[:], a[:])) })
	return out[:min(len(out), limit)]
}

// leastFound is the share of what is searched for, by the rarity of its words, that a claim has at least.
const leastFound = 0.45

// answers is the share of a search's words that a text has, 0 to 1, by their rarity.
func (x *Index) answers(q, d *doc) float64 {
	stems, classes, sounds, grams := map[uint64]bool{}, map[uint64]bool{}, map[uint64]bool{}, map[uint64]bool{}
	for _, t := range d.seq {
		stems[t.stem], classes[t.class], sounds[t.sound] = true, true, true
	}
	for _, e := range d.terms[chanGrams] {
		grams[e.term] = true
	}
	var got, all float64
	for _, t := range q.seq {
		if t.kind&kindStop != 0 && !q.short {
			continue
		}
		r := max(x.said.rarity(chanWords, t.stem), 0.05)
		all += r
		switch {
		case stems[t.stem]:
			got += r
		case t.sound != 0 && sounds[t.sound]:
			got += r * alikeSound
		case t.class != 0 && classes[t.class]:
			got += r * alikeClass
		default:
			n := 0
			for _, g := range t.grams {
				if grams[g] {
					n++
				}
			}
			// A word that is begun only lacks its last run of characters.
			if s := share(float64(n), float64(max(len(t.grams)-1, 1))); s >= 0.5 {
				got += r * 0.8 * min(s, 1)
			}
		}
	}
	return share(got, all)
}
