package match

import (
	"bytes"
	"fmt"
	"slices"
	"sync"

	"tinye/bot"
)

// Index knows claims and reports by their words. It is safe for concurrent use; what it answers depends on what it holds and
// not on the order in which that came.
type Index struct {
	place   func(word string) ([]bot.PlaceCode, bool)
	weights *Weights
	lex     *lexicon
	scratch sync.Pool // *scratch

	mu       sync.RWMutex
	claims   map[bot.ID]*claim
	reports  map[bot.ID]*report
	contacts map[bot.ContactKey][]bot.ID
	families map[bot.ID]*family // by claim, also by one that is not known (yet)

	said *side // what claims say, and what was answered
	told *side // variants: reports that people say tell a claim
}

// claim is a claim in the index.
type claim struct {
	Claim
	slots []uint32 // of its wordings in said
}

// report is a report in the index.
type report struct {
	Report
	key  uint64 // of its words; tellings in the same words have the same one
	doc  *doc   // nil while it is not compared with
	slot uint32 // in the side that it is compared in
}

// New makes an empty index.
func New(o Options) (*Index, error) {
	w := o.Weights
	if w == nil {
		var err error
		if w, err = Shipped(); err != nil {
			return nil, fmt.Errorf("match: %w", err)
		}
	}
	x := &Index{
		place: o.Place, weights: w, lex: newLexicon(),
		claims: map[bot.ID]*claim{}, reports: map[bot.ID]*report{}, contacts: map[bot.ContactKey][]bot.ID{}, families: map[bot.ID]*family{},
		said: newSide(), told: newSide(),
	}
	x.scratch.New = func() any { return &scratch{} }
	return x, nil
}

// PutClaim adds a claim, in place of what was known under its id.
func (x *Index) PutClaim(c Claim) {
	docs := x.wordings(c)
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropClaim(c.ID)
	in := &claim{Claim: c}
	if !c.Lookup {
		for _, d := range docs {
			in.slots = append(in.slots, x.said.add(d))
		}
	}
	x.claims[c.ID] = in
}

// answerScale is what the words of an answer count, against those of the claim: it may deny what is told, and explain much else.
const answerScale = 0.7

// wordings takes a claim's texts apart: the claim and its title are one text for each language, each answer one of its own.
func (x *Index) wordings(c Claim) []*doc {
	var docs []*doc
	var langs []bot.Lang
	joined := map[bot.Lang]string{}
	for _, t := range c.Texts {
		if t.Kind == KindAnswer {
			continue
		}
		if _, ok := joined[t.Lang]; !ok {
			langs = append(langs, t.Lang)
		}
		joined[t.Lang] += t.Text + " . "
	}
	for _, l := range langs {
		docs = append(docs, x.take(joined[l], l))
	}
	for _, t := range c.Texts {
		if t.Kind == KindAnswer {
			d := x.take(t.Text, t.Lang)
			d.scale = answerScale
			docs = append(docs, d)
		}
	}
	for _, d := range docs {
		d.claim = c.ID
	}
	return docs
}

// DropClaim forgets a claim; its reports stay, under a claim that is not known.
func (x *Index) DropClaim(id bot.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropClaim(id)
}

func (x *Index) dropClaim(id bot.ID) {
	c := x.claims[id]
	if c == nil {
		return
	}
	for _, slot := range c.slots {
		x.said.drop(slot)
	}
	delete(x.claims, id)
}

// PutReport adds a report, in place of what was known under its id.
func (x *Index) PutReport(r Report) {
	in := &report{Report: r, key: textKey(r.Text)}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropReport(r.ID)
	x.reports[r.ID] = in
	if !r.Contact.IsZero() {
		x.contacts[r.Contact] = append(x.contacts[r.Contact], r.ID)
	}
	if r.Confirmed && !r.Claim.IsZero() {
		x.family(r.Claim).add(in)
		x.settle(r.Claim)
	}
}

// textKey is the same for texts in the same words.
func textKey(text string) uint64 {
	h := hashSeed
	for _, t := range split(text) {
		h = hash(h*31, t.word)
	}
	return h
}

// DropReport forgets a report.
func (x *Index) DropReport(id bot.ID) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropReport(id)
}

func (x *Index) dropReport(id bot.ID) {
	r := x.reports[id]
	if r == nil {
		return
	}
	delete(x.reports, id)
	if ids := x.contacts[r.Contact]; len(ids) > 0 {
		if ids = slices.DeleteFunc(ids, func(o bot.ID) bool { return o == id }); len(ids) == 0 {
			delete(x.contacts, r.Contact)
		} else {
			x.contacts[r.Contact] = ids
		}
	}
	if r.Confirmed && !r.Claim.IsZero() {
		x.family(r.Claim).remove(r)
		if r.doc != nil {
			x.told.drop(r.slot)
			r.doc = nil
		}
		x.settle(r.Claim)
	}
}

// DropContact forgets all that one person told.
func (x *Index) DropContact(c bot.ContactKey) {
	x.mu.Lock()
	defer x.mu.Unlock()
	for _, id := range slices.Clone(x.contacts[c]) {
		x.dropReport(id)
	}
}

// family is the reports that people say tell one claim, ordered by their words' key, then by id.
type family struct{ members []*report }

// mostVariants is how many variants of a claim are compared with. Which ones is told by a hash of their words, not by when they
// came: a burst of copies takes one place.
const mostVariants = 60

func (x *Index) family(claim bot.ID) *family {
	f := x.families[claim]
	if f == nil {
		f = &family{}
		x.families[claim] = f
	}
	return f
}

func compareReports(a, b *report) int {
	switch {
	case a.key < b.key:
		return -1
	case a.key > b.key:
		return 1
	}
	return bytes.Compare(a.ID[:], b.ID[:])
}

func (f *family) add(r *report) {
	i, _ := slices.BinarySearchFunc(f.members, r, compareReports)
	f.members = slices.Insert(f.members, i, r)
}

func (f *family) remove(r *report) {
	if i, ok := slices.BinarySearchFunc(f.members, r, compareReports); ok {
		f.members = slices.Delete(f.members, i, i+1)
	}
}

// settle sees to it that the right variants of a claim are compared with: the first of each wording, mostVariants of them.
func (x *Index) settle(id bot.ID) {
	f := x.families[id]
	kept := 0
	for i, r := range f.members {
		keep := kept < mostVariants && (i == 0 || f.members[i-1].key != r.key)
		if keep {
			kept++
		}
		switch {
		case keep && r.doc == nil:
			r.doc = x.take(r.Text, r.Lang)
			r.doc.claim, r.doc.report = id, r.ID
			r.slot = x.told.add(r.doc)
		case !keep && r.doc != nil:
			x.told.drop(r.slot)
			r.doc = nil
		}
	}
	if len(f.members) == 0 {
		delete(x.families, id)
	}
}

// Stats are the sizes of an index.
type Stats struct {
	Claims, Reports, Variants int
	Confirmed                 map[bot.Lang]int // matches that people confirmed
	Learned                   []bot.Lang       // languages whose weights were learned
}

// Stats counts.
func (x *Index) Stats() Stats {
	x.mu.RLock()
	defer x.mu.RUnlock()
	s := Stats{Claims: len(x.claims), Reports: len(x.reports), Variants: x.told.live, Confirmed: map[bot.Lang]int{}, Learned: slices.Clone(x.weights.Langs)}
	for _, r := range x.reports {
		if r.Confirmed && !r.Claim.IsZero() {
			s.Confirmed[r.Lang]++
		}
	}
	return s
}
