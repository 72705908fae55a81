package storagetest

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// session is one that began at the given moment and is still going on.
func (s *site) session(key byte, at bot.Instant) bot.Session {
	return bot.Session{Key: bot.SessionKey{key}, ID: s.ids.New(), Gateway: "at", Lang: bot.French, StartedAt: at, LastAt: at,
		Walk: bot.Walk{Screen: "home"}}
}

// putSession must succeed; it gives the session as it is read.
func (s *site) putSession(x bot.Session, ifRev uint64) bot.Session {
	s.t.Helper()
	s.update(func(tx storage.Tx) error { return tx.PutSession(x, ifRev) })
	x.Rev = ifRev + 1
	return x
}

// sees looks for the session under a key at a moment; nil: there should be none.
func (s *site) sees(key byte, at bot.Instant, want *bot.Session) {
	s.t.Helper()
	s.view(func(tx storage.Tx) error {
		got, err := tx.Session(bot.SessionKey{key}, at)
		switch {
		case want == nil && !errors.Is(err, storage.ErrNotFound):
			s.t.Errorf("session %d at %s: %v, want ErrNotFound", key, at, err)
		case want != nil && (err != nil || !reflect.DeepEqual(got, *want)):
			s.t.Errorf("session %d at %s: %+v (%v), want %+v", key, at, got, err, *want)
		}
		return nil
	})
}

// lists looks at the open sessions that started before a moment.
func (s *site) lists(before bot.Instant, want ...bot.Session) {
	s.t.Helper()
	s.view(func(tx storage.Tx) error {
		list, err := tx.OpenSessions(before, bot.Session{}, 0)
		if err != nil || len(list)+len(want) > 0 && !reflect.DeepEqual(list, want) {
			got, _ := idsOf(list, nil)
			ids, _ := idsOf(want, nil)
			s.t.Errorf("open before %s: %v (%v), want %v", before, got, err, ids)
		}
		return nil
	})
}

func testSessions(t *testing.T, s *site) {
	s.clock.Add(11*time.Hour + 59*time.Minute) // 23:59
	late := s.now()
	s.sees(1, late, nil)
	one := s.putSession(s.session(1, late), 0)
	s.sees(1, late, &one)
	s.sees(2, late, nil)

	// Gone on after midnight.
	s.clock.Add(2 * time.Minute)
	s.sees(1, s.now(), &one)
	one.LastAt, one.Hops, one.Walk.Screen, one.Walk.Back = s.now(), 1, "place", []string{"home"}
	one = s.putSession(one, 1)
	s.sees(1, s.now(), &one)
	s.sees(1, late, &one)
	s.lists(bot.Forever, one)

	// Somebody was faster, or never read it.
	for _, rev := range []uint64{1, 3} {
		s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutSession(one, rev) })
	}
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutSession(s.session(9, s.now()), 1) })
	s.sees(1, s.now(), &one)
	s.sees(9, s.now(), nil)

	// The operator gives its number to another dialogue: a new one, although the old one is of the day before.
	next := s.putSession(s.session(1, s.now()), 0)
	s.sees(1, s.now(), &next)
	s.sees(1, late, &one)
	s.lists(bot.Forever, next)
	// What still holds the old one ends it, and the new one is still there.
	one.EndedAt, one.End = s.now(), bot.EndTimeout
	one = s.putSession(one, 2)
	s.sees(1, late, &one)
	s.lists(bot.Forever, next)

	// And again on the same day, at the very same moment and at a later one: it is listed once.
	again := s.putSession(s.session(1, s.now()), 0)
	s.lists(bot.Forever, again)
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutSession(next, 1) })
	s.sees(1, s.now(), &again)
	s.clock.Add(time.Minute)
	last := s.putSession(s.session(1, s.now()), 0)
	s.sees(1, s.now(), &last)
	s.lists(bot.Forever, last)
	// All of them were at revision 1: that of another is none of this one's.
	for _, old := range []bot.Session{next, again} {
		s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutSession(old, 1) })
	}
	moved := last
	moved.StartedAt++
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutSession(moved, 1) })
	s.sees(1, s.now(), &last)
	s.lists(bot.Forever, last)

	// Over, and taken up again.
	last.EndedAt, last.End = s.now(), bot.EndDone
	last = s.putSession(last, 1)
	s.sees(1, s.now(), &last)
	s.lists(bot.Forever)
	last.EndedAt, last.End = 0, ""
	last = s.putSession(last, 2)
	s.lists(bot.Forever, last)
	last.EndedAt, last.End = s.now(), bot.EndHungUp
	last = s.putSession(last, 3)
	last.Hops++ // a late hop of a session that is over
	last = s.putSession(last, 4)
	s.lists(bot.Forever)
	// One that was over when it was put was never open.
	over := s.session(3, s.now())
	over.EndedAt, over.End = s.now(), bot.EndDone
	over = s.putSession(over, 0)
	s.sees(3, s.now(), &over)
	s.lists(bot.Forever)
	// Two days later it is another caller's.
	s.sees(3, s.now().Add(day), &over)
	s.sees(3, s.now().Add(2*day), nil)
}

func testOpenSessions(t *testing.T, s *site) {
	var want []bot.Session
	for i := range 7 { // on both sides of midnight; pairs start at the same moment
		want = append(want, s.session(byte(i+1), s.now().Add(9*time.Hour+time.Duration(i/2)*2*time.Hour)))
	}
	for _, i := range []int{3, 0, 6, 1, 5, 2, 4} {
		want[i] = s.putSession(want[i], 0)
	}
	s.lists(bot.Forever, want...)
	s.lists(want[4].StartedAt, want[:4]...) // before it, not at it
	s.lists(want[4].StartedAt+1, want[:6]...)
	s.lists(want[0].StartedAt)
	for _, size := range []int{1, 2, 3, 7, 8} {
		var got []bot.Session
		s.view(func(tx storage.Tx) error {
			got = nil
			for after := (bot.Session{}); ; {
				page, err := tx.OpenSessions(bot.Forever, after, size)
				if err != nil || len(page) > size {
					t.Errorf("%d sessions in a page of %d (%v)", len(page), size, err)
				}
				got = append(got, page...)
				if len(page) < size {
					return err
				}
				after = page[len(page)-1]
			}
		})
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%d a page: %d sessions, want all %d in the order of their starts", size, len(got), len(want))
		}
	}
	// The cursor is a place, not a row: it may have ended meanwhile.
	gone := want[2]
	gone.EndedAt, gone.End = s.now(), bot.EndTimeout
	s.putSession(gone, 1)
	s.view(func(tx storage.Tx) error {
		list, err := tx.OpenSessions(bot.Forever, want[2], 0)
		if err != nil || !reflect.DeepEqual(list, want[3:]) {
			t.Errorf("after one that ended: %d sessions (%v), want %d", len(list), err, len(want)-3)
		}
		return nil
	})
	s.lists(bot.Forever, slices.Concat(want[:2], want[3:])...)
}

func testHops(t *testing.T, s *site) {
	sees := func(x bot.Session, key bot.HopKey, want *bot.Hop) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.Hop(x, key)
			switch {
			case want == nil && !errors.Is(err, storage.ErrNotFound):
				t.Errorf("hop %d: %+v (%v), want ErrNotFound", key[0], got, err)
			case want != nil && (err != nil || got != *want):
				t.Errorf("hop %d: %+v (%v), want %+v", key[0], got, err, *want)
			}
			return nil
		})
	}
	put := func(x bot.Session, key bot.HopKey, screen bot.Text, end bool) *bot.Hop {
		t.Helper()
		s.update(func(tx storage.Tx) error {
			return tx.PutHop(x, key, bot.Hop{Session: bot.ID{99}, Screen: screen, End: end})
		})
		return &bot.Hop{Session: x.ID, Screen: screen, End: end}
	}
	x := s.putSession(s.session(1, s.now()), 0)
	first, second := bot.HopKey{1}, bot.HopKey{2}
	sees(x, first, nil)
	home := put(x, first, "Bienvenue\n1 Signaler \u00e9\x1be\n ", false)
	sees(x, first, home)
	sees(x, second, nil)
	end := put(x, second, "", true) // an empty answer is one too
	sees(x, second, end)
	sees(x, first, home)
	home = put(x, first, "Bienvenue", false)
	sees(x, first, home)
	s.sees(1, s.now(), &x) // beside them

	other := s.putSession(s.session(2, s.now()), 0)
	sees(other, first, nil)

	// Another dialogue under the same key, on the same day: what the old one was answered with is not its.
	next := s.putSession(s.session(1, s.now()), 0)
	sees(next, first, nil)
	sees(next, second, nil)
	sees(x, second, end)
	anew := put(next, first, "Bonjour", false)
	sees(next, first, anew)
	sees(x, first, nil)
	// And on the next day.
	tomorrow := s.putSession(s.session(1, s.now().Add(day)), 0)
	sees(tomorrow, first, nil)
	morning := put(tomorrow, first, "Le jour", false)
	sees(tomorrow, first, morning)
	sees(next, first, anew)
}

// testDroppedSessions: days are dropped as a whole, and what is dropped in a transaction is gone in it.
func testDroppedSessions(t *testing.T, s *site) {
	hop := bot.HopKey{1}
	put := func(key byte, at bot.Instant) bot.Session {
		x := s.putSession(s.session(key, at), 0)
		s.update(func(tx storage.Tx) error { return tx.PutHop(x, hop, bot.Hop{Screen: "1 Signaler"}) })
		return x
	}
	midnight := bot.At(s.now().Time().Truncate(day))
	older := put(1, midnight.Add(-day-time.Hour))
	old := put(2, midnight-1)
	kept := put(3, midnight)
	s.update(func(tx storage.Tx) error { return tx.DropSessions(midnight.Add(-time.Hour)) })
	s.lists(bot.Forever, old, kept)
	gone := func(tx storage.Tx, x bot.Session) {
		t.Helper()
		if _, err := tx.Session(x.Key, x.StartedAt); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a dropped session: %v, want ErrNotFound", err)
		}
		if _, err := tx.Hop(x, hop); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a dropped session's hop: %v, want ErrNotFound", err)
		}
	}
	s.view(func(tx storage.Tx) error { gone(tx, older); return nil })

	failed := errors.New("failed")
	drop := func(end error) func(storage.Tx) error {
		return func(tx storage.Tx) error {
			if err := tx.DropSessions(kept.StartedAt.Add(time.Hour)); err != nil {
				return err
			}
			gone(tx, old)
			if list, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0); err != nil || len(list) != 1 || list[0].ID != kept.ID {
				t.Errorf("open after the drop in its transaction: %+v (%v)", list, err)
			}
			if err := tx.PutSession(old, 1); !errors.Is(err, storage.ErrConflict) {
				t.Errorf("a dropped session put again: %v, want ErrConflict", err)
			}
			if err := tx.PutSession(old, 0); !errors.Is(err, storage.ErrInvalid) {
				t.Errorf("a session of a dropped day: %v, want ErrInvalid", err)
			}
			if err := tx.PutHop(old, hop, bot.Hop{}); !errors.Is(err, storage.ErrInvalid) {
				t.Errorf("a hop of a dropped day: %v, want ErrInvalid", err)
			}
			// The day that stays goes on.
			more := s.session(4, kept.StartedAt)
			if err := errors.Join(tx.PutSession(more, 0), tx.PutHop(kept, bot.HopKey{2}, bot.Hop{Screen: "2"})); err != nil {
				t.Errorf("a day that stays: %v", err)
			}
			return end
		}
	}
	s.refuse(failed, drop(failed))
	s.lists(bot.Forever, old, kept)
	s.sees(2, old.StartedAt, &old)
	s.sees(4, kept.StartedAt, nil)
	s.view(func(tx storage.Tx) error {
		if h, err := tx.Hop(old, hop); err != nil || h.Screen != "1 Signaler" {
			t.Errorf("a hop after a drop that failed: %+v (%v)", h, err)
		}
		return nil
	})
	s.update(drop(nil))
	s.sees(2, old.StartedAt, nil)
	s.sees(3, s.now(), &kept)
	// The day may begin again, and what was dropped is not listed by the name of what came later.
	back := put(2, old.StartedAt-1)
	s.sees(2, s.now(), &back)
	s.lists(kept.StartedAt, back)
	s.update(func(tx storage.Tx) error { return tx.DropSessions(kept.StartedAt.Add(2 * day)) })
	s.lists(bot.Forever)
}
