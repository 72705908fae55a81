package bulletin_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// wrong is a bulletin that was sent about a rumour whose answer was wrong, and the draft of its correction.
func (s *site) wrong(kind bot.BulletinKind) (rumour bot.ID, first, by bot.Bulletin) {
	s.t.Helper()
	rumour = s.published("FAUX: le pont est ouvert.", nil)
	first = s.bulletin(func(b *bot.Bulletin) {
		s.known(b)
		b.Rumours, b.AnswerNos, b.Fallback = []bot.ID{rumour}, []int{1}, bot.French
	})
	run, _ := s.send(first)
	s.advance(run.ID)
	by, refused := s.correcting(kind, first.Ref, bulletin.Draft{})
	if refused != "" {
		s.t.Fatal(refused)
	}
	s.wants("", func(tx storage.Tx) error {
		_, err := s.Write(tx, s.act("sira"), string(by.Ref), bot.French, bot.VariantSMS, "Le pont est fermé.")
		return err
	})
	return rumour, first, by
}

// mend gives a rumour its next answer.
func (s *site) mend(id bot.ID, text bot.Text) {
	s.t.Helper()
	s.update(func(tx storage.Tx) error {
		r, err := tx.Rumour(id)
		if err != nil {
			return err
		}
		r.AnswerNo, r.PublishedAt, r.Answers[0].Text = r.AnswerNo+1, s.store.Time.Instant(), text
		return tx.PutRumour(r, r.Rev)
	})
}

// A correction is approved once the rumour beneath it is corrected, too, or somebody says why its answer holds.
func TestACorrectionWaitsForItsRumour(t *testing.T) {
	for name, mended := range map[string]bool{"corrected": true, "held": false} {
		t.Run(name, func(t *testing.T) {
			s := correctors(t)
			s.people(2, nil)
			rumour, first, by := s.wrong(bot.BulletinCorrection)
			if got := s.pass(by); got != "desk.bulletin_unmended_approve" {
				t.Fatalf("approved while the rumour says the old thing: %q", got)
			}
			holds := "La date seule était fausse."
			if mended {
				s.mend(rumour, "VRAI: le pont est fermé.")
				holds = ""
			}
			s.wants("", func(tx storage.Tx) error {
				if _, err := s.AnswerHarm(tx, s.act("sira"), string(by.Ref), bot.HarmQuestions(), nil); err != nil {
					return err
				}
				if _, err := s.Submit(tx, s.act("sira"), string(by.Ref)); err != nil {
					return err
				}
				_, err := s.ApproveThough(tx, s.act("ben"), string(by.Ref), holds)
				return err
			})
			if got := s.read(first.ID); got.Corrected != by.ID || string(s.read(by.ID).Holds) != holds {
				t.Errorf("corrected by %v, holds %q", got.Corrected, s.read(by.ID).Holds)
			}
			d := s.digest(nil)
			s.until("2026-11-23T08:00:00Z")
			if run := s.begun(d); len(run.Texts) == 0 {
				t.Error("the digest leaves the rumour out")
			}
		})
	}
}

// What was taken back is told in no digest and carries no new bulletin until its rumour is corrected.
func TestNothingNewRestsOnADoubtedRumour(t *testing.T) {
	s := correctors(t)
	s.people(2, nil)
	rumour, _, by := s.wrong(bot.BulletinWithdrawal)
	if got := s.pass(by); got != "" {
		t.Fatalf("a withdrawal waits: %q", got)
	}
	other := s.bulletin(func(b *bot.Bulletin) {
		s.known(b)
		b.Rumours, b.AnswerNos = []bot.ID{rumour}, []int{1}
	})
	send := func(tx storage.Tx) error {
		_, _, err := s.Send(tx, s.act("awa"), string(other.Ref), bot.ID{9})
		return err
	}
	s.wants("desk.bulletin_doubted", send)
	d := s.digest(nil)
	s.until("2026-11-23T08:00:00Z")
	if began := s.fire(); len(began) != 0 {
		run, _ := s.run(s.read(d.ID).LastRun)
		t.Errorf("the digest tells %q", string(run.Texts[0].Text))
	}
	s.store.Time.Add(time.Hour)
	s.mend(rumour, "VRAI: le pont est fermé.")
	s.until("2026-11-30T08:00:00Z")
	if run := s.begun(d); len(run.Texts) == 0 {
		t.Error("nor when it is corrected")
	}
}

// Whoever writes a second correction reads of the first.
func TestASecondCorrectionIsSeen(t *testing.T) {
	s := correctors(t)
	s.people(1, nil)
	_, first, one := s.wrong(bot.BulletinCorrection)
	two, _ := s.correcting(bot.BulletinWithdrawal, first.Ref, bulletin.Draft{})
	s.update(func(tx storage.Tx) error {
		beside, err := bulletin.Beside(tx, two)
		if len(beside) != 1 || beside[0] != one.Ref {
			t.Errorf("beside %s: %v", two.Ref, beside)
		}
		return err
	})
}
