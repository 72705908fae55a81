package rumour_test

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// recall asks whether a queued answer of a machine may still leave.
func (s *site) recall(id bot.ID) (recalled bool) {
	s.t.Helper()
	s.must(s.update(func(tx storage.Tx) error {
		o, err := tx.Outbound(id)
		if err == nil {
			recalled, err = s.Recall(tx, o, s.store.Time.Instant())
		}
		return err
	}))
	return recalled
}

// A queued answer is recalled once its check is a day old or a coordinator has refused it, and not where people agreed to the link, nor
// where it has left.
func TestWhatTheMachineMayNotGiveAnyMoreIsRecalled(t *testing.T) {
	for name, c := range map[string]struct {
		rumour   func(*bot.Rumour)
		theme    bot.RumourTheme
		wait     time.Duration
		gone, ok bool // it has left; the desk agreed to the link
		recalled bool
	}{
		"a blockade, younger than a day": {theme: bot.RumourBlockade, wait: 59 * time.Minute},
		"a blockade of yesterday":        {theme: bot.RumourBlockade, wait: time.Hour, recalled: true},
		"rice of yesterday":              {wait: time.Hour},
		"refused":                        {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoRefused }, recalled: true},
		"names somebody":                 {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoNever }, recalled: true},
		"another text is too long":       {rumour: func(r *bot.Rumour) { r.Auto = bot.AutoTooLong }},
		"of yesterday, and confirmed":    {theme: bot.RumourBlockade, wait: time.Hour, ok: true},
		"of yesterday, and gone":         {theme: bot.RumourBlockade, wait: time.Hour, gone: true},
	} {
		t.Run(name, func(t *testing.T) {
			s, r := hotlined(t)
			set := func(change func(*bot.Rumour)) {
				s.must(s.update(func(tx storage.Tx) error {
					row, err := tx.Rumour(r.ID)
					if err != nil {
						return err
					}
					change(&row)
					return tx.PutRumour(row, row.Rev)
				}))
			}
			if c.theme != "" {
				set(func(r *bot.Rumour) { r.Theme = c.theme })
			}
			s.store.Time.Add(rumour.CheckedAt(s.rumourOf(r.ID)).Add(23 * time.Hour).Sub(s.store.Time.Instant()))
			ref := s.tell()
			before := s.rumourOf(r.ID).Reports
			_, id, ok := s.atOnce(ref, found(r))
			if !ok {
				t.Fatal("not answered")
			}
			if c.rumour != nil {
				set(c.rumour)
			}
			if c.gone {
				s.left(id)
			}
			if c.ok {
				s.must(s.update(func(tx storage.Tx) error {
					_, err := s.ConfirmMatch(tx, s.act(bot.RoleModerator), ref)
					return err
				}))
			}
			s.store.Time.Add(c.wait)
			if got := s.recall(id); got != c.recalled {
				t.Fatalf("recalled: %t", got)
			}
			rep, o := s.reportOf(ref), s.messageOf(id)
			if waits := rep.State == bot.ReportReceived && rep.Rumour.IsZero() && rep.Answer.IsZero() && o.State == bot.OutSuppressed; waits != c.recalled {
				t.Errorf("the report is %s, the message %s", rep.State, o.State)
			}
			if !c.recalled {
				return
			}
			if m := rep.Match; m.Method != bot.MatchSuggested || m.Rumour != r.ID || m.Permille != 987 || !m.Given.IsZero() || len(m.Rejected) != 0 {
				t.Errorf("what is known of it: %+v", m)
			}
			if n := s.rumourOf(r.ID).Reports; n != before {
				t.Errorf("%d reports are counted, before %d", n, before)
			}
			if s.recall(id) {
				t.Error("recalled again")
			}
		})
	}
}

// Who told it twice, once as the desk says, is still owed the answer for that: it leaves as the desk's.
func TestARecallLeavesWhatPeopleLinkedOwed(t *testing.T) {
	s, r := hotlined(t)
	mine, machines := s.tell(), ""
	s.store.Time.Add(time.Second)
	machines = s.tell()
	_, id, ok := s.atOnce(machines, found(r))
	if !ok {
		t.Fatal("not answered")
	}
	s.linked(s.rumourOf(r.ID), mine)
	if rep := s.reportOf(mine); rep.Answer != id {
		t.Fatalf("the machine's answer is to answer both: %v", rep.State)
	}
	s.must(s.update(func(tx storage.Tx) error {
		row, err := tx.Rumour(r.ID)
		row.Auto = bot.AutoRefused
		if err == nil {
			err = tx.PutRumour(row, row.Rev)
		}
		return err
	}))
	if !s.recall(id) {
		t.Fatal("not recalled")
	}
	s.fan(r.ID)
	rep := s.reportOf(mine)
	if o := s.messageOf(rep.Answer); rep.State != bot.ReportAnswered || o.State != bot.OutQueued || o.Key != rumour.AnswerKey {
		t.Errorf("the other is %s, by %s, which is %s", rep.State, o.Key, o.State)
	}
	if rep := s.reportOf(machines); rep.State != bot.ReportReceived || !rep.Rumour.IsZero() {
		t.Errorf("the machine's is %s", rep.State)
	}
}
