package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// What was done to a protected report is told to the focal point; a coordinator and an administrator learn how much there is,
// whichever way they look for it. The rest is as it was.
func TestEventsAboutAbuseAreForTheFocalPoint(t *testing.T) {
	s := newSite(t)
	s.focalKey("one")
	ordinary, waiting := s.tell(moussa, well), string(s.begun("75000011", bot.Draft{Protect: true}, aboutAChild).Ref)
	sealed := s.tell(fanta, abuse)
	rumour := s.rumour("Un bruit du quartier", sealed, ordinary)
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: sealed}, &admin.Report{})
	s.ask("/report/protect", admin.ProtectReport{By: by("DJENEBA"), Ref: sealed, Kind: bot.ReferChild}, &admin.ReportProtected{})
	s.ask("/report/show", admin.ShowReport{By: by("FOUSSENI"), Ref: waiting}, &admin.Report{})

	list := func(as string, q admin.ListEvents) (l admin.Events) {
		t.Helper()
		q.By = by(as)
		s.ask("/events/list", q, &l)
		return l
	}
	keys := func(l admin.Events) (keys []string) {
		for _, e := range l.Events {
			keys = append(keys, e.Key, e.Reason)
		}
		return keys
	}
	for _, as := range []string{"AMI", "ROOT"} {
		for _, q := range []admin.ListEvents{{}, {Key: sealed}, {Key: waiting}, {Kind: "report"}, {Kind: "protection"}, {After: 1}} {
			l := list(as, q)
			if k := keys(l); slices.Contains(k, sealed) || slices.Contains(k, waiting) || slices.Contains(k, string(bot.LabelProtection)) {
				t.Errorf("%s sees %q by %+v", as, k, q)
			}
			if l.Protected == 0 {
				t.Errorf("%s is told of no further events by %+v", as, q)
			}
		}
		if l := list(as, admin.ListEvents{Key: ordinary}); len(l.Events) != 1 || l.Protected != 0 {
			t.Errorf("%s sees of another report %+v", as, l)
		}
	}
	l := list("FOUSSENI", admin.ListEvents{Key: sealed})
	var kinds []string
	for _, e := range l.Events {
		kinds = append(kinds, e.Actor+" "+e.Kind)
	}
	if want := []string{"CISSE report.linked", "CISSE report.read", "DJENEBA report.protected"}; !slices.Equal(kinds, want) || l.Protected != 0 {
		t.Errorf("the focal point sees %q, want %q", kinds, want)
	}
	if k := keys(list("FOUSSENI", admin.ListEvents{})); slices.Contains(k, ordinary) || slices.Contains(k, rumour) && !slices.Contains(k, sealed) {
		t.Errorf("the focal point alone sees of others %q", k)
	}

	var h admin.History
	s.ask("/rumour/history", admin.RumourHistory{By: by("AMI"), Rumour: rumour}, &h)
	for _, e := range h.Events {
		if strings.Contains(e.Key+e.Reason, sealed) {
			t.Errorf("the rumour's history names it: %+v", e)
		}
	}
	if len(h.Events) != 2 {
		t.Errorf("the rumour's history is %+v", h.Events)
	}
	s.refused("/report/history", admin.ReportHistory{By: by("AMI"), Ref: sealed}, http.StatusForbidden, "desk.report_sealed")
	s.ask("/report/history", admin.ReportHistory{By: by("FOUSSENI"), Ref: sealed}, &h)
	if len(h.Events) != 3 {
		t.Errorf("the focal point reads of the sealed one %+v", h.Events)
	}
}
