package admin_test

import (
	"testing"
	"time"

	"tinye/bot/admin"
	"tinye/bot/rumour"
)

// A report is due a day after it came; under a rumour it is due no more.
func TestReportsAreDue(t *testing.T) {
	s := newSite(t)
	came := s.Now()
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	due := func() *admin.Due {
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by("AMI")}, &list)
		if len(list.Reports) != 1 || string(list.Reports[0].Ref) != ref {
			t.Fatalf("%+v", list)
		}
		return list.Reports[0].Due
	}
	d := due()
	if d == nil || d.Stage != rumour.StageTriage || d.Late || d.At.Time().Sub(came).Round(time.Minute) != 24*time.Hour {
		t.Fatalf("due: %+v", d)
	}
	s.store.Time.Add(25 * time.Hour)
	if d := due(); d == nil || !d.Late {
		t.Errorf("a day later: %+v", d)
	}
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le puits serait empoisonné", From: []string{ref}}, &r)
	if d := due(); d != nil {
		t.Errorf("under a rumour: %+v", d)
	}
}
