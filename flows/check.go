package flows

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/locales"
)

// maxPaths is how many paths are listed, maxTaken how many ways are gone for them. A flow that takes more is no menu that
// anybody finds their way in.
const (
	maxPaths = 2000
	maxTaken = 100_000
)

// Path is one way through a flow without going back: from dialling to a last screen, or to one that only tells something.
type Path struct {
	Screens []string // those shown
	Inputs  int      // after dialling; one for each list
	Letters int      // further ones at most, where a long list is searched by its first letters
	In      int      // SMS that the person sends
	Sizes   []PathSize
}

// PathSize is what a path takes in one language.
type PathSize struct {
	Lang  bot.Lang
	Pages int // of all its screens, on pages of 160 septets with the longest values; a list counts one full page
	Out   int // parts of the SMS that we send, with the longest values
}

// Paths are all paths of a flow, in its order. Where two show the same screens, only the dearer one is listed. It fails
// when there are more than a menu can have. The flow must have no issue.
func Paths(f *Flow, c *locales.Catalog) ([]Path, error) {
	p := &pathfinder{flow: f, catalog: c, pages: map[string][]int{}, at: map[string]int{}}
	for _, w := range waysOf(way{by: byDialling, at: &f.Start}) {
		p.take(Path{Sizes: make([]PathSize, len(c.Languages()))}, nil, w)
	}
	if p.tooMany() {
		return nil, fmt.Errorf("flows: %s has more than %d paths, or too many rings", f.Name, maxPaths)
	}
	return p.found, nil
}

func (p *pathfinder) tooMany() bool { return len(p.found) > maxPaths || p.taken > maxTaken }

type pathfinder struct {
	flow    *Flow
	catalog *locales.Catalog
	pages   map[string][]int // of each screen, by language
	found   []Path
	at      map[string]int // where a path stands in found, by its screens
	taken   int            // ways
}

// take goes one way on; before are the screens on the path, those included that led on while they loaded.
func (p *pathfinder) take(path Path, before []string, w way) {
	if p.taken++; p.tooMany() {
		return
	}
	if w.by != byDialling && w.by != byLoading {
		path.Inputs++
	}
	path.Sizes = slices.Clone(path.Sizes)
	spec, _ := specOf(w.at.Run)
	if w.by != byLoading {
		p.send(&path, spec, w.outcome)
	}
	s := p.flow.byID[w.to]
	if s == nil || slices.Contains(before, s.ID) {
		return
	}
	before = append(slices.Clone(before), s.ID)
	var loading, chosen []way
	for _, on := range s.ways() {
		if on.by == byLoading {
			loading = append(loading, on)
		} else {
			chosen = append(chosen, on)
		}
	}
	p.show(path, before, s, chosen)
	for _, on := range loading {
		p.take(path, before, on)
	}
}

// show goes on from a screen that somebody sees.
func (p *pathfinder) show(path Path, before []string, s *Screen, chosen []way) {
	path.Screens = append(slices.Clone(path.Screens), s.ID)
	path.Sizes = slices.Clone(path.Sizes)
	for i, pages := range p.pagesOf(s) {
		path.Sizes[i].Pages += pages
	}
	if s.End || len(chosen) == 0 {
		p.add(path)
		return
	}
	if s.List != nil && s.Input != nil {
		path.Letters++
	}
	for _, on := range chosen {
		p.take(path, before, on)
	}
}

// send adds the SMS of an effect.
func (p *pathfinder) send(path *Path, spec Spec, outcome string) {
	path.In += spec.SMSIn
	for i, lang := range p.catalog.Languages() {
		path.Sizes[i].Lang = lang
		if outcome != "" && slices.Contains(spec.Quiet, outcome) {
			continue
		}
		for _, key := range spec.SMSOut {
			text := printerOf(p.catalog, lang).Text(lang, key, nil).Text
			path.Sizes[i].Out += sms.Measure(sms.Wire(text, sms.GSMAccent)).Parts
		}
	}
}

func (p *pathfinder) add(path Path) {
	key := strings.Join(path.Screens, " ")
	at, known := p.at[key]
	if !known {
		p.at[key] = len(p.found)
		p.found = append(p.found, path)
		return
	}
	had := &p.found[at]
	had.Inputs, had.Letters, had.In = max(had.Inputs, path.Inputs), max(had.Letters, path.Letters), max(had.In, path.In)
	for i := range had.Sizes {
		had.Sizes[i].Out = max(had.Sizes[i].Out, path.Sizes[i].Out)
	}
}

// pagesOf is how many pages a screen has in each language.
func (p *pathfinder) pagesOf(s *Screen) []int {
	if pages, ok := p.pages[s.ID]; ok {
		return pages
	}
	var pages []int
	for _, lang := range p.catalog.Languages() {
		look := widest(p.catalog, lang, sms.GSMAccent, defaultBudget)
		pages = append(pages, p.flow.Render(fullest(s), look).Of)
	}
	p.pages[s.ID] = pages
	return pages
}

// longestLabel is as long as the names of most places are.
const longestLabel = 25

// fullest is a walk on a screen that shows every fixed line, and a page of lines of its list.
func fullest(s *Screen) bot.Walk {
	w := bot.Walk{Screen: s.ID, Values: map[string]string{}, Lists: map[string][]bot.Item{}}
	for _, c := range s.Choices {
		if c.If != "" {
			w.Values[c.If] = "1"
		}
	}
	if s.List != nil {
		for i := range pageLines {
			w.Lists[s.List.From] = append(w.Lists[s.List.From], bot.Item{ID: strconv.Itoa(i), Label: strings.Repeat("m", longestLabel)})
		}
	}
	return w
}
