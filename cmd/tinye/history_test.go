package main

import (
	"strings"
	"testing"

	"tinye/bot/admin"
)

// Who did what is told in French, in its order, and as it is with --json.
func TestEventsInWords(t *testing.T) {
	s := start(t)
	report := s.received("Il paraît que le pont de Markala est fermé")
	s.says(nil, "AMI", "report", "show", report)
	out := s.says(nil, "AMI", "rumour", "new", "--claim", "Le pont serait fermé", "--from", report)
	ref := strings.Fields(out)[1]
	s.says(nil, "AMI", "rumour", "reject", ref, "--reason", "spam")
	s.says(nil, "AMI", "rumour", "reopen", ref, "--reason", "Trop vite")
	out = s.says([]string{"QUOI", "signalement lu, masqué", "signalement rattaché"}, "AMI", "report", "history", report)
	if strings.Index(out, "lu, masqué") > strings.Index(out, "rattaché") {
		t.Errorf("out of order:\n%s", out)
	}
	s.says([]string{"rumeur créée", "rumeur rejetée", "indésirable", "rumeur rouverte", "Trop vite"}, "AMI", "rumour", "history", ref)
	s.says([]string{"N°", "coordinateur", "rumeur rouverte", "Il y en a d'autres"}, "AMI", "events", "list", "--limit", "2")
	s.says([]string{"rumeur rejetée"}, "ADAMA", "events", "list", "--kind", "rumour.rejected", "--actor", "AMI", "--key", ref, "--since", "2000-01-01")
	s.says([]string{"Rien n'est noté."}, "AMI", "events", "list", "--since", "2999-01-01T00:00:00Z")
	var list admin.Events
	s.json(&list, "events", "list", "--kind", "events")
	if len(list.Events) != 1+1 || list.Events[0].Actor != "AMI" || list.Events[1].Actor != "ADAMA" {
		t.Errorf("readings: %+v", list.Events)
	}
	if _, errs, code := s.desk("AMI", "events", "list", "--since", "hier"); code != exitFailed || !strings.Contains(errs, "2026-03-12") {
		t.Errorf("a day that is none: exit %d, %s", code, errs)
	}
}
