package main

import (
	"strings"
	"testing"
)

// Names and numbers that the desk writes: a warning for what stays there, a refusal that says how to go on for what goes out.
func TestNamesInWhatTheDeskWrites(t *testing.T) {
	s := start(t)
	out := s.says([]string{
		"Attention: l'énoncé contient un nom de personne (mots 3-4).", "Attention: l'énoncé contient un numéro (mot 7).",
	}, "CISSE", "rumour", "new", "--claim", "Le maire Amadou Traoré aurait le 76123456")
	ref := strings.Fields(out)[1]
	answer := []string{"rumour", "answer", ref, "--lang", "fr", "--text", "Le maire Amadou Traoré est là."}
	if _, errs, code := s.desk("CISSE", answer...); code != exitFailed || !strings.Contains(errs, "un nom de personne (3-4)") || !strings.Contains(errs, "--names-checked") {
		t.Errorf("a name goes out: exit %d: %s", code, errs)
	}
	s.says([]string{"Réponse à " + ref}, "CISSE", append(answer, "--names-checked")...)
	s.says(nil, "AMI", "rumour", "triage", ref, "--theme", "other", "--risk", "low", "--area", "ml_ct_2023:ML07")
	out = s.says([]string{"vérifications notées: 1", "Attention: la note contient un nom de groupe (mot 2)."}, "CISSE", "rumour", "evidence", "add", ref,
		"--method", "call_stakeholder", "--source", "community_leader", "--supports", "false", "--note", "Les Bambaras d'ici ne savent rien")
	if strings.Count(out, "Attention") != 1 {
		t.Errorf("more warnings than names:\n%s", out)
	}
}
