package bulletin_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/place"
	"tinye/storage"
)

var (
	gao   = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	mopti = bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML05"}
)

// published stores a rumour with an approved answer in French, as change has it.
func (s *site) published(answer string, change func(*bot.Rumour)) bot.ID {
	s.t.Helper()
	now := s.store.Time.Instant()
	r := bot.Rumour{
		ID: s.store.IDs.New(), State: bot.RumourPublished, PublishedAt: now, AnswerNo: 1, Verdict: bot.ConfirmedFalse, Areas: []bot.PlaceCode{gao},
		Answers: []bot.Answer{{Lang: bot.French, Text: bot.Text(answer), ApprovedAt: now, Title: "Un titre"}},
	}
	if change != nil {
		change(&r)
	}
	s.update(func(tx storage.Tx) error { return tx.PutRumour(r, 0) })
	return r.ID
}

// digest is an approved digest for Gao, every Monday at 8.
func (s *site) digest(change func(*bot.Bulletin)) bot.Bulletin {
	s.t.Helper()
	s.Places = func() *place.Gazetteer { return place.New(nil) }
	b := s.bulletin(func(b *bot.Bulletin) {
		b.Kind, b.Variants, b.Audience.Places = bot.BulletinDigest, nil, []bot.PlaceCode{gao}
		b.ExpiresAt, b.Approvals = s.store.Time.Instant().Add(50*24*time.Hour), []bot.Approval{{By: "awa", At: s.store.Time.Instant()}}
		if change != nil {
			change(b)
		}
	})
	if key := s.plan("awa", b, bulletin.Plan{Cron: "0 8 * * 1"}); key != "" {
		s.t.Fatal(key)
	}
	return b
}

// begun is the run that the schedule begins now.
func (s *site) begun(b bot.Bulletin) bot.Broadcast {
	s.t.Helper()
	if began := s.fire(); len(began) != 1 {
		s.t.Fatalf("begun %d: %q", len(began), s.events(b.Ref))
	}
	run, _ := s.run(s.read(b.ID).LastRun)
	return run
}

// A digest holds the week's answers of its place as they were approved: what most people told first, nothing that was withdrawn, is doubted or restricted, and
// nothing of other places. VERIF reads the same.
func TestADigestTellsTheWeeksAnswers(t *testing.T) {
	s := newSite(t)
	b := s.digest(nil)
	s.published("Trop ancien.", func(r *bot.Rumour) { r.PublishedAt = r.PublishedAt.Add(-6 * 24 * time.Hour) })
	s.published("FAUX: le pont de Gao est ouvert.", func(r *bot.Rumour) { r.Reports = 2 })
	s.published("FAUX: l'eau du puits est bonne.", func(r *bot.Rumour) { r.Reports = 9 })
	s.published("Sans lieu: le vaccin est gratuit.", func(r *bot.Rumour) { r.Areas = nil })
	s.published("De Mopti.", func(r *bot.Rumour) { r.Areas = []bot.PlaceCode{mopti} })
	s.published("Restreint.", func(r *bot.Rumour) { r.Restricted = true })
	s.published("Retiré.", func(r *bot.Rumour) { r.AnswerKind = bot.AnswerWithdrawal })
	s.published("En doute.", func(r *bot.Rumour) { r.Amending = true })
	s.published("Rouvert.", func(r *bot.Rumour) { r.State = bot.RumourInvestigating })
	s.published("Pas relu.", func(r *bot.Rumour) { r.Answers[0].ApprovedAt = 0 })
	s.published("Bambara.", func(r *bot.Rumour) { r.Answers[0].Lang = bot.Bambara })
	s.until("2026-11-23T08:00:00Z")
	run := s.begun(b)
	const french = "- FAUX: l'eau du puits est bonne.\n- FAUX: le pont de Gao est ouvert.\n- Sans lieu: le vaccin est gratuit."
	frame := "TINYE: %s VERIF " + string(b.Ref)
	want := map[bot.Lang]string{bot.French: fmt.Sprintf(frame, french), bot.Bambara: fmt.Sprintf(frame, "Bambara.")}
	for _, text := range run.Texts {
		if string(text.Text) != want[text.Lang] {
			t.Errorf("in %s: %q, want %q", text.Lang, text.Text, want[text.Lang])
		}
		delete(want, text.Lang)
	}
	if len(want) > 0 {
		t.Errorf("missing: %v", want)
	}
	if run.ExpiresAt.String() != "2026-11-30T08:00:00Z" {
		t.Errorf("it holds until %s, want the next one", run.ExpiresAt)
	}
	s.update(func(tx storage.Tx) error {
		text, lang, err := s.DigestText(tx, s.read(b.ID), bot.French)
		if string(text) != french || lang != bot.French {
			t.Errorf("VERIF reads %q", text)
		}
		k, ok, err2 := s.Know(tx, stored(t, tx, b.ID), s.store.Time.Instant(), bot.French)
		if !ok || k.Standing != bulletin.StandsGood || string(k.Text) != french {
			t.Errorf("known: %+v %v %v", k, ok, err2)
		}
		return err
	})
}

// The next digest tells what is new since, corrected answers in their corrected form; without news there is none, and that is said.
func TestADigestTellsWhatIsNewSince(t *testing.T) {
	s := newSite(t)
	b := s.digest(nil)
	old := s.published("FAUX: le pont est ouvert.", nil)
	s.until("2026-11-23T08:00:00Z")
	first := s.begun(b)
	s.advance(first.ID)
	s.until("2026-11-30T08:00:00Z")
	if began := s.fire(); len(began) != 0 {
		t.Error("a digest without news")
	}
	if got := s.events(b.Ref); got[len(got)-1] != "skipped no_news 2026-11-30T08:00:00Z" {
		t.Errorf("events: %q", got)
	}
	s.update(func(tx storage.Tx) error {
		missed, err := bulletin.Missed(tx, s.store.Time.Instant(), 10)
		if len(missed) != 0 {
			t.Error("the desk is told that there was nothing to tell")
		}
		return err
	})
	if got := s.do(func(tx storage.Tx) error {
		_, _, err := s.Send(tx, s.act("awa"), string(b.Ref), s.store.IDs.New())
		return err
	}); got != "" {
		t.Errorf("sent by hand after its first run: %q, want the run that there was", got)
	}
	s.until("2026-12-01T10:00:00Z")
	s.update(func(tx storage.Tx) error {
		r, err := tx.Rumour(old)
		if err != nil {
			return err
		}
		r.PublishedAt, r.AnswerNo, r.AnswerKind = s.store.Time.Instant(), 2, bot.AnswerCorrection
		r.Answers = slices.Clone(r.Answers)
		r.Answers[0].Text = "Le pont est fermé depuis mardi."
		return tx.PutRumour(r, r.Rev)
	})
	s.update(func(tx storage.Tx) error { // who asks for the first one's reference meanwhile is not told what does not hold
		k, ok, err := s.Know(tx, stored(t, tx, b.ID), s.store.Time.Instant(), bot.French)
		if ok && k.Standing == bulletin.StandsGood {
			t.Errorf("known: %+v", k)
		}
		return err
	})
	s.until("2026-12-07T08:00:00Z")
	second := s.begun(b)
	if len(second.Texts) != 1 || !strings.Contains(string(second.Texts[0].Text), "TINYE: Le pont est fermé depuis mardi. VERIF") {
		t.Errorf("the next one: %+v", second.Texts)
	}
}

// A digest has at most its parts; what does not fit is left out whole, and a shorter answer behind it may fit.
func TestADigestFitsItsParts(t *testing.T) {
	s := newSite(t)
	b := s.digest(func(b *bot.Bulletin) { b.Parts = 2 })
	long := strings.Repeat("Tres long. ", 17)
	for i := range 6 {
		s.published(fmt.Sprintf("%d: %s", i, long), func(r *bot.Rumour) { r.Reports = 50 - i })
	}
	s.published("Court.", nil)
	s.until("2026-11-23T08:00:00Z")
	run := s.begun(b)
	text := string(run.Texts[0].Text)
	if run.Texts[0].Parts != 2 || !strings.Contains(text, "- 0: Tres") || !strings.Contains(text, "- Court.") || strings.Contains(text, "1: Tres") {
		t.Errorf("%d parts: %q", run.Texts[0].Parts, text)
	}
}

// An answer that falls while a digest is on its way stops it, like every bulletin.
func TestADigestStopsWhenAnAnswerFalls(t *testing.T) {
	s := newSite(t)
	s.people(5, func(_ int, c *bot.Contact) { c.Place = gao })
	b := s.digest(nil)
	r := s.published("FAUX: le pont est ouvert.", nil)
	s.until("2026-11-23T08:00:00Z")
	run := s.begun(b)
	s.advance(run.ID)
	s.update(func(tx storage.Tx) error {
		row, err := tx.Rumour(r)
		if err != nil {
			return err
		}
		row.State, row.PublishedAt = bot.RumourInvestigating, 0
		if err := tx.PutRumour(row, row.Rev); err != nil {
			return err
		}
		_, err = s.Fell(tx, s.act("awa"))
		return err
	})
	if got, _ := s.run(run.ID); got.State != bot.BroadcastPaused {
		t.Errorf("the run is %s, want it paused", got.State)
	}
	s.wants("desk.bulletin_fell", func(tx storage.Tx) error { _, err := s.Resume(tx, s.act("awa"), string(b.Ref)); return err })
	s.store.Time.Add(time.Minute)
	s.published("FAUX: le marché est ouvert.", nil)
	s.until("2026-11-30T08:00:00Z") // the stopped one is over by then
	if next := s.begun(b); strings.Contains(string(next.Texts[0].Text), "pont") {
		t.Errorf("the next one: %q", next.Texts[0].Text)
	}
}

// What is approved of a digest is its recipe: whom it is for, when, how long. No text is written for it, and no list answered.
func TestTheRecipeOfADigest(t *testing.T) {
	s := newSite(t)
	s.desk("ben", bot.RoleCoordinator)
	s.Places = func() *place.Gazetteer { return place.New(nil) }
	ref := s.draft(bot.BulletinDigest)
	until := s.store.Time.Instant().Add(40 * 24 * time.Hour)
	plan := func(p bulletin.Plan) func(storage.Tx) error {
		return func(tx storage.Tx) error { _, err := s.Schedule(tx, s.act("awa"), ref, p); return err }
	}
	s.wants("", func(tx storage.Tx) error {
		_, err := s.Edit(tx, s.act("awa"), ref, bulletin.Draft{ExpiresAt: &until, Audience: &bot.Audience{Places: []bot.PlaceCode{gao}}})
		return err
	})
	s.wants("desk.schedule_parts", plan(bulletin.Plan{Cron: "0 8 * * 1", Parts: 4}))
	s.wants("", plan(bulletin.Plan{Cron: "0 8 * * 1", Parts: 2}))
	s.wants("", func(tx storage.Tx) error { _, err := s.Submit(tx, s.act("awa"), ref); return err })
	s.wants("desk.author_approves", func(tx storage.Tx) error { _, err := s.Approve(tx, s.act("awa"), ref); return err })
	s.wants("", func(tx storage.Tx) error { _, err := s.Approve(tx, s.act("ben"), ref); return err })
	s.wants("desk.bulletin_frozen", plan(bulletin.Plan{Cron: "0 8 * * 1", Parts: 3}))
	s.wants("desk.bulletin_no_news", func(tx storage.Tx) error {
		_, _, err := s.Send(tx, s.act("ben"), ref, s.store.IDs.New())
		return err
	})
	s.published("FAUX: le pont est ouvert.", nil)
	s.people(3, func(_ int, c *bot.Contact) { c.Place = gao })
	s.until("2026-11-23T08:00:00Z")
	began := s.fire()
	if len(began) != 1 {
		t.Fatal("nothing was begun")
	}
	s.advance(s.read(began[0]).LastRun)
	if sent := s.claim(10); len(sent) != 3 {
		t.Errorf("sent to %d, want 3", len(sent))
	}
}
