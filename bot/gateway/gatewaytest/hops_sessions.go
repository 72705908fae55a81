package gatewaytest

import (
	"time"

	"tinye/bot"
)

// sessionCases are about when a session begins and ends, and whose it is.
func sessionCases() []hopCase {
	return []hopCase{
		{name: "two callers with one session id are two sessions", run: func(l *line) {
			a, b := l.phone(hopCaller), l.phone(elseone)
			b.hop.Session = a.hop.Session
			a.dial()
			a.press("1", "1")
			b.dial()
			b.press("1", "2")
			a.press("1")
			b.press("2")
			ra := l.acknowledged(a.press("les vivres arrivent demain"), hopCaller, "les vivres arrivent demain")
			rb := l.acknowledged(b.press(rumourIn), elseone, rumourIn)
			if ra.Place == rb.Place || ra.Theme == rb.Theme {
				l.t.Errorf("they got into each other's way: %+v and %+v", ra, rb)
			}
		}},
		{name: "one session id at two gateways is two sessions", run: func(l *line) {
			a, b := l.phone(hopCaller), l.phone(hopCaller)
			b.hop.Session, b.gateway = a.hop.Session, "line-2"
			home := a.dial()
			was := a.press("1")
			if got := b.dial(); got.screen != home.screen {
				l.t.Errorf("at the other gateway: %q, want %q", got.screen, home.screen)
			}
			b.press("5")
			if got := a.press(""); got.screen != was.screen {
				l.t.Errorf("at the first gateway: %q, want %q", got.screen, was.screen)
			}
		}},
		{name: "the end comes before the last hop and the words still count once", ends: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			p.hangUp()
			l.Wait(time.Second)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			p.same(4)
			p.hangUp()
			l.told(hopCaller, rumourIn)
		}},
		{name: "the end comes twice", ends: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			p.hangUp()
			p.hangUp()
			l.Wait(time.Minute)
			p.hangUp()
			l.drafted(hopCaller)
			if n := l.Quarantined(); n > 0 {
				l.t.Errorf("%d requests in quarantine", n)
			}
		}},
		{name: "the end of a session that nobody knows", ends: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.hangUp()
			p.hangUp()
			if n := l.Quarantined(); n > 0 {
				l.t.Errorf("%d requests in quarantine", n)
			}
			p.dial()
			p.press(toTell()...)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "after the caller hung up nothing but an end is shown", ends: true, run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("1")
			p.hangUp()
			l.Wait(time.Second)
			l.endsWith(p.press("1"), l.Says("ussd.over", bot.French))
			l.told(hopCaller)
		}},
		{name: "who dials again goes on with the draft", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			p.hangUp()
			l.Wait(30 * time.Second)
			q := l.phone(hopCaller)
			q.goOn()
			l.acknowledged(q.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "who dials again after the session's time goes on with the draft", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			l.Wait(idle)
			q := l.phone(hopCaller)
			q.goOn()
			r := l.acknowledged(q.press(rumourIn), hopCaller, rumourIn)
			if r.Place.Code != "ML0701" || r.Theme != bot.ThemeSecurity {
				l.t.Errorf("the draft became a report of %s about %q", r.Place, r.Theme)
			}
		}},
		{name: "who answers after the session's time has told it all the same", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			l.Wait(idle)
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "who presses a number after the session's time is told that it is over", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press("1")
			l.Wait(idle)
			l.endsWith(p.press("1"), l.Says("ussd.over", bot.French))
		}},
		{name: "a session's time is over before anybody swept", run: func(l *line) {
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			q := l.phone(elseone)
			home := q.dial()
			q.press("1")
			l.Pass(idle)
			l.endsWith(q.press("1"), l.Says("ussd.over", bot.French))
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			if got := l.phone(hopCaller).dial(); got.screen != home.screen {
				l.t.Errorf("what was told is offered again: %q", got.screen)
			}
		}},
		{name: "a draft is offered no more after a day", run: func(l *line) {
			home := l.phone(elseone).dial()
			p := l.phone(hopCaller)
			p.dial()
			p.press(toTell()...)
			l.Wait(25 * time.Hour)
			if got := l.phone(hopCaller).dial(); got.screen != home.screen {
				l.t.Errorf("on the next day: %q, want %q", got.screen, home.screen)
			}
		}},
		{name: "the session id is used again after its end", run: func(l *line) {
			p := l.phone(hopCaller)
			home := p.dial()
			p.press(append(toTell(), rumourIn)...)
			l.Wait(time.Minute)
			q := l.phone(hopCaller)
			q.hop.Session, q.hop.Use = p.hop.Session, 1
			if got := q.dial(); got.screen != home.screen {
				l.t.Errorf("the next session begins with %q, want %q", got.screen, home.screen)
			}
			q.press("1", "1", "2")
			l.endsWith(q.press("les vivres arrivent demain"), "")
			l.told(hopCaller, rumourIn, "les vivres arrivent demain")
		}},
		{name: "the session id is used again after the session's time", run: func(l *line) {
			p := l.phone(hopCaller)
			home := p.dial()
			p.press("5")
			l.Wait(idle)
			q := l.phone(hopCaller)
			q.hop.Session, q.hop.Use = p.hop.Session, 1
			if got := q.dial(); got.screen != home.screen || got.end {
				l.t.Errorf("the next session begins with %q, want %q", got.screen, home.screen)
			}
			q.press(toTell()...)
			l.acknowledged(q.press(rumourIn), hopCaller, rumourIn)
		}},
		{name: "a session over midnight", run: func(l *line) {
			l.Wait(11*time.Hour + 59*time.Minute) // a minute before midnight, UTC
			p := l.phone(hopCaller)
			p.dial()
			p.press("1", "1")
			l.Wait(90 * time.Second)
			p.press("1")
			l.acknowledged(p.press(rumourIn), hopCaller, rumourIn)
			p.same(4)
			l.told(hopCaller, rumourIn)
		}},
		{name: "the language that was chosen stays for the next session", run: func(l *line) {
			p := l.phone(hopCaller)
			french := p.dial()
			bambara := p.press("99")
			if bambara.screen == french.screen {
				l.t.Error("99 changes nothing")
			}
			p.hangUp()
			l.Wait(time.Minute)
			if got := l.phone(hopCaller).dial(); got.screen != bambara.screen {
				l.t.Errorf("dialled again: %q, want %q", got.screen, bambara.screen)
			}
		}},
	}
}

// goOn dials and takes the first line: the draft goes on. It fails where the screen is not the one that takes words.
func (p *phone) goOn() {
	p.t.Helper()
	p.drafted(p.hop.Caller)
	p.dial()
	p.goesOn(p.press("1"))
}
