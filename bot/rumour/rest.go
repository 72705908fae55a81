package rumour

import (
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

const (
	// monitorAfter is how long a rumour stands as published or withheld before it is only monitored.
	monitorAfter = 24 * time.Hour
	// quietDays and quietDaysHigh are after how many days in which nobody told it a monitored rumour is closed: the second for
	// high and critical risk.
	quietDays     = 14
	quietDaysHigh = 7
)

// Rest does what time brings about: a rumour whose reporters are all answered is monitored after a day, and closed when
// nobody has told it for a while. It tells whether the rumour changed.
func (d Desk) Rest(tx storage.Tx, id bot.ID, at bot.Instant) (bool, error) {
	r, err := tx.Rumour(id)
	if err != nil {
		return false, fmt.Errorf("rumour: rest: %w", err)
	}
	m, ok := d.resting(r, at)
	if !ok {
		return false, nil
	}
	m.tx, m.r.State = tx, m.line.To
	if m.verb == Quieten {
		m.r.ClosedAt, m.r.Reason, m.r.Since = at, bot.ClosedAnswered, 0
		if withheld(m.was) {
			m.r.Reason = bot.ClosedWithheld
		}
	}
	if m.r.QuietSince.IsZero() { // a row of before
		m.r.QuietSince = at
	}
	return true, m.save()
}

// Rests tells whether Rest would change a rumour.
func (d Desk) Rests(r bot.Rumour, at bot.Instant) bool {
	_, ok := d.resting(r, at)
	return ok
}

// resting is the move that time brings about now, if any. Its guards look at the row alone.
func (d Desk) resting(r bot.Rumour, at bot.Instant) (*moving, bool) {
	for _, v := range []Verb{Monitor, Quieten} {
		line, ok := moveFrom(r.State, v)
		if !ok {
			continue
		}
		m := &moving{desk: d, act: people.Act{At: at}, verb: v, line: line, r: r, was: r}
		met := !slices.ContainsFunc(line.Guards, func(g Guard) bool { return m.guard(g) != nil })
		return m, met
	}
	return nil, false
}

// guardSettled wants a day since the rumour was published or withheld.
func (m *moving) guardSettled() error {
	since := max(m.was.PublishedAt, m.was.DecidedAt)
	if m.act.At.Sub(since) < monitorAfter {
		return m.refuse("desk.close_waiting", "n", "0")
	}
	return nil
}

// guardQuiet wants days in which nobody told the rumour.
func (m *moving) guardQuiet() error {
	days := quietDays
	if height(m.was.Risk.Level) >= height(bot.RiskHigh) {
		days = quietDaysHigh
	}
	if m.act.At.Sub(m.was.QuietSince) < time.Duration(days)*24*time.Hour {
		return m.refuse("desk.close_waiting", "n", "0")
	}
	return nil
}
