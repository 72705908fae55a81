package hotline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/seal"
)

// focalGuard is a desk whose focal point has a registered phone.
func focalGuard(t *testing.T) *guard {
	t.Helper()
	g := newGuard(t, "FOUSSENI")
	g.onDuty()
	g.CloseCase = seal.Case
	return g
}

// dials has somebody take the menu's path for a child or a person.
func (g *guard) dials(number, text string) {
	g.t.Helper()
	for _, typed := range []string{"", "5", "1", text} {
		_, err := g.Receive(context.Background(), bot.Inbound{
			Gateway: "sim", Channel: bot.ChannelUSSD, SessionID: "s" + number, Hop: number + typed, Sender: number, To: "*384#", Text: bot.Text(typed),
		})
		must(g.t, err)
	}
}

// label has the desk put the newest report aside for the focal point.
func (g *guard) label() {
	g.t.Helper()
	reports := g.reports()
	_, err := g.LabelReport(context.Background(), g.act("DJENEBA"), string(reports[len(reports)-1].Ref), bot.LabelProtection)
	must(g.t, err)
}

// The focal point is told at night, too, in words that tell nobody else anything, of what comes by the menu and of what the desk
// puts aside; of several within a quarter of an hour once, and of the later ones when it is over.
func TestTheFocalPointIsToldThatSomethingWaits(t *testing.T) {
	g := focalGuard(t)
	g.set(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC))
	g.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	if rang := g.passes(time.Minute, true); len(rang) != 0 {
		t.Fatalf("nothing waits, and it rang %q", rang)
	}
	const told = " FOUSSENI TINYE: urgent, un message vous attend au bureau."
	g.dials("70123456", "On frappe une fille de la cour")
	g.dials("70123457", "Un petit est enfermé chez le voisin")
	wants := func(d time.Duration, want ...string) {
		t.Helper()
		rang := g.passes(d, true)
		if strings.Join(rang, "\n") != strings.Join(want, "\n") {
			t.Errorf("it rang %q, want %q", rang, want)
		}
	}
	wants(2*time.Minute, "23:01"+told)
	g.texted("70123458", "Il paraît que mon oncle frappe les filles")
	g.label() // 23:03
	wants(20*time.Minute, "23:16"+told)
	wants(5 * time.Hour) // sealed or not, it is not said again
	if err := g.Store.Update(context.Background(), func(tx storage.Tx) error {
		return rumourKey(tx, g)
	}); err != nil {
		t.Fatal(err)
	}
	wants(time.Hour) // nor once the sweep has sealed them
	for _, word := range []string{"protection", "enfant", "abus", "signal", "482"} {
		if strings.Contains(told, word) {
			t.Errorf("it says %q", word)
		}
	}
	n, _, err := g.SealWaiting(context.Background(), g.act("FOUSSENI"))
	if err != nil || n != 0 {
		t.Errorf("the sweep left %d to seal, %v", n, err)
	}
}

// rumourKey registers a key of the focal point.
func rumourKey(tx storage.Tx, g *guard) error {
	k, err := seal.NewCaseKey(g.t.TempDir()+"/key", g.clock.Now())
	if err != nil {
		return err
	}
	_, err = rumour.AddProtectionKey(tx, g.act("FOUSSENI"), k.Public(), seal.CheckCasePublic)
	return err
}

// While no gateway works what comes later is told by the message that waits; one that is lost is sent again half a day later,
// and none leaves about what the focal point has taken up meanwhile.
func TestTheFocalPointIsToldOnceWhenTheGatewayComesBack(t *testing.T) {
	g := focalGuard(t)
	must(t, g.Store.Update(context.Background(), func(tx storage.Tx) error { return rumourKey(tx, g) }))
	for i := range 5 {
		g.texted("7012346"+string(rune('0'+i)), "On dit qu'un homme bat sa femme")
		g.label()
		g.passes(20*time.Minute, false)
	}
	if rang := g.passes(0, true); len(rang) != 1 {
		t.Errorf("after an hour and a half without a gateway it rang %q", rang)
	}
	g.texted("70123470", "On dit qu'une fille est vendue")
	g.label()
	g.passes(13*time.Hour, false) // the message has gone out of date
	if rang := g.passes(0, true); len(rang) != 1 {
		t.Errorf("half a day later it rang %q", rang)
	}
	g.texted("70123471", "On dit qu'un garçon a disparu")
	g.label()
	g.passes(20*time.Minute, false)
	must(t, g.Store.Update(context.Background(), func(tx storage.Tx) error {
		cases, err := rumour.Cases(tx)
		if err != nil {
			return err
		}
		if len(cases) != 7 {
			t.Errorf("%d reports are sealed", len(cases))
		}
		for _, c := range cases {
			if _, err := rumour.MoveCase(tx, g.act("FOUSSENI"), string(c.Ref), bot.CaseAccepted); err != nil {
				return err
			}
		}
		return nil
	}))
	if rang := g.passes(24*time.Hour, true); len(rang) != 0 {
		t.Errorf("all is taken up, and it rang %q", rang)
	}
}

// A phone that is registered later is told what waits already.
func TestAFocalPointWithANewPhoneIsTold(t *testing.T) {
	g := newGuard(t)
	g.texted("70123456", "On dit qu'une fille de la cour est battue")
	g.label()
	g.passes(time.Hour, true)
	p := &player{desk: g.desk, names: map[string]string{}}
	must(t, p.step("ADAMA number FOUSSENI 66000090"))
	g.phones["+22366000090"] = "FOUSSENI"
	if rang := g.passes(time.Minute, true); len(rang) != 1 {
		t.Errorf("it rang %q", rang)
	}
}
