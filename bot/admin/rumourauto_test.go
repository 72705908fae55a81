package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// Who writes an answer reads whether the machine can give it; who publishes it says whether it may, and changes that later.
func TestTheTickOfAutomaticAnswers(t *testing.T) {
	s := newSite(t)
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("DJENEBA"), Claim: "Le puits serait empoisonné", From: []string{s.tell(fanta, "le puits de Gao est empoisonné depuis hier")}}, &r)
	ref := string(r.Ref)
	s.find(ref, bot.ConfirmedFalse, &r)
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "fra", Text: strings.Repeat("L'eau est saine. ", 8)}, &r)
	if a := r.Answers[0]; !a.AutoTooLong || a.Measure.Parts != 1 {
		t.Errorf("an answer of one part that has no room for the line at its end: %+v", a)
	}
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "fra", Text: "Faux: l'eau du puits a été contrôlée."}, &r)
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("BAKARY"), Rumour: ref, Lang: "fra"}, &r)
	if a := r.Answers[0]; a.AutoTooLong || r.Auto != nil {
		t.Errorf("before publication: %+v, %+v", a, r.Auto)
	}
	s.refused("/rumour/auto", admin.SetAuto{By: by("AMI"), Rumour: ref, Allow: true}, http.StatusUnprocessableEntity, "desk.auto_not_published")
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, NoAuto: true}, &r)
	if r.Auto == nil || r.Auto.Answer != bot.AutoRefused || r.Auto.By != "AMI" {
		t.Errorf("published with --no-auto: %+v", r.Auto)
	}
	s.refused("/rumour/auto", admin.SetAuto{By: by("DJENEBA"), Rumour: ref, Allow: true}, http.StatusForbidden, "desk.no_role")
	s.ask("/rumour/auto", admin.SetAuto{By: by("BAKARY"), Rumour: ref, Allow: true}, &r)
	s.ask("/rumour/show", admin.ShowRumour{By: by("CISSE"), Rumour: ref}, &r)
	if r.Auto == nil || r.Auto.Answer != bot.AutoAllowed || r.Auto.By != "BAKARY" || !r.Auto.Until.IsZero() {
		t.Errorf("allowed later: %+v", r.Auto)
	}
	s.ask("/rumour/risk", admin.MoveRumour{By: by("AMI"), Rumour: ref, Flags: []bot.RiskFlag{bot.FlagNamesPerson}}, &r)
	if r.Auto == nil || r.Auto.Answer != bot.AutoNever || r.Auto.By != "AMI" {
		t.Errorf("it names a person: %+v", r.Auto)
	}
	s.refused("/rumour/auto", admin.SetAuto{By: by("BAKARY"), Rumour: ref, Allow: true}, http.StatusUnprocessableEntity, "desk.auto_never")
}
