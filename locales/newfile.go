package locales

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
)

// Help is what a new file says of a text to whoever translates it.
type Help struct {
	Use      string `json:"use"`
	Critical bool   `json:"critical,omitempty"` // goes out only once a native speaker has read it
	Room     string `json:"room,omitempty"`     // in French, as all of it
	French   string `json:"fr"`
	Other    string `json:"bm,omitempty"` // where there are Bambara words
	Unsure   bool   `json:"bm_unreviewed,omitempty"`
}

// newFile is a translationFile as it is written.
type newFile struct {
	Language bot.Lang            `json:"language"`
	Name     string              `json:"name"`
	Plurals  Plurals             `json:"plurals"`
	Days     []string            `json:"days"`
	Values   []Value             `json:"values"`
	Strings  []translationString `json:"strings"`
}

// New writes a file for a language to be translated into: every text in the order in which people meet it, what they must
// understand first and what only the desk reads last, each with its room and with the French and Bambara words. All are marked
// missing and hold the French words; whoever translates one marks it unreviewed.
func (c *Catalog) New(w io.Writer, lang bot.Lang) error {
	if l := c.language(lang); l != nil && !l.partial {
		return fmt.Errorf("locales: new: the texts of %s are built in", lang)
	}
	f := newFile{
		Language: lang, Name: cmp.Or(lang.Own(), string(lang)), Plurals: PluralsOther, Days: c.base.days[:], Values: []Value{},
	}
	if f.Name == "" {
		return fmt.Errorf("locales: new: %q is no language", lang)
	}
	longest := c.longest(c.base, "")
	bambara := c.language(bot.Bambara)
	for _, key := range c.met() {
		e, def := c.base.texts[key], c.defs[key]
		help := &Help{Use: def.Use, Critical: def.Critical, Room: room(def, e.forms, longest), French: strings.Join(texts(e.forms), " | ")}
		if bambara != nil {
			if b := bambara.texts[key]; b.Review == Unreviewed || b.Review == Reviewed {
				help.Other, help.Unsure = strings.Join(texts(b.forms), " | "), b.Review == Unreviewed
			}
		}
		s := translationString{Key: key, Status: Status{Review: Missing}, Help: help}
		s.Text, s.One, s.Other = e.plain.String(), e.one.String(), e.other.String()
		f.Strings = append(f.Strings, s)
	}
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	out.SetIndent("", "  ")
	if err := out.Encode(f); err != nil {
		return fmt.Errorf("locales: new: %w", err)
	}
	return nil
}

// metFirst are the beginnings of the keys that come before all others: what everybody gets, what they agree to, how they get
// out of it, and danger.
var metFirst = [...]string{"sms.ack", "sms.consent", "sms.stop", "sms.ack_alarm", "sms.ack_danger", "sms.answer", "sms.help"}

// met are all keys in the order in which people meet the texts.
func (c *Catalog) met() []string {
	rank := func(key string) int {
		if i := slices.Index(metFirst[:], key); i >= 0 {
			return i
		}
		n := len(metFirst)
		for i, staff := range []string{"sms.agent_", "sms.desk_", "sms.duty_", "sms.focal_"} {
			if strings.HasPrefix(key, staff) && key != "sms.desk_question" && key != "sms.desk_thanks" {
				return n + 2 + i
			}
		}
		switch c.defs[key].Channel {
		case ChannelSMS:
			return n
		case ChannelUSSD:
			return n + 1
		}
		return n + 10
	}
	keys := slices.Clone(c.keys)
	slices.SortStableFunc(keys, func(a, b string) int { return cmp.Compare(rank(a), rank(b)) })
	return keys
}

// room says how long a text may be, in French.
func room(def Definition, f forms, longest map[string]string) string {
	if def.Channel == ChannelDesk {
		return ""
	}
	const onePart, ofSeveral = 160, 153
	limit, unit := 0, "sans limite"
	switch {
	case def.Parts > 0 && def.Channel == ChannelUSSD:
		limit, unit = pageSeptets, fmt.Sprintf("un écran: %d signes", pageSeptets)
	case def.Parts == 1:
		limit, unit = onePart, fmt.Sprintf("un SMS: %d signes", onePart)
	case def.Parts > 1:
		limit = ofSeveral * def.Parts
		unit = fmt.Sprintf("%d SMS: %d signes", def.Parts, limit)
	}
	words, values := 0, 0
	var named []string
	for _, t := range f.all() {
		w, v := 0, 0
		for _, p := range t {
			w += sms.Measure(p.words).Units
			if p.value == "" {
				continue
			}
			v += sms.Measure(longest[p.value]).Units
			if say := fmt.Sprintf("{%s} jusqu'à « %s »", p.value, longest[p.value]); !slices.Contains(named, say) {
				named = append(named, say)
			}
		}
		words, values = max(words, w), max(values, v)
	}
	says := unit
	if limit > 0 && values > 0 {
		says += fmt.Sprintf(", dont %d pour les mots", limit-values)
	}
	says += fmt.Sprintf("; le français en prend %d", words)
	if len(named) > 0 {
		says += "; " + strings.Join(named, ", ")
	}
	return says
}
