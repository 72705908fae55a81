package flows_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"tinye/flows"
)

// sound is a flow without a fault; its effects are those of hotline.
const sound = `{
  "name": "sound", "start": {"run": "begin", "to": "home", "else": {"age": "words", "agent": "words", "draft": "words", "desk": "words", "helpful": "words", "consent": "words"}},
  "screens": [
    {"id": "home", "text": "ussd.home", "choices": [
      {"label": "ussd.one", "to": "place"},
      {"label": "ussd.two", "to": "words"},
      {"label": "ussd.three", "to": "plain"}
    ]},
    {"id": "place", "text": "ussd.pick", "load": {"run": "places", "else": {"none": "region"}},
      "list": {"from": "places", "pick": {"run": "pick_place", "to": "theme", "else": {"elsewhere": "region"}}}},
    {"id": "region", "text": "ussd.pick", "load": {"run": "regions"},
      "list": {"from": "regions", "pick": {"run": "pick_region", "to": "theme", "else": {"cercles": "theme"}}},
      "input": {"run": "find_region", "to": "theme", "else": {"cercles": "theme", "some": ".", "none": "."}}},
    {"id": "theme", "text": "ussd.pick", "choices": [{"label": "ussd.one", "run": "pick_theme", "with": "health", "to": "words"}]},
    {"id": "words", "text": "ussd.words", "choices": [{"label": "ussd.one", "run": "by_sms", "to": "plain", "else": {"no_number": "plain"}}],
      "input": {"run": "report", "to": "told", "else": {"alarm": "told", "closed": "told", "danger": "told", "in_menu": "told", "known": "told", "which": "told", "short": ".", "stopped": "told"}}},
    {"id": "plain", "text": "ussd.plain"},
    {"id": "told", "text": "ussd.told", "end": true}
  ]
}`

func TestLint(t *testing.T) {
	for _, tc := range []struct {
		why      string
		from, to string            // in the flow
		texts    map[string]string // changed
		want     string            // "" for no issue
	}{
		{why: "a sound flow"},
		{why: "a screen twice", from: `{"id": "plain",`, to: `{"id": "told", "text": "ussd.told", "end": true}, {"id": "plain",`, want: "told: stands twice"},
		{why: "a screen that nothing leads to", from: `"to": "plain"}
    ]}`, to: `"to": "words"}
    ]}, {"id": "lost", "text": "ussd.plain"}`, want: "lost: nothing leads there"},
		{why: "one that only itself leads to", from: `{"id": "plain",`, to: `{"id": "lost", "text": "ussd.plain", "choices": [{"label": "ussd.one", "to": "lost"}]}, {"id": "plain",`,
			want: "lost: nothing leads there"},
		{why: "a line to no screen", from: `"to": "place"`, to: `"to": "plaec"`, want: `home: line 1 leads to "plaec", which is no screen`},
		{why: "an outcome to no screen", from: `"elsewhere": "region"`, to: `"elsewhere": "regoin"`, want: `place: the list leads to "regoin", which is no screen`},
		{why: "a line without a screen", from: `"label": "ussd.three", "to": "plain"`, to: `"label": "ussd.three"`, want: `home: line 3 leads to "", which is no screen`},
		{why: "a line that does nothing", from: `"label": "ussd.three", "to": "plain"`, to: `"label": "ussd.three", "to": "."`, want: "home: line 3 leads nowhere"},
		{why: "a start that stays", from: `"draft": "words"`, to: `"draft": "."`, want: `the start leads to ".", which is no screen`},
		{why: "no effect of that name", from: `"run": "pick_place"`, to: `"run": "pick_plaec"`, want: `place: the list runs "pick_plaec", which is no effect`},
		{why: "an outcome that the effect has not", from: `"elsewhere": "region"`, to: `"elsewhere": "region", "none": "region"`,
			want: `place: the list names the outcome "none", which pick_place has not`},
		{why: "an outcome that is forgotten", from: `, "short": "."`, to: ``, want: "words: input does not say where the outcome short of report leads"},
		{why: "an outcome of a load that is forgotten", from: `{"run": "places", "else": {"none": "region"}}`, to: `{"run": "places"}`,
			want: "place: load does not say where the outcome none of places leads"},
		{why: "an outcome of the start that is forgotten", from: `"draft": "words", `, to: ``, want: "the start does not say where the outcome draft of begin leads"},
		{why: "an argument forgotten", from: `"with": "health", `, to: ``, want: `theme: line 1 runs pick_theme with "", want one of`},
		{why: "no argument of that name", from: `"with": "health"`, to: `"with": "heatlh"`, want: `theme: line 1 runs pick_theme with "heatlh", want one of`},
		{why: "an argument that nothing takes", from: `"run": "pick_place"`, to: `"run": "pick_place", "with": "x"`, want: `place: the list runs pick_place with "x", want one of`},
		{why: "an argument that need not be", from: `{"run": "report", `, to: `{"run": "report", "with": "protect", `},
		{why: "an argument without an effect", from: `"label": "ussd.three", "to"`, to: `"label": "ussd.three", "with": "x", "to"`, want: "home: line 3 runs no effect but says with or else"},
		{why: "a load that says where to go", from: `{"run": "regions"}`, to: `{"run": "regions", "to": "theme"}`, want: "region: load has a to"},
		{why: "a load without an effect", from: `{"run": "regions"}`, to: `{}`, want: "region: load runs no effect"},
		{why: "a list that nobody fills", from: `"load": {"run": "regions"},`, to: ``, want: "region: the list regions is not filled on every way there"},
		{why: "a line that waits for what nobody sets", from: `"label": "ussd.three",`, to: `"label": "ussd.three", "if": "staff",`,
			want: "home: line 3 waits for the value staff, which no effect of the flow sets"},
		{why: "a line that waits for what somebody sets", from: `"label": "ussd.three",`, to: `"label": "ussd.three", "if": "ref",`},
		{why: "a last screen that leads on", from: `"end": true`, to: `"end": true, "load": {"run": "regions"}`, want: "told: is a last screen and leads on"},
		{why: "a screen without text", from: `"text": "ussd.plain"`, to: `"text": ""`, want: "plain: has no text"},
		{why: "a line without label", from: `"label": "ussd.three"`, to: `"label": ""`, want: "home: line 3 has no label"},
		{why: "screens that lead on in a ring", from: `"load": {"run": "regions"}`, to: `"load": {"run": "places", "else": {"none": "place"}}`,
			want: "place: leads back to itself while it loads: place, region, place"},
		{why: "too many screens in a row that lead on", from: `{"id": "plain", "text": "ussd.plain"}`, to: leadingOn(5), want: "plain: more than 4 screens in a row lead on while they load: plain, p1, p2, p3, p4"},
		{why: "four of them", from: `{"id": "plain", "text": "ussd.plain"}`, to: leadingOn(3)},
		{why: "more fixed lines than numbers", from: `"choices": [{"label": "ussd.one", "run": "pick_theme", "with": "health", "to": "words"}]`,
			to: `"choices": [` + strings.Repeat(`{"label": "ussd.one", "to": "words"},`, 97) + `{"label": "ussd.one", "to": "words"}]`, want: "theme: has 98 fixed lines, may have 97"},

		{why: "a text that there is not", texts: map[string]string{"ussd.plain": ""}, want: "plain: the text ussd.plain is not in the language files"},
		{why: "a label that there is not", texts: map[string]string{"ussd.three": ""}, want: "home: the text ussd.three is not in the language files"},
		{why: "an effect's line that there is not", texts: map[string]string{"ussd.too_short": ""}, want: "words: the text ussd.too_short is not in the language files"},
		{why: "an effect's message that there is not", texts: map[string]string{"sms.answer": ""}, want: "words: the text sms.answer is not in the language files"},
		{why: "a key's text that there is not", texts: map[string]string{"ussd.nav_next": ""}, want: "the text ussd.nav_next is not in the language files"},
		{why: "a message on a screen", from: `"text": "ussd.plain"`, to: `"text": "sms.safe"`, want: "plain: the text sms.safe is for sms, not for ussd"},
		{why: "a text that counts", texts: map[string]string{"ussd.plain": "#{n} fois"}, want: "plain: the text ussd.plain counts something"},
		{why: "a value that is set", texts: map[string]string{"ussd.told": "{ref} {danger}"}},
		{why: "a value that nobody sets", texts: map[string]string{"ussd.plain": "Voilà {answer}"}, want: "plain: the text ussd.plain holds {answer}, which is not set on every way there"},
		{why: "a value that is set on one way of two", from: `"label": "ussd.three", "to": "plain"`, to: `"label": "ussd.three", "to": "told"`,
			want: "told: the text ussd.told holds {ref}, which is not set on every way there"},
		{why: "a value behind home, where all is forgotten", texts: map[string]string{"ussd.home": "{ref}"}, want: "home: the text ussd.home holds {ref}"},
		{why: "a value that the start sets, which 00 forgets", from: `"run": "begin", "to": "home", "else": {"age": "words", "agent": "words", "draft": "words", "desk": "words", "helpful": "words", "consent": "words"}`,
			to: `"run": "read_mine", "to": "home", "else": {"checking": "words"}`, texts: map[string]string{"ussd.home": "{ref}"},
			want: "home: the text ussd.home holds {ref}"},
		{why: "a value that is not set on a later way", from: `"text": "ussd.plain"}`, to: `"text": "ussd.plain", "choices": [{"label": "ussd.one", "to": "told"}]}`,
			want: "told: the text ussd.told holds {ref}, which is not set on every way there"},
		{why: "a list that the screen before loads", from: `"text": "ussd.plain"}`, to: `"text": "ussd.plain", "load": {"run": "regions"}, "choices": [{"label": "ussd.one", "to": "more"}]},
		  {"id": "more", "text": "ussd.plain", "list": {"from": "regions", "pick": {"run": "set_region", "to": "theme"}}}`},
		{why: "an outcome of another argument", from: `"label": "ussd.three", "to": "plain"`, to: `"label": "ussd.three", "run": "consent", "with": "no", "to": "plain"`},
		{why: "an outcome of this argument", from: `"label": "ussd.three", "to": "plain"`, to: `"label": "ussd.three", "run": "consent", "with": "yes", "to": "plain"`,
			want: "home: line 3 does not say where the outcome known of consent leads"},
		{why: "a last screen over a page", texts: map[string]string{"ussd.told": "{service} {ref}: " + strings.Repeat("x", 101)},
			want: "told: is a last screen and does not fit a page of 120 septets in fra, gsm-accent (1 too many)"},
		{why: "a last screen that fills a page", texts: map[string]string{"ussd.told": "{service} {ref}: " + strings.Repeat("x", 100)}},
		{why: "a last screen over a page where accents go", texts: map[string]string{"ussd.told": "{service} {ref}: " + strings.Repeat("x", 98) + "€"},
			want: "120 septets in fra, ascii (1 too many)"},
		{why: "another screen over a page", texts: map[string]string{"ussd.plain": strings.Repeat("mot ", 100)}},
		{why: "navigation that fills a page", texts: map[string]string{"ussd.nav_back": "0 " + strings.Repeat("Retour ", 8)}, want: "the navigation takes"},
	} {
		t.Run(tc.why, func(t *testing.T) {
			if tc.from != "" && strings.Count(sound, tc.from) != 1 {
				t.Fatalf("the flow does not hold %s once", tc.from)
			}
			f := parse(t, strings.Replace(sound, tc.from, tc.to, 1))
			if tc.from == "" {
				f = parse(t, sound)
			}
			issues := flows.Lint(f, catalogue(t, tc.texts))
			found := slices.ContainsFunc(issues, func(i flows.Issue) bool { return strings.Contains(i.String(), tc.want) })
			if tc.want == "" && len(issues) > 0 || !found && tc.want != "" {
				t.Errorf("got %q\nwant %q", issues, tc.want)
			}
		})
	}
}

// leadingOn are so many screens that lead on while they load, the first of them plain, and one at their end.
func leadingOn(n int) string {
	var b strings.Builder
	id := "plain"
	for i := range n {
		next := fmt.Sprintf("p%d", i+1)
		fmt.Fprintf(&b, `{"id": %q, "text": "ussd.plain", "load": {"run": "mine", "else": {"none": %q}}}, `, id, next)
		id = next
	}
	return b.String() + fmt.Sprintf(`{"id": %q, "text": "ussd.plain"}`, id)
}

func TestTheMenuHasNoIssue(t *testing.T) {
	for _, issue := range flows.Lint(youth(t)) {
		t.Error(issue)
	}
}

func TestParseRefuses(t *testing.T) {
	for why, tc := range map[string]struct{ from, to, want string }{
		"an unknown field":        {`"name": "sound"`, `"nmae": "sound"`, "nmae"},
		"an unknown field inside": {`"end": true`, `"end": true, "ends": true`, "ends"},
		"no home":                 {`"to": "home"`, `"to": "hoem"`, `home is "hoem", which is no screen`},
		"a screen without id":     {`"id": "plain"`, `"id": ""`, "is no id"},
		"a screen named stay":     {`"id": "plain"`, `"id": "."`, "is no id"},
		"more than one value":     {"", sound, "something follows"},
		"no JSON":                 {`"name"`, `name`, "invalid character"},
	} {
		text := strings.Replace(sound, tc.from, tc.to, 1)
		if _, err := flows.Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: %v, want %q", why, err, tc.want)
		}
	}
}

func TestVersion(t *testing.T) {
	a, b := parse(t, sound), parse(t, sound+" ")
	if len(a.Version()) != 12 || strings.Trim(a.Version(), "0123456789abcdef") != "" {
		t.Errorf("version %q, want 12 hex digits", a.Version())
	}
	if a.Version() != parse(t, sound).Version() || a.Version() == b.Version() {
		t.Error("a version is not that of the file's bytes")
	}
}

func TestPaths(t *testing.T) {
	paths, err := flows.Paths(parse(t, sound), catalogue(t, map[string]string{"ussd.pick": "Lequel de ceux-ci?"}))
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range paths {
		line := fmt.Sprintf("%d+%d in %d", p.Inputs, p.Letters, p.In)
		for _, s := range p.Sizes {
			line += fmt.Sprintf(", %s %d pages %d out", s.Lang, s.Pages, s.Out)
		}
		got = append(got, line+": "+strings.Join(p.Screens, " "))
	}
	for i, want := range []string{
		"4+0 in 1, fra 6 pages 2 out, bam 6 pages 2 out: home place theme words plain",
		"4+0 in 0, fra 6 pages 1 out, bam 6 pages 1 out: home place theme words told",
		"5+1 in 1, fra 8 pages 2 out, bam 8 pages 2 out: home place region theme words plain",
		"5+1 in 0, fra 8 pages 1 out, bam 8 pages 1 out: home place region theme words told",
		"4+1 in 1, fra 6 pages 2 out, bam 6 pages 2 out: home region theme words plain",
		"4+1 in 0, fra 6 pages 1 out, bam 6 pages 1 out: home region theme words told",
		"2+0 in 1, fra 3 pages 2 out, bam 3 pages 2 out: home words plain",
		"2+0 in 0, fra 3 pages 1 out, bam 3 pages 1 out: home words told",
		"1+0 in 0, fra 2 pages 0 out, bam 2 pages 0 out: home plain",
		"1+0 in 1, fra 2 pages 2 out, bam 2 pages 2 out: words plain",
		"1+0 in 0, fra 2 pages 1 out, bam 2 pages 1 out: words told",
	} {
		if i >= len(got) || got[i] != want {
			t.Fatalf("got\n%s\nwant at %d\n%s", strings.Join(got, "\n"), i, want)
		}
	}
	if len(got) != 11 {
		t.Errorf("%d paths", len(got))
	}
}

// What is the same to look at counts as dear as it can be, and an answer that waits in the menu is no SMS.
func TestPathsThatShowTheSame(t *testing.T) {
	const two = `{"name": "two", "start": {"to": "home"}, "screens": [
	  {"id": "home", "text": "ussd.home", "choices": [{"label": "ussd.one", "to": "plain"},
	    {"label": "ussd.two", "run": "by_sms", "to": "plain", "else": {"no_number": "plain"}}],
	    "input": {"run": "report", "to": "told", "else": {"alarm": "told", "closed": "told", "danger": "told", "in_menu": "wait", "known": "wait", "which": "wait", "short": ".", "stopped": "wait"}}},
	  {"id": "plain", "text": "ussd.plain"}, {"id": "told", "text": "ussd.told", "end": true},
	  {"id": "wait", "text": "ussd.plain", "end": true}]}`
	paths, err := flows.Paths(parse(t, two), catalogue(t, nil))
	if err != nil || len(paths) != 3 {
		t.Fatalf("%d paths, %v", len(paths), err)
	}
	for i, want := range []struct{ in, out int }{{1, 2}, {0, 1}, {0, 0}} {
		if p := paths[i]; p.In != want.in || p.Sizes[0].Out != want.out {
			t.Errorf("%v: %d SMS in, %d out, want %v", p.Screens, p.In, p.Sizes[0].Out, want)
		}
	}
}

// Screens that all lead to each other have more paths than anybody reads.
func TestPathsHaveAnEnd(t *testing.T) {
	var screens []string
	for i := range 30 {
		var choices []string
		for j := range 30 {
			choices = append(choices, fmt.Sprintf(`{"label": "ussd.one", "to": "s%d"}`, j))
		}
		screens = append(screens, fmt.Sprintf(`{"id": "s%d", "text": "ussd.one", "choices": [%s]}`, i, strings.Join(choices, ",")))
	}
	f := parse(t, `{"name": "all", "start": {"to": "s0"}, "screens": [`+strings.Join(screens, ",")+`]}`)
	if _, err := flows.Paths(f, catalogue(t, nil)); err == nil {
		t.Error("thirty screens that lead to each other have few paths")
	}
}
