package rumour

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/locales"
)

// at reads a moment of Bamako.
func at(t *testing.T, s string) bot.Instant {
	t.Helper()
	when, err := time.Parse("2006-01-02 15:04", s)
	if err != nil {
		t.Fatal(err)
	}
	return bot.At(when)
}

// officeHours is a desk that is open Monday to Friday from 10 to 18.
func officeHours(holidays ...string) Hours {
	h := Hours{Zone: time.UTC, Holidays: make(map[string]bool)}
	for day := range 5 {
		h.Week[day] = []locales.Span{{From: 10 * 60, To: 18 * 60}}
	}
	for _, day := range holidays {
		h.Holidays[day] = true
	}
	return h
}

// A request on a Friday at 17:30 that is to be answered in 24 hours (domain §1, row 0.8), and what lies beside it.
func TestThreeClocks(t *testing.T) {
	const friday = "2026-11-20 17:30"
	for _, c := range []struct {
		why, start, want string
		clock            bot.DeskClock
		target           time.Duration
		holidays         []string
	}{
		{"elapsed", friday, "2026-11-21 17:30", bot.ClockElapsed, 24 * time.Hour, nil},
		{"no clock is elapsed", friday, "2026-11-21 17:30", "", 24 * time.Hour, nil},
		{"open days", friday, "2026-11-23 17:30", bot.ClockOpenDays, 24 * time.Hour, nil},
		{"working hours", friday, "2026-11-25 17:30", bot.ClockWorkingHours, 24 * time.Hour, nil},
		{"elapsed knows no holiday", friday, "2026-11-21 17:30", bot.ClockElapsed, 24 * time.Hour, []string{"2026-11-21"}},
		{"open days, Monday a holiday", friday, "2026-11-24 17:30", bot.ClockOpenDays, 24 * time.Hour, []string{"2026-11-23"}},
		{"working hours, Monday a holiday", friday, "2026-11-26 17:30", bot.ClockWorkingHours, 24 * time.Hour, []string{"2026-11-23"}},
		{"the Friday itself a holiday", friday, "2026-11-24 00:00", bot.ClockOpenDays, 24 * time.Hour, []string{"2026-11-20"}},
		{"on a Sunday, an open day", "2026-11-22 11:00", "2026-11-24 00:00", bot.ClockOpenDays, 24 * time.Hour, nil},
		{"on a Sunday, an hour at work", "2026-11-22 11:00", "2026-11-23 11:00", bot.ClockWorkingHours, time.Hour, nil},
		{"before it opens", "2026-11-23 06:00", "2026-11-23 11:00", bot.ClockWorkingHours, time.Hour, nil},
		{"after it closed", "2026-11-23 18:00", "2026-11-24 11:00", bot.ClockWorkingHours, time.Hour, nil},
		{"to the end of a day", "2026-11-23 10:00", "2026-11-23 18:00", bot.ClockWorkingHours, 8 * time.Hour, nil},
	} {
		got := Calendar{Hours: officeHours(c.holidays...), Clock: c.clock}.After(at(t, c.start), c.target)
		if want := at(t, c.want); got != want {
			t.Errorf("%s: due %s, want %s", c.why, got.Time(), want.Time())
		}
	}
}

func TestClockOfASiteWithoutOpeningHours(t *testing.T) {
	start := at(t, "2026-11-20 17:30")
	for _, h := range []Hours{{}, {Zone: time.UTC}} {
		for _, clock := range bot.DeskClocks() {
			if got := (Calendar{Hours: h, Clock: clock}).After(start, 24*time.Hour); got != start.Add(24*time.Hour) {
				t.Errorf("%s: due %s", clock, got.Time())
			}
		}
	}
}

// drawCalendar is any desk that opens at least once a week, in a zone with or without summer time.
func drawCalendar(t *rapid.T) Calendar {
	zone, err := time.LoadLocation(rapid.SampledFrom([]string{"Africa/Bamako", "Europe/Paris"}).Draw(t, "zone"))
	if err != nil {
		t.Fatal(err)
	}
	h := Hours{Zone: zone, Holidays: make(map[string]bool)}
	for day := range h.Week {
		for from := 0; rapid.Bool().Draw(t, "span") && from < 1400; {
			span := locales.Span{From: rapid.IntRange(from, 1400).Draw(t, "from")}
			span.To = rapid.IntRange(span.From+1, 1440).Draw(t, "to")
			h.Week[day], from = append(h.Week[day], span), span.To+1
		}
	}
	if h.never() {
		h.Week[rapid.IntRange(0, 6).Draw(t, "day")] = []locales.Span{{From: 9 * 60, To: 17 * 60}}
	}
	for range rapid.IntRange(0, 20).Draw(t, "holidays") {
		h.Holidays[time.Date(2026, 3, 1+rapid.IntRange(0, 60).Draw(t, "holiday"), 0, 0, 0, 0, zone).Format(time.DateOnly)] = true
	}
	return Calendar{Hours: h, Clock: rapid.SampledFrom(bot.DeskClocks()).Draw(t, "clock")}
}

func TestDueTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := drawCalendar(t)
		moment := rapid.Custom(func(t *rapid.T) bot.Instant {
			return bot.At(time.Date(2026, 3, 1, 0, rapid.IntRange(0, 60*24*60).Draw(t, "minute"), 0, 0, time.UTC))
		})
		start, later := moment.Draw(t, "start"), moment.Draw(t, "later")
		start, later = min(start, later), max(start, later)
		target := time.Duration(rapid.IntRange(1, 200*60).Draw(t, "target")) * time.Minute
		more := target + time.Duration(rapid.IntRange(0, 50*60).Draw(t, "more"))*time.Minute

		due := c.After(start, target)
		if due < start.Add(target) {
			t.Fatalf("%s: %s after %s is %s, sooner than on the wall", c.Clock, target, start.Time(), due.Time())
		}
		if c.After(later, target) < due {
			t.Fatal("what began later is due sooner")
		}
		if c.After(start, more) < due {
			t.Fatal("a longer target is due sooner")
		}
		// What lies between start and due and is counted is the target, and nothing else.
		counted := time.Duration(0)
		day := start.Time().In(c.Hours.Zone)
		for y, m, d := day.Year(), day.Month(), day.Day()-1; ; d++ {
			midnight := time.Date(y, m, d, 0, 0, 0, 0, c.Hours.Zone)
			if midnight.After(due.Time()) {
				break
			}
			next := time.Date(y, m, d+1, 0, 0, 0, 0, c.Hours.Zone)
			spans := c.Hours.on(midnight)
			switch {
			case c.Clock == bot.ClockElapsed || c.Clock == bot.ClockOpenDays && len(spans) > 0:
				counted += overlap(start.Time(), due.Time(), midnight, next)
			case c.Clock == bot.ClockWorkingHours:
				for _, s := range spans {
					counted += overlap(start.Time(), due.Time(), time.Date(y, m, d, 0, s.From, 0, 0, c.Hours.Zone), time.Date(y, m, d, 0, s.To, 0, 0, c.Hours.Zone))
				}
			}
		}
		if counted != target {
			t.Fatalf("%s: %s were counted from %s to %s, want %s", c.Clock, counted, start.Time(), due.Time(), target)
		}
	})
}

func overlap(from, to, begin, end time.Time) time.Duration {
	if begin.Before(from) {
		begin = from
	}
	if end.After(to) {
		end = to
	}
	return max(0, end.Sub(begin))
}

func TestDuesOfARumour(t *testing.T) {
	made := at(t, "2026-11-23 10:00")
	risk := func(l bot.RiskLevel) bot.Risk { return bot.Risk{Level: l} }
	for _, c := range []struct {
		why  string
		r    bot.Rumour
		want []Due
	}{
		{"new and critical", bot.Rumour{State: bot.RumourNew, CreatedAt: made, Risk: risk(bot.RiskCritical)}, []Due{
			{StageTriage, at(t, "2026-11-23 11:00")}, {StageHolding, at(t, "2026-11-23 14:00")}, {StageDecision, at(t, "2026-11-23 22:00")},
		}},
		{"new and not assessed", bot.Rumour{State: bot.RumourNew, CreatedAt: made}, []Due{
			{StageTriage, at(t, "2026-11-24 10:00")}, {StageDecision, at(t, "2026-11-25 10:00")},
		}},
		{"investigated, high", bot.Rumour{State: bot.RumourInvestigating, CreatedAt: made, Risk: risk(bot.RiskHigh)}, []Due{
			{StageDecision, at(t, "2026-11-24 10:00")},
		}},
		{"reopened", bot.Rumour{State: bot.RumourInvestigating, CreatedAt: made, ReopenedAt: made.Add(48 * time.Hour), Risk: risk(bot.RiskLow)}, []Due{
			{StageDecision, at(t, "2026-12-02 10:00")},
		}},
		{"watched", bot.Rumour{State: bot.RumourWatching, CreatedAt: made, ReviewAt: made.Add(time.Hour)}, []Due{{StageReview, made.Add(time.Hour)}}},
		{"decided", bot.Rumour{State: bot.RumourDecided, CreatedAt: made, Risk: risk(bot.RiskCritical)}, nil},
		{"closed", bot.Rumour{State: bot.RumourClosed, CreatedAt: made}, nil},
	} {
		if got := (Calendar{}).Dues(c.r); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.why, got, c.want)
		}
	}
	due := Due{StageTriage, made}
	if due.Late(made) || !due.Late(made.Add(time.Minute)) {
		t.Error("a thing is late once its time has passed, and not before")
	}
}

func TestDueOfAReport(t *testing.T) {
	r := bot.Report{State: bot.ReportReceived, ReceivedAt: at(t, "2026-11-20 17:30")}
	c := Calendar{Hours: officeHours(), Clock: bot.ClockWorkingHours}
	alarm := r
	alarm.Alarm = bot.Alarm{At: r.ReceivedAt, Code: "attack"}
	if d, ok := c.ReportDue(alarm); !ok || d.At != at(t, "2026-11-23 10:30") {
		t.Errorf("a report of an alarm is due %v, %v", d, ok)
	}
	if d, ok := c.ReportDue(r); !ok || d.At != at(t, "2026-11-25 17:30") {
		t.Errorf("any other report is due %v, %v", d, ok)
	}
	linked, closed, question := r, r, r
	linked.State, closed.State, question.Label = bot.ReportLinked, bot.ReportClosed, bot.LabelQuestion
	for _, done := range []bot.Report{linked, closed, question} {
		if d, ok := c.ReportDue(done); ok {
			t.Errorf("nothing is due of a report that is %s %s: %v", done.State, done.Label, d)
		}
	}
}
