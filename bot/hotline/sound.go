package hotline

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// heard is a text that belongs to a report, whichever way it came, as far as it may raise an alarm.
type heard struct {
	in    bot.Inbound
	says  alarm  // what its own words raise
	rings bot.ID // for the message to the first on duty
	flood bool   // its number writes without end
}

// told is what came of it.
type told struct {
	raised bool // it raises an alarm
	onDuty bool // and somebody is told of it, or will be
}

// sound is the one place in which a text raises an alarm: it is noted on the report, raises the risk of its rumour, and those
// on duty are told. The report is stored already, with the text in it.
func (s *Service) sound(tx storage.Tx, rep bot.Report, h heard) (bot.Report, told, error) {
	says, err := s.together(tx, rep, h)
	if err != nil || says.code == "" || rep.Protect {
		return rep, told{}, err
	}
	if rep, err = rumour.Alarm(tx, rep, bot.Alarm{At: h.in.ReceivedAt, Code: says.code}); err != nil {
		return bot.Report{}, told{}, err
	}
	onDuty, err := s.raise(tx, rep, says, h)
	return rep, told{raised: true, onDuty: onDuty}, err
}

// together is what a text raises in its report: where it raises nothing by itself it is read behind the report's first text.
// "Ils viennent ce soir" and then "à Gao" say one thing.
func (s *Service) together(tx storage.Tx, rep bot.Report, h heard) (alarm, error) {
	says := h.says.in(rep.Place)
	if says.code != "" || rep.ID == h.in.ID || !rep.Alarm.At.IsZero() || h.in.ReceivedAt.Sub(rep.ReceivedAt) > rumour.DutyLasts {
		return says, nil
	}
	first, err := tx.Inbound(rep.ID)
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return says, nil
	}
	if err != nil {
		return alarm{}, fmt.Errorf("hotline: alarm: %w", err)
	}
	return s.Alarms.read(string(first.Text)+apart+string(h.in.Text), s.Places()).in(rep.Place), nil
}

// apart is a word that means nothing, so that the last word of a text and the first of the next are no neighbours.
const apart = " x "

// raise tells those on duty of an alarm. Nobody is woken for what was sent days ago, nor for each of those who tell of the
// same, nor twice by a number that floods us while an alarm of it waits that is no milder. onDuty is whether somebody hears
// of it.
func (s *Service) raise(tx storage.Tx, rep bot.Report, says alarm, h heard) (onDuty bool, err error) {
	now := h.in.ReceivedAt
	if !h.in.SentAt.IsZero() && now.Sub(h.in.SentAt) > rumour.StaleAfter {
		return false, nil
	}
	hears, err := canHear(tx)
	if err != nil {
		return false, err
	}
	c := bot.DutyCall{Report: rep.ID, Ref: rep.Ref, Place: says.place, Code: says.code, At: now, State: bot.DutyOpen, NextAt: now}
	ringing := s.ringing(c, h.rings, now)
	switch own, err := tx.DutyCall(rep.ID); {
	case err == nil: // an earlier text of the report rang
		c.Rev = own.Rev
		lead, err := rumour.LeadCall(tx, own)
		if err != nil {
			return false, err
		}
		if rumour.Covers(lead, says.code, now) {
			lead, _, err = s.Desk.Further(tx, lead, rep.Ref, ringing)
			return hears.of(lead), err
		}
		if own.State.Waits() { // it rings anew, with those that joined it
			c.Joined, c.LastAt = own.Joined, now
		}
	case !errors.Is(err, storage.ErrNotFound):
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	same := func(lead bot.DutyCall) (bool, error) { return s.sameAlarm(tx, rep, c, h, lead) }
	lead, joined, _, err := s.Desk.JoinAlarm(tx, c, rumour.Joining{Ringing: ringing, Same: same})
	if err != nil || joined {
		return hears.of(lead), err
	}
	if h.flood {
		if rings, err := ringsFor(tx, rep.Contact, says.code); err != nil || rings {
			return rings && hears.of(c), err
		}
	}
	if err := tx.PutDutyCall(c, c.Rev); err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	c.Rev++
	_, queued, err := s.Desk.Ring(tx, c, ringing)
	return queued && hears.of(c), err
}

// hearing is who a message about an alarm would reach.
type hearing struct {
	somebody bool // is on duty
	leaves   bool // sending is not cut
}

// of tells whether somebody hears of what comes to a call: whoever took it, or those on duty.
func (h hearing) of(c bot.DutyCall) bool { return h.leaves && (h.somebody || c.State == bot.DutyTaken) }

func canHear(tx storage.Tx) (hearing, error) {
	users, err := rumour.OnDuty(tx)
	if err != nil {
		return hearing{}, err
	}
	sw, err := tx.Switch()
	if err != nil {
		return hearing{}, fmt.Errorf("hotline: alarm: %w", err)
	}
	return hearing{somebody: len(users) > 0, leaves: !sw.Holds(bot.LaneAlarm)}, nil
}

// toldOnDuty tells whether somebody on duty has been told of a report.
func toldOnDuty(tx storage.Tx, rep bot.Report) (bool, error) {
	c, err := tx.DutyCall(rep.ID)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err == nil {
		c, err = rumour.LeadCall(tx, c)
	}
	return len(c.Steps) > 0, err
}
