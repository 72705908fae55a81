package hotline

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"

	"tinye/bot"
	"tinye/bot/spelling"
)

//go:embed words.json
var wordsFile []byte

// word is what a text that holds nothing but words for us asks for.
type word string

const (
	wordNone  word = ""
	wordStop  word = "stop"
	wordStart word = "start"
	wordYes   word = "yes"
	wordNo    word = "no"
	wordHelp  word = "help"
	wordLang  word = "lang"
)

// Vocabulary is the words for us, folded. It is built once and only read.
type Vocabulary struct {
	stop, start, yes, no, help        map[string]bool
	courtesy, objects, refuse, things map[string]bool
	verify, thanks, greetings         map[string]bool
	languages                         map[string]bot.Lang
}

// LoadVocabulary reads the words that ship with the program.
func LoadVocabulary() (*Vocabulary, error) {
	var f struct {
		Note      string
		Stop      []string
		Start     []string
		Yes       []string
		No        []string
		Help      []string
		Languages map[bot.Lang][]string
		Courtesy  []string
		Objects   []string
		Refuse    []string
		Things    []string
		Verify    []string
		Thanks    []string
		Greetings []string
	}
	d := json.NewDecoder(bytes.NewReader(wordsFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("hotline: words: %w", err)
	}
	v := &Vocabulary{
		stop: folded(f.Stop), start: folded(f.Start), yes: folded(f.Yes), no: folded(f.No), help: folded(f.Help),
		courtesy: folded(f.Courtesy), objects: folded(f.Objects), refuse: folded(f.Refuse), things: folded(f.Things),
		verify: folded(f.Verify), thanks: folded(f.Thanks), greetings: folded(f.Greetings),
		languages: make(map[string]bot.Lang),
	}
	for l, names := range f.Languages {
		for name := range folded(names) {
			v.languages[name] = l
		}
	}
	return v, nil
}

func folded(words []string) map[string]bool {
	set := make(map[string]bool, len(words))
	for _, w := range words {
		for _, part := range spelling.Words(w) {
			set[part] = true
		}
	}
	return set
}

// word tells what a text asks for that holds one word for us, and beside it only words of courtesy, or for STOP and START
// of their object ("arretez de m'envoyer les sms").
func (v *Vocabulary) word(tokens []string) (word, bot.Lang) {
	kinds := [...]struct {
		word    word
		words   map[string]bool
		objects bool
	}{
		{wordStop, v.stop, true}, {wordStart, v.start, true}, {wordYes, v.yes, false},
		{wordNo, v.no, false}, {wordHelp, v.help, false},
	}
	for _, k := range kinds {
		if v.only(tokens, func(t string) bool { return k.words[t] }, k.objects) {
			return k.word, ""
		}
	}
	var lang bot.Lang
	isLang := func(t string) bool {
		l, ok := v.languages[t]
		if ok {
			lang = l
		}
		return ok
	}
	if v.only(tokens, isLang, false) {
		return wordLang, lang
	}
	return wordNone, ""
}

// only tells whether at least one token is wanted and all others are courtesy (or objects).
func (v *Vocabulary) only(tokens []string, wanted func(string) bool, objects bool) bool {
	found := false
	for _, t := range tokens {
		switch {
		case wanted(t):
			found = true
		case v.courtesy[t], objects && v.objects[t]:
		default:
			return false
		}
	}
	return found
}

// maybeStop tells whether a text may mean stop in more words: it names stopping, or not wanting, together with what we
// send. A person at the desk decides.
func (v *Vocabulary) maybeStop(tokens []string) bool {
	var stops, things, refuses bool
	for _, t := range tokens {
		stops = stops || v.stop[t]
		refuses = refuses || v.refuse[t]
		things = things || v.things[t]
	}
	return (stops || refuses) && things
}

// chat tells whether a text is no more than thanks or greetings; greeting, whether somebody said hello.
func (v *Vocabulary) chat(tokens []string) (chat, greeting bool) {
	for _, t := range tokens {
		switch {
		case v.greetings[t]:
			greeting = true
		case v.thanks[t], v.courtesy[t]:
		default:
			return false, false
		}
	}
	return true, greeting
}

// doubtful tells whether a text looks like an answer to a yes-or-no question without being one.
func (v *Vocabulary) doubtful(tokens []string) bool {
	if len(tokens) == 0 || len(tokens) > 4 {
		return false
	}
	said := false
	for _, t := range tokens {
		said = said || v.yes[t] || v.no[t] || v.thanks[t]
	}
	return said
}
