package people

import (
	"slices"
	"time"

	"tinye/bot"
)

// Limits are the site's guards against floods (dialogues §6); 0 switches one off.
type Limits struct {
	Burst int           // texts from one number in ten minutes
	Day   int           // texts from one number in a day
	Join  time.Duration // a second text within this joins the first one's report
}

const (
	burstWindow = 10 * time.Minute
	// ackEvery is how often a number in a flood gets a reply.
	ackEvery = time.Hour
)

// Counts tells whether the limits need a count of a number's texts at all.
func (l Limits) Counts() bool { return l.Burst > 0 || l.Day > 0 || l.Join > 0 }

// Count notes one more text in today's activity and tells whether the number is in a flood. It goes by when texts were
// written, so that those which an outage held back are no flood when they come together. yesterday's activity counts for
// the ten minutes around midnight.
func (l Limits) Count(today *bot.Activity, yesterday bot.Activity, written bot.Instant) (flood bool) {
	today.Texts++
	recent := slices.Concat(yesterday.Recent, today.Recent)
	recent = append(slices.DeleteFunc(recent, func(t bot.Instant) bool { return apart(t, written) >= burstWindow }), written)
	if keep := max(l.Burst+1, 1); len(recent) > keep {
		recent = recent[len(recent)-keep:]
	}
	today.Recent = recent
	return l.Burst > 0 && len(recent) > l.Burst || l.Day > 0 && today.Texts > l.Day
}

// MayReply tells whether a text may be replied to now, and if so notes it: in a flood a number gets one reply an hour.
func MayReply(today *bot.Activity, yesterday bot.Activity, flood bool, at bot.Instant) bool {
	if flood && at.Sub(max(today.LastAck, yesterday.LastAck)) < ackEvery {
		return false
	}
	today.LastAck = at
	return true
}

// reportsOfDay is how many reports of a day are remembered beside their sender.
const reportsOfDay = 5

// Told notes in today's activity that a text became a report, or joined one.
func Told(today *bot.Activity, report bot.ID, written bot.Instant) {
	today.Report, today.ReportAt = report, written
	if slices.Contains(today.Reports, report) {
		return
	}
	list := append(slices.Clone(today.Reports), report)
	today.Reports = list[max(0, len(list)-reportsOfDay):]
}

// Joins tells whether a text belongs to the number's last report: both were written within a short time, and no STOP came
// between them.
func (l Limits) Joins(today, yesterday bot.Activity, c bot.Contact, written bot.Instant) (bot.ID, bool) {
	last := today
	if last.Report.IsZero() {
		last = yesterday
	}
	if l.Join <= 0 || last.Report.IsZero() || apart(last.ReportAt, written) > l.Join || c.Stopped() && last.ReportAt <= c.StoppedAt {
		return bot.ID{}, false
	}
	return last.Report, true
}

// apart is the time between two moments.
func apart(a, b bot.Instant) time.Duration { return a.Sub(b).Abs() }
