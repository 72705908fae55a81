package main

import (
	"strings"
	"testing"
	"time"
)

// The looks of a month on the command line: who, how often, at what and why.
func TestLooksOnTheCommandLine(t *testing.T) {
	s := start(t)
	report := s.received("On dit que le puits de Gao est empoisonné")
	s.says([]string{"Personne n'a regardé"}, "AMI", "events", "looks")
	s.says([]string{"puits"}, "AMI", "report", "show", report, "--raw", "--reason", "un mot illisible")
	out := s.says([]string{"AMI", report, "un mot illisible"}, "BAKARY", "events", "looks")
	if strings.Contains(out, "pas encore revu") {
		t.Errorf("a month that goes on is to be reviewed:\n%s", out)
	}
	if out := s.says([]string{report}, "ADAMA", "events", "looks"); strings.Contains(out, "illisible") {
		t.Errorf("an administrator reads why:\n%s", out)
	}
	month := time.Now().UTC().Format("2006-01")
	if _, errs, code := s.desk("BAKARY", "events", "review", month); code != exitFailed || !strings.Contains(errs, "n'est pas fini") {
		t.Errorf("reviewed before it is over: exit %d: %s", code, errs)
	}
	s.says([]string{"revus par BAKARY"}, "BAKARY", "events", "review", "2020-01")
}
