package admin_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/people"
)

func TestRegisteredPhones(t *testing.T) {
	s := newSite(t)
	set := func(name, number string) admin.SetNumber {
		return admin.SetNumber{By: by("ROOT"), Name: name, Number: number}
	}
	var n admin.Number
	s.ask("/user/number", set("AMI", fanta), &n)
	if n.Name != "AMI" || n.Ends != fanta[len(fanta)-2:] || n.Doubt != "" {
		t.Errorf("registered %+v", n)
	}
	s.ask("/user/number", set("BAKARY", "+33612345678"), &n)
	if n.Ends != "78" || !strings.Contains(n.Doubt, "autre pays") {
		t.Errorf("a foreign number: %+v", n)
	}
	s.refused("/user/number", set("BAKARY", fanta), http.StatusConflict, "desk.number_taken")
	s.refused("/user/number", set("BAKARY", "36000"), http.StatusBadRequest, "desk.bad_number")
	s.refused("/user/number", set("NOBODY", moussa), http.StatusNotFound, "desk.no_such_user")
	var list admin.Numbers
	s.ask("/user/numbers", admin.ListNumbers{By: by("AMI")}, &list)
	if len(list.Numbers) != 2 || list.Numbers[0].Name != "AMI" || list.Numbers[1].Ends != "78" || list.Numbers[0].Since.IsZero() {
		t.Errorf("numbers %+v", list)
	}
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "AMI", Remove: true}, &n)
	s.refused("/user/number", admin.SetNumber{By: by("ROOT"), Name: "AMI", Remove: true}, http.StatusUnprocessableEntity, "desk.no_number")
	s.ask("/user/numbers", admin.ListNumbers{By: by("ROOT")}, &list)
	if len(list.Numbers) != 1 {
		t.Errorf("after one was taken away: %+v", list)
	}
	s.noNumbers()
}

func TestSheets(t *testing.T) {
	s := newSite(t)
	var first, second admin.Sheet
	s.ask("/codes/print", admin.PrintCodes{By: by("AMI")}, &first)
	s.ask("/codes/print", admin.PrintCodes{By: by("AMI"), Count: people.MostCodes}, &second)
	if len(first.Codes) != people.UsualCodes || first.Voided != 0 || first.Service != "TINYE" || first.Name != "AMI" {
		t.Errorf("the first sheet: %d codes, %d voided, of %s %s", len(first.Codes), first.Voided, first.Service, first.Name)
	}
	slices.Sort(second.Codes)
	if len(slices.Compact(second.Codes)) != people.MostCodes || second.Voided != people.UsualCodes {
		t.Errorf("the second sheet: %d codes, %d voided", len(second.Codes), second.Voided)
	}
	for _, count := range []int{-1, people.MostCodes + 1} {
		s.refused("/codes/print", admin.PrintCodes{By: by("AMI"), Count: count}, http.StatusBadRequest, "desk.bad_count")
	}
	if got := s.events(); !slices.Equal(got, []string{"AMI codes.printed AMI 20", "AMI codes.printed AMI 60"}) {
		t.Errorf("events %q", got)
	}
}

// The switch at the desk: anybody may hold, two roles may let go; status says who did what.
func TestTheSwitch(t *testing.T) {
	s := newSite(t)
	set := func(as string, state bot.SendState) admin.SetSending {
		return admin.SetSending{By: by(as), State: state}
	}
	shows := func(state bot.SendState, as string) {
		t.Helper()
		var st admin.Status
		s.ask("/status", admin.Nothing{}, &st)
		if st.Sending.State != state || st.Sending.By != as || st.Sending.Via != "socket" || st.Sending.At.IsZero() {
			t.Errorf("status shows %+v, want %q by %s", st.Sending, state, as)
		}
	}
	s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	var now admin.Sending
	s.ask("/outbox/sending", set("ELI", bot.SendPaused), &now)
	shows(bot.SendPaused, "ELI")
	s.ask("/outbox/sending", set("CISSE", bot.SendCut), &now)
	shows(bot.SendCut, "CISSE")
	if sent := s.send(bot.OutHandedOver); len(sent) != 0 {
		t.Errorf("%d messages left while everything is cut", len(sent))
	}
	s.refused("/outbox/sending", set("CISSE", bot.SendAll), http.StatusForbidden, "desk.no_role")
	s.refused("/outbox/sending", set("AMI", "half"), http.StatusBadRequest, "desk.bad_request")
	woken := s.woken
	s.ask("/outbox/sending", set("AMI", bot.SendAll), &now)
	shows(bot.SendAll, "AMI")
	if s.woken == woken {
		t.Error("nobody is told that everything leaves again")
	}
	if sent := s.send(bot.OutHandedOver); len(sent) != 1 {
		t.Errorf("%d messages left afterwards, want 1", len(sent))
	}
	var events []string
	for _, e := range s.events() {
		events = append(events, strings.TrimSpace(e))
	}
	if want := []string{"ELI sending.paused test", "CISSE sending.cut test", "AMI sending.resumed test"}; !slices.Equal(events, want) {
		t.Errorf("events %q, want %q", events, want)
	}
}
