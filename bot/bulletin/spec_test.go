package bulletin

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// zones with no change of the clock, with one of an hour, with one of half an hour, with one at midnight, and one that once left out a whole day.
func zonesToTry() []string {
	return []string{"Africa/Bamako", "Europe/Paris", "Australia/Lord_Howe", "America/Havana", "Pacific/Apia", "America/New_York"}
}

// field is one field of a spec: its text, and what it names.
type field struct {
	text string
	set  map[int]bool
}

// drawField draws a field of numbers between low and high; "every" may be drawn where it makes sense.
func drawField(t *rapid.T, name string, low, high int, every bool) field {
	f := field{set: map[int]bool{}}
	add := func(from, to, step int) {
		for n := from; n <= to; n += step {
			f.set[n] = true
		}
	}
	kind := rapid.IntRange(0, 3).Draw(t, name+" is")
	switch {
	case kind == 0 && every:
		f.text = "*"
		add(low, high, 1)
	case kind == 1 && every:
		from := rapid.IntRange(low, high).Draw(t, name+" from")
		to := rapid.IntRange(from, high).Draw(t, name+" to")
		step := rapid.IntRange(1, 3).Draw(t, name+" step")
		f.text = fmt.Sprintf("%d-%d/%d", from, to, step)
		add(from, to, step)
	case kind == 2 && every:
		one, other := rapid.IntRange(low, high).Draw(t, name+" one"), rapid.IntRange(low, high).Draw(t, name+" other")
		f.text = fmt.Sprintf("%d,%d", one, other)
		add(one, one, 1)
		add(other, other, 1)
	default:
		n := rapid.IntRange(low, high).Draw(t, name)
		f.text = fmt.Sprint(n)
		add(n, n, 1)
	}
	return f
}

// wall is what a clock shows: a day and a minute.
type wall struct {
	year   int
	month  time.Month
	day    int
	minute int
}

func wallOf(t time.Time) wall {
	return wall{t.Year(), t.Month(), t.Day(), t.Hour()*60 + t.Minute()}
}

// nextMinute is the wall time a minute later, on a clock that nobody changes.
func (w wall) next() wall {
	return wallOf(time.Date(w.year, w.month, w.day, 0, w.minute+1, 0, 0, time.UTC))
}

// minuteByMinute goes through every minute between two times and gives those at which the clock shows, for the first time, what is named, or at which it
// jumps over it.
func minuteByMinute(zone *time.Location, from, to time.Time, named func(wall) bool) (found []time.Time) {
	seen := map[wall]bool{}
	begin := from.Add(-26 * time.Hour).Truncate(time.Minute)
	expected := wallOf(begin.In(zone))
	for at := begin; !at.After(to); at = at.Add(time.Minute) {
		now := wallOf(at.In(zone))
		shows := []wall{now}
		if now != expected && time.Date(now.year, now.month, now.day, 0, now.minute, 0, 0, time.UTC).
			After(time.Date(expected.year, expected.month, expected.day, 0, expected.minute, 0, 0, time.UTC)) {
			for w := expected; w != now; w = w.next() { // left out
				shows = append(shows, w)
			}
		}
		hit := false
		for _, w := range shows {
			if !seen[w] && named(w) {
				hit = true
			}
			seen[w] = true
		}
		if hit && at.After(from) {
			found = append(found, at)
		}
		expected = now.next()
	}
	return found
}

// What a spec gives is what somebody finds who goes through every minute and looks at the clock of the zone.
func TestNextTimesAreThoseOfAClock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.SampledFrom(zonesToTry()).Draw(t, "zone")
		zone, err := time.LoadLocation(name)
		if err != nil {
			t.Fatal(err)
		}
		minute, hour := drawField(t, "minute", 0, 59, false), drawField(t, "hour", 0, 23, rapid.Bool().Draw(t, "hours"))
		dom, month, dow := drawField(t, "day", 1, 31, true), drawField(t, "month", 1, 12, true), drawField(t, "weekday", 0, 6, true)
		text := fmt.Sprintf("%s %s %s %s %s", minute.text, hour.text, dom.text, month.text, dow.text)
		named := func(w wall) bool {
			if !minute.set[w.minute%60] || !hour.set[w.minute/60] || !month.set[int(w.month)] {
				return false
			}
			weekday := int(time.Date(w.year, w.month, w.day, 12, 0, 0, 0, time.UTC).Weekday())
			if dom.text != "*" && dow.text != "*" {
				return dom.set[w.day] || dow.set[weekday]
			}
			return dom.set[w.day] && dow.set[weekday]
		}
		// Around a change of the clock of 2026 or, for Samoa, the day that there was not.
		changes := []time.Time{
			time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC), time.Date(2026, 4, 4, 15, 0, 0, 0, time.UTC),
			time.Date(2026, 10, 3, 15, 30, 0, 0, time.UTC), time.Date(2026, 3, 8, 5, 0, 0, 0, time.UTC), time.Date(2026, 11, 1, 5, 0, 0, 0, time.UTC),
			time.Date(2011, 12, 30, 10, 0, 0, 0, time.UTC), time.Date(2028, 2, 29, 0, 0, 0, 0, time.UTC),
		}
		from := rapid.SampledFrom(changes).Draw(t, "near").Add(time.Duration(rapid.IntRange(-4*24*60, 2*24*60).Draw(t, "minutes off")) * time.Minute)
		to := from.Add(6 * 24 * time.Hour)
		read, err := readSpec(text, name)
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		var got []time.Time
		for at := from; ; {
			next, ok := read.next(at)
			if !ok || next.After(to) {
				break
			}
			got, at = append(got, next.UTC()), next
		}
		if want := minuteByMinute(zone, from.UTC(), to, named); !slices.EqualFunc(got, want, time.Time.Equal) {
			t.Fatalf("%q in %s from %s: %v, want %v", text, name, from, got, want)
		}
	})
}

// The measured pitfalls: each day has its moment, once.
func TestSpecsAroundChangesOfTheClock(t *testing.T) {
	for _, c := range []struct{ text, zone, after, want string }{
		{"0 8 * * 1", "Africa/Bamako", "2026-11-21T12:00:00Z", "2026-11-23T08:00:00Z"},
		{"30 2 * * *", "Europe/Paris", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z"}, // there is no 02:30: the clock jumps then
		{"30 2 * * *", "Europe/Paris", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"}, // 02:30 comes twice: once is enough
		{"0 9 1 * MON", "Africa/Bamako", "2026-11-21T12:00:00Z", "2026-11-23T09:00:00Z"},
		{"0 9 29 2 *", "Africa/Bamako", "2026-11-21T12:00:00Z", "2028-02-29T09:00:00Z"},
		{"0 9 29 2 *", "Africa/Bamako", "2096-11-21T12:00:00Z", "2104-02-29T09:00:00Z"}, // 2100 has none
		{"0 9 31 2 *", "Africa/Bamako", "2026-11-21T12:00:00Z", ""},
	} {
		read, err := readSpec(c.text, c.zone)
		if err != nil {
			t.Fatal(err)
		}
		after, err := time.Parse(time.RFC3339, c.after)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if next, ok := read.next(after); ok {
			got = next.UTC().Format(time.RFC3339)
		}
		if got != c.want {
			t.Errorf("%q in %s after %s: %s, want %s", c.text, c.zone, c.after, got, c.want)
		}
	}
}

// Whatever somebody types is a spec or is refused.
func FuzzReadSpec(f *testing.F) {
	for _, text := range []string{"0 8 * * 1", "TZ=", "CRON_TZ=0", "@daily", "@every 1s", "", "61 8 * * *", "0 8 1-0 * *", "0/0 8 * * *", "0 8 * * MON-FRI"} {
		f.Add(text, "Africa/Bamako")
	}
	f.Add("0 8 * * 1", "../../etc/passwd")
	f.Fuzz(func(t *testing.T, text, zone string) {
		read, err := readSpec(text, zone)
		if err != nil {
			return
		}
		from := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
		if next, ok := read.next(from); ok && !next.After(from) {
			t.Errorf("%q in %q: %s is not after %s", text, zone, next, from)
		}
	})
}
