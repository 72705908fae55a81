package flows_test

import (
	"fmt"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/flows"
	"tinye/locales"
)

var (
	anyWord = rapid.StringOfN(rapid.RuneFrom([]rune("aeiou mnt,:'«éɛɔŋçÇ€[😀ߒ\u0301\u00a0\n\r\t")), 1, 60, -1)
	anyKey  = rapid.SampledFrom([]string{"0", "00", "98", "99", "", "1", "2", "3", "4", "5", "6", "7", "12", "01", "a", "mopti", "999999999999999999999"})
	anyMode = rapid.SampledFrom([]sms.Mode{sms.GSMAccent, sms.ASCII, sms.Official})
)

// anyLook is a site's and a reader's.
func anyLook(rt *rapid.T, c *locales.Catalog) flows.Look {
	lang := rapid.SampledFrom(c.Languages()).Draw(rt, "lang")
	return flows.Look{
		Texts: c.Printer(locales.Policy{Values: c.Longest(lang), AllowUnreviewed: c.Languages()}),
		Lang:  lang, Wire: anyMode.Draw(rt, "wire"), Budget: rapid.IntRange(120, sms.USSDSeptets).Draw(rt, "budget"),
		Other: rapid.SampledFrom([]string{"", "Bamanankan", "Français"}).Draw(rt, "other"),
	}
}

// anyResult is something that an effect may come to, and sometimes something that it may not.
func anyResult(rt *rapid.T, e flows.Effect) flows.Result {
	var spec flows.Spec
	for _, s := range flows.Specs() {
		if s.Name == e.Name {
			spec = s
		}
	}
	r := flows.Result{
		Outcome: rapid.SampledFrom(append([]string{"", "", "never heard of"}, spec.Outcomes...)).Draw(rt, "outcome"),
		Error:   rapid.SampledFrom(append([]string{""}, spec.Errors...)).Draw(rt, "error"),
		Values:  map[string]string{}, Lists: map[string][]bot.Item{},
	}
	for _, name := range spec.Values {
		r.Values[name] = rapid.OneOf(rapid.Just(""), anyWord).Draw(rt, name)
	}
	for _, name := range spec.Lists {
		for i, label := range rapid.SliceOfN(anyWord, 0, 30).Draw(rt, name) {
			r.Lists[name] = append(r.Lists[name], bot.Item{ID: strconv.Itoa(i), Label: label})
		}
	}
	return r
}

func TestAnyWalkStaysInItsFlow(t *testing.T) {
	f, c := youth(t)
	rapid.Check(t, func(rt *rapid.T) {
		l := anyLook(rt, c)
		w, e := f.Begin()
		for range rapid.IntRange(1, 25).Draw(rt, "hops") {
			for n := 0; !e.IsZero(); n++ {
				if n > 10 {
					rt.Fatalf("effects without end on %v", w)
				}
				before := copied(w)
				next, further := f.Settle(w, e, anyResult(rt, e))
				if !reflect.DeepEqual(w, before) {
					rt.Fatalf("Settle changed the walk that it was given: %v", w)
				}
				w, e = next, further
			}
			if f.Screen(w.Screen) == nil {
				rt.Fatalf("stands on no screen: %+v", w)
			}
			if len(w.Back) > 10 || slices.ContainsFunc(w.Back, func(id string) bool { return f.Screen(id) == nil || f.Screen(id).End }) {
				rt.Fatalf("0 leads back through %v", w.Back)
			}
			if w.Screen == f.Home() && len(w.Back) > 0 {
				rt.Fatalf("home has %v behind it", w.Back)
			}
			if f.Ends(w) != f.Screen(w.Screen).End {
				rt.Fatalf("%s ends: %v", w.Screen, f.Ends(w))
			}
			page := f.Render(w, l)
			if !sms.FitsUSSD(page.Text, l.Budget) || page.Text == "" {
				rt.Fatalf("%s on %d septets: %q", w.Screen, l.Budget, page.Text)
			}
			if page.Number < 0 || page.Number >= page.Of || f.Ends(w) && page.Of != 1 {
				rt.Fatalf("%s: page %d of %d", w.Screen, page.Number, page.Of)
			}
			w.Page = page.Number
			before := copied(w)
			next, asked := f.Step(w, anyKey.Draw(rt, "input"))
			if !reflect.DeepEqual(w, before) {
				rt.Fatalf("Step changed the walk that it was given: %v", w)
			}
			w, e = next, asked
		}
	})
}

// squeezed is a text without spaces: where pages break is of no interest.
func squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// All that a screen says is on its pages, in order and once; 98 turns them all, 0 turns them back, and a number means the
// same on each.
func TestPagesOfAnyScreen(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		body := strings.Repeat(strings.NewReplacer("{", "", "}", "").Replace(anyWord.Draw(rt, "body")), rapid.IntRange(1, 10).Draw(rt, "times"))
		c := catalogue(t, map[string]string{"ussd.pick": "x" + body})
		f := parse(t, small)
		l := anyLook(rt, c)
		w := bot.Walk{Screen: "pick", Back: []string{"home"}, Lists: map[string][]bot.Item{}}
		want := sms.Wire("x"+body, l.Wire)
		labels := rapid.SliceOfN(anyWord, 0, 40).Draw(rt, "labels")
		for i, label := range labels {
			w.Lists["things"] = append(w.Lists["things"], bot.Item{ID: strconv.Itoa(i), Label: label})
			want += sms.Wire(fmt.Sprintf("%d %s", i+1, label), l.Wire)
		}
		want += strconv.Itoa(len(labels)+1) + "Un"

		var said strings.Builder
		for n := 0; ; n++ {
			page := f.Render(w, l)
			if page.Number != n || w.Page != n {
				rt.Fatalf("98 leads to page %d of %d, want %d", page.Number, page.Of, n)
			}
			if !sms.FitsUSSD(page.Text, l.Budget) {
				rt.Fatalf("over %d septets: %q", l.Budget, page.Text)
			}
			keys := "\n0 Retour"
			if n < page.Of-1 {
				keys += "\n98 Suite"
			}
			shown, ok := strings.CutSuffix(page.Text, keys)
			if !ok {
				rt.Fatalf("page %d of %d has not the keys %q: %q", n, page.Of, keys, page.Text)
			}
			said.WriteString(shown)
			for number := range len(labels) + 1 {
				_, e := f.Step(w, strconv.Itoa(number+1))
				if number < len(labels) && e.Input != strconv.Itoa(number) || number == len(labels) && !e.IsZero() {
					rt.Fatalf("%d on page %d takes %q", number+1, n, e.Input)
				}
			}
			if n == page.Of-1 {
				break
			}
			w, _ = f.Step(w, "98")
		}
		if squeezed(said.String()) != squeezed(want) {
			rt.Fatalf("the pages say\n%q\nwant\n%q", squeezed(said.String()), squeezed(want))
		}
		for n := w.Page; n > 0; n-- {
			if w, _ = f.Step(w, "0"); w.Page != n-1 || w.Screen != "pick" {
				rt.Fatalf("0 on page %d leads to page %d of %s", n, w.Page, w.Screen)
			}
		}
		if w, _ = f.Step(w, "0"); w.Screen != "home" {
			rt.Fatalf("0 on the first page leads to %s", w.Screen)
		}
	})
}

// Nobody who writes a flow can make a hop panic or run on, whatever the file says.
func FuzzParse(f *testing.F) {
	f.Add([]byte(small), "1 98 2 0")
	for _, odd := range []string{
		`{"name":"a","start":{"to":"a"},"screens":[{"id":"a","text":"ussd.one"}]}`,
		`{"name":"a","start":{"run":"begin","to":"a"},"screens":[{"id":"a","text":"","list":{"from":"x","pick":{"to":"b"}},"choices":[{"label":"","to":"."}],"load":{"run":"","to":"a"}}]}`,
		`{"name":"a","start":{"to":"a","else":{"":"b"}},"screens":[{"id":"a","text":"ussd.told","load":{"run":"x","else":{"none":"a"}},"end":true,"input":{"to":"nowhere"}},{"id":"a","text":"x"}]}`,
	} {
		f.Add([]byte(odd), "1 0 00 98 99 x")
	}
	if youth, err := os.ReadFile("data/youth.json"); err == nil {
		f.Add(youth, "1 1 1 rumeur")
	} else {
		f.Fatal(err)
	}
	c := catalogue(f, nil)
	f.Fuzz(func(t *testing.T, data []byte, inputs string) {
		flow, err := flows.Parse(data)
		if err != nil {
			return
		}
		flows.Lint(flow, c)
		flows.Graph(flow)
		_, _ = flows.Paths(flow, c)
		l := look(c, 120)
		w, e := flow.Begin()
		for n, input := range append([]string{""}, strings.Fields(inputs)...) {
			if n > 0 {
				w, e = flow.Step(w, input)
			}
			for k := 0; !e.IsZero(); k++ {
				if k > 10 {
					t.Fatal("effects without end")
				}
				r := flows.Result{Lists: map[string][]bot.Item{"things": items("a", long)}}
				if k%2 == 1 {
					r.Outcome = "none"
				}
				w, e = flow.Settle(w, e, r)
			}
			if flow.Screen(w.Screen) == nil {
				t.Fatalf("stands on no screen: %+v", w)
			}
			if page := flow.Render(w, l); !sms.FitsUSSD(page.Text, 120) {
				t.Fatalf("over its page: %q", page.Text)
			}
		}
	})
}
