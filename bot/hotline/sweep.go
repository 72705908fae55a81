package hotline

import (
	"context"
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/rumour"
	"tinye/storage"
)

const (
	// repeatsKept is how long a repeated callback is known (design §2.2).
	repeatsKept = 14 * 24 * time.Hour
	// sessionsKept is how long sessions are known, with every screen that they were answered with: a hop that comes again
	// within it gets the same bytes.
	sessionsKept = 24 * time.Hour
	// talliesKept is how long it is known what happened on the screens of the menus, and on which day people said whether an
	// answer helped.
	talliesKept = 365 * 24 * time.Hour
	// activityKept is how long it is known what a number did on a day.
	activityKept = 30 * 24 * time.Hour
	// handedKept is how long a message is found by the id that its gateway gave it.
	handedKept = 14 * 24 * time.Hour
)

// Sweep does what time alone brings about: it tells the next on duty of an alarm, forgets old repeat marks, day counts, sessions and gateways' ids, ends sessions
// in which nothing came for a while, writes the menus' counts down, tries delivery reports that came too early again, asks
// a second time for consent and lets silence expire, answers reports that a rumour published since tells, lets rumours rest that nobody tells any more, begins what schedules ask for, and goes on
// with fan-outs that a restart left half done.
func (s *Service) Sweep(ctx context.Context) error {
	now := s.now()
	if s.Store.Clock().Behind {
		return nil // nothing is dropped by a clock that cannot be trusted
	}
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		return errors.Join(tx.DropRepeats(now.Add(-repeatsKept)), tx.DropActivity(now.Add(-activityKept)),
			tx.DropSessions(now.Add(-sessionsKept)), tx.DropTallies(now.Add(-talliesKept)), tx.DropHelped(now.Add(-talliesKept)),
			tx.DropHanded(now.Add(-handedKept)), tx.DropSent(now.Add(-bulletin.SentKept)))
	})
	if err != nil {
		return fmt.Errorf("hotline: sweep: %w", err)
	}
	// One kind of work that fails does not keep the others waiting.
	failed := errors.Join(s.endIdle(ctx, now), s.WriteTallies(ctx), s.deliverEarly(ctx), s.followUps(ctx, now), s.restRumours(ctx, now))
	failed = errors.Join(failed, s.lateMatches(ctx, now), s.noteBursts(ctx, now))
	failed = errors.Join(failed, s.consents(ctx, now))
	failed = errors.Join(failed, s.ringDuty(ctx, now))
	failed = errors.Join(failed, s.sweepProtected(ctx, now))
	failed = errors.Join(failed, s.sweepCohorts(ctx, now))
	failed = errors.Join(failed, s.forgetAndKeep(ctx, now))
	failed = errors.Join(failed, s.advanceRuns(ctx), s.fireDue(ctx, now))
	var open []bot.ID
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		open, err = tx.FanOuts(storage.Page{})
		return err
	})
	if err != nil {
		return errors.Join(failed, fmt.Errorf("hotline: sweep: %w", err))
	}
	for _, id := range open {
		failed = errors.Join(failed, s.fanOut(ctx, id))
	}
	return failed
}

// change runs a rule on a rumour, then queues whatever answers that opened, and returns the rumour as it then is.
func (s *Service) change(ctx context.Context, rule func(storage.Tx) (bot.Rumour, error)) (bot.Rumour, error) {
	var r bot.Rumour
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		r, err = rule(tx)
		return err
	})
	if err != nil || !r.FanOut.Open && !r.Stock.Open {
		return r, err
	}
	if err := s.fanOut(ctx, r.ID); err != nil {
		// The rule itself is on disk, and the sweep goes on with the rest.
		s.Log.Error("fan-out interrupted", "rumour", r, "err", err)
	}
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		r, err = tx.Rumour(r.ID)
		return err
	})
	return r, err
}

// fanOut queues a rumour's answers, portion by portion.
func (s *Service) fanOut(ctx context.Context, id bot.ID) error {
	for more := true; more; {
		ids := s.newIDs(rumour.FanIDs)
		at := s.now()
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			var err error
			more, err = s.Desk.Fan(tx, id, ids, at)
			return err
		})
		if err != nil {
			return fmt.Errorf("hotline: fan out: %w", err)
		}
		s.wake()
	}
	return nil
}

func (s *Service) newIDs(n int) []bot.ID {
	ids := make([]bot.ID, n)
	for i := range ids {
		ids[i] = s.NewID()
	}
	return ids
}
