package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// testDuty: calls wait until somebody takes them, also after a change that was taken back.
func testDuty(t *testing.T, s *site) {
	s.view(func(tx storage.Tx) error {
		if d, err := tx.Duty(); err != nil || d.Rev != 0 || len(d.Names) != 0 {
			t.Errorf("at first %+v (%v) is on duty, want nobody", d, err)
		}
		return nil
	})
	calls := []bot.DutyCall{
		{Report: s.ids.New(), Ref: "482918", State: bot.DutyOpen, At: s.now()},
		{Report: s.ids.New(), State: bot.DutyUnanswered, At: s.now()},
		{Report: s.ids.New(), State: bot.DutyTaken, TakenBy: "awa", At: s.now()},
		{Report: s.ids.New(), State: bot.DutyMoot, At: s.now()},
	}
	s.update(func(tx storage.Tx) error {
		for _, c := range calls {
			if err := tx.PutDutyCall(c, 0); err != nil {
				return err
			}
		}
		return tx.PutDuty(bot.Duty{Names: []string{"awa", "bintou"}, By: "awa", At: s.now()}, 0)
	})
	waiting := func(want ...bot.DutyCall) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.DutyCalls(storage.Page{})
			if err != nil || len(got) != len(want) {
				t.Errorf("%d calls wait (%v), want %d", len(got), err, len(want))
				return nil
			}
			for i := range want {
				if got[i].Report != want[i].Report || got[i].State != want[i].State {
					t.Errorf("call %d: %+v, want %+v", i, got[i], want[i])
				}
			}
			return nil
		})
	}
	waiting(calls[0], calls[1])
	take := func(tx storage.Tx) error {
		c, err := tx.DutyCall(calls[0].Report)
		if err != nil {
			return err
		}
		c.State, c.TakenBy = bot.DutyTaken, "bintou"
		return tx.PutDutyCall(c, c.Rev)
	}
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return errors.Join(take(tx), storage.ErrInvalid) })
	waiting(calls[0], calls[1])
	s.update(take)
	waiting(calls[1])

	taken := func(since bot.Instant, limit int, want ...bot.ID) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.DutyTaken(since, limit)
			var ids []bot.ID
			for _, c := range got {
				ids = append(ids, c.Report)
			}
			if err != nil || !slices.Equal(ids, want) {
				t.Errorf("taken since %s: %v (%v), want %v", since, ids, err, want)
			}
			return nil
		})
	}
	at := s.now()
	change := func(i int, state bot.DutyState, when bot.Instant) {
		s.update(func(tx storage.Tx) error {
			c, err := tx.DutyCall(calls[i].Report)
			if err != nil {
				return err
			}
			c.State, c.TakenAt = state, when
			return tx.PutDutyCall(c, c.Rev)
		})
	}
	change(2, bot.DutyTaken, at.Add(-time.Minute))
	change(3, bot.DutyTaken, at.Add(time.Minute))
	change(0, bot.DutyTaken, at)
	taken(at.Add(-time.Minute), 0, calls[3].Report, calls[0].Report, calls[2].Report)
	taken(at.Add(-time.Minute), 2, calls[3].Report, calls[0].Report)
	taken(at, 0, calls[3].Report, calls[0].Report)
	change(3, bot.DutyOpen, 0) // it rings anew
	change(0, bot.DutyTaken, at.Add(2*time.Minute))
	taken(at, 0, calls[0].Report)
	waiting(calls[1], bot.DutyCall{Report: calls[3].Report, State: bot.DutyOpen})
}
