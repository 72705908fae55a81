package admin_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// What people told about a restricted rumour is read by those who need to know of it: coordinators and whoever works on it.
func TestReportsOfARestrictedRumour(t *testing.T) {
	s := newSite(t)
	ref := s.tell(fanta, "On dit que le pont est coupé")
	var made admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le pont serait coupé", From: []string{ref}}, &made)
	show := func(who string) admin.ShowReport { return admin.ShowReport{By: by(who), Ref: ref} }
	var shown admin.Report
	s.ask("/report/show", show("DJENEBA"), &shown)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		list, err := tx.Rumours("", storage.Page{})
		if err != nil {
			return err
		}
		r := list[0]
		r.Restricted = true
		return tx.PutRumour(r, r.Rev)
	}))
	s.refused("/report/show", show("DJENEBA"), http.StatusForbidden, "desk.rumour_restricted")
	for _, who := range []string{"AMI", "CISSE"} { // a coordinator, and who made the rumour
		s.ask("/report/show", show(who), &shown)
	}
	if shown.Rumour != bot.Ref(made.Ref) {
		t.Errorf("report %s is under %s, want %s", ref, shown.Rumour, made.Ref)
	}
}

// Whatever is asked, and by whom: who need not know of a restricted rumour neither sees nor touches what was told about it. Its
// reports and messages stand in no list with a reference, and its alarm is for those on duty.
func TestWhoNeedNotKnowMeetsARestrictedRumourNowhere(t *testing.T) {
	s := newSite(t)
	s.matching()
	ref := s.tell(fanta, "Le convoi de Ménaka serait bloqué avant le pont")
	s.rings(fanta)
	second := s.tell(moussa, "Il y aurait des camions dans le convoi de demain matin")
	third := s.tell("75000011", "On parle d'un troupeau volé près du marché hier")
	secret := s.rumour("Un convoi serait bloqué", ref, second)
	var r admin.Rumour
	yes := true
	s.ask("/rumour/risk", admin.MoveRumour{By: by("AMI"), Rumour: secret, Risk: bot.RiskLow, Restrict: &yes}, &r)
	q := finding(secret, bot.ConfirmedFalse)
	q.Texts = map[string]string{"fra": "Ce convoi porte des vivres."}
	s.ask("/rumour/submit", q, &r)
	s.ask("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: secret}, &r)
	s.ask("/rumour/approve", admin.ApproveAnswer{By: by("AMI"), Rumour: secret, Lang: "fr"}, &r)
	s.ask("/rumour/publish", admin.Publish{By: by("AMI"), Rumour: secret, Fallback: "fr"}, &r)
	alarm := s.tell("75000012", "Des hommes armés attaquent le convoi ce soir")
	s.ask("/rumour/link", admin.LinkReports{By: by("AMI"), Rumour: secret, Reports: []string{alarm}, Yes: true}, &r)
	other := s.rumour("Un troupeau serait volé", third)
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutUser(bot.User{Name: "HAWA", Roles: []bot.Role{bot.RoleVerifier}}, 0)
	}))
	var before []string
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		before = s.standing(tx, ref, second, alarm)
		return nil
	}))

	// The others may do all this, or the test shows nothing.
	var calls admin.Calls
	if s.ask("/report/calls", admin.ListCalls{By: by("AMI")}, &calls); len(calls.Calls) != 1 || string(calls.Calls[0].Ref) != ref {
		t.Fatalf("a coordinator rings %+v", calls)
	}
	var list admin.Reports
	if s.ask("/report/list", admin.ListReports{By: by("CISSE")}, &list); len(list.Reports) != 4 {
		t.Fatalf("who made it sees %d reports", len(list.Reports))
	}
	var messages admin.Messages
	s.ask("/outbox/list", admin.ListMessages{By: by("AMI")}, &messages)
	if !slices.ContainsFunc(messages.Messages, func(m admin.Message) bool { return string(m.Rumour) == secret && string(m.Report) == second }) {
		t.Fatalf("a coordinator sees the messages %+v", messages)
	}
	var alarms admin.Duty
	if s.ask("/duty/show", admin.ShowDuty{By: by("AMI")}, &alarms); len(alarms.Alarms) != 1 {
		t.Fatalf("a coordinator sees the alarms %+v", alarms)
	}
	all := len(messages.Messages)

	walked := map[string]int{}
	for _, path := range s.server.Paths() {
		if path == "/unlock" || path == "/backup" || path == "/clock/accept" || path == "/export" {
			continue
		}
		for _, as := range []string{"DJENEBA", "HAWA", "ELI", "FOUSSENI", "ROOT"} {
			for _, more := range []map[string]any{
				{}, {"ref": ref}, {"ref": ref, "text": "Où ?"}, {"ref": ref, "label": "question"}, {"ref": ref, "label": "protection"},
				{"ref": ref, "reason": "answered"}, {"ref": ref, "kind": "other"}, {"ref": ref, "words": "convoi"}, {"ref": ref, "unmask": 1},
				{"ref": ref, "like": second}, {"ref": ref, "outcome": "reached"}, {"ref": ref, "raw": true, "reason": "voir"}, {"ref": secret},
				{"rumour": secret}, {"rumour": secret, "reports": []string{third}}, {"rumour": other, "reports": []string{ref}},
				{"rumour": other, "into": secret}, {"rumour": secret, "claim": "Autre", "reports": []string{ref}}, {"ref": alarm},
				{"claim": "Autre", "from": []string{ref}}, {"key": ref}, {"key": secret}, {"kind": "report"}, {"state": "answered"},
				{"state": "queued"}, {"words": "convoi bloqué Ménaka"}, {"ref": third}, {"ref": ref, "same": true},
				{"number": fanta, "reason": "demande"}, {"number": moussa, "reason": "demande"},
			} {
				question := map[string]any{"as": as}
				for k, v := range more {
					question[k] = v
				}
				if path == "/people/forget" && more["number"] != nil {
					continue // they are forgotten, whatever they told
				}
				body, err := json.Marshal(question)
				must(t, err)
				status, answer := s.post(http.MethodPost, path, string(body))
				if status != http.StatusOK {
					if (more["ref"] == ref || more["ref"] == alarm) && strings.Contains(string(answer), "desk.rumour_restricted") {
						walked[path]++
					}
					continue
				}
				for _, word := range []string{ref, second, alarm, secret, "convoi", "camions"} {
					if strings.Contains(string(answer), word) {
						t.Errorf("%s shows %s, asked %s: %s", path, word, body, answer)
					}
				}
			}
		}
	}
	for _, path := range []string{
		"/report/show", "/report/history", "/report/mask", "/report/ask", "/report/reply", "/report/label", "/report/close",
		"/report/match", "/report/near", "/report/protect", "/report/call", "/report/called", "/source/for", "/duty/take", "/duty/release",
	} {
		if walked[path] == 0 {
			t.Errorf("%s does not refuse the report as one of a restricted rumour", path)
		}
	}
	if s.ask("/outbox/list", admin.ListMessages{By: by("DJENEBA")}, &messages); len(messages.Messages) != all {
		t.Errorf("of %d messages %d are counted", all, len(messages.Messages))
	}
	must(t, s.Store.View(t.Context(), func(tx storage.Tx) error {
		if now := s.standing(tx, ref, second, alarm); !slices.Equal(now, before) {
			t.Errorf("the reports were %q and are %q", before, now)
		}
		return nil
	}))
	// Who is on duty takes the alarm, whatever they need to know otherwise.
	must(t, s.Store.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutDuty(bot.Duty{Names: []string{"DJENEBA"}}, 0)
	}))
	s.ask("/duty/take", admin.TakeAlarm{By: by("DJENEBA"), Ref: alarm}, &admin.Alarm{})
}

// rings has somebody be answered by a call.
func (s *site) rings(phone string) {
	s.t.Helper()
	key := s.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phone})
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err == nil {
			_, err = people.SetReplyBy(tx, c, bot.ReplyByCall, bot.At(s.Now()))
		}
		return err
	}))
}

// standing is how reports stand, with their revision: it changes with whatever is done to them.
func (s *site) standing(tx storage.Tx, refs ...string) (rows []string) {
	s.t.Helper()
	for _, ref := range refs {
		r, err := rumour.FindReport(tx, ref)
		must(s.t, err)
		rows = append(rows, fmt.Sprint(r.Ref, r.Rev, r.State, r.Rumour))
	}
	return rows
}

// What was told about a restricted rumour leaves in an export as a bare report: not where, nor what about, nor under what.
func TestAnExportHoldsNothingOfARestrictedRumour(t *testing.T) {
	s := newSite(t)
	region := s.Places().Regions(bot.SchemeCT2023)[0]
	rep := s.begun(fanta, bot.Draft{Place: region.Code, Theme: bot.ThemeSecurity}, "Le convoi de demain porterait des vivres volés")
	s.store.Time.Add(time.Second)
	secret := s.rumour("Un convoi porterait des vivres volés", string(rep.Ref))
	s.store.Time.Add(time.Second)
	row := func() line {
		return one(t, lines(t, first(s.fetch(admin.Export{By: by("AMI")}))), "report", string(rep.Ref))
	}
	if l := row(); l["rumour"] != secret || l["place"] == nil || l["theme"] != "security" {
		t.Fatalf("before: %v", l)
	}
	yes := true
	s.ask("/rumour/risk", admin.MoveRumour{By: by("AMI"), Rumour: secret, Risk: bot.RiskHigh, Restrict: &yes}, &admin.Rumour{})
	if l := row(); l["rumour"] != nil || l["place"] != nil || l["theme"] != nil || l["state"] != "linked" {
		t.Errorf("a restricted rumour's report leaves as %v", l)
	}
	for _, l := range lines(t, first(s.fetch(admin.Export{By: by("AMI")}))) {
		if l["kind"] == "event" && l["key"] == string(rep.Ref) && l["reason"] == secret {
			t.Errorf("an event tells what it is under: %v", l)
		}
	}
}

func first(body []byte, _ bool) []byte { return body }
