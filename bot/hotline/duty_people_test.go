package hotline_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// unregister takes the phone of an account away.
func (g *guard) unregister(name string) {
	g.t.Helper()
	must(g.t, (&player{desk: g.desk, names: map[string]string{}}).step("ADAMA unnumber "+name))
}

// names are who was rung, in their order.
func names(rang []string) (list []string) {
	for _, r := range rang {
		list = append(list, strings.Fields(r)[1])
	}
	return list
}

// Whoever on the list cannot be told is passed over, and the others are told as often as ever, each three times at most.
func TestWhoCannotBeTold(t *testing.T) {
	for name, c := range map[string]struct {
		do   func(*guard)
		want string
	}{
		"all can":                      {func(*guard) {}, "AMI BAKARY CISSE AMI BAKARY CISSE AMI BAKARY CISSE"},
		"a phone was taken away":       {func(g *guard) { g.unregister("BAKARY") }, "AMI CISSE AMI CISSE AMI CISSE"},
		"all phones were taken away":   {func(g *guard) { g.unregister("AMI"); g.unregister("BAKARY"); g.unregister("CISSE") }, ""},
		"one said STOP, as a citizen":  {func(g *guard) { g.texted("66000091", "STOP") }, "AMI BAKARY CISSE AMI BAKARY CISSE AMI BAKARY CISSE"},
		"one does not exist":           {func(g *guard) { g.list("NOBODY", "CISSE", "AMI") }, "CISSE AMI CISSE AMI CISSE AMI"},
		"one stands on the list twice": {func(g *guard) { g.list("AMI", "BAKARY", "AMI") }, "AMI BAKARY AMI BAKARY AMI BAKARY"},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGuard(t, "AMI", "BAKARY", "CISSE")
			c.do(g)
			g.deliver() // the goodbye of a STOP
			g.texted("70123456", "Attaque à Gao")
			if rang := names(g.passes(5*time.Hour, true)); strings.Join(rang, " ") != c.want {
				t.Errorf("rang %q, want %q", rang, c.want)
			}
		})
	}
}

// list puts names on the list that no command would take.
func (g *guard) list(names ...string) {
	g.t.Helper()
	must(g.t, g.updated(func(tx storage.Tx) error {
		d, err := tx.Duty()
		if err != nil {
			return err
		}
		d.Names = names
		return tx.PutDuty(d, d.Rev)
	}))
}

// The list changes while an alarm rings: who comes is told before those who were told already, who goes is told no more, and
// nobody is told more often than three times.
func TestTheListChangesWhileItRings(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY", "CISSE")
	g.onDuty("AMI", "BAKARY")
	g.texted("70123456", "Attaque à Gao")
	rang := g.passes(16*time.Minute, true)
	g.onDuty("AMI", "CISSE")
	rang = append(rang, g.passes(5*time.Hour, true)...)
	if got, want := names(rang), []string{"AMI", "BAKARY", "CISSE", "AMI", "CISSE", "AMI", "CISSE"}; !slices.Equal(got, want) {
		t.Errorf("rang %q, want %q", got, want)
	}
	if calls := g.calls(); len(calls) != 1 || calls[0].State != bot.DutyUnanswered {
		t.Errorf("afterwards: %+v", calls)
	}
}

// A phone that goes to another account on duty rings once for both.
func TestOnePhoneForTwo(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY")
	must(t, g.updated(func(tx storage.Tx) error {
		ami, err := tx.User("AMI")
		if err != nil {
			return err
		}
		bakary, err := tx.User("BAKARY")
		if err != nil {
			return err
		}
		bakary.Number, bakary.NumberKey = ami.Number, ami.NumberKey
		return tx.PutUser(bakary, bakary.Rev)
	}))
	g.texted("70123456", "Attaque à Gao")
	if rang := names(g.passes(5*time.Hour, true)); !slices.Equal(rang, []string{"AMI", "AMI", "AMI"}) {
		t.Errorf("rang %q", rang)
	}
}

// Thirty people tell of one attack: one SMS a quarter of an hour, not thirty; and however many they are, no row grows for ever.
func TestManyTellOfOneAttack(t *testing.T) {
	g := newGuard(t, "AMI", "BAKARY")
	for i := range 30 {
		g.texted(fmt.Sprintf("701234%02d", i), "Attaque au marché de Gao")
	}
	ref := string(g.reports()[0].Ref)
	rang := g.passes(16*time.Minute, true)
	if len(rang) != 2 || !strings.HasSuffix(rang[0], "AMI Urgent "+ref+" Gao (+29). Répondez "+ref) || !strings.HasSuffix(rang[1], "BAKARY Urgent "+ref+" Gao (+29). Répondez "+ref) {
		t.Errorf("rang %q", rang)
	}
	for _, r := range g.reports() {
		if r.Alarm.Code != "attack" {
			t.Errorf("a report without its alarm: %+v", r)
		}
	}
	for i := range 80 {
		g.texted(fmt.Sprintf("702234%02d", i), "Attaque au marché de Gao")
	}
	calls := g.calls()
	if len(calls) != 2 || len(calls[0].Joined) != 100 || len(calls[1].Joined) != 8 {
		t.Fatalf("%d calls", len(calls))
	}
	// Every one of them is taken with its group.
	for _, c := range calls {
		_, err := g.TakeAlarm(context.Background(), g.act("AMI"), string(c.Ref))
		must(t, err)
	}
	for _, r := range g.reports() {
		_, err := g.TakeAlarm(context.Background(), g.act("BAKARY"), string(r.Ref))
		if bot.CodeOf(err) != bot.CodeRefused {
			t.Fatalf("an alarm that was not taken with the others (%v)", err)
		}
	}
	if rang := g.passes(3*time.Hour, true); len(rang) != 0 {
		t.Errorf("all were taken, and rang %q", rang)
	}
}

// While one number floods us its alarms of one place are one, whoever's group that is.
func TestAFloodJoinsOthers(t *testing.T) {
	g := newGuard(t, "AMI")
	g.Site.Limits = people.Limits{Burst: 2, Day: 20, Join: 10 * time.Minute}
	g.texted("70111111", "Attaque à Gao")
	for range 10 {
		g.texted("70123456", "Attaque à Gao")
	}
	if calls := g.calls(); len(calls) != 1 || len(calls[0].Joined) == 0 {
		t.Errorf("%d alarms ring", len(calls))
	}
}

// PAUSE holds no alarm; COUPURE holds it until sending goes on, and longer than half a day it is of no use to anybody.
func TestSwitchesAndAlarms(t *testing.T) {
	for state, want := range map[bot.SendState]int{bot.SendPaused: 9, bot.SendCut: 0} {
		g := newGuard(t, "AMI", "BAKARY", "CISSE")
		must(t, g.updated(func(tx storage.Tx) error { _, err := people.Hold(tx, g.act("AMI"), state); return err }))
		g.texted("70123456", "Attaque à Gao")
		if rang := g.passes(11*time.Hour, true); len(rang) != want {
			t.Errorf("%s: rang %q", state, rang)
		}
		must(t, g.updated(func(tx storage.Tx) error { _, err := people.Resume(tx, g.act("AMI")); return err }))
		rang := names(g.passes(0, true))
		if slices.Sort(rang); state == bot.SendCut && !slices.Equal(rang, []string{"AMI", "BAKARY", "CISSE"}) {
			t.Errorf("%s: after it %q rang, want each once", state, rang)
		}
	}
}

// Where each of those on duty was told often enough, what comes then joins nothing that nobody hears of: it rings.
func TestNothingJoinsWhatRingsNoMore(t *testing.T) {
	g := newGuard(t, "AMI")
	g.texted("70123456", "Attaque à Gao")
	if rang := g.passes(25*time.Minute, true); len(rang) != 2 {
		t.Fatalf("rang %q", rang)
	}
	g.texted("70123457", "des tirs à Gao") // the last round tells of it
	if rang := g.passes(10*time.Minute, true); len(rang) != 1 || !strings.Contains(rang[0], "(+1)") {
		t.Fatalf("rang %q", rang)
	}
	g.texted("70123458", "ils attaquent Gao")
	if rang := g.passes(0, true); len(rang) != 1 || strings.Contains(rang[0], "(+") {
		t.Errorf("rang %q", rang)
	}
}
