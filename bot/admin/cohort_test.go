package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

const gaoCercle = "ml_ct_2023:ML0701"

func gaoCode() bot.PlaceCode {
	code, _ := bot.ParsePlaceCode(gaoCercle)
	return code
}

// jade is a cohort of the given seats at Gao.
func jade(as, name string, seats int) admin.PutCohort {
	return admin.PutCohort{
		By: by(as), Name: name, Starts: "2026-11-01", Ends: "2027-11-30", Quotas: []admin.QuotaRow{{Place: gaoCode(), N: seats}},
		Groups: []admin.GroupRow{{Group: "f", N: seats}}, Criteria: map[bot.Lang]string{bot.French: "Connu du quartier"},
		Apply: map[bot.Lang]string{bot.French: "Parlez à l'association"},
	}
}

func candidate(as, cohort, name, number string) admin.AddMember {
	return admin.AddMember{
		By: by(as), Cohort: cohort, CodeName: name, Place: gaoCode(), Sex: bot.SexFemale, Age: bot.Age18to24, Residence: bot.ResidenceIDP,
		Disability: bot.DisabilityUndisclosed, Number: number,
	}
}

// checksOf are the checks of somebody of age, passed.
func checksOf(as, name string) admin.VetMember {
	q := admin.VetMember{By: by(as), CodeName: name}
	for _, c := range bot.VettingChecks() {
		q.Checks = append(q.Checks, admin.CheckRow{Check: c, Result: bot.CheckPass})
	}
	return q
}

// cohorts walks the endpoints of projects and cohorts.
func (w *walk) cohorts() {
	w.t.Helper()
	w.site.places()
	var m admin.MemberRow
	w.does("/project/new", admin.NewProject{By: by("AMI"), Code: "tabale", Title: "Tabale"}, &admin.ProjectRow{}, "AMI", "project.added", "TABALE")
	q := jade("AMI", "WALK", 2)
	q.Project = "TABALE"
	w.does("/cohort/new", q, &admin.CohortRow{}, "AMI", "cohort.added", "WALK")
	w.does("/cohort/change", admin.PutCohort{By: by("AMI"), Name: "WALK", Ends: "2027-12-31"}, &admin.CohortRow{}, "AMI", "cohort.changed", "WALK")
	w.does("/cohort/notice", admin.NoticeOf{By: by("AMI"), Name: "WALK", Lang: "fra"}, &admin.NoticeText{}, "AMI", "cohort.notice", "WALK")
	for _, name := range []string{"W-01", "W-02"} {
		w.does("/cohort/add", candidate("BAKARY", "WALK", name, ""), &m, "BAKARY", "member.nominated", name)
	}
	w.does("/cohort/number", admin.SetMemberNumber{By: by("AMI"), CodeName: "W-01", Number: "76111299"}, &m, "AMI", "member.number_set", "W-01")
	w.does("/cohort/conduct", admin.AskConduct{By: by("AMI"), CodeName: "W-01"}, &m, "AMI", "member.conduct_asked", "W-01")
	w.does("/cohort/conduct", admin.AskConduct{By: by("AMI"), CodeName: "W-01", Signed: true}, &m, "AMI", "member.conduct_signed", "W-01")
	w.does("/cohort/vet", checksOf("AMI", "W-01"), &m, "AMI", "member.checked", "W-01")
	w.does("/cohort/clear", admin.NameMember{By: by("AMI"), CodeName: "W-01"}, &m, "AMI", "member.cleared", "W-01")
	if m.Vetting != bot.VettingCleared || !m.Phone {
		w.t.Errorf("cleared: %+v", m)
	}
	w.does("/cohort/met", admin.NameMember{By: by("AMI"), CodeName: "W-01"}, &m, "AMI", "member.met", "W-01")
	w.does("/cohort/status", admin.SetMemberStatus{By: by("AMI"), CodeName: "W-01", Status: bot.AgentPaused}, &m, "AMI", "member.paused", "W-01")
	w.does("/cohort/vetting", admin.MoveVetting{By: by("AMI"), CodeName: "W-01", To: bot.VettingSuspended, Reason: "plainte"}, &m,
		"AMI", "member.suspended", "W-01")
	var i admin.IncidentRow
	w.does("/cohort/incident", admin.NoteIncident{By: by("AMI"), CodeName: "W-01", Kind: bot.IncidentThreat, Note: "appelé du " + fanta}, &i,
		"AMI", "incident.noted", "W-01")
	if strings.Contains(i.Note, fanta) {
		w.t.Errorf("the note holds a number: %q", i.Note)
	}
	w.does("/cohort/incidents/done", admin.IncidentDone{By: by("FOUSSENI"), Incident: i.Incident}, &i, "FOUSSENI", "incident.done", "W-01")
	w.does("/cohort/replace", admin.ReplaceMember{By: by("AMI"), Old: "W-01", New: "W-02"}, &admin.Replaced{}, "AMI", "member.replaced", "W-01")
}

// places makes the cercle of Gao known.
func (s *site) places() {
	s.t.Helper()
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		return tx.PutPlace(bot.Place{Code: gaoCode(), Level: bot.LevelCercle, Names: map[bot.Lang]string{bot.French: "Gao"}})
	}))
	must(s.t, s.ReloadPlaces(s.t.Context()))
}

// A cohort shows its fill by place and sex; what is under half is flagged, a member is one row, and no number is shown.
func TestCohortShow(t *testing.T) {
	s := newSite(t)
	s.places()
	s.ask("/cohort/new", jade("AMI", "JADE", 4), &admin.CohortRow{})
	s.ask("/cohort/notice", admin.NoticeOf{By: by("AMI"), Name: "JADE", Lang: "fr"}, &admin.NoticeText{})
	s.refused("/cohort/notice", admin.NoticeOf{By: by("AMI"), Name: "JADE", Lang: "bam"}, http.StatusUnprocessableEntity, "desk.notice_incomplete")
	for n := 1; n <= 3; n++ {
		name, number := fmt.Sprintf("GAO-%02d", n), ""
		if n == 1 {
			number = fanta
		}
		s.ask("/cohort/add", candidate("BAKARY", "jade", name, number), &admin.MemberRow{})
	}
	s.ask("/cohort/vet", checksOf("BAKARY", "GAO-01"), &admin.MemberRow{})
	s.ask("/cohort/conduct", admin.AskConduct{By: by("BAKARY"), CodeName: "GAO-01", Signed: true}, &admin.MemberRow{})
	s.ask("/cohort/clear", admin.NameMember{By: by("AMI"), CodeName: "GAO-01"}, &admin.MemberRow{})
	var c admin.CohortShown
	s.ask("/cohort/show", admin.ShowCohort{By: by("BAKARY"), Name: "JADE"}, &c)
	if c.Sits != 1 || c.Seats != 4 || len(c.Places) != 1 || c.Places[0].Women != 1 || c.Places[0].Screening != 2 || c.Places[0].Gap != 3 ||
		!c.Places[0].Half || !c.Groups[0].Half || len(c.Members) != 3 || !c.Members[0].Phone || c.Members[1].Phone {
		t.Errorf("shown %+v", c)
	}
	s.refused("/cohort/show", admin.ShowCohort{By: by("CISSE"), Name: "JADE"}, http.StatusForbidden, "desk.no_role")
	var list admin.CohortRows
	s.ask("/cohort/list", admin.ListCohorts{By: by("CISSE")}, &list)
	if len(list.Cohorts) != 0 {
		t.Errorf("a verifier who is no mentor sees %+v", list)
	}
	s.ask("/cohort/change", admin.PutCohort{By: by("AMI"), Name: "JADE", Mentor: "CISSE"}, &admin.CohortRow{})
	s.ask("/cohort/show", admin.ShowCohort{By: by("CISSE"), Name: "JADE"}, &c)
	s.refused("/cohort/change", admin.PutCohort{By: by("AMI"), Name: "JADE", Mentor: "ELI"}, http.StatusUnprocessableEntity, "desk.bad_mentor")
}
