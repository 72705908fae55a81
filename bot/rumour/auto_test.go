package rumour_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

func (s *site) publishes(r bot.Rumour, noAuto bool) bot.Rumour {
	s.t.Helper()
	r, err := s.as("coordinator", func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, step rumour.Step) (bot.Rumour, error) {
		return d.PublishStep(tx, a, ref, step, nil)
	}, r, rumour.Step{Fallback: bot.French, NoAuto: noAuto})
	s.must(err)
	return r
}

func (s *site) setAuto(as string, r bot.Rumour, allow bool) (bot.Rumour, error) {
	return s.as(as, func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, _ rumour.Step) (bot.Rumour, error) {
		return d.SetAuto(tx, a, ref, allow)
	}, r, rumour.Step{})
}

// Publication allows the machine to give the answer, but for what only people should say and for texts of more than one part.
func TestPublicationSetsWhoMayAnswer(t *testing.T) {
	s := newSite(t)
	text := func(n int) func(*bot.Rumour) {
		return func(r *bot.Rumour) { r.Answers[0].Text = bot.Text(strings.Repeat("a", n)) }
	}
	most := 0
	for n := range 160 {
		if !s.AutoTooLong(bot.French, strings.Repeat("a", n)) {
			most = n
		}
	}
	if most < 100 || most > 115 {
		t.Errorf("a text of %d septets fits: beside the longest name and reference and the line at the end there is room for about 110", most)
	}
	flag := func(f bot.RiskFlag) func(*bot.Rumour) {
		return func(r *bot.Rumour) { r.Risk.Flags = []bot.RiskFlag{f} }
	}
	for name, c := range map[string]struct {
		row    func(*bot.Rumour)
		noAuto bool
		want   bot.AutoAnswer
	}{
		"as it is":           {want: bot.AutoAllowed},
		"refused":            {noAuto: true, want: bot.AutoRefused},
		"refused before":     {row: func(r *bot.Rumour) { r.Auto = bot.AutoRefused }, want: bot.AutoRefused},
		"high":               {row: func(r *bot.Rumour) { r.Risk.Level = bot.RiskHigh }, want: bot.AutoAllowed},
		"critical by a word": {row: func(r *bot.Rumour) { r.Risk.Level = bot.RiskCritical }, want: bot.AutoAllowed},
		"critical":           {row: func(r *bot.Rumour) { r.Risk.Level, r.Risk.By = bot.RiskCritical, "CISSE" }, want: bot.AutoNever},
		"names a person":     {row: flag(bot.FlagNamesPerson), want: bot.AutoNever},
		"aims at a group":    {row: flag(bot.FlagTargetsGroup), noAuto: true, want: bot.AutoNever},
		"coordinated":        {row: flag(bot.FlagCoordinated), want: bot.AutoAllowed},
		"what forces do":     {row: func(r *bot.Rumour) { r.Theme = bot.RumourForcesConduct }, want: bot.AutoNever},
		"restricted":         {row: func(r *bot.Rumour) { r.Restricted = true }, want: bot.AutoNever},
		"just fits":          {row: text(most), want: bot.AutoAllowed},
		"too long":           {row: text(most + 1), want: bot.AutoTooLong},
		"too long in the other language": {row: func(r *bot.Rumour) {
			r.Answers[1].Text, r.Answers[1].Approver, r.Answers[1].ApprovedAt = bot.Text(strings.Repeat("a", 140)), "AMI", r.CreatedAt
		}, want: bot.AutoTooLong},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			defer func() { s.t = t }()
			r := s.publishes(s.put(bot.RumourDecided, c.row), c.noAuto)
			if r.Auto != c.want || r.AutoBy != "coordinator" {
				t.Errorf("%s by %s, want %s", r.Auto, r.AutoBy, c.want)
			}
		})
	}
	s.t = t
}

// A coordinator says yes or no later; yes only to what may be allowed, and nobody else.
func TestACoordinatorSaysWhetherTheMachineAnswers(t *testing.T) {
	s := newSite(t)
	_, err := s.setAuto("coordinator", s.put(bot.RumourDecided, nil), true)
	s.refused(err, "desk.auto_not_published")
	r := s.publishes(s.put(bot.RumourDecided, nil), true)
	for _, who := range []string{"moderator", "verifier", "admin"} {
		_, err := s.setAuto(who, r, true)
		s.refused(err, "desk.no_role")
	}
	for _, allow := range []bool{true, false, true} {
		if r, err = s.setAuto("coordinator", r, allow); err != nil || (r.Auto == bot.AutoAllowed) != allow {
			t.Errorf("said %t: %s (%v)", allow, r.Auto, err)
		}
	}
	_, err = s.setAuto("coordinator", s.publishes(s.put(bot.RumourDecided, func(r *bot.Rumour) { r.Risk.Level, r.Risk.By = bot.RiskCritical, "CISSE" }), false), true)
	s.refused(err, "desk.auto_never")
	long := func(r *bot.Rumour) { r.Answers[0].Text = bot.Text(strings.Repeat("long ", 40)) }
	_, err = s.setAuto("coordinator", s.publishes(s.put(bot.RumourDecided, long), false), true)
	s.refused(err, "desk.auto_too_long")
}

// What a person says of a rumour takes the permission away and does not give it back; alarm words and many copies do not take it.
func TestOnlyAPersonTakesThePermissionAway(t *testing.T) {
	s := newSite(t)
	s.person()
	yes := true
	gao := []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}}
	for name, step := range map[string]rumour.Step{
		"critical":            {Risk: rumour.GivenRisk{Level: bot.RiskCritical}, Areas: gao},
		"violence":            {Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagViolence48h}}, Areas: gao},
		"names a person":      {Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagNamesPerson}}},
		"targets a group":     {Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagTargetsGroup}}},
		"what forces do":      {Theme: bot.RumourForcesConduct},
		"those who must know": {Restrict: &yes},
	} {
		r := s.publishes(s.put(bot.RumourDecided, nil), false)
		after, err := s.as("moderator", rumour.Desk.Assess, r, step)
		s.must(err)
		if after.Auto != bot.AutoNever || after.AutoBy != "moderator" {
			t.Errorf("%s: %s by %s", name, after.Auto, after.AutoBy)
		}
	}
	r := s.publishes(s.put(bot.RumourDecided, nil), false)
	raised, err := s.as("moderator", rumour.Desk.Assess, r, rumour.Step{Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagNamesPerson}}})
	s.must(err)
	lowered, err := s.as("moderator", rumour.Desk.Assess, raised, rumour.Step{
		Risk: rumour.GivenRisk{Unflag: []bot.RiskFlag{bot.FlagNamesPerson}}, Comment: "personne n'est nommé",
	})
	s.must(err)
	if lowered.Auto != bot.AutoNever {
		t.Errorf("lowered again: %s", lowered.Auto)
	}

	r = s.publishes(s.put(bot.RumourDecided, nil), false)
	copied := s.tell()
	s.must(s.update(func(tx storage.Tx) error {
		rep, err := rumour.FindReport(tx, copied)
		if err == nil {
			_, err = rumour.Alarm(tx, rep, bot.Alarm{At: s.store.Time.Instant(), Code: "attack"})
		}
		return err
	}))
	after, _ := s.linked(r, copied)
	if after.Risk.Level != bot.RiskCritical || after.Auto != bot.AutoAllowed {
		t.Errorf("a copy with an alarm word: %s, %s", after.Risk.Level, after.Auto)
	}
	after, err = s.burst(r.ID, 12)
	s.must(err)
	if after.Auto != bot.AutoAllowed {
		t.Errorf("many copies: %s", after.Auto)
	}
	worse := s.put(bot.RumourNew, func(r *bot.Rumour) { r.Risk = bot.Risk{Level: bot.RiskCritical, By: "CISSE"} })
	_, err = s.as("moderator", func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, _ rumour.Step) (bot.Rumour, error) {
		return d.Merge(tx, a, ref, string(r.Ref))
	}, worse, rumour.Step{})
	s.must(err)
	if now := s.rumourOf(r.ID); now.Auto != bot.AutoNever || now.AutoBy != "moderator" {
		t.Errorf("a critical one merged into it: %s by %s", now.Auto, now.AutoBy)
	}
}

// A further language that is approved after publication may make the answer too long for the machine.
func TestALaterTextMayBeTooLong(t *testing.T) {
	s := newSite(t)
	r := s.publishes(s.put(bot.RumourDecided, func(r *bot.Rumour) { r.Answers[1].Text = bot.Text(strings.Repeat("a", 140)) }), false)
	if r.Auto != bot.AutoAllowed {
		t.Fatalf("published: %s", r.Auto)
	}
	s.must(s.update(func(tx storage.Tx) error {
		_, err := s.Approve(tx, s.act(bot.RoleCoordinator), string(r.Ref), bot.Bambara)
		return err
	}))
	if now := s.rumourOf(r.ID); now.Auto != bot.AutoTooLong {
		t.Errorf("with the text in Bambara: %s", now.Auto)
	}
}

func (s *site) burst(id bot.ID, numbers int) (r bot.Rumour, err error) {
	err = s.update(func(tx storage.Tx) (err error) {
		r, err = s.NoteBurst(tx, id, numbers, s.store.Time.Instant())
		return err
	})
	return r, err
}

// Many numbers at once raise the spread, and with it the level, in nobody's name, and ask whether somebody has it sent; once an hour.
func TestManyNumbersAtOnceRaiseTheSpread(t *testing.T) {
	s := newSite(t)
	r := s.put(bot.RumourTriaged, func(r *bot.Rumour) {
		r.Risk = bot.Risk{Level: bot.RiskLow, Harm: 2, Spread: 1, By: "CISSE", At: r.CreatedAt}
	})
	after, err := s.burst(r.ID, 12)
	s.must(err)
	if after.Risk.Level != bot.RiskMedium || after.Risk.Spread != 2 || after.Risk.By != "" || !slices.Contains(after.Risk.Reasons, rumour.ReasonBurst) {
		t.Errorf("the risk: %+v", after.Risk)
	}
	if !slices.Contains(after.Risk.Flags, bot.FlagCoordinated) || after.Burst.Numbers != 12 {
		t.Errorf("flags %v, %d numbers", after.Risk.Flags, after.Burst.Numbers)
	}
	s.store.Time.Add(59 * time.Minute)
	if again, err := s.burst(r.ID, 40); err != nil || again.Rev != after.Rev {
		t.Errorf("within the hour it is noted again (%v)", err)
	}
	s.store.Time.Add(time.Minute)
	again, err := s.burst(r.ID, 40)
	s.must(err)
	if again.Burst.Numbers != 40 || len(again.Risk.Flags) != 1 || again.Risk.Level != bot.RiskMedium {
		t.Errorf("after an hour: %d numbers, %+v", again.Burst.Numbers, again.Risk)
	}
}
