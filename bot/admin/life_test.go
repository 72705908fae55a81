package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/storage"
)

// finding is what CISSE submits on the short lane, with checks that carry a verdict of false.
func finding(ref string, v bot.Verdict) admin.MoveRumour {
	return admin.MoveRumour{
		By: by("CISSE"), Rumour: ref, Theme: bot.RumourOtherTheme, Risk: bot.RiskLow, Verdict: v, Finding: "Vu sur place.", Redacted: true,
		Evidence: []admin.Check{
			{Method: bot.MethodVisit, Source: bot.SourceEyewitness}, {Method: bot.MethodCall, Source: bot.SourceLocalOfficial},
		},
	}
}

// find has CISSE submit a verdict and AMI decide it.
func (s *site) find(ref string, v bot.Verdict, into *admin.Rumour) {
	s.t.Helper()
	s.ask("/rumour/submit", finding(ref, v), into)
	s.ask("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: ref}, into)
}

func (s *site) rumour(claim string, reports ...string) string {
	s.t.Helper()
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: claim, From: reports}, &r)
	return string(r.Ref)
}

// The short lane on the socket: one form, one confirmation, and the answer is queued.
func TestSubmitAndConfirm(t *testing.T) {
	s := newSite(t)
	ref := s.rumour("Le puits serait empoisonné", s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"))
	q := finding(ref, bot.ConfirmedFalse)
	q.Finding, q.Texts = "", map[string]string{"fr": "L'eau du puits est bonne."}
	var r admin.Rumour
	s.ask("/rumour/submit", q, &r)
	if r.State != bot.RumourReview || r.Proposal == nil || r.Proposal.Finding != "L'eau du puits est bonne." || len(r.Evidence) != 2 || r.RiskLevel != bot.RiskLow {
		t.Errorf("submitted: %+v", r)
	}
	s.refused("/rumour/confirm", admin.MoveRumour{By: by("CISSE"), Rumour: ref}, http.StatusForbidden, "desk.no_role")
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref, Titles: map[string]string{"fra": "Puits de Gao sûr"}}, &r)
	if r.State != bot.RumourPublished || r.FanOut == nil || r.FanOut.Queued != 1 || r.Answers[0].Approver != "AMI" || r.Answers[0].Title != "Puits de Gao sûr" {
		t.Errorf("confirmed: %+v", r)
	}
	var h admin.History
	s.ask("/rumour/history", admin.RumourHistory{By: by("DJENEBA"), Rumour: ref}, &h)
	var kinds []string
	for _, e := range h.Events {
		kinds = append(kinds, e.Actor+" "+e.Kind)
	}
	want := []string{
		"CISSE rumour.created", "CISSE report.linked", "CISSE evidence.added", "CISSE answer.written", "CISSE rumour.submitted",
		"AMI rumour.decided", "AMI answer.approved", "AMI rumour.titled", "AMI rumour.published",
	}
	if !slices.Equal(kinds, want) {
		t.Errorf("history %q, want %q", kinds, want)
	}
}

// The most urgent rumour stands first: what the desk must deal with by risk and then by age, then what is told, then the rest.
func TestTheMostUrgentStandsFirst(t *testing.T) {
	s := newSite(t)
	places := []bot.PlaceCode{s.Places().Regions(bot.SchemeCT2023)[0].Code}
	var r admin.Rumour
	made := map[string]string{}
	for _, name := range []string{"rejected", "published", "low", "unassessed", "medium", "older high", "newer high", "critical"} {
		s.store.Time.Add(1000)
		ref := s.rumour("Il se dit: " + name)
		made[ref] = name
		q := admin.MoveRumour{By: by("AMI"), Rumour: ref, Theme: bot.RumourAid, Areas: places, Redacted: true}
		switch name {
		case "low", "medium", "critical":
			q.Risk = bot.RiskLevel(name)
			s.ask("/rumour/triage", q, &r)
		case "older high", "newer high":
			q.Harm, q.Spread = 3, 1
			s.ask("/rumour/triage", q, &r)
			if r.Risk.Level != bot.RiskHigh || !slices.Equal(r.Risk.Reasons, []string{"score_3", "major_harm"}) {
				t.Errorf("by the rule: %+v", r.Risk)
			}
		case "rejected":
			s.ask("/rumour/reject", admin.MoveRumour{By: by("AMI"), Rumour: ref, Reason: bot.ClosedSpam}, &r)
		case "published":
			sub := finding(ref, bot.ConfirmedFalse)
			sub.Texts = map[string]string{"fra": "C'est faux."}
			s.ask("/rumour/submit", sub, &r)
			s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref}, &r)
		}
	}
	order := func(state bot.RumourState, limit int) (names []string) {
		var list admin.Rumours
		s.ask("/rumour/list", admin.ListRumours{By: by("AMI"), State: state, Limit: limit}, &list)
		for _, row := range list.Rumours {
			names = append(names, made[string(row.Ref)])
		}
		if list.More != (limit == 2) {
			t.Errorf("more than %d: %v", limit, list.More)
		}
		return names
	}
	if got, want := order("", 0), []string{"critical", "older high", "newer high", "unassessed", "medium", "low", "published", "rejected"}; !slices.Equal(got, want) {
		t.Errorf("the list is %q, want %q", got, want)
	}
	if got, want := order(bot.RumourTriaged, 2), []string{"critical", "older high"}; !slices.Equal(got, want) {
		t.Errorf("the triaged ones are %q, want %q", got, want)
	}
}

// Two rumours become one and one becomes two; both references go on finding them, and each person is told once.
func TestMergeAndSplit(t *testing.T) {
	s := newSite(t)
	one, two := s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"), s.tell(moussa, "On dit que le puits de Gao est empoisonné, ne buvez pas")
	first, second := s.rumour("Le puits serait empoisonné", one), s.rumour("L'eau du puits tue", two)
	sub := finding(first, bot.ConfirmedFalse)
	sub.Texts = map[string]string{"fra": "L'eau du puits est bonne."}
	var r admin.Rumour
	s.ask("/rumour/submit", sub, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: first, Fallback: "fra"}, &r)
	merge := admin.MoveRumour{By: by("DJENEBA"), Rumour: second, Into: first}
	s.refused("/rumour/merge", merge, http.StatusUnprocessableEntity, "desk.sends_yes")
	merge.Yes = true
	s.ask("/rumour/merge", merge, &r)
	if string(r.Ref) != first || r.ReportCount != 2 || r.FanOut.Queued != 2 {
		t.Errorf("merged: %+v", r)
	}
	s.ask("/rumour/show", admin.ShowRumour{By: by("AMI"), Rumour: second}, &r)
	if r.State != bot.RumourMerged || string(r.MergedInto) != first || r.ReportCount != 0 {
		t.Errorf("the merged one: %+v", r)
	}
	p := s.refused("/rumour/triage", admin.MoveRumour{By: by("AMI"), Rumour: second}, http.StatusUnprocessableEntity, "desk.move_ended")
	if !strings.Contains(p.Sentence, "fusionnée") {
		t.Errorf("%q does not say where it is", p.Sentence)
	}
	s.ask("/rumour/split", admin.MoveRumour{By: by("AMI"), Rumour: first, Claim: "Le puits serait à sec", Reports: []string{two}}, &r)
	if r.State != bot.RumourNew || r.ReportCount != 1 {
		t.Errorf("split off: %+v", r)
	}
	s.ask("/rumour/show", admin.ShowRumour{By: by("AMI"), Rumour: string(r.Ref)}, &r)
	if string(r.SplitFrom) != first || len(r.Reports) != 1 || string(r.Reports[0].Ref) != two {
		t.Errorf("split off, shown: %+v", r)
	}
	answers := 0
	for _, c := range s.send(bot.OutHandedOver) {
		if c.Row.Kind == bot.KindAnswer {
			answers++
		}
	}
	if answers != 1 {
		t.Errorf("%d answers left, want that of the report that stayed", answers)
	}
}

// A claim is worded anew until it is published; that is an event.
func TestAClaimIsReworded(t *testing.T) {
	s := newSite(t)
	ref := s.rumour("Le puit serait empoisoné")
	var r admin.Rumour
	reword := func(text string) admin.MoveRumour {
		return admin.MoveRumour{By: by("DJENEBA"), Rumour: ref, Claim: text}
	}
	s.ask("/rumour/claim", reword("Le puits serait empoisonné"), &r)
	if r.Claim != "Le puits serait empoisonné" || !slices.Contains(s.events(), "DJENEBA rumour.claim "+ref) {
		t.Errorf("reworded: %q, events %q", string(r.Claim), s.events())
	}
	s.refused("/rumour/claim", reword(" "), http.StatusBadRequest, "desk.claim_empty")
	sub := finding(ref, bot.ConfirmedFalse)
	sub.Texts = map[string]string{"fra": "L'eau du puits est bonne."}
	s.ask("/rumour/submit", sub, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: ref}, &r)
	s.refused("/rumour/claim", reword("Autre chose"), http.StatusUnprocessableEntity, "desk.claim_fixed")
}

// Somebody who is no coordinator sends a published answer to one person at most by linking or merging, and only on purpose.
func TestLinkingAndMergingSendOnPurpose(t *testing.T) {
	s := newSite(t)
	into := s.rumour("Le puits serait empoisonné", s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier"))
	sub := finding(into, bot.ConfirmedFalse)
	sub.Texts = map[string]string{"fra": "L'eau du puits est bonne."}
	var r admin.Rumour
	s.ask("/rumour/submit", sub, &r)
	s.ask("/rumour/confirm", admin.MoveRumour{By: by("AMI"), Rumour: into}, &r)
	one, two := s.tell(moussa, "On dit que le puits de Gao est empoisonné, ne buvez pas"), s.tell("70000044", "Le puits de Gao tue des gens à ce qu'on dit")
	link := admin.LinkReports{By: by("DJENEBA"), Rumour: into, Reports: []string{one, two}, Yes: true}
	s.refused("/rumour/link", link, http.StatusForbidden, "desk.sends_coordinator")
	link.Reports, link.Yes = link.Reports[:1], false
	p := s.refused("/rumour/link", link, http.StatusUnprocessableEntity, "desk.sends_yes")
	if !strings.Contains(p.Sentence, into) || !strings.Contains(p.Sentence, "personnes: 1") {
		t.Errorf("%q does not say what goes to how many", p.Sentence)
	}
	var sends admin.Sends
	s.ask("/rumour/sends", admin.PreviewSends{By: by("DJENEBA"), Rumour: into, Reports: []string{one, two}}, &sends)
	if sends.People != 2 || string(sends.Ref) != into || len(sends.Answers) != 1 || sends.Answers[0].Text != "L'eau du puits est bonne." {
		t.Errorf("what it would send: %+v", sends)
	}
	other := s.rumour("L'eau du puits tue", one, two)
	merge := admin.MoveRumour{By: by("DJENEBA"), Rumour: other, Into: into, Yes: true}
	s.refused("/rumour/merge", merge, http.StatusForbidden, "desk.sends_coordinator")
	merge.By, merge.Yes = by("AMI"), false
	s.refused("/rumour/merge", merge, http.StatusUnprocessableEntity, "desk.sends_yes")
	merge.Yes = true
	s.ask("/rumour/merge", merge, &r)
	if r.FanOut.Now.Queued+r.FanOut.Waiting != 2 {
		t.Errorf("it sent %+v", r.FanOut)
	}
	// Who has read it, and tells something else, is counted when split off.
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: into, Fallback: "fra"}, &r)
	s.send(bot.OutHandedOver)
	s.ask("/rumour/split", admin.MoveRumour{By: by("AMI"), Rumour: into, Claim: "Autre chose", Reports: []string{two}}, &r)
	if r.Misled != 1 {
		t.Errorf("%d people have read what is not theirs, want 1", r.Misled)
	}
	// What it would send nobody is no reason to ask.
	s.ask("/rumour/link", admin.LinkReports{By: by("DJENEBA"), Rumour: into, Reports: []string{one}}, &r)
}

// A rumour about what everybody must not know is for coordinators and those who work on it; the focal point reads what
// waits for their word.
func TestWhoReadsWhat(t *testing.T) {
	s := newSite(t)
	ref := s.rumour("Il se dit quelque chose")
	show := func(as string) admin.ShowRumour { return admin.ShowRumour{By: by(as), Rumour: ref} }
	var r admin.Rumour
	yes := true
	s.ask("/rumour/risk", admin.MoveRumour{By: by("DJENEBA"), Rumour: ref, Risk: bot.RiskLow, Restrict: &yes}, &r)
	s.ask("/rumour/show", show("AMI"), &r)
	s.ask("/rumour/show", show("CISSE"), &r) // made it
	s.refused("/rumour/show", show("DJENEBA"), http.StatusForbidden, "desk.rumour_restricted")
	s.refused("/rumour/history", admin.RumourHistory{By: by("DJENEBA"), Rumour: ref}, http.StatusForbidden, "desk.rumour_restricted")
	s.refused("/rumour/risk", admin.MoveRumour{By: by("DJENEBA"), Rumour: ref, Risk: bot.RiskHigh}, http.StatusForbidden, "desk.rumour_restricted")
	s.refused("/rumour/merge", admin.MoveRumour{By: by("DJENEBA"), Rumour: s.rumour("Une autre"), Into: ref}, http.StatusForbidden, "desk.rumour_restricted")
	var list admin.Rumours
	if s.ask("/rumour/list", admin.ListRumours{By: by("DJENEBA")}, &list); len(list.Rumours) != 1 || string(list.Rumours[0].Ref) == ref {
		t.Errorf("it is listed: %+v", list)
	}
	s.find(ref, bot.ConfirmedTrue, &r) // its checks follow the verdict
	s.refused("/rumour/show", show("FOUSSENI"), http.StatusForbidden, "desk.no_role")
	s.ask("/rumour/withhold", admin.MoveRumour{By: by("AMI"), Rumour: ref, Comment: "Des gens seraient frappés."}, &r)
	if r.State != bot.RumourDecided || r.Pending == nil || r.Pending.By != "AMI" {
		t.Errorf("after one of two: %+v", r)
	}
	s.ask("/rumour/show", show("FOUSSENI"), &r)
	if r.HarmNote != "Des gens seraient frappés." {
		t.Errorf("the focal point reads no reason: %+v", r)
	}
	if s.ask("/rumour/list", admin.ListRumours{By: by("FOUSSENI")}, &list); len(list.Rumours) != 1 || string(list.Rumours[0].Ref) != ref {
		t.Errorf("what waits for the focal point: %+v", list)
	}
	waits := func() (since bot.Instant) {
		must(t, s.Store.View(t.Context(), func(tx storage.Tx) (err error) {
			since, err = rumour.FocalWaits(tx)
			return err
		}))
		return since
	}
	if waits().IsZero() {
		t.Error("nobody tells the focal point that it waits")
	}
	s.ask("/rumour/withhold", admin.MoveRumour{By: by("FOUSSENI"), Rumour: ref}, &r)
	if !waits().IsZero() {
		t.Error("it waits no more, and the focal point is told")
	}
	if r.State != bot.RumourWithheld || r.HarmNote != "Des gens seraient frappés." {
		t.Errorf("after both: %+v", r)
	}
	if events := s.events(); !slices.Contains(events, "AMI rumour.first_of_two "+ref+" withhold withhold") || !slices.Contains(events, "FOUSSENI rumour.withheld "+ref) {
		t.Errorf("events: %q", events)
	}
}
