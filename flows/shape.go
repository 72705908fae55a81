package flows

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// mostLoads is how many screens in a row may lead on while they load: each is an effect within one hop.
const mostLoads = 4

// linter gathers issues in the order of the flow.
type linter struct {
	flow   *Flow
	issues []Issue
}

func (l *linter) report(screen, format string, args ...any) {
	issue := Issue{Screen: screen, Text: fmt.Sprintf(format, args...)}
	if !slices.Contains(l.issues, issue) {
		l.issues = append(l.issues, issue)
	}
}

// lintShape are the issues that can be found without the texts.
func lintShape(f *Flow) []Issue {
	l := &linter{flow: f}
	l.target("", way{by: byDialling, at: &f.Start})
	at := f.certain()
	seen := map[string]bool{}
	for i := range f.Screens {
		s := &f.Screens[i]
		if seen[s.ID] {
			l.report(s.ID, "stands twice")
			continue
		}
		seen[s.ID] = true
		l.screen(s)
		holds, reached := at[s.ID]
		if !reached {
			l.report(s.ID, "nothing leads there")
			continue
		}
		if s.List != nil && !holds.lists[s.List.From] {
			l.report(s.ID, "the list %s is not filled on every way there", s.List.From)
		}
	}
	return l.issues
}

func (l *linter) screen(s *Screen) {
	if s.Text == "" {
		l.report(s.ID, "has no text")
	}
	if s.End && (s.Load != nil || s.List != nil || len(s.Choices) > 0 || s.Input != nil || s.Code != nil) {
		l.report(s.ID, "is a last screen and leads on")
	}
	if len(s.Choices) > maxLines {
		l.report(s.ID, "has %d fixed lines, may have %d", len(s.Choices), maxLines)
	}
	for _, w := range s.targets() {
		l.target(s.ID, w)
	}
	for i, c := range s.Choices {
		if c.Label == "" {
			l.report(s.ID, "line %d has no label", i+1)
		}
		if c.If != "" && !l.canSet(c.If) {
			l.report(s.ID, "line %d waits for the value %s, which no effect of the flow sets", i+1, c.If)
		}
	}
	l.loads(s)
}

// target looks at one target of a screen, or of the start.
func (l *linter) target(screen string, w way) {
	t := w.at
	switch {
	case w.by == byLoading && t.To != "":
		l.report(screen, "load has a to: whatever comes of it, the screen is shown, but for its else")
	case w.by == byLoading && t.Run == "":
		l.report(screen, "load runs no effect")
	case w.by != byLoading && t.To == Stay && t.Run == "":
		l.report(screen, "%s leads nowhere", w)
	}
	for _, way := range waysOf(w) {
		if way.to == Stay && w.by != byDialling && w.by != byLoading {
			continue
		}
		if l.flow.byID[way.to] == nil {
			l.report(screen, "%s leads to %q, which is no screen", w, way.to)
		}
	}
	spec, known := specOf(t.Run)
	switch {
	case t.Run == "" && (t.With != "" || len(t.Else) > 0):
		l.report(screen, "%s runs no effect but says with or else", w)
		return
	case t.Run == "":
		return
	case !known:
		l.report(screen, "%s runs %q, which is no effect", w, t.Run)
		return
	}
	if t.With != "" || spec.With != nil {
		if !slices.Contains(spec.With, t.With) {
			l.report(screen, "%s runs %s with %q, want one of %q", w, t.Run, t.With, spec.With)
		}
	}
	for _, o := range spec.Outcomes {
		with, only := spec.OnlyWith[o]
		if t.Else[o] == "" && (!only || with == t.With) {
			l.report(screen, "%s does not say where the outcome %s of %s leads", w, o, t.Run)
		}
	}
	if spec.Last {
		for _, way := range waysOf(w) {
			if to := l.flow.byID[way.to]; to != nil && !to.End && !to.Done {
				l.report(screen, "%s does %s, which is done once, and leads to %s, which neither ends the session nor is done", w, t.Run, way.to)
			}
		}
	}
	for _, o := range slices.Sorted(maps.Keys(t.Else)) {
		if !slices.Contains(spec.Outcomes, o) {
			l.report(screen, "%s names the outcome %q, which %s has not", w, o, t.Run)
		}
	}
}

// canSet tells whether an effect that the flow runs sets a value.
func (l *linter) canSet(value string) bool {
	return slices.ContainsFunc(l.flow.ways(), func(w way) bool {
		spec, _ := specOf(w.at.Run)
		return slices.Contains(spec.Values, value)
	}) || slices.ContainsFunc(l.flow.Screens, func(s Screen) bool {
		if s.Load == nil {
			return false
		}
		spec, _ := specOf(s.Load.Run)
		return slices.Contains(spec.Values, value)
	})
}

// loads follows a screen that leads on while it loads.
func (l *linter) loads(first *Screen) {
	var follow func(s *Screen, chain []string)
	follow = func(s *Screen, chain []string) {
		chain = append(chain, s.ID)
		switch {
		case s.Load == nil:
			return
		case slices.Contains(chain[:len(chain)-1], s.ID):
			if s == first {
				l.report(first.ID, "leads back to itself while it loads: %s", strings.Join(chain, ", "))
			}
			return
		case len(chain) > mostLoads:
			l.report(first.ID, "more than %d screens in a row lead on while they load: %s", mostLoads, strings.Join(chain, ", "))
			return
		}
		for _, w := range waysOf(way{from: s, by: byLoading, at: s.Load}) {
			if to := l.flow.byID[w.to]; to != nil {
				follow(to, slices.Clone(chain))
			}
		}
	}
	follow(first, nil)
}
