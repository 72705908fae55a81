package hotline

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/bot/spelling"
)

//go:embed alarm.json
var alarmFile []byte

// Alarms are the words that raise an alarm, folded; they only ever raise one (dialogues §1). They are built once and only
// read.
type Alarms struct {
	alone    map[string]phrases // by code
	codes    []string           // in the order in which they are tried
	soon     phrases
	harmless phrases
	any      phrases // all that may raise one: most texts hold none of it, and need no further look
	before   phrases // words that say where, with the name behind them
	ordinary set     // words that may stand there, too, and are no name
}

// alarmSoon is the code of a text that says when and where, and not what.
const alarmSoon = bot.AlarmSoon

// LoadAlarms reads the words that ship with the program.
func LoadAlarms() (*Alarms, error) {
	var f struct {
		Note           string
		Alone          map[string]map[bot.Lang][]string
		Soon, Harmless map[bot.Lang][]string
		Before         map[bot.Lang][]string
		Ordinary       map[bot.Lang][]string
	}
	d := json.NewDecoder(bytes.NewReader(alarmFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("hotline: alarm words: %w", err)
	}
	a := &Alarms{alone: make(map[string]phrases), soon: newPhrases(f.Soon), harmless: newPhrases(f.Harmless), before: newPhrases(f.Before), ordinary: make(set)}
	for code, langs := range f.Alone {
		a.alone[code] = newPhrases(langs)
	}
	for _, words := range f.Ordinary {
		maps.Copy(a.ordinary, folded(words))
	}
	a.codes = slices.SortedFunc(maps.Keys(a.alone), func(x, y string) int { // the gravest is what the text is about
		return cmp.Or(cmp.Compare(bot.AlarmWeight(y), bot.AlarmWeight(x)), cmp.Compare(x, y))
	})
	a.any = phrases{first: make(map[string][]entry), stems: make(map[byte][]string)}
	a.any.take(a.soon)
	for _, code := range a.codes {
		a.any.take(a.alone[code])
	}
	return a, nil
}

// phrases are entries by their first word; those that are the beginning of one word stand apart.
type phrases struct {
	first map[string][]entry
	stems map[byte][]string // by their first letter
}

// entry is words that follow each other; the last one may be the beginning of a word.
type entry struct {
	words  []string
	begins bool
}

// newPhrases takes the entries of all languages together: what people write is often in two.
func newPhrases(langs map[bot.Lang][]string) phrases {
	p := phrases{first: make(map[string][]entry), stems: make(map[byte][]string)}
	for _, l := range slices.Sorted(maps.Keys(langs)) {
		for _, typed := range langs[l] {
			stem, begins := strings.CutSuffix(typed, "*")
			switch words := alarmWords(stem); {
			case len(words) == 1 && begins:
				p.stems[words[0][0]] = append(p.stems[words[0][0]], words[0])
			case len(words) > 0:
				p.first[words[0]] = append(p.first[words[0]], entry{words, begins})
			}
		}
	}
	return p
}

// take adds the entries of another.
func (p phrases) take(o phrases) {
	for word, list := range o.first {
		p.first[word] = append(p.first[word], list...)
	}
	for letter, stems := range o.stems {
		p.stems[letter] = append(p.stems[letter], stems...)
	}
}

// stem tells whether a word begins as one of the stems, with or without an article that was written to it: lattaque,
// dexplosifs.
func (p phrases) stem(word string) bool {
	if word == "" {
		return false
	}
	begins := func(word string) bool {
		return slices.ContainsFunc(p.stems[word[0]], func(s string) bool { return strings.HasPrefix(word, s) })
	}
	if begins(word) {
		return true
	}
	elided := len(word) > 1 && (word[0] == 'l' || word[0] == 'd') && strings.IndexByte("aeiou", word[1]) >= 0
	return elided && begins(word[1:])
}

// at is how many of the tokens the longest entry takes that stands at their beginning, 0 if none does.
func (p phrases) at(tokens []string) int {
	longest := 0
	if p.stem(tokens[0]) {
		longest = 1
	}
	for _, e := range p.first[tokens[0]] {
		if e.at(tokens) {
			longest = max(longest, len(e.words))
		}
	}
	return longest
}

func (e entry) at(tokens []string) bool {
	last := len(e.words) - 1
	if len(tokens) <= last || !slices.Equal(tokens[:last], e.words[:last]) {
		return false
	}
	return tokens[last] == e.words[last] || e.begins && strings.HasPrefix(tokens[last], e.words[last])
}

// in tells whether one of the entries stands somewhere in the tokens.
func (p phrases) in(tokens []string) bool {
	for i := range tokens {
		if p.at(tokens[i:]) > 0 {
			return true
		}
	}
	return false
}

// alarmWords are the folded words of a text, with an apostrophe between two of them (l'attaque).
func alarmWords(text string) []string {
	return spelling.Words(strings.Map(func(r rune) rune {
		switch r {
		case '\'', '’', 'ʼ', '`':
			return ' '
		}
		return r
	}, text))
}

// alarm is what a text raises an alarm about.
type alarm struct {
	code  string // "" = nothing, or nothing without a place
	soon  bool   // it raises one if a place is known from elsewhere
	place bot.PlaceCode
}

// read works out what a text raises. It is done before the transaction. places are looked through only where the words give
// reason to.
func (a *Alarms) read(text string, places *place.Gazetteer) alarm {
	tokens := alarmWords(text)
	if !a.any.in(tokens) {
		return alarm{}
	}
	rest := a.withoutHarmless(tokens)
	said := alarm{soon: a.soon.in(rest)}
	for _, code := range a.codes {
		if a.alone[code].in(rest) {
			said.code = code
			break
		}
	}
	if said.code == "" && !said.soon {
		return alarm{}
	}
	p, ok := places.Named(tokens)
	if !ok {
		p, ok = places.Named(spelling.Words(text)) // a name may have an apostrophe
	}
	if ok {
		said.place = p.Code
	}
	if said.code == "" && !said.place.IsZero() {
		said.code = alarmSoon
	}
	return said
}

// shortestWhere is how long a word is at least that is taken for the name of a place which no list knows.
const shortestWhere = 4

// whereabouts are the words of a text, folded, that look like the name of a place: those behind a word that says where. It is
// for telling whether two texts may mean the same place, and for nothing else.
func (a *Alarms) whereabouts(text string) []string {
	var names []string
	tokens := alarmWords(text)
	for i := range tokens {
		next := i + a.before.at(tokens[i:])
		if next == i || next >= len(tokens) {
			continue
		}
		if name := tokens[next]; len(name) >= shortestWhere && !a.ordinary[name] && a.any.at(tokens[next:]) == 0 {
			names = append(names, name)
		}
	}
	return names
}

// withoutHarmless leaves out what is meant in another way; an empty token stays in its place, so that no new neighbours
// meet.
func (a *Alarms) withoutHarmless(tokens []string) []string {
	rest := slices.Clone(tokens)
	for i := range tokens {
		for j := range a.harmless.at(tokens[i:]) {
			rest[i+j] = ""
		}
	}
	return rest
}

// in is the alarm of a text whose place was chosen in a menu, where one was: it is the sender's own word for where.
func (a alarm) in(chosen bot.PlaceCode) alarm {
	if chosen.IsZero() {
		return a
	}
	a.place = chosen
	if a.code == "" && a.soon {
		a.code = alarmSoon
	}
	return a
}
