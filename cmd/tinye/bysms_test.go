package main

import (
	"regexp"
	"strings"
	"testing"

	"tinye/bot"
)

// The desk by SMS, from the command line: phones, a sheet to print, and what the demo's registered phone does.
func TestTheDeskBySMS(t *testing.T) {
	s := start(t)
	s.says([]string{"NUMÉRO", "ADAMA", "…99", "AMI", "…98"}, "AMI", "user", "numbers")
	s.says([]string{"Numéro en …97 enregistré pour CISSE", "PAUSE"}, "ADAMA", "user", "number", "CISSE", "66000097")
	s.says([]string{"Le compte CISSE n'a plus de numéro."}, "ADAMA", "user", "number", "CISSE", "--remove")
	for _, args := range [][]string{{"user", "number", "CISSE"}, {"user", "number", "CISSE", "66000097", "--remove"}, {"codes", "print", "--count", "0"}} {
		if _, _, code := s.desk("ADAMA", args...); code != exitConfig {
			t.Errorf("tinye %q: exit %d", args, code)
		}
	}

	sheet := s.says([]string{"AMI, codes du", " 1  ", "20  ", "PAUSE et COUPURE vont sans code"}, "AMI", "codes", "print")
	codes := regexp.MustCompile(`\b[1-9]\d{5}\b`).FindAllString(sheet, -1)
	if len(codes) != 20 {
		t.Fatalf("the sheet has %d codes:\n%s", len(codes), sheet)
	}
	s.says([]string{"il y restait 20 codes"}, "AMI", "codes", "print", "--count", "5")

	text := func(from, text string) {
		t.Helper()
		in := bot.Inbound{Gateway: "sim", ExternalID: newID().String(), Sender: from, Text: bot.Text(text)}
		_, err := s.service.Receive(t.Context(), in)
		must(t, err)
	}
	text("66000099", "COUPURE")
	s.says([]string{"coupé: plus rien ne part, les alertes à la garde non plus, par ADAMA par SMS"}, "", "status")
	s.says([]string{"Envoi coupé", "par ADAMA"}, "CISSE", "outbox", "pause") // a pause lets nothing out
	if _, errs, code := s.desk("CISSE", "outbox", "resume"); code != exitFailed || !strings.Contains(errs, "coordinator") {
		t.Errorf("a verifier lets everything leave: exit %d: %s", code, errs)
	}
	s.says([]string{"Tout repart."}, "AMI", "outbox", "resume")
	s.says([]string{"repris par AMI, le"}, "", "status")
	s.says([]string{"en pause: bulletins et suivis retenus"}, "AMI", "outbox", "pause")
	s.says([]string{"coupé"}, "AMI", "outbox", "cut")
}
