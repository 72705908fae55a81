package gatewaytest

import (
	"fmt"
	"strings"

	"tinye/bot"
)

// wordCases are about what people type.
func wordCases() []hopCase {
	cases := []hopCase{
		{name: "a report in four inputs and its reference", run: func(l *line) {
			p := l.phone(hopCaller)
			l.goesOn(p.dial())
			for _, in := range toTell() {
				l.goesOn(p.press(in))
			}
			r := l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			if r.Place.Code != "ML0701" || r.Theme != bot.ThemeSecurity {
				l.t.Errorf("it is of %s about %q, want Gao and security", r.Place, r.Theme)
			}
			if _, open := l.Draft(hopCaller); open {
				l.t.Error("the draft of what was told is still there")
			}
		}},
		{name: "nothing typed shows the same screen again", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			was := p.press("1", "1")
			if got := p.press(""); got.screen != was.screen || got.end {
				l.t.Errorf("after nothing: %q, want %q", got.screen, was.screen)
			}
			p.press("1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "nothing typed on the first screen", run: func(l *line) {
			p := l.phone(hopCaller)
			was := p.dial()
			if got := p.press(""); got.screen != was.screen || got.end {
				l.t.Errorf("after nothing: %q, want %q", got.screen, was.screen)
			}
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "dialling through to the third screen", run: func(l *line) {
			slow := l.phone(elseone)
			slow.dial()
			want := slow.press("1", "1")
			p := l.phone(hopCaller)
			if got := p.dial("1", "1"); got.screen != want.screen {
				l.t.Errorf("dialled through: %q, want %q", got.screen, want.screen)
			}
			p.press("1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "what nobody can dial leads home", run: func(l *line) {
			home := l.phone(elseone).dial()
			for i, through := range [][]string{{"x"}, {"1", "x"}, {"1", "", "1"}, {"12345"}, {"1", "12345"}} {
				p := l.phone(fmt.Sprintf("+2237012340%d", i))
				if got := p.dial(through...); got.screen != home.screen {
					l.t.Errorf("dialled through with %q: %q, want %q", through, got.screen, home.screen)
				}
				if got := p.press("1"); got.screen == home.screen || got.end {
					l.t.Errorf("afterwards 1 leads to %q", got.screen)
				}
			}
		}},
		{name: "a number that is no choice stops dialling through where it still fitted", run: func(l *line) {
			slow := l.phone(elseone)
			slow.dial()
			want := slow.press("1")
			if got := l.phone(hopCaller).dial("1", "77", "1"); got.screen != want.screen {
				l.t.Errorf("dialled through: %q, want %q", got.screen, want.screen)
			}
		}},
		{name: "words cannot be dialled through", run: func(l *line) {
			p := l.phone(hopCaller)
			l.goesOn(p.dial(append(toTell(), "le pont est coupe")...))
			l.told(hopCaller)
			q := l.phone(hopCaller)
			l.goesOn(q.dial(append(toTell(), "1234")...))
			l.told(hopCaller)
		}},
		{name: "dialling through does not answer what a draft asks first", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("1", "2", "2")
			p.hangUp()
			question := l.phone(hopCaller).dial()
			if got := l.phone(hopCaller).dial("2", "1"); got.screen != question.screen {
				l.t.Errorf("dialled through: %q, want %q", got.screen, question.screen)
			}
			if d, ok := l.Draft(hopCaller); !ok || d.Theme != bot.ThemeHealth {
				l.t.Errorf("the draft is %v %+v", ok, d)
			}
		}},
		{name: "fields that nobody knows", run: func(l *line) {
			p := l.phone(hopCaller)
			p.hop.More = true
			p.dial()
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "fields that may be missing", run: func(l *line) {
			p := l.phone(hopCaller)
			p.hop.Less = true
			p.dial()
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a caller without a number is told so and ends", run: func(l *line) {
			p := l.phone("INCONNU")
			s := p.dial()
			l.endsWith(s, l.Says("ussd.failed", bot.French))
		}},
	}
	for name, text := range map[string]string{
		"stars and hashes":                "le prix a doublé *** de 500 # à 1000 *et plus#",
		"a star at the end":               "le pont est coupé *",
		"a star at the beginning":         "*urgent le pont est coupé",
		"a code in words":                 "*le pont est coupé#",
		"a text like what was typed":      "1*1*1*le pont est coupé",
		"a text that begins with a digit": "1 pont est coupé",
		"only letters that GSM-7 lacks":   "ɛ ɔ ŋ ɲ Ɛ Ɔ Ŋ Ɲ à ê ç œ",
		"arabic":                          "الجسر مقطوع",
		"n'ko and a face":                 "ߒߞߏ 😷 tiɲɛ",
		"lines":                           "le pont\nest coupé\r\nce soir",
		"percent and plus":                "le riz a pris 50%+20 & plus; c'est vrai=?",
		"500 characters":                  strings.TrimSpace(strings.Repeat("le pont est coupé ɲ ", 25)),
		"4,000 characters":                strings.TrimSpace(strings.Repeat("le pont est coupé ɲ ", 200)),
	} {
		cases = append(cases, hopCase{name: "every sign is kept/" + name, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			l.acknowledged(p.press(text), hopCaller, text)
		}})
	}
	return cases
}
