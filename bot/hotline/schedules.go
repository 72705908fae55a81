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

// dueAtOnce is how many bulletins that are due are listed in one View.
const dueAtOnce = 100

// fireDue begins the runs of bulletins whose moment has come, or lets the moment pass and says why. Each is one commit, so a restart
// neither forgets a moment nor begins it twice. Runs are gone on with before, so that one which is over is not taken for one under way.
func (s *Service) fireDue(ctx context.Context, now bot.Instant) error {
	var failed error
	tried, began := make(map[bot.ID]bool), false
	for {
		var due []bot.ID
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			due, err = tx.DueBulletins(now, len(tried)+dueAtOnce)
			return err
		})
		if err != nil {
			return errors.Join(failed, fmt.Errorf("hotline: schedules: %w", err))
		}
		fresh := false
		for _, id := range due {
			if tried[id] { // it failed: the others need not wait for it
				continue
			}
			tried[id], fresh = true, true
			run, err := s.fire(ctx, id, now)
			failed, began = errors.Join(failed, err), began || run
		}
		if fresh && ctx.Err() == nil {
			continue
		}
		if began {
			failed = errors.Join(failed, s.advanceRuns(ctx))
		}
		return failed
	}
}

// fire does what one bulletin's schedule asks for, and tells whether a run was begun.
func (s *Service) fire(ctx context.Context, id bot.ID, now bot.Instant) (began bool, err error) {
	run := s.NewID()
	act := people.Act{At: now, Via: "sweep", Site: s.Site.ID}
	err = s.Store.Update(ctx, func(tx storage.Tx) (err error) {
		began, err = s.Bulletins().Fire(tx, act, id, run)
		return err
	})
	if err != nil {
		return false, fmt.Errorf("hotline: schedule: %w", err)
	}
	return began, nil
}

// AcceptClock takes the machine's clock as right although our own commits bear a later time. Moments of schedules that were let pass
// because the clock ran ahead may come again.
func (s *Service) AcceptClock(ctx context.Context) error {
	if err := s.Store.AcceptClock(ctx); err != nil {
		return err
	}
	now := bot.At(s.Now())
	for _, state := range []bot.BulletinState{bot.BulletinApproved, bot.BulletinSending} {
		for page := (storage.Page{Limit: dueAtOnce}); ; {
			var list []bot.Bulletin
			err := s.Store.Update(ctx, func(tx storage.Tx) (err error) {
				if list, err = tx.Bulletins(state, page); err != nil {
					return err
				}
				for _, b := range list {
					if err := bulletin.Rearm(tx, b, now); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				return fmt.Errorf("hotline: schedules after the clock: %w", err)
			}
			if len(list) < dueAtOnce {
				break
			}
			page.After = list[len(list)-1].ID
		}
	}
	return nil
}
