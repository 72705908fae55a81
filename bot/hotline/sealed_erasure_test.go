package hotline_test

import (
	"context"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// EFFACER 1 promises that all goes. It does: what was sealed of the person goes with the rest, however far the focal point is
// with it, also what waits to be sealed; somebody else's stays. The texts are the same as for everybody: who holds the phone
// does not learn that there was such a report.
func TestErasureReachesTheVault(t *testing.T) {
	g := focalGuard(t)
	ctx := context.Background()
	must(t, g.Store.Update(ctx, func(tx storage.Tx) error { return rumourKey(tx, g) }))
	sealed := map[bot.CaseState]bot.Ref{}
	for i, state := range bot.CaseStates() {
		g.texted("7012340"+string(rune('0'+i)), "On dit qu'une fille de la cour est battue")
		g.label()
		reports := g.reports()
		sealed[state] = reports[len(reports)-1].Ref
	}
	g.texted("70123409", "On dit qu'un garçon de la cour est battu")
	g.label()
	reports := g.reports()
	others := reports[len(reports)-1].Ref
	n, _, err := g.SealWaiting(ctx, g.act("FOUSSENI"))
	if err != nil || n != 6 {
		t.Fatalf("sealed %d, %v", n, err)
	}
	way := map[bot.CaseState][]bot.CaseState{
		bot.CaseAccepted: {bot.CaseAccepted}, bot.CaseHandedOver: {bot.CaseAccepted, bot.CaseHandedOver},
		bot.CaseCannotRefer: {bot.CaseCannotRefer}, bot.CaseClosed: {bot.CaseCannotRefer, bot.CaseClosed},
	}
	must(t, g.Store.Update(ctx, func(tx storage.Tx) error {
		for _, state := range bot.CaseStates() {
			for _, to := range way[state] {
				if _, err := rumour.MoveCase(tx, g.act("FOUSSENI"), string(sealed[state]), to); err != nil {
					return err
				}
			}
		}
		return nil
	}))
	g.dials("70123400", "Elle est enfermée maintenant") // waits to be sealed
	g.passes(0, true)
	var said []string
	for i := range bot.CaseStates() {
		phone := "7012340" + string(rune('0'+i))
		g.texted(phone, "EFFACER")
		g.texted(phone, "EFFACER 1")
		for _, s := range g.deliver() {
			if s.to == "+223"+phone {
				said = append(said, s.text)
			}
		}
	}
	g.texted("70123408", "EFFACER")
	g.texted("70123408", "EFFACER 1")
	var plain []string // to somebody who told nothing of the kind
	for _, s := range g.deliver() {
		plain = append(plain, s.text)
	}
	for i, text := range said {
		if text != plain[i%len(plain)] {
			t.Errorf("somebody with a sealed report reads %q, others read %q", text, plain[i%len(plain)])
		}
		if strings.Contains(text, "protect") {
			t.Errorf("it says %q", text)
		}
	}
	if len(said) != 10 || len(plain) != 2 {
		t.Errorf("said %d and %d", len(said), len(plain))
	}
	g.passes(0, true)
	var held []bot.Case
	must(t, g.Store.Update(ctx, func(tx storage.Tx) (err error) {
		held, err = rumour.ExportCases(tx, g.act("FOUSSENI"))
		return err
	}))
	if len(held) != 1 || held[0].Ref != others {
		t.Errorf("%d sealed reports are left, want somebody else's", len(held))
	}
	must(t, g.Store.View(ctx, func(tx storage.Tx) error {
		waiting, err := rumour.WaitingToSeal(tx, bot.ReportStates()...)
		if len(waiting) != 0 {
			t.Errorf("%d wait to be sealed", len(waiting))
		}
		return err
	}))
	for _, state := range bot.CaseStates() {
		err := g.Store.Update(ctx, func(tx storage.Tx) error {
			_, err := rumour.MoveCase(tx, g.act("FOUSSENI"), string(sealed[state]), bot.CaseAccepted)
			return err
		})
		var fault *bot.Error
		if !asFault(err, &fault) || fault.Key != "desk.case_forgotten" {
			t.Errorf("the one that was %s: %v", state, err)
		}
	}
}
