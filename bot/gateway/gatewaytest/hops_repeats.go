package gatewaytest

import (
	"fmt"
	"time"

	"tinye/bot"
)

// repeatCases are about hops that come again, late, in another order, or not at all.
func repeatCases() []hopCase {
	return []hopCase{
		{name: "every hop comes twice and counts once", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.same(0)
			for i, in := range append(toTell(), rumourIn) {
				p.press(in)
				p.same(i + 1)
				p.same(i + 1)
			}
			l.acknowledged(p.answers[4], hopCaller, rumourIn)
		}},
		{name: "every hop comes eight times at once and counts once", run: func(l *line) {
			p := l.phone(hopCaller)
			p.hop.Number = 1
			p.crowd(8)
			for _, in := range append(toTell(), rumourIn) {
				p.lose(in)
				p.crowd(8)
			}
			l.acknowledged(p.answers[4], hopCaller, rumourIn)
		}},
		{name: "an earlier hop comes late and the session stays where it is", late: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			for i := range 4 {
				l.Wait(time.Second)
				p.same(i)
			}
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			for i := 1; i < 5; i++ {
				p.same(i)
			}
			l.told(hopCaller, rumourIn)
		}},
		{name: "all hops come again at once after the end and nothing is told twice", late: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(append(toTell(), rumourIn)...)
			for i := range 5 {
				l.Wait(time.Second)
				p.same(i)
			}
			l.told(hopCaller, rumourIn)
		}},
		{name: "every hop comes late on the next day", late: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(append(toTell(), rumourIn)...)
			l.Wait(20 * time.Hour)
			for i := 1; i < 5; i++ {
				p.same(i)
			}
			l.told(hopCaller, rumourIn)
		}},
		{name: "a hop that got lost shows the screen again and nothing is guessed", cumulative: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			was := p.press("1") // the places
			p.lose("1")
			if got := p.press("2"); got.screen != was.screen || got.end {
				l.t.Errorf("after a lost hop: %q, want %q", got.screen, was.screen)
			}
			if d, open := l.Draft(hopCaller); open {
				l.t.Errorf("a draft was guessed: %+v", d)
			}
			p.press("1", "1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a lost hop that comes after the next one changes nothing", cumulative: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			was := p.press("1")
			p.lose("2")
			lost := p.hop
			p.press("2")
			if got := p.send(lost); got.screen != was.screen || got.end {
				l.t.Errorf("a hop out of order: %q, want %q", got.screen, was.screen)
			}
			if d, open := l.Draft(hopCaller); open {
				l.t.Errorf("a draft was guessed: %+v", d)
			}
			// However often the carrier's order was broken, a caller who reads and answers gets on.
			for range 3 {
				if s := p.press("1"); s.screen != was.screen {
					break
				}
			}
			p.press("1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a session that begins twice is one", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.same(0)
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a session that begins eight times at once is one", run: func(l *line) {
			p := l.phone(hopCaller)
			p.hop.Number = 1
			p.crowd(8)
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a second beginning in mid-session never ends it", run: func(l *line) {
			p := l.phone(hopCaller)
			home := p.dial()
			was := p.press("1", "1")
			l.Wait(5 * time.Second)
			got := p.send(p.hops[0])
			if got.end || got.screen != home.screen && got.screen != was.screen {
				l.t.Errorf("a second beginning: %q, want %q or %q", got.screen, home.screen, was.screen)
			}
			p.press("1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "the last hop comes again after the words were told and nothing is told twice", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(append(toTell(), rumourIn)...)
			for i := range 3 {
				l.Wait(time.Duration(i) * 700 * time.Millisecond)
				if i < 2 || l.dialect.Late {
					p.same(4)
				} else {
					l.endsWith(p.send(p.hops[4]), "")
				}
			}
			l.told(hopCaller, rumourIn)
		}},
		{name: "what comes after the end is told so", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(append(toTell(), rumourIn)...)
			l.Wait(5 * time.Second)
			l.endsWith(p.press("et encore une chose"), l.Says("ussd.over", bot.French))
			l.told(hopCaller, rumourIn)
		}},
		{name: "the same words in another session are told again", run: func(l *line) {
			for range 2 {
				p := l.phone(hopCaller)
				p.dial()
				l.endsWith(p.press(append(toTell(), rumourIn)...), "")
				l.Wait(time.Minute)
			}
			l.told(hopCaller, rumourIn, rumourIn)
		}},
		{name: "many callers at once", run: func(l *line) {
			const n = 8
			phones := make([]*phone, n)
			for i := range phones {
				phones[i] = l.phone(fmt.Sprintf("+2237012340%d", i))
			}
			for step := range 5 {
				l.Wait(reading)
				done := make(chan struct{})
				for _, p := range phones {
					go func() {
						defer func() { done <- struct{}{} }()
						h := p.hop
						if step == 0 {
							h.Number = 1
						} else {
							h.Number++
							h.Inputs = append(toTell(), rumourIn)[:step]
						}
						p.hop = h
						_, _, _ = p.Post(p.gateway, p.dialect.Hop(h))
					}()
				}
				for range phones {
					<-done
				}
			}
			for _, p := range phones {
				l.told(p.hop.Caller, rumourIn)
			}
		}},
	}
}
