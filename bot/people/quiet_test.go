package people

import (
	"testing"
	"time"

	"tinye/bot"
)

func TestQuietHours(t *testing.T) {
	night := Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	nap := Quiet{From: 13 * 60, To: 14*60 + 30, Zone: time.UTC}
	for _, c := range []struct {
		quiet Quiet
		at    string
		until string // "" = not quiet
	}{
		{night, "2026-11-23 20:59", ""},
		{night, "2026-11-23 21:00", "2026-11-24 07:00"},
		{night, "2026-11-23 23:59", "2026-11-24 07:00"},
		{night, "2026-11-24 00:00", "2026-11-24 07:00"},
		{night, "2026-11-24 06:59", "2026-11-24 07:00"},
		{night, "2026-11-24 07:00", ""},
		{night, "2026-12-31 22:00", "2027-01-01 07:00"},
		{nap, "2026-11-23 12:59", ""},
		{nap, "2026-11-23 13:00", "2026-11-23 14:30"},
		{nap, "2026-11-23 14:30", ""},
		{Quiet{From: 60, To: 60, Zone: time.UTC}, "2026-11-23 01:00", ""},
		{Quiet{}, "2026-11-23 01:00", ""},
	} {
		end, quiet := c.quiet.Until(instant(t, c.at))
		if !quiet && c.until != "" || quiet && (c.until == "" || end != instant(t, c.until)) {
			t.Errorf("%s: quiet %v until %v, want %q", c.at, quiet, end, c.until)
		}
	}
}

// A zone east of Mali: the hours are the zone's, not UTC's.
func TestQuietHoursOfAZone(t *testing.T) {
	east := time.FixedZone("east", 3*3600)
	q := Quiet{From: 21 * 60, To: 7 * 60, Zone: east}
	if end, quiet := q.Until(instant(t, "2026-11-23 18:30")); !quiet || end != instant(t, "2026-11-24 04:00") {
		t.Errorf("21:30 there: quiet %v until %v", quiet, end)
	}
}

func TestAFreshMessageIsRepliedToAtNight(t *testing.T) {
	q := Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	now := instant(t, "2026-11-23 23:00")
	for age, held := range map[time.Duration]bool{0: false, 14 * time.Minute: false, 15 * time.Minute: true, time.Hour: true} {
		if _, got := q.Quietly(now.Add(-age), now); got != held {
			t.Errorf("a message of %v: held %v", age, got)
		}
	}
	if _, held := q.Quietly(0, now); !held {
		t.Error("what replies to nothing waits for the morning")
	}
}

func instant(t *testing.T, s string) bot.Instant {
	t.Helper()
	at, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return bot.At(at)
}
