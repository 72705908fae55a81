package admin

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// SetDuty says who is told of alarms, in this order; nobody without names.
	SetDuty struct {
		By
		Names []string `json:"names"`
	}
	// ShowDuty asks who is on duty, and which alarms wait.
	ShowDuty struct{ By }
	// TakeAlarm notes that whoever asks sees to an alarm.
	TakeAlarm struct {
		By
		Ref string `json:"ref"`
	}
	// ReleaseAlarm gives an alarm back that was taken.
	ReleaseAlarm struct {
		By
		Ref string `json:"ref"`
	}
	// Duty is who is on duty, with the alarms that nobody has taken.
	Duty struct {
		Names  []string    `json:"names"`
		By     string      `json:"by,omitempty"`
		At     bot.Instant `json:"at,omitzero"`
		Silent []string    `json:"silent,omitempty"` // of the names, those that have no registered phone any more
		Cut    bool        `json:"cut,omitempty"`    // every send is held: nobody can be told of an alarm
		Alarms []Alarm     `json:"alarms,omitempty"` // oldest first; of those about restricted rumours, the ones that the account may know of
	}
	// Alarm is one alarm that those on duty are told of.
	Alarm struct {
		Ref       bot.Ref       `json:"ref"`
		At        bot.Instant   `json:"at"`
		State     bot.DutyState `json:"state"`
		PlaceName string        `json:"place_name,omitempty"`
		Told      []DutyStep    `json:"told,omitempty"` // the first first
		NextAt    bot.Instant   `json:"next_at,omitzero"`
		TakenBy   string        `json:"taken_by,omitempty"`
		TakenAt   bot.Instant   `json:"taken_at,omitzero"`
		Others    []bot.Ref     `json:"others,omitempty"` // which joined it (rumour.JoinAlarm): who takes it takes them
	}
	// DutyStep is one person told once.
	DutyStep struct {
		Name  string       `json:"name"`
		At    bot.Instant  `json:"at"`              // when it was their turn
		State bot.OutState `json:"state,omitempty"` // of the message
	}
	// DutyStatus is what everybody may see of it: counts.
	DutyStatus struct {
		People     int   `json:"people"` // that can be told
		Open       Count `json:"open,omitzero"`
		Unanswered Count `json:"unanswered,omitzero"`
		Cut        bool  `json:"cut,omitempty"` // every send is held: nobody can be told
	}
)

func (s *Server) setDuty(ctx context.Context, h *hotline.Service, q SetDuty) (Duty, error) {
	act := s.act(h, q.By)
	var shown Duty
	err := h.Store.Update(ctx, func(tx storage.Tx) error {
		if _, err := rumour.SetDuty(tx, act, q.Names); err != nil {
			return err
		}
		var err error
		shown, err = s.dutyOf(h, tx, act)
		return err
	})
	return shown, err
}

func (s *Server) showDuty(ctx context.Context, h *hotline.Service, q ShowDuty) (Duty, error) {
	act := s.act(h, q.By)
	var shown Duty
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, append(readers(), bot.RoleProtectionFocal)...); err != nil {
			return err
		}
		var err error
		shown, err = s.dutyOf(h, tx, act)
		return err
	})
	return shown, err
}

func (s *Server) dutyOf(h *hotline.Service, tx storage.Tx, act people.Act) (Duty, error) {
	d, err := tx.Duty()
	if err != nil {
		return Duty{}, err
	}
	shown := Duty{Names: append([]string{}, d.Names...), By: d.By, At: d.At}
	for _, name := range d.Names {
		if u, err := tx.User(name); err != nil || u.NumberKey.IsZero() {
			shown.Silent = append(shown.Silent, name)
		}
	}
	sw, err := tx.Switch()
	if err != nil {
		return Duty{}, err
	}
	shown.Cut = sw.Holds(bot.LaneAlarm)
	calls, err := tx.DutyCalls(storage.Page{Limit: MostRows})
	if err != nil {
		return Duty{}, err
	}
	for _, c := range calls {
		switch a, err := s.alarmOf(h, tx, act, c); {
		case err == nil:
			shown.Alarms = append(shown.Alarms, a)
		case bot.CodeOf(err) != bot.CodeForbidden:
			return Duty{}, err
		}
	}
	return shown, nil
}

// alarmOf is an alarm with those that joined it, as far as the account may know of them.
func (s *Server) alarmOf(h *hotline.Service, tx storage.Tx, act people.Act, c bot.DutyCall) (Alarm, error) {
	reports, err := rumour.Heard(tx, act, c)
	if err != nil {
		return Alarm{}, err
	}
	focal, err := act.Is(tx, bot.RoleProtectionFocal)
	if err != nil {
		return Alarm{}, err
	}
	if !focal { // what was found to be about abuse since is in no list any more
		reports = slices.DeleteFunc(reports, func(r bot.Report) bool { return r.Protect })
	}
	if len(reports) == 0 {
		return Alarm{}, bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(c.Ref))
	}
	a := Alarm{
		Ref: c.Ref, At: c.At, State: c.State, PlaceName: s.placeName(h, c.Place), NextAt: c.NextAt, TakenBy: c.TakenBy, TakenAt: c.TakenAt,
	}
	for _, step := range c.Steps {
		o, err := tx.Outbound(step.Outbound)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return Alarm{}, fmt.Errorf("admin: who was told of an alarm: %w", err)
		}
		a.Told = append(a.Told, DutyStep{Name: step.Name, At: step.At, State: o.State})
	}
	if !slices.ContainsFunc(reports, func(r bot.Report) bool { return r.Ref == a.Ref }) {
		a.Ref = reports[0].Ref // its own is not for everybody
	}
	for _, rep := range reports {
		if rep.Ref != a.Ref {
			a.Others = append(a.Others, rep.Ref)
		}
	}
	return a, nil
}

func (s *Server) takeAlarm(ctx context.Context, h *hotline.Service, q TakeAlarm) (Alarm, error) {
	act := s.act(h, q.By)
	c, err := h.TakeAlarm(ctx, act, q.Ref)
	if err != nil {
		return Alarm{}, err
	}
	return s.shownAlarm(ctx, h, act, c)
}

func (s *Server) releaseAlarm(ctx context.Context, h *hotline.Service, q ReleaseAlarm) (Alarm, error) {
	act := s.act(h, q.By)
	c, err := h.ReleaseAlarm(ctx, act, q.Ref)
	if err != nil {
		return Alarm{}, err
	}
	return s.shownAlarm(ctx, h, act, c)
}

func (s *Server) shownAlarm(ctx context.Context, h *hotline.Service, act people.Act, c bot.DutyCall) (a Alarm, err error) {
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		a, err = s.alarmOf(h, tx, act, c)
		return err
	})
	return a, err
}

// dutyStatus counts who can be told and what waits.
func dutyStatus(tx storage.Tx) (*DutyStatus, error) {
	users, err := rumour.OnDuty(tx)
	if err != nil {
		return nil, err
	}
	sw, err := tx.Switch()
	if err != nil {
		return nil, err
	}
	calls, err := tx.DutyCalls(storage.Page{Limit: countTo})
	st := DutyStatus{People: len(users), Cut: sw.Holds(bot.LaneAlarm)}
	for _, c := range calls {
		if c.State == bot.DutyOpen {
			st.Open.N++
		} else {
			st.Unanswered.N++
		}
	}
	st.Open.More, st.Unanswered.More = len(calls) == countTo, len(calls) == countTo
	return &st, err
}
