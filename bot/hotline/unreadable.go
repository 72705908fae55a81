package hotline

import (
	"context"
	"fmt"

	"tinye/bot"
)

// renewRecords makes what was forgotten unreadable in free pages, once a week at most.
func (s *Service) renewRecords(ctx context.Context, now bot.Instant, over bool) error {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if last := s.kept.renewed; !over || !last.IsZero() && now.Sub(last) < renewEvery {
		return nil
	}
	pending, err := s.Store.RenewRecords(ctx)
	if err != nil {
		return fmt.Errorf("hotline: renew the records: %w", err)
	}
	if !pending {
		s.kept.renewed = now
	}
	return nil
}

// finishDaily makes what was erased unreadable, once a day, or at once where that cannot wait; over several sweeps where there is
// much to seal again.
func (s *Service) finishDaily(ctx context.Context, now bot.Instant, over bool) error {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	k := &s.kept
	due := over && (k.finished.IsZero() || now.Sub(k.finished) >= finishEvery)
	if !k.finishing && !k.urgent && !due {
		return nil
	}
	begins := !k.finishing
	pending, err := s.Store.FinishErasures(ctx)
	if err != nil {
		return fmt.Errorf("hotline: finish erasures: %w", err)
	}
	if begins {
		k.urgent = false
	}
	if k.finishing = pending; !pending {
		k.finished = now
	}
	return nil
}

// finishNow makes what was just erased unreadable. pending tells that it has still to be done: the sweep goes on with it.
func (s *Service) finishNow(ctx context.Context) (pending bool) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	k := &s.kept
	before := k.finishing
	pending, err := s.Store.FinishErasures(ctx)
	if err == nil && !pending {
		// A run that was on, perhaps from before a restart, did not have this yet.
		pending, err = s.Store.FinishErasures(ctx)
	} else if before {
		k.urgent = true
	}
	if err != nil {
		s.Log.Error("hotline: an erasure is not finished", "err", err)
		k.urgent = true
		return true
	}
	k.finishing = pending
	return pending
}

// finishSoon has the sweep begin at once with making what was erased unreadable.
func (s *Service) finishSoon() {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	s.kept.urgent = true
}
