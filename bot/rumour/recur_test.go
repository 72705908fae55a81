package rumour_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// linked puts a new report under a rumour and gives both as they then are.
func (s *site) linked(r bot.Rumour, report string) (after bot.Rumour, rep bot.Report) {
	s.t.Helper()
	ids := []bot.ID{s.store.IDs.New()}
	s.must(s.update(func(tx storage.Tx) (err error) {
		if after, err = s.Link(tx, s.act(bot.RoleModerator), string(r.Ref), []string{report}, ids); err != nil {
			return err
		}
		rep, err = rumour.FindReport(tx, report)
		return err
	}))
	return after, rep
}

// person is somebody who can be answered.
func (s *site) person() {
	s.t.Helper()
	c := bot.Contact{Key: bot.ContactKey{1}, Number: bot.Address{Kind: bot.Phone, Value: "+22370000001"}}
	s.must(s.update(func(tx storage.Tx) error { return tx.PutContact(c, 0) }))
}

// What people go on telling after it was closed is looked at again by itself, at the third new report; each of the three is
// answered with what was published, the next one waits.
func TestWhatIsToldAgainIsLookedAtAgain(t *testing.T) {
	s := newSite(t)
	s.person()
	r := s.put(bot.RumourClosed, func(r *bot.Rumour) { r.ClosedAt = r.CreatedAt.Add(time.Minute) })
	found := s.report // told before it was closed
	s.store.Time.Add(time.Hour)
	after, _ := s.linked(r, found)
	for n := range 3 {
		if after.State != bot.RumourClosed {
			t.Fatalf("after %d new reports: %s", n, after.State)
		}
		s.store.Time.Add(time.Second)
		var rep bot.Report
		after, rep = s.linked(r, s.tell())
		if rep.AnswerNo != 1 || rep.Answer.IsZero() {
			t.Errorf("new report %d is not answered", n+1)
		}
		s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
			o, err := tx.Outbound(rep.Answer)
			if err != nil {
				return err
			}
			if stands, err := rumour.Stands(tx, after, o, rep); err != nil || !stands {
				t.Errorf("the answer of new report %d does not leave: %v", n+1, err)
			}
			return nil
		}))
	}
	if after.State != bot.RumourInvestigating || after.ReopenedAt != s.store.Time.Instant() || after.Public() || after.Since != 0 {
		t.Errorf("after the third: %s, since %d", after.State, after.Since)
	}
	if got := rumour.AsPublished(after); len(got.Answers) != 1 || got.Answers[0].Text != "le pont tient." {
		t.Errorf("%d texts remain", len(got.Answers))
	}
	s.store.Time.Add(time.Second)
	if _, rep := s.linked(r, s.tell()); rep.AnswerNo != 0 {
		t.Error("who told it later is answered with what is checked again")
	}
	var last bot.Event
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 50)
		for _, e := range events {
			if e.Kind == "rumour.reopened" {
				last = e
			}
		}
		return err
	}))
	if last.Actor != rumour.System || last.Key != string(r.Ref) || last.Reason != rumour.ReasonNewReports || last.Site != "test" {
		t.Errorf("the event: %+v", last)
	}
	// Its own verdict again: nobody is told twice, and whoever waited is told.
	_, err := s.as("verifier", rumour.Desk.Submit, after, rumour.Step{Verdict: bot.ConfirmedFalse, Public: "Vu."})
	s.must(err)
	_, err = s.as("coordinator", rumour.Desk.Decide, after, rumour.Step{})
	s.must(err)
	again, err := s.as("coordinator", publish, after, rumour.Step{Fallback: bot.French})
	s.must(err)
	if again.AnswerNo != 1 || again.Recurred || !again.Public() {
		t.Errorf("published again: answer %d", again.AnswerNo)
	}
}

// What was withheld and is told again is looked at again as well, and stays withheld until that is lifted.
func TestWhatWasWithheldComesBackWithheld(t *testing.T) {
	s := newSite(t)
	r := s.put(bot.RumourClosed, func(r *bot.Rumour) {
		r.PublishedAt, r.AnswerNo, r.HarmNote, r.ClosedAt = 0, 0, "mal", r.CreatedAt
	})
	var after bot.Rumour
	for range 3 {
		after, _ = s.linked(r, s.tell())
	}
	if after.State != bot.RumourInvestigating || after.WithheldAt.IsZero() {
		t.Errorf("%s, withheld at %s", after.State, after.WithheldAt)
	}
}

// A rumour is closed when everybody was asked whether the answer helped, by people and by time.
func TestNobodyIsLeftUnasked(t *testing.T) {
	s := newSite(t)
	s.person()
	r := s.put(bot.RumourMonitoring, nil)
	asked, _ := s.linked(r, s.report)
	if asked.AskUntil != s.store.Time.Instant().Add(3*24*time.Hour) {
		t.Fatalf("asked until %s", asked.AskUntil)
	}
	closing := rumour.Step{Reason: bot.ClosedAnswered}
	s.store.Time.Add(2 * 24 * time.Hour)
	_, err := s.as("moderator", rumour.Desk.Close, r, closing)
	s.refused(err, "desk.close_followup")
	asked.QuietSince = 1
	if s.Rests(asked, s.store.Time.Instant()) {
		t.Error("time closes it before somebody was asked")
	}
	s.store.Time.Add(24 * time.Hour)
	s.must(s.update(func(tx storage.Tx) error {
		due, err := tx.FollowUps(s.store.Time.Instant(), 10)
		if err != nil {
			return err
		}
		for _, f := range due {
			if err := s.FollowUp(tx, f, s.store.IDs.New(), s.store.Time.Instant()); err != nil {
				return err
			}
		}
		return nil
	}))
	_, err = s.as("moderator", rumour.Desk.Close, r, closing)
	s.refused(err, "desk.close_followup") // the answer has not left: it is looked at it again tomorrow
	s.store.Time.Add(48 * time.Hour)      // whoever was to be asked may be forgotten
	_, err = s.as("moderator", rumour.Desk.Close, r, closing)
	s.must(err)
}
