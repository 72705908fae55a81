package admin_test

import (
	"errors"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/storage"
)

// The status tells what people said to whether an answer helped in the last thirty days; what fewer than five said is not told
// exactly.
func TestWhetherAnswersHelpedLately(t *testing.T) {
	s := newSite(t)
	var st admin.Status
	if s.ask("/status", admin.Nothing{}, &st); st.Helped != nil {
		t.Errorf("nobody was asked: %+v", st.Helped)
	}
	now := bot.At(s.Now())
	err := s.store.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(
			tx.AddHelped(now.Add(-30*24*time.Hour), bot.Helped{Yes: 50}),
			tx.AddHelped(now.Add(-29*24*time.Hour), bot.Helped{Yes: 3, NoReply: 20}),
			tx.AddHelped(now, bot.Helped{Yes: 4, No: 2}),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	s.ask("/status", admin.Nothing{}, &st)
	if want := (admin.HelpedDays{Days: 30, Yes: 7, No: -1, NoReply: 20}); st.Helped == nil || *st.Helped != want {
		t.Errorf("%+v, want %+v", st.Helped, want)
	}
}
