package main

import (
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// What a verifier reads has marks in it, on the page and as JSON; a coordinator reads the rest, and says why.
func TestWhatIsHiddenOnTheCommandLine(t *testing.T) {
	s := start(t)
	ref := s.received("Zoumana Traoré a vu le pont de Markala coupé, appelez le 70 00 00 12. Kémoko le boucher aussi")
	const read = "  [nom] a vu le pont de Markala coupé, appelez le [numéro]. Kémoko le boucher aussi"
	s.says([]string{read}, "CISSE", "report", "show", ref)
	for _, more := range [][]string{nil, {"--json"}} {
		if out := s.says(nil, "CISSE", append([]string{"report", "show", ref}, more...)...); strings.Contains(out, "Zoumana") || strings.Contains(out, "70 00") {
			t.Errorf("a verifier reads %s", out)
		}
	}
	if _, errs, code := s.desk("CISSE", "report", "show", ref, "--raw", "--reason", "vérifier"); code != exitFailed || !strings.Contains(errs, "CISSE") {
		t.Errorf("a verifier asks for the raw words: exit %d, %s", code, errs)
	}
	if _, errs, code := s.desk("AMI", "report", "show", ref, "--raw"); code != exitFailed || !strings.Contains(errs, "--reason") {
		t.Errorf("no reason: exit %d, %s", code, errs)
	}
	s.says([]string{"  Zoumana Traoré a vu", "70 00 00 12", "Texte brut, pour vous seul."}, "AMI", "report", "show", ref, "--raw", "--reason", "rappeler le témoin")

	out := s.says([]string{"[numéro]. [nom] aussi", "Marque 1: [nom] par CISSE"}, "CISSE", "report", "mask", ref, "--words", "kemoko le boucher")
	if strings.Contains(out, "boucher") {
		t.Errorf("what is hidden is printed: %s", out)
	}
	_, err := s.service.Receive(t.Context(), bot.Inbound{
		Gateway: "sim", ExternalID: newID().String(), Sender: "66987654",
		Text: "Kémoko le boucher a dit que le pont de Markala est fermé depuis deux jours",
	})
	must(t, err)
	var list admin.Reports
	s.json(&list, "report", "list", "--limit", "1")
	other := string(list.Reports[0].Ref)
	var r admin.Rumour
	s.json(&r, "rumour", "new", "--claim", "Le pont serait coupé", "--from", ref, "--from", other)
	s.says([]string{"Marques du signalement " + ref + " qui conviennent ici: 1 (tinye report mask " + other + " --like " + ref + ")"},
		"CISSE", "report", "show", other)
	s.says([]string{"  [nom] a dit que"}, "CISSE", "report", "mask", other, "--like", ref)
	if _, errs, code := s.desk("CISSE", "report", "mask", ref, "--unmask", "1"); code != exitFailed || !strings.Contains(errs, "coordinator") {
		t.Errorf("a verifier lifts a mark: exit %d, %s", code, errs)
	}
	s.says([]string{"Kémoko le boucher aussi"}, "AMI", "report", "mask", ref, "--unmask", "1")
}
