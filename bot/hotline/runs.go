package hotline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// Bulletins are the rules of bulletins at this site.
func (s *Service) Bulletins() bulletin.Desk {
	return bulletin.Desk{
		Service: s.Site.Service, Langs: s.Desk.Langs, Wire: s.Desk.Wire, Texts: s.Texts, Zone: s.Site.Zone, Cap: s.Site.Cap,
		Gateway: s.Site.Gateway, Route: s.Route, Carries: s.Carries, Places: s.Places,
	}
}

// prepareRun decides about a row of a run, whose contact was read with contactErr.
func (s *Service) prepareRun(tx storage.Tx, o bot.Outbound, c bot.Contact, contactErr error, now bot.Instant) (storage.Decision, error) {
	if errors.Is(contactErr, storage.ErrNotFound) {
		return end(bot.OutSuppressed, people.ReasonNoContact), nil
	}
	if contactErr != nil {
		return storage.Decision{}, fmt.Errorf("hotline: prepare: %w", contactErr)
	}
	checked, err := s.Bulletins().Check(tx, o, c, now)
	if err != nil {
		return storage.Decision{}, err
	}
	if !checked.Send {
		return end(checked.State, checked.Reason), nil
	}
	if until, quiet := s.Site.Quiet.Quietly(0, now); quiet && !checked.Urgent {
		return storage.Decision{Hold: until, Run: true, Reason: people.ReasonQuietHours}, nil
	}
	if checked.Asks {
		if d, waits, err := s.request(tx, o, c, checked.Lang, now); err != nil || waits {
			return d, err
		}
	}
	return storage.Decision{Send: true, To: c.Number, Text: checked.Text, Lang: checked.Lang, Mark: checked.Mark}, nil
}

// advanceRuns goes on with every run that is not over, one portion of each in turn.
func (s *Service) advanceRuns(ctx context.Context) error {
	var failed error
	stuck := make(map[bot.ID]bool)
	for ctx.Err() == nil {
		open, err := s.openRuns(ctx)
		if err != nil {
			return errors.Join(failed, err)
		}
		any := false
		for _, id := range open {
			if stuck[id] {
				continue
			}
			more, err := s.advanceRun(ctx, id)
			if err != nil { // the others need not wait for it
				failed = errors.Join(failed, err)
				more = false
			}
			stuck[id] = !more
			any = any || more
		}
		if !any {
			break
		}
	}
	return failed
}

// openRuns lists the runs whose report is still to be made.
func (s *Service) openRuns(ctx context.Context) (open []bot.ID, err error) {
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		open = nil
		for page := (storage.Page{Limit: 200}); ; page.After = open[len(open)-1] {
			some, err := tx.OpenBroadcasts(page)
			open = append(open, some...)
			if err != nil || len(some) < page.Limit {
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("hotline: runs: %w", err)
	}
	return open, nil
}

// advanceRun does one portion of a run. The sweep and whoever pressed send take turns, so that ids rise with the rows.
func (s *Service) advanceRun(ctx context.Context, id bot.ID) (more bool, err error) {
	s.walking.Lock()
	defer s.walking.Unlock()
	ids, at := s.newIDs(bulletin.Portion), s.now()
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		more, err = s.Bulletins().Advance(tx, id, ids, at)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("hotline: run: %w", err)
	}
	if more {
		s.wake()
	}
	return more, nil
}

// SendBulletin begins the run of an approved bulletin. Pressed twice it gives the same run, and fresh is false. GoOn walks its audience.
func (s *Service) SendBulletin(ctx context.Context, a people.Act, ref string) (run bot.Broadcast, fresh bool, err error) {
	id := s.NewID()
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		run, fresh, err = s.Bulletins().Send(tx, a, ref, id)
		return err
	})
	return run, fresh, err
}

// GoOn walks a run's audience for a while, at least one portion of it, or until everybody has a row. What it leaves the sweep goes on with.
func (s *Service) GoOn(ctx context.Context, run bot.ID, during time.Duration) error {
	for until := s.now().Add(during); ; {
		more, err := s.advanceRun(ctx, run)
		if err != nil || !more || s.now() >= until {
			return err
		}
	}
}

// TurnRun pauses a run, or lets it go on.
func (s *Service) TurnRun(ctx context.Context, a people.Act, ref string, pause bool) (run bot.Broadcast, err error) {
	rule := s.Bulletins().Resume
	if pause {
		rule = s.Bulletins().Pause
	}
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		run, err = rule(tx, a, ref)
		return err
	})
	if err == nil {
		s.wake()
	}
	return run, err
}

// ResendRun has what failed, or what nobody knows of, sent again, portion by portion. Asked once more after an interruption it goes on.
func (s *Service) ResendRun(ctx context.Context, a people.Act, r bulletin.Resending) (bulletin.Resending, error) {
	for !r.Over {
		next, err := s.resendPortion(ctx, a, r)
		if err != nil {
			return r, err
		}
		r = next
		s.wake()
	}
	return r, nil
}

func (s *Service) resendPortion(ctx context.Context, a people.Act, r bulletin.Resending) (next bulletin.Resending, err error) {
	s.walking.Lock()
	defer s.walking.Unlock()
	ids := s.newIDs(bulletin.Portion)
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		next, err = s.Bulletins().Resend(tx, a, r, ids)
		return err
	})
	return next, err
}
