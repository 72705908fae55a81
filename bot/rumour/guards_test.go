package rumour_test

import (
	"errors"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/sms"
	"tinye/locales"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// site is a desk on a real store with one account for each role, and one report.
type site struct {
	rumour.Desk
	t      *testing.T
	store  *storagetest.Store
	report string
	drawn  uint64
}

func newSite(t *testing.T) *site {
	catalog, err := locales.Load()
	if err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, store: storagetest.Open(t), Desk: rumour.Desk{Site: "test",
		Service: "TINYE MOPTI", Langs: []bot.Lang{bot.French, bot.Bambara}, Wire: sms.GSMAccent,
		Texts: catalog.Printer(locales.Policy{}),
	}}
	for _, r := range bot.Roles() {
		s.must(s.update(func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: string(r), Roles: []bot.Role{r}}, 0) }))
	}
	s.report = s.tell()
	return s
}

func (s *site) update(rule func(storage.Tx) error) error { return s.store.Update(s.t.Context(), rule) }

func (s *site) act(as bot.Role) people.Act {
	return people.Act{At: s.store.Time.Instant(), As: string(as), Via: "socket", Site: "test"}
}

func (s *site) refs() []bot.Ref {
	s.drawn++
	ref, err := bot.NewRef(s.drawn*977, bot.RefDigits)
	s.must(err)
	return []bot.Ref{ref}
}

func (s *site) tell() string {
	in := bot.Inbound{ID: s.store.IDs.New(), Gateway: "sim", Contact: bot.ContactKey{1}, ReceivedAt: s.store.Time.Instant()}
	refs := s.refs()
	var r bot.Report
	s.must(s.update(func(tx storage.Tx) (err error) {
		r, err = rumour.Tell(tx, rumour.Telling{In: in, Refs: refs})
		return err
	}))
	return string(r.Ref)
}

func (s *site) create(as bot.Role, claim string, reports ...string) (r bot.Rumour, err error) {
	id, refs := s.store.IDs.New(), s.refs()
	err = s.update(func(tx storage.Tx) (err error) {
		r, err = s.Create(tx, s.act(as), id, refs, claim, reports)
		return err
	})
	return r, err
}

// finding is what a verifier submits on the short lane, with checks that carry the verdict.
func finding(v bot.Verdict) rumour.Step {
	return rumour.Step{
		Theme: bot.RumourOtherTheme, Risk: rumour.GivenRisk{Level: bot.RiskLow}, Verdict: v, Public: "Vu sur place.", RedactionChecked: true,
		Evidence: []bot.Evidence{
			{Method: bot.MethodVisit, Source: bot.SourceEyewitness}, {Method: bot.MethodCall, Source: bot.SourceLocalOfficial},
		},
	}
}

// find has a verifier submit a verdict and a coordinator decide it.
func (s *site) find(ref string, v bot.Verdict) error {
	return s.update(func(tx storage.Tx) error {
		if _, err := s.Submit(tx, s.act(bot.RoleVerifier), ref, finding(v)); err != nil {
			return err
		}
		_, err := s.Decide(tx, s.act(bot.RoleCoordinator), ref, rumour.Step{})
		return err
	})
}

func (s *site) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *site) refused(err error, key string) {
	s.t.Helper()
	var fault *bot.Error
	if !errors.As(err, &fault) || fault.Key != key {
		s.t.Errorf("got %v, want a refusal with %s", err, key)
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	s := newSite(t)
	r, err := s.create(bot.RoleModerator, "Le pont serait tombé", s.report)
	s.must(err)
	ref := string(r.Ref)
	steps := map[string]struct {
		may  []bot.Role
		step func(storage.Tx, people.Act) error
	}{
		"create": {[]bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}, func(tx storage.Tx, a people.Act) error {
			_, err := s.Create(tx, a, bot.ID{9}, []bot.Ref{"482918"}, "Le pont", nil)
			return err
		}},
		"link": {[]bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}, func(tx storage.Tx, a people.Act) error {
			_, err := s.Link(tx, a, ref, []string{s.report}, nil)
			return err
		}},
		"write": {[]bot.Role{bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator}, func(tx storage.Tx, a people.Act) error {
			_, err := s.Write(tx, a, ref, bot.French, "le pont tient.")
			return err
		}},
		"approve": {[]bot.Role{bot.RoleCoordinator}, func(tx storage.Tx, a people.Act) error {
			_, err := s.Approve(tx, a, ref, bot.French)
			if errors.As(err, new(*bot.Error)) && bot.CodeOf(err) != bot.CodeForbidden {
				return nil // a later guard: the role was enough
			}
			return err
		}},
		"publish": {[]bot.Role{bot.RoleCoordinator}, func(tx storage.Tx, a people.Act) error {
			_, err := s.Publish(tx, a, ref, "", nil)
			if errors.As(err, new(*bot.Error)) && bot.CodeOf(err) != bot.CodeForbidden {
				return nil
			}
			return err
		}},
	}
	stop := errors.New("undone: each role tries on the same rumour")
	for name, step := range steps {
		for _, role := range bot.Roles() {
			allowed := false
			for _, r := range step.may {
				allowed = allowed || r == role
			}
			err := s.update(func(tx storage.Tx) error {
				if err := step.step(tx, s.act(role)); err != nil {
					return err
				}
				return stop
			})
			if allowed && !errors.Is(err, stop) {
				t.Errorf("%s may %s, but: %v", role, name, err)
			}
			if !allowed {
				s.refused(err, "desk.no_role")
			}
		}
	}
	_, err = s.create("nobody", "Le pont")
	s.refused(err, "desk.no_such_user")
	_, err = s.create("", "Le pont")
	s.refused(err, "desk.as_needed")
}

func TestGuards(t *testing.T) {
	s := newSite(t)
	const coordinator, verifier = bot.RoleCoordinator, bot.RoleVerifier
	_, err := s.create(verifier, "  \n ")
	s.refused(err, "desk.claim_empty")
	_, err = s.create(verifier, "Le pont\x1b[31m")
	s.refused(err, "desk.text_control")
	_, err = s.create(verifier, "Le pont", "12")
	s.refused(err, "desk.bad_ref")
	_, err = s.create(verifier, "Le pont", "000000000")
	s.refused(err, "desk.no_such_report")

	r, err := s.create(verifier, "Le pont serait tombé", s.report)
	s.must(err)
	_, err = s.create(verifier, "Un autre pont", s.report)
	s.refused(err, "desk.report_linked")
	_, err = s.create(verifier, "Un autre pont", string(r.Ref))
	s.refused(err, "desk.no_such_report")

	do := func(rule func(storage.Tx) (bot.Rumour, error)) error {
		return s.update(func(tx storage.Tx) error { _, err := rule(tx); return err })
	}
	ref := string(r.Ref)
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) {
		return s.Decide(tx, s.act(coordinator), s.report, rumour.Step{Verdict: bot.Misleading})
	}), "desk.no_such_rumour")
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Write(tx, s.act(verifier), ref, "ses", "x") }), "desk.bad_lang")
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Write(tx, s.act(verifier), ref, bot.French, " ") }), "desk.text_empty")
	for key, step := range map[string]rumour.Step{
		"desk.note_empty":    {Evidence: []bot.Evidence{{Method: bot.MethodVisit, Source: bot.SourceEyewitness, Note: " "}}},
		"desk.finding_empty": {Public: " "},
		"desk.text_empty":    {Public: "Vu.", Texts: []rumour.Wording{{Lang: bot.French}}},
	} {
		full := finding(bot.ConfirmedFalse)
		full.Texts = step.Texts
		if step.Evidence != nil {
			full.Evidence = step.Evidence
		}
		if step.Public != "" {
			full.Public = step.Public
		}
		_, err := s.as("verifier", rumour.Desk.Submit, s.put(bot.RumourTriaged, nil), full)
		s.refused(err, key)
	}
	long := strings.Repeat("a", 3*153)
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Write(tx, s.act(verifier), ref, bot.French, long) }), "desk.answer_too_long")
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Approve(tx, s.act(coordinator), ref, bot.French) }), "desk.no_answer")
	s.must(do(func(tx storage.Tx) (bot.Rumour, error) {
		return s.Write(tx, s.act(coordinator), ref, bot.French, "il tient.")
	}))
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Approve(tx, s.act(coordinator), ref, bot.French) }), "desk.author_approves")
	s.must(s.find(ref, bot.ConfirmedFalse))
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) { return s.Publish(tx, s.act(coordinator), ref, "", nil) }), "desk.not_approved")
	s.refused(do(func(tx storage.Tx) (bot.Rumour, error) {
		return s.Publish(tx, s.act(coordinator), ref, bot.Bambara, nil)
	}), "desk.no_answer")
}

// A new text loses the approval of the old one.
func TestANewTextIsApprovedAnew(t *testing.T) {
	s := newSite(t)
	r, err := s.create(bot.RoleVerifier, "Le pont serait tombé", s.report)
	s.must(err)
	ref := string(r.Ref)
	for range 2 {
		s.must(s.update(func(tx storage.Tx) error {
			if r, err = s.Write(tx, s.act(bot.RoleVerifier), ref, bot.French, "le pont tient."); err != nil {
				return err
			}
			if a, _ := r.AnswerIn(bot.French); a.Approved() {
				t.Error("a new text is approved already")
			}
			r, err = s.Approve(tx, s.act(bot.RoleCoordinator), ref, bot.French)
			return err
		}))
	}
	if len(r.Answers) != 1 {
		t.Errorf("%d texts in one language", len(r.Answers))
	}
}

// Every step of a person stands in the events, with who, in which role and by which way.
func TestStepsAreNoted(t *testing.T) {
	s := newSite(t)
	r, err := s.create(bot.RoleVerifier, "Le pont serait tombé", s.report)
	s.must(err)
	s.must(s.find(string(r.Ref), bot.ProbablyFalse))
	var events []bot.Event
	s.must(s.store.View(t.Context(), func(tx storage.Tx) error {
		events, err = tx.Events(0, 10)
		return err
	}))
	want := []string{"rumour.created", "report.linked", "evidence.added", "rumour.submitted", "rumour.decided"}
	if len(events) != len(want) {
		t.Fatalf("%d events", len(events))
	}
	for i, e := range events {
		if e.Kind != want[i] || e.Seq != uint64(i+1) || e.Via != "socket" || e.Site != "test" || e.Actor == "" || e.Role == "" {
			t.Errorf("event %d: %+v", i, e)
		}
	}
	if last := events[4]; last.Actor != "coordinator" || last.Key != string(r.Ref) || last.Reason != "probably_false" {
		t.Errorf("the decision: %+v", last)
	}
}
