package flows_test

import (
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/sms"
	"tinye/flows"
)

// long is a text of 161 septets.
const long = "un deux trois quatre cinq six sept huit neuf dix onze douze treize quatorze quinze seize vingt trente quarante cinquante soixante cent mille million milliard fin"

func TestRender(t *testing.T) {
	places := items("Bamako", "Gao", "Kayes", "Kidal", "Ménaka", "Mopti", "Ségou")
	pick := bot.Walk{Screen: "pick", Lists: map[string][]bot.Item{"things": places}}
	at := func(w bot.Walk, page int, errorKey string) bot.Walk {
		w.Page, w.Error = page, errorKey
		return w
	}
	for _, tc := range []struct {
		why    string
		texts  map[string]string
		walk   bot.Walk
		look   func(*flows.Look)
		number int
		want   []string // the page; the second item, if any, is how many pages there are
	}{
		{why: "home offers the other language", walk: bot.Walk{Screen: "home"}, want: []string{"Bonjour\n1 Un\n2 Deux\n3 Quatre\n99 Bamanankan"}},
		{why: "where there is one", walk: bot.Walk{Screen: "home"}, look: func(l *flows.Look) { l.Other = "" }, want: []string{"Bonjour\n1 Un\n2 Deux\n3 Quatre"}},
		{why: "a line for some", walk: bot.Walk{Screen: "home", Values: map[string]string{"staff": "1"}},
			want: []string{"Bonjour\n1 Un\n2 Deux\n3 Trois\n4 Quatre\n99 Bamanankan"}},
		{why: "the first page of a list", walk: pick, want: []string{"Lequel?\n1 Bamako\n2 Gao\n3 Kayes\n4 Kidal\n5 Ménaka\n0 Retour\n98 Suite", "2"}},
		{why: "the last one", walk: at(pick, 1, ""), number: 1, want: []string{"6 Mopti\n7 Ségou\n8 Un\n0 Retour", "2"}},
		{why: "a page behind the last one", walk: at(pick, 7, ""), number: 1, want: []string{"6 Mopti\n7 Ségou\n8 Un\n0 Retour", "2"}},
		{why: "a page before the first one", walk: at(pick, -1, ""), want: []string{"Lequel?\n1 Bamako\n2 Gao\n3 Kayes\n4 Kidal\n5 Ménaka\n0 Retour\n98 Suite", "2"}},
		{why: "a short line above", walk: at(pick, 1, "ussd.bad_choice"), number: 1, want: []string{"Pas ainsi.\n6 Mopti\n7 Ségou\n8 Un\n0 Retour", "2"}},
		{why: "a last screen", walk: bot.Walk{Screen: "told", Values: map[string]string{"ref": "123456"}}, want: []string{"TINYE MOPTI 123456: noté"}},
		{why: "the site's values", walk: bot.Walk{Screen: "told"}, look: func(l *flows.Look) { l.Values = map[string]string{"service": "ICI"} },
			want: []string{"ICI 482918: noté"}},
		{why: "the walk's go before them", walk: bot.Walk{Screen: "told", Values: map[string]string{"service": "LA"}},
			look: func(l *flows.Look) { l.Values = map[string]string{"service": "ICI"} }, want: []string{"LA 482918: noté"}},
		{why: "wire form", walk: bot.Walk{Screen: "pick", Lists: map[string][]bot.Item{"things": items("Kɔrɔ", "Nyɔnɔ «ville»")}},
			texts: map[string]string{"ussd.pick": "Yɔrɔ jumɛn?"}, want: []string{"Yòrò jumèn?\n1 Kòrò\n2 Nyònò \"ville\"\n3 Un\n0 Retour"}},
		{why: "ASCII", walk: bot.Walk{Screen: "pick", Lists: map[string][]bot.Item{"things": items("Kɔrɔ")}}, look: func(l *flows.Look) { l.Wire = sms.ASCII },
			want: []string{"Lequel?\n1 Koro\n2 Un\n0 Retour"}},
		{why: "a label of two lines", walk: bot.Walk{Screen: "pick", Lists: map[string][]bot.Item{"things": items("a\n b")}}, want: []string{"Lequel?\n1 a b\n2 Un\n0 Retour"}},
		{why: "a text too long goes on at a word", texts: map[string]string{"ussd.plain": long}, walk: bot.Walk{Screen: "plain"}, look: budget(120),
			want: []string{long[:101] + "\n0 Retour\n98 Suite", "2"}},
		{why: "there", texts: map[string]string{"ussd.plain": long}, walk: bot.Walk{Screen: "plain", Page: 1}, look: budget(120), number: 1,
			want: []string{long[102:] + "\n0 Retour", "2"}},
		{why: "its lines follow", texts: map[string]string{"ussd.pick": long}, walk: bot.Walk{Screen: "pick", Page: 1, Lists: map[string][]bot.Item{"things": items("a")}},
			look: budget(120), number: 1, want: []string{long[102:] + "\n1 a\n2 Un\n0 Retour", "2"}},
		{why: "a label too long goes on at a word", walk: bot.Walk{Screen: "pick", Page: 1, Lists: map[string][]bot.Item{"things": items(long, "b")}},
			look: budget(120), number: 1, want: []string{"1 " + long[:94] + "\n0 Retour\n98 Suite", "3"}},
		{why: "and the next line below it", walk: bot.Walk{Screen: "pick", Page: 2, Lists: map[string][]bot.Item{"things": items(long, "b")}},
			look: budget(120), number: 2, want: []string{long[95:] + "\n2 b\n3 Un\n0 Retour", "3"}},
		{why: "a word too long for any page", texts: map[string]string{"ussd.plain": strings.Repeat("x", 200)}, walk: bot.Walk{Screen: "plain"}, look: budget(160),
			want: []string{strings.Repeat("x", 142) + "\n0 Retour\n98 Suite", "2"}},
		{why: "a label of one such word", walk: bot.Walk{Screen: "pick", Page: 1, Lists: map[string][]bot.Item{"things": items(strings.Repeat("x", 200))}},
			number: 1, want: []string{"1 " + strings.Repeat("x", 140) + "\n0 Retour\n98 Suite", "3"}},
		{why: "a letter under too many marks", texts: map[string]string{"ussd.plain": "x" + strings.Repeat("\u0331", 29)}, walk: bot.Walk{Screen: "plain", Page: 1},
			look: func(l *flows.Look) { l.Wire, l.Budget = sms.Official, 40 }, number: 1, want: []string{strings.Repeat("\u0331", 12) + "\n0\n98"}},
		{why: "an accent stays with its letter", texts: map[string]string{"ussd.plain": strings.Repeat("x", 51) + "x\u0331" + strings.Repeat("x", 40)}, walk: bot.Walk{Screen: "plain"},
			look: func(l *flows.Look) { l.Wire = sms.Official }, want: []string{strings.Repeat("x", 51) + "\n0 Retour\n98 Suite", "2"}},
		{why: "a budget too small for anything", texts: map[string]string{"ussd.plain": strings.Repeat("x", 30)}, walk: bot.Walk{Screen: "plain"}, look: budget(5),
			want: []string{strings.Repeat("x", 30) + "\n0 Retour", "1"}},
		{why: "one letter halves a page", texts: map[string]string{"ussd.plain": "ɛ " + long}, walk: bot.Walk{Screen: "plain"},
			look: func(l *flows.Look) { l.Wire = sms.Official }, want: []string{"ɛ " + long[:48] + "\n0 Retour\n98 Suite", "2"}},
		{why: "the text gives way to the line above", texts: map[string]string{"ussd.words": long[:140]}, walk: bot.Walk{Screen: "words", Error: "ussd.bad_choice"},
			want: []string{"Pas ainsi.\n1 Un\n0 Retour", "1"}},
		{why: "also where something is typed", texts: map[string]string{"ussd.plain": long[:150]}, walk: bot.Walk{Screen: "ask", Error: "ussd.bad_choice"},
			want: []string{"Pas ainsi.\n0 Retour", "1"}},
		{why: "not where there is nothing else", texts: map[string]string{"ussd.plain": long[:150]}, walk: bot.Walk{Screen: "plain", Error: "ussd.bad_choice"},
			want: []string{long[:150] + "\n0 Retour", "1"}},
		{why: "the line above gives way to lines", walk: bot.Walk{Screen: "pick", Page: 0, Error: "ussd.bad_choice",
			Lists: map[string][]bot.Item{"things": items(long[:68]+"x", long[:68]+"x")}}, texts: map[string]string{"ussd.pick": "?"},
			want: []string{"?\n1 " + long[:68] + "x\n2 " + long[:68] + "x\n3 Un\n0 Retour", "1"}},
		{why: "a last screen too long keeps its beginning", walk: bot.Walk{Screen: "told", Values: map[string]string{"ref": "123456 " + long}},
			want: []string{"TINYE MOPTI 123456 " + long[:140], "1"}},
		{why: "a last screen that fits in its right spelling", walk: bot.Walk{Screen: "told", Values: map[string]string{"ref": strings.Repeat("ɛ", 52)}},
			look: func(l *flows.Look) { l.Wire = sms.Official }, want: []string{"TINYE MOPTI " + strings.Repeat("ɛ", 52) + ": noté"}},
		{why: "one that does not", walk: bot.Walk{Screen: "told", Values: map[string]string{"ref": strings.Repeat("ɛ", 53)}},
			look: func(l *flows.Look) { l.Wire = sms.Official }, want: []string{"TINYE MOPTI " + strings.Repeat("è", 53) + ": noté"}},
		{why: "no budget is 160", texts: map[string]string{"ussd.told": "{ref}" + strings.Repeat("x", 200)}, walk: bot.Walk{Screen: "told"}, look: budget(0),
			want: []string{"482918" + strings.Repeat("x", 154)}},
		{why: "no page holds more than 182", texts: map[string]string{"ussd.told": "{ref}" + strings.Repeat("x", 200)}, walk: bot.Walk{Screen: "told"}, look: budget(500),
			want: []string{"482918" + strings.Repeat("x", 176)}},
		{why: "a text that fills its page", texts: map[string]string{"ussd.plain": strings.Repeat("x", 151)}, walk: bot.Walk{Screen: "plain"},
			want: []string{strings.Repeat("x", 151) + "\n0 Retour", "1"}},
		{why: "navigation that leaves no room", texts: map[string]string{"ussd.nav_back": "0 " + long}, walk: pick,
			want: []string{"Lequel?\n1 Bamako\n2 Gao\n3 Kayes\n4 Kidal\n5 Ménaka\n0\n98"}},
	} {
		t.Run(tc.why, func(t *testing.T) {
			l := look(catalogue(t, tc.texts), 160)
			if tc.look != nil {
				tc.look(&l)
			}
			got := parse(t, small).Render(tc.walk, l)
			if got.Text != tc.want[0] {
				t.Errorf("%q\nwant\n%q", got.Text, tc.want[0])
			}
			if got.Number != tc.number {
				t.Errorf("page %d, want %d", got.Number, tc.number)
			}
			if len(tc.want) > 1 && tc.want[1] != string(rune('0'+got.Of)) {
				t.Errorf("of %d pages, want %s", got.Of, tc.want[1])
			}
		})
	}
}

func budget(septets int) func(*flows.Look) { return func(l *flows.Look) { l.Budget = septets } }

func TestPagesOfHomeGoBack(t *testing.T) {
	f := parse(t, small)
	l := look(catalogue(t, map[string]string{"ussd.home": long}), 120)
	page := f.Render(bot.Walk{Screen: "home", Page: 1}, l)
	if page.Of != 2 || !strings.HasSuffix(page.Text, "\n3 Quatre\n0 Retour") {
		t.Errorf("the second page of home is %q", page.Text)
	}
	if first := f.Render(bot.Walk{Screen: "home"}, l); !strings.HasSuffix(first.Text, "\n99 Bamanankan\n98 Suite") {
		t.Errorf("the first page of home is %q", first.Text)
	}
}
