package flows

import (
	"fmt"
	"maps"
	"slices"
)

// means is what makes a walk go on.
type means int

const (
	byDialling means = iota // the flow's start
	byLoading               // a screen that leads on while it loads
	byLine                  // a line of a list
	byChoice                // a fixed line
	byTyping
	byCode // four digits
)

// way leads from a screen to another, or to the same.
type way struct {
	from    *Screen // nil: from dialling
	by      means
	choice  int // number among the fixed lines, from 1 on
	at      *Target
	outcome string
	to      string // as the flow says: it may be Stay, or no screen
}

// String says which way it is, to follow a screen's id.
func (w way) String() string {
	switch w.by {
	case byDialling:
		return "the start"
	case byLoading:
		return "load"
	case byLine:
		return "the list"
	case byChoice:
		return fmt.Sprintf("line %d", w.choice)
	case byCode:
		return "code"
	default:
		return "input"
	}
}

// ways are all ways of a flow, those of a screen together and in its order.
func (f *Flow) ways() []way {
	all := waysOf(way{by: byDialling, at: &f.Start})
	for i := range f.Screens {
		all = append(all, f.Screens[i].ways()...)
	}
	return all
}

func (s *Screen) ways() []way {
	var all []way
	for _, w := range s.targets() {
		all = append(all, waysOf(w)...)
	}
	return all
}

// targets are a screen's targets, each as a way without outcome.
func (s *Screen) targets() []way {
	var all []way
	if s.Load != nil {
		all = append(all, way{from: s, by: byLoading, at: s.Load})
	}
	if s.List != nil {
		all = append(all, way{from: s, by: byLine, at: &s.List.Pick})
	}
	for i := range s.Choices {
		all = append(all, way{from: s, by: byChoice, choice: i + 1, at: &s.Choices[i].Target})
	}
	if s.Input != nil {
		all = append(all, way{from: s, by: byTyping, at: s.Input})
	}
	if s.Code != nil {
		all = append(all, way{from: s, by: byCode, at: s.Code})
	}
	return all
}

// waysOf are the ways of one target, by outcome.
func waysOf(w way) []way {
	var all []way
	if w.by != byLoading {
		w.to = w.at.To
		all = append(all, w)
	}
	for _, o := range slices.Sorted(maps.Keys(w.at.Else)) {
		w.outcome, w.to = o, w.at.Else[o]
		all = append(all, w)
	}
	return all
}

// facts are what a walk holds for certain: the names of its values and lists.
type facts struct {
	values, lists map[string]bool
}

// with are the facts after an effect.
func (f facts) with(t *Target) facts {
	if t == nil {
		return f
	}
	spec, _ := specOf(t.Run)
	return facts{values: union(f.values, spec.Values), lists: union(f.lists, spec.Lists)}
}

func union(set map[string]bool, more []string) map[string]bool {
	all := maps.Clone(set)
	if all == nil {
		all = map[string]bool{}
	}
	for _, name := range more {
		all[name] = true
	}
	return all
}

// both are the facts of either that are those of the other too.
func (f facts) both(g facts) facts {
	return facts{values: common(f.values, g.values), lists: common(f.lists, g.lists)}
}

func common(a, b map[string]bool) map[string]bool {
	shared := map[string]bool{}
	for name := range a {
		if b[name] {
			shared[name] = true
		}
	}
	return shared
}

func (f facts) size() int { return len(f.values) + len(f.lists) }

// certain are the facts of each screen that can be reached, on whichever way somebody comes, its own load included.
func (f *Flow) certain() map[string]facts {
	before := map[string]facts{} // without the screen's load
	for changed := true; changed; {
		changed = false
		for _, w := range f.ways() {
			to := f.byID[w.to]
			if to == nil {
				continue
			}
			var came facts
			if w.from != nil {
				at, reached := before[w.from.ID]
				if !reached {
					continue
				}
				came = at.with(w.from.Load)
			}
			came = came.with(w.at)
			if to.ID == f.Home() { // 00 leads there with nothing
				came = facts{}
			}
			had, reached := before[to.ID]
			if reached {
				came = came.both(had)
			}
			if !reached || came.size() < had.size() {
				before[to.ID], changed = came, true
			}
		}
	}
	for id, at := range before {
		before[id] = at.with(f.byID[id].Load)
	}
	return before
}
