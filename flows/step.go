package flows

import (
	"maps"
	"slices"
	"strings"

	"tinye/bot"
)

// Keys that mean the same on every screen.
const (
	keyBack     = "0"
	KeyHome     = "00"
	keyNext     = "98"
	keyLanguage = "99"
)

// Limits of a walk.
const (
	maxLines = 97   // on one screen: a line 98 would be a key
	maxBack  = 10   // screens that 0 leads back through
	maxLoads = 8    // screens that lead on to another while they load; whoever is sent further goes home
	maxPage  = 1000 // more than any screen has
)

// Short lines above a screen that an input did not fit.
const (
	badChoice      = "ussd.bad_choice"
	badChoiceAgain = "ussd.bad_choice_again" // from the third in a row on: offers SMS
	wrongTwice     = 2
)

// effectLanguage is the effect of the key 99.
const effectLanguage = "language"

// Begin is a new session: on no screen yet, with the effect that decides where it begins. Where the flow has none the
// walk is at home.
func (f *Flow) Begin() (bot.Walk, Effect) { return f.follow(bot.Walk{}, &f.Start, "") }

// Step takes an input. Where nothing is to be done the walk can be shown; else the effect is done, and Settle goes on. A
// walk on a screen that the flow does not have goes home. On a last screen every input shows it again.
func (f *Flow) Step(w bot.Walk, input string) (bot.Walk, Effect) {
	w = clone(w)
	s := f.byID[w.Screen]
	if s == nil {
		return f.goHome(w)
	}
	wrong := w.Wrong
	w.Error = ""
	input = strings.TrimSpace(input)
	if s.End || input == "" {
		return w, Effect{}
	}
	w.Wrong = 0
	switch input {
	case keyBack:
		return f.goBack(w)
	case KeyHome:
		return f.goHome(w)
	case keyNext:
		w.Page = min(w.Page, maxPage) + 1
		return w, Effect{}
	case keyLanguage:
		return w, Effect{Name: effectLanguage, from: origin{kind: fromKey}}
	}
	if l, ok := lineOf(s, w, input); ok {
		return f.follow(w, l.target, l.id)
	}
	if s.Code != nil && IsCode(input) {
		return f.follow(w, s.Code, input)
	}
	if s.Input != nil {
		return f.follow(w, s.Input, input)
	}
	w.Wrong = wrong + 1
	w.Error = badChoice
	if w.Wrong > wrongTwice {
		w.Error = badChoiceAgain
	}
	return w, Effect{}
}

// Settle goes on after an effect of Begin, Step or Settle was done. There may be a further one: a screen's own, which
// loads it. There are only so many in a row.
func (f *Flow) Settle(w bot.Walk, e Effect, r Result) (bot.Walk, Effect) {
	w = clone(w)
	if r.Error != "" {
		w.Error = r.Error
	}
	apply(&w.Values, r.Values, func(v string) bool { return v != "" })
	apply(&w.Lists, r.Lists, func(l []bot.Item) bool { return len(l) > 0 })
	switch e.from.kind {
	case fromTarget:
		return f.enter(w, outcome(e.from.at, r.Outcome), 0, true)
	case fromLoad:
		if to := e.from.at.Else[r.Outcome]; r.Outcome != "" && to != "" && to != Stay {
			return f.enter(w, to, e.from.loads, false)
		}
		return w, Effect{}
	default:
		return f.enter(w, w.Screen, 0, false)
	}
}

// Ends tells whether the walk stands on a last screen.
func (f *Flow) Ends(w bot.Walk) bool {
	s := f.byID[w.Screen]
	return s != nil && s.End
}

// TakesText tells whether the walk's screen takes what is typed.
func (f *Flow) TakesText(w bot.Walk) bool {
	s := f.byID[w.Screen]
	return s != nil && s.Input != nil
}

// IsCode tells whether an input is a code as Screen.Code takes it: four plain digits.
func IsCode(input string) bool {
	return len(input) == bot.EnrolDigits && strings.Trim(input, "0123456789") == ""
}

// apply puts what came into what there is, of which w holds no other reference; what is not worth keeping goes.
func apply[V any](into *map[string]V, from map[string]V, keep func(V) bool) {
	for name, v := range from {
		if !keep(v) {
			delete(*into, name)
			continue
		}
		if *into == nil {
			*into = map[string]V{}
		}
		(*into)[name] = v
	}
}

// outcome is the screen where a target goes on.
func outcome(t *Target, o string) string {
	if to := t.Else[o]; o != "" && to != "" {
		return to
	}
	return t.To
}

// follow goes where a target leads, or asks for its effect first.
func (f *Flow) follow(w bot.Walk, t *Target, input string) (bot.Walk, Effect) {
	if t.Run == "" {
		return f.enter(w, t.To, 0, true)
	}
	return w, Effect{Name: t.Run, With: t.With, Input: input, from: origin{kind: fromTarget, at: t}}
}

// enter goes to a screen and asks for what loads it. With remember, 0 leads back to the screen that is left, unless it is
// the same; a last screen is never left. Loads are those in a row before this one.
func (f *Flow) enter(w bot.Walk, id string, loads int, remember bool) (bot.Walk, Effect) {
	w.Page = 0
	if id == Stay && f.byID[w.Screen] != nil {
		return w, Effect{}
	}
	s := f.byID[id]
	if s == nil || loads > maxLoads {
		s = f.byID[f.Home()]
	}
	if left := f.byID[w.Screen]; remember && left != nil {
		w.Back = append(w.Back, left.ID)
	}
	w.Screen = s.ID
	if s.ID == f.Home() || s.Done {
		w.Back = nil
	}
	for len(w.Back) > 0 && w.Back[len(w.Back)-1] == s.ID {
		w.Back = w.Back[:len(w.Back)-1]
	}
	if len(w.Back) > maxBack {
		w.Back = slices.Clone(w.Back[len(w.Back)-maxBack:])
	}
	if s.Load == nil || s.Load.Run == "" || loads > maxLoads {
		return w, Effect{}
	}
	return w, Effect{Name: s.Load.Run, With: s.Load.With, from: origin{kind: fromLoad, at: s.Load, loads: loads + 1}}
}

// goBack goes to the page before, else to the screen before, else home.
func (f *Flow) goBack(w bot.Walk) (bot.Walk, Effect) {
	switch {
	case w.Page > 0:
		w.Page--
		return w, Effect{}
	case w.Screen == f.Home():
		return w, Effect{}
	case len(w.Back) == 0:
		return f.goHome(w)
	}
	last := len(w.Back) - 1
	to := w.Back[last]
	w.Back = w.Back[:last]
	return f.enter(w, to, 0, false)
}

// goHome forgets what was chosen on the way.
func (f *Flow) goHome(w bot.Walk) (bot.Walk, Effect) {
	return f.enter(bot.Walk{}, f.Home(), 0, false)
}

// line is what can be chosen by a number.
type line struct {
	label  string // of a list's line, in right spelling
	key    string // of a fixed line's label
	id     string // of a list's line
	target *Target
}

// linesOf are the lines of a screen as the walk sees it; the first has number 1.
func linesOf(s *Screen, w bot.Walk) []line {
	var lines []line
	if s.List != nil {
		for _, item := range w.Lists[s.List.From] {
			lines = append(lines, line{label: item.Label, id: item.ID, target: &s.List.Pick})
		}
	}
	var fixed []line
	for i := range s.Choices {
		c := &s.Choices[i]
		if c.If == "" || w.Values[c.If] != "" {
			fixed = append(fixed, line{key: c.Label, target: &c.Target})
		}
	}
	// A list that is too long gives way: what stands in the flow is what people are told about.
	lines = lines[:min(len(lines), max(0, maxLines-len(fixed)))]
	lines = append(lines, fixed...)
	return lines[:min(len(lines), maxLines)]
}

// lineOf is the line whose number was typed, in plain digits: 01 is no number.
func lineOf(s *Screen, w bot.Walk, input string) (line, bool) {
	if len(input) > 2 || input[0] < '1' {
		return line{}, false
	}
	n := 0
	for _, c := range []byte(input) {
		if c < '0' || c > '9' {
			return line{}, false
		}
		n = n*10 + int(c-'0')
	}
	lines := linesOf(s, w)
	if n > len(lines) {
		return line{}, false
	}
	return lines[n-1], true
}

// clone is a walk whose slices and maps can be written.
func clone(w bot.Walk) bot.Walk {
	w.Back = slices.Clone(w.Back)
	w.Values = maps.Clone(w.Values)
	w.Lists = maps.Clone(w.Lists) // the lists themselves are replaced, never written
	return w
}
