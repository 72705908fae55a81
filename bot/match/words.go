package match

import (
	"strings"
	"sync"

	"github.com/kljensen/snowball/english"
	"github.com/kljensen/snowball/french"

	"tinye/bot"
	"tinye/bot/spelling"
)

// word is one word of a text as it is compared.
type word struct {
	*wordInfo
	kind kind // of the word, and of its place in the text
}

// wordInfo is what a word is wherever it stands.
type wordInfo struct {
	stem   string // without its endings; a number's digits
	folded string // as written, accents folded, what was typed the SMS way written out
	tok    tok
	kind   kind
	moment moment
	turn   turn
}

// kind is what a word is for comparing, bits.
type kind uint8

const (
	kindStop   kind = 1 << iota // says nothing by itself
	kindNumber                  // digits
	kindYear                    // a number that is a year of our time
	kindName                    // written with a capital within a sentence
	kindWeak                    // says how it is told: photo, vidéo, partagez
	kindPart                    // a sentence or a part of one begins with it
	kindDenied                  // n' stands before it
)

// englishLang is of no contact: published tables that figures are compared with are in it.
const englishLang bot.Lang = "eng"

// lexicon is what is known of words, with those of this index that were taken apart already.
type lexicon struct {
	*tables

	mu     sync.RWMutex
	memory map[wordKey]*wordInfo
}

// tables are the tables of words, the same for every index. They are only read once made.
type tables struct {
	stop    map[string]bool     // folded French words that say nothing by themselves
	stopEng map[string]bool     // and English ones
	typed   map[string]string   // French words typed the SMS way, to what they stand for; "" = nothing
	class   map[string]string   // stem of a French word to its class
	weak    map[string]bool     // stems of French words that say how it is told
	moment  map[string]moment   // by folded spelling
	number  map[string]string   // French numbers in words, to digits
	phrase  map[string][]phrase // French phrases by their first word
	turn    opposites
}

func newLexicon() *lexicon { return &lexicon{tables: readTables(), memory: map[wordKey]*wordInfo{}} }

// readTables reads the tables of words, once: that takes some milliseconds.
var readTables = sync.OnceValue(newTables)

func newTables() *tables {
	l := &tables{stop: map[string]bool{}, stopEng: map[string]bool{}, typed: map[string]string{}, class: map[string]string{}, weak: map[string]bool{}, moment: newMoments(), number: map[string]string{}, phrase: map[string][]phrase{}, turn: newOpposites()}
	for _, w := range strings.Fields(frenchStop) {
		l.stop[w] = true
	}
	for _, w := range strings.Fields(englishStop) {
		l.stopEng[w] = true
	}
	for line := range strings.Lines(frenchTyped) {
		if from, to, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			l.typed[from] = to
		}
	}
	for n := strings.Fields(frenchNumbers); len(n) > 1; n = n[2:] {
		l.number[n[0]] = n[1]
	}
	for line := range strings.Lines(frenchPhrases) {
		if w := strings.Fields(line); len(w) > 2 {
			l.phrase[w[0]] = append(l.phrase[w[0]], phrase{w[1 : len(w)-1], w[len(w)-1]})
		}
	}
	for line := range strings.Lines(frenchClasses + frenchCountries) {
		words := strings.Fields(line)
		for _, w := range words {
			if s := stemFrench(w); l.class[s] == "" {
				l.class[s] = words[0]
			}
		}
	}
	for _, w := range strings.Fields(frenchWeak) {
		l.weak[stemFrench(w)] = true
	}
	return l
}

// phrase is words that mean one thing together.
type phrase struct {
	rest []string // after the first
	word string   // that stands for them
}

// join puts phrases into one word, and numbers in words into digits: trois cents is 300, 10 mille 10000.
func (l *lexicon) join(raw []rawToken) []rawToken {
	out := make([]rawToken, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		t := raw[i]
		if n, ok := l.number[t.word]; ok && !t.digit {
			if last := len(out) - 1; (n == "100" || n == "1000") && last >= 0 && out[last].digit && i > 0 && len(out[last].word) <= 3 && !strings.Contains(out[last].word, ".") {
				out[last].word += n[1:]
				continue
			}
			out = append(out, rawToken{word: n, first: t.first, digit: true, part: t.part})
			continue
		}
		if p, used := l.phraseAt(raw, i); used > 0 {
			out = append(out, rawToken{word: p, upper: t.upper, first: t.first, not: t.not, part: t.part})
			i += used - 1
			continue
		}
		out = append(out, t)
	}
	return out
}

// phraseAt finds a phrase that begins at a word, and how many words it takes.
func (l *lexicon) phraseAt(raw []rawToken, at int) (word string, used int) {
phrases:
	for _, p := range l.phrase[raw[at].word] {
		i := at + 1
		for _, want := range p.rest {
			for i < len(raw) && raw[i].word != want && l.stop[raw[i].word] {
				i++
			}
			if i == len(raw) || raw[i].word != want {
				continue phrases
			}
			i++
		}
		return p.word, i - at
	}
	return "", 0
}

// words takes a text apart into what is compared. A text of unknown language is taken for French.
func (l *lexicon) words(raw []rawToken, lang bot.Lang) []word {
	if lang == "" {
		lang = bot.French
	}
	french := lang == bot.French
	if french {
		raw = l.join(raw)
	}
	out := make([]word, 0, len(raw))
	for _, t := range raw {
		if full, ok := l.typed[t.word]; ok && !t.upper && !t.digit && french {
			for i, w := range strings.Fields(full) {
				out = append(out, word{l.known(w, lang), 0}.in(rawToken{first: t.first, not: t.not && i == 0, part: t.part && i == 0}))
			}
			continue
		}
		out = append(out, word{l.known(t.word, lang), 0}.in(t))
	}
	for i := range len(out) - 1 {
		if out[i].kind&kindYear != 0 && unit(out[i+1].folded) {
			out[i].kind &^= kindYear
		}
	}
	return out
}

// unit tells what is counted in thousands: 2000 francs are no year.
func unit(folded string) bool {
	switch folded {
	case "f", "fr", "franc", "francs", "fcfa", "cfa", "euro", "euros", "dollar", "dollars", "personne", "personnes", "mort", "morts", "soldat", "soldats", "militaire",
		"militaires", "homme", "hommes", "femme", "femmes", "enfant", "enfants", "famille", "familles", "deplace", "deplaces", "refugie", "refugies", "civil", "civils",
		"km", "kg", "litre", "litres", "tonne", "tonnes", "sac", "sacs":
		return true
	}
	return false
}

// in adds what a word is by its place in the text.
func (w word) in(t rawToken) word {
	w.kind = w.wordInfo.kind
	if t.upper && w.kind&(kindStop|kindNumber) == 0 {
		w.kind |= kindName
	}
	if t.part {
		w.kind |= kindPart
	}
	if t.not {
		w.kind |= kindDenied
	}
	return w
}

// mostKnown is how many words are remembered, so that they are not taken apart again.
const mostKnown = 60_000

type wordKey struct {
	lang bot.Lang
	word string
}

// known tells what a folded word is.
func (l *lexicon) known(folded string, lang bot.Lang) *wordInfo {
	k := wordKey{lang, folded}
	l.mu.RLock()
	w := l.memory[k]
	l.mu.RUnlock()
	if w != nil {
		return w
	}
	w = l.look(strings.Clone(folded), lang)
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.memory) < mostKnown {
		k.word = w.folded
		l.memory[k] = w
	}
	return w
}

// look takes a word apart.
func (l *lexicon) look(folded string, lang bot.Lang) *wordInfo {
	w := &wordInfo{folded: folded, stem: folded}
	chars, class, sounded := folded, "", ""
	switch {
	case number(folded):
		w.kind = kindNumber
		if len(folded) == 4 && (strings.HasPrefix(folded, "19") || strings.HasPrefix(folded, "20")) {
			w.kind |= kindYear
		}
		if lang == bot.French && (folded == "1" || folded == "2") {
			w.kind |= kindWeak // un and de, typed the SMS way, or a number
		}
	case lang == bot.French:
		w.stem = stemFrench(folded)
		class, w.turn = l.class[w.stem], l.turn.of(folded)
		switch {
		case l.stop[folded] || len(folded) == 1:
			w.kind = kindStop
		case l.weak[w.stem]:
			w.kind = kindWeak
		}
		sounded = sound(folded)
	case lang == englishLang:
		w.stem = english.Stem(folded, true)
		sounded = w.stem
		if l.stopEng[folded] || len(folded) == 1 {
			w.kind = kindStop
		}
	default:
		w.stem = spelling.Key(folded)
		chars, sounded = w.stem, w.stem
		if len(w.stem) < 2 || bambaraStop(w.stem) {
			w.kind = kindStop
		}
	}
	if len(sounded) >= 3 && w.kind&(kindStop|kindNumber) == 0 {
		w.tok.sound = hash(hashSeed+3, sounded)
		if b := bones(sounded); len(b) >= fewestBones {
			w.tok.bones = hash(hashSeed+5, b)
		}
	}
	w.moment = l.moment[spelling.Key(folded)]
	w.tok.stem = hash(hashSeed, w.stem)
	if class != "" {
		w.tok.class = hash(hashSeed+1, class)
	}
	if w.kind&(kindStop|kindNumber) == 0 && len(chars) >= 6 {
		w.tok.start = hash(hashSeed+4, chars[:5])
	}
	w.tok.grams = grams(nil, chars)
	return w
}

// number tells digits, with a dot among them perhaps.
func number(folded string) bool {
	return folded[0] >= '0' && folded[0] <= '9' && strings.Trim(folded, "0123456789.") == ""
}

// stemFrench cuts a folded word's endings off. The stemmer expects accents, which people leave out: what it does not know
// without them (-ée, -ées) is cut first, on both sides of every comparison.
func stemFrench(folded string) string {
	w := folded
	switch {
	case len(w) > 5 && strings.HasSuffix(w, "ees"):
		w = w[:len(w)-2]
	case len(w) > 4 && strings.HasSuffix(w, "ee"):
		w = w[:len(w)-1]
	}
	return french.Stem(w, true)
}

// bambaraStop tells the little words of Bambara, folded by package spelling.
func bambaraStop(key string) bool {
	switch key {
	case "a", "ka", "ko", "ye", "la", "na", "te", "be", "bi", "ma", "o", "u", "i", "n", "ni", "min", "mi", "don", "kan", "de", "in", "anw", "aw",
		"olu", "ani", "fo", "sa", "ke", "tun", "mana", "kana", "wa", "walima", "nka", "bo", "taa", "kono", "kama", "fe", "yan", "yen":
		return true
	}
	return false
}
