package hotline

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
	"unicode/utf8"

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
	wordMenu  word = "menu" // asks which words there are
	wordLang  word = "lang"
	wordErase word = "erase" // asks to be forgotten

	wordEraseAll word = "erase_all" // EFFACER 1: means it
)

// Vocabulary is the words for us, folded. It is built once and only read.
type Vocabulary struct {
	stop, end, start, yes, no, assent, help, menu set
	courtesy, things, sending, pronouns           set
	erase                                         set
	refuse, verify, aside, taking                 set
	thanks, greetings                             set
	languages                                     map[string]bot.Lang
	commands                                      map[string]verb
	enrol, tally, code                            set
	women, men, otherSex, years, under, aboutAge  set
	another, matter                               set
	that, exactly, being, not, perhaps, speaking  set
}

// set is a set of folded words.
type set map[string]bool

// LoadVocabulary reads the words that ship with the program.
func LoadVocabulary() (*Vocabulary, error) {
	var f struct {
		Note                                    string
		Stop, End, Start, Yes, No, Assent, Help []string
		Menu, Erase                             []string
		Languages                               map[bot.Lang][]string
		Commands                                map[verb][]string
		Courtesy, Things, Sending, Pronouns     []string
		Refuse, Verify, Aside, Taking           []string
		Thanks, Greetings                       []string
		Enrol, Tally, Code, Women, Men          []string
		OtherSex                                []string `json:"other_sex"`
		Years, Under                            []string
		AboutAge                                []string `json:"about_age"`
		Another, Matter                         []string
		That, Exactly, Being, Not, Perhaps      []string
		Speaking                                []string
	}
	d := json.NewDecoder(bytes.NewReader(wordsFile))
	d.DisallowUnknownFields()
	if err := d.Decode(&f); err != nil {
		return nil, fmt.Errorf("hotline: words: %w", err)
	}
	v := &Vocabulary{
		stop: folded(f.Stop), end: folded(f.End), start: folded(f.Start), yes: folded(f.Yes), no: folded(f.No),
		assent: folded(f.Assent), help: folded(f.Help), menu: folded(f.Menu), erase: folded(f.Erase),
		courtesy: folded(f.Courtesy), things: folded(f.Things),
		sending: folded(f.Sending), pronouns: folded(f.Pronouns), refuse: folded(f.Refuse), verify: folded(f.Verify),
		aside: folded(f.Aside), taking: folded(f.Taking), thanks: folded(f.Thanks), greetings: folded(f.Greetings),
		enrol: folded(f.Enrol), tally: folded(f.Tally), code: folded(f.Code), women: folded(f.Women), men: folded(f.Men),
		otherSex: folded(f.OtherSex), years: folded(f.Years), under: folded(f.Under), aboutAge: folded(f.AboutAge),
		another: folded(f.Another), matter: folded(f.Matter),
		that: folded(f.That), exactly: folded(f.Exactly), being: folded(f.Being), not: folded(f.Not), perhaps: folded(f.Perhaps),
		speaking:  folded(f.Speaking),
		languages: make(map[string]bot.Lang), commands: make(map[string]verb),
	}
	for c, names := range f.Commands {
		for name := range folded(names) {
			v.commands[name] = c
		}
	}
	for l, names := range f.Languages {
		for name := range folded(names) {
			v.languages[name] = l
		}
	}
	return v, nil
}

func folded(words []string) set {
	s := make(set, len(words))
	for _, w := range words {
		for _, part := range spelling.Words(w) {
			s[part] = true
		}
	}
	return s
}

// saying is all that the vocabulary tells of a text.
type saying struct {
	word      word
	lang      bot.Lang // with wordLang
	chat      bool
	greeting  bool
	bare      bool // one letter or digit alone: it answers a question, or nothing
	doubtful  bool
	maybeStop bool
	ref       bot.Ref
	isRef     bool
	asked     bool    // somebody asks about ref
	takes     bot.Ref // somebody on duty says with it that they have seen an alarm; as it was typed, good or not
	command   command
	digits    string // four, which may be a code of the day
	codeAsked bool   // the word code stands beside them
	age       ageSaid
	form      formSaid
	tally     bool // an agent asks for the own counts
	match     matchSaid
	another   bool // a 0 stands first, and words behind it that tell something
	letter    bool // one letter alone
}

// read works out what a text says to us. It is done before the transaction, which everybody waits for.
func (v *Vocabulary) read(tokens []string, service string) saying {
	var s saying
	s.word, s.lang = v.word(tokens)
	s.chat, s.greeting = v.chat(tokens)
	s.bare = len(tokens) == 1 && utf8.RuneCountInString(tokens[0]) == 1
	s.doubtful, s.maybeStop = v.doubtful(tokens), v.maybeStop(tokens)
	s.ref, s.asked, s.isRef = v.reference(tokens, service)
	s.takes = v.takes(tokens, service)
	s.command = v.command(tokens)
	s.digits, s.codeAsked = v.enrolCode(tokens)
	s.age, s.form = v.age(tokens), v.form(tokens)
	s.tally = only(tokens, v.tally, v.courtesy)
	s.match, s.another = v.matchSaid(tokens), v.anotherTold(tokens)
	s.letter = s.bare && strings.Trim(tokens[0], "0123456789") != ""
	return s
}

// word tells what a text asks for that holds a word for us, and beside it only words that go with it: courtesy, and for
// STOP what it is about ("arretez de m'envoyer les sms").
func (v *Vocabulary) word(tokens []string) (word, bot.Lang) {
	about := []set{v.courtesy, v.things, v.sending, v.pronouns}
	switch {
	case only(tokens, v.stop, about...), v.endsIt(tokens, about):
		return wordStop, ""
	case only(tokens, v.start, v.courtesy, v.things):
		return wordStart, ""
	case only(tokens, v.yes, v.courtesy, v.assent):
		return wordYes, ""
	case only(tokens, v.no, v.courtesy):
		return wordNo, ""
	case only(tokens, v.help, v.courtesy, v.menu):
		return wordHelp, ""
	case only(tokens, v.menu, v.courtesy):
		return wordMenu, ""
	case only(tokens, v.erase, about...):
		return wordErase, ""
	case v.erasesAll(tokens):
		return wordEraseAll, ""
	}
	var lang bot.Lang
	for _, t := range tokens {
		if l, ok := v.languages[t]; ok {
			lang = l
		} else if !v.courtesy[t] {
			return wordNone, ""
		}
	}
	if lang == "" {
		return wordNone, ""
	}
	return wordLang, lang
}

// erasesAll tells whether a text is EFFACER 1, also where the space was lost.
func (v *Vocabulary) erasesAll(tokens []string) bool {
	rest := make([]string, 0, len(tokens))
	sure := false
	for _, t := range tokens {
		if w := strings.TrimSuffix(t, "1"); w != t && (w == "" || v.erase[w]) {
			sure, t = true, w
		}
		if t != "" {
			rest = append(rest, t)
		}
	}
	return sure && only(rest, v.erase, v.courtesy, v.things, v.pronouns)
}

// endsIt tells whether a text with arret or arretez means us. "Arretez-les" may be a plea to arrest somebody: where a
// pronoun says whom or what, it has to be a thing of ours, or the sending of it.
func (v *Vocabulary) endsIt(tokens []string, about []set) bool {
	if !only(tokens, v.end, about...) {
		return false
	}
	pointing, ours := false, false
	for _, t := range tokens {
		pointing = pointing || v.pronouns[t]
		ours = ours || v.things[t] || v.sending[t]
	}
	return ours || !pointing
}

// only tells whether at least one token is wanted and all others are in one of the sets beside it.
func only(tokens []string, wanted set, beside ...set) bool {
	found := false
	for _, t := range tokens {
		if wanted[t] {
			found = true
		} else if !inOne(t, beside) {
			return false
		}
	}
	return found
}

func inOne(t string, sets []set) bool {
	for _, s := range sets {
		if s[t] {
			return true
		}
	}
	return false
}

// shortPlea is the number of words up to which a text with a literal stop in it may well be one.
const shortPlea = 5

// maybeStop tells whether a text may mean stop in more words: a short one with a stop word, or one that names stopping, or
// not wanting, together with what we send. A person at the desk decides.
func (v *Vocabulary) maybeStop(tokens []string) bool {
	var stops, ends, things, refuses bool
	for _, t := range tokens {
		stops = stops || v.stop[t]
		ends = ends || v.end[t]
		refuses = refuses || v.refuse[t] || v.erase[t]
		things = things || v.things[t]
	}
	return stops && len(tokens) <= shortPlea || (stops || ends || refuses) && things
}

// chat tells whether a text is no more than thanks, greetings or courtesy, or has no word at all; greeting, whether
// somebody said hello.
func (v *Vocabulary) chat(tokens []string) (chat, greeting bool) {
	for _, t := range tokens {
		switch {
		case v.greetings[t]:
			greeting = true
		case !v.thanks[t] && !v.courtesy[t]:
			return false, false
		}
	}
	return true, greeting
}

// doubtful tells whether a text can only be meant as an answer to a yes-or-no question, but says neither: "ok d'accord",
// "oui non". A text with any other word in it is none, and is never asked about: it may be a report.
func (v *Vocabulary) doubtful(tokens []string) bool {
	answer := false
	for _, t := range tokens {
		switch {
		case v.yes[t], v.no[t], v.assent[t]:
			answer = true
		case !v.courtesy[t]:
			return false
		}
	}
	return answer
}
