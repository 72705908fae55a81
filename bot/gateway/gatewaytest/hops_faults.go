package gatewaytest

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"tinye/bot"
)

// shortTime is what a request is given in cases in which the store takes longer than that.
const shortTime = 300 * time.Millisecond

// longest is by when a caller has to be answered then; a loaded machine is slow by itself.
const longest = 3 * time.Second

// faultCases are about what is wrong on our side.
func faultCases() []hopCase {
	cases := []hopCase{
		{name: "a restart between every two hops", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			for _, in := range append(toTell(), rumourIn) {
				l.Restart()
				if l.dialect.Late {
					p.same(len(p.hops) - 1)
				}
				p.press(in)
			}
			l.Restart()
			p.same(4)
			l.acknowledged(p.answers[4], hopCaller, rumourIn)
		}},
		{name: "other menus lead home and the draft is kept", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("1", "1")
			l.ChangeMenus()
			q := l.phone(hopCaller)
			start := q.dial()
			if got := p.press("1"); got.screen != start.screen || got.end {
				l.t.Fatalf("after the menus changed: %q, want %q", got.screen, start.screen)
			}
			p.press("1") // goes on with the draft, at its theme
			p.press("1")
			r := l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			if r.Place.Code != "ML0701" {
				l.t.Errorf("the report is of %s", r.Place)
			}
		}},
		{name: "other menus do not bring a session back that is over", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("1")
			l.Wait(idle)
			l.ChangeMenus()
			l.endsWith(p.press("1"), l.Says("ussd.over", bot.French))
		}},
		{name: "a full disk ends the session and nothing is half done", run: func(l *line) {
			for n := range 5 {
				caller := fmt.Sprintf("+2237012340%d", n)
				p := l.phone(caller)
				inputs := append(toTell(), rumourIn)
				p.reach(inputs, n)
				mend := l.Break(StoreFull)
				p.fails(n, inputs)
				mend()
				draft := func() (bot.Draft, bool) { return l.Draft(caller) }
				if d, open := draft(); open != (n > 2) {
					l.t.Errorf("hop %d: the draft is %v %+v", n+1, open, d)
				}
				l.told(caller)
				p.next()
				p.press(inputs[n:]...)
				l.acknowledged(p.answers[len(p.answers)-1], caller, rumourIn)
			}
			if n := l.Quarantined(); n > 0 {
				l.t.Errorf("%d requests in quarantine", n)
			}
		}},
		{name: "the caller's own language says what failed", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("99")
			for _, fault := range []HopFault{StoreFull, PanicInside} {
				p.lose("1")
				mend := l.Break(fault)
				l.endsWith(p.send(p.hop), l.Says("ussd.failed", bot.Bambara))
				mend()
			}
		}},
	}
	for _, fault := range []HopFault{StoreStuck, StoreSlow} {
		cases = append(cases, hopCase{
			name: "the store takes longer than a caller waits/" + string(fault), timeout: shortTime, run: func(l *line) {
				p := l.phone(hopCaller)
				p.reach(toTell(), 4)
				p.lose(rumourIn)
				mend := l.Break(fault)
				start := time.Now()
				l.endsWith(p.send(p.hop), l.Says("ussd.failed", bot.French))
				if took := time.Since(start); took > longest {
					l.t.Errorf("the caller waited %v", took)
				}
				mend()
				l.acknowledged(p.next(), hopCaller, rumourIn)
				p.same(len(p.hops) - 1)
				l.told(hopCaller, rumourIn)
			}})
	}
	for _, fault := range []HopFault{PanicInside, PanicBefore} {
		cases = append(cases,
			hopCase{name: "a fault of ours at any hop ends the session and keeps the draft/" + string(fault), run: func(l *line) {
				for n := range 5 {
					caller := fmt.Sprintf("+2237012340%d", n)
					p := l.phone(caller)
					inputs := append(toTell(), rumourIn)
					p.reach(inputs, n)
					before := l.Quarantined()
					mend := l.Break(fault)
					p.fails(n, inputs)
					mend()
					l.told(caller)
					if got := l.Quarantined(); got != before+1 {
						l.t.Errorf("hop %d: %d requests went to quarantine", n+1, got-before)
					}
					l.Wait(5 * time.Second)
					q := l.phone(caller)
					q.dial()
					switch {
					case n < 3: // nothing was begun
						q.press(toTell()...)
					case n == 3: // the place was
						q.press("1", "1")
					default:
						q.press("1")
					}
					r := l.acknowledged(q.press(rumourIn), caller, rumourIn)
					if r.Place.Code != "ML0701" || r.Theme != bot.ThemeSecurity {
						l.t.Errorf("hop %d: the report is of %s about %q", n+1, r.Place, r.Theme)
					}
				}
			}},
			hopCase{name: "what is handled again from quarantine is not told twice/" + string(fault), run: func(l *line) {
				p := l.phone(hopCaller)
				p.reach(toTell(), 4)
				mend := l.Break(fault)
				p.fails(4, append(toTell(), rumourIn))
				mend()
				l.Retry()
				l.told(hopCaller, rumourIn)
				if n := l.Quarantined(); n > 0 {
					l.t.Errorf("%d requests are still in quarantine", n)
				}
				if l.dialect.Late {
					l.acknowledged(p.next(), hopCaller, rumourIn)
				}
			}},
			hopCase{name: "what the caller told again meanwhile is not told twice from quarantine/" + string(fault), run: func(l *line) {
				for _, wait := range []time.Duration{20 * time.Second, idle} {
					caller := "+2237012345" + fmt.Sprint(len(wait.String()))
					p := l.phone(caller)
					p.reach(toTell(), 4)
					mend := l.Break(fault)
					p.fails(4, append(toTell(), rumourIn))
					mend()
					l.Wait(10 * time.Second)
					q := l.phone(caller)
					q.goOn()
					l.acknowledged(q.press(rumourIn), caller, rumourIn)
					l.Wait(wait)
					l.Retry()
					l.told(caller, rumourIn)
				}
			}},
			hopCase{name: "an old hop from quarantine leaves the next draft alone/" + string(fault), run: func(l *line) {
				p := l.phone(hopCaller)
				p.reach([]string{"1"}, 2)
				mend := l.Break(fault)
				p.fails(2, []string{"1", "1"})
				mend()
				l.Wait(idle)
				q := l.phone(hopCaller)
				q.dial()
				q.press("1", "2", "2")
				l.Retry()
				if d, ok := l.Draft(hopCaller); !ok || d.Place.Code != "ML0501" || d.Theme != bot.ThemeHealth {
					l.t.Errorf("the draft is %v %+v, want Mopti and health", ok, d)
				}
			}},
		)
	}
	return cases
}

// reach sends the first n hops of a session with these inputs, and has the last screen read.
func (p *phone) reach(inputs []string, n int) {
	p.t.Helper()
	if n == 0 {
		p.hop.Number = 1
		return
	}
	p.dial()
	p.press(inputs[:n-1]...)
	if !p.dialect.Late {
		p.Wait(reading)
	}
}

// fails sends the hop after the first n, which must be answered with an end and a sentence that says what to do. Where the
// carrier is told to come again instead, there is no such screen.
func (p *phone) fails(n int, inputs []string) {
	p.t.Helper()
	if n > 0 {
		p.hop.Number = n + 1
		p.hop.Inputs = slices.Clone(inputs[:n])
	}
	s := p.send(p.hop)
	sentence := p.Says("ussd.failed", bot.French)
	if !s.end || !strings.Contains(s.screen, sentence) {
		p.t.Errorf("hop %d: %q (end %v), want an end that says %q", n+1, s.screen, s.end, sentence)
	}
}
