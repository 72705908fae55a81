package main

import (
	"strings"
	"testing"
)

// What is done with reports is said in words: who is answered how, what a text costs, what comes next.
func TestReportsAtTheDeskInWords(t *testing.T) {
	s := start(t)
	s.says([]string{"Compte DJENEBA créé"}, "ADAMA", "user", "add", "DJENEBA", "--role", "moderator")
	s.says([]string{"Compte ELI créé"}, "ADAMA", "user", "add", "ELI", "--role", "field_agent")
	out := s.says([]string{"La personne sera appelée: tinye report calls."}, "ELI", "report", "new", "--channel", "voice_call",
		"--from", "76123456", "--said-by", "GAO-12", "--lang", "fr", "--theme", "health", "--reply-by", "call",
		"--place", "ml_ct_2023:ML07", "--text", "Où faire vacciner un enfant ?")
	ref := strings.Fields(out)[1]
	if _, errs, code := s.desk("ELI", "report", "show", ref); code != exitFailed || !strings.Contains(errs, "ELI") {
		t.Errorf("a field agent reads a report: exit %d, %q", code, errs)
	}
	s.says([]string{"Dit par:", "GAO-12", "Noté par:", "ELI", "Santé", "par appel"}, "DJENEBA", "report", "show", ref)
	s.says([]string{"Personne à appeler."}, "DJENEBA", "report", "calls")
	if _, errs, code := s.desk("DJENEBA", "report", "ask", ref, "--text", "Où ?"); code != exitFailed || !strings.Contains(errs, "veut être appelée") {
		t.Errorf("a question by SMS to somebody who wants to be rung: exit %d, %q", code, errs)
	}
	s.says([]string{ref + ": question. État: reçu"}, "DJENEBA", "report", "label", ref, "question")
	s.says([]string{"mise en file", "sera appelée", "GSM-7, SMS: 1."}, "DJENEBA", "report", "reply", ref, "--text", "au centre de santé, le matin.")
	s.says([]string{"ATTEND DEPUIS", ref}, "DJENEBA", "report", "calls")
	s.says([]string{"Appelez le +22376123456", ref + ": au centre de santé, le matin.", "--outcome reached ", "réponse lue à la personne"}, "DJENEBA", "report", "call", ref)
	s.says([]string{"attend un autre appel"}, "DJENEBA", "report", "called", ref, "--outcome", "nobody")
	s.says([]string{"réponse lue"}, "DJENEBA", "report", "called", ref, "--outcome", "reached")
	s.says([]string{"répondu à la personne seule", "Réponse du bureau", "  au centre de santé, le matin.", "lu au téléphone"}, "DJENEBA", "report", "show", ref)
	s.says([]string{"répondu à la personne seule", "question"}, "DJENEBA", "report", "list", "--state", "answered_direct")

	told := s.received("Le pont de Markala est fermé depuis hier soir")
	s.says([]string{"Question à la personne du signalement " + told + " mise en file.", "SMS: 1."}, "CISSE", "report", "ask", told, "--text", "Quel pont ?")
	s.says([]string{"Question du bureau", "  Quel pont ?"}, "CISSE", "report", "show", told)
	s.says([]string{told + " clos: noté deux fois."}, "AMI", "report", "close", told, "--reason", "duplicate")
	s.says([]string{"clos", "Clos:", "noté deux fois"}, "AMI", "report", "show", told)
	s.says([]string{"étiquettes", "question", "répondu à la personne seule"}, "AMI", "status")
	s.says([]string{"personne n'attend de réponse"}, "ELI", "report", "new", "--channel", "radio", "--text", "Un auditeur parle d'un pont fermé")

	for _, args := range [][]string{
		{"report", "new", "--text", "x"}, {"report", "new", "--channel", "sms", "--text", "x"}, {"report", "called", ref},
		{"report", "called", ref, "--outcome", "busy"}, {"report", "close", ref}, {"report", "label", ref}, {"report", "list", "--state", "lost"},
		{"report", "new", "--channel", "paper", "--reply-by", "ussd", "--text", "x"}, {"report", "new", "--channel", "paper", "--place", "Gao", "--text", "x"},
	} {
		if out, code := tinyeRun(args...); code != exitConfig {
			t.Errorf("tinye %q: exit %d: %s", args, code, out)
		}
	}
}
