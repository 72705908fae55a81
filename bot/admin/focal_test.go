package admin_test

import (
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// Status says how many wait for the protection focal point, and that nobody is there to read them.
func TestStatusTellsWhatWaitsForTheFocalPoint(t *testing.T) {
	s := newSite(t)
	var st admin.Status
	if s.ask("/status", admin.Nothing{}, &st); st.Focal == nil || !st.Focal.NoPhone || st.Focal.NoFocal {
		t.Errorf("nobody can be told by SMS: %+v", st.Focal)
	}
	s.ask("/user/number", admin.SetNumber{By: by("ROOT"), Name: "FOUSSENI", Number: "66000098"}, &admin.Number{})
	st = admin.Status{}
	if s.ask("/status", admin.Nothing{}, &st); st.Focal != nil {
		t.Errorf("nothing waits and somebody is there: %+v", st.Focal)
	}
	for _, text := range []string{"", "5", "1", "Un enfant est battu chez nous"} {
		_, err := s.Receive(t.Context(), bot.Inbound{
			Gateway: "sim", Channel: bot.ChannelUSSD, SessionID: "s", Hop: "hop " + text, Sender: fanta, To: "*384#", Text: bot.Text(text),
		})
		must(t, err)
	}
	s.tell(moussa, "On dit que le pont est coupé")
	if s.ask("/status", admin.Nothing{}, &st); st.Focal == nil || st.Focal.Waiting.N != 1 || st.Focal.NoFocal || st.Focal.NoPhone {
		t.Errorf("one waits and somebody is there: %+v", st.Focal)
	}
	empty := emptySite(t)
	must(t, empty.Store.Update(t.Context(), func(tx storage.Tx) error {
		return tx.PutUser(bot.User{Name: "ROOT", Roles: []bot.Role{bot.RoleAdmin}}, 0)
	}))
	var alone admin.Status
	if empty.ask("/status", admin.Nothing{}, &alone); alone.Focal == nil || !alone.Focal.NoFocal {
		t.Errorf("nobody has the role: %+v", alone.Focal)
	}
}
