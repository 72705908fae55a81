package people_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/place"
	"tinye/storage"
)

// gaoPlace is the one place of the tests' cohort.
func gaoPlace() bot.PlaceCode { return bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0701"} }

// does runs a rule and gives the key of its refusal, "" for none.
func (p phones) does(as string, rule func(storage.Tx, people.Act) error) string {
	p.t.Helper()
	return p.refusal(func(tx storage.Tx) error { return rule(tx, p.act(as, "socket")) })
}

// done is does for what must not be refused.
func (p phones) done(as string, rule func(storage.Tx, people.Act) error) {
	p.t.Helper()
	if key := p.does(as, rule); key != "" {
		p.t.Fatalf("%s is refused: %s", as, key)
	}
}

// jade makes a cohort with two seats at Gao; BAKARY is its mentor. CISSE is a verifier.
func (p phones) jade() {
	p.t.Helper()
	places := place.New([]bot.Place{{Code: gaoPlace(), Level: bot.LevelCercle, Names: map[bot.Lang]string{bot.French: "Gao"}}})
	p.done("AMI", func(tx storage.Tx, a people.Act) error {
		_, err := people.AddCohort(tx, a, bot.Cohort{
			Name: "JADE", Starts: "2026-11-01", Ends: "2026-12-31", Quotas: []bot.Quota{{Place: gaoPlace(), N: 2}}, Mentor: "BAKARY",
			Groups:   []bot.GroupQuota{{Group: "f", N: 2}},
			Criteria: map[bot.Lang]string{bot.French: "Connu du quartier"}, Apply: map[bot.Lang]string{bot.French: "Parlez à l'association"},
		}, []bot.Lang{bot.French, bot.Bambara}, places)
		return err
	})
}

func (p phones) nominate(as, name, number string, change func(*people.MemberToAdd)) string {
	p.t.Helper()
	add := people.MemberToAdd{
		Cohort: "JADE", CodeName: name, Place: gaoPlace(), Sex: bot.SexFemale, AgeBand: bot.Age18to24, Residence: bot.ResidenceIDP,
		Disability: bot.DisabilityNo, Gateway: "sim",
	}
	if number != "" {
		add.Phone = p.phone(number)
	}
	if change != nil {
		change(&add)
	}
	return p.does(as, func(tx storage.Tx, a people.Act) error {
		_, err := people.Nominate(tx, a, add, []bot.Lang{bot.French, bot.Bambara})
		return err
	})
}

func (p phones) vet(as, name string, result bot.CheckResult, checks ...bot.VettingCheck) string {
	p.t.Helper()
	return p.does(as, func(tx storage.Tx, a people.Act) error {
		var list []bot.Checked
		for _, c := range checks {
			list = append(list, bot.Checked{Check: c, Result: result, Reason: "vu ailleurs"})
		}
		_, err := people.Vet(tx, a, name, list)
		return err
	})
}

func (p phones) clear(as, name string) string {
	p.t.Helper()
	return p.does(as, func(tx storage.Tx, a people.Act) error {
		_, err := people.Clear(tx, a, name, monday)
		return err
	})
}

func (p phones) sign(name string) {
	p.t.Helper()
	p.done("AMI", func(tx storage.Tx, a people.Act) error {
		_, err := people.SignConduct(tx, a, name)
		return err
	})
}

// adult are the checks of somebody of age.
func adult() []bot.VettingCheck {
	return slices.DeleteFunc(bot.VettingChecks(), func(c bot.VettingCheck) bool { return c == bot.CheckGuardian })
}

// ambassador is a member who was cleared.
func (p phones) ambassador(name, number string) {
	p.t.Helper()
	if key := p.nominate("BAKARY", name, number, nil); key != "" {
		p.t.Fatal(key)
	}
	if key := p.vet("BAKARY", name, bot.CheckPass, adult()...); key != "" {
		p.t.Fatal(key)
	}
	p.sign(name)
	if key := p.clear("AMI", name); key != "" {
		p.t.Fatal(key)
	}
}

func (p phones) notice() {
	p.t.Helper()
	p.done("AMI", func(tx storage.Tx, a people.Act) error {
		_, err := people.WriteNotice(tx, a, "JADE", bot.French)
		return err
	})
}

func (p phones) member(name string) (m bot.Member) {
	p.t.Helper()
	p.must(p.View(p.t.Context(), func(tx storage.Tx) (err error) {
		m, err = tx.Member(name)
		return err
	}))
	return m
}

// Nobody is cleared before the public notice, every check, the code of conduct and a seat are there, nor by who nominated them;
// before that there is neither account nor agent, and a code for them is not drawn.
func TestWhatClearingTakes(t *testing.T) {
	p := newPhones(t)
	p.jade()
	if key := p.nominate("AMI", "GAO-01", "", func(m *people.MemberToAdd) { m.AgeBand = bot.AgeUnder15 }); key != "desk.too_young" {
		t.Errorf("somebody under 15: %q", key)
	}
	if key := p.nominate("CISSE", "GAO-01", "", nil); key != "desk.no_role" {
		t.Errorf("nominated by a verifier who is no mentor: %q", key)
	}
	for _, name := range []string{"AMI", "Fanta"} {
		if key := p.nominate("AMI", name, "", nil); key != "desk.member_name_taken" && key != "desk.bad_cohort_name" {
			t.Errorf("%s as a code name: %q", name, key)
		}
	}
	minor := func(m *people.MemberToAdd) { m.AgeBand = bot.Age15to17 }
	if key := p.nominate("BAKARY", "GAO-01", "+22370000001", minor); key != "" {
		t.Fatal(key)
	}
	refused := func(as, want string) {
		t.Helper()
		if key := p.clear(as, "GAO-01"); key != want {
			t.Errorf("%s clears: %q, want %q", as, key, want)
		}
	}
	refused("AMI", "desk.bad_vetting") // nominated, not screened
	if key := p.vet("BAKARY", "GAO-01", bot.CheckPass, bot.CheckIdentity, bot.CheckReferences, bot.CheckNoOffice, bot.CheckConflict); key != "" {
		t.Fatal(key)
	}
	refused("AMI", "desk.clear_notice")
	p.notice()
	refused("BAKARY", "desk.clear_own")
	refused("CISSE", "desk.no_role")
	refused("AMI", "desk.clear_checks")
	p.vet("BAKARY", "GAO-01", bot.CheckWaived, bot.CheckPosts)
	refused("AMI", "desk.clear_checks") // the guardian
	if key := p.vet("BAKARY", "GAO-01", bot.CheckWaived, bot.CheckGuardian); key != "desk.no_waiver" {
		t.Errorf("the guardian's consent is waived: %q", key)
	}
	p.vet("BAKARY", "GAO-01", bot.CheckFail, bot.CheckGuardian)
	refused("AMI", "desk.clear_failed")
	p.vet("BAKARY", "GAO-01", bot.CheckPass, bot.CheckGuardian)
	refused("AMI", "desk.clear_conduct")
	if _, key := p.code("GAO-01", monday, 1, "4731"); key != "desk.no_such_agent" {
		t.Errorf("a code for somebody who is not cleared: %q", key)
	}
	if key := p.agent("AMI", "GAO-01", ""); key != "desk.agent_is_member" {
		t.Errorf("an agent of that name beside the checks: %q", key)
	}
	p.must(p.View(t.Context(), func(tx storage.Tx) error {
		if _, ok, err := people.DeskNumber(tx, p.phone("+22370000001").Key); ok || err != nil {
			t.Errorf("the phone of somebody who is not cleared is a desk's: %v (%v)", ok, err)
		}
		return nil
	}))
	p.sign("GAO-01")
	refused("AMI", "")
	if _, key := p.code("GAO-01", monday, 1, "4731"); key != "" || p.owner("+22370000001") != "GAO-01" {
		t.Errorf("cleared: a code %q, the phone is %q's", key, p.owner("+22370000001"))
	}
	p.ambassador("GAO-02", "")
	p.nominate("BAKARY", "GAO-03", "", nil)
	p.vet("BAKARY", "GAO-03", bot.CheckPass, adult()...)
	p.sign("GAO-03")
	if key := p.clear("AMI", "GAO-03"); key != "desk.clear_full" {
		t.Errorf("the third for two seats: %q", key)
	}
}

// Every state goes where its table says, for a coordinator; nobody else moves one.
func TestVettingStates(t *testing.T) {
	for from, ways := range map[bot.VettingState]string{
		bot.VettingNominated: "screening declined", bot.VettingScreening: "cleared declined", bot.VettingCleared: "suspended expired",
		bot.VettingDeclined: "", bot.VettingSuspended: "screening declined", bot.VettingExpired: "screening declined",
	} {
		var got []string
		for _, to := range []bot.VettingState{"screening", "cleared", "declined", "suspended", "expired", "nominated"} {
			if from.CanBecome(to) {
				got = append(got, string(to))
			}
		}
		if s := strings.Join(got, " "); s != ways {
			t.Errorf("%s goes to %q, want %q", from, s, ways)
		}
	}
	p := newPhones(t)
	p.must(p.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutUser(bot.User{Name: "FOUSSENI", Roles: []bot.Role{bot.RoleProtectionFocal}}, 0)
	}))
	p.jade()
	p.notice()
	p.ambassador("GAO-01", "")
	for _, as := range []string{"CISSE", "CHEF", "FOUSSENI", "GAO-01"} {
		for _, to := range []bot.VettingState{bot.VettingSuspended, bot.VettingExpired, bot.VettingDeclined} {
			key := p.does(as, func(tx storage.Tx, a people.Act) error {
				_, err := people.MoveVetting(tx, a, "GAO-01", to, "raison")
				return err
			})
			if key != "desk.no_role" {
				t.Errorf("%s moves a member to %s: %q", as, to, key)
			}
		}
		key := p.does(as, func(tx storage.Tx, a people.Act) error {
			_, err := people.SetMemberStatus(tx, a, "GAO-01", bot.AgentPaused, "")
			return err
		})
		if key != "desk.no_role" {
			t.Errorf("%s pauses a member: %q", as, key)
		}
	}
}

// A pause, a suspension and an exit end the rights at once, also for a code that is on a poster; who is checked again gets them back.
func TestRightsAreLostAtOnce(t *testing.T) {
	p := newPhones(t)
	p.jade()
	p.notice()
	const number = "+22370000001"
	p.ambassador("GAO-01", number)
	if _, key := p.code("GAO-01", monday, 5, "4731"); key != "" {
		t.Fatal(key)
	}
	wants := func(when string, stands people.CodeStands, owner string) {
		t.Helper()
		if got := p.stands("4731", monday); got != stands || p.owner(number) != owner {
			t.Errorf("%s: the code is %q, the phone %q's; want %q and %q", when, got, p.owner(number), stands, owner)
		}
	}
	status := func(as string, status bot.AgentStatus, reason bot.ExitReason) string {
		return p.does(as, func(tx storage.Tx, a people.Act) error {
			_, err := people.SetMemberStatus(tx, a, "GAO-01", status, reason)
			return err
		})
	}
	wants("cleared", people.CodeGood, "GAO-01")
	status("BAKARY", bot.AgentPaused, "")
	wants("paused", people.CodeOver, "GAO-01")
	self := func(to bot.AgentStatus) (ok bool) {
		p.done("GAO-01", func(tx storage.Tx, a people.Act) (err error) {
			ok, err = people.LeaveBySelf(tx, a, to)
			return err
		})
		return ok
	}
	if self(bot.AgentActive) {
		t.Error("the member ends a pause of the desk's")
	}
	wants("still paused", people.CodeOver, "GAO-01")
	status("BAKARY", bot.AgentActive, "")
	wants("resumed", people.CodeGood, "GAO-01")
	if !self(bot.AgentPaused) {
		t.Error("the member may not pause")
	}
	wants("paused by the member", people.CodeOver, "GAO-01")
	if !self(bot.AgentActive) {
		t.Error("the member does not come back from their own pause")
	}
	wants("back", people.CodeGood, "GAO-01")
	p.done("AMI", func(tx storage.Tx, a people.Act) error {
		_, err := people.MoveVetting(tx, a, "GAO-01", bot.VettingSuspended, "plainte")
		return err
	})
	wants("suspended", people.CodeOver, "")
	if key := p.clear("AMI", "GAO-01"); key != "desk.bad_vetting" {
		t.Errorf("cleared without being checked again: %q", key)
	}
	p.vet("BAKARY", "GAO-01", bot.CheckPass, bot.CheckIdentity)
	if key := p.clear("AMI", "GAO-01"); key != "desk.clear_checks" {
		t.Errorf("cleared by the checks of before: %q", key)
	}
	p.vet("BAKARY", "GAO-01", bot.CheckPass, adult()...)
	if key := p.clear("AMI", "GAO-01"); key != "" {
		t.Fatal(key)
	}
	wants("cleared again", people.CodeGood, "GAO-01")
	if key := p.does("AMI", func(tx storage.Tx, a people.Act) error {
		_, err := people.SetAgentStatus(tx, a, "GAO-01", bot.AgentPaused)
		return err
	}); key != "desk.agent_is_member" {
		t.Errorf("paused as an agent, past the cohort: %q", key)
	}
	if key := status("AMI", bot.AgentExited, ""); key != "desk.exit_reason" {
		t.Errorf("gone without a reason: %q", key)
	}
	status("AMI", bot.AgentExited, bot.ExitSafety)
	wants("gone", people.CodeOver, "")
	if m := p.member("GAO-01"); !m.Contact.IsZero() || m.ExitReason != bot.ExitSafety {
		t.Errorf("who is gone keeps a number: %v, %s", !m.Contact.IsZero(), m.ExitReason)
	}
	if key := status("AMI", bot.AgentActive, ""); key != "desk.member_exited" {
		t.Errorf("who is gone comes back: %q", key)
	}
}

// The day after its last one a cohort's members have no rights, once, without anybody doing it; an incident of an arrest pauses.
func TestACohortEnds(t *testing.T) {
	p := newPhones(t)
	p.jade()
	p.notice()
	p.ambassador("GAO-01", "+22370000001")
	p.ambassador("GAO-02", "")
	p.code("GAO-01", monday, 5, "4731")
	end := func(today string) (ended bool) {
		p.must(p.Update(t.Context(), func(tx storage.Tx) (err error) {
			ended, err = people.EndCohorts(tx, today, p.Time.Instant())
			return err
		}))
		return ended
	}
	if end("2026-12-31") || p.member("GAO-01").Vetting != bot.VettingCleared {
		t.Error("it ends on its last day")
	}
	p.done("BAKARY", func(tx storage.Tx, a people.Act) error {
		_, m, err := people.NoteIncident(tx, a, bot.Incident{ID: p.IDs.New(), CodeName: "GAO-02", Kind: bot.IncidentArrest, Note: "depuis ce matin"})
		if err == nil && m.Status != bot.AgentPaused {
			t.Errorf("who was arrested is %s", m.Status)
		}
		return err
	})
	if key := p.does("BAKARY", func(tx storage.Tx, a people.Act) error { _, err := people.Incidents(tx, a, false, 10); return err }); key != "" {
		t.Errorf("a coordinator reads incidents: %q", key)
	}
	if key := p.does("CISSE", func(tx storage.Tx, a people.Act) error { _, err := people.Incidents(tx, a, false, 10); return err }); key != "desk.no_role" {
		t.Errorf("a verifier reads incidents: %q", key)
	}
	p.Time.Add(time.Date(2027, 1, 1, 0, 1, 0, 0, time.UTC).Sub(p.Time.Now()))
	if !end("2027-01-01") || p.member("GAO-01").Vetting != bot.VettingExpired || p.stands("4731", monday) != people.CodeOver || p.owner("+22370000001") != "" {
		t.Errorf("after its last day: %+v, the phone is %q's", p.member("GAO-01").Vetting, p.owner("+22370000001"))
	}
	if end("2027-01-01") {
		t.Error("it ends twice")
	}
}

// Who takes a seat and who left it name each other, and both rows stay.
func TestReplace(t *testing.T) {
	p := newPhones(t)
	p.jade()
	p.notice()
	p.ambassador("GAO-01", "")
	p.ambassador("GAO-02", "")
	p.nominate("BAKARY", "GAO-03", "", nil)
	replace := func(old, next string) string {
		return p.does("BAKARY", func(tx storage.Tx, a people.Act) error { _, _, err := people.Replace(tx, a, old, next); return err })
	}
	if key := replace("GAO-01", "GAO-01"); key != "desk.replace_cohort" {
		t.Errorf("replaced by oneself: %q", key)
	}
	p.vet("BAKARY", "GAO-03", bot.CheckFail, bot.CheckNoOffice)
	if key := replace("GAO-01", "GAO-03"); key != "desk.replace_failed" || !p.member("GAO-01").Works() {
		t.Errorf("replaced by somebody with a failed check: %q", key)
	}
	p.vet("BAKARY", "GAO-03", bot.CheckPass, bot.CheckNoOffice)
	if key := replace("GAO-01", "GAO-03"); key != "" {
		t.Fatal(key)
	}
	left, came := p.member("GAO-01"), p.member("GAO-03")
	if left.Status != bot.AgentExited || left.ExitReason != bot.ExitReplaced || left.ReplacedBy != "GAO-03" || came.Replaces != "GAO-01" || came.Works() {
		t.Errorf("left %+v, came %+v", left, came)
	}
	if key := replace("GAO-01", "GAO-02"); key != "desk.replaced_already" {
		t.Errorf("replaced twice: %q", key)
	}
	p.vet("BAKARY", "GAO-03", bot.CheckPass, adult()...)
	p.sign("GAO-03")
	if key := p.clear("AMI", "GAO-03"); key != "" {
		t.Errorf("the seat that became free: %q", key)
	}
	p.must(p.View(t.Context(), func(tx storage.Tx) error {
		c, members, err := people.Cohort(tx, p.act("BAKARY", "socket"), "JADE")
		f := people.FillOf(c, members)
		if err != nil || f.Total.Sits != 2 || f.Total.Gone != 1 || f.Total.Gap() != 0 || f.Total.Women != 2 || f.Groups[0].UnderHalf() ||
			f.Total.Sits != f.Places[0].Women+f.Places[0].Men+f.Places[0].Other {
			t.Errorf("the fill %+v (%v)", f, err)
		}
		return nil
	}))
}

// EFFACER from an ambassador's phone takes the rights and the number with it, from the account, too.
func TestAForgottenMemberHasNoRights(t *testing.T) {
	p := newPhones(t)
	p.jade()
	p.notice()
	const number = "+22370000001"
	p.ambassador("GAO-01", number)
	p.code("GAO-01", monday, 5, "4731")
	p.must(p.Update(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(p.phone(number).Key)
		if err == nil {
			_, err = people.Forget(tx, c, bot.ID{}, p.Time.Instant())
		}
		return err
	}))
	m := p.member("GAO-01")
	if m.Status != bot.AgentExited || m.ExitReason != bot.ExitForgotten || !m.Contact.IsZero() || p.owner(number) != "" || p.stands("4731", monday) != people.CodeOver {
		t.Errorf("%+v, the phone is %q's", m, p.owner(number))
	}
	if key := p.nominate("BAKARY", "GAO-02", number, nil); key != "desk.member_stopped" {
		t.Errorf("the number that was forgotten is taken anew: %q", key)
	}
}

// A mentor with a phone is told once of a member of whom nothing is heard, and again after the next sign and silence.
func TestAMentorIsToldOfSilenceOnce(t *testing.T) {
	p := newPhones(t)
	if key := p.set("CHEF", "BAKARY", "+22370000009"); key != "" {
		t.Fatal(key)
	}
	p.jade()
	p.notice()
	p.ambassador("GAO-01", "")
	p.ambassador("GAO-02", "")
	remind := func() (queued bool) {
		p.must(p.Update(t.Context(), func(tx storage.Tx) error {
			today := people.DayIn(p.Time.Instant(), time.UTC)
			mentors, err := people.ToRemind(tx, p.Time.Instant(), today)
			for _, m := range mentors {
				if queued, err = people.Remind(tx, m, p.IDs.New(), "sim", bot.French, p.Time.Instant(), today); err != nil {
					return err
				}
			}
			return err
		}))
		return queued
	}
	days := func(n int) { p.Time.Add(time.Duration(n) * 24 * time.Hour) }
	days(13)
	if remind() {
		t.Error("told after 13 days")
	}
	days(2)
	if !remind() || remind() {
		t.Error("after 14 days the mentor is not told, or twice")
	}
	days(2)
	if remind() {
		t.Error("told again of the same silence")
	}
	p.done("BAKARY", func(tx storage.Tx, a people.Act) error { _, err := people.MemberMet(tx, a, "GAO-01"); return err })
	days(15)
	if !remind() {
		t.Error("not told of the next silence")
	}
	p.must(p.View(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Outbounds(bot.OutQueued, storage.Page{})
		if err != nil || len(list) != 2 || list[0].Args["count"] != "2" || list[1].Args["names"] != "GAO-01" {
			t.Errorf("messages %+v (%v), want one about two and one about one", list, err)
		}
		return nil
	}))
}

// Somebody whom two projects brought is counted for both, and both say so.
func TestTwoProjectsSayThatTheyShareAPerson(t *testing.T) {
	p := newPhones(t)
	for _, code := range []string{"JADE", "TABALE"} {
		p.done("AMI", func(tx storage.Tx, a people.Act) error {
			_, err := people.AddProject(tx, a, bot.Project{Code: code, Title: code})
			return err
		})
	}
	come := func(number, project string, yes bool) {
		p.must(p.Update(t.Context(), func(tx storage.Tx) error {
			phone := p.phone(number)
			c, err := people.Meet(tx, phone.Key, phone.Number, "sim", "", p.Time.Instant())
			if err != nil {
				return err
			}
			code := bot.EnrolCode{ID: p.IDs.New(), Project: project}
			if c, _, err = people.Come(tx, c, bot.Agent{Name: "M", Lang: bot.French}, code, bot.ChannelSMS, p.Time.Instant()); err != nil || !yes {
				return err
			}
			_, err = people.AnswerConsent(tx, c, true, bot.ChannelSMS, p.Time.Instant())
			return err
		}))
	}
	come("+22370000001", "JADE", true)
	come("+22370000001", "TABALE", false) // enrolled already
	come("+22370000001", "TABALE", false)
	come("+22370000002", "JADE", true)
	come("+22370000003", "TABALE", true)
	come("+22370000004", "JADE", false) // asked, and has not answered
	come("+22370000004", "TABALE", true)
	for code, want := range map[string][4]int{"JADE": {3, 3, 3, 2}, "TABALE": {3, 3, 1, 2}} {
		n := people.ProjectCounts{Also: map[string]int{}, Sexes: map[bot.Sex]int{}, Places: map[bot.PlaceCode]int{}}
		for after, more := (bot.ContactKey{}), true; more; more = !after.IsZero() {
			p.must(p.View(t.Context(), func(tx storage.Tx) (err error) {
				after, err = people.CountProject(tx, code, after, 2, &n)
				return err
			}))
		}
		if got := [4]int{n.Brought, n.Enrolled, n.First, n.Shared}; got != want {
			t.Errorf("%s: brought, enrolled, first, shared %v, want %v (%+v)", code, got, want, n.Also)
		}
	}
}
