package locales

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
)

// pageSeptets is a USSD page that every gateway takes: the network carries 182 septets, aggregators count differently
// (language §1.6). What stands below a text on its screen is counted where menus are checked.
const pageSeptets = 160

// Issue is something wrong with the files, in a sentence for whoever mends them.
type Issue struct {
	Lang bot.Lang
	File string // "" = the language's own
	Key  string // "" when it is about the whole file
	Text string
}

// String is the issue on one line.
func (i Issue) String() string {
	file := cmp.Or(i.File, fileName(i.Lang))
	if i.Key == "" {
		return fmt.Sprintf("%s: %s", file, i.Text)
	}
	return fmt.Sprintf("%s: %s: %s", file, i.Key, i.Text)
}

// neverSay are beginnings of words that could put a citizen in danger, in the folded spelling: whoever reads the phone
// must not take its owner for an informer.
var neverSay = []string{"informateur", "informatrice", "denonc", "espion", "delat", "mouchard", "indicateur"}

// neverEcho are values that would carry what somebody wrote back to a phone.
var neverEcho = []string{"text", "claim"}

// Check compares the languages with the base and measures every text that has a budget as phones will get it, in the
// wire forms that keep to GSM-7, with the longest realistic values. serviceName, when not empty, stands for the service's
// name instead of the longest one in the base file.
func (c *Catalog) Check(serviceName string) []Issue {
	var issues []Issue
	for _, l := range append([]*language{c.base}, c.others...) {
		report := func(key, format string, args ...any) {
			issues = append(issues, Issue{Lang: l.lang, Key: key, Text: fmt.Sprintf(format, args...)})
		}
		for _, day := range l.days {
			checkDay(day, report)
		}
		longest := c.longest(l, serviceName)
		for _, key := range c.keys {
			e, ok := l.texts[key]
			if !ok {
				if !l.partial {
					report(key, "is missing")
				}
				continue
			}
			c.checkForms(l, key, e, report)
			if e.Review == Missing {
				continue // the French text, which is checked where it belongs
			}
			checkWords(key, e, report)
			c.checkSize(l, key, e, longest, report)
		}
	}
	return issues
}

func checkDay(day string, report reporter) {
	if wire := sms.Wire(day, sms.GSMAccent); sms.Measure(wire).Encoding != bot.GSM7 {
		report("", "the day %s is not GSM-7 on the wire", day)
	}
}

type reporter func(key, format string, args ...any)

// longest are the longest values in a language: its own, else the base's.
func (c *Catalog) longest(l *language, serviceName string) map[string]string {
	values := map[string]string{}
	for _, v := range c.values {
		values[v.Name] = v.Longest
		if own, ok := l.longest[v.Name]; ok {
			values[v.Name] = own
		}
	}
	if serviceName != "" {
		values["service"] = serviceName
	}
	return values
}

// checkForms compares a text's forms and values with what the language and the base want.
func (c *Catalog) checkForms(l *language, key string, e entry, report reporter) {
	base := c.base.texts[key]
	if e.Review == Missing {
		if !slices.Equal(texts(e.forms), texts(base.forms)) {
			report(key, "is marked missing but is not the French text; if it is translated, mark it unreviewed")
		}
		return
	}
	if counted := base.plain == nil; counted != (e.plain == nil) {
		report(key, "is counted in one language and not in the other")
	} else if counted && (e.one != nil) != (l.plurals == PluralsOneOther) {
		report(key, "has not the plural forms of its language (%s)", l.plurals)
	}
	want := base.all()[0].values()
	for _, t := range e.all() {
		if got := t.values(); !slices.Equal(got, want) {
			report(key, "holds the values %v, want %v", got, want)
		}
		if strings.TrimSpace(t.String()) == "" {
			report(key, "is empty")
		}
	}
	if l != c.base {
		return
	}
	for _, name := range want {
		if !slices.ContainsFunc(c.values, func(v Value) bool { return v.Name == name && v.Longest != "" }) {
			report(key, "holds the value {%s}, whose longest form is not in the file's values", name)
		}
	}
}

func texts(f forms) []string {
	var list []string
	for _, t := range f.all() {
		list = append(list, t.String())
	}
	return list
}

// checkWords refuses what must never reach a citizen's phone (domain §8, S-13); nor does a coordinator's page need it.
func checkWords(key string, e entry, report reporter) {
	for _, t := range e.all() {
		for word := range strings.FieldsSeq(folded(t.String())) {
			if slices.ContainsFunc(neverSay, func(bad string) bool { return strings.HasPrefix(word, bad) }) {
				report(key, "says %q, which may put a reader in danger", word)
			}
		}
		for _, name := range t.values() {
			if slices.Contains(neverEcho, name) {
				report(key, "would carry what somebody wrote: {%s}", name)
			}
		}
	}
}

// folded is a text in lower case and ASCII with everything but letters as spaces.
func folded(s string) string {
	return strings.Map(func(r rune) rune {
		if 'a' <= r && r <= 'z' {
			return r
		}
		return ' '
	}, strings.ToLower(sms.Wire(s, sms.ASCII)))
}

// checkSize measures a citizen's text in wire form; French ones must be GSM-7 as they stand.
func (c *Catalog) checkSize(l *language, key string, e entry, longest map[string]string, report reporter) {
	def := c.defs[key]
	if def.Channel == ChannelDesk {
		return
	}
	for _, t := range e.all() {
		text, ok := t.fill(func(name string) string { return longest[name] })
		if !ok {
			continue // reported with the forms
		}
		if size := sms.Measure(text); l == c.base && size.Encoding != bot.GSM7 {
			report(key, "is not GSM-7 as it stands: %q costs more", outsiders(size))
		}
		for _, mode := range []sms.Mode{sms.GSMAccent, sms.ASCII} {
			size := sms.Measure(sms.Wire(text, mode))
			if size.Encoding != bot.GSM7 {
				report(key, "is not GSM-7 in wire form %s: %q has none", mode, outsiders(size))
			} else if def.Channel == ChannelUSSD && def.Parts > 0 && size.Units > pageSeptets {
				report(key, "takes %d septets in wire form %s with the longest values, a page holds %d", size.Units, mode, pageSeptets)
			} else if def.Channel == ChannelSMS && def.Parts > 0 && size.Parts > def.Parts {
				report(key, "takes %d parts in wire form %s with the longest values, may take %d", size.Parts, mode, def.Parts)
			}
		}
	}
}

// outsiders are the characters that force UCS-2.
func outsiders(size sms.Size) string {
	var chars []rune
	for _, o := range size.Outsiders {
		chars = append(chars, o.Char)
	}
	return string(chars)
}
