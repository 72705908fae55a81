package flows

import (
	"maps"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/locales"
)

// Look is how somebody is shown a screen.
type Look struct {
	Texts  *locales.Printer
	Lang   bot.Lang
	Values map[string]string // known to every text; the walk's own go before them
	Wire   sms.Mode
	Budget int    // septets on a page: 120 to 182 as gateways have it, 0 = 160; less than 40 is taken as 40, more as 182
	Other  string // what the site's next language calls itself; "" when it has only one
}

// Page is a part of a screen that fits a phone at once.
type Page struct {
	Text   string // in wire form
	Number int    // the walk's page brought into range, 0 = the first
	Of     int    // how many there are, at least 1
}

// Budgets of a page in septets.
const (
	defaultBudget = 160
	minBudget     = 40 // what the keys and a few words need in UCS-2
)

// pageLines is how many lines to choose from a page has at most.
const pageLines = 5

// Locale keys of the navigation.
const (
	navBack = "ussd.nav_back"
	navNext = "ussd.nav_next"
	navLang = "ussd.nav_lang"
)

// Render is the page on which the walk stands. A walk on a screen that the flow does not have sees home.
func (f *Flow) Render(w bot.Walk, l Look) Page {
	s := f.byID[w.Screen]
	if s == nil {
		s = f.byID[f.Home()]
	}
	p := f.printer(s, w, l)
	pages := p.pages()
	n := min(max(w.Page, 0), len(pages)-1)
	text := pages[n].String()
	if w.Error != "" {
		text = p.withError(pages[n], p.text(w.Error))
	}
	return Page{Text: text, Number: n, Of: len(pages)}
}

// page is one page before it is put together.
type page struct {
	body  string
	lines []string // to choose from, with their numbers
	nav   string
}

// String is the page as it is sent.
func (p page) String() string { return stack(append(append([]string{p.body}, p.lines...), p.nav)...) }

// stack puts texts below each other; empty ones take no line.
func stack(texts ...string) string {
	var b strings.Builder
	for _, t := range texts {
		if t == "" {
			continue
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(t)
	}
	return b.String()
}

// printer makes the pages of one screen.
type printer struct {
	look   Look
	screen *Screen
	home   bool
	values map[string]string
	lines  []line
}

func (f *Flow) printer(s *Screen, w bot.Walk, l Look) printer {
	values := map[string]string{}
	maps.Copy(values, l.Values)
	maps.Copy(values, w.Values)
	if l.Budget <= 0 {
		l.Budget = defaultBudget
	}
	l.Budget = max(minBudget, l.Budget)
	return printer{look: l, screen: s, home: s.ID == f.Home(), values: values, lines: linesOf(s, w)}
}

// text is a text in wire form.
func (p printer) text(key string) string {
	return strings.TrimSpace(sms.Wire(p.look.Texts.Text(p.look.Lang, key, p.values).Text, p.look.Wire))
}

// label is a line to choose from, in wire form and on one line.
func (p printer) label(number int, l line) string {
	label := l.label
	if l.key != "" {
		label = p.look.Texts.Text(p.look.Lang, l.key, p.values).Text
	}
	label = sms.Wire(strconv.Itoa(number)+" "+label, p.look.Wire)
	return strings.Join(strings.Fields(label), " ")
}

func (p printer) fits(text string) bool { return sms.USSDRoom(text, p.look.Budget) >= 0 }

// pages cuts the screen into pages that fit.
func (p printer) pages() []page {
	if p.screen.End {
		return []page{{body: p.last()}}
	}
	rest := page{body: p.text(p.screen.Text)}
	for i, l := range p.lines {
		rest.lines = append(rest.lines, p.label(i+1, l))
	}
	var pages []page
	for {
		next, left := p.next(rest, len(pages))
		pages = append(pages, next)
		if left.body == "" && len(left.lines) == 0 {
			return pages
		}
		rest = left
	}
}

// last is the text of a last screen. One whose right spelling does not fit goes in the wire form that holds twice as much:
// rather è for ɛ than no danger number. What is then too long loses its end; the reference stands at the beginning.
func (p printer) last() string {
	text := p.text(p.screen.Text)
	if !p.fits(text) && p.look.Wire == sms.Official {
		p.look.Wire = sms.GSMAccent
		text = p.text(p.screen.Text)
	}
	text, _ = cut(text, 0, p.fits)
	return text
}

// next is the page of that number, of what is left to show. Where the navigation leaves no room its keys alone do.
func (p printer) next(rest page, number int) (full, left page) {
	for _, bare := range []bool{false, true} {
		rest.nav = p.nav(number, false, bare)
		if len(rest.lines) <= pageLines && p.fits(rest.String()) {
			return rest, page{}
		}
		full, left = p.fill(rest, p.nav(number, true, bare))
		if full.body != "" || len(full.lines) > 0 {
			break
		}
	}
	return full, left
}

// fill takes as much onto a page as fits above the navigation. A line that does not fit goes onto the next page whole;
// what is too long for a page of its own is cut.
func (p printer) fill(rest page, nav string) (full, left page) {
	full.nav = nav
	if rest.body != "" {
		full.body, rest.body = cut(rest.body, 0, func(s string) bool {
			return p.fits(page{body: s, nav: nav}.String())
		})
		if rest.body != "" {
			return full, rest
		}
	}
	for len(rest.lines) > 0 && len(full.lines) < pageLines {
		with := page{body: full.body, lines: append(full.lines[:len(full.lines):len(full.lines)], rest.lines[0]), nav: nav}
		if p.fits(with.String()) {
			full, rest.lines = with, rest.lines[1:]
			continue
		}
		if full.body != "" || len(full.lines) > 0 {
			break
		}
		head, tail := cut(rest.lines[0], numberLen(rest.lines[0]), func(s string) bool {
			return p.fits(page{lines: []string{s}, nav: nav}.String())
		})
		if head == "" {
			break
		}
		full.lines = []string{head}
		rest.lines = append([]string{tail}, rest.lines[1:]...)
		break
	}
	return full, rest
}

// nav is what the keys do on a page, or the keys alone.
func (p printer) nav(number int, more, bare bool) string {
	var bits []string
	show := func(key, name string) {
		if bare {
			bits = append(bits, key)
			return
		}
		text := p.look.Texts.Text(p.look.Lang, name, map[string]string{"other": p.look.Other}).Text
		bits = append(bits, strings.TrimSpace(sms.Wire(text, p.look.Wire)))
	}
	switch {
	case !p.home || number > 0:
		show(keyBack, navBack)
	case p.look.Other != "":
		show(keyLanguage, navLang)
	}
	if more {
		show(keyNext, navNext)
	}
	return stack(bits...)
}

// withError puts a short line above a page. The screen's text makes room for it, unless there is nothing else to show;
// pages stay the same, so that 98 leads on from where it would without.
func (p printer) withError(pg page, line string) string {
	if text := stack(line, pg.String()); p.fits(text) {
		return text
	}
	if len(pg.lines) > 0 || p.screen.Input != nil {
		if text := (page{body: line, lines: pg.lines, nav: pg.nav}).String(); p.fits(text) {
			return text
		}
	}
	return pg.String()
}

// numberLen is how long the number is that a line begins with, and the space behind it.
func numberLen(line string) int {
	number, _, found := strings.Cut(line, " ")
	if _, err := strconv.Atoi(number); err != nil || !found {
		return 0
	}
	return len(number) + 1
}
