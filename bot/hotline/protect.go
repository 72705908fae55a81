package hotline

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// sealAtOnce is how many reports one commit seals.
const sealAtOnce = 50

// Protect takes a report out of everybody's hands and into the vault (rumour.Desk.Protect). pending tells that free pages
// still have the text, since much has to be sealed again, or a backup is being written: the sweep goes on with it.
func (s *Service) Protect(ctx context.Context, a people.Act, ref string, kind bot.ReferralKind) (done rumour.Protected, pending bool, err error) {
	p := rumour.Protection{Ref: ref, Kind: kind, Close: s.CloseCase, Reply: s.NewID()}
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		var err error
		done, err = s.Desk.Protect(tx, a, p)
		return err
	})
	if err != nil {
		return rumour.Protected{}, false, err
	}
	if done.Told {
		s.wake()
	}
	s.focalToldNow(ctx)
	return done, s.finishNow(ctx), nil
}

// SealWaiting closes every protected report that is not in the vault yet, for the focal point who asks for it.
func (s *Service) SealWaiting(ctx context.Context, a people.Act) (sealed int, pending bool, err error) {
	err = s.sealWaiting(ctx, bot.ReportStates(), func(tx storage.Tx, ids []bot.ID) (int, error) {
		return s.Desk.SealAsked(tx, a, ids, s.CloseCase)
	}, &sealed)
	if err != nil || sealed == 0 {
		return sealed, false, err
	}
	return sealed, s.finishNow(ctx), nil
}

// sealWaiting hands portions of the reports that wait to a rule; the rule is asked once where none waits, too.
func (s *Service) sealWaiting(
	ctx context.Context, states []bot.ReportState, rule func(storage.Tx, []bot.ID) (int, error), sealed *int,
) error {
	var waiting []bot.Report
	err := s.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		waiting, err = rumour.WaitingToSeal(tx, states...)
		return err
	})
	if err != nil {
		return err
	}
	ids := make([]bot.ID, len(waiting))
	for i, r := range waiting {
		ids[i] = r.ID
	}
	for first := true; first || len(ids) > 0; first = false {
		portion := ids[:min(len(ids), sealAtOnce)]
		ids = ids[len(portion):]
		var n int
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			var err error
			n, err = rule(tx, portion)
			return err
		})
		if err != nil {
			return err
		}
		*sealed += n
	}
	return nil
}

// sweepProtected seals the menu's protected reports once a key is registered and nothing may join them any more, destroys
// the content of cases that were handed over long ago.
func (s *Service) sweepProtected(ctx context.Context, now bot.Instant) error {
	if s.CloseCase != nil {
		sealed := 0
		err := s.sealWaiting(ctx, []bot.ReportState{bot.ReportReceived}, func(tx storage.Tx, ids []bot.ID) (int, error) {
			if len(ids) == 0 {
				return 0, nil
			}
			return s.Desk.SealWaiting(tx, ids, false, s.CloseCase, now, "")
		}, &sealed)
		if err != nil {
			return fmt.Errorf("hotline: seal what waits: %w", err)
		}
		if sealed > 0 {
			s.finishSoon()
		}
	}
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		_, err := rumour.DestroyCases(tx, now)
		return err
	})
	if err != nil {
		return fmt.Errorf("hotline: sweep: %w", err)
	}
	return s.tellFocals(ctx, now)
}

// tellFocals tells the focal points that something waits for them, sealed or not, each in a commit of its own.
func (s *Service) tellFocals(ctx context.Context, now bot.Instant) error {
	var since bot.Instant
	var names []string
	err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
		if since, err = rumour.FocalWaits(tx); err == nil {
			names, err = rumour.FocalsToTell(tx, since, now)
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("hotline: tell the focal points: %w", err)
	}
	var failed error
	for _, name := range names {
		ring := rumour.Ringing{ID: s.NewID(), At: now, Gateway: s.Site.Gateway}
		queued := false
		err := s.Store.Update(ctx, func(tx storage.Tx) (err error) {
			queued, err = s.Desk.TellFocal(tx, name, since, ring)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("hotline: tell the focal points: %w", err))
		} else if queued {
			s.wake()
		}
	}
	return failed
}

// focalToldNow tells the focal points of what the desk has just put aside for them. The step itself is on disk, and the sweep
// tries again.
func (s *Service) focalToldNow(ctx context.Context) {
	if err := s.tellFocals(ctx, s.now()); err != nil {
		s.Log.Error("hotline: the focal points are not told yet", "err", err)
	}
}

// focalOver tells whether the message that something waits for the focal point has nothing more to say: all is taken up.
func focalOver(tx storage.Tx, o bot.Outbound) (bool, error) {
	if o.Key != rumour.FocalKey {
		return false, nil
	}
	since, err := rumour.FocalWaits(tx)
	return since.IsZero(), err
}
