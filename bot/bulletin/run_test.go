package bulletin_test

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// Who was not looked at when a run expires, or is withdrawn, is counted with that reason: the report adds up.
func TestTheRestOfARunThatIsOverIsCounted(t *testing.T) {
	for _, c := range []struct {
		reason string
		over   func(s *site, b bot.Bulletin)
	}{
		{people.ReasonExpired, func(s *site, _ bot.Bulletin) { s.store.Time.Add(49 * time.Hour) }},
		{bulletin.ReasonWithdrawn, func(s *site, b bot.Bulletin) {
			s.update(func(tx storage.Tx) error {
				_, err := s.Withdraw(tx, s.act("awa"), string(b.Ref), "Ce n'est plus vrai")
				return err
			})
		}},
	} {
		s := newSite(t)
		s.people(bulletin.Portion+7, nil)
		b := s.bulletin(nil)
		run, _ := s.send(b)
		s.update(func(tx storage.Tx) error {
			_, err := s.Advance(tx, run.ID, s.ids(), s.store.Time.Instant())
			return err
		})
		c.over(s, b)
		s.advance(run.ID)
		run, tally := s.run(run.ID)
		if want := map[string]int{c.reason: 7}; run.Looked != bulletin.Portion+7 || !maps.Equal(run.LeftOut, want) || tally.Open() != 0 || tally.Total() != bulletin.Portion {
			t.Errorf("%s: run %+v, sums %+v", c.reason, run, tally)
		}
		if !run.State.Ended() || run.EndedAt.IsZero() {
			t.Errorf("%s: the run is %s", c.reason, run.State)
		}
	}
}

// What a pause gave back did not leave: it does not count against its own person's cap.
func TestWhatWasGivenBackDoesNotCount(t *testing.T) {
	s := newSite(t)
	s.Cap = 1
	s.people(1, nil)
	run, _ := s.send(s.bulletin(nil))
	s.advance(run.ID)
	for range 2 {
		claims, err := s.store.Claim(t.Context(), s.request(1))
		if err != nil || len(claims.Rows) != 1 {
			t.Fatalf("claimed %v (%v)", claims.Rows, err)
		}
		row, now := claims.Rows[0].Row, s.store.Time.Instant()
		if err := s.store.Settle(t.Context(), []storage.Outcome{{ID: row.ID, Token: row.Token, State: bot.OutQueued, At: now, NextAt: now}}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if sent := s.claim(1); len(sent) != 1 {
		t.Error("it was not sent")
	}
}

// Rows that wait for a gateway which the site has no more leave by another one; while there is none, they wait.
func TestRowsOfAGatewayThatIsGone(t *testing.T) {
	s := newSite(t)
	s.people(3, func(_ int, c *bot.Contact) { c.Gateway = "old" })
	run, _ := s.send(s.bulletin(nil))
	s.advance(run.ID)
	s.Carries = func(string) bool { return false }
	s.advance(run.ID)
	if sent := s.claim(5); len(sent) != 0 {
		t.Errorf("%d left by a gateway that is not there", len(sent))
	}
	s.Carries = func(name string) bool { return name == "sim" }
	s.advance(run.ID)
	if sent := s.claim(5); len(sent) != 3 {
		t.Errorf("%d left, want 3", len(sent))
	}
}

// An audience of agents, or of a theme, is those people and nobody else.
func TestAudiencesByRoleAndTheme(t *testing.T) {
	s := newSite(t)
	s.people(4, nil)
	s.desk("moussa", bot.RoleFieldAgent)
	now := s.store.Time.Instant()
	s.update(func(tx storage.Tx) error {
		for n, user := range map[int]string{1: "moussa", 2: "awa"} {
			if err := tx.PutDeskNumber(bot.DeskNumber{Key: key(n), User: user, Since: now}, 0); err != nil {
				return err
			}
		}
		for n, theme := range map[int]bot.Theme{3: bot.ThemeHealth, 4: bot.ThemeAid} {
			id := s.store.IDs.New()
			if err := tx.PutReport(bot.Report{ID: id, Contact: key(n), State: bot.ReportReceived, Theme: theme}, 0); err != nil {
				return err
			}
			if err := tx.PutActivity(key(n), now, bot.Activity{Texts: 1, Reports: []bot.ID{id}}); err != nil {
				return err
			}
		}
		return nil
	})
	for want, audience := range map[int]bot.Audience{
		1: {Roles: []string{bulletin.RoleAgent}}, 3: {Themes: []bot.Theme{bot.ThemeHealth}},
	} {
		run, _ := s.send(s.bulletin(func(b *bot.Bulletin) { b.Audience = audience }))
		s.advance(run.ID)
		if sent := s.claim(9); len(sent) != 1 || sent[0] != key(want) {
			t.Errorf("%+v went to %d people, want the one", audience, len(sent))
		}
	}
}

// A bulletin for members goes to those who were cleared and are at work, and to nobody of a cohort besides; its relay text is for them to
// read from a page, and leaves by no SMS.
func TestAMembersBulletinGoesToTheCleared(t *testing.T) {
	s := newSite(t)
	s.people(6, nil)
	s.update(func(tx storage.Tx) error {
		if err := tx.PutCohort(bot.Cohort{Name: "JADE"}, 0); err != nil {
			return err
		}
		for n, m := range map[int]bot.Member{
			1: {Vetting: bot.VettingCleared, Status: bot.AgentActive},
			2: {Vetting: bot.VettingScreening, Status: bot.AgentActive},
			3: {Vetting: bot.VettingCleared, Status: bot.AgentPaused},
			4: {Vetting: bot.VettingSuspended, Status: bot.AgentActive},
			5: {Vetting: bot.VettingCleared, Status: bot.AgentActive},
		} {
			m.CodeName, m.Cohort, m.Contact = fmt.Sprintf("GAO-%02d", n), "JADE", key(n)
			if err := tx.PutMember(m, 0); err != nil {
				return err
			}
		}
		return nil
	})
	const relay = "A dire dans vos groupes."
	run, _ := s.send(s.bulletin(func(b *bot.Bulletin) {
		b.Audience.Roles = []string{bulletin.RoleMember}
		b.Variants = append(b.Variants, bot.Variant{Lang: bot.French, Channel: bot.VariantRelay, Text: relay, State: bot.TranslationDone})
	}))
	s.advance(run.ID)
	if run, _ := s.run(run.ID); len(run.Texts) != 1 || strings.Contains(string(run.Texts[0].Text), relay) {
		t.Errorf("what leaves: %d texts", len(run.Texts))
	}
	sent := s.claim(9)
	slices.SortFunc(sent, func(a, b bot.ContactKey) int { return bytes.Compare(a[:], b[:]) })
	if !slices.Equal(sent, []bot.ContactKey{key(1), key(5)}) {
		t.Errorf("%d people got it, want the two who were cleared and are at work", len(sent))
	}
}

// Whoever chose another language after the walk reads that one.
func TestTheLanguageIsTheOneOfTheMoment(t *testing.T) {
	s := newSite(t)
	s.people(1, nil)
	run, _ := s.send(s.bulletin(func(b *bot.Bulletin) {
		b.Variants = append(b.Variants, bot.Variant{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Babili dayɛlen do.", State: bot.TranslationDone})
	}))
	s.advance(run.ID)
	s.update(func(tx storage.Tx) error {
		c, err := tx.Contact(key(1))
		if err != nil {
			return err
		}
		c.Lang = bot.Bambara
		return tx.PutContact(c, c.Rev)
	})
	s.claim(1)
	if _, tally := s.run(run.ID); tally.Langs[bot.Bambara] != 1 {
		t.Errorf("by language: %v", tally.Langs)
	}
}

// A correction ends every run of what it corrects that is under way, and its further moments.
func TestACorrectionEndsEveryRunOfTheFirst(t *testing.T) {
	s := newSite(t)
	s.people(2, nil)
	b := s.bulletin(nil)
	first, _ := s.send(b)
	second := first
	second.ID, second.Rev = s.store.IDs.New(), 0
	s.update(func(tx storage.Tx) error { // as a schedule begins it
		if err := tx.PutBroadcast(second, 0); err != nil {
			return err
		}
		b, err := tx.Bulletin(b.ID)
		if err != nil {
			return err
		}
		b.LastRun, b.Runs, b.Schedule.Next = second.ID, 2, s.store.Time.Instant().Add(time.Hour)
		return tx.PutBulletin(b, b.Rev)
	})
	s.send(s.bulletin(func(c *bot.Bulletin) { c.Kind, c.Corrects = bot.BulletinCorrection, b.ID }))
	for _, id := range []bot.ID{first.ID, second.ID} {
		if run, _ := s.run(id); run.State != bot.BroadcastWithdrawn {
			t.Errorf("a run is %s", run.State)
		}
	}
	s.update(func(tx storage.Tx) error {
		due, err := tx.DueBulletins(s.store.Time.Instant().Add(48*time.Hour), 10)
		if len(due) != 0 {
			t.Errorf("%d bulletins are still due", len(due))
		}
		return err
	})
}

// A run that has ended and of which something is sent again is under way, and its report is made anew; a run that is over is not sent again.
func TestARunIsResent(t *testing.T) {
	s := newSite(t)
	s.people(3, nil)
	b := s.bulletin(nil)
	run, _ := s.send(b)
	s.advance(run.ID)
	claims, err := s.store.Claim(t.Context(), s.request(2))
	if err != nil || len(claims.Rows) != 2 {
		t.Fatal(claims, err)
	}
	if n, err := s.store.Abandon(t.Context(), bot.Forever, nil); err != nil || n != 2 {
		t.Fatal(n, err)
	}
	s.claim(1)
	s.advance(run.ID)
	s.store.Time.Add(25 * time.Hour)
	s.advance(run.ID)
	if run, _ := s.run(run.ID); run.ReportAt.IsZero() || run.Report.States[bot.OutUnknown] != 2 {
		t.Fatalf("no report: %+v", run)
	}
	resend := func(want string) (r bulletin.Resending) {
		t.Helper()
		err := s.store.Update(t.Context(), func(tx storage.Tx) (err error) {
			r, err = s.Resend(tx, s.act("awa"), bulletin.Resending{Ref: string(b.Ref), Only: bot.OutUnknown, Reason: "Panne"}, s.ids())
			return err
		})
		if got := keyOf(err); got != want {
			t.Errorf("sending again is answered with %q (%v), want %q", got, err, want)
		}
		return r
	}
	if r := resend(""); r.Queued != 2 || !r.Over {
		t.Errorf("%+v", r)
	}
	run, tally := s.run(run.ID)
	if run.State != bot.BroadcastSending || !run.ReportAt.IsZero() || tally.People() != 3 || tally.Total() != 5 {
		t.Errorf("run %+v, sums %+v", run, tally)
	}
	if sent := s.claim(5); len(sent) != 2 {
		t.Errorf("sent again to %d, want 2", len(sent))
	}
	if r := resend(""); r.Queued != 0 {
		t.Errorf("sent again twice: %d", r.Queued)
	}
	s.store.Time.Add(48 * time.Hour)
	resend("desk.broadcast_expired")
}

// keyOf is the key of a refusal.
func keyOf(err error) string {
	if fault, ok := errors.AsType[*bot.Error](err); ok {
		return fault.Key
	}
	return ""
}
