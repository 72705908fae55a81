package hotline

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// Bulletins are the rules of bulletins at this site.
func (s *Service) Bulletins() bulletin.Desk {
	return bulletin.Desk{
		Service: s.Site.Service, Langs: s.Desk.Langs, Wire: s.Desk.Wire, Texts: s.Texts, Zone: s.Site.Zone, Cap: s.Site.Cap,
		Gateway: s.Site.Gateway, Route: s.Route, Places: s.Places,
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
	return storage.Decision{Send: true, To: c.Number, Text: checked.Text, Mark: checked.Mark}, nil
}

// advanceRuns goes on with every run that is not over, one portion of each in turn.
func (s *Service) advanceRuns(ctx context.Context) error {
	var failed error
	stuck := make(map[bot.ID]bool)
	for {
		var open []bot.ID
		err := s.Store.View(ctx, func(tx storage.Tx) error {
			var err error
			open, err = tx.OpenBroadcasts(storage.Page{})
			return err
		})
		if err != nil {
			return errors.Join(failed, fmt.Errorf("hotline: runs: %w", err))
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
		if !any || ctx.Err() != nil {
			return failed
		}
	}
}

// advanceRun does one portion of a run.
func (s *Service) advanceRun(ctx context.Context, id bot.ID) (more bool, err error) {
	ids, at := s.newIDs(bulletin.Portion), s.now()
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		more, err = s.Bulletins().Advance(tx, id, ids, at)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("hotline: run: %w", err)
	}
	s.wake()
	return more, nil
}
