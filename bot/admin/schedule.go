package admin

import (
	"context"
	"net/http"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/storage"
)

type (
	// ScheduleBulletin sets when a bulletin is sent: at a moment, by a cron spec, or by hand (None).
	ScheduleBulletin struct {
		By
		Ref   string `json:"ref"`
		At    string `json:"at,omitempty"`           // 2026-11-23 08:00, on the site's clock
		Cron  string `json:"cron,omitempty"`         // minute hour day month weekday
		Zone  string `json:"zone,omitempty"`         // of Cron, an IANA name; the site's without it
		Late  int    `json:"late_minutes,omitempty"` // how late it may begin after downtime; 360 without it
		None  bool   `json:"none,omitempty"`
		Parts int    `json:"parts,omitempty"` // of a digest: the most parts of its SMS
	}
	// Scheduled is the answer.
	Scheduled struct {
		Ref      bot.Ref           `json:"ref"`
		State    bot.BulletinState `json:"state"`
		Schedule *Schedule         `json:"schedule"` // null where it is sent by hand
	}
	// Schedule is when a bulletin is sent, and what became of its last moments.
	Schedule struct {
		At     bot.Instant    `json:"at,omitzero"`
		Cron   string         `json:"cron,omitempty"`
		Zone   string         `json:"zone,omitempty"`
		Late   int            `json:"late_minutes,omitempty"`
		Parts  int            `json:"parts,omitempty"` // of a digest
		Coming []bot.Instant  `json:"coming"`          // the next ones; none of what is over
		Held   bot.Instant    `json:"held,omitzero"`   // the first of them lies in quiet hours, which end then
		Either bool           `json:"either,omitempty"`
		Last   bot.Instant    `json:"last,omitzero"`    // for which a run was begun
		Missed bot.Instant    `json:"missed,omitzero"`  // the last moment for which none was
		Why    bot.SkipReason `json:"why,omitempty"`    // of Missed
		SetBy  string         `json:"set_by,omitempty"` // an account
	}
	// MissedMoment is a moment at which a bulletin was to be sent and was not.
	MissedMoment struct {
		Ref bot.Ref        `json:"ref"`
		At  bot.Instant    `json:"at"`
		Why bot.SkipReason `json:"why"`
	}
)

// schedulePaths are the endpoints of this file.
func (s *Server) schedulePaths() map[string]http.Handler {
	return map[string]http.Handler{"/bulletin/schedule": open(s, s.scheduleBulletin)}
}

func (s *Server) scheduleBulletin(ctx context.Context, h *hotline.Service, q ScheduleBulletin) (Scheduled, error) {
	act := s.act(h, q.By)
	plan := bulletin.Plan{At: q.At, Cron: q.Cron, Zone: q.Zone, Late: time.Duration(q.Late) * time.Minute, Parts: q.Parts}
	var b bot.Bulletin
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		if _, err := act.Actor(tx, readers()...); err != nil { // before anything else is said
			return err
		}
		if timed := q.At != "" || q.Cron != ""; timed == q.None {
			return bot.Fault(bot.CodeInvalid, "desk.schedule_one")
		}
		b, err = h.Bulletins().Schedule(tx, act, q.Ref, plan)
		return err
	})
	return Scheduled{Ref: b.Ref, State: b.State, Schedule: scheduleOf(h, b, act.At)}, err
}

// scheduleOf is when a bulletin is sent, nil where it always was by hand.
func scheduleOf(h *hotline.Service, b bot.Bulletin, now bot.Instant) *Schedule {
	s := b.Schedule
	if s.ByHand() && s.Skipped.IsZero() {
		return nil
	}
	shown := &Schedule{
		At: s.Once, Cron: s.Cron, Zone: s.Zone, Late: int(s.Late / time.Minute), Parts: b.Parts, Last: s.Last, Missed: s.Skipped, Why: s.Why,
		SetBy: s.SetBy, Coming: []bot.Instant{},
	}
	switch b.State {
	case bot.BulletinSent, bot.BulletinExpired, bot.BulletinWithdrawn:
		return shown
	}
	coming, either := bulletin.Moments(b, now, bulletin.Shown)
	shown.Coming, shown.Either = append(shown.Coming, coming...), either
	if len(coming) > 0 {
		if until, quiet := h.Site.Quiet.Quietly(0, coming[0]); quiet {
			shown.Held = until
		}
	}
	return shown
}

// missedShown is how many moments that were let pass the status names.
const missedShown = 5

// missedMoments are moments at which something was to be sent and was not, as far as somebody should look at it.
func missedMoments(tx storage.Tx, now bot.Instant) ([]MissedMoment, error) {
	list, err := bulletin.Missed(tx, now, missedShown)
	if err != nil {
		return nil, err
	}
	var missed []MissedMoment
	for _, b := range list {
		missed = append(missed, MissedMoment{Ref: b.Ref, At: b.Schedule.Skipped, Why: b.Schedule.Why})
	}
	return missed, nil
}
