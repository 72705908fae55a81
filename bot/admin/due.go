package admin

import (
	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
)

// Due is by when something is to be done, on the desk's clock.
type Due struct {
	Stage rumour.Stage `json:"stage"`
	At    bot.Instant  `json:"at"`
	Late  bool         `json:"late,omitempty"`
}

func dueOf(d rumour.Due, now bot.Instant) Due {
	return Due{Stage: d.Stage, At: d.At, Late: d.Late(now)}
}

// reportDue is by when somebody has to look at a report, nil where nothing is to be looked at.
func reportDue(h *hotline.Service, r bot.Report, now bot.Instant) *Due {
	d, ok := h.Site.Calendar().ReportDue(r)
	if !ok {
		return nil
	}
	due := dueOf(d, now)
	return &due
}

// rumourDues are what a rumour waits for, the soonest first.
func rumourDues(h *hotline.Service, r bot.Rumour, now bot.Instant) []Due {
	var dues []Due
	for _, d := range h.Site.Calendar().Dues(r) {
		dues = append(dues, dueOf(d, now))
	}
	return dues
}
