package admin_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// The desk sees to whom nothing can be sent, and to whom the answer alone. A report without a number waits for no answer: it
// is closed when its rumour is answered, and goes with it where that is split or merged.
func TestWhatCanBeSentIsShown(t *testing.T) {
	s := newSite(t)
	usual := s.tell(fanta, "On dit que le pont de Markala est fermé")
	stopped := s.tell(moussa, "On dit que le pont de Markala est coupé")
	s.tellMore(moussa, "STOP")
	s.store.Time.Add(1000)
	again := s.tell(moussa, "Il paraît que le marché de Gao est fermé demain")
	var entered admin.ReportEntered
	s.ask("/report/new", admin.NewReport{By: by("DJENEBA"), Channel: bot.ChannelRadio, Text: "Une auditrice dit le pont fermé"}, &entered)
	silent := string(entered.Ref)
	ref := s.rumour("Le pont serait fermé", usual, stopped, again, silent)
	reach := func() map[string]admin.ReportRow {
		t.Helper()
		var list admin.Reports
		s.ask("/report/list", admin.ListReports{By: by("AMI")}, &list)
		rows := make(map[string]admin.ReportRow)
		for _, r := range list.Reports {
			rows[string(r.Ref)] = r
			var shown admin.Report
			if s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: string(r.Ref)}, &shown); shown.Reach != r.Reach {
				t.Errorf("%s is shown as %q and listed as %q", r.Ref, shown.Reach, r.Reach)
			}
		}
		return rows
	}
	rows := reach()
	for want, ref := range map[admin.Reach]string{
		"": usual, admin.ReachStopped: stopped, admin.ReachAnswer: again, admin.ReachNobody: silent,
	} {
		if rows[ref].Reach != want || rows[ref].State != bot.ReportLinked {
			t.Errorf("%s: %q, %s, want %q", ref, rows[ref].Reach, rows[ref].State, want)
		}
	}
	q := finding(ref, bot.ConfirmedFalse)
	q.Texts = map[string]string{"fra": "Le pont est ouvert."}
	var r admin.Rumour
	s.ask("/rumour/submit", q, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref, Fallback: "fra"}, &r)
	for _, c := range s.send(bot.OutHandedOver) {
		if c.Row.Kind == bot.KindAnswer && c.Row.Report.IsZero() {
			t.Errorf("an answer to nobody: %+v", c.Row)
		}
	}
	rows = reach()
	for ref, want := range map[string]bot.ReportState{
		usual: bot.ReportAnswered, stopped: bot.ReportAnswered, again: bot.ReportAnswered, silent: bot.ReportClosed,
	} {
		if rows[ref].State != want {
			t.Errorf("%s is %s, want %s", ref, rows[ref].State, want)
		}
	}
	var shown admin.Report
	if s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: silent}, &shown); shown.Closed != bot.CloseNobody || shown.ClosedAt.IsZero() {
		t.Errorf("closed for %q at %v", shown.Closed, shown.ClosedAt)
	}
	s.ask("/rumour/split", admin.MoveRumour{By: by("AMI"), Rumour: ref, Claim: "Le marché serait fermé", Reports: []string{silent}}, &r)
	if now := reach()[silent]; now.State != bot.ReportLinked || now.Rumour != r.Ref {
		t.Errorf("in a rumour of its own it is %+v", now)
	}
	// One that is told of a rumour that is answered already waits for nothing either.
	s.ask("/report/new", admin.NewReport{By: by("DJENEBA"), Channel: bot.ChannelRadio, Text: "Un auditeur dit le pont fermé"}, &entered)
	s.ask("/rumour/link", admin.LinkReports{By: by("AMI"), Rumour: ref, Reports: []string{string(entered.Ref)}}, &r)
	if now := reach()[string(entered.Ref)]; now.State != bot.ReportClosed {
		t.Errorf("linked later it is %s", now.State)
	}
}
