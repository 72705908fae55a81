package rumour_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type deskRule func(rumour.Desk, storage.Tx, people.Act, string, rumour.Step) (bot.Rumour, error)

// put stores a rumour that is ready for everything in a state, changed as a case wants it.
func (s *site) put(state bot.RumourState, change func(*bot.Rumour)) bot.Rumour {
	s.t.Helper()
	r, refs := s.ready(state), s.refs()
	if change != nil {
		change(&r)
	}
	s.must(s.update(func(tx storage.Tx) (err error) {
		if r.Ref, err = tx.TakeRef(refs, bot.RefRumour, r.ID); err != nil {
			return err
		}
		return tx.PutRumour(r, 0)
	}))
	return r
}

// as makes a move by an account.
func (s *site) as(name string, rule deskRule, r bot.Rumour, step rumour.Step) (after bot.Rumour, err error) {
	a := s.act("")
	a.As = name
	err = s.update(func(tx storage.Tx) (err error) {
		after, err = rule(s.Desk, tx, a, string(r.Ref), step)
		return err
	})
	return after, err
}

func (s *site) account(name string, roles ...bot.Role) {
	s.t.Helper()
	s.must(s.update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: name, Roles: roles}, 0) }))
}

func checked(method bot.CheckMethod, source bot.SourceType, supports bot.Supports, code, group string) bot.Evidence {
	return bot.Evidence{Method: method, Source: source, Supports: supports, Code: code, Group: group}
}

// Each guard, by what is missing and the sentence that says so; then the same with it.
func TestEachGuardByItself(t *testing.T) {
	s := newSite(t)
	s.account("CISSE", bot.RoleVerifier, bot.RoleCoordinator)
	const verifier, coordinator, moderator = "verifier", "coordinator", "moderator"
	low := rumour.GivenRisk{Level: bot.RiskLow}
	eye := checked(bot.MethodVisit, bot.SourceEyewitness, bot.SupportsFalse, "", "")
	ready := rumour.Step{
		Theme: bot.RumourAid, Risk: low, Verdict: bot.ProbablyFalse, Public: "Vu.", Comment: "vu hier", Evidence: []bot.Evidence{eye},
		Assignee: verifier, Claim: "Le bac serait coulé", RedactionChecked: true,
	}
	with := func(change func(*rumour.Step)) rumour.Step {
		step := ready
		change(&step)
		return step
	}
	unset := func(r *bot.Rumour) { r.Theme, r.Risk, r.Evidence, r.Proposal = "", bot.Risk{}, nil, bot.Proposal{} }
	gao := []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}}
	for name, c := range map[string]struct {
		who    string
		state  bot.RumourState
		row    func(*bot.Rumour)
		rule   deskRule
		lacks  rumour.Step
		key    string
		enough rumour.Step
	}{
		"theme":             {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Theme = "" }), "desk.theme_needed", ready},
		"theme of the list": {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Theme = "weather" }), "desk.bad_theme", ready},
		"risk":              {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Risk = rumour.GivenRisk{} }), "desk.risk_needed", ready},
		"risk of the list":  {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Risk.Level = "huge" }), "desk.bad_risk", ready},
		"harm with spread": {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Risk = rumour.GivenRisk{Harm: 2} }), "desk.bad_harm",
			with(func(x *rumour.Step) { x.Risk = rumour.GivenRisk{Harm: 2, Spread: 2} })},
		"flag of the list":  {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Risk.Flags = []bot.RiskFlag{"rain"} }), "desk.bad_flag", ready},
		"somebody looked":   {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.RedactionChecked = false }), "desk.redaction_needed", ready},
		"a verifier looked": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.RedactionChecked = false }), "desk.redaction_needed", ready},
		"area for high": {moderator, bot.RumourNew, unset, rumour.Desk.Triage, with(func(x *rumour.Step) { x.Risk.Level = bot.RiskHigh }), "desk.area_needed",
			with(func(x *rumour.Step) { x.Risk.Level, x.Areas = bot.RiskHigh, gao })},
		"risk lowered by the way": {moderator, bot.RumourNew, func(r *bot.Rumour) { unset(r); r.Risk.Level = bot.RiskCritical }, rumour.Desk.Triage, ready,
			"desk.risk_lower_apart", with(func(x *rumour.Step) { x.Risk, x.Areas = rumour.GivenRisk{}, gao })},
		"watch from now on": {coordinator, bot.RumourTriaged, nil, rumour.Desk.Watch,
			rumour.Step{Until: s.store.Time.Instant().Add(-time.Hour)}, "desk.watch_past", rumour.Step{Until: s.store.Time.Instant().Add(24 * time.Hour)}},
		"hate of the list":   {verifier, bot.RumourNew, unset, rumour.Desk.Assess, with(func(x *rumour.Step) { x.Hate = "bla" }), "desk.bad_hate", ready},
		"intent of the list": {verifier, bot.RumourNew, unset, rumour.Desk.Assess, with(func(x *rumour.Step) { x.Intent = "bla" }), "desk.bad_intent", ready},
		"watch a while": {coordinator, bot.RumourTriaged, nil, rumour.Desk.Watch,
			rumour.Step{Until: s.store.Time.Instant().Add(15 * 24 * time.Hour)}, "desk.watch_until", rumour.Step{Until: s.store.Time.Instant().Add(24 * time.Hour)}},
		"assign somebody":   {coordinator, bot.RumourTriaged, nil, rumour.Desk.Assign, rumour.Step{Assignee: "NOBODY"}, "desk.no_such_user", ready},
		"assign a verifier": {coordinator, bot.RumourTriaged, nil, rumour.Desk.Assign, rumour.Step{Assignee: moderator}, "desk.assign_verifier", ready},
		"short lane":        {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Risk.Level, x.Areas = bot.RiskHigh, gao }), "desk.short_lane_risk", ready},
		"short lane, forces": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Theme = bot.RumourForcesConduct }), "desk.short_lane_two",
			with(func(x *rumour.Step) { x.Risk.Level = bot.RiskMedium })},
		"short lane, a group": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Risk.Flags = []bot.RiskFlag{bot.FlagTargetsGroup} }), "desk.short_lane_two", ready},
		"a check":             {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Evidence = nil }), "desk.evidence_needed", ready},
		"a method": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) {
			x.Evidence = []bot.Evidence{checked("guess", bot.SourceMedia, bot.SupportsFalse, "", "")}
		}), "desk.bad_method", ready},
		"a source": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) {
			x.Evidence = []bot.Evidence{checked(bot.MethodCall, "cousin", bot.SupportsFalse, "", "")}
		}), "desk.bad_source", ready},
		"no number as a code": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) {
			x.Evidence = []bot.Evidence{checked(bot.MethodCall, bot.SourceMedia, bot.SupportsFalse, "70123456", "")}
		}), "desk.bad_source_code", ready},
		"a direction": {verifier, bot.RumourInvestigating, nil, rumour.Desk.AddEvidence, with(func(x *rumour.Step) {
			x.Evidence = []bot.Evidence{checked(bot.MethodCall, bot.SourceMedia, "", "", "")}
		}), "desk.bad_supports", ready},
		"a verdict":        {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Verdict = "maybe" }), "desk.bad_verdict", ready},
		"a public finding": {verifier, bot.RumourNew, unset, rumour.Desk.Submit, with(func(x *rumour.Step) { x.Public = "" }), "desk.finding_needed", ready},
		"a comment":        {coordinator, bot.RumourReview, nil, rumour.Desk.Return, rumour.Step{}, "desk.reason_needed", ready},
		"one outside": {coordinator, bot.RumourReview, func(r *bot.Rumour) {
			r.Evidence = []bot.Evidence{checked(bot.MethodCall, bot.SourceLocalOfficial, bot.SupportsFalse, "", ""), checked(bot.MethodCall, bot.SourceSecurityForce, bot.SupportsFalse, "", "")}
		}, rumour.Desk.Decide, rumour.Step{}, "desk.sources_confirmed", rumour.Step{Verdict: bot.ProbablyFalse}},
		"one source": {coordinator, bot.RumourReview, func(r *bot.Rumour) { r.Evidence = r.Evidence[:1] }, rumour.Desk.Decide, rumour.Step{Verdict: bot.ProbablyTrue},
			"desk.sources_one", rumour.Step{Verdict: bot.ProbablyFalse}},
		"overdue": {coordinator, bot.RumourInvestigating, nil, rumour.Desk.Decide, with(func(x *rumour.Step) { x.Verdict = bot.Misleading }), "desk.not_submitted",
			with(func(x *rumour.Step) { x.Verdict = bot.Unverifiable })},
		"overdue, how": {coordinator, bot.RumourInvestigating, nil, rumour.Desk.Decide, rumour.Step{Verdict: bot.Unverifiable}, "desk.reason_needed",
			with(func(x *rumour.Step) { x.Verdict = bot.Unverifiable })},
		"harm":          {coordinator, bot.RumourDecided, nil, rumour.Desk.Withhold, rumour.Step{}, "desk.harm_needed", ready},
		"why rejected":  {moderator, bot.RumourNew, nil, rumour.Desk.Reject, rumour.Step{Reason: bot.ClosedAnswered}, "desk.reject_reason", rumour.Step{Reason: bot.ClosedOutOfScope}},
		"why closed":    {moderator, bot.RumourMonitoring, nil, rumour.Desk.Close, rumour.Step{Reason: bot.ClosedNotAClaim}, "desk.close_reason", rumour.Step{Reason: bot.ClosedAnswered}},
		"why lowered":   {verifier, bot.RumourTriaged, func(r *bot.Rumour) { r.Risk.Level = bot.RiskHigh }, rumour.Desk.Assess, rumour.Step{Risk: low}, "desk.risk_reason_needed", ready},
		"why looked at": {moderator, bot.RumourClosed, nil, rumour.Desk.Reopen, rumour.Step{}, "desk.reason_needed", ready},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			defer func() { s.t = t }()
			r := s.put(c.state, c.row)
			_, err := s.as(c.who, c.rule, r, c.lacks)
			s.refused(err, c.key)
			_, err = s.as(c.who, c.rule, r, c.enough)
			s.must(err)
		})
	}
	s.t = t
}

// Whoever looked that nobody is named stands with the rumour; it is said once, and what people tell later does not undo it.
func TestWhoLookedThatNobodyIsNamed(t *testing.T) {
	s := newSite(t)
	r, err := s.create(bot.RoleVerifier, "Le pont serait tombé", s.report)
	s.must(err)
	step := rumour.Step{Theme: bot.RumourOtherTheme, Risk: rumour.GivenRisk{Level: bot.RiskLow}, RedactionChecked: true}
	sorted, err := s.as("moderator", rumour.Desk.Triage, r, step)
	s.must(err)
	if sorted.RedactedBy != "moderator" || sorted.RedactedAt != s.store.Time.Instant() {
		t.Errorf("looked at by %q", sorted.RedactedBy)
	}
	s.store.Time.Add(time.Hour)
	s.linked(r, s.tell())
	again, err := s.as("coordinator", rumour.Desk.Triage, r, step)
	s.must(err)
	if again.RedactedBy != "moderator" {
		t.Errorf("looked at by %q", again.RedactedBy)
	}
	step = finding(bot.ConfirmedFalse)
	step.RedactionChecked = false
	_, err = s.as("verifier", rumour.Desk.Submit, r, step)
	s.must(err)
}

// Only what is of low risk is left alone.
func TestOnlyLowRiskIsWatched(t *testing.T) {
	s := newSite(t)
	for level, key := range map[bot.RiskLevel]string{bot.RiskLow: "", "": "desk.watch_low_only", bot.RiskMedium: "desk.watch_low_only"} {
		r, err := s.as("coordinator", rumour.Desk.Watch, s.put(bot.RumourTriaged, func(r *bot.Rumour) { r.Risk.Level = level }), rumour.Step{})
		if key != "" {
			s.refused(err, key)
			continue
		}
		s.must(err)
		if r.State != bot.RumourWatching || r.ReviewAt != s.store.Time.Instant().Add(rumour.WatchDays*24*time.Hour) {
			t.Errorf("%s until %s", r.State, r.ReviewAt)
		}
	}
}

// Nobody closes a rumour while somebody is owed its answer.
func TestNobodyIsForgottenAtTheEnd(t *testing.T) {
	s := newSite(t)
	closing := rumour.Step{Reason: bot.ClosedAnswered}
	for name, f := range map[string]bot.FanOut{"queued": {Open: true}, "without a text": {Waiting: 3}} {
		r := s.put(bot.RumourMonitoring, func(r *bot.Rumour) { r.FanOut = f })
		_, err := s.as("moderator", rumour.Desk.Close, r, closing)
		s.refused(err, "desk.close_waiting")
		if s.Rests(r, r.PublishedAt.Add(365*24*time.Hour)) {
			t.Errorf("time closes what is %s", name)
		}
	}
}

// Who submitted a verdict does not decide it, whatever their roles.
func TestTheSubmitterDoesNotDecide(t *testing.T) {
	s := newSite(t)
	s.account("CISSE", bot.RoleVerifier, bot.RoleCoordinator)
	for _, rule := range []deskRule{rumour.Desk.Decide, confirm, rumour.Desk.Return} {
		_, err := s.as("CISSE", rule, s.put(bot.RumourReview, nil), rumour.Step{Comment: "vu"})
		s.refused(err, "desk.submitter_decides")
	}
}

// names checks whom a refusal names as those who may.
func (s *site) names(err error, who string) {
	s.t.Helper()
	var fault *bot.Error
	if !errors.As(err, &fault) || fault.Args["who"] != who {
		s.t.Errorf("%v names other accounts than %s", err, who)
	}
}

// Who noted a check does not decide what it is worth, whatever their roles, as long as it is the same investigation.
func TestWhoCheckedDoesNotDecide(t *testing.T) {
	s := newSite(t)
	s.account("BAKARY", bot.RoleCoordinator)
	s.account("CISSE", bot.RoleVerifier, bot.RoleCoordinator)
	mine := func(r *bot.Rumour) {
		r.Evidence[1].DoneBy, r.Proposal.By = "coordinator", "verifier"
		r.AssignedAt = r.CreatedAt.Add(-rumour.OverdueDays * 24 * time.Hour)
	}
	for name, c := range map[string]struct {
		state bot.RumourState
		rule  deskRule
		step  rumour.Step
	}{
		"decide":         {bot.RumourReview, rumour.Desk.Decide, rumour.Step{}},
		"confirm":        {bot.RumourReview, confirm, rumour.Step{Fallback: bot.French}},
		"without an end": {bot.RumourInvestigating, rumour.Desk.Decide, rumour.Step{Verdict: bot.Unverifiable, Comment: "appels sans réponse"}},
		"correct":        {bot.RumourPublished, rumour.Desk.Correct, rumour.Step{Comment: "vu sur place"}},
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			defer func() { s.t = t }()
			r := s.put(c.state, mine)
			_, err := s.as("coordinator", c.rule, r, c.step)
			s.refused(err, "desk.checker_decides")
			s.names(err, "BAKARY, CISSE")
			_, err = s.as("BAKARY", c.rule, r, c.step)
			s.must(err)
		})
	}
	s.t = t
	// The first of two may not have checked it either, nor either of them between.
	r := s.put(bot.RumourReview, func(r *bot.Rumour) { mine(r); r.Theme = bot.RumourForcesConduct })
	_, err := s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
	s.refused(err, "desk.checker_decides")
	_, err = s.as("BAKARY", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
	// Sent back, it is the same investigation; reopened once it was decided, it is another, in which only new checks count so.
	r = s.put(bot.RumourReview, mine)
	decided, err := s.as("BAKARY", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
	_, err = s.as("BAKARY", rumour.Desk.Return, decided, rumour.Step{Comment: "encore un appel"})
	s.must(err)
	again := rumour.Step{Verdict: bot.ConfirmedFalse, Public: "Vu."}
	_, err = s.as("verifier", rumour.Desk.Submit, r, again)
	s.must(err)
	_, err = s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
	s.refused(err, "desk.checker_decides")
	r = s.put(bot.RumourClosed, func(r *bot.Rumour) { mine(r); r.DecidedOn = len(r.Evidence) })
	_, err = s.as("moderator", rumour.Desk.Reopen, r, rumour.Step{Comment: "on le raconte"})
	s.must(err)
	_, err = s.as("CISSE", rumour.Desk.AddEvidence, r, rumour.Step{Evidence: []bot.Evidence{checked(bot.MethodCall, bot.SourceMedia, bot.SupportsFalse, "", "")}})
	s.must(err)
	_, err = s.as("verifier", rumour.Desk.Submit, r, again)
	s.must(err)
	_, err = s.as("CISSE", rumour.Desk.Decide, r, rumour.Step{})
	s.refused(err, "desk.checker_decides")
	s.names(err, "BAKARY, coordinator")
	_, err = s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
}

// What was withheld and is looked at again is published only when the protection focal point has lifted that, and not by the
// same person.
func TestWhatWasWithheldIsLiftedFirst(t *testing.T) {
	s := newSite(t)
	s.account("BOTH", bot.RoleCoordinator, bot.RoleProtectionFocal)
	reopened := func() bot.Rumour {
		r := s.put(bot.RumourDecided, nil)
		for _, who := range []string{"coordinator", "protection_focal"} {
			_, err := s.as(who, rumour.Desk.Withhold, r, rumour.Step{Comment: "Des gens seraient frappés."})
			s.must(err)
		}
		_, err := s.as("moderator", rumour.Desk.Close, r, rumour.Step{Reason: bot.ClosedWithheld})
		s.must(err)
		_, err = s.as("coordinator", rumour.Desk.Reopen, r, rumour.Step{Comment: "Les gens sont partis."})
		s.must(err)
		_, err = s.as("verifier", rumour.Desk.Submit, r, rumour.Step{Verdict: bot.ConfirmedFalse, Public: "Vu."})
		s.must(err)
		return r
	}
	into := s.put(bot.RumourDecided, nil)
	r := reopened()
	_, err := s.as("coordinator", confirm, r, rumour.Step{Fallback: bot.French})
	s.refused(err, "desk.lift_first")
	_, err = s.as("coordinator", merge, r, rumour.Step{Into: string(into.Ref)})
	s.refused(err, "desk.merge_withheld")
	_, err = s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
	_, err = s.as("coordinator", publish, r, rumour.Step{Fallback: bot.French})
	s.refused(err, "desk.lift_first")
	s.names(err, "BOTH, protection_focal")
	_, err = s.as("coordinator", rumour.Desk.Lift, r, rumour.Step{Comment: "Les gens sont partis."})
	s.refused(err, "desk.no_role")
	_, err = s.as("BOTH", rumour.Desk.Lift, r, rumour.Step{})
	s.refused(err, "desk.reason_needed")
	lifted, err := s.as("BOTH", rumour.Desk.Lift, r, rumour.Step{Comment: "Les gens sont partis."})
	s.must(err)
	if lifted.State != bot.RumourDecided || lifted.HarmNote != "" || lifted.LiftedBy != "BOTH" {
		t.Errorf("lifted: %s by %q", lifted.State, lifted.LiftedBy)
	}
	_, err = s.as("BOTH", rumour.Desk.Lift, r, rumour.Step{Comment: "encore"})
	s.refused(err, "desk.not_withheld")
	_, err = s.as("BOTH", publish, r, rumour.Step{Fallback: bot.French})
	s.refused(err, "desk.lifter_publishes")
	out, err := s.as("coordinator", publish, r, rumour.Step{Fallback: bot.French})
	s.must(err)
	if !out.Public() {
		t.Errorf("lifted and published: %s", out.State)
	}
	// A part of it waits for the same word.
	r = reopened()
	report := s.tell()
	s.must(s.update(func(tx storage.Tx) error {
		_, err := s.Link(tx, s.act(bot.RoleModerator), string(r.Ref), []string{report}, []bot.ID{s.store.IDs.New()})
		return err
	}))
	id, refs := s.store.IDs.New(), s.refs()
	s.must(s.update(func(tx storage.Tx) error {
		made, _, err := s.Split(tx, s.act(bot.RoleModerator), string(r.Ref), rumour.Step{Claim: "Le bac", Reports: []string{report}}, id, refs)
		if err == nil && (made.WithheldAt.IsZero() || made.HarmNote == "") {
			t.Error("a part of what is withheld is free")
		}
		return err
	}))
}

func confirm(d rumour.Desk, tx storage.Tx, a people.Act, ref string, s rumour.Step) (bot.Rumour, error) {
	return d.Confirm(tx, a, ref, s, nil, nil)
}

// What is critical, aims at a group or is about forces is decided by two coordinators who say the same.
func TestTwoCoordinators(t *testing.T) {
	s := newSite(t)
	s.account("AMI", bot.RoleCoordinator)
	for name, row := range map[string]func(*bot.Rumour){
		"critical": func(r *bot.Rumour) { r.Risk.Level = bot.RiskCritical },
		"a group":  func(r *bot.Rumour) { r.Risk.Flags = []bot.RiskFlag{bot.FlagTargetsGroup} },
		"forces":   func(r *bot.Rumour) { r.Theme = bot.RumourForcesConduct },
	} {
		t.Run(name, func(t *testing.T) {
			s.t = t
			r := s.put(bot.RumourReview, row)
			_, err := s.as("AMI", confirm, r, rumour.Step{})
			var fault *bot.Error
			if !errors.As(err, &fault) || fault.Key != "desk.short_lane_two" && fault.Key != "desk.short_lane_risk" {
				t.Errorf("the short lane: %v", err)
			}
			first, err := s.as("AMI", rumour.Desk.Decide, r, rumour.Step{})
			s.must(err)
			if first.State != bot.RumourReview || first.Verdict != "" || first.Pending.By != "AMI" || first.Pending.Value != "confirmed_false" {
				t.Fatalf("after the first: %s, %+v", first.State, first.Pending)
			}
			_, err = s.as("AMI", rumour.Desk.Decide, r, rumour.Step{})
			s.refused(err, "desk.second_person")
			_, err = s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{Verdict: bot.ProbablyFalse})
			s.refused(err, "desk.second_differs")
			done, err := s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
			s.must(err)
			if done.State != bot.RumourDecided || done.Verdict != bot.ConfirmedFalse || done.Pending != (bot.Pending{}) {
				t.Errorf("after the second: %s %s, %+v", done.State, done.Verdict, done.Pending)
			}
		})
	}
	s.t = t
	// What changes meanwhile takes back the first one's word.
	r := s.put(bot.RumourReview, func(r *bot.Rumour) { r.Theme = bot.RumourForcesConduct })
	_, err := s.as("AMI", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
	_, err = s.as("verifier", rumour.Desk.AddEvidence, r, rumour.Step{Evidence: []bot.Evidence{checked(bot.MethodCall, bot.SourceMedia, bot.SupportsTrue, "", "")}})
	s.must(err)
	again, err := s.as("coordinator", rumour.Desk.Decide, r, rumour.Step{})
	s.must(err)
	if again.State != bot.RumourReview || again.Pending.By != "coordinator" {
		t.Errorf("%s, %+v: the second decided alone", again.State, again.Pending)
	}
}

// Withholding takes a coordinator and the protection focal point, in either order, who are two people.
func TestWithholdingTakesBoth(t *testing.T) {
	s := newSite(t)
	s.account("AMI", bot.RoleCoordinator)
	s.account("BOTH", bot.RoleCoordinator, bot.RoleProtectionFocal)
	why := rumour.Step{Comment: "Des gens seraient frappés."}
	for _, names := range [][2]string{{"AMI", "protection_focal"}, {"protection_focal", "AMI"}, {"AMI", "BOTH"}} {
		r := s.put(bot.RumourDecided, nil)
		first, err := s.as(names[0], rumour.Desk.Withhold, r, why)
		s.must(err)
		if first.State != bot.RumourDecided {
			t.Errorf("%s alone withheld it", names[0])
		}
		_, err = s.as(names[0], rumour.Desk.Withhold, r, why)
		missing := map[bool]string{true: "desk.withhold_focal", false: "desk.withhold_coordinator"}[names[0] == "AMI"]
		s.refused(err, missing)
		if names[0] == "AMI" {
			_, err = s.as("coordinator", rumour.Desk.Withhold, r, why)
			s.refused(err, missing)
			s.names(err, "BOTH, protection_focal")
		}
		both, err := s.as(names[1], rumour.Desk.Withhold, r, rumour.Step{})
		s.must(err)
		if both.State != bot.RumourWithheld || both.HarmNote != bot.Text(why.Comment) || both.Public() {
			t.Errorf("withheld by %q: %s", names, both.State)
		}
		_, err = s.as("AMI", publish, both, rumour.Step{Fallback: bot.French})
		s.refused(err, "desk.move_state")
	}
	// Monitored or closed, what was withheld is still not published.
	for _, state := range []bot.RumourState{bot.RumourMonitoring, bot.RumourClosed} {
		r := s.put(state, func(r *bot.Rumour) { r.PublishedAt, r.AnswerNo, r.HarmNote = 0, 0, "mal" })
		if _, err := s.as("AMI", publish, r, rumour.Step{Fallback: bot.French}); err == nil {
			t.Errorf("published what was withheld and is %s", state)
		}
	}
}

func publish(d rumour.Desk, tx storage.Tx, a people.Act, ref string, s rumour.Step) (bot.Rumour, error) {
	return d.Publish(tx, a, ref, s.Fallback, nil)
}

// Risk is raised at once by anybody who works on it; lowering takes a reason, and from critical two people.
func TestRiskGoesUpAtOnceAndDownByTwo(t *testing.T) {
	s := newSite(t)
	r := s.put(bot.RumourNew, func(r *bot.Rumour) { r.Risk = bot.Risk{} })
	up, err := s.as("moderator", rumour.Desk.Assess, r, rumour.Step{Risk: rumour.GivenRisk{Harm: 1, Spread: 1, Flags: []bot.RiskFlag{bot.FlagViolence48h}}})
	s.must(err)
	if up.Risk.Level != bot.RiskCritical || !slices.Equal(up.Risk.Reasons, []string{"score_1", "violence_48h"}) || up.Risk.By != "moderator" {
		t.Fatalf("raised: %+v", up.Risk)
	}
	down := rumour.Step{Risk: rumour.GivenRisk{Level: bot.RiskMedium, Harm: 1, Spread: 1, Flags: []bot.RiskFlag{bot.FlagNamesPerson}, Unflag: []bot.RiskFlag{bot.FlagViolence48h}}, Comment: "C'était l'an dernier."}
	first, err := s.as("verifier", rumour.Desk.Assess, r, down)
	s.must(err)
	if first.Risk.Level != bot.RiskCritical {
		t.Error("one person lowered a critical risk")
	}
	second, err := s.as("coordinator", rumour.Desk.Assess, r, down)
	s.must(err)
	if second.Risk.Level != bot.RiskMedium || !slices.Equal(second.Risk.Reasons, []string{"score_1", "by_hand"}) {
		t.Errorf("lowered by two: %+v", second.Risk)
	}
	if !slices.Equal(second.Risk.Flags, []bot.RiskFlag{bot.FlagNamesPerson}) {
		t.Errorf("flags: %q", second.Risk.Flags)
	}
	if len(second.Notes) != 2 || second.Notes[0].By != "verifier" || second.Notes[1].Text != bot.Text(down.Comment) {
		t.Errorf("notes: %d", len(second.Notes))
	}
}

// What makes a decision take two coordinators is not taken away by one person, nor by the way: not a flag, not the theme, and not
// by naming other flags.
func TestWhatTwoGuardIsTakenAwayByTwo(t *testing.T) {
	s := newSite(t)
	aimed := func(r *bot.Rumour) {
		r.Risk = bot.Risk{Level: bot.RiskMedium, Harm: 2, Spread: 2, Flags: []bot.RiskFlag{bot.FlagTargetsGroup}}
	}
	forces := func(r *bot.Rumour) { r.Theme, r.Risk = bot.RumourForcesConduct, bot.Risk{Level: bot.RiskMedium} }
	unflag := func(f ...bot.RiskFlag) rumour.Step {
		return rumour.Step{Risk: rumour.GivenRisk{Unflag: f}, Comment: "Mal compris."}
	}
	silent := func(step rumour.Step) rumour.Step { step.Comment = ""; return step }

	r := s.put(bot.RumourReview, aimed)
	added, err := s.as("verifier", rumour.Desk.Assess, r, rumour.Step{Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagPanicMovement}}})
	s.must(err)
	if !rumour.TwoCoordinators(added) || len(added.Risk.Flags) != 2 || added.Risk.Harm != 2 {
		t.Fatalf("a further flag took one away: %+v", added.Risk)
	}
	_, err = s.as("verifier", rumour.Desk.Assess, r, unflag(bot.FlagNamesPerson))
	s.refused(err, "desk.not_flagged")
	_, err = s.as("verifier", rumour.Desk.Assess, r, rumour.Step{Risk: rumour.GivenRisk{Flags: []bot.RiskFlag{bot.FlagTargetsGroup}, Unflag: []bot.RiskFlag{bot.FlagTargetsGroup}}})
	s.refused(err, "desk.not_flagged")
	one, err := s.as("verifier", rumour.Desk.Assess, r, silent(unflag(bot.FlagPanicMovement)))
	s.must(err)
	if !slices.Equal(one.Risk.Flags, []bot.RiskFlag{bot.FlagTargetsGroup}) {
		t.Errorf("a flag that nobody guards stays: %q", one.Risk.Flags)
	}

	for name, c := range map[string]struct {
		row  func(*bot.Rumour)
		step rumour.Step
	}{
		"a group":   {aimed, unflag(bot.FlagTargetsGroup)},
		"the theme": {forces, rumour.Step{Theme: bot.RumourOtherTheme, Comment: "Mal compris."}},
	} {
		r := s.put(bot.RumourTriaged, c.row)
		_, err := s.as("moderator", rumour.Desk.Triage, r, c.step)
		s.refused(err, "desk.risk_ease_apart")
		_, err = s.as("moderator", rumour.Desk.Assess, r, silent(c.step))
		s.refused(err, "desk.ease_reason_needed")
		first, err := s.as("moderator", rumour.Desk.Assess, r, c.step)
		s.must(err)
		if !rumour.TwoCoordinators(first) || first.Pending.Verb != string(rumour.AssessRisk) {
			t.Errorf("%s: one person took it away", name)
		}
		_, err = s.as("moderator", rumour.Desk.Assess, r, c.step)
		s.refused(err, "desk.second_person")
		both, err := s.as("coordinator", rumour.Desk.Assess, r, c.step)
		s.must(err)
		if rumour.TwoCoordinators(both) {
			t.Errorf("%s: two did not take it away: %+v", name, both.Risk)
		}
	}
	// Where another reason keeps the rule, one person and a reason do.
	r = s.put(bot.RumourTriaged, func(r *bot.Rumour) { aimed(r); r.Theme = bot.RumourForcesConduct })
	left, err := s.as("moderator", rumour.Desk.Assess, r, unflag(bot.FlagTargetsGroup))
	s.must(err)
	if left.Pending.Verb != "" || len(left.Risk.Flags) != 0 || !rumour.TwoCoordinators(left) {
		t.Errorf("the theme keeps the rule: %+v, %+v", left.Risk, left.Pending)
	}
	// A critical risk keeps its level without the flag, and still loses it only by two.
	r = s.put(bot.RumourTriaged, func(r *bot.Rumour) {
		r.Risk = bot.Risk{Level: bot.RiskCritical, Flags: []bot.RiskFlag{bot.FlagViolence48h}}
	})
	first, err := s.as("moderator", rumour.Desk.Assess, r, unflag(bot.FlagViolence48h))
	s.must(err)
	if first.Pending.Value != "critical --unflag violence_48h" || len(first.Risk.Flags) != 1 {
		t.Errorf("violence: %+v", first.Pending)
	}
}

// The short lane: one form and one confirmation, and nobody else is asked.
func TestTheShortLane(t *testing.T) {
	s := newSite(t)
	r, err := s.create(bot.RoleVerifier, "Le pont serait tombé", s.report)
	s.must(err)
	step := finding(bot.ConfirmedFalse)
	step.Public, step.Texts = "", []rumour.Wording{{Lang: bot.French, Text: "le pont tient."}}
	sub, err := s.as("verifier", rumour.Desk.Submit, r, step)
	s.must(err)
	if sub.State != bot.RumourReview || sub.Proposal.Public != "le pont tient." || len(sub.Evidence) != 2 || sub.AssignedTo != "verifier" ||
		sub.TriagedAt.IsZero() || sub.Evidence[0].Supports != bot.SupportsFalse || sub.Evidence[0].DoneBy != "verifier" {
		t.Errorf("submitted: %+v", sub)
	}
	done, err := s.as("coordinator", confirm, r, rumour.Step{Fallback: bot.French})
	s.must(err)
	if done.State != bot.RumourPublished || done.AnswerNo != 1 || !done.Answers[0].Approved() || !done.FanOut.Open || done.Verdict != bot.ConfirmedFalse {
		t.Errorf("confirmed: %+v", done)
	}
	var kinds []string
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 50)
		kinds = nil
		for _, e := range events {
			kinds = append(kinds, e.Actor+" "+e.Kind+" "+e.Reason)
		}
		return err
	}))
	want := []string{
		"verifier rumour.created ", "verifier report.linked " + string(r.Ref), "verifier evidence.added site_visit:eyewitness, call_stakeholder:local_official",
		"verifier answer.written fra", "verifier rumour.submitted confirmed_false", "coordinator rumour.decided confirmed_false",
		"coordinator answer.approved fra", "coordinator rumour.published fra",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("events:\n%q\nwant\n%q", kinds, want)
	}
}

// A confirmation that fails in its last part leaves nothing decided.
func TestAConfirmationIsWhole(t *testing.T) {
	s := newSite(t)
	r := s.put(bot.RumourReview, func(r *bot.Rumour) { r.Answers = r.Answers[:0] })
	_, err := s.as("coordinator", confirm, r, rumour.Step{})
	s.refused(err, "desk.no_answer")
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		now, err := tx.Rumour(r.ID)
		if now.State != bot.RumourReview || now.Verdict != "" {
			t.Errorf("%s %s", now.State, now.Verdict)
		}
		return err
	}))
}

// Rumours go to rest by themselves: a day after everybody is answered, and when nobody has told them for a while.
func TestRumoursGoToRest(t *testing.T) {
	s := newSite(t)
	day := 24 * time.Hour
	for name, c := range map[string]struct {
		state bot.RumourState
		risk  bot.RiskLevel
		after time.Duration
		want  bot.RumourState
	}{
		"published":             {bot.RumourPublished, bot.RiskLow, 23 * time.Hour, bot.RumourPublished},
		"a day later":           {bot.RumourPublished, bot.RiskLow, day, bot.RumourMonitoring},
		"withheld":              {bot.RumourWithheld, bot.RiskLow, day, bot.RumourMonitoring},
		"monitored":             {bot.RumourMonitoring, bot.RiskMedium, 13 * day, bot.RumourMonitoring},
		"quiet":                 {bot.RumourMonitoring, bot.RiskMedium, 14 * day, bot.RumourClosed},
		"high, monitored":       {bot.RumourMonitoring, bot.RiskHigh, 6 * day, bot.RumourMonitoring},
		"high, quiet":           {bot.RumourMonitoring, bot.RiskHigh, 7 * day, bot.RumourClosed},
		"investigated for ever": {bot.RumourInvestigating, bot.RiskLow, 365 * day, bot.RumourInvestigating},
	} {
		r := s.put(c.state, func(r *bot.Rumour) { r.Risk.Level, r.QuietSince = c.risk, r.CreatedAt })
		at := r.CreatedAt.Add(c.after)
		var changed bool
		s.must(s.update(func(tx storage.Tx) (err error) { changed, err = s.Rest(tx, r.ID, at); return err }))
		s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
			now, err := tx.Rumour(r.ID)
			if now.State != c.want || changed != (c.want != c.state) {
				t.Errorf("%s: %s (changed %v), want %s", name, now.State, changed, c.want)
			}
			if now.State == bot.RumourClosed && (now.Reason != bot.ClosedAnswered || now.ClosedAt != at || !now.Public()) {
				t.Errorf("%s: closed for %q", name, now.Reason)
			}
			return err
		}))
	}
}

// A reopened rumour answers nobody until it is published again: with the same verdict nobody is told twice, with another
// one everybody is told.
func TestAReopenedRumourIsDoubted(t *testing.T) {
	for _, c := range []struct {
		verdict bot.Verdict
		number  int
	}{{bot.ConfirmedFalse, 1}, {bot.Misleading, 2}} {
		s := newSite(t)
		r := s.put(bot.RumourClosed, func(r *bot.Rumour) { r.Told = "" }) // as a row of before
		open, err := s.as("moderator", rumour.Desk.Reopen, r, rumour.Step{Comment: "On le raconte à nouveau."})
		s.must(err)
		if open.State != bot.RumourInvestigating || open.ReopenedAt.IsZero() || open.Public() || len(rumour.PublicTexts(open)) > 0 {
			t.Fatalf("reopened: %s, public %v", open.State, open.Public())
		}
		_, err = s.as("verifier", rumour.Desk.Submit, open, rumour.Step{Verdict: c.verdict, Public: "Vu."})
		s.must(err)
		_, err = s.as("coordinator", rumour.Desk.Decide, open, rumour.Step{})
		s.must(err)
		s.must(s.update(func(tx storage.Tx) error {
			if _, err := s.Write(tx, s.act(bot.RoleVerifier), string(r.Ref), bot.French, "vu."); err != nil {
				return err
			}
			_, err := s.Approve(tx, s.act(bot.RoleCoordinator), string(r.Ref), bot.French)
			return err
		}))
		again, err := s.as("coordinator", publish, open, rumour.Step{Fallback: bot.French})
		s.must(err)
		if again.AnswerNo != c.number || !again.Public() {
			t.Errorf("%s after confirmed_false: answer %d, want %d", c.verdict, again.AnswerNo, c.number)
		}
	}
}

// Rows of before this table read on: a new one takes the short lane, a decided one is published, a published one stands.
func TestRowsOfBefore(t *testing.T) {
	s := newSite(t)
	bare := func(r *bot.Rumour) {
		*r = bot.Rumour{
			ID: r.ID, Claim: r.Claim, State: r.State, Verdict: r.Verdict, CreatedBy: r.CreatedBy, CreatedAt: r.CreatedAt,
			DecidedAt: r.DecidedAt, PublishedAt: r.PublishedAt, AnswerNo: r.AnswerNo, Answers: r.Answers,
		}
	}
	_, err := s.as("verifier", rumour.Desk.Submit, s.put(bot.RumourNew, bare), finding(bot.ConfirmedFalse))
	s.must(err)
	out, err := s.as("coordinator", publish, s.put(bot.RumourDecided, bare), rumour.Step{Fallback: bot.French})
	s.must(err)
	if !out.Public() || out.AnswerNo != 1 {
		t.Errorf("published: %s, answer %d", out.State, out.AnswerNo)
	}
	r := s.put(bot.RumourPublished, bare)
	if !r.Public() {
		t.Error("a published row is not public any more")
	}
	s.must(s.update(func(tx storage.Tx) error {
		linked, err := s.Link(tx, s.act(bot.RoleModerator), string(r.Ref), []string{s.report}, []bot.ID{s.store.IDs.New()})
		if err == nil && linked.Reports != 1 {
			t.Errorf("%d reports", linked.Reports)
		}
		return err
	}))
	_, err = s.as("coordinator", rumour.Desk.Return, s.put(bot.RumourDecided, bare), rumour.Step{Comment: "sans source"})
	s.must(err)
}

// What may not be merged, and what may not be split off, with the sentence that says why.
func TestWhatStaysApart(t *testing.T) {
	s := newSite(t)
	r := func(state bot.RumourState, change func(*bot.Rumour)) bot.Rumour { return s.put(state, change) }
	other := func(x *bot.Rumour) { x.Verdict = bot.Misleading }
	restricted := func(x *bot.Rumour) { x.Restricted = true }
	doubted := func(x *bot.Rumour) { x.AnswerNo, x.PublishedAt = 1, 1 }
	forces := func(x *bot.Rumour) { x.Theme = bot.RumourForcesConduct }
	self := r(bot.RumourNew, nil)
	for _, into := range []bot.Rumour{r(bot.RumourNew, forces), r(bot.RumourDecided, nil)} { // two decide that as well, or it is decided
		_, err := s.as("coordinator", merge, r(bot.RumourTriaged, forces), rumour.Step{Into: string(into.Ref)})
		s.must(err)
	}
	for name, c := range map[string]struct {
		from, into bot.Rumour
		key        string
	}{
		"itself":        {self, self, "desk.merge_itself"},
		"a merged one":  {r(bot.RumourNew, nil), r(bot.RumourMerged, nil), "desk.merge_ended"},
		"a rejected":    {r(bot.RumourNew, nil), r(bot.RumourRejected, nil), "desk.merge_ended"},
		"restricted":    {r(bot.RumourNew, restricted), r(bot.RumourNew, nil), "desk.merge_restricted"},
		"withheld":      {r(bot.RumourWithheld, nil), r(bot.RumourDecided, nil), "desk.merge_withheld"},
		"told, not yet": {r(bot.RumourPublished, nil), r(bot.RumourDecided, nil), "desk.merge_published"},
		"told, doubted": {r(bot.RumourInvestigating, doubted), r(bot.RumourPublished, nil), "desk.merge_published"},
		"told another":  {r(bot.RumourPublished, nil), r(bot.RumourPublished, other), "desk.merge_verdicts"},
		"two decide it": {r(bot.RumourTriaged, forces), r(bot.RumourInvestigating, nil), "desk.merge_two"},
	} {
		_, err := s.as("coordinator", merge, c.from, rumour.Step{Into: string(c.into.Ref)})
		var fault *bot.Error
		if !errors.As(err, &fault) || fault.Key != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	for key, step := range map[string]rumour.Step{
		"desk.claim_empty": {Reports: []string{s.report}}, "desk.split_reports": {Claim: "Le bac"},
		"desk.split_elsewhere": {Claim: "Le bac", Reports: []string{s.report}},
	} {
		_, err := s.as("coordinator", split(s), self, step)
		s.refused(err, key)
	}
}

func merge(d rumour.Desk, tx storage.Tx, a people.Act, ref string, s rumour.Step) (bot.Rumour, error) {
	return d.Merge(tx, a, ref, s.Into)
}

func split(s *site) deskRule {
	id, refs := s.store.IDs.New(), s.refs()
	return func(d rumour.Desk, tx storage.Tx, a people.Act, ref string, step rumour.Step) (bot.Rumour, error) {
		_, from, err := d.Split(tx, a, ref, step, id, refs)
		return from, err
	}
}

// The rumour that takes another's reports is as dangerous as the more dangerous of the two, and knows what was checked.
func TestTheHigherRiskWins(t *testing.T) {
	s := newSite(t)
	from := s.put(bot.RumourTriaged, func(r *bot.Rumour) {
		r.Risk = bot.Risk{Level: bot.RiskHigh, Flags: []bot.RiskFlag{bot.FlagProperty}}
		r.Evidence = r.Evidence[:1]
	})
	into := s.put(bot.RumourTriaged, func(r *bot.Rumour) { r.Evidence = nil })
	got, err := s.as("moderator", merge, from, rumour.Step{Into: string(into.Ref)})
	s.must(err)
	if got.ID != into.ID || got.Risk.Level != bot.RiskHigh || !slices.Equal(got.Risk.Reasons, []string{rumour.ReasonMerged}) ||
		!slices.Equal(got.Risk.Flags, []bot.RiskFlag{bot.FlagProperty}) || len(got.Evidence) != 1 {
		t.Errorf("merged: %+v with %d checks", got.Risk, len(got.Evidence))
	}
}
