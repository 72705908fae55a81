package rumour

import (
	"testing"
	"time"

	"tinye/bot"
	"tinye/locales"
)

func TestHours(t *testing.T) {
	h := Hours{Zone: time.UTC, Holidays: map[string]bool{"2026-12-25": true}}
	for day := range 5 {
		h.Week[day] = []locales.Span{{From: 10 * 60, To: 13 * 60}, {From: 14 * 60, To: 18 * 60}}
	}
	for at, want := range map[string]bool{
		"2026-11-23 09:59": false, "2026-11-23 10:00": true, "2026-11-23 13:30": false, // a Monday
		"2026-11-27 17:59": true, "2026-11-27 18:00": false, // a Friday
		"2026-11-28 11:00": false, "2026-11-29 11:00": false,
		"2026-12-25 11:00": false, "2026-12-24 11:00": true, // Christmas
	} {
		when, err := time.Parse("2006-01-02 15:04", at)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Open(bot.At(when)); got != want {
			t.Errorf("%s: open %v", at, got)
		}
	}
	if !(Hours{}).Open(bot.At(time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC))) {
		t.Error("a site without a calendar is always open")
	}
}
