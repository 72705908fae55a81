package match

import (
	"math"
	"slices"

	"tinye/bot"
)

// Channels are the ways in which texts are compared.
const (
	chanWords  = iota // stems, and classes of meaning
	chanGrams         // runs of four characters within words
	chanPairs         // two content words that follow each other
	chanSounds        // how words sound, and their consonants
	channels
)

// k1 and b of BM25, per channel.
const (
	bm25K1 = 0.9
	bm25B  = 0.6
)

// entry is a term of a text, and how often it is there.
type entry struct {
	term uint64 // hash
	n    uint8
}

// doc is one text, taken apart.
type doc struct {
	claim   bot.ID
	report  bot.ID   // zero for a claim's own words
	scale   float64  // of its scores: an answer's words count less than the claim's
	lang    bot.Lang // as it was given
	wording int      // which of the claim's
	says    TextKind // what it is of a claim; the first, where it is several
	joined  bool     // several wordings in one
	told    bool     // it is what people may read: a title or an answer
	seq     []tok    // its words in order
	short   bool     // so few content words that the others are compared too

	content  int               // content words
	sketch   []uint32          // its words, cf. sketchOf
	soon     soon              // near days that it is of
	weekdays []int             // that it names
	dates    []date            // that it names
	stances  []stance          // what it denies, and where it stands between opposites
	untrue   bool              // it says that something is not true
	places   [][]bot.PlaceCode // that it names, each with those it lies in
	terms    [channels][]entry
	length   [channels]int
}

// tok is a word in a row of words; 0 in its hashes where it has no such thing.
type tok struct {
	stem, class  uint64
	sound, start uint64   // how it sounds, how it begins
	bones        uint64   // its consonants
	grams        []uint64 // of a claim's word
	kind         kind
}

// side is a set of texts that are compared with a query together: claims, or tellings. It counts in how many of them a term
// is, exactly, and keeps for every term the texts that have it.
type side struct {
	channels int    // that it keeps, the first ones
	docs     []*doc // by slot; nil where a text was dropped
	free     []uint32
	live     int
	total    [channels]int                 // lengths of all texts
	lists    [channels]map[uint64][]uint32 // by term: slot<<8 | how often

	common [channels]map[uint32]float64 // share of tellings of all kinds that have a term; nil: not known
}

func newSide(kept int) *side {
	s := &side{channels: kept}
	for c := range s.lists {
		s.lists[c] = map[uint64][]uint32{}
	}
	return s
}

// add puts a text in and gives its slot.
func (s *side) add(d *doc) uint32 {
	var slot uint32
	if n := len(s.free); n > 0 {
		slot = s.free[n-1]
		s.free = s.free[:n-1]
		s.docs[slot] = d
	} else {
		slot = uint32(len(s.docs))
		s.docs = append(s.docs, d)
	}
	s.live++
	for c := range s.channels {
		s.total[c] += d.length[c]
		for _, e := range d.terms[c] {
			s.lists[c][e.term] = append(s.lists[c][e.term], slot<<8|uint32(e.n))
		}
	}
	return slot
}

// drop takes a text out.
func (s *side) drop(slot uint32) {
	d := s.docs[slot]
	s.docs[slot] = nil
	s.free = append(s.free, slot)
	s.live--
	for c := range s.channels {
		s.total[c] -= d.length[c]
		for _, e := range d.terms[c] {
			list := s.lists[c][e.term]
			if len(list) == 1 {
				delete(s.lists[c], e.term)
				continue
			}
			i := 0 // what is dropped is often what came first, so the order is kept
			for list[i]>>8 != slot {
				i++
			}
			s.lists[c][e.term] = slices.Delete(list, i, i+1)
		}
	}
}

// idf is how much a term tells apart that df of n texts have, at least 0.
func idf(n, df float64) float64 {
	return math.Log1p((n - df + 0.5) / (df + 0.5))
}

// rarity is idf as a share of that of a term that no text has: 0 to 1 whatever the size of the base.
func rarity(n, df float64) float64 { return idf(n, df) / math.Log1p((n+1)*2) }

// rarity is how rare a term is in the texts of a side and in tellings of all kinds, 0 to 1.
func (s *side) rarity(channel int, term uint64) float64 {
	n, df := float64(s.live), float64(len(s.lists[channel][term]))
	if common := s.common[channel]; common != nil {
		n, df = n+commonWeight, df+commonWeight*common[half(term)]
	}
	return rarity(n, df)
}

// scores are BM25 scores of all texts of a side, per channel and slot.
type scores struct {
	of   [channels][]float64
	most [channels]float64 // what a text scores about that has all the query's terms
}

// accumulate scores all texts for a query. How rare a term is is told by the texts of with, too, unless that is nil: a site's first
// variants are too few to tell it. A text's score is summed in the order of the query's terms, whatever the slots.
func (s *side) accumulate(q *doc, sc *scores, with *side) {
	for c := range sc.of {
		if cap(sc.of[c]) < len(s.docs) {
			sc.of[c] = make([]float64, len(s.docs)+len(s.docs)/4)
		}
		sc.of[c] = sc.of[c][:len(s.docs)]
		clear(sc.of[c])
		sc.most[c] = 0
		if s.live == 0 || c >= s.channels {
			continue
		}
		acc, mean := sc.of[c], float64(s.total[c])/float64(s.live)
		for _, e := range q.terms[c] {
			list := s.lists[c][e.term]
			n, df := s.live, len(list)
			if with != nil {
				n, df = n+with.live, df+len(with.lists[c][e.term])
			}
			known, in := float64(n), float64(df)
			if common := s.common[c]; common != nil {
				known, in = known+commonWeight, in+float64(commonWeight*common[half(e.term)])
			}
			w := idf(known, in) * queryWeight(e.n)
			sc.most[c] += w
			if c == chanGrams && len(list)*3 > s.live && s.live > 300 {
				continue
			}
			for _, p := range list {
				slot, tf := p>>8, float64(p&0xff)
				norm := bm25K1 * (1 - bm25B + bm25B*float64(s.docs[slot].length[c])/mean)
				acc[slot] += float64(w * float64(tf*(bm25K1+1)) / (tf + norm))
			}
		}
	}
}

// queryWeight lets a word that a telling repeats count a little more.
func queryWeight(n uint8) float64 { return 1 + math.Log(float64(n)) }
