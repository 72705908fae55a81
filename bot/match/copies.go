package match

import (
	"bytes"
	"slices"
	"time"

	"tinye/bot"
)

// copyAlike is how much of the words two texts share that are copies of each other, as people forward them.
const copyAlike = 0.8

// sketchOf are the words of a text as a sorted set of short hashes: what copies are told by.
func sketchOf(raw []rawToken) []uint32 {
	s := make([]uint32, 0, len(raw))
	for _, t := range raw {
		s = append(s, uint32(hash(hashSeed, t.word)>>16))
	}
	slices.Sort(s)
	return slices.Clip(slices.Compact(s))
}

// alikeSketch is the share of words that two texts have in common, of those that either has.
func alikeSketch(a, b []uint32) float64 {
	if len(a) == 0 || len(b) == 0 || len(a) > 3*len(b) || len(b) > 3*len(a) {
		return 0
	}
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			both++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return float64(both) / float64(len(a)+len(b)-both)
}

// BurstWithin is the time within which many copies are a burst.
const BurstWithin = time.Hour

// Copies counts different people who told nearly the words of a text within the time before at (BurstWithin).
func (x *Index) Copies(text string, at bot.Instant) (numbers int) {
	sketch := sketchOf(split(text))
	x.mu.RLock()
	defer x.mu.RUnlock()
	from, _ := slices.BinarySearchFunc(x.byTime, at.Add(-BurstWithin), func(r *report, t bot.Instant) int {
		if r.At < t {
			return -1
		}
		return 1
	})
	people := map[bot.ContactKey]bool{}
	for _, r := range x.byTime[from:] {
		if r.At > at {
			break
		}
		if !r.Contact.IsZero() && !people[r.Contact] && alikeSketch(sketch, r.sketch) >= copyAlike {
			people[r.Contact] = true
		}
	}
	return len(people)
}

// compareTimes orders reports by when they were told, then by id.
func compareTimes(a, b *report) int {
	switch {
	case a.At < b.At:
		return -1
	case a.At > b.At:
		return 1
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

// inTime keeps reports in the order of their times. Most come in it.
type inTime []*report

func (l *inTime) add(r *report) {
	if n := len(*l); n == 0 || compareTimes((*l)[n-1], r) < 0 {
		*l = append(*l, r)
		return
	}
	i, _ := slices.BinarySearchFunc(*l, r, compareTimes)
	*l = slices.Insert(*l, i, r)
}

func (l *inTime) remove(r *report) {
	if i, ok := slices.BinarySearchFunc(*l, r, compareTimes); ok {
		*l = slices.Delete(*l, i, i+1)
	}
}
