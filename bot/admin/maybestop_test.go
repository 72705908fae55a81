package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// The desk reads what may mean STOP and decides; the list holds no number, and what the account need not know of stays out.
func TestMaybeStopIsDecided(t *testing.T) {
	s := newSite(t)
	first := s.tell("66000041", "je ne veux plus recevoir vos messages")
	second := s.tell("66000042", "plus de sms svp")
	s.tell("66000043", "le pont de Konna est tombé")
	listed := func(as string) (refs []string) {
		t.Helper()
		var list admin.MaybeStopRows
		s.ask("/people/maybe", admin.ListMaybeStops{By: by(as)}, &list)
		for _, r := range list.Maybe {
			refs = append(refs, string(r.Ref))
			if r.At.IsZero() {
				t.Errorf("%+v", r)
			}
		}
		return refs
	}
	counted := func(want int) {
		t.Helper()
		var st admin.Status
		s.ask("/status", admin.Nothing{}, &st)
		if st.MaybeStop == nil || st.MaybeStop.N != want {
			t.Errorf("the status counts %v, want %d", st.MaybeStop, want)
		}
	}
	if got := listed("AMI"); !slices.Equal(got, []string{first, second}) {
		t.Errorf("listed %v, want %v", got, []string{first, second})
	}
	counted(2)
	decide := func(as, ref string, stop bool) admin.DecideMaybeStop {
		return admin.DecideMaybeStop{By: by(as), Ref: ref, Stop: stop}
	}
	s.refused("/people/decide", decide("CISSE", first, true), http.StatusForbidden, "desk.no_role")
	s.refused("/people/decide", decide("AMI", "482918", true), http.StatusNotFound, "desk.no_such_report")
	var row admin.MaybeStopRow
	s.ask("/people/decide", decide("AMI", first, true), &row)
	s.ask("/people/decide", decide("AMI", second, false), &row)
	s.refused("/people/decide", decide("AMI", second, true), http.StatusUnprocessableEntity, "desk.no_maybe_stop")
	if got := listed("AMI"); len(got) > 0 {
		t.Errorf("still listed: %v", got)
	}
	counted(0)
	one, _ := s.contact("66000041")
	two, _ := s.contact("66000042")
	if !one.Stopped() || two.Stopped() || two.MaybeStop != 0 {
		t.Errorf("stopped %v and %v", one.Stopped(), two.Stopped())
	}
	events := strings.Join(s.events(), "\n")
	for _, want := range []string{"person.stopped", "person.goes_on"} {
		if !strings.Contains(events, want) {
			t.Errorf("no %s among\n%s", want, events)
		}
	}
}

// A language is noted for somebody who says so by voice: any that people read, also without texts.
func TestALanguageIsNotedForSomebody(t *testing.T) {
	s := newSite(t)
	s.tell("66000041", "le pont de Konna est tombé")
	set := func(lang string) admin.SetPersonLang {
		return admin.SetPersonLang{AskPerson: asking("AMI", "au téléphone"), Lang: lang}
	}
	s.refused("/people/lang", set("english"), http.StatusBadRequest, "desk.lang_without_texts")
	var p admin.Person
	s.ask("/people/lang", set("ffm"), &p)
	if c, _ := s.contact("66000041"); p.Ends != "41" || c.Lang != bot.Fulfulde || c.LangBy != bot.LangChosen {
		t.Errorf("%+v, %s by %s", p, c.Lang, c.LangBy)
	}
}
