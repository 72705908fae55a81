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
	onDuty bool // and somebody on duty is told, or sees to it already
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
	onDuty, err := s.raise(tx, rep, says.place, h)
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
// same, nor twice by a number that floods us while its first alarm waits. onDuty is whether somebody on duty hears of it.
func (s *Service) raise(tx storage.Tx, rep bot.Report, at bot.PlaceCode, h heard) (onDuty bool, err error) {
	now := h.in.ReceivedAt
	if !h.in.SentAt.IsZero() && now.Sub(h.in.SentAt) > rumour.StaleAfter {
		return false, nil
	}
	hears, err := canHear(tx)
	if err != nil {
		return false, err
	}
	own, err := tx.DutyCall(rep.ID)
	switch {
	case err == nil: // an earlier text of the report rang
		lead, err := rumour.LeadCall(tx, own)
		if err != nil || rumour.Rings(lead, now) {
			return lead.State == bot.DutyTaken || hears, err
		}
	case !errors.Is(err, storage.ErrNotFound):
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	c := bot.DutyCall{Report: rep.ID, Rev: own.Rev, Ref: rep.Ref, Place: at, At: now, State: bot.DutyOpen, NextAt: now}
	lead, joined, err := rumour.JoinAlarm(tx, c, s.sameArea)
	if err != nil || joined {
		return lead.State == bot.DutyTaken || hears, err
	}
	if h.flood {
		if rings, err := ringsFor(tx, rep.Contact); err != nil || rings {
			return rings && hears, err
		}
	}
	if err := tx.PutDutyCall(c, c.Rev); err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	c.Rev++
	_, queued, err := s.Desk.Ring(tx, c, s.ringing(c, h.rings, now))
	return queued && hears, err
}

// canHear tells whether a message to those on duty would reach somebody: somebody is on duty, and sending is not cut.
func canHear(tx storage.Tx) (bool, error) {
	users, err := rumour.OnDuty(tx)
	if err != nil {
		return false, err
	}
	sw, err := tx.Switch()
	if err != nil {
		return false, fmt.Errorf("hotline: alarm: %w", err)
	}
	return len(users) > 0 && !sw.Holds(bot.LaneAlarm), nil
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

// sameArea tells whether two alarms are of the same place: the same cercle, or the same region where that is all that is
// known, in whichever list it stands. A region and its cercle of the same name are the same, since people mean the town by
// it; and those on duty read no more than the name.
func (s *Service) sameArea(a, b bot.PlaceCode) bool {
	return a == b || s.area(a) != "" && s.area(a) == s.area(b)
}

// area is the name of a place's cercle, or of the region where it is one; "" for a place that is in no list.
func (s *Service) area(code bot.PlaceCode) string {
	p, ok := s.Places().Place(code)
	if ok && p.Level > bot.LevelCercle {
		p, ok = s.Places().Place(bot.PlaceCode{Scheme: p.Code.Scheme, Code: p.Parent})
	}
	if !ok {
		return ""
	}
	return p.Name(s.Desk.Default())
}
