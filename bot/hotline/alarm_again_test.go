package hotline_test

import (
	"context"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Once the desk has lowered the risk of a rumour, what its people told before does not raise it again, and what they tell
// anew does.
func TestALaterAlarmRaisesWhatWasLowered(t *testing.T) {
	g := newGuard(t, "AMI")
	g.texted("70123456", "Attaque à Gao")
	ref := g.create(t, g.reports()[0].Ref)
	risk := func() (risk bot.Risk) {
		t.Helper()
		must(t, g.Store.View(context.Background(), func(tx storage.Tx) error {
			r, err := rumour.Find(tx, ref)
			risk = r.Risk
			return err
		}))
		return risk
	}
	if risk().Level != bot.RiskCritical {
		t.Fatalf("at first: %+v", risk())
	}
	g.clock.Add(time.Hour)
	must(t, g.updated(func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err != nil {
			return err
		}
		r.Risk = bot.Risk{Level: bot.RiskLow, By: "AMI", At: g.clock.Instant()}
		return tx.PutRumour(r, r.Rev)
	}))
	ask := func(text string) {
		t.Helper()
		_, err := g.AskReporter(context.Background(), g.act("CISSE"), string(g.reports()[0].Ref), text)
		must(t, err)
		g.deliver()
		g.clock.Add(time.Minute)
	}
	ask("Où ?")
	g.texted("70123456", "Au marché, près de la mosquée")
	if risk().Level != bot.RiskLow {
		t.Errorf("after a reply without a word of alarm: %+v", risk())
	}
	g.clock.Add(time.Hour)
	ask("Et maintenant ?")
	g.texted("70123456", "Ils attaquent encore")
	if r := risk(); r.Level != bot.RiskCritical || !r.Alarm {
		t.Errorf("after another alarm: %+v", r)
	}
}
