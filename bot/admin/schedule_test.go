package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
)

// A schedule on the socket: part of a draft, changed after the approval by a coordinator alone, shown with its next times; what is let pass is said.
func TestASchedule(t *testing.T) {
	s := newSite(t)
	s.Service.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	q := drafted(bot.BulletinPrevention, "Le pont de Markala est ouvert à tous.")
	q.Until = text("+20d")
	var b admin.Bulletin
	s.ask("/bulletin/new", q, &b)
	ref := string(b.Ref)
	today := s.store.Time.Now().UTC()
	day := func(n, hour, minute int) bot.Instant {
		return bot.At(time.Date(today.Year(), today.Month(), today.Day()+n, hour, minute, 0, 0, time.UTC))
	}
	schedule := func(as string, change func(*admin.ScheduleBulletin)) admin.ScheduleBulletin {
		q := admin.ScheduleBulletin{By: by(as), Ref: ref}
		change(&q)
		return q
	}
	daily := func(q *admin.ScheduleBulletin) { q.Cron, q.Zone, q.Late = "30 22 * * *", "Africa/Bamako", 90 }
	var set admin.Scheduled
	s.ask("/bulletin/schedule", schedule("CISSE", daily), &set)
	k := set.Schedule
	if set.State != bot.BulletinDraft || k == nil || k.Late != 90 || k.SetBy != "CISSE" || k.Held != day(1, 7, 0) ||
		!slices.Equal(k.Coming, []bot.Instant{day(0, 22, 30), day(1, 22, 30), day(2, 22, 30)}) {
		t.Errorf("scheduled: %+v %+v", set, k)
	}
	for key, change := range map[string]func(*admin.ScheduleBulletin){
		"desk.schedule_one":  func(*admin.ScheduleBulletin) {},
		"desk.schedule_at":   func(q *admin.ScheduleBulletin) { q.At = "demain" },
		"desk.schedule_spec": func(q *admin.ScheduleBulletin) { q.Cron = "0 8 * *" },
		"desk.schedule_zone": func(q *admin.ScheduleBulletin) { q.Cron, q.Zone = "0 8 * * 1", "Bamako" },
		"desk.schedule_late": func(q *admin.ScheduleBulletin) { q.Cron, q.Late = "0 8 * * 1", -1 },
	} {
		if p := s.refused("/bulletin/schedule", schedule("CISSE", change), http.StatusBadRequest, key); strings.Contains(p.Sentence, "{") {
			t.Errorf("%s: %q", key, p.Sentence)
		}
	}
	parts := schedule("CISSE", func(q *admin.ScheduleBulletin) { q.None, q.Parts = true, 2 })
	s.refused("/bulletin/schedule", parts, http.StatusUnprocessableEntity, "desk.schedule_not_digest")
	s.ask("/bulletin/harm", harmless("CISSE", ref), &b)
	s.ask("/bulletin/submit", admin.MoveBulletin{By: by("CISSE"), Ref: ref}, &b)
	s.ask("/bulletin/approve", admin.MoveBulletin{By: by("AMI"), Ref: ref}, &b)
	if b.Schedule == nil || len(b.Schedule.Coming) != 3 {
		t.Errorf("approved with %+v", b.Schedule)
	}
	s.refused("/bulletin/schedule", schedule("CISSE", daily), http.StatusForbidden, "desk.no_role")
	at := day(1, 8, 0).Time().Format("2006-01-02 15:04")
	s.ask("/bulletin/schedule", schedule("AMI", func(q *admin.ScheduleBulletin) { q.At = at }), &set)
	if k := set.Schedule; k.Late != 360 || !slices.Equal(k.Coming, []bot.Instant{day(1, 8, 0)}) || !k.Held.IsZero() {
		t.Errorf("changed: %+v", k)
	}
	s.store.Time.Add(48 * time.Hour)
	must(t, s.Service.Sweep(t.Context()))
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if want := []admin.MissedMoment{{Ref: bot.Ref(ref), At: day(1, 8, 0), Why: bot.SkipLate}}; !slices.Equal(st.Missed, want) {
		t.Errorf("status: %+v, want %+v", st.Missed, want)
	}
	s.ask("/bulletin/show", admin.ShowBulletin{By: by("CISSE"), Ref: ref}, &b)
	if k := b.Schedule; k == nil || k.Missed != day(1, 8, 0) || k.Why != bot.SkipLate || len(k.Coming) != 0 {
		t.Errorf("shown: %+v", k)
	}
	s.ask("/bulletin/schedule", schedule("AMI", func(q *admin.ScheduleBulletin) { q.None = true }), &set)
	var events admin.Events
	s.ask("/events/list", admin.ListEvents{By: by("AMI"), Kind: "bulletin", Key: ref}, &events)
	var got []string
	for _, e := range events.Events {
		if e.Kind == "bulletin.scheduled" || e.Kind == "bulletin.skipped" {
			got = append(got, e.Actor+" "+e.Via+" "+e.Kind+" "+e.Reason)
		}
	}
	want := []string{
		"CISSE socket bulletin.scheduled 30 22 * * * Africa/Bamako", "AMI socket bulletin.scheduled " + day(1, 8, 0).String(),
		"schedule sweep bulletin.skipped late " + day(1, 8, 0).String(), "AMI socket bulletin.scheduled ",
	}
	if !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}
