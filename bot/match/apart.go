package match

import (
	"slices"

	"tinye/bot"
)

// Apart is in what two tellings, or a telling and a claim, differ that share many of their words.
type Apart string

// What sets two texts apart; "" = nothing that is seen.
const (
	ApartPlace    Apart = "place"    // they name different places
	ApartNumber   Apart = "number"   // they count differently
	ApartOpposite Apart = "opposite" // one says what the other denies
)

// postures reads what texts say of where, of how many, and whether they affirm it.
type postures struct {
	links, articles, denies, unsure, shut, open map[uint64]bool // by stem
}

func newPostures() postures {
	set := func(words ...string) map[uint64]bool {
		s, l := map[uint64]bool{}, &lexicon{tables: &tables{}}
		for _, w := range words {
			s[l.look(w, bot.French).tok.stem], s[l.look(w, "").tok.stem] = true, true
		}
		return s
	}
	return postures{
		links:    set("de", "du", "des", "d", "a", "au", "aux", "en", "vers"),
		articles: set("la", "le", "les", "l"),
		denies:   set("pas", "jamais"),
		unsure:   set("sais", "sait", "c", "ce", "ou", "si"), // je ne sais pas, n'est-ce pas, vrai ou pas
		shut:     set("ferme", "fermer", "fermee", "fermes", "fermees", "fermeture"),
		open: set("ouvert", "ouverte", "ouverts", "ouvertes", "ouvrir", "ouvre", "ouvrent", "ouverture", "rouvert", "rouverte", "rouverts", "rouvertes", "rouvrir", "rouvre",
			"rouvrent", "reouvert", "reouverte", "reouvrir", "reouverture"),
	}
}

// about is what a word is told to be of or at: pont (de) Markala.
type about struct {
	head, of uint64
	named    bool // with a capital
}

// posture is what one text says, or several of one group.
type posture struct {
	words      map[uint64]bool
	places     [][]bot.PlaceCode // known ones, each with those it lies in
	abouts     []about
	numbers    [2][]counted // without years, years
	long       bool         // so much is told that some number in it is of something else
	shut, open bool
	denies     bool
	says       bool // anything at all has been added
}

func (s postures) of(d *doc) posture {
	t := posture{words: make(map[uint64]bool, len(d.seq)), places: d.places, long: d.content > shortTelling, says: true}
	for i, w := range d.seq {
		t.words[w.stem] = true
		t.shut, t.open = t.shut || s.shut[w.stem], t.open || s.open[w.stem]
		if s.denies[w.stem] && (i == 0 || !s.unsure[d.seq[i-1].stem]) {
			t.denies = !t.denies
		}
		if s.links[w.stem] && i > 0 {
			j := i + 1
			if j < len(d.seq) && s.articles[d.seq[j].stem] {
				j++
			}
			if j < len(d.seq) && d.seq[j].kind&(kindStop|kindNumber) == 0 {
				t.abouts = append(t.abouts, about{d.seq[i-1].stem, d.seq[j].stem, d.seq[j].kind&kindName != 0 && d.seq[j].class == 0})
			}
		}
	}
	for i, years := range [2]bool{false, true} {
		t.numbers[i] = numbersOf(nil, d, years)
	}
	return t
}

// join adds what another text of the group says.
func (t *posture) join(o posture) {
	if !t.says {
		*t = o
		return
	}
	words := make(map[uint64]bool, len(t.words)+len(o.words))
	for _, of := range [2]map[uint64]bool{t.words, o.words} {
		for w := range of {
			words[w] = true
		}
	}
	t.words = words
	t.places = slices.Concat(t.places, o.places)
	for _, a := range o.abouts {
		if !slices.Contains(t.abouts, a) {
			t.abouts = append(slices.Clip(t.abouts), a)
		}
	}
	for i := range t.numbers {
		for _, n := range o.numbers[i] {
			if !slices.Contains(t.numbers[i], n) {
				t.numbers[i] = append(slices.Clip(t.numbers[i]), n)
			}
		}
	}
	t.long = t.long || o.long
}

// apart is what sets two texts apart.
func (t posture) apart(o posture) Apart {
	switch {
	case !t.says || !o.says:
		return ""
	case t.elsewhere(o):
		return ApartPlace
	case t.countsOtherwise(o):
		return ApartNumber
	case t.opposes(o):
		return ApartOpposite
	}
	return ""
}

// elsewhere tells whether both name where it is, and nothing of that is common to both. What the gazetteer does not know is a name by
// its capital, or by what it is told of: pont de Markala, pont de niono.
func (t posture) elsewhere(o posture) bool {
	for _, a := range t.places {
		for _, b := range o.places {
			if slices.Contains(a, b[0]) || slices.Contains(b, a[0]) {
				return false
			}
		}
	}
	if len(t.places) > 0 && len(o.places) > 0 {
		return true
	}
	mine, theirs := t.missing(o), o.missing(t)
	if mine.common || theirs.common {
		return false
	}
	if (mine.named || len(t.places) > 0) && (theirs.named || len(o.places) > 0) {
		return true
	}
	for _, a := range mine.abouts {
		for _, b := range theirs.abouts {
			if a.head == b.head && (a.named || b.named) {
				return true
			}
		}
	}
	return false
}

// lacking is what one text is about that another one does not say.
type lacking struct {
	abouts        []about
	named, common bool // a name is among them; a name is in both
}

func (t posture) missing(o posture) (l lacking) {
	for _, a := range t.abouts {
		switch {
		case !o.words[a.of]:
			l.abouts, l.named = append(l.abouts, a), l.named || a.named
		case a.named:
			l.common = true
		}
	}
	return l
}

// countsOtherwise tells whether both have numbers and none is the same, of the same thing or in few words. Years are numbers of their own.
func (t posture) countsOtherwise(o posture) bool {
	for i, mine := range t.numbers {
		same, counts := false, false
		for _, m := range mine {
			for _, n := range o.numbers[i] {
				same = same || m.number == n.number
				counts = counts || m.of != 0 && m.of == n.of
			}
		}
		if !same && len(mine) > 0 && len(o.numbers[i]) > 0 && (counts || !t.long && !o.long) {
			return true
		}
	}
	return false
}

// opposes tells whether one affirms what the other denies; not open is closed.
func (t posture) opposes(o posture) bool {
	turned := t.denies != o.denies
	if t.shut != t.open && o.shut != o.open && t.shut != o.shut {
		turned = !turned
	}
	return turned
}

// claimed is what a claim says, in the desk's words.
func (x *Index) claimed(s postures, id bot.ID) posture {
	c := x.claims[id]
	if c == nil {
		return posture{}
	}
	var own *doc
	for _, slot := range c.slots {
		d := x.sideOf(c).docs[slot]
		if d != nil && !d.joined && d.scale == 1 && (own == nil || own.told && !d.told) {
			own = d
		}
	}
	if own == nil {
		return posture{}
	}
	return s.of(own)
}

// alikeTo is how much of its words, by rarity, a text shares with a claim's own words or with a telling of it.
func (x *Index) alikeTo(d *doc, claim bot.ID) (most float64) {
	for _, s := range [2]*side{x.said, x.told} {
		for _, n := range x.near(s, d, leastNear, nil, make([]float64, len(s.docs)), func(o *doc) bool { return o.claim == claim }) {
			most = max(most, n.score)
		}
	}
	return most
}
