package bulletin_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// plan sets when a bulletin is sent, as somebody, and gives the key of the refusal.
func (s *site) plan(as string, b bot.Bulletin, plan bulletin.Plan) string {
	s.t.Helper()
	return s.do(func(tx storage.Tx) error { _, err := s.Schedule(tx, s.act(as), string(b.Ref), plan); return err })
}

// fire does what the schedules ask for now; began are the bulletins whose run was begun.
func (s *site) fire() (began []bot.ID) {
	s.t.Helper()
	now := s.store.Time.Instant()
	var due []bot.ID
	err := s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		due, err = tx.DueBulletins(now, 100)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, id := range due {
		run, any := s.store.IDs.New(), false
		s.update(func(tx storage.Tx) (err error) {
			any, err = s.Fire(tx, people.Act{At: now, Via: "sweep", Site: "test"}, id, run)
			return err
		})
		if any {
			began = append(began, id)
		}
	}
	return began
}

func (s *site) read(id bot.ID) (b bot.Bulletin) {
	s.t.Helper()
	err := s.store.View(s.t.Context(), func(tx storage.Tx) (err error) {
		b, err = tx.Bulletin(id)
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// events are what was noted about a bulletin by its schedule, "kind reason".
func (s *site) events(ref bot.Ref) (list []string) {
	s.t.Helper()
	err := s.store.View(s.t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 1000)
		for _, e := range events {
			if e.Key == string(ref) && e.Actor == "schedule" && e.Via == "sweep" {
				list = append(list, strings.TrimPrefix(e.Kind, "bulletin.")+" "+e.Reason)
			}
		}
		return err
	})
	if err != nil {
		s.t.Fatal(err)
	}
	return list
}

// until moves the clock to a moment.
func (s *site) until(moment string) {
	s.t.Helper()
	at, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		s.t.Fatal(err)
	}
	s.store.Time.Add(at.Sub(s.store.Time.Now()))
}

// What would never be sent, or too often, is refused with a sentence of its own. The clock shows 21 November 2026, noon; the bulletin holds two days.
func TestSchedulesThatAreRefused(t *testing.T) {
	s := newSite(t)
	s.desk("sira", bot.RoleVerifier)
	s.desk("kadi", bot.RoleFieldAgent)
	b := s.bulletin(nil)
	for _, c := range []struct {
		plan bulletin.Plan
		want string
	}{
		{bulletin.Plan{At: "2026-11-22 08:00", Cron: "0 8 * * *"}, "desk.schedule_one"},
		{bulletin.Plan{Zone: "Africa/Bamako"}, "desk.schedule_one"},
		{bulletin.Plan{Late: time.Hour}, "desk.schedule_one"},
		{bulletin.Plan{At: "demain 8h"}, "desk.schedule_at"},
		{bulletin.Plan{At: "2026-02-30 08:00"}, "desk.schedule_at"},
		{bulletin.Plan{At: "2026-11-21 11:59"}, "desk.schedule_past"},
		{bulletin.Plan{At: "2026-11-23 12:00"}, "desk.schedule_after_end"},
		{bulletin.Plan{Cron: "0 8 * *"}, "desk.schedule_spec"},
		{bulletin.Plan{Cron: "@daily"}, "desk.schedule_spec"},
		{bulletin.Plan{Cron: "CRON_TZ=0 0 8 * * 1"}, "desk.schedule_spec"},
		{bulletin.Plan{Cron: "0 8 * * 1", Zone: "Bamako"}, "desk.schedule_zone"},
		{bulletin.Plan{Cron: "0 8 * * 1", Zone: "Local"}, "desk.schedule_zone"},
		{bulletin.Plan{Cron: "0 * * * *"}, "desk.schedule_often"},
		{bulletin.Plan{Cron: "0,30 8 * * *"}, "desk.schedule_often"},
		{bulletin.Plan{Cron: "0 9 31 2 *"}, "desk.schedule_never"},
		{bulletin.Plan{Cron: "0 8 * * 2"}, "desk.schedule_after_end"},
		{bulletin.Plan{Cron: "0 8 * * *", Late: -time.Hour}, "desk.schedule_late"},
		{bulletin.Plan{Cron: "0 8 * * *", Late: 8 * 24 * time.Hour}, "desk.schedule_late"},
		{bulletin.Plan{Parts: 2}, "desk.schedule_not_digest"},
		{bulletin.Plan{Cron: "0 8 * * *", Late: 2 * time.Hour}, ""},
	} {
		if got := s.plan("awa", b, c.plan); got != c.want {
			t.Errorf("%+v: refused with %q, want %q", c.plan, got, c.want)
		}
	}
	if got := s.read(b.ID).Schedule; got.Zone != "UTC" || got.Late != 2*time.Hour || got.SetBy != "awa" || got.Next.String() != "2026-11-22T08:00:00Z" {
		t.Errorf("scheduled: %+v", got)
	}
	if got := s.plan("sira", b, bulletin.Plan{}); got != "desk.no_role" {
		t.Errorf("a verifier changes what is approved: %q", got)
	}
	if got := s.plan("kadi", b, bulletin.Plan{}); got != "desk.no_role" {
		t.Errorf("a field agent schedules: %q", got)
	}
	draft := s.bulletin(func(b *bot.Bulletin) {
		b.State, b.ValidFrom = bot.BulletinReview, s.store.Time.Instant().Add(24*time.Hour)
	})
	if got := s.plan("sira", draft, bulletin.Plan{At: "2026-11-22 08:00"}); got != "desk.schedule_early" {
		t.Errorf("before it holds: %q", got)
	}
	if got := s.plan("sira", draft, bulletin.Plan{Cron: "0 8 * * *"}); got != "" {
		t.Errorf("a draft: %q", got)
	}
	if got := s.read(draft.ID); got.State != bot.BulletinReview || !got.Schedule.Next.IsZero() {
		t.Errorf("what waits for its approval is %s and due %s", got.State, got.Schedule.Next)
	}
	list, either := bulletin.Moments(s.read(draft.ID), s.store.Time.Instant(), bulletin.Shown)
	if len(list) != 1 || either || list[0].String() != "2026-11-23T08:00:00Z" {
		t.Errorf("its moments: %v %v", list, either)
	}
	for _, state := range []bot.BulletinState{bot.BulletinSent, bot.BulletinExpired, bot.BulletinWithdrawn} {
		over := s.bulletin(func(b *bot.Bulletin) { b.State = state })
		if got := s.plan("awa", over, bulletin.Plan{Cron: "0 8 * * *"}); got != "desk.schedule_over" {
			t.Errorf("%s: %q", state, got)
		}
	}
	first := s.bulletin(nil)
	correction := s.bulletin(func(b *bot.Bulletin) { b.Kind, b.Corrects = bot.BulletinCorrection, first.ID })
	if got := s.plan("awa", correction, bulletin.Plan{Cron: "0 8 * * *"}); got != "desk.schedule_correction" {
		t.Errorf("a correction: %q", got)
	}
}

// A moment is sent once, however often it is looked at; a later one is another run; the last ends it.
func TestADailyBulletinIsSentOnceADay(t *testing.T) {
	s := newSite(t)
	s.people(1, nil)
	b := s.bulletin(func(b *bot.Bulletin) { b.ExpiresAt = s.store.Time.Instant().Add(60 * time.Hour) })
	if got := s.plan("awa", b, bulletin.Plan{Cron: "0 8 * * *"}); got != "" {
		t.Fatal(got)
	}
	for _, c := range []struct {
		at    string
		began bool
		state bot.BulletinState
	}{
		{"2026-11-22T07:59:30Z", false, bot.BulletinApproved},
		{"2026-11-22T08:00:00Z", true, bot.BulletinApproved}, // over at once, and to come again
		{"2026-11-22T08:00:30Z", false, bot.BulletinApproved},
		{"2026-11-23T08:00:10Z", true, bot.BulletinSent}, // 24 November, 0:00, is its end
		{"2026-11-24T08:00:00Z", false, bot.BulletinSent},
	} {
		s.until(c.at)
		began := s.fire()
		if len(began) == 1 != c.began {
			t.Errorf("%s: begun %v, want %v", c.at, began, c.began)
		}
		if c.began {
			run := s.read(b.ID).LastRun
			s.advance(run)
			if sent := s.claim(10); len(sent) != 1 {
				t.Errorf("%s: sent to %d", c.at, len(sent))
			}
			s.advance(run)
		}
		if got := s.read(b.ID).State; got != c.state {
			t.Errorf("%s: %s, want %s", c.at, got, c.state)
		}
	}
	want := []string{"begun 2026-11-22T08:00:00Z", "begun 2026-11-23T08:00:00Z"}
	if got := s.events(b.Ref); !slices.Equal(got, want) {
		t.Errorf("events %q, want %q", got, want)
	}
}

// After downtime the latest moment is sent if it is not too late; all others are let pass, and each says why.
func TestAfterDowntime(t *testing.T) {
	for _, c := range []struct {
		back  string
		began bool
		want  []string
	}{
		{"2026-11-24T13:59:00Z", true, []string{"skipped late 2026-11-22T08:00:00Z", "skipped late 2026-11-23T08:00:00Z", "begun 2026-11-24T08:00:00Z"}},
		{"2026-11-24T14:01:00Z", false, []string{"skipped late 2026-11-22T08:00:00Z", "skipped late 2026-11-23T08:00:00Z", "skipped late 2026-11-24T08:00:00Z"}},
	} {
		s := newSite(t)
		b := s.bulletin(func(b *bot.Bulletin) { b.ExpiresAt = s.store.Time.Instant().Add(30 * 24 * time.Hour) })
		s.plan("awa", b, bulletin.Plan{Cron: "0 8 * * *"})
		s.until(c.back)
		if began := s.fire(); len(began) == 1 != c.began {
			t.Errorf("%s: begun %v", c.back, began)
		}
		if got := s.events(b.Ref); !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.back, got, c.want)
		}
		if got := s.read(b.ID).Schedule.Next.String(); got != "2026-11-25T08:00:00Z" {
			t.Errorf("%s: next %s", c.back, got)
		}
		s.update(func(tx storage.Tx) error {
			missed, err := bulletin.Missed(tx, s.store.Time.Instant(), 10)
			if len(missed) == 1 == c.began {
				t.Errorf("%s: the desk is told of %d", c.back, len(missed))
			}
			return err
		})
	}
}

// Whoever sends by hand what was let pass, or gives it another time, has seen to it.
func TestWhatWasLetPassIsMadeUpFor(t *testing.T) {
	s := newSite(t)
	var list []bot.Bulletin
	for range 2 {
		b := s.bulletin(func(b *bot.Bulletin) { b.ExpiresAt = s.store.Time.Instant().Add(30 * 24 * time.Hour) })
		s.plan("awa", b, bulletin.Plan{At: "2026-11-22 08:00", Late: time.Minute})
		list = append(list, b)
	}
	missed := func(want int) {
		t.Helper()
		s.update(func(tx storage.Tx) error {
			missed, err := bulletin.Missed(tx, s.store.Time.Instant(), 10)
			if len(missed) != want {
				t.Errorf("the desk is told of %d, want %d", len(missed), want)
			}
			return err
		})
	}
	s.until("2026-11-22T09:00:00Z")
	s.fire()
	missed(2)
	if run, fresh := s.send(list[0]); !fresh || !run.DueAt.IsZero() {
		t.Errorf("sent by hand: %+v", run)
	}
	missed(1)
	s.plan("awa", list[1], bulletin.Plan{At: "2026-11-22 10:00"})
	missed(0)
	s.until("2026-11-22T10:00:00Z")
	if began := s.fire(); len(began) != 1 {
		t.Errorf("begun %d at the new time", len(began))
	}
}

// What is let pass, and why: a run before it still under way, a bulletin that was withdrawn or has expired, a clock that was set back.
func TestMomentsThatAreLetPass(t *testing.T) {
	s := newSite(t)
	s.people(1, nil)
	long := func(b *bot.Bulletin) { b.ExpiresAt = s.store.Time.Instant().Add(30 * 24 * time.Hour) }
	daily := bulletin.Plan{Cron: "0 8 * * *"}

	paused := s.bulletin(long)
	s.plan("awa", paused, daily)
	once := s.bulletin(long)
	s.plan("awa", once, bulletin.Plan{At: "2026-11-22 08:00", Late: time.Hour})
	withdrawn := s.bulletin(long)
	s.plan("awa", withdrawn, daily)
	byHand := s.bulletin(long)
	s.plan("awa", byHand, bulletin.Plan{At: "2026-11-23 08:00"})
	s.send(byHand)

	s.until("2026-11-22T08:00:00Z")
	if began := s.fire(); len(began) != 3 {
		t.Errorf("begun %d, want 3", len(began))
	}
	s.wants("", func(tx storage.Tx) error { _, err := s.Pause(tx, s.act("awa"), string(paused.Ref)); return err })
	s.wants("", func(tx storage.Tx) error {
		_, err := s.Withdraw(tx, s.act("awa"), string(withdrawn.Ref), "faux")
		return err
	})
	s.until("2026-11-23T08:00:00Z")
	if began := s.fire(); len(began) != 0 {
		t.Errorf("begun %d, want none", len(began))
	}
	if got, want := s.events(paused.Ref), []string{"begun 2026-11-22T08:00:00Z", "skipped busy 2026-11-23T08:00:00Z"}; !slices.Equal(got, want) {
		t.Errorf("paused: %q", got)
	}
	if got := s.events(withdrawn.Ref); len(got) != 1 {
		t.Errorf("withdrawn: %q", got)
	}
	if got := s.events(byHand.Ref); len(got) != 0 {
		t.Errorf("sent by hand before its moment: %q", got)
	}
	if got := s.read(once.ID); got.Schedule.Next != 0 || len(s.events(once.Ref)) != 1 {
		t.Errorf("once: %+v %q", got.Schedule, s.events(once.Ref))
	}
	// The desk says that it is the 21st: what was sent for the 22nd does not come again.
	s.wants("", func(tx storage.Tx) error { _, err := s.Resume(tx, s.act("awa"), string(paused.Ref)); return err })
	s.advance(s.read(paused.ID).LastRun)
	s.claim(20)
	s.advance(s.read(paused.ID).LastRun)
	s.until("2026-11-21T08:00:00Z")
	s.update(func(tx storage.Tx) error {
		return bulletin.Rearm(tx, stored(s.t, tx, paused.ID), s.store.Time.Instant())
	})
	s.until("2026-11-23T08:00:00Z")
	if began := s.fire(); len(began) != 1 {
		t.Errorf("begun %d, want the one of the 23rd", len(began))
	}
	got := s.events(paused.Ref)
	if want := []string{"skipped late 2026-11-22T08:00:00Z", "begun 2026-11-23T08:00:00Z"}; !slices.Equal(got[2:], want) {
		t.Errorf("after the clock was set back: %q", got)
	}
}

func stored(t *testing.T, tx storage.Tx, id bot.ID) bot.Bulletin {
	t.Helper()
	b, err := tx.Bulletin(id)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// What it rests on fell, or nobody can read its schedule any more: the moment passes, and the desk is told.
func TestMomentsThatCannotBeKept(t *testing.T) {
	s := newSite(t)
	r := s.published("FAUX: le pont est ouvert.", nil)
	fell := s.bulletin(func(b *bot.Bulletin) { b.Rumours, b.AnswerNos = []bot.ID{r}, []int{1} })
	s.plan("awa", fell, bulletin.Plan{At: "2026-11-22 08:00"})
	s.update(func(tx storage.Tx) error {
		row, err := tx.Rumour(r)
		if err != nil {
			return err
		}
		row.State, row.PublishedAt = bot.RumourInvestigating, 0
		return tx.PutRumour(row, row.Rev)
	})
	moment := s.store.Time.Instant().Add(20 * time.Hour)
	unread := s.bulletin(func(b *bot.Bulletin) {
		b.Schedule = bot.Schedule{Cron: "0 8 * * *", Zone: "Africa/Timbuktu_of_old", Next: moment, Late: time.Hour}
	})
	s.until("2026-11-22T08:00:00Z")
	if began := s.fire(); len(began) != 0 {
		t.Errorf("begun %d", len(began))
	}
	for ref, want := range map[bot.Ref]string{
		fell.Ref: "skipped refused 2026-11-22T08:00:00Z", unread.Ref: "skipped unreadable 2026-11-22T08:00:00Z",
	} {
		if got := s.events(ref); !slices.Equal(got, []string{want}) {
			t.Errorf("events %q, want %q", got, want)
		}
	}
	if began := s.fire(); len(began) != 0 || s.read(unread.ID).Schedule.Next != 0 {
		t.Error("it is tried again and again")
	}
}

// With its approval a draft's schedule is armed; one whose moment has passed by then is not approved.
func TestApprovalArmsTheSchedule(t *testing.T) {
	s := newSite(t)
	s.desk("ben", bot.RoleCoordinator)
	review := func(b *bot.Bulletin) {
		b.Kind, b.State, b.Fallback, b.Lang, b.CreatedBy = bot.BulletinPrevention, bot.BulletinReview, bot.French, bot.French, "awa"
		b.Variants[0].WrittenBy, b.Variants[0].State = "awa", bot.TranslationDraft
	}
	approve := func(b bot.Bulletin) string {
		s.do(func(tx storage.Tx) error {
			_, err := s.AnswerHarm(tx, s.act("awa"), string(b.Ref), bot.HarmQuestions(), nil)
			return err
		})
		s.wants("", func(tx storage.Tx) error { _, err := s.Submit(tx, s.act("awa"), string(b.Ref)); return err })
		s.until("2026-11-22T09:00:00Z")
		return s.do(func(tx storage.Tx) error { _, err := s.Approve(tx, s.act("ben"), string(b.Ref)); return err })
	}
	late := s.bulletin(review)
	s.plan("awa", late, bulletin.Plan{At: "2026-11-22 08:00"})
	if got := approve(late); got != "desk.schedule_past" {
		t.Errorf("its moment has passed: %q", got)
	}
	b := s.bulletin(review)
	s.plan("awa", b, bulletin.Plan{Cron: "30 9 * * *", Zone: "Africa/Bamako"})
	if got := approve(b); got != "" {
		t.Fatal(got)
	}
	approved := s.read(b.ID)
	if approved.Schedule.Next.String() != "2026-11-22T09:30:00Z" {
		t.Errorf("armed for %s", approved.Schedule.Next)
	}
	s.until("2026-11-22T09:30:00Z")
	if began := s.fire(); len(began) != 1 {
		t.Errorf("begun %d", len(began))
	}
}

// A schedule that is set while a bulletin waits for its approval leaves it waiting, and what was answered about it holds.
func TestASubmittedBulletinStaysSubmittedWithItsSchedule(t *testing.T) {
	s := newSite(t)
	s.desk("ben", bot.RoleCoordinator)
	b := s.bulletin(func(b *bot.Bulletin) {
		b.Kind, b.State, b.Fallback, b.Lang, b.CreatedBy = bot.BulletinPrevention, bot.BulletinDraft, bot.French, bot.French, "awa"
		b.Variants[0].WrittenBy, b.Variants[0].State = "awa", bot.TranslationDraft
	})
	s.wants("", func(tx storage.Tx) error {
		if _, err := s.AnswerHarm(tx, s.act("awa"), string(b.Ref), bot.HarmQuestions(), nil); err != nil {
			return err
		}
		_, err := s.Submit(tx, s.act("awa"), string(b.Ref))
		return err
	})
	if got := s.plan("awa", b, bulletin.Plan{At: "2026-11-22 08:00"}); got != "" {
		t.Fatal(got)
	}
	if got := s.read(b.ID); got.State != bot.BulletinReview || !got.Schedule.Next.IsZero() {
		t.Errorf("after its schedule it is %s, due %s", got.State, got.Schedule.Next)
	}
	s.wants("", func(tx storage.Tx) error { _, err := s.Approve(tx, s.act("ben"), string(b.Ref)); return err })
	if got := s.read(b.ID); got.State != bot.BulletinApproved || got.Schedule.Next.String() != "2026-11-22T08:00:00Z" {
		t.Errorf("approved it is %s, due %s", got.State, got.Schedule.Next)
	}
}
