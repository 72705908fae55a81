package match

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"tinye/bot"
)

// Index knows claims and reports by their words. It is safe for concurrent use; what it answers depends on what it holds and
// not on the order in which that came.
type Index struct {
	place   func(word string) ([]bot.PlaceCode, bool)
	weights *Weights
	lex     *lexicon
	joins   map[uint64]bool // prepositions
	scratch sync.Pool       // *scratch

	mu        sync.RWMutex
	claims    map[bot.ID]*claim
	reports   map[bot.ID]*report
	contacts  map[bot.ContactKey][]bot.ID
	families  map[bot.ID]*family // reports that people say tell a claim, by claim, also by one that is not known (yet)
	linked    map[bot.ID]*family // reports that are linked to it, by a machine too
	rejected  map[bot.ID]*family // reports that people say do not tell it
	byTime    inTime             // all reports
	loose     inTime             // those linked to no claim
	stale     atomic.Bool        // some of them came or went since asked was settled
	confirmed map[bot.Lang]int   // matches that people confirmed

	said   *side // what claims say, and what was answered
	listed *side // what is only searched for
	told   *side // variants
	asked  *side // reports linked to no claim
}

// claim is a claim in the index.
type claim struct {
	Claim
	slots []uint32 // of its wordings in said, or in listed
}

// report is a report in the index.
type report struct {
	Report
	key    uint64   // of its words; tellings in the same words have the same one
	sketch []uint32 // its words
	doc    *doc     // nil while it is not compared with
	slot   uint32   // in the side that it is compared in
}

// variant tells whether people say that it tells a claim.
func (r *report) variant() bool { return r.Confirmed && !r.Claim.IsZero() }

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
		place: o.Place, weights: w, lex: newLexicon(), joins: prepositions(),
		claims: map[bot.ID]*claim{}, reports: map[bot.ID]*report{}, contacts: map[bot.ContactKey][]bot.ID{},
		families: map[bot.ID]*family{}, linked: map[bot.ID]*family{}, rejected: map[bot.ID]*family{}, confirmed: map[bot.Lang]int{},
		said: newSide(channels), listed: newSide(channels), told: newSide(channels), asked: newSide(chanWords + 1),
	}
	words, err := unpackCommon(w.Common.Words)
	if err != nil {
		return nil, fmt.Errorf("match: weights: %w", err)
	}
	grams, err := unpackCommon(w.Common.Grams)
	if err != nil {
		return nil, fmt.Errorf("match: weights: %w", err)
	}
	words = x.lex.everyday(words)
	for _, s := range [2]*side{x.said, x.told} {
		s.common[chanWords], s.common[chanGrams] = words, grams
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
	for _, d := range docs {
		in.slots = append(in.slots, x.sideOf(in).add(d))
	}
	x.claims[c.ID] = in
}

func (x *Index) sideOf(c *claim) *side {
	if c.Lookup {
		return x.listed
	}
	return x.said
}

// answerScale is what the words of an answer count, against those of the claim: it may deny what is told, and explain much else.
const answerScale = 0.7

// wordings takes a claim's texts apart: each is one text, and those of one language that say what is claimed are one more together,
// since a telling may take its words from several.
func (x *Index) wordings(c Claim) []*doc {
	var docs []*doc
	var langs []bot.Lang
	joined := map[bot.Lang][]string{}
	known := map[Text]*doc{}
	for _, t := range c.Texts {
		same := Text{Lang: t.Lang, Text: t.Text}
		if d := known[same]; d != nil {
			d.told = d.told || t.Kind != KindClaim
			continue // a title is often the claim, word for word
		}
		d := x.take(t.Text, t.Lang)
		d.says, d.told, known[same] = t.Kind, t.Kind != KindClaim, d
		if t.Kind == KindTitle && c.begins(t) {
			d.says = KindAnswer
		}
		if docs = append(docs, d); t.Kind == KindAnswer {
			d.scale = answerScale
			continue
		}
		if joined[t.Lang] == nil {
			langs = append(langs, t.Lang)
		}
		joined[t.Lang] = append(joined[t.Lang], t.Text)
	}
	for _, l := range langs {
		if len(joined[l]) > 1 {
			d := x.take(strings.Join(joined[l], " . "), l)
			d.joined = true
			docs = append(docs, d)
		}
	}
	for i, d := range docs {
		d.claim, d.wording = c.ID, i
	}
	return docs
}

// begins tells whether a title is no more than the beginning of an answer.
func (c Claim) begins(title Text) bool {
	start := strings.TrimSuffix(title.Text, "...")
	return slices.ContainsFunc(c.Texts, func(t Text) bool {
		return t.Kind == KindAnswer && t.Lang == title.Lang && strings.HasPrefix(strings.Join(strings.Fields(t.Text), " "), start)
	})
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
		x.sideOf(c).drop(slot)
	}
	delete(x.claims, id)
}

// PutReport adds a report, in place of what was known under its id.
func (x *Index) PutReport(r Report) {
	raw := split(r.Text)
	in := &report{Report: r, key: textKey(raw), sketch: sketchOf(raw)}
	x.mu.Lock()
	defer x.mu.Unlock()
	x.dropReport(r.ID)
	x.reports[r.ID] = in
	if !r.Contact.IsZero() {
		x.contacts[r.Contact] = append(x.contacts[r.Contact], r.ID)
	}
	x.byTime.add(in)
	for _, claim := range r.Rejected {
		add(x.rejected, claim, in)
	}
	if !r.Claim.IsZero() {
		add(x.linked, r.Claim, in)
	}
	switch {
	case in.variant():
		x.confirmed[in.Lang]++
		x.settle(add(x.families, r.Claim, in))
	case r.Claim.IsZero():
		x.loose.add(in)
		x.stale.Store(true)
	}
}

// textKey is the same for texts in the same words.
func textKey(raw []rawToken) uint64 {
	h := hashSeed
	for _, t := range raw {
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
	x.byTime.remove(r)
	for _, claim := range r.Rejected {
		remove(x.rejected, claim, r)
	}
	if !r.Claim.IsZero() {
		remove(x.linked, r.Claim, r)
	}
	switch {
	case r.variant():
		if x.confirmed[r.Lang]--; x.confirmed[r.Lang] == 0 {
			delete(x.confirmed, r.Lang)
		}
		x.leave(x.told, r)
		x.settle(remove(x.families, r.Claim, r))
	case r.Claim.IsZero():
		x.leave(x.asked, r)
		x.loose.remove(r)
		x.stale.Store(true)
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

// enter and leave put a report among what is compared with, and take it out.
func (x *Index) enter(s *side, r *report) {
	if r.doc == nil {
		r.doc = x.take(r.Text, r.Lang)
		r.doc.claim, r.doc.report = r.Claim, r.ID
		r.slot = s.add(r.doc)
	}
}

func (x *Index) leave(s *side, r *report) {
	if r.doc != nil {
		s.drop(r.slot)
		r.doc = nil
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
	for l, n := range x.confirmed {
		s.Confirmed[l] = n
	}
	return s
}
