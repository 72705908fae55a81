package match

import (
	"bytes"
	"slices"

	"tinye/bot"
)

// family is reports about one claim, ordered by their words' key, then by id.
type family struct{ members []*report }

// mostVariants is how many variants of a claim are compared with. Which ones is told by a hash of their words, not by when they
// came: a burst of copies takes one place.
const mostVariants = 60

// mostLoose is how many reports that are linked to no claim are compared with: the newest.
const mostLoose = 20_000

func compareReports(a, b *report) int {
	switch {
	case a.key < b.key:
		return -1
	case a.key > b.key:
		return 1
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

// add puts a report into a claim's family.
func add(families map[bot.ID]*family, claim bot.ID, r *report) *family {
	f := families[claim]
	if f == nil {
		f = &family{}
		families[claim] = f
	}
	if i, ok := slices.BinarySearchFunc(f.members, r, compareReports); !ok {
		f.members = slices.Insert(f.members, i, r)
	}
	return f
}

// remove takes it out again.
func remove(families map[bot.ID]*family, claim bot.ID, r *report) *family {
	f := families[claim]
	if f == nil {
		return &family{}
	}
	if i, ok := slices.BinarySearchFunc(f.members, r, compareReports); ok {
		f.members = slices.Delete(f.members, i, i+1)
	}
	if len(f.members) == 0 {
		delete(families, claim)
	}
	return f
}

// each gives the first of each wording, at most mostVariants of them; those that are not given are passed over.
func (f *family) each(give func(r *report), over func(r *report)) {
	kept := 0
	for i, r := range f.members {
		if kept < mostVariants && (i == 0 || f.members[i-1].key != r.key) {
			kept++
			give(r)
		} else {
			over(r)
		}
	}
}

// settle sees to it that the right variants of a claim are compared with.
func (x *Index) settle(f *family) {
	f.each(func(r *report) { x.enter(x.told, r) }, func(r *report) { x.leave(x.told, r) })
}

// settleLoose sees to it that the newest reports without a claim are compared with. It is done when somebody asks: most such
// reports are linked, or grow old, before.
func (x *Index) settleLoose() {
	if !x.stale.Load() {
		return
	}
	x.mu.Lock()
	defer x.mu.Unlock()
	first := max(len(x.loose)-mostLoose, 0)
	for i, r := range x.loose {
		if i < first {
			x.leave(x.asked, r)
		} else {
			x.enter(x.asked, r)
		}
	}
	x.stale.Store(false)
}
