package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// Two people tell a rumour, one of them in Bambara; both hear the answer, written by one person and approved by another.
func TestARumourFromReportToAnswer(t *testing.T) {
	s := newSite(t)
	first := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	second := s.tell(moussa, "An ka dugu kono ji bagatora, u ko an kana a min")

	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("DJENEBA"), Claim: "Le puits de Gao est empoisonné", From: []string{first}}, &r)
	ref := string(r.Ref)
	if r.State != bot.RumourNew || r.ReportCount != 1 || r.CreatedBy != "DJENEBA" {
		t.Errorf("new rumour: %+v", r)
	}
	s.ask("/rumour/link", admin.LinkReports{By: by("CISSE"), Rumour: ref, Reports: []string{second}}, &r)
	if r.ReportCount != 2 {
		t.Errorf("%d reports, want 2", r.ReportCount)
	}
	s.refused("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref}, http.StatusUnprocessableEntity, "desk.not_decided")
	s.find(ref, bot.ConfirmedFalse, &r)
	if r.State != bot.RumourDecided || r.DecidedBy != "AMI" {
		t.Errorf("decided rumour: %+v", r)
	}

	s.ask("/rumour/answer", admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "fr", Text: "C’est faux. L'eau a été contrôlée 中."}, &r)
	if m := r.Answers[0].Measure; m.Encoding != bot.UCS2 || !slices.Contains(m.Outsiders, "中") || m.Parts < 1 || m.Units == 0 {
		t.Errorf("measure of a text outside GSM-7: %+v", m)
	}
	s.ask("/rumour/answer", admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "fra", Text: "Faux: l'eau du puits a été contrôlée."}, &r)
	if m := r.Answers[0].Measure; m.Encoding != bot.GSM7 || m.Parts != 1 || len(m.Outsiders) != 0 || len(r.Answers) != 1 {
		t.Errorf("measure of a GSM-7 text: %+v", m)
	}
	s.refused("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref}, http.StatusUnprocessableEntity, "desk.not_approved")
	s.refused("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "fra"}, http.StatusUnprocessableEntity, "desk.author_approves")
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("BAKARY"), Rumour: ref, Lang: "fra"}, &r)
	if a := r.Answers[0]; a.Author != "AMI" || a.Approver != "BAKARY" || a.ApprovedAt.IsZero() {
		t.Errorf("approved answer: %+v", a)
	}
	p := s.refused("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref}, http.StatusUnprocessableEntity, "desk.fallback_needed")
	if !strings.Contains(p.Sentence, "bam") || !strings.Contains(p.Sentence, "--fallback fra") {
		t.Errorf("%q does not say which language lacks and what to do", p.Sentence)
	}
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: ref, Fallback: "fr"}, &r)
	if r.FanOut == nil || r.FanOut.QueuedAnswers != (admin.QueuedAnswers{Queued: 2, FellBack: 1}) || r.FanOut.Open || *r.FanOut.Now != r.FanOut.QueuedAnswers || r.Fallback != bot.French {
		t.Errorf("fan-out: %+v", r.FanOut)
	}

	s.ask("/rumour/show", admin.ShowRumour{By: by("CISSE"), Rumour: ref}, &r)
	var shown []string
	for _, row := range r.Reports {
		shown = append(shown, string(row.Ref))
		if row.State != bot.ReportAnswered || string(row.Rumour) != ref {
			t.Errorf("report in the rumour: %+v", row)
		}
	}
	slices.Sort(shown)
	want := []string{first, second}
	slices.Sort(want)
	if !slices.Equal(shown, want) || r.MoreReports {
		t.Errorf("the rumour shows the reports %q, want %q", shown, want)
	}
	var list admin.Rumours
	s.ask("/rumour/list", admin.ListRumours{By: by("CISSE"), State: bot.RumourPublished}, &list)
	if len(list.Rumours) != 1 || list.Rumours[0].Claim != "Le puits de Gao est empoisonné" || list.More {
		t.Errorf("published rumours: %+v", list)
	}
	s.ask("/rumour/list", admin.ListRumours{By: by("CISSE"), State: bot.RumourNew}, &list)
	if len(list.Rumours) != 0 {
		t.Errorf("new rumours: %+v", list)
	}

	var answers int
	for _, c := range s.send(bot.OutHandedOver) {
		if c.Row.Kind == bot.KindAnswer && strings.Contains(string(c.Text), "l'eau du puits") {
			answers++
		}
	}
	if answers != 2 {
		t.Errorf("%d answers left, want 2", answers)
	}
	var rep admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: second}, &rep)
	if rep.Answer == nil || rep.Answer.State != bot.OutHandedOver || rep.Acknowledgement == nil {
		t.Errorf("report after its answer: %+v", rep)
	}

	events := s.events()
	for _, want := range []string{
		"DJENEBA rumour.created " + ref, "CISSE report.linked " + second + " " + ref, "AMI rumour.decided " + ref + " confirmed_false",
		"AMI answer.written " + ref + " fra", "BAKARY answer.approved " + ref + " fra", "AMI rumour.published " + ref + " fra",
		"CISSE report.read " + second,
	} {
		if !slices.Contains(events, want) {
			t.Errorf("no event %q in %q", want, events)
		}
	}
}

func TestReportsAreListedAndRead(t *testing.T) {
	s := newSite(t)
	var refs []string
	for _, text := range []string{"Le pont de Mopti est coupé dit-on", "On dit que les écoles ferment lundi", "Le riz gratuit arrive demain à Kayes"} {
		refs = append(refs, s.tell(fanta, text))
	}
	var list admin.Reports
	s.ask("/report/list", admin.ListReports{By: by("DJENEBA"), State: bot.ReportReceived, Limit: 2}, &list)
	if len(list.Reports) != 2 || !list.More || string(list.Reports[0].Ref) != refs[2] || string(list.Reports[1].Ref) != refs[1] {
		t.Fatalf("the newest two of %q: %+v", refs, list)
	}
	if row := list.Reports[1]; row.AgeSeconds != 2 || row.Texts != 1 || row.Lang != bot.French || row.Rumour != "" {
		t.Errorf("row: %+v", row)
	}
	s.ask("/report/list", admin.ListReports{By: by("DJENEBA")}, &list)
	if len(list.Reports) != 3 || list.More {
		t.Errorf("all reports: %+v", list)
	}
	s.ask("/report/list", admin.ListReports{By: by("DJENEBA"), State: bot.ReportLinked}, &list)
	if len(list.Reports) != 0 || list.Reports == nil {
		t.Errorf("linked reports: %+v", list)
	}
	var r admin.Report
	s.ask("/report/show", admin.ShowReport{By: by("DJENEBA"), Ref: refs[0]}, &r)
	if len(r.Said) != 1 || r.Said[0].Text != "Le pont de Mopti est coupé dit-on" || r.Gateway != "sim" || r.Answer != nil {
		t.Errorf("report: %+v", r)
	}
	if r.Acknowledgement == nil || r.Acknowledgement.State != bot.OutQueued {
		t.Errorf("acknowledgement: %+v", r.Acknowledgement)
	}
	if got := s.events(); !slices.Equal(got, []string{"DJENEBA report.read " + refs[0]}) {
		t.Errorf("events: %q; a look at the list is none, a look at a text is", got)
	}
}

func TestWhatCannotBeDoneIsSaid(t *testing.T) {
	s := newSite(t)
	report := s.tell(fanta, "Le pont de Mopti est coupé dit-on")
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le pont est coupé", From: []string{report}}, &r)
	ref := string(r.Ref)
	var other admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le bac est coulé"}, &other)
	decidable := string(other.Ref)
	s.ask("/rumour/submit", finding(decidable, bot.ConfirmedFalse), &other)
	for path, c := range map[string]struct {
		question any
		status   int
		key      string
	}{
		"/report/show":    {admin.ShowReport{By: by("AMI"), Ref: ref}, http.StatusNotFound, "desk.no_such_report"},
		"/rumour/show":    {admin.ShowRumour{By: by("AMI"), Rumour: report}, http.StatusNotFound, "desk.no_such_rumour"},
		"/rumour/new":     {admin.NewRumour{By: by("AMI"), Claim: "x", From: []string{report}}, http.StatusUnprocessableEntity, "desk.report_linked"},
		"/rumour/link":    {admin.LinkReports{By: by("AMI"), Rumour: ref}, http.StatusBadRequest, "desk.bad_request"},
		"/rumour/decide":  {admin.MoveRumour{By: by("AMI"), Rumour: decidable, Verdict: "true"}, http.StatusBadRequest, "desk.bad_verdict"},
		"/rumour/answer":  {admin.WriteAnswer{By: by("AMI"), Rumour: ref, Lang: "en", Text: "x"}, http.StatusBadRequest, "desk.bad_lang"},
		"/rumour/approve": {admin.ApproveAnswer{By: by("AMI"), Rumour: ref, Lang: "bm"}, http.StatusUnprocessableEntity, "desk.no_answer"},
		"/rumour/publish": {admin.Publish{By: by("AMI"), Rumour: "", Fallback: "fr"}, http.StatusBadRequest, "desk.bad_ref"},
		"/report/list":    {admin.ListReports{By: by("AMI"), State: "lost"}, http.StatusBadRequest, "desk.bad_request"},
		"/rumour/list":    {admin.ListRumours{By: by("AMI"), State: "lost"}, http.StatusBadRequest, "desk.bad_request"},
		"/outbox/list":    {admin.ListMessages{By: by("AMI"), State: "lost"}, http.StatusBadRequest, "desk.bad_request"},
	} {
		s.refused(path, c.question, c.status, c.key)
	}
}
