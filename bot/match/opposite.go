package match

import (
	"slices"
	"strings"
)

// frenchOpposites are words of which a line's first half says the opposite of its second. A star stands for any ending: conjugation and
// SMS spelling change that. Where the beginning has other words too, the forms are written out.
const frenchOpposites = `
ouvr* ouver* rouvr* rouver* reouv* reouver* | ferm*
augment* hausse* hauss* monte monter montent montera monteront monterait montee grimpe* | baiss* diminu* reduit reduire reduction
arriv* ariv* | partir partira partiront partirait partent parti partis reparti* quitt* kit*
gratuit* | payant* payan*
donne* distribu* offr* | vend vendre vendu vendus vendue vendent vendra vendront vendait vendrait vente
vivant* survecu* | mort morts morte mortes mor mourir deced* dece deces
gagn* remport* victoire* | perd perdre perdu perdue perdus perdent perdait perte defaite*
libere* liberation libre* relach* | arrete arretee arretes arretees arretent arreter arestation arrestation* emprison* captur* prison
autoris* legal* legalis* | interdi* illegal*
bloqu* blok* barr* | debloqu* deblok*
suspen* | repren* repris* reprend*
nomme* | limog* revoqu* destitu*
malade* | gueri*
construi* reconstrui* | detrui* demoli*
retabl* repar* | coupe coupes coupee coupees coupure* effondr* casse*
reussi* reussite | echou* echec*
accept* | refus* rejet*
`

// notOpposites begin as an opposite does and are another word.
const notOpposites = "fermier fermiers fermiere fermentation fermement fermete donnee donnees kit kits kita kits barrage barrages barreau liberte libertes librement legalement"

// turn is one side of a pair of opposites: the pair's number and whether the word stands behind the line.
type turn struct {
	pair   uint64 // hash; 0 = none
	behind bool
}

// opposites finds the turn of a word.
type opposites struct {
	exact  map[string]turn
	starts map[string]turn // beginnings
}

func newOpposites() opposites {
	o := opposites{exact: map[string]turn{}, starts: map[string]turn{}}
	for line := range strings.Lines(frenchOpposites) {
		before, behind, ok := strings.Cut(strings.TrimSpace(line), "|")
		if !ok {
			continue
		}
		pair := hash(hashSeed+6, before)
		for i, half := range [2]string{before, behind} {
			for _, w := range strings.Fields(half) {
				if start, any := strings.CutSuffix(w, "*"); any {
					o.starts[start] = turn{pair, i == 1}
				} else {
					o.exact[w] = turn{pair, i == 1}
				}
			}
		}
	}
	for _, w := range strings.Fields(notOpposites) {
		o.exact[w] = turn{}
	}
	return o
}

// of is the turn of a folded French word, by its longest beginning that is known.
func (o opposites) of(folded string) turn {
	if t, ok := o.exact[folded]; ok {
		return t
	}
	for n := len(folded); n >= 3; n-- {
		if t, ok := o.starts[folded[:n]]; ok {
			return t
		}
	}
	return turn{}
}

// stance is what a text says of something: that it is not so, or on which side of two opposites it stands.
type stance struct {
	of     uint64 // the class or the stem of a word that is denied, or the pair of opposites
	turned bool   // it is a pair
	no     bool   // denied; of a pair: behind the line, or before it and denied
	denied bool   // it is denied, whatever it is
	weak   bool   // the word says how something is told, or is everyday talk
	at     int    // place in the text
}

// about is what a word stands for where texts are compared for what they deny.
func (t tok) about() uint64 {
	if t.class != 0 {
		return t.class
	}
	return t.stem
}

// stances are what a French text denies and on which side of opposites it stands; untrue tells whether it says of all that it is not
// true.
func (l *lexicon) stances(words []word) (s []stance, untrue bool) {
	denied := make(map[int]bool)
	mayBe := false
	for i, w := range words {
		switch w.folded {
		case "pas", "jamais", "plus", "aucun", "aucune", "okun", "ocun", "ocune", "rien":
			denyAround(words, i, denied)
		case "non":
			if i+1 < len(words) && words[i+1].kind&(kindStop|kindNumber|kindPart) == 0 {
				denied[i+1] = true
			}
		case "vrai", "vre", "vraie", "vrais":
			mayBe = mayBe || !(i > 0 && words[i-1].folded == "pas")
		}
	}
	for i, w := range words {
		switch w.folded {
		case "vrai", "vre", "vraie", "vrais":
			untrue = untrue || denied[i] && !mayBe
			continue
		case "faux":
			untrue = untrue || !mayBe && i > 0 && (words[i-1].folded == "est" || words[i-1].folded == "c")
			continue
		}
		switch {
		case w.turn.pair != 0:
			s = append(s, stance{of: w.turn.pair, turned: true, no: w.turn.behind != denied[i], denied: denied[i], at: i})
		case denied[i]:
			s = append(s, stance{of: w.tok.about(), no: true, denied: true, weak: w.kind&kindWeak != 0, at: i})
		}
	}
	return s, untrue
}

// denyAround marks the words that a word of denial denies: those between ne and it, or the one before it where people leave ne out, and
// the next one that says something.
func denyAround(words []word, at int, denied map[int]bool) {
	is := func(i int, any ...string) bool {
		return i >= 0 && i < len(words) && slices.Contains(any, words[i].folded)
	}
	if is(at-1, "ou", "pourquoi", "ce") || is(at+1, "mal", "que", "qu", "seulement", "moins") {
		return // vrai ou pas, n'est-ce pas; pas que, pas moins
	}
	begin, ne := at, false
	for begin > 0 && at-begin < 5 && words[begin].kind&kindPart == 0 {
		begin--
		if words[begin].folded == "ne" || words[begin].kind&kindDenied != 0 {
			ne = true
			break
		}
	}
	if words[at].folded == "plus" && !ne && !(is(at-1, "a") && is(at-2, "y", "ya")) {
		return // more
	}
	content := func(i int) bool { return words[i].kind&(kindStop|kindNumber) == 0 }
	whole := false // what is denied stands before it
	switch {
	case ne:
		for i := begin; i < at; i++ {
			if content(i) {
				denied[i] = true
				whole = whole || words[i].kind&kindWeak == 0
			}
		}
	case at > 0 && words[at].kind&kindPart == 0 && content(at-1) && words[at-1].kind&kindName == 0 && !strings.HasPrefix(words[at].folded, "a"):
		denied[at-1] = true
	}
	if whole && !is(at+1, "de", "du", "des") {
		return // ne rouvrent pas lundi
	}
	for i := at + 1; i < min(at+7, len(words)); i++ {
		if words[i].kind&kindPart != 0 || is(i, "mais", "car", "parce", "puisque", "que", "qui", "si", "et", "ou", "donc", "or") {
			return
		}
		if content(i) && !(len(words[i].folded) > 7 && strings.HasSuffix(words[i].folded, "ment")) {
			denied[i] = true
			return
		}
	}
}

// untrueElsewhere tells whether a text in another language than French says that something is not true: tiɲɛ tɛ.
func untrueElsewhere(words []word) bool {
	for i := 1; i < len(words); i++ {
		if words[i].stem == "te" && words[i-1].stem == "tinye" {
			return true
		}
	}
	return false
}

// sides are the sides on which texts stand.
type sides struct{ yes, no bool }

// add adds the side of a text in what a stance is of. A word that is there and not denied stands for yes; with a denial beside it,
// which may be meant for it as well, for both.
func (s sides) add(d *doc, of stance) sides {
	for _, o := range d.stances {
		if o.of != of.of || o.turned != of.turned {
			continue
		}
		if o.no {
			s.no = true
		} else {
			s.yes = true
		}
	}
	if of.turned {
		return s
	}
	for i, t := range d.seq {
		if t.kind&kindStop != 0 || t.about() != of.of || slices.ContainsFunc(d.stances, func(o stance) bool { return o.at == i }) {
			continue
		}
		s.yes = true
		s.no = s.no || slices.ContainsFunc(d.stances, func(o stance) bool { return o.denied && max(o.at-i, i-o.at) < nearDenied })
	}
	return s
}

const (
	nearDenied  = 6 // words on either side of what is denied
	agreeDenied = 2 // words of the claim among those, in a long telling
)

// opposite tells whether a telling denies what a claim says or says its opposite, or the other way round. Texts that have both say
// neither. A long telling denies much: there it must be near to other words of the claim.
func (x *Index) opposite(q *doc, p *pair) bool {
	said, untrue := false, false
	short := q.content <= shortTelling
	var all []stance
	seen := map[uint64]bool{}
	collect := func(d *doc) {
		for _, s := range d.stances {
			if !seen[s.of] && (short || !s.weak) {
				seen[s.of] = true
				all = append(all, s)
			}
		}
	}
	collect(q)
	for w := range x.wordingsOf(p) {
		said, untrue = true, untrue || w.untrue
		collect(w)
	}
	if !said {
		return false
	}
	if q.untrue && short && !untrue {
		return true
	}
	for _, s := range all {
		mine := sides{}.add(q, s)
		if mine == (sides{}) {
			continue
		}
		var theirs, titled sides
		for w := range x.wordingsOf(p) {
			if w.says == KindClaim {
				theirs = theirs.add(w, s)
			} else {
				titled = titled.add(w, s)
			}
		}
		if theirs == (sides{}) {
			theirs = titled
		}
		if theirs == (sides{}) {
			continue
		}
		for v := range p.repeatedBy() {
			theirs = theirs.add(v, s)
		}
		if (mine.yes && theirs.yes) || (mine.no && theirs.no) {
			continue
		}
		if short || x.nearOthers(q, p, s) {
			return true
		}
	}
	return false
}

// nearOthers tells whether what a stance is of stands near to other words of the claim in a telling.
func (x *Index) nearOthers(q *doc, p *pair, s stance) bool {
	words := map[uint64]bool{}
	for w := range x.wordingsOf(p) {
		for _, t := range w.seq {
			if t.kind&(kindStop|kindWeak) == 0 {
				words[t.about()] = true
			}
		}
	}
	near := func(at int) bool {
		found := map[uint64]bool{}
		for i := max(at-nearDenied, 0); i <= min(at+nearDenied, len(q.seq)-1); i++ {
			if t := q.seq[i]; i != at && t.kind&(kindStop|kindWeak) == 0 && words[t.about()] && t.about() != s.of {
				found[t.about()] = true
			}
		}
		return len(found) >= agreeDenied
	}
	for _, o := range q.stances {
		if o.of == s.of && o.turned == s.turned && near(o.at) {
			return true
		}
	}
	if s.turned {
		return false
	}
	for i, t := range q.seq {
		if t.kind&kindStop == 0 && t.about() == s.of && near(i) {
			return true
		}
	}
	return false
}
