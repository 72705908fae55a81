package admin_test

import (
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// Twelve people dial; seven of them break off at the themes, two at the words. The status says where people leave, and
// that there are a few at the words without saying how many.
func TestStatusTellsWherePeopleLeaveTheMenus(t *testing.T) {
	s := newSite(t)
	dial := func(n int, inputs ...string) {
		for hop, text := range append([]string{""}, inputs...) {
			_, err := s.Receive(t.Context(), bot.Inbound{
				Gateway: "sim", Channel: bot.ChannelUSSD, SessionID: fmt.Sprint("s", n), Hop: fmt.Sprint(hop),
				Sender: fmt.Sprintf("701234%02d", n), To: "*384#", Text: bot.Text(text),
			})
			must(t, err)
		}
	}
	for n := range 12 {
		switch {
		case n < 7:
			dial(n, "1", "ga")
		case n < 9:
			dial(n, "1", "ga", "1")
		default:
			dial(n, "5", "7", "2")
		}
	}
	s.store.Time.Add(10 * time.Minute)
	must(t, s.Sweep(t.Context()))
	var st admin.Status
	s.ask("/status", admin.Nothing{}, &st)
	got := map[string]string{}
	for _, screen := range st.Screens {
		got[screen.Screen] = fmt.Sprintf("shown %v wrong %v left %v %d%%", screen.Shown, screen.Wrong, screen.Left, screen.LeftPercent)
		if screen.Flow != "youth" || screen.Version != s.Flow.Version() {
			t.Errorf("%s of %s %s", screen.Screen, screen.Flow, screen.Version)
		}
	}
	for screen, want := range map[string]string{
		"home":  "shown 12 wrong 0 left 0 0%",
		"theme": "shown 9 wrong 0 left 7 78%",
		"words": "shown <5 wrong 0 left <5 -1%",
		"help":  "shown <5 wrong <5 left 0 -1%",
	} {
		if got[screen] != want {
			t.Errorf("%s: %s, want %s", screen, got[screen], want)
		}
	}
	s.store.Time.Add(8 * 24 * time.Hour)
	st = admin.Status{}
	if s.ask("/status", admin.Nothing{}, &st); len(st.Screens) > 0 {
		t.Errorf("a week later: %+v", st.Screens)
	}
}
