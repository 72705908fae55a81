package hotline

import (
	"context"
	"fmt"
	"sync"

	"tinye/bot"
	"tinye/storage"
)

// tallies are counts of what happens in the menus, kept in memory until the next sweep writes them down: a crash loses
// half a minute of them, and no hop waits for a row that all share.
type tallies struct {
	mu   sync.Mutex
	open map[tallyKey]bot.ScreenTally
}

type tallyKey struct{ flow, version, screen string }

func (t *tallies) add(marks []bot.ScreenTally) {
	if len(marks) == 0 {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.open == nil {
		t.open = make(map[tallyKey]bot.ScreenTally)
	}
	for _, m := range marks {
		key := tallyKey{m.Flow, m.Version, m.Screen}
		sum := t.open[key]
		m.Shown += sum.Shown
		m.Wrong += sum.Wrong
		m.Left += sum.Left
		m.Ended += sum.Ended
		t.open[key] = m
	}
}

func (t *tallies) take() []bot.ScreenTally {
	t.mu.Lock()
	defer t.mu.Unlock()
	list := make([]bot.ScreenTally, 0, len(t.open))
	for _, m := range t.open {
		list = append(list, m)
	}
	t.open = nil
	return list
}

// count adds up what a hop did, once it is on disk.
func (s *Service) count(done hopped) {
	s.tallies.add(done.marks)
	if s.Hopped == nil {
		return
	}
	if done.repeat {
		s.Hopped(bot.ScreenTally{}, done.lang, true)
		return
	}
	for _, m := range done.marks {
		s.Hopped(m, done.lang, false)
	}
}

// WriteTallies writes the counts of the menus down, under the day that it is now. Where that fails they are kept for the
// next time.
func (s *Service) WriteTallies(ctx context.Context) error {
	at := s.now()
	list := s.tallies.take()
	if len(list) == 0 {
		return nil
	}
	err := s.Store.Update(ctx, func(tx storage.Tx) error { return tx.AddTallies(at, list) })
	if err != nil {
		s.tallies.add(list)
		return fmt.Errorf("hotline: tallies: %w", err)
	}
	return nil
}

// endIdle ends the sessions in which nothing came for a while, and counts where their callers left.
func (s *Service) endIdle(ctx context.Context, now bot.Instant) error {
	var after bot.Session
	for more := true; more; {
		var marks []bot.ScreenTally
		last := after
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			marks, last = nil, after
			open, err := tx.OpenSessions(now.Add(-s.idle()), after, idlePortion)
			if err != nil {
				return err
			}
			more = len(open) == idlePortion
			for _, ses := range open {
				last = ses
				if now.Sub(ses.LastAt) <= s.idle() {
					continue
				}
				ses.EndedAt, ses.End = ses.LastAt, bot.EndTimeout
				if err := tx.PutSession(ses, ses.Rev); err != nil {
					return err
				}
				marks = append(marks, bot.ScreenTally{Flow: ses.Flow, Version: ses.Version, Screen: ses.Walk.Screen, Left: 1})
			}
			return nil
		})
		if err != nil {
			return fmt.Errorf("hotline: idle sessions: %w", err)
		}
		after = last
		s.count(hopped{marks: marks})
	}
	return nil
}

// idlePortion is how many sessions one commit of the sweep ends.
const idlePortion = 200
