package admin_test

import (
	"net/http"
	"strings"
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/bulletin"
	"tinye/storage"
)

// listed imports so many people, who agreed to nothing, and gives the list's id.
func (s *site) listed(n int) bot.ID {
	s.t.Helper()
	id := s.NewID()
	var rows []bulletin.Listed
	must(s.t, s.Store.Update(s.t.Context(), func(tx storage.Tx) error {
		rows = nil
		for i := range n {
			number := bot.Address{Kind: bot.Phone, Value: "+2236500000" + string(rune('0'+i))}
			c := bot.Contact{Key: s.Store.ContactKey(number), Number: number, Lang: bot.French}
			rows = append(rows, bulletin.Listed{Row: i + 1, Contact: c.Key})
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		return nil
	}))
	s.Lists = func(_ storage.Tx, list bot.ID, after, limit int) ([]bulletin.Listed, error) {
		if list != id || after >= len(rows) {
			return nil, nil
		}
		return rows[after:min(len(rows), after+limit)], nil
	}
	return id
}

func (w *walk) requests() {
	w.t.Helper()
	var r admin.Run
	list := w.listed(3)
	w.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list.String()}, &r)
	w.asked["/request/new"] = true
	id := r.ID.String()
	events := w.all()
	if e := events[len(events)-1]; e.Kind != "request.prepared" || e.Key != id || e.Actor != "AMI" || e.Reason != list.String() {
		w.t.Errorf("/request/new left %+v", e)
	}
	w.does("/request/approve", admin.MoveRequest{By: by("BAKARY"), ID: id}, &r, "BAKARY", "request.approved", id)
	w.does("/request/withdraw", admin.MoveRequest{By: by("AMI"), ID: id, Reason: "x"}, &r, "AMI", "request.withdrawn", id)
}

// On the socket: no such list, whoever prepared it, pressed twice, previewed, approved.
func TestARequestOnTheSocket(t *testing.T) {
	s := newSite(t)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: "482918"}, http.StatusNotFound, "desk.request_no_list")
	list := s.listed(7)
	s.refused("/request/new", admin.NewRequest{By: by("AMI"), List: s.NewID().String()}, http.StatusNotFound, "desk.request_no_list")
	var r, again admin.Run
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list.String()}, &r)
	s.ask("/request/new", admin.NewRequest{By: by("AMI"), List: list.String()}, &again)
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
