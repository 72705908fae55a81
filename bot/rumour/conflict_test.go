package rumour_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Who has declared a stake in an area or a theme is given nothing of that to check, notes no check, and submits nothing about it.
func TestAStakeIsDeclared(t *testing.T) {
	s := newSite(t)
	s.account("CISSE", bot.RoleVerifier, bot.RoleCoordinator)
	gao, region := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0701"}, bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML07"}
	kayes := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML01"}
	change := func(as, name string, lift bool, c bot.Conflict) error {
		rule := people.DeclareConflict
		if lift {
			rule = people.LiftConflict
		}
		a := s.act("")
		a.As = as
		return s.update(func(tx storage.Tx) error { _, err := rule(tx, a, name, c, place.New(nil)); return err })
	}
	stake := bot.Conflict{Places: []bot.PlaceCode{gao}, Themes: []bot.RumourTheme{bot.RumourReligion}}
	s.refused(change("moderator", "CISSE", false, stake), "desk.no_role")
	s.refused(change("CISSE", "CISSE", false, bot.Conflict{}), "desk.conflict_needed")
	s.refused(change("CISSE", "CISSE", false, bot.Conflict{Themes: []bot.RumourTheme{"weather"}}), "desk.bad_rumour_theme")
	s.must(change("CISSE", "CISSE", false, stake))
	in := func(areas ...bot.PlaceCode) func(*bot.Rumour) { return func(r *bot.Rumour) { r.Areas = areas } }
	for name, c := range map[string]struct {
		row     func(*bot.Rumour)
		touched bool
	}{
		"the very place":    {in(gao), true},
		"around it":         {in(region), true},
		"elsewhere":         {in(kayes), false},
		"one of two":        {in(kayes, gao), true},
		"the theme":         {func(r *bot.Rumour) { r.Theme = bot.RumourReligion }, true},
		"none of the stake": {nil, false},
	} {
		_, err := s.as("coordinator", rumour.Desk.Assign, s.put(bot.RumourTriaged, c.row), rumour.Step{Assignee: "CISSE"})
		_, submits := s.as("CISSE", rumour.Desk.Submit, s.put(bot.RumourInvestigating, c.row), rumour.Step{Verdict: bot.ConfirmedFalse, Public: "Vu."})
		seen := checked(bot.MethodVisit, bot.SourceEyewitness, bot.SupportsFalse, "", "")
		_, checks := s.as("CISSE", rumour.Desk.AddEvidence, s.put(bot.RumourPublished, c.row), rumour.Step{Evidence: []bot.Evidence{seen}})
		if !c.touched {
			s.must(err)
			s.must(submits)
			s.must(checks)
			continue
		}
		t.Log(name)
		s.refused(err, "desk.assign_conflict")
		s.refused(submits, "desk.submit_conflict")
		s.refused(checks, "desk.submit_conflict")
	}
	// On the short lane, what the form itself says counts.
	step := finding(bot.ConfirmedFalse)
	step.Theme = bot.RumourReligion
	_, err := s.as("CISSE", rumour.Desk.Submit, s.put(bot.RumourNew, nil), step)
	s.refused(err, "desk.submit_conflict")
	// Nobody takes back their own; somebody else does.
	s.refused(change("CISSE", "CISSE", true, stake), "desk.conflict_own")
	s.must(change("coordinator", "CISSE", true, stake))
	_, err = s.as("coordinator", rumour.Desk.Assign, s.put(bot.RumourTriaged, in(gao)), rumour.Step{Assignee: "CISSE"})
	s.must(err)
}

// Who declares a stake after a rumour was given to them is told of it: somebody else has to check it.
func TestAStakeDeclaredTooLateIsSaid(t *testing.T) {
	s := newSite(t)
	given := func(r *bot.Rumour) { r.Theme, r.AssignedTo = bot.RumourReligion, "verifier" }
	late := s.put(bot.RumourInvestigating, given)
	s.put(bot.RumourInvestigating, func(r *bot.Rumour) { given(r); r.AssignedTo = "CISSE" })
	s.put(bot.RumourInvestigating, func(r *bot.Rumour) { given(r); r.Theme = bot.RumourAid })
	s.put(bot.RumourDecided, given)
	u := bot.User{Name: "verifier", Conflict: bot.Conflict{Themes: []bot.RumourTheme{bot.RumourReligion}}}
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		touching, err := s.Touching(tx, u)
		if len(touching) != 1 || touching[0].ID != late.ID {
			t.Errorf("%d rumours touch what was declared, want the one under investigation that they have", len(touching))
		}
		return err
	}))
}
