package admin_test

import (
	"net/http"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// Who is on duty is set by a coordinator, of accounts with a phone; what waits is shown and taken.
func TestDuty(t *testing.T) {
	s := newSite(t)
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if st.Duty == nil || st.Duty.People != 0 {
		t.Errorf("at first: %+v", st.Duty)
	}
	s.refused("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, http.StatusUnprocessableEntity, "desk.no_number")
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "BAKARY", Number: moussa}, &admin.Number{})
	s.refused("/duty/set", admin.SetDuty{By: by("CISSE"), Names: []string{"BAKARY"}}, http.StatusForbidden, "desk.no_role")
	s.refused("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY", "BAKARY"}}, http.StatusBadRequest, "desk.duty_twice")
	var d admin.Duty
	s.ask("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, &d)
	ref := s.tell(fanta, "Attaque au marché de Gao")
	s.ask("/duty/show", admin.ShowDuty{By: by("CISSE")}, &d)
	if len(d.Alarms) != 1 || string(d.Alarms[0].Ref) != ref || d.Alarms[0].PlaceName == "" || len(d.Alarms[0].Told) != 1 || d.Alarms[0].Told[0].Name != "BAKARY" {
		t.Errorf("what waits: %+v", d)
	}
	s.ask("/status", admin.Nothing{}, &st)
	if st.Duty.People != 1 || st.Duty.Open.N != 1 || st.Duty.Unanswered.N != 0 {
		t.Errorf("the status: %+v", st.Duty)
	}
	var a admin.Alarm
	s.ask("/duty/take", admin.TakeAlarm{By: by("AMI"), Ref: ref}, &a)
	if a.State != bot.DutyTaken || a.TakenBy != "AMI" {
		t.Errorf("taken: %+v", a)
	}
	s.refused("/duty/take", admin.TakeAlarm{By: by("BAKARY"), Ref: ref}, http.StatusUnprocessableEntity, "desk.alarm_taken")
	s.refused("/duty/take", admin.TakeAlarm{By: by("BAKARY"), Ref: s.tell(fanta, "Le puits de Mopti est sec")}, http.StatusUnprocessableEntity, "desk.no_alarm")

	// The alarm makes its rumour critical, and the report says what its words raised.
	var r admin.Rumour
	s.ask("/rumour/new", admin.NewRumour{By: by("CISSE"), Claim: "Le marché serait attaqué", From: []string{ref}}, &r)
	s.ask("/rumour/show", admin.ShowRumour{By: by("CISSE"), Rumour: string(r.Ref)}, &r)
	if r.Risk == nil || r.Risk.Level != bot.RiskCritical || !r.Risk.Alarm || len(r.Due) != 3 || len(r.Reports) != 1 || r.Reports[0].Alarm != "attack" {
		t.Errorf("the rumour: %+v", r)
	}
}

// What many tell of one place is one alarm, shown with the others; while every send is held it says that nobody can be told.
func TestAlarmsOfOnePlaceAreShownTogether(t *testing.T) {
	s := newSite(t)
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "BAKARY", Number: moussa}, &admin.Number{})
	var d admin.Duty
	s.ask("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, &d)
	first, second := s.tell(fanta, "Attaque au marché de Gao"), s.tell("76111111", "des tirs à Gao")
	var made admin.ReportEntered
	s.ask("/report/new", admin.NewReport{By: by("ELI"), Channel: bot.ChannelRadio, Text: "La radio dit qu'on attaque Gao"}, &made)
	if made.Alarm != "attack" || !made.OnDuty {
		t.Errorf("entered: %+v", made)
	}
	s.ask("/duty/show", admin.ShowDuty{By: by("CISSE")}, &d)
	if len(d.Alarms) != 1 || string(d.Alarms[0].Ref) != first || !slices.Equal(d.Alarms[0].Others, []bot.Ref{bot.Ref(second), made.Ref}) || d.Cut {
		t.Errorf("what waits: %+v", d)
	}
	s.ask("/outbox/sending", admin.SetSending{By: by("AMI"), State: bot.SendCut}, &admin.Sending{})
	s.ask("/duty/show", admin.ShowDuty{By: by("CISSE")}, &d)
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	if !d.Cut || !st.Duty.Cut {
		t.Errorf("cut: %+v, %+v", d, st.Duty)
	}
	s.ask("/report/new", admin.NewReport{By: by("ELI"), Channel: bot.ChannelRadio, Text: "On attaque Mopti"}, &made)
	if made.Alarm != "attack" || made.OnDuty {
		t.Errorf("entered while cut: %+v", made)
	}
	var a admin.Alarm
	s.ask("/duty/take", admin.TakeAlarm{By: by("AMI"), Ref: second}, &a)
	if string(a.Ref) != first || a.TakenBy != "AMI" || len(a.Others) != 2 {
		t.Errorf("taken: %+v", a)
	}
	// The history of each of them tells who saw to it.
	for _, ref := range []string{first, second} {
		var h admin.History
		s.ask("/report/history", admin.ReportHistory{By: by("CISSE"), Ref: ref}, &h)
		if !slices.ContainsFunc(h.Events, func(e admin.Event) bool { return e.Kind == "alarm.taken" && e.Actor == "AMI" }) {
			t.Errorf("the history of %s: %+v", ref, h.Events)
		}
	}
}

// An alarm that turns out to be about abuse is in nobody's list but the focal point's, also where somebody on duty was told.
func TestAnAlarmAboutAbuseIsInNoList(t *testing.T) {
	s := newSite(t)
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "BAKARY", Number: "66000097"}, &admin.Number{})
	s.ask("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, &admin.Duty{})
	ref := s.tell(fanta, "Attaque à Gao, mon oncle frappe les filles")
	alarms := func(as string) (refs []string) {
		t.Helper()
		var d admin.Duty
		s.ask("/duty/show", admin.ShowDuty{By: by(as)}, &d)
		for _, a := range d.Alarms {
			refs = append(refs, string(a.Ref))
		}
		return refs
	}
	if got := alarms("CISSE"); len(got) != 1 || got[0] != ref {
		t.Fatalf("before: %q", got)
	}
	s.ask("/report/label", admin.LabelReport{By: by("AMI"), Ref: ref, Label: bot.LabelProtection}, &admin.ReportDone{})
	for _, as := range []string{"AMI", "BAKARY", "CISSE"} {
		if got := alarms(as); len(got) != 0 {
			t.Errorf("%s sees %q", as, got)
		}
	}
	if got := alarms("FOUSSENI"); len(got) != 1 {
		t.Errorf("the focal point sees %q", got)
	}
}

// A moderator alone silences no alarm, neither by taking it nor by putting its report aside, and is told so; a coordinator does
// both, and gives one back.
func TestWhoSilencesAnAlarm(t *testing.T) {
	s := newSite(t)
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "BAKARY", Number: "66000097"}, &admin.Number{})
	s.ask("/duty/set", admin.SetDuty{By: by("AMI"), Names: []string{"BAKARY"}}, &admin.Duty{})
	ref := s.tell(fanta, "Attaque au marché de Gao")
	for _, who := range []string{"DJENEBA", "CISSE", "ELI"} {
		s.refused("/duty/take", admin.TakeAlarm{By: by(who), Ref: ref}, http.StatusForbidden, "desk.alarm_not_yours")
	}
	var done admin.ReportDone
	s.ask("/report/label", admin.LabelReport{By: by("DJENEBA"), Ref: ref, Label: bot.LabelSpam}, &done)
	var d admin.Duty
	s.ask("/duty/show", admin.ShowDuty{By: by("AMI")}, &d)
	if !done.Alarm || len(d.Alarms) != 1 {
		t.Errorf("spam to a moderator: %+v, %+v", done, d.Alarms)
	}
	var a admin.Alarm
	s.ask("/duty/take", admin.TakeAlarm{By: by("BAKARY"), Ref: ref}, &a)
	s.refused("/duty/release", admin.ReleaseAlarm{By: by("DJENEBA"), Ref: ref}, http.StatusForbidden, "desk.alarm_not_yours")
	s.ask("/duty/release", admin.ReleaseAlarm{By: by("AMI"), Ref: ref}, &a)
	// The first message has not left yet: it does now, and there is no second one.
	if a.State != bot.DutyOpen || a.TakenBy != "" || len(a.Told) != 1 || a.Told[0].State != bot.OutQueued {
		t.Errorf("given back: %+v", a)
	}
	s.refused("/duty/release", admin.ReleaseAlarm{By: by("AMI"), Ref: ref}, http.StatusUnprocessableEntity, "desk.alarm_not_taken")
	done = admin.ReportDone{}
	s.ask("/report/label", admin.LabelReport{By: by("AMI"), Ref: ref, Label: bot.LabelOutOfScope}, &done)
	d = admin.Duty{}
	s.ask("/duty/show", admin.ShowDuty{By: by("AMI")}, &d)
	if done.Alarm || len(d.Alarms) != 0 {
		t.Errorf("out of scope to a coordinator: %+v, %+v", done, d.Alarms)
	}
}
