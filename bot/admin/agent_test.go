package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// Who may add agents, draw codes and count: coordinators and administrators. An agent sees the own tally, and less of it.
func TestAgentsAndCodes(t *testing.T) {
	s := newSite(t)
	var a admin.AgentRow
	add := admin.AddAgent{By: by("AMI"), Name: "GAO-1", Number: "66000098", Place: "ml_ct_2023:ML0701", Lang: "bm"}
	s.ask("/agent/add", add, &a)
	if a.Via != bot.EnrolFieldAgent || a.Lang != bot.Bambara || !a.Phone || !strings.HasPrefix(a.PlaceName, "Gao") || a.Status != bot.AgentActive {
		t.Errorf("added %+v", a)
	}
	want := "AMI user.added GAO-1 field_agent, AMI user.number_set GAO-1, AMI agent.added GAO-1 field_agent"
	if got := strings.Join(s.events(), ", "); got != want {
		t.Errorf("events %q, want %q", got, want)
	}
	s.ask("/agent/add", admin.AddAgent{By: by("ROOT"), Name: "MARCHE", Event: true}, &a)
	if a.Via != bot.EnrolEvent || a.Phone || a.Lang != bot.French {
		t.Errorf("added %+v", a)
	}
	for key, q := range map[string]admin.AddAgent{
		"desk.agent_exists":     {Name: "GAO-1"},
		"desk.bad_user_name":    {Name: "le marché"},
		"desk.event_number":     {Name: "FOIRE", Event: true, Number: "66000097"},
		"desk.bad_lang":         {Name: "FOIRE", Event: true, Lang: "eng"},
		"desk.bad_source_place": {Name: "FOIRE", Event: true, Place: "ml_ct_2023:ML9999"},
		"desk.no_such_project":  {Name: "FOIRE", Event: true, Project: "JADE"},
		"desk.agent_account":    {Name: "CISSE"}, // a verifier's phone is not for a coordinator to change
		"desk.number_taken":     {Name: "GAO-2", Number: "66000098"},
		"desk.bad_number":       {Name: "GAO-2", Number: "36000"},
	} {
		q.By = by("AMI")
		if p, refused := s.try("/agent/add", q); !refused || p.Key != key {
			t.Errorf("%+v: %q, want %s", q, p.Key, key)
		}
	}
	s.ask("/agent/add", admin.AddAgent{By: by("AMI"), Name: "ELI"}, &a) // an account that is there

	var code admin.CodeRow
	s.ask("/code/new", admin.NewCode{By: by("AMI"), Agent: "GAO-1", Days: 2}, &code)
	today := s.Now().Format(time.DateOnly)
	if len(code.Digits) != bot.EnrolDigits || code.From != today || !code.Today || code.DrawnBy != "AMI" {
		t.Errorf("drew %+v", code)
	}
	for key, q := range map[string]admin.NewCode{
		"desk.no_such_agent": {Agent: "NOBODY"},
		"desk.bad_days":      {Agent: "GAO-1", Days: 32},
		"desk.bad_first_day": {Agent: "GAO-1", From: "2020-01-01"},
	} {
		q.By = by("AMI")
		if p, refused := s.try("/code/new", q); !refused || p.Key != key {
			t.Errorf("%+v: %q, want %s", q, p.Key, key)
		}
	}

	for i, sender := range []string{"76110001", "76110002", "76110003", "66998877"} { // three that follow each other
		s.tellMore(sender, code.Digits)
		s.send(bot.OutHandedOver)
		if i > 0 {
			s.tellMore(sender, "OUI")
			s.tellMore(sender, "3")
		}
	}
	var list admin.CodeTallies
	s.ask("/code/tally", admin.TallyCodes{By: by("AMI"), Of: code.Digits}, &list)
	if got := fmt.Sprintf("%+v", list.Tallies); len(list.Tallies) != 1 || strings.Contains(got, "7611") || strings.Contains(got, "6699") {
		t.Fatalf("tallied %s", got)
	}
	tally := list.Tallies[0]
	if tally.Started != 4 || tally.Yes != 3 || tally.Waiting != 1 || tally.Share != 75 || tally.Runs != 1 || tally.InRuns != 3 || tally.Rush != 3 ||
		len(tally.Ages) != 1 || tally.Ages[0] != (admin.CountOf{Of: "18_24", N: 3}) || tally.Places[0].N != 3 || tally.Langs[0].Of != "bam" {
		t.Errorf("tallied %+v", tally)
	}
	s.ask("/code/tally", admin.TallyCodes{By: by("GAO-1")}, &list)
	if len(list.Tallies) != 1 || !list.Tallies[0].Own || list.Tallies[0].NoReply != 1 || list.Tallies[0].Runs != 0 || len(list.Tallies[0].Places) != 0 {
		t.Errorf("the agent sees %+v", list)
	}
	s.refused("/code/tally", admin.TallyCodes{By: by("ELI"), Of: "GAO-1"}, http.StatusForbidden, "desk.no_role")
	s.refused("/code/tally", admin.TallyCodes{By: by("ELI"), Of: code.Digits}, http.StatusForbidden, "desk.no_role")
	s.refused("/code/tally", admin.TallyCodes{By: by("AMI"), Day: "hier"}, http.StatusBadRequest, "desk.bad_day")
	s.refused("/code/tally", admin.TallyCodes{By: by("AMI"), Of: "1000"}, http.StatusNotFound, "desk.no_such_code")
	s.ask("/code/tally", admin.TallyCodes{By: by("AMI"), Of: "GAO-1", Day: today}, &list)
	if len(list.Tallies) != 1 || list.Tallies[0].Started != 4 {
		t.Errorf("today: %+v", list)
	}
	tomorrow := s.Now().Add(24 * time.Hour).Format(time.DateOnly)
	s.ask("/code/tally", admin.TallyCodes{By: by("AMI"), Of: "GAO-1", Day: tomorrow}, &list)
	if len(list.Tallies) != 1 || list.Tallies[0].Started != 0 {
		t.Errorf("tomorrow: %+v", list)
	}

	var form admin.PaperForm
	s.ask("/agent/form", admin.AgentForm{By: by("GAO-1"), Agent: "GAO-1"}, &form)
	if form.Code != code.Digits || form.Version == "" || len(form.Langs) != 2 || !strings.Contains(form.Langs[0].Text, "STOP") || form.Langs[1].Yes != "Awɔ" {
		t.Errorf("the form %+v", form)
	}
	s.refused("/agent/form", admin.AgentForm{By: by("AMI"), Agent: "MARCHE"}, http.StatusUnprocessableEntity, "desk.no_code_today")

	s.ask("/agent/status", admin.SetAgentStatus{By: by("AMI"), Name: "GAO-1", Status: bot.AgentExited}, &a)
	if a.Status != bot.AgentExited || a.Phone {
		t.Errorf("left: %+v", a)
	}
	s.refused("/code/new", admin.NewCode{By: by("AMI"), Agent: "GAO-1"}, http.StatusUnprocessableEntity, "desk.agent_not_now")
	s.refused("/agent/status", admin.SetAgentStatus{By: by("AMI"), Name: "GAO-1", Status: "asleep"}, http.StatusBadRequest, "desk.bad_request")
	var rows admin.AgentRows
	s.ask("/agent/list", admin.ListAgents{By: by("ROOT")}, &rows)
	if len(rows.Agents) != 3 {
		t.Errorf("listed %+v", rows)
	}
}

// agents asks what has to do with agents and codes, for TestEveryEndpointLeavesItsEvent.
func (w *walk) agents() {
	w.t.Helper()
	w.does("/agent/add", admin.AddAgent{By: by("AMI"), Name: "GAO-1", Number: "76111215"}, &admin.AgentRow{}, "AMI", "agent.added", "GAO-1")
	w.does("/agent/status", admin.SetAgentStatus{By: by("AMI"), Name: "GAO-1", Status: bot.AgentPaused}, &admin.AgentRow{}, "AMI", "agent.paused", "GAO-1")
	w.does("/agent/status", admin.SetAgentStatus{By: by("AMI"), Name: "GAO-1", Status: bot.AgentActive}, &admin.AgentRow{}, "AMI", "agent.resumed", "GAO-1")
	w.does("/code/new", admin.NewCode{By: by("AMI"), Agent: "GAO-1"}, &admin.CodeRow{}, "AMI", "code.drawn", "GAO-1")
	w.does("/agent/status", admin.SetAgentStatus{By: by("AMI"), Name: "GAO-1", Status: bot.AgentExited}, &admin.AgentRow{}, "AMI", "agent.exited", "GAO-1")
}
