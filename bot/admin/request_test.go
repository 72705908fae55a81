package admin_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// listed imports so many people, who agreed to nothing, and gives the list's name.
func (s *site) listed(n int) string {
	s.t.Helper()
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("650000%02d;F", i))
	}
	_, done, _ := s.bring(listOf("d"), 9, rows...)
	return done.Run
}

func (w *walk) requests() {
	w.t.Helper()
	var r admin.Run
	list := w.listed(3)
	w.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list}, &r)
	w.asked["/request/new"] = true
	id := r.ID.String()
	events := w.all()
	if e := events[len(events)-1]; e.Kind != "request.prepared" || e.Key != id || e.Actor != "AMI" || e.Reason != list {
		w.t.Errorf("/request/new left %+v", e)
	}
	w.does("/request/approve", admin.MoveRequest{By: by("BAKARY"), ID: id}, &r, "BAKARY", "request.approved", id)
	w.does("/request/withdraw", admin.MoveRequest{By: by("AMI"), ID: id, Reason: "x"}, &r, "AMI", "request.withdrawn", id)
}

// On the socket: no such list, whoever prepared it, pressed twice, previewed, approved.
func TestARequestOnTheSocket(t *testing.T) {
	s := newSite(t)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: "482918"}, http.StatusNotFound, "desk.no_such_import")
	list := s.listed(7)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: s.NewID().String()}, http.StatusNotFound, "desk.no_such_import")
	var r, again admin.Run
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list}, &r)
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list}, &again)
	if !r.Request || r.Again || !again.Again || again.ID != r.ID {
		t.Errorf("pressed twice: %+v, then %+v", r, again)
	}
	id := r.ID.String()
	p := s.refused("/request/approve", admin.MoveRequest{By: by("AMI"), ID: id}, http.StatusUnprocessableEntity, "desk.request_other")
	if !strings.Contains(p.Sentence, "AMI a préparé") {
		t.Errorf("refused with %q", p.Sentence)
	}
	s.refused("/bulletin/resume", admin.NameRun{By: by("BAKARY"), Ref: id}, http.StatusUnprocessableEntity, "desk.request_not_approved")
	v, _ := s.previewed("CISSE", id)
	if v.People != 7 || v.Ref != "" || len(v.Texts) != 2 {
		t.Errorf("previewed %+v", v)
	}
	s.ask("/request/approve", admin.MoveRequest{By: by("BAKARY"), ID: id}, &r)
	if r.State != bot.BroadcastQueueing {
		t.Errorf("approved, it is %s", r.State)
	}
	s.refused("/request/withdraw", admin.MoveRequest{By: by("AMI"), ID: "482918", Reason: "x"}, http.StatusNotFound, "desk.request_none")
}

// A list of thirty is imported, asked by its name after a second person agreed, and answered; what is shown of the list agrees with what
// left, its file and a second list with the same people ask nobody twice, and a list that is not whole, or forgotten, asks nobody.
func TestAnImportedListIsAskedOnce(t *testing.T) {
	s := newSite(t)
	s.server.Air = func(string) (int, float64) { return 15, 0.5 }
	s.Service.Site.Prices, s.Service.Site.Rates = map[string]int{"sim": 15}, map[string]float64{"sim": 0.5}
	var rows []string
	for i := range 30 {
		rows = append(rows, fmt.Sprintf("660011%02d;F", i))
	}
	_, done, _ := s.bring(listOf("a"), 9, rows...)
	shown := func() (shown admin.ImportShown) {
		s.t.Helper()
		s.ask("/people/import/show", admin.AskImport{By: by("AMI"), Run: done.Run}, &shown)
		return shown
	}
	asked := func() map[string]int {
		s.t.Helper()
		must(t, s.Sweep(t.Context()))
		to := make(map[string]int)
		for _, c := range s.send(bot.OutHandedOver) {
			to[c.To.Value]++
		}
		return to
	}
	var r admin.Run
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: strings.ToUpper(done.Run)}, &r)
	if to := asked(); len(to) != 0 {
		t.Fatalf("%d are asked before anybody approved", len(to))
	}
	before := shown()
	v, _ := s.previewed("AMI", r.ID.String())
	if before.Waiting != 30 || v.People != 30 || v.Parts != before.Parts || v.XOF != before.XOF || before.XOF == 0 {
		t.Errorf("the list shows %d people, %d parts, %d XOF; the request %d, %d, %d", before.Waiting, before.Parts, before.XOF, v.People, v.Parts, v.XOF)
	}
	s.ask("/request/approve", admin.MoveRequest{By: by("BAKARY"), ID: r.ID.String()}, &r)
	to := asked()
	for number, n := range to {
		if n != 1 {
			t.Errorf("…%s is asked %d times", number[len(number)-2:], n)
		}
	}
	if n := shown(); len(to) != 30 || n.Pending != 30 || n.Waiting != 0 {
		t.Fatalf("%d were asked; shown %+v", len(to), n)
	}
	s.say("+22366001100", "OUI")
	s.say("+22366001101", "NON")
	s.say("+22366001102", "STOP")
	s.send(bot.OutHandedOver)
	if n := shown(); n.Granted != 1 || n.Refused != 1 || n.Withdrawn != 1 || n.Pending != 27 {
		t.Errorf("after three answers: %+v", n)
	}
	if c, _ := s.contact("66001100"); c.Consent.State != bot.ConsentGranted || c.Enrolled.Via != bot.EnrolImport {
		t.Errorf("who said OUI: %+v", c.Consent)
	}

	_, same, _ := s.bring(listOf("a"), 9, rows...)
	_, other, _ := s.bring(listOf("b"), 9, append(rows, "66001199;F")...)
	if same.Run != done.Run {
		t.Errorf("the same file is list %s, and was %s", same.Run, done.Run)
	}
	var second admin.Run
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: other.Run}, &second)
	s.ask("/request/approve", admin.MoveRequest{By: by("BAKARY"), ID: second.ID.String()}, &second)
	if to := asked(); len(to) != 1 || to["+22366001199"] != 1 {
		t.Errorf("%d of the second list are asked, want who is new on it", len(to))
	}

	var begun admin.Import
	s.ask("/people/import/begin", admin.BeginImport{By: by("AMI"), ImportList: listOf("c")}, &begun)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: begun.Run}, http.StatusUnprocessableEntity, "desk.request_not_whole")
	s.ask("/people/import/forget", admin.AskImport{By: by("AMI"), Run: begun.Run, Reason: "une erreur"}, &begun)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: begun.Run}, http.StatusNotFound, "desk.request_no_list")
}
