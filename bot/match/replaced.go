package match

// shortEnough is how many content words a telling has at most for which one word in the place of another makes it another matter:
// "l'hôpital de Mopti est fermé" is not told by what was found of the schools of Mopti. A longer one says much else.
const shortEnough = 8

// saidBefore is the share of words, by their rarity, that a telling has in common with an earlier one of which it is a repetition.
const saidBefore = 0.8

// replaced tells whether a short telling has another thing where the claim has one: between the same words that both have, each has
// a content word that the other lacks altogether. An earlier telling in nearly these words excuses it.
func (x *Index) replaced(d *doc, p *pair) bool {
	if d.content > shortEnough || p.lead.best == nil || p.variant.dice >= saidBefore {
		return false
	}
	said := p.lead.best
	for w := range x.wordingsOf(p) {
		if w.says == KindClaim { // a title may say no more than the place
			said = w
			break
		}
	}
	mine, theirs := tellingWords(d), tellingWords(said)
	if len(theirs) > 2*shortEnough {
		return false
	}
	claim := x.wordsOf(p)
	last := [2]int{-1, -1}
	for _, at := range append(aligned(mine, theirs), [2]int{len(mine), len(theirs)}) {
		added, lost := false, false
		for _, t := range mine[last[0]+1 : at[0]] {
			added = added || !claim[t.stem] && (t.sound == 0 || !claim[t.sound]) && (t.bones == 0 || !claim[t.bones]) && !classIn(theirs, t)
		}
		for _, t := range theirs[last[1]+1 : at[1]] {
			lost = lost || !p.q.has(t) && !classIn(mine, t)
		}
		if added && lost {
			return true
		}
		last = at
	}
	return false
}

// tellingWords are the words of a text that say what is told.
func tellingWords(d *doc) []tok {
	var words []tok
	for _, t := range d.seq {
		if t.kind&(kindStop|kindWeak|kindNumber) == 0 {
			words = append(words, t)
		}
	}
	return words
}

func classIn(words []tok, t tok) bool {
	for _, w := range words {
		if t.class != 0 && w.class == t.class {
			return true
		}
	}
	return false
}

// alike tells whether two words are one, in whatever spelling, or of one meaning.
func alike(a, b tok) bool {
	return a.stem == b.stem || a.class != 0 && a.class == b.class || a.sound != 0 && a.sound == b.sound || a.bones != 0 && a.bones == b.bones
}

// aligned are the places of the words that two texts have in the same order, the most there are.
func aligned(a, b []tok) [][2]int {
	most := make([][]int, len(a)+1)
	for i := range most {
		most[i] = make([]int, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if alike(a[i], b[j]) {
				most[i][j] = most[i+1][j+1] + 1
			} else {
				most[i][j] = max(most[i+1][j], most[i][j+1])
			}
		}
	}
	var at [][2]int
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case alike(a[i], b[j]):
			at = append(at, [2]int{i, j})
			i, j = i+1, j+1
		case most[i+1][j] >= most[i][j+1]:
			i++
		default:
			j++
		}
	}
	return at
}

// addsName tells whether a short telling names, behind a preposition, what the claim, which names nothing, has not: "le puits à Tessit".
func (x *Index) addsName(d *doc, p *pair) bool {
	if d.content > shortEnough || p.lead.best == nil || p.variant.dice >= saidBefore {
		return false
	}
	if p.q.complements == nil {
		p.q.complements = append([]complement{}, x.complements(d)...)
	}
	for _, c := range x.complements(p.lead.best) {
		if c.named {
			return false
		}
	}
	claim := x.wordsOf(p)
	for _, m := range p.q.complements {
		t := m.of
		if m.named && !claim[t.stem] && (t.sound == 0 || !claim[t.sound]) && (t.bones == 0 || !claim[t.bones]) {
			return true
		}
	}
	return false
}
