package flows_test

import (
	"fmt"
	"math"
	"reflect"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/flows"
)

// caller walks through a flow; what effects come to is told beforehand.
type caller struct {
	t       testing.TB
	flow    *flows.Flow
	walk    bot.Walk
	results map[string]flows.Result // by an effect's name
	done    []string                // effects since the last input: name, with, input
}

func (c *caller) dial() *caller {
	w, e := c.flow.Begin()
	return c.settle(w, e)
}

func (c *caller) press(inputs ...string) *caller {
	for _, input := range inputs {
		c.done = nil
		before := copied(c.walk)
		w, e := c.flow.Step(c.walk, input)
		if !reflect.DeepEqual(c.walk, before) {
			c.t.Fatalf("Step(%q) changed the walk it was given: %v, was %v", input, c.walk, before)
		}
		c.settle(w, e)
	}
	return c
}

func (c *caller) settle(w bot.Walk, e flows.Effect) *caller {
	for n := 0; !e.IsZero(); n++ {
		if n > 12 {
			c.t.Fatalf("effects without end: %v", c.done)
		}
		c.done = append(c.done, strings.TrimSpace(strings.Join([]string{e.Name, e.With, e.Input}, " ")))
		before := copied(w)
		next, further := c.flow.Settle(w, e, c.results[e.Name])
		if !reflect.DeepEqual(w, before) {
			c.t.Fatalf("Settle(%s) changed the walk it was given: %v, was %v", e.Name, w, before)
		}
		w, e = next, further
	}
	c.walk = w
	return c
}

// copied is a walk that shares nothing with w.
func copied(w bot.Walk) bot.Walk {
	w.Back = slices.Clone(w.Back)
	if w.Values != nil {
		values := map[string]string{}
		for k, v := range w.Values {
			values[k] = v
		}
		w.Values = values
	}
	if w.Lists != nil {
		lists := map[string][]bot.Item{}
		for k, v := range w.Lists {
			lists[k] = slices.Clone(v)
		}
		w.Lists = lists
	}
	return w
}

// String is where the caller stands: screen, page, the line above it, the screens that 0 leads to.
func (c *caller) String() string {
	s := c.walk.Screen
	if c.walk.Page > 0 {
		s += fmt.Sprintf(" page %d", c.walk.Page)
	}
	if c.walk.Error != "" {
		s += " !" + strings.TrimPrefix(c.walk.Error, "ussd.")
	}
	if len(c.walk.Back) > 0 {
		s += " <" + strings.Join(c.walk.Back, ",")
	}
	return s
}

func items(labels ...string) []bot.Item {
	var list []bot.Item
	for _, l := range labels {
		list = append(list, bot.Item{ID: "id-" + l, Label: l})
	}
	return list
}

// filled is a list of two on the screen pick.
func filled(r flows.Result) flows.Result {
	r.Lists = map[string][]bot.Item{"things": items("a", "b")}
	return r
}

// Four digits are taken by the screen that says so, before what takes any text; three and five are not.
func TestCodeOfFourDigits(t *testing.T) {
	f, err := flows.Parse([]byte(`{"name": "codes", "start": {"to": "home"}, "screens": [
		{"id": "home", "text": "x", "choices": [{"label": "y", "to": "plain"}],
			"code": {"run": "enrol_code", "to": "plain", "else": {"unknown": "unknown"}}, "input": {"run": "search", "to": "text"}},
		{"id": "plain", "text": "x"}, {"id": "unknown", "text": "x"}, {"id": "text", "text": "x"}]}`))
	if err != nil {
		t.Fatal(err)
	}
	for input, want := range map[string]string{
		"4731": "plain <home|enrol_code  4731", "473": "text <home|search  473", "47310": "text <home|search  47310",
		"473a": "text <home|search  473a", "1": "plain <home|", "９９９９": "text <home|search  ９９９９",
	} {
		c := (&caller{t: t, flow: f}).dial().press(input)
		if got := c.String() + "|" + strings.Join(c.done, ","); got != want {
			t.Errorf("%s: %s, want %s", input, got, want)
		}
	}
	c := (&caller{t: t, flow: f, results: map[string]flows.Result{"enrol_code": {Outcome: "unknown"}}}).dial().press("9999")
	if c.String() != "unknown <home" {
		t.Errorf("an unknown code: %s", c)
	}
}

func TestStep(t *testing.T) {
	twelve := flows.Result{Lists: map[string][]bot.Item{"things": items("a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l")}}
	full := map[string]flows.Result{"fill": filled(flows.Result{})}
	for _, tc := range []struct {
		why     string
		results map[string]flows.Result
		inputs  string // with spaces between; _ is a space that was typed, - an empty input
		want    string
		done    string // effects of the last input
	}{
		{"dialling", nil, "", "home", "open"},
		{"dialling with a draft", map[string]flows.Result{"open": {Outcome: "draft"}}, "", "resume", "open"},
		{"an outcome that the flow does not name goes to To", map[string]flows.Result{"open": {Outcome: "strange"}}, "", "home", "open"},

		{"a fixed line", nil, "2", "words <home", ""},
		{"a line with an effect", nil, "3", "plain <home", "note x"},
		{"spaces around it", nil, "_2_", "words <home", ""},
		{"a screen that loads", full, "1", "pick <home", "fill"},
		{"a line of a list", full, "1 2", "words <home,pick", "take  id-b"},
		{"a fixed line behind the list", full, "1 3", "told <home,pick", ""},
		{"a line on a page not shown", map[string]flows.Result{"fill": twelve}, "1 12", "words <home,pick", "take  id-l"},
		{"a line of the first page from the third", map[string]flows.Result{"fill": twelve}, "1 98 98 1", "words <home,pick", "take  id-a"},
		{"the line of a value that is not set", nil, "4", "home !bad_choice", ""},
		{"the line of a value that is set", map[string]flows.Result{"open": {Values: map[string]string{"staff": "1"}}}, "3", "plain <home", ""},
		{"the numbers behind it", map[string]flows.Result{"open": {Values: map[string]string{"staff": "1"}}}, "4", "plain <home", "note x"},
		{"an empty value is none", map[string]flows.Result{"open": {Values: map[string]string{"staff": ""}}}, "3", "plain <home", "note x"},
		{"an empty list", nil, "1 1", "told <home,pick", ""},

		{"a number that there is not", full, "1 4", "pick !bad_choice <home", ""},
		{"no number", full, "1 abc", "pick !bad_choice <home", ""},
		{"01 is not 1", nil, "01", "home !bad_choice", ""},
		{"+1 is not 1", nil, "+1", "home !bad_choice", ""},
		{"000 is no key", nil, "000", "home !bad_choice", ""},
		{"a number that overflows to 1", nil, "18446744073709551617", "home !bad_choice", ""},
		{"digits of another script", nil, "١", "home !bad_choice", ""},
		{"a wrong input twice", nil, "7 7", "home !bad_choice", ""},
		{"a wrong input three times", nil, "7 7 7", "home !bad_choice_again", ""},
		{"and again", nil, "7 7 7 7", "home !bad_choice_again", ""},
		{"a right one between", nil, "7 7 2 0 7", "home !bad_choice", ""},
		{"an empty one between", nil, "7 7 - 7", "home !bad_choice_again", ""},
		{"an empty one after a wrong one", nil, "7 -", "home", ""},
		{"wrong on the second page stays there", map[string]flows.Result{"fill": twelve}, "1 98 77", "pick page 1 !bad_choice <home", ""},
		{"wrong on a screen that only tells", nil, "3 5", "plain !bad_choice <home", ""},

		{"what is typed", nil, "2 une_rumeur", "told <home,words", "keep  une rumeur"},
		{"a number of no line is typed", nil, "2 5", "told <home,words", "keep  5"},
		{"a line goes before what is typed", nil, "2 1", "told <home,words", ""},
		{"nothing leads on from a last screen", nil, "2 1 1", "told <home,words", ""},
		{"not even the keys", nil, "2 1 0 00 99 98", "told <home,words", ""},
		{"staying shows the first page", map[string]flows.Result{"keep": {Outcome: "short", Error: "ussd.too_short"}}, "2 98 ab", "words !too_short <home", "keep  ab"},
		{"the line of an effect goes with the next input", map[string]flows.Result{"keep": {Outcome: "short", Error: "ussd.too_short"}}, "2 ab 98", "words page 1 <home", ""},
		{"staying does not load again", map[string]flows.Result{"fill": twelve, "take": {Outcome: "more"}}, "1 98 7", "pick <home", "take  id-g"},

		{"0 goes back, and loads", full, "1 1 0", "pick <home", "fill"},
		{"0 twice", full, "1 1 0 0", "home", ""},
		{"0 at home", nil, "0", "home", ""},
		{"0 goes a page back first", map[string]flows.Result{"fill": twelve}, "1 98 98 0", "pick page 1 <home", ""},
		{"0 on the start's other screen", map[string]flows.Result{"open": {Outcome: "draft"}}, "0", "home", ""},
		{"0 from behind the start's other screen", map[string]flows.Result{"open": {Outcome: "draft"}}, "1 0", "resume", ""},
		{"00 goes home", full, "1 1 00", "home", ""},
		{"00 at home", nil, "98 00", "home", ""},
		{"98", nil, "98", "home page 1", ""},
		{"98 clears the line above", nil, "7 98", "home page 1", ""},
		{"99", nil, "99", "home", "language"},
		{"99 loads the screen again", full, "1 98 99", "pick <home", "language, fill"},

		{"a load that leads on", map[string]flows.Result{"fill": {Outcome: "none"}}, "1", "empty <home", "fill"},
		{"the screen that led on is not on the way back", map[string]flows.Result{"fill": {Outcome: "none"}}, "1 0", "home", ""},
		{"a load that leads to its own screen", map[string]flows.Result{"fill": filled(flows.Result{Outcome: "same"})}, "1", "pick <home", "fill"},
		{"a load that says something", map[string]flows.Result{"fill": filled(flows.Result{Error: "ussd.too_short"})}, "1", "pick !too_short <home", "fill"},
		{"the line of an effect stays over a load", map[string]flows.Result{"note": {Error: "ussd.too_short"}}, "3", "plain !too_short <home", "note x"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			c := (&caller{t: t, flow: parse(t, small), results: tc.results}).dial()
			for _, input := range strings.Fields(tc.inputs) {
				c.press(strings.ReplaceAll(strings.Trim(input, "-"), "_", " "))
			}
			if c.String() != tc.want {
				t.Errorf("stands on %q, want %q", c, tc.want)
			}
			if done := strings.Join(c.done, ", "); done != tc.done {
				t.Errorf("had done %q, want %q", done, tc.done)
			}
		})
	}
}

// An effect that went as it should goes to To, whatever else a file says of it.
func TestNoOutcomeIsNoneOfTheOthers(t *testing.T) {
	const odd = `{"name": "odd", "start": {"to": "home"}, "screens": [
	  {"id": "home", "text": "ussd.home", "load": {"run": "look", "else": {"": "b"}},
	    "choices": [{"label": "ussd.one", "run": "do", "to": "a", "else": {"": "b"}}]},
	  {"id": "a", "text": "ussd.one"}, {"id": "b", "text": "ussd.two"}]}`
	c := (&caller{t: t, flow: parse(t, odd)}).dial()
	if c.String() != "home" {
		t.Errorf("dialling leads to %v", c)
	}
	if c.press("1"); c.String() != "a <home" {
		t.Errorf("1 leads to %v", c)
	}
}

func TestHomeForgetsWhatWasChosen(t *testing.T) {
	full := map[string]flows.Result{
		"open": {Values: map[string]string{"staff": "1"}},
		"fill": {Lists: map[string][]bot.Item{"things": items("a")}, Values: map[string]string{"region": "x"}},
	}
	c := (&caller{t: t, flow: parse(t, small), results: full}).dial().press("1", "00")
	if len(c.walk.Values)+len(c.walk.Lists)+len(c.walk.Back) > 0 || c.walk.Wrong != 0 {
		t.Errorf("00 leaves %+v", c.walk)
	}
}

func TestResultsReplaceWhatWasThere(t *testing.T) {
	c := (&caller{t: t, flow: parse(t, small), results: map[string]flows.Result{
		"fill": {Values: map[string]string{"a": "1", "b": "2"}, Lists: map[string][]bot.Item{"things": items("a"), "more": items("b")}},
	}}).dial().press("1")
	c.results = map[string]flows.Result{
		"fill": {Values: map[string]string{"a": "", "c": "3"}, Lists: map[string][]bot.Item{"more": nil}},
	}
	c.press("99")
	if want := map[string]string{"b": "2", "c": "3"}; !reflect.DeepEqual(c.walk.Values, want) {
		t.Errorf("values %v, want %v", c.walk.Values, want)
	}
	if want := map[string][]bot.Item{"things": items("a")}; !reflect.DeepEqual(c.walk.Lists, want) {
		t.Errorf("lists %v, want %v", c.walk.Lists, want)
	}
}

// A flow may have changed since a session began, and what is stored may be of any kind.
func TestAWalkThatTheFlowDoesNotKnowGoesHome(t *testing.T) {
	f := parse(t, small)
	for _, w := range []bot.Walk{
		{}, {Screen: "gone"}, {Screen: "gone", Back: []string{"pick"}, Page: 3, Wrong: 2, Error: "ussd.bad_choice"},
		{Screen: "plain", Back: []string{"gone"}},
	} {
		c := (&caller{t: t, flow: f, walk: w}).press("0")
		if c.String() != "home" {
			t.Errorf("from %+v to %q, want home", w, c)
		}
	}
	if page := f.Render(bot.Walk{Screen: "gone"}, look(catalogue(t, nil), 160)); !strings.HasPrefix(page.Text, "Bonjour\n1 Un") {
		t.Errorf("a screen that is gone shows %q", page.Text)
	}
}

// Whoever goes round and round can go back ten screens, and comes home behind them.
func TestBackIsTenDeep(t *testing.T) {
	const ring = `{"name": "ring", "start": {"to": "home"}, "screens": [
	  {"id": "home", "text": "ussd.home", "choices": [{"label": "ussd.one", "to": "a"}]},
	  {"id": "a", "text": "ussd.one", "choices": [{"label": "ussd.one", "to": "b"}]},
	  {"id": "b", "text": "ussd.two", "choices": [{"label": "ussd.one", "to": "c"}]},
	  {"id": "c", "text": "ussd.three", "choices": [{"label": "ussd.one", "to": "a"}]}]}`
	c := (&caller{t: t, flow: parse(t, ring)}).dial()
	for range 31 {
		c.press("1")
	}
	if len(c.walk.Back) != 10 || c.walk.Screen != "a" {
		t.Fatalf("stands on %v", c)
	}
	for range 10 {
		c.press("0")
	}
	if c.walk.Screen != "c" { // a, ten screens before: c b a c b a c b a c
		t.Errorf("ten times back is %v", c)
	}
	if c.press("0"); c.walk.Screen != "home" {
		t.Errorf("eleven times back is %v", c)
	}
}

func TestBackIsNeverTheSameScreen(t *testing.T) {
	const again = `{"name": "again", "start": {"to": "home"}, "screens": [
	  {"id": "home", "text": "ussd.home", "choices": [{"label": "ussd.one", "to": "a"}]},
	  {"id": "a", "text": "ussd.one", "choices": [{"label": "ussd.one", "to": "a"}, {"label": "ussd.two", "to": "b"}]},
	  {"id": "b", "text": "ussd.two", "load": {"run": "go", "else": {"on": "a"}}}]}`
	c := (&caller{t: t, flow: parse(t, again), results: map[string]flows.Result{"go": {Outcome: "on"}}}).dial()
	if c.press("1", "1", "2"); c.String() != "a <home" {
		t.Errorf("round and round leads to %v", c)
	}
}

// Two walks that go on from the same one share nothing.
func TestWalksGoApart(t *testing.T) {
	f := parse(t, small)
	deep := bot.Walk{Screen: "pick", Back: append(make([]string, 0, 8), "home"), Lists: map[string][]bot.Item{"things": items("a")}}
	told, _ := f.Step(deep, "2")
	other, _ := f.Step(bot.Walk{Screen: "words", Back: deep.Back}, "1")
	if got := (&caller{walk: told}).String(); got != "told <home,pick" {
		t.Errorf("%v after another walk went to %v", got, (&caller{walk: other}))
	}
}

func TestPagesDoNotOverflow(t *testing.T) {
	if w, _ := parse(t, small).Step(bot.Walk{Screen: "plain", Page: math.MaxInt}, "98"); w.Page < 1 {
		t.Errorf("98 leads to page %d", w.Page)
	}
}

func TestScreensThatLeadOnInARingEndAtHome(t *testing.T) {
	const ring = `{"name": "ring", "start": {"to": "home"}, "screens": [
	  {"id": "home", "text": "ussd.home", "load": {"run": "go", "else": {"on": "a"}}, "choices": [{"label": "ussd.one", "to": "a"}]},
	  {"id": "a", "text": "ussd.one", "load": {"run": "go", "else": {"on": "b"}}},
	  {"id": "b", "text": "ussd.two", "load": {"run": "go", "else": {"on": "a"}}}]}`
	c := (&caller{t: t, flow: parse(t, ring), results: map[string]flows.Result{"go": {Outcome: "on"}}}).dial()
	if c.String() != "home" {
		t.Errorf("dialling leads to %v after %v", c, c.done)
	}
	if c.press("1"); c.String() != "home" {
		t.Errorf("1 leads to %v after %v", c, c.done)
	}
}

// A list of more lines than there are numbers below the keys is cut, and its screen's fixed lines stay.
func TestKeysAreNoNumbersOfLines(t *testing.T) {
	var long []string
	for i := range 150 {
		long = append(long, fmt.Sprintf("lieu%d", i))
	}
	results := map[string]flows.Result{"fill": {Lists: map[string][]bot.Item{"things": items(long...)}}}
	c := (&caller{t: t, flow: parse(t, small), results: results}).dial().press("1", "98")
	if c.String() != "pick page 1 <home" {
		t.Fatalf("98 leads to %v", c)
	}
	if c.press("96"); c.String() != "words <home,pick" || c.done[0] != "take  id-lieu95" {
		t.Errorf("96 leads to %v with %v", c, c.done)
	}
	if c.press("0", "97"); c.String() != "told <home,pick" {
		t.Errorf("97 leads to %v, want the fixed line", c)
	}
}

func TestWhatAWalkStandsOn(t *testing.T) {
	f := parse(t, small)
	for screen, want := range map[string]struct{ ends, text bool }{
		"home": {}, "words": {text: true}, "told": {ends: true}, "gone": {}, "": {},
	} {
		w := bot.Walk{Screen: screen}
		if f.Ends(w) != want.ends || f.TakesText(w) != want.text {
			t.Errorf("%q ends: %v, takes text: %v", screen, f.Ends(w), f.TakesText(w))
		}
	}
	if f.Home() != "home" || f.Screen("pick") == nil || f.Screen("gone") != nil {
		t.Error("screens are not found by their id")
	}
}

// A report takes five inputs at most from each place of the site, and two more from anywhere else (dialogues §3).
func TestInputsOfAReport(t *testing.T) {
	f, _ := youth(t)
	places := map[string]flows.Result{
		"places":      {Lists: map[string][]bot.Item{"places": items("1", "2", "3", "4", "Ailleurs")}},
		"regions":     {Lists: map[string][]bot.Item{"regions": items("x", "y")}},
		"pick_region": {Outcome: "cercles"},
		"cercles":     {Lists: map[string][]bot.Item{"cercles": items("x", "y")}},
	}
	for place := '1'; place <= '4'; place++ {
		inputs := []string{"1", string(place), "2", "une rumeur"}
		c := (&caller{t: t, flow: f, results: places}).dial().press(inputs...)
		if c.walk.Screen != "told" || !f.Ends(c.walk) || len(inputs) > 5 {
			t.Errorf("place %c: after %d inputs on %v", place, len(inputs), c)
		}
	}
	places["pick_place"] = flows.Result{Outcome: "elsewhere"}
	inputs := []string{"1", "5", "2", "1", "2", "une rumeur"}
	c := (&caller{t: t, flow: f, results: places}).dial().press(inputs...)
	if c.walk.Screen != "told" || len(inputs) > 5+2 {
		t.Errorf("elsewhere: after %d inputs on %v", len(inputs), c)
	}
	// Letters find a place that is not on the first page, one input more at most for each list.
	places["find_region"] = flows.Result{Outcome: "some", Lists: map[string][]bot.Item{"regions": items("mopti", "ménaka")}}
	if c := (&caller{t: t, flow: f, results: places}).dial().press("1", "5", "m", "2"); c.walk.Screen != "cercle" || c.done[0] != "pick_region  id-ménaka" {
		t.Errorf("by letters: on %v with %v", c, c.done)
	}
}
