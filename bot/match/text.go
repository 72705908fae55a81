package match

import (
	"slices"
	"unicode/utf8"

	"tinye/bot"
)

// hash is FNV-1a of 64 bits: terms are compared by it, never shown.
func hash(seed uint64, s string) uint64 {
	h := seed
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * 1099511628211
	}
	return h
}

const hashSeed uint64 = 14695981039346656037

// fewForStops is how many content words a text has at least for its stop words to be left out.
const fewForStops = 3

// take takes a text apart for comparing.
func (x *Index) take(text string, lang bot.Lang) *doc {
	words := x.lex.words(text, lang)
	d := &doc{scale: 1, seq: make([]tok, len(words))}
	content := 0
	for i, w := range words {
		d.seq[i] = tok{stem: hash(hashSeed, w.stem), folded: hash(hashSeed, w.folded), kind: w.kind}
		if w.class != "" {
			d.seq[i].class = hash(hashSeed+1, w.class)
		}
		if w.kind&kindStop == 0 {
			content++
		}
	}
	terms := make([]uint64, 0, len(words)*5)
	for _, t := range d.seq {
		if t.kind&kindStop == 0 || content < fewForStops {
			terms = append(terms, t.stem)
			if t.class != 0 {
				terms = append(terms, t.class)
			}
		}
	}
	d.set(chanWords, terms)
	terms = terms[:0]
	var last uint64
	for _, t := range d.seq {
		if t.kind&kindStop != 0 {
			continue
		}
		if last != 0 {
			terms = append(terms, last*31+t.stem)
		}
		last = t.stem
	}
	d.set(chanPairs, terms)
	terms = terms[:0]
	for _, w := range words {
		if w.kind&kindStop == 0 || content < fewForStops {
			terms = grams(terms, w.folded)
		}
	}
	d.set(chanGrams, terms)
	return d
}

// set counts a channel's terms, in the order in which they first come.
func (d *doc) set(channel int, terms []uint64) {
	d.length[channel] = len(terms)
	if len(terms) == 0 {
		return
	}
	at := make(map[uint64]int, len(terms))
	out := make([]entry, 0, len(terms))
	for _, t := range terms {
		if i, ok := at[t]; ok {
			if out[i].n < 255 {
				out[i].n++
			}
			continue
		}
		at[t] = len(out)
		out = append(out, entry{t, 1})
	}
	d.terms[channel] = slices.Clip(out)
}

// grams adds the runs of four characters of a word with a border on either side; a shorter word is one run.
func grams(terms []uint64, w string) []uint64 {
	w = "_" + w + "_"
	if utf8.RuneCountInString(w) <= 4 {
		return append(terms, hash(hashSeed+2, w))
	}
	starts := make([]int, 0, len(w)+1)
	for i := range w {
		starts = append(starts, i)
	}
	starts = append(starts, len(w))
	for i := 0; i+4 < len(starts); i++ {
		terms = append(terms, hash(hashSeed+2, w[starts[i]:starts[i+4]]))
	}
	return terms
}
