package redact

import (
	_ "embed"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/spelling"
)

//go:embed facts.txt
var facts string

// class is what a word is known as; a word may be several things.
type class uint32

const (
	first       class = 1 << iota // a first name and nothing else
	maybeFirst                    // a first name or something else
	family                        // a family name and nothing else
	maybeFamily                   // a family name or something else
	inside                        // may stand inside a name
	title                         // who is named right after
	kin                           // who somebody is to somebody
	spot                          // a word before an exact spot
	spotNo                        // one before a spot with a number or a name
	landmark
	landmarkBm
	behindBm
	stays  // a place or body that stays
	common // no name
	article
	link
	numberSign
	beside
	mailer
	mailSign
	domain
	unit
	people // no mask hides these; Groups finds them
)

var classNames = [...]string{
	"first", "first?", "family", "family?", "inside", "title", "kin", "spot", "spot-no", "landmark", "landmark-bm", "behind-bm", "stays", "word",
	"article", "link", "no", "beside", "mailer", "at", "domain", "unit", "group",
}

// Load makes a Redactor of the facts of the program.
func Load() (*Redactor, error) { return New(facts) }

// New makes a Redactor of a list of facts: lines of a class, a colon and words; # begins a remark.
func New(facts string) (*Redactor, error) {
	r := &Redactor{classes: make(map[string]class, 2048), groups: map[string]bool{}}
	no := 0
	for line := range strings.Lines(facts) {
		no++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		name, words, _ := strings.Cut(line, ":")
		c := classOf(name)
		if c == 0 {
			return nil, fmt.Errorf("redact: line %d: no class %q", no, name)
		}
		for word := range strings.FieldsSeq(words) {
			if c == people {
				r.groups[fold(word)] = true
				continue
			}
			for _, part := range strings.FieldsFunc(word, func(r rune) bool { return r == '-' || r == '\'' }) {
				r.classes[fold(part)] |= c
			}
		}
	}
	for key, c := range r.classes { // a word that is mostly no name: comme is no Komé
		if c&common != 0 && c&first != 0 {
			c = c&^first | maybeFirst
		}
		if c&common != 0 && c&family != 0 {
			c = c&^family | maybeFamily
		}
		r.classes[key] = c
	}
	return r, nil
}

func classOf(name string) class {
	for i, n := range classNames {
		if n == name {
			return 1 << i
		}
	}
	return 0
}

// fold is the folding key of a word, folded further as names are written: y as i, ck as k, a hard c as k, no h at the end.
func fold(word string) string {
	key := word
	if !folded(word) {
		key = spelling.Key(word)
	}
	if !strings.ContainsAny(key, "ychq") {
		return key
	}
	b := make([]byte, 0, len(key))
	for i := range len(key) {
		c := key[i]
		next := byte(' ')
		if i+1 < len(key) {
			next = key[i+1]
		}
		switch {
		case c == 'y' && len(key) > 1:
			c = 'i'
		case c == 'c' && next == 'k':
			continue
		case c == 'c' && strings.IndexByte("aorul ", next) >= 0 && len(key) > 1:
			c = 'k'
		case c == 'h' && next == ' ' && len(key) > 2:
			continue
		}
		b = append(b, c)
	}
	return string(b)
}

// folded tells that a word is its own folding key, for most words: small ASCII letters and none of the pairs that spelling
// looks at. It spares the allocations of Key.
func folded(word string) bool {
	last := byte(0)
	for i := range len(word) {
		c := word[i]
		if c < 'a' || c > 'z' || c == last {
			return false
		}
		switch last {
		case 't':
			if c == 'c' || c == 'y' {
				return false
			}
		case 'd':
			if c == 'j' || c == 'y' {
				return false
			}
		case 'g':
			if c == 'n' || c == 'u' {
				return false
			}
		case 'n':
			if c == 'g' {
				return false
			}
		case 'o':
			if c == 'u' {
				return false
			}
		}
		last = c
	}
	return true
}

// word is a run of letters and digits, or a mark.
type word struct {
	from, to int
	class    class
	key      string
	hides    bot.MaskKind // of a mark
	upper    bool         // begins with a capital
	loud     bool         // two capitals or more, and no small letter
	digits   bool         // has a digit
	begins   bool         // a sentence begins with it
}

// read is a text in words.
type read struct {
	text  string
	words []word
	known map[string]class
	calm  bool // most letters are small, so that capitals say something
}

// read reads a text. A round before has read most of its words, in this order.
func (r *Redactor) read(text string, marks Marks, before *read) *read {
	known := 0 // of before's words
	t := &read{text: text, words: make([]word, 0, len(text)/5+4), known: r.classes}
	small, large, begins := 0, 0, true
	for i := 0; i < len(text); {
		if kind, n := markAt(text[i:], marks); n > 0 {
			t.words = append(t.words, word{from: i, to: i + n, hides: kind})
			i, begins = i+n, false
			continue
		}
		c, n := utf8.DecodeRuneInString(text[i:])
		if !unicode.IsLetter(c) && !unicode.IsDigit(c) {
			if c == '.' || c == '!' || c == '?' || c == '\n' || c == ':' || c == ';' {
				begins = true
			}
			i += n
			continue
		}
		w := word{from: i, begins: begins}
		smalls, larges := 0, 0
		for i < len(text) {
			c, n = utf8.DecodeRuneInString(text[i:])
			switch {
			case unicode.IsDigit(c):
				w.digits = true
			case unicode.IsUpper(c):
				if i == w.from {
					w.upper = true
				}
				larges++
			case unicode.IsLetter(c):
				smalls++
			case !unicode.In(c, unicode.Mn, unicode.Cf):
				n = 0
			}
			if n == 0 {
				break
			}
			i += n
		}
		w.to, begins = i, false
		w.loud = larges > 1 && smalls == 0
		small, large = small+smalls, large+larges
		if old, ok := before.again(&known, text[w.from:w.to]); ok {
			w.key, w.class = old.key, old.class
		} else {
			w.key = fold(text[w.from:w.to])
			w.class = r.classes[w.key]
		}
		t.words = append(t.words, w)
	}
	t.calm = small > large
	return t
}

// again finds a word that was read before, from a place on that it moves on; not far, since few were hidden in between.
func (t *read) again(at *int, raw string) (word, bool) {
	if t == nil {
		return word{}, false
	}
	for i := *at; i < min(*at+12, len(t.words)); i++ {
		if w := t.words[i]; w.hides == "" && t.text[w.from:w.to] == raw {
			*at = i + 1
			return w, true
		}
	}
	return word{}, false
}

// markAt tells whether a text begins with a mark, and how long it is.
func markAt(text string, marks Marks) (bot.MaskKind, int) {
	if text[0] != '[' {
		return "", 0
	}
	for _, kind := range bot.MaskKinds() {
		if m := marks[kind]; m != "" && strings.HasPrefix(text, m) {
			return kind, len(m)
		}
	}
	return "", 0
}

// at is the word at a place, an empty one beyond the ends.
func (t *read) at(i int) word {
	if i < 0 || i >= len(t.words) {
		return word{from: len(t.text), to: len(t.text)}
	}
	return t.words[i]
}

// near tells whether word i stands right beside the one before it: only signs that hold a name together lie between.
func (t *read) near(i int) bool {
	if i <= 0 || i >= len(t.words) {
		return false
	}
	gap := t.text[t.words[i-1].to:t.words[i].from]
	if len(gap) > 4 {
		return false
	}
	for _, c := range gap {
		if !unicode.IsSpace(c) && c != '.' && c != '\'' && c != '’' && !unicode.Is(unicode.Pd, c) || c == '\n' {
			return false
		}
	}
	return !strings.HasPrefix(gap, ". ") || t.words[i-1].to-t.words[i-1].from <= 3
}

// capital tells whether a word's capital says that it is a name, or may be.
func (t *read) capital(w word) bool { return w.upper && (!w.loud || t.calm) && w.hides == "" }

// strange tells a word that no list holds as something else than a name.
func (w word) strange() bool {
	return w.hides == "" && w.key != "" && w.class&(stays|common|title|kin|spot|spotNo|landmark|landmarkBm|behindBm) == 0
}
