package match

import (
	"slices"

	"tinye/bot"
)

// verdict is how many different people said of nearly these words that they tell a claim, or do not. One person can be wrong, or
// mean harm: a single no stops the next copies from being answered at once, and keeps nobody from being asked.
type verdict struct {
	rejected  int // people who said that it is not told; a report of nobody known counts as one
	standing  int // others whose telling is linked to it, by people or by a machine
	confirmed int // those of these whose link people confirmed
}

// How many of those who told it may have rejected it for the next one to be answered at once, and from how many on nobody is asked.
const (
	doubtShare = 0.2
	fewestDeny = 3
)

// doubted tells whether nobody may be answered at once.
func (v verdict) doubted() bool {
	return float64(v.rejected) > doubtShare*float64(v.rejected+v.standing)
}

// denied tells whether nobody is to be asked either.
func (v verdict) denied() bool { return v.rejected >= fewestDeny && v.rejected > v.confirmed }

// verdictOn counts what people said of tellings in nearly these words. It looks at what is linked only where somebody rejected.
func (x *Index) verdictOn(d *doc, claim, self bot.ID) verdict {
	var v verdict
	against := map[bot.ContactKey]bool{}
	x.rejected[claim].nearly(d, func(r *report) {
		if r.Contact.IsZero() {
			v.rejected++
		} else if !against[r.Contact] {
			against[r.Contact] = true
			v.rejected++
		}
	})
	if v.rejected == 0 {
		return v
	}
	people := map[bot.ContactKey]bool{} // whether one of their links is confirmed
	x.linked[claim].nearly(d, func(r *report) {
		switch confirmed := people[r.Contact]; {
		case r.ID == self || against[r.Contact] || slices.Contains(r.Rejected, claim):
		case r.Contact.IsZero():
			v.standing++
			if r.Confirmed {
				v.confirmed++
			}
		default:
			people[r.Contact] = confirmed || r.Confirmed
		}
	})
	v.standing += len(people)
	for _, confirmed := range people {
		if confirmed {
			v.confirmed++
		}
	}
	return v
}

// nearly gives the reports of a family that are in nearly these words.
func (f *family) nearly(d *doc, give func(r *report)) {
	if f == nil {
		return
	}
	near := false
	for i, r := range f.members {
		if i == 0 || f.members[i-1].key != r.key {
			near = alikeSketch(r.sketch, d.sketch) >= rejectedAlike
		}
		if near {
			give(r)
		}
	}
}

// rejectedAlike is how much of the words two tellings share at least for what people said of one to hold for the other.
const rejectedAlike = 0.6
