package hotline_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// guard is a desk with people on duty.
type guard struct {
	*desk
	phones map[string]string // of the accounts, by number as it travels
}

func newGuard(t *testing.T, names ...string) *guard {
	t.Helper()
	g := &guard{desk: newDesk(t), phones: make(map[string]string)}
	p := &player{desk: g.desk, names: map[string]string{}}
	for i, name := range names {
		number := fmt.Sprintf("660000%02d", 90+i)
		must(t, p.step("ADAMA number "+name+" "+number))
		g.phones["+223"+number] = name
	}
	g.onDuty(names...)
	return g
}

func (g *guard) onDuty(names ...string) {
	g.t.Helper()
	must(g.t, g.Store.Update(context.Background(), func(tx storage.Tx) error {
		_, err := rumour.SetDuty(tx, g.act("AMI"), names)
		return err
	}))
}

// passes lets time go by, with a sweep every minute, and a second one at once: it finds nothing more to do. rang is whom the
// network told of an alarm, and when.
func (g *guard) passes(d time.Duration, delivers bool) (rang []string) {
	g.t.Helper()
	for end := g.clock.Now().Add(d); ; g.clock.Add(time.Minute) {
		must(g.t, g.Sweep(context.Background()))
		must(g.t, g.Sweep(context.Background()))
		if delivers {
			for _, s := range g.deliver() {
				if name, ok := g.phones[s.to]; ok {
					rang = append(rang, g.clock.Now().Format("15:04 ")+name+" "+s.text)
				}
			}
		}
		if !g.clock.Now().Before(end) {
			return rang
		}
	}
}

func (g *guard) calls() (calls []bot.DutyCall) {
	g.t.Helper()
	must(g.t, g.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		calls, err = tx.DutyCalls(storage.Page{})
		return err
	}))
	return calls
}

// Everybody is told three times, in their order, a quarter of an hour apart; then the alarm waits unanswered, and can still
// be taken.
func TestNobodyAnswersAllNight(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY", "CISSE")
	g.set(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC))
	g.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	g.texted("70123456", "Attaque à Gao")
	ref := string(g.reports()[0].Ref)
	var want []string
	for i := range 9 {
		at := time.Date(2026, 11, 23, 23, 15*i, 0, 0, time.UTC)
		want = append(want, at.Format("15:04 ")+[]string{"AMI", "BAKARY", "CISSE"}[i%3]+" Urgent "+ref+" Gao. Répondez "+ref)
	}
	if rang := g.passes(9*time.Hour, true); !slices.Equal(rang, want) {
		t.Fatalf("rang\n%q, want\n%q", rang, want)
	}
	if calls := g.calls(); len(calls) != 1 || calls[0].State != bot.DutyUnanswered {
		t.Errorf("in the morning: %+v", calls)
	}
	g.texted("66000091", ref)
	if calls := g.calls(); len(calls) != 0 {
		t.Errorf("after it was taken: %+v", calls)
	}
}

// While nothing leaves, nobody is told in vain: when the network is back each has one message, and the rounds go on.
func TestAnOutageCostsNoRound(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY")
	g.texted("70123456", "Attaque à Gao")
	g.passes(3*time.Hour, false)
	rang := g.passes(0, true)
	if len(rang) != 2 {
		t.Fatalf("at once: %q", rang)
	}
	if rang = g.passes(6*time.Hour, true); len(rang) != 4 {
		t.Errorf("afterwards: %q", rang)
	}
}

// What was not told for half a day is told to nobody, and is no less open.
func TestALateAlarmWakesNobody(t *testing.T) {
	g := newGuard(t, "AMI")
	g.onDuty()
	g.texted("70123456", "Attaque à Gao")
	g.passes(13*time.Hour, true)
	g.onDuty("AMI")
	if rang := g.passes(time.Hour, true); len(rang) != 0 {
		t.Errorf("rang %q", rang)
	}
	if calls := g.calls(); len(calls) != 1 || calls[0].State != bot.DutyUnanswered {
		t.Errorf("%+v", calls)
	}
}

// Whoever comes on duty hears of what waits.
func TestComingOnDuty(t *testing.T) {
	g := newGuard(t, "AMI")
	g.onDuty()
	g.texted("70123456", "Attaque à Gao")
	if rang := g.passes(time.Hour, true); len(rang) != 0 {
		t.Fatalf("nobody is on duty, and %q", rang)
	}
	g.onDuty("AMI")
	if rang := g.passes(20*time.Minute, true); len(rang) < 1 {
		t.Error("AMI is told nothing")
	}
}

// A number that floods us rings once; every report of it is an alarm all the same.
func TestAFloodRingsOnce(t *testing.T) {
	g := newGuard(t, "AMI")
	g.Site.Limits = people.Limits{Burst: 2, Day: 20, Join: 10 * time.Minute}
	for range 8 {
		g.texted("70123456", "Attaque à Gao")
	}
	if calls := g.calls(); len(calls) == 0 || len(calls) > 3 {
		t.Errorf("%d alarms ring", len(calls))
	}
	for _, r := range g.reports() {
		if r.Alarm.Code != "attack" {
			t.Errorf("a report without its alarm: %+v", r)
		}
	}
	before := len(g.calls())
	g.texted("63123456", "Attaque à Mopti")
	if len(g.calls()) != before+1 {
		t.Error("another number's alarm does not ring")
	}
}

// What is closed, or for the focal point, rings no more; what came days late rings nobody.
func TestAlarmsThatNeedNobody(t *testing.T) {
	g := newGuard(t, "AMI")
	g.texted("70123456", "Attaque à Gao")
	g.passes(0, true)
	_, err := g.CloseReport(context.Background(), g.act("AMI"), string(g.reports()[0].Ref), bot.CloseNoClaim)
	must(t, err)
	if rang := g.passes(time.Hour, true); len(rang) != 0 {
		t.Errorf("closed, and rang %q", rang)
	}
	g.receive(bot.Inbound{ExternalID: "late", Sender: "76111111", Text: "Attaque à Gao", SentAt: bot.At(g.clock.Now().Add(-72 * time.Hour))})
	if rang := g.passes(time.Hour, true); len(rang) != 0 {
		t.Errorf("three days late, and rang %q", rang)
	}
}

// A month of alarms at any hour, holidays and week-ends among them: each is told at once, goes round in order until somebody
// takes it, and rings no more then.
func TestAMonthOfAlarms(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY", "CISSE")
	g.openWeekdays()
	g.Site.Hours.Holidays = map[string]bool{"2026-12-25": true, "2026-12-01": true}
	g.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	g.set(time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC))
	random := rand.New(rand.NewPCG(4, 2))
	order := []string{"AMI", "BAKARY", "CISSE"}
	for day := range 30 {
		g.set(time.Date(2026, 12, 1+day, random.IntN(20), random.IntN(60), 0, 0, time.UTC))
		came := g.clock.Now()
		g.texted(fmt.Sprintf("701234%02d", day), "des hommes armés à Gao")
		var ref bot.Ref
		for _, r := range g.reports() {
			ref = r.Ref
		}
		steps := 1 + random.IntN(9)
		rang := g.passes(time.Duration(steps-1)*rumour.DutyEvery+time.Minute, true)
		var want []string
		for i := range steps {
			want = append(want, came.Add(time.Duration(i)*rumour.DutyEvery).Format("15:04 ")+order[i%3]+" Urgent "+string(ref)+" Gao. Répondez "+string(ref))
		}
		if !slices.Equal(rang, want) {
			t.Fatalf("day %d: rang\n%q, want\n%q", day, rang, want)
		}
		g.texted("6600009"+fmt.Sprint(random.IntN(3)), string(ref))
		g.passes(0, true) // what they are told of taking it
		if rang := g.passes(2*time.Hour, true); len(rang) != 0 {
			t.Fatalf("day %d: taken, and rang %q", day, rang)
		}
	}
}
