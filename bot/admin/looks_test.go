package admin_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// Who looked at raw words or numbers in a month is told with what they looked at and why; looks at protected reports are
// counted, also for the focal point; an administrator reads no reasons. Redacted words are no such look.
func TestLooksOfAMonth(t *testing.T) {
	s := newSite(t)
	one, two := s.tell(fanta, well), s.tell(moussa, "Le pont de Mopti est coupé dit-on")
	hidden := string(s.begun("75000011", bot.Draft{Protect: true}, aboutAChild).Ref)
	raw := func(as, ref, why string) {
		t.Helper()
		s.ask("/report/show", admin.ShowReport{By: by(as), Ref: ref, Raw: true, Reason: why}, &admin.Report{})
		s.store.Time.Add(time.Minute)
	}
	s.ask("/report/show", admin.ShowReport{By: by("CISSE"), Ref: one}, &admin.Report{})
	raw("AMI", one, "un mot illisible")
	raw("AMI", two, "vérifier le lieu")
	s.ask("/people/show", admin.AskPerson{By: by("AMI"), Number: fanta, Reason: "elle demande ce que nous gardons"}, &admin.Person{})
	raw("FOUSSENI", hidden, "aider")
	s.store.Time.Add(15 * 24 * time.Hour) // December
	raw("BAKARY", one, "relire")

	looks := func(as, month string) (l admin.Looks, told []string) {
		t.Helper()
		s.ask("/looks/list", admin.ListLooks{By: by(as), Month: month}, &l)
		for _, p := range l.People {
			told = append(told, fmt.Sprintf("%s %d %d %d", p.Name, p.Words, p.Numbers, p.Protected))
			for _, look := range p.Looks {
				told = append(told, strings.TrimSpace(look.Kind+" "+look.Key+" "+look.Reason))
			}
		}
		return l, told
	}
	want := []string{
		"AMI 2 1 0", "report.raw_shown " + one + " un mot illisible", "report.raw_shown " + two + " vérifier le lieu",
		"person.shown …56 elle demande ce que nous gardons", "FOUSSENI 1 0 1",
	}
	l, got := looks("BAKARY", "2026-11")
	if !slices.Equal(got, want) || !l.Over || l.ReviewedBy != "" {
		t.Errorf("November: %q, want %q; %+v", got, want, l)
	}
	for i := range want {
		for _, reason := range []string{" un mot illisible", " vérifier le lieu", " elle demande ce que nous gardons"} {
			want[i] = strings.TrimSuffix(want[i], reason)
		}
	}
	if _, got := looks("ROOT", "2026-11"); !slices.Equal(got, want) {
		t.Errorf("an administrator reads %q, want %q", got, want)
	}
	if l, got := looks("AMI", ""); l.Month != "2026-12" || l.Over || !slices.Equal(got, []string{"BAKARY 1 0 0", "report.raw_shown " + one + " relire"}) {
		t.Errorf("the present month: %q, %+v", got, l)
	}
	for _, month := range []string{"11", "2026-13", "novembre"} {
		s.refused("/looks/list", admin.ListLooks{By: by("AMI"), Month: month}, http.StatusBadRequest, "desk.bad_month")
	}
	for _, as := range []string{"CISSE", "DJENEBA", "ELI", "FOUSSENI"} {
		s.refused("/looks/list", admin.ListLooks{By: by(as)}, http.StatusForbidden, "desk.no_role")
		s.refused("/looks/review", admin.ReviewLooks{By: by(as), Month: "2026-11"}, http.StatusForbidden, "desk.no_role")
	}
	s.refused("/looks/review", admin.ReviewLooks{By: by("ROOT"), Month: "2026-11"}, http.StatusForbidden, "desk.no_role")
}

// A month that is over is gone through by a coordinator who looked at nothing in it, once; until then the status says so.
func TestLooksAreReviewed(t *testing.T) {
	s := newSite(t)
	status := func() *admin.LooksStatus {
		t.Helper()
		var st admin.Status
		s.ask("/status", admin.Nothing{}, &st)
		return st.Looks
	}
	ref := s.tell(fanta, well)
	s.ask("/report/show", admin.ShowReport{By: by("AMI"), Ref: ref, Raw: true, Reason: "un mot illisible"}, &admin.Report{})
	review := func(as, month string) admin.ReviewLooks { return admin.ReviewLooks{By: by(as), Month: month} }
	s.refused("/looks/review", review("BAKARY", "2026-11"), http.StatusUnprocessableEntity, "desk.looks_not_over")
	if st := status(); st != nil {
		t.Errorf("in the month itself: %+v", st)
	}
	s.store.Time.Add(15 * 24 * time.Hour)
	if st := status(); st == nil || st.Month != "2026-11" || st.Looks != 1 {
		t.Errorf("in the next month: %+v", st)
	}
	s.refused("/looks/review", review("AMI", "2026-11"), http.StatusUnprocessableEntity, "desk.looks_own")
	var l admin.Looks
	s.ask("/looks/review", review("BAKARY", "2026-11"), &l)
	if l.ReviewedBy != "BAKARY" || l.ReviewedAt != bot.At(s.Now()) {
		t.Errorf("reviewed: %+v", l)
	}
	s.refused("/looks/review", review("BAKARY", "2026-11"), http.StatusUnprocessableEntity, "desk.looks_reviewed")
	s.ask("/looks/list", admin.ListLooks{By: by("ROOT"), Month: "2026-11"}, &l)
	if l.ReviewedBy != "BAKARY" {
		t.Errorf("shown later: %+v", l)
	}
	if st := status(); st != nil {
		t.Errorf("once it is reviewed: %+v", st)
	}
	var events []bot.Event
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) (err error) {
		events, err = tx.Events(0, 1000)
		return err
	}))
	if !slices.ContainsFunc(events, func(e bot.Event) bool {
		return e.Kind == "looks.reviewed" && e.Key == "2026-11" && e.Actor == "BAKARY" && e.Role == bot.RoleCoordinator
	}) {
		t.Errorf("no event of it in %+v", events)
	}
	s.store.Time.Add(31 * 24 * time.Hour)
	if st := status(); st != nil {
		t.Errorf("a month without looks: %+v", st)
	}
}
