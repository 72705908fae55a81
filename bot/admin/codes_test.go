package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// What a refusal lists to choose from is said in words, with the codes to type behind them.
func TestChoicesAreSaidInWords(t *testing.T) {
	s := newSite(t)
	report := s.tell(fanta, "Le pont de Mopti est coupé dit-on")
	ref := s.rumour("Le pont serait coupé", report)
	for _, c := range []struct {
		path     string
		question any
		status   int
		key      string
		says     []string
	}{
		{"/user/add", admin.AddUser{By: by("AMI"), Name: "MOI", Roles: []bot.Role{bot.RoleAdmin}}, http.StatusForbidden, "desk.no_role", []string{"administrateur [admin]"}},
		{"/user/add", admin.AddUser{By: by("ROOT"), Name: "MOI", Roles: []bot.Role{"boss"}}, http.StatusBadRequest, "desk.bad_role",
			[]string{"boss", "vérificateur [verifier]", "point focal protection [protection_focal]"}},
		{"/rumour/submit", finding(ref, "true"), http.StatusBadRequest, "desk.bad_verdict", []string{"Invérifiable [unverifiable]"}},
		{"/report/label", admin.LabelReport{By: by("AMI"), Ref: report, Label: "x"}, http.StatusBadRequest, "desk.bad_label", []string{"plainte [complaint]"}},
		{"/report/close", admin.CloseReport{By: by("AMI"), Ref: report, Reason: "x"}, http.StatusBadRequest, "desk.bad_reason", []string{"noté deux fois [duplicate]"}},
		{"/rumour/reject", admin.MoveRumour{By: by("AMI"), Rumour: ref, Reason: "answered"}, http.StatusUnprocessableEntity, "desk.reject_reason", []string{"indésirable [spam]"}},
		{"/stock/approve", admin.ApproveStock{By: by("AMI"), Kind: "x"}, http.StatusBadRequest, "desk.stock_kind", []string{"vérification en cours [holding]"}},
		{"/rumour/triage", admin.MoveRumour{By: by("AMI"), Rumour: ref, Theme: "x"}, http.StatusBadRequest, "desk.bad_theme", []string{"santé, vaccins [health_vaccine]"}},
	} {
		problem := s.refused(c.path, c.question, c.status, c.key)
		for _, words := range c.says {
			if !strings.Contains(problem.Sentence, words) {
				t.Errorf("%s says %q, want %q in it", c.key, problem.Sentence, words)
			}
		}
	}
}

// So is what a cohort's refusals name: no English code alone.
func TestACohortsRefusalsAreSaidInWords(t *testing.T) {
	s := newSite(t)
	s.places()
	s.ask("/cohort/new", jade("AMI", "JADE", 4), &admin.CohortRow{})
	s.ask("/cohort/add", candidate("BAKARY", "JADE", "GAO-01", ""), &admin.MemberRow{})
	exit := s.refused("/cohort/status", admin.SetMemberStatus{By: by("AMI"), CodeName: "GAO-01", Status: bot.AgentExited}, http.StatusBadRequest, "desk.exit_reason")
	clears := s.refused("/cohort/clear", admin.NameMember{By: by("AMI"), CodeName: "GAO-01"}, http.StatusUnprocessableEntity, "desk.bad_vetting")
	for _, said := range []struct{ sentence, code string }{{exit.Sentence, "conduct"}, {exit.Sentence, "other"}, {clears.Sentence, "cleared"}, {clears.Sentence, "nominated"}} {
		if !strings.Contains(said.sentence, " ["+said.code+"]") {
			t.Errorf("%q says %s without words", said.sentence, said.code)
		}
	}
}
