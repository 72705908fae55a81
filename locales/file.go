package locales

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"tinye/bot"
)

// header is what every language file begins with.
type header struct {
	Language bot.Lang `json:"language"`
	Name     string   `json:"name"` // the language's own name for itself
	Plurals  Plurals  `json:"plurals"`
	Days     []string `json:"days"` // Monday first
	Values   []Value  `json:"values"`
}

// baseFile is fr.json, translationFile any other; they differ so that each refuses the other's fields.
type (
	baseFile struct {
		header
		Strings []baseString `json:"strings"`
	}
	translationFile struct {
		header
		Strings []translationString `json:"strings"`
	}
	baseString struct {
		Key string `json:"key"`
		Definition
		formStrings
	}
	translationString struct {
		Key string `json:"key"`
		Status
		Help *Help `json:"help,omitempty"` // for whoever translates; passed over
		formStrings
	}
	formStrings struct {
		Text  string `json:"text,omitempty"`
		One   string `json:"one,omitempty"`
		Other string `json:"other,omitempty"`
	}
)

// Plurals says which forms a counted text has in a language.
type Plurals string

// Plural rules.
const (
	PluralsOneOther Plurals = "one_other" // one below two, else other (French, Pulaar)
	PluralsOther    Plurals = "other"     // a single form (Bambara, Songhay, Tamasheq)
)

// Value is something that texts hold in braces.
type Value struct {
	Name    string `json:"name"`
	Use     string `json:"use"`
	Longest string `json:"longest"` // the longest realistic one; a translation lists only those that differ there
}

// Channel is where people meet a text.
type Channel string

// Channels.
const (
	ChannelSMS  Channel = "sms"  // sent to citizens
	ChannelUSSD Channel = "ussd" // a screen on a citizen's phone
	ChannelDesk Channel = "desk" // shown to coordinators; any character may stand in it
)

// Definition says what a key is for.
type Definition struct {
	Use      string  `json:"use"`
	Channel  Channel `json:"channel"`
	Critical bool    `json:"critical"` // consent, stopping, danger, verdicts
	Parts    int     `json:"parts"`    // how many GSM-7 parts it may take with the longest values; 0 = not limited. On a screen 1 = a page
}

// Review says how far a translation can be relied on.
type Review string

// Review states.
const (
	Missing    Review = "missing"    // not translated: the entry holds the French text
	Unreviewed Review = "unreviewed" // no native speaker has read it
	Reviewed   Review = "reviewed"
)

// Status is where a translated text comes from.
type Status struct {
	Review Review   `json:"review"`
	By     string   `json:"by,omitempty"`   // the reviewer's code name
	From   []string `json:"from,omitempty"` // the entries of the phrase list that it is put together from
	Note   string   `json:"note,omitempty"` // what it lacks against the French text, or what to ask the reviewer
}

// decodeStrict reads one JSON value that fills the file; fields that v does not have are refused.
func decodeStrict(data []byte, v any) error {
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return errors.New("something follows the end of the file's object")
	}
	return nil
}

// forms is a text's templates: plain alone, or other with or without one.
type forms struct {
	plain, one, other template
}

func (f formStrings) parse() (forms, error) {
	var out forms
	for _, x := range []struct {
		text string
		into *template
	}{{f.Text, &out.plain}, {f.One, &out.one}, {f.Other, &out.other}} {
		t, err := parseTemplate(x.text)
		if err != nil {
			return forms{}, err
		}
		*x.into = t
	}
	switch {
	case out.plain == nil && out.other == nil:
		return forms{}, errors.New("no text")
	case out.plain != nil && (out.one != nil || out.other != nil):
		return forms{}, errors.New("both text and plural forms")
	}
	return out, nil
}

// all are the forms that there are.
func (f forms) all() []template {
	var ts []template
	for _, t := range []template{f.plain, f.one, f.other} {
		if t != nil {
			ts = append(ts, t)
		}
	}
	return ts
}

// language is one file, ready to print.
type language struct {
	lang    bot.Lang
	name    string
	plurals Plurals
	days    [7]string // Monday first
	longest map[string]string
	texts   map[string]entry
	partial bool // a site's own file, which may hold some of the texts only
}

type entry struct {
	Status
	forms
}

func (h header) language() (*language, error) {
	l := &language{lang: h.Language, name: h.Name, plurals: h.Plurals, longest: map[string]string{}, texts: map[string]entry{}}
	if h.Name == "" {
		return nil, errors.New("name is empty")
	}
	if h.Plurals != PluralsOneOther && h.Plurals != PluralsOther {
		return nil, fmt.Errorf("plurals is %q, want %s or %s", h.Plurals, PluralsOneOther, PluralsOther)
	}
	if copy(l.days[:], h.Days) != len(l.days) || len(h.Days) != len(l.days) {
		return nil, fmt.Errorf("%d days, want 7, Monday first", len(h.Days))
	}
	for _, v := range h.Values {
		if _, twice := l.longest[v.Name]; twice {
			return nil, fmt.Errorf("value %s stands twice", v.Name)
		}
		l.longest[v.Name] = v.Longest
	}
	return l, nil
}

func (l *language) add(key string, s Status, f formStrings) error {
	if _, twice := l.texts[key]; twice {
		return fmt.Errorf("key %s stands twice", key)
	}
	forms, err := f.parse()
	if err != nil {
		return fmt.Errorf("key %s: %w", key, err)
	}
	l.texts[key] = entry{Status: s, forms: forms}
	return nil
}
