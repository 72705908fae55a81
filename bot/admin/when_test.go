package admin_test

import (
	"net/http"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// when is a moment as it is typed.
func when(at bot.Instant) admin.When {
	return admin.When(at.Time().Format(time.RFC3339Nano))
}

// A day that somebody types is one of the site's calendar: it begins and ends at midnight there.
func TestADayIsOneOfTheSite(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Zone = time.FixedZone("east", 9*3600)
	next := s.Now().In(s.Site.Zone).AddDate(0, 0, 1)
	evening := time.Date(next.Year(), next.Month(), next.Day(), 23, 30, 0, 0, s.Site.Zone) // in UTC, too, the day is the same
	ref := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	reading := func(at time.Time, as string) {
		s.store.Time.Add(at.Sub(s.Now()))
		s.ask("/report/show", admin.ShowReport{By: by(as), Ref: ref}, &admin.Report{})
	}
	reading(evening, "CISSE")
	reading(evening.Add(time.Hour), "BAKARY") // past midnight there, and still the same day in UTC
	reading(evening.Add(2*time.Hour), "CISSE")
	today, tomorrow := admin.When(evening.Format(time.DateOnly)), admin.When(evening.Add(time.Hour).Format(time.DateOnly))
	who := func(since admin.When) (names string) {
		var list admin.Events
		s.ask("/events/list", admin.ListEvents{By: by("AMI"), Kind: "report.read", Since: since}, &list)
		for _, e := range list.Events {
			names += e.Actor + " "
		}
		return names
	}
	if got := who(today); got != "CISSE BAKARY CISSE " {
		t.Errorf("since %s: %s", today, got)
	}
	if got := who(tomorrow); got != "BAKARY CISSE " {
		t.Errorf("since %s: %s", tomorrow, got)
	}
	exported := func(since, until admin.When) (n int) {
		body, _ := s.fetch(admin.Export{By: by("AMI"), Since: since, Until: until})
		for _, l := range lines(t, body) {
			if l["event"] == "report.read" {
				n++
			}
		}
		return n
	}
	for _, c := range []struct {
		since, until admin.When
		want         int
	}{{today, today, 1}, {tomorrow, tomorrow, 2}, {today, tomorrow, 3}, {"", when(bot.At(evening.Add(time.Hour))), 1}} {
		if got := exported(c.since, c.until); got != c.want {
			t.Errorf("from %q to %q: %d, want %d", c.since, c.until, got, c.want)
		}
	}
	// A rumour is watched until the day begins there.
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("AMI"), Claim: "Le marché serait fermé"}, &r)
	s.ask("/rumour/triage", admin.MoveRumour{By: by("AMI"), Rumour: string(r.Ref), Theme: bot.RumourOtherTheme, Risk: bot.RiskLow, Redacted: true}, &r)
	day := evening.AddDate(0, 0, 5)
	s.ask("/rumour/watch", admin.MoveRumour{By: by("AMI"), Rumour: string(r.Ref), Until: admin.When(day.Format(time.DateOnly))}, &r)
	if want := bot.At(time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, s.Site.Zone)); r.ReviewAt != want {
		t.Errorf("watched until %s, want %s", r.ReviewAt, want)
	}
	for path, q := range map[string]any{
		"/events/list":  admin.ListEvents{By: by("AMI"), Since: "hier"},
		"/export":       admin.Export{By: by("AMI"), Until: "2026-13-01"},
		"/export/ask":   admin.AskExport{By: by("AMI"), Since: "12/03/2026", To: "age1"},
		"/rumour/watch": admin.MoveRumour{By: by("AMI"), Rumour: string(r.Ref), Until: "demain"},
	} {
		s.refused(path, q, http.StatusBadRequest, "desk.bad_day")
	}
}
