package people

import (
	"time"

	"tinye/bot"
)

// Quiet are the hours in which a phone should not ring, in minutes since midnight of the zone; From = To is never.
type Quiet struct {
	From, To int
	Zone     *time.Location
}

// Until tells whether the moment is in the quiet hours, and when they end.
func (q Quiet) Until(at bot.Instant) (bot.Instant, bool) {
	if q.From == q.To || q.Zone == nil {
		return 0, false
	}
	t := at.Time().In(q.Zone)
	minute := t.Hour()*60 + t.Minute()
	inside := minute >= q.From && minute < q.To
	if q.From > q.To { // over midnight
		inside = minute >= q.From || minute < q.To
	}
	if !inside {
		return 0, false
	}
	day := t.Day()
	if minute >= q.To {
		day++
	}
	end := time.Date(t.Year(), t.Month(), day, q.To/60, q.To%60, 0, 0, q.Zone)
	return bot.At(end), true
}
