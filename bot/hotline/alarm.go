package hotline

import (
	"bytes"
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
}

// alarmSoon is the code of a text that says when and where, and not what.
const alarmSoon = "soon"

// LoadAlarms reads the words that ship with the program.
func LoadAlarms() (*Alarms, error) {
	var f struct {
		Note           string
		Alone          map[string]map[bot.Lang][]string
		Soon, Harmless map[bot.Lang][]string
	}
	d := json.NewDecoder(bytes.NewReader(alarmFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("hotline: alarm words: %w", err)
	}
	a := &Alarms{alone: make(map[string]phrases), soon: newPhrases(f.Soon), harmless: newPhrases(f.Harmless)}
	for code, langs := range f.Alone {
		a.alone[code] = newPhrases(langs)
	}
	a.codes = slices.Sorted(maps.Keys(a.alone))
	return a, nil
}

// phrases are entries by their first word; those that are the beginning of one word stand apart.
type phrases struct {
	first map[string][]entry
	stems []string
}

// entry is words that follow each other; the last one may be the beginning of a word.
type entry struct {
	words  []string
	begins bool
}

// newPhrases takes the entries of all languages together: what people write is often in two.
func newPhrases(langs map[bot.Lang][]string) phrases {
	p := phrases{first: make(map[string][]entry)}
	for _, l := range slices.Sorted(maps.Keys(langs)) {
		for _, typed := range langs[l] {
			stem, begins := strings.CutSuffix(typed, "*")
			switch words := alarmWords(stem); {
			case len(words) == 1 && begins:
				p.stems = append(p.stems, words[0])
			case len(words) > 0:
				p.first[words[0]] = append(p.first[words[0]], entry{words, begins})
			}
		}
	}
	return p
}

// at is how many of the tokens the longest entry takes that stands at their beginning, 0 if none does.
func (p phrases) at(tokens []string) int {
	longest := 0
	for _, stem := range p.stems {
		if strings.HasPrefix(tokens[0], stem) || elided(tokens[0], stem) {
			longest = 1
			break
		}
	}
	for _, e := range p.first[tokens[0]] {
		if e.at(tokens) {
			longest = max(longest, len(e.words))
		}
	}
	return longest
}

// elided tells whether a word begins with an article that was written to a stem: lattaque, dexplosifs.
func elided(word, stem string) bool {
	return len(word) > 1 && (word[0] == 'l' || word[0] == 'd') && strings.ContainsRune("aeiou", rune(stem[0])) &&
		strings.HasPrefix(word[1:], stem)
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
