package flows

import (
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/locales"
)

// Issue is something wrong with a flow, in a sentence for whoever mends it.
type Issue struct {
	Screen string // "" when it is about the whole flow
	Text   string
}

// String is the issue on one line.
func (i Issue) String() string {
	if i.Screen == "" {
		return i.Text
	}
	return fmt.Sprintf("%s: %s", i.Screen, i.Text)
}

// siteValues are the values that every text may hold, whatever happened on the way; hotline gives them.
func siteValues() []string { return []string{"service", "danger", "hours", "cap", "code", "number"} }

// budgets are the pages that a flow is measured for, in septets: the smallest, the usual and the largest.
func budgets() []int { return []int{120, defaultBudget, sms.USSDSeptets} }

// measured are the wire forms that a flow is measured in. In the third, official, a page holds half as much.
func measured() []sms.Mode { return []sms.Mode{sms.GSMAccent, sms.ASCII} }

// Lint are the faults of a flow, one for each sentence: screens that are missing, stand twice or cannot be reached, lines
// that lead nowhere, effects and outcomes that there are not or that are forgotten, lists and values that are not there
// when a screen needs them, texts that the catalog lacks, and last screens that do not fit a page in every language. No
// flow with an issue is run.
func Lint(f *Flow, c *locales.Catalog) []Issue {
	l := &linter{flow: f, issues: lintShape(f)}
	t := textLinter{linter: l, catalog: c}
	t.common()
	at := f.certain()
	for i := range f.Screens {
		if s := &f.Screens[i]; f.byID[s.ID] == s {
			t.screen(s, at[s.ID])
		}
	}
	for _, lang := range c.Languages() {
		t.sizes(lang)
	}
	return l.issues
}

// textLinter looks at a flow's texts.
type textLinter struct {
	*linter
	catalog *locales.Catalog
}

// common are the texts that no screen names.
func (t textLinter) common() {
	for _, key := range []string{navBack, navNext, badChoice, badChoiceAgain} {
		t.key("", key, locales.ChannelUSSD, nil)
	}
	t.key("", navLang, locales.ChannelUSSD, []string{"other"})
}

// screen are the texts that a screen shows or has sent.
func (t textLinter) screen(s *Screen, at facts) {
	var values []string
	for name := range at.values {
		values = append(values, name)
	}
	t.key(s.ID, s.Text, locales.ChannelUSSD, values)
	for _, c := range s.Choices {
		t.key(s.ID, c.Label, locales.ChannelUSSD, append(slices.Clone(values), c.If))
	}
	for _, w := range s.targets() {
		spec, _ := specOf(w.at.Run)
		for _, key := range spec.Errors {
			t.key(s.ID, key, locales.ChannelUSSD, append(slices.Clone(values), spec.Values...))
		}
		for _, key := range spec.SMSOut {
			t.key(s.ID, key, locales.ChannelSMS, t.catalog.ValuesOf(key)) // whoever sends it gives them
		}
	}
}

// key looks for a text whose values are those given or the site's.
func (t textLinter) key(screen, key string, channel locales.Channel, values []string) {
	if key == "" {
		return // reported with the shape
	}
	def, ok := t.catalog.Definition(key)
	switch {
	case !ok:
		t.report(screen, "the text %s is not in the language files", key)
		return
	case def.Channel != channel:
		t.report(screen, "the text %s is for %s, not for %s", key, def.Channel, channel)
	}
	for _, name := range t.catalog.ValuesOf(key) {
		if !slices.Contains(values, name) && !slices.Contains(siteValues(), name) {
			t.report(screen, "the text %s holds {%s}, which is not set on every way there", key, name)
		}
	}
	base := t.catalog.Languages()[0]
	if got := printerOf(t.catalog, base).Text(base, key, nil); got.Reason == locales.ReasonUnknownKey {
		t.report(screen, "the text %s counts something: a screen's text has no number to count", key)
	}
}

// printerOf prints every text of a language with its longest values.
func printerOf(c *locales.Catalog, lang bot.Lang) *locales.Printer {
	return c.Printer(locales.Policy{AllowUnreviewed: c.Languages(), Values: c.Longest(lang)})
}

// widest is a look at the longest values.
func widest(c *locales.Catalog, lang bot.Lang, wire sms.Mode, budget int) Look {
	return Look{Texts: printerOf(c, lang), Lang: lang, Wire: wire, Budget: budget, Other: otherName(c, lang)}
}

// otherName is what the language that is offered to readers of lang calls itself.
func otherName(c *locales.Catalog, lang bot.Lang) string {
	langs := c.Languages()
	if len(langs) < 2 {
		return ""
	}
	return c.Name(langs[(slices.Index(langs, lang)+1)%len(langs)])
}

// sizes measures what cannot go on with 98: last screens, and the navigation itself.
func (t textLinter) sizes(lang bot.Lang) {
	for i := range t.flow.Screens {
		s := &t.flow.Screens[i]
		if !s.End {
			continue
		}
		if short, text := t.tooSmall(lang, s); short != "" {
			t.report(s.ID, "is a last screen and does not fit a page of %s: %s", short, text)
		}
	}
	p := t.flow.printer(t.flow.byID[t.flow.Home()], bot.Walk{}, widest(t.catalog, lang, sms.GSMAccent, budgets()[0]))
	for number := range 2 { // home's first page offers the language, others go back
		nav := p.nav(number, true, false)
		if units := sms.Measure(nav).Units; units > p.look.Budget/2 {
			t.report("", "the navigation takes %d septets in %s, more than half of the smallest page", units, lang)
		}
	}
}

// tooSmall is the first page that a last screen is too long for, and the screen; "" when it fits them all.
func (t textLinter) tooSmall(lang bot.Lang, s *Screen) (where, text string) {
	for _, budget := range budgets() {
		for _, wire := range measured() {
			p := t.flow.printer(s, bot.Walk{}, widest(t.catalog, lang, wire, budget))
			if text = p.text(s.Text); !p.fits(text) {
				return fmt.Sprintf("%d septets in %s, %s (%d too many)", budget, lang, wire, -sms.USSDRoom(text, budget)),
					strings.ReplaceAll(text, "\n", " / ")
			}
		}
	}
	return "", ""
}
