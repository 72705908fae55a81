package match

import (
	"slices"
	"strings"
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
const fewForStops = 1

// take takes a text apart for comparing.
func (x *Index) take(text string, lang bot.Lang) *doc {
	raw := split(text)
	words := x.lex.words(raw, lang)
	d := &doc{scale: 1, lang: lang, seq: make([]tok, len(words)), sketch: sketchOf(raw), places: x.placesOf(raw)}
	d.soon, d.weekdays, d.dates = x.lex.moments(words)
	if lang == "" || lang == bot.French {
		d.stances, d.untrue = x.lex.stances(words)
	} else {
		d.untrue = untrueElsewhere(words)
	}
	content := 0
	for i, w := range words {
		d.seq[i] = w.tok
		d.seq[i].kind = w.kind
		if w.kind&kindStop == 0 {
			content++
		}
	}
	d.content, d.short = content, content < fewForStops
	terms := make([]uint64, 0, len(words)*5)
	for _, t := range d.seq {
		if t.kind&kindStop == 0 || d.short {
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
	for _, t := range d.seq {
		if t.kind&kindStop == 0 || d.short {
			terms = append(terms, t.grams...)
		}
	}
	d.set(chanGrams, terms)
	terms = terms[:0]
	for _, t := range d.seq {
		if t.kind&kindStop != 0 {
			continue
		}
		if t.sound != 0 {
			terms = append(terms, t.sound)
		}
		if t.bones != 0 {
			terms = append(terms, t.bones)
		}
	}
	d.set(chanSounds, terms)
	return d
}

// set counts a channel's terms, and orders them by their hash: whatever is summed over them is summed in that order. It sorts what
// it is given.
func (d *doc) set(channel int, terms []uint64) {
	d.length[channel] = len(terms)
	if len(terms) == 0 {
		return
	}
	slices.Sort(terms)
	different := 1
	for i := 1; i < len(terms); i++ {
		if terms[i] != terms[i-1] {
			different++
		}
	}
	out := make([]entry, 0, different)
	for i, t := range terms {
		if i > 0 && t == terms[i-1] {
			if last := &out[len(out)-1]; last.n < 255 {
				last.n++
			}
			continue
		}
		out = append(out, entry{t, 1})
	}
	d.terms[channel] = out
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

// sounds are the ways in which French writes one sound, and how people text it.
var sounds = strings.NewReplacer("eau", "o", "aux", "o", "au", "o", "qu", "k", "ck", "k", "ph", "f", "ch", "C", "gn", "N", "ai", "e", "ei", "e", "ou", "u",
	"sc", "s", "ce", "se", "ci", "si", "cy", "si", "c", "k", "x", "ks", "ge", "je", "gi", "ji", "y", "i", "oi", "wa", "h", "", "z", "s", "en", "an")

// sound is how a French word sounds, roughly: its endings that are not heard are cut off.
func sound(folded string) string {
	w := folded
	if len(w) > 3 {
		w = strings.TrimRight(w, "sxt")
		for _, end := range []string{"ent", "er", "ez", "ee", "e"} {
			if len(w) > len(end)+2 && strings.HasSuffix(w, end) {
				w = w[:len(w)-len(end)]
				break
			}
		}
	}
	w = sounds.Replace(w)
	b := make([]byte, 0, len(w))
	for i := range len(w) {
		if len(b) == 0 || b[len(b)-1] != w[i] {
			b = append(b, w[i])
		}
	}
	return string(b)
}

// fewestBones is how many consonants a word has at least to be told by them alone.
const fewestBones = 4

// bones are the consonants of what sound gives: what is left where vowels are left out.
func bones(sounded string) string {
	b := make([]byte, 0, len(sounded))
	for i := range len(sounded) {
		switch c := sounded[i]; c {
		case 'a', 'e', 'i', 'o', 'u', 'w':
		default:
			if len(b) == 0 || b[len(b)-1] != c {
				b = append(b, c)
			}
		}
	}
	return string(b)
}
