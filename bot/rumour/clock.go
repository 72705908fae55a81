package rumour

import (
	"cmp"
	"slices"
	"time"

	"tinye/bot"
	"tinye/locales"
)

// Calendar is by when a desk wants to have done things: its opening hours, and the clock by which it counts.
type Calendar struct {
	Hours Hours
	Clock bot.DeskClock // "" = elapsed
}

// After is the moment at which so much time has passed since start on the calendar's clock. Nothing is due before its
// start. A site without a calendar, or one that never opens, counts as on the wall.
func (c Calendar) After(start bot.Instant, target time.Duration) bot.Instant {
	target = max(0, target)
	if c.Hours.Zone == nil || c.Hours.never() || c.Clock != bot.ClockOpenDays && c.Clock != bot.ClockWorkingHours {
		return start.Add(target)
	}
	from := start.Time().In(c.Hours.Zone)
	year, month, day := from.Date()
	for ; ; day++ {
		for _, open := range c.counted(year, month, day) {
			begin := open.from
			if begin.Before(from) {
				begin = from
			}
			if left := open.to.Sub(begin); left > 0 && target <= left {
				return bot.At(begin.Add(target))
			} else if left > 0 {
				target -= left
			}
		}
	}
}

// interval is a stretch of time that a clock counts.
type interval struct{ from, to time.Time }

// counted are the stretches of a day that count, in order: none of a day on which the desk does not open.
func (c Calendar) counted(year int, month time.Month, day int) []interval {
	midnight := time.Date(year, month, day, 0, 0, 0, 0, c.Hours.Zone)
	spans := c.Hours.on(midnight)
	if len(spans) > 0 && c.Clock == bot.ClockOpenDays {
		return []interval{{midnight, time.Date(year, month, day+1, 0, 0, 0, 0, c.Hours.Zone)}}
	}
	list := make([]interval, len(spans))
	for i, s := range spans {
		list[i] = interval{
			time.Date(year, month, day, 0, s.From, 0, 0, c.Hours.Zone), time.Date(year, month, day, 0, s.To, 0, 0, c.Hours.Zone),
		}
	}
	return list
}

// on are the opening hours of the day on which t is, in the calendar's zone.
func (h Hours) on(t time.Time) []locales.Span {
	if h.Holidays[t.Format(time.DateOnly)] {
		return nil
	}
	return h.Week[(int(t.Weekday())+6)%7] // Monday first
}

// never tells whether no day of the week opens.
func (h Hours) never() bool {
	return !slices.ContainsFunc(h.Week[:], func(day []locales.Span) bool {
		return slices.ContainsFunc(day, func(s locales.Span) bool { return s.To > s.From })
	})
}

// Stage is what a desk gives itself a time for.
type Stage string

// Stages.
const (
	StageTriage   Stage = "triage"   // somebody has looked at it and put it in its place
	StageHolding  Stage = "holding"  // those who told it hear that it is being checked
	StageDecision Stage = "decision" // what was found is decided
	StageReview   Stage = "review"   // what is only watched is looked at again
)

// Stages are all stages, the first first.
func Stages() []Stage { return []Stage{StageTriage, StageHolding, StageDecision, StageReview} }

// Target is the time that the desk gives itself for a stage at a level of risk (domain §5); false where there is none. What
// nobody has assessed is given the time of a medium risk.
func Target(stage Stage, level bot.RiskLevel) (time.Duration, bool) {
	const day = 24 * time.Hour
	if level == "" {
		level = bot.RiskMedium
	}
	target, ok := map[Stage]map[bot.RiskLevel]time.Duration{
		StageTriage: {
			bot.RiskCritical: time.Hour, bot.RiskHigh: 4 * time.Hour, bot.RiskMedium: day, bot.RiskLow: 3 * day,
		},
		StageHolding: {bot.RiskCritical: 4 * time.Hour},
		StageDecision: {
			bot.RiskCritical: 12 * time.Hour, bot.RiskHigh: day, bot.RiskMedium: 2 * day, bot.RiskLow: 7 * day,
		},
	}[stage][level]
	return target, ok
}

// Due is by when a stage is to be done.
type Due struct {
	Stage Stage
	At    bot.Instant
}

// Late tells whether that time has passed.
func (d Due) Late(now bot.Instant) bool { return !d.At.IsZero() && d.At < now }

// Dues are what a rumour still waits for, the soonest first; none once it is decided. The times count from when it was made
// or reopened: how long its first report lay before that is that report's own matter.
func (c Calendar) Dues(r bot.Rumour) []Due {
	var stages []Stage
	switch r.State {
	case bot.RumourNew:
		stages = []Stage{StageTriage, StageHolding, StageDecision}
	case bot.RumourTriaged, bot.RumourInvestigating, bot.RumourReview:
		stages = []Stage{StageHolding, StageDecision}
	case bot.RumourWatching:
		if !r.ReviewAt.IsZero() {
			return []Due{{StageReview, r.ReviewAt}}
		}
	}
	var dues []Due
	for _, s := range stages {
		if s == StageHolding && isHeld(r) {
			continue
		}
		if target, ok := Target(s, r.Risk.Level); ok {
			dues = append(dues, Due{s, c.After(max(r.CreatedAt, r.ReopenedAt), target)})
		}
	}
	slices.SortStableFunc(dues, func(a, b Due) int { return cmp.Compare(a.At, b.At) })
	return dues
}

// ReportDue is by when somebody has to look at a report, false for one that needs no looking at: it is under a rumour, or the
// desk has labelled, answered or closed it. It counts from when it reached us, or
// from its alarm.
func (c Calendar) ReportDue(r bot.Report) (Due, bool) {
	level := alarmed(bot.Risk{}, r).Level
	if r.State != bot.ReportReceived || !r.Rumour.IsZero() || r.Label != "" {
		return Due{}, false
	}
	target, ok := Target(StageTriage, level)
	return Due{StageTriage, c.After(max(r.ReceivedAt, r.Alarm.At), target)}, ok
}
