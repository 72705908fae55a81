package storagetest

import (
	"errors"
	"fmt"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// testTakenBack changes rows that are there in every way that menus do, in closures that fail just afterwards, alone and in
// the midst of a commit that others of the group bring about: whatever a reader may ask gives what it gave before.
func testTakenBack(t *testing.T, s *site) {
	failed := errors.New("failed")
	yesterday := s.putSession(s.session(1, s.now().Add(-day)), 0)
	today := s.putSession(s.session(2, s.now()), 0)
	over := s.session(3, s.now())
	over.EndedAt, over.End = s.now(), bot.EndDone
	over = s.putSession(over, 0)
	published, decided := s.ids.New(), s.ids.New()
	home := []bot.ScreenTally{{Flow: "youth", Screen: "home", Shown: 1}}
	s.update(func(tx storage.Tx) error {
		return errors.Join(
			tx.PutHop(yesterday, bot.HopKey{1}, bot.Hop{Screen: "Bienvenue"}),
			tx.PutHop(today, bot.HopKey{1}, bot.Hop{Screen: "Bienvenue"}),
			tx.AddTallies(yesterday.StartedAt, home),
			tx.AddTallies(s.now(), home),
			tx.PutPlace(place(bot.SchemeCT2023, "ML01", "Kayes")),
			tx.PutRumour(bot.Rumour{ID: published, State: bot.RumourPublished, PublishedAt: 2000}, 0),
			tx.PutRumour(bot.Rumour{ID: decided, State: bot.RumourDecided}, 0),
		)
	})
	row := s.claimOne()
	err := s.Settle(t.Context(), []storage.Outcome{{ID: row.ID, Token: row.Token, State: bot.OutHandedOver, At: s.now().Add(-day),
		ExternalID: "x1", Remember: true}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	state := func() (all string) {
		t.Helper()
		note := func(what string, x any, err error) {
			if err != nil && !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: %v", what, err)
			}
			all += fmt.Sprintf("%s: %+v %v\n", what, x, err)
		}
		s.view(func(tx storage.Tx) error {
			all = ""
			for key := range byte(5) {
				for _, at := range []bot.Instant{yesterday.StartedAt, s.now()} {
					x, err := tx.Session(bot.SessionKey{key}, at)
					note(fmt.Sprintf("session %d at %s", key, at), x, err)
				}
			}
			for _, x := range []bot.Session{yesterday, today} {
				for key := range byte(3) {
					h, err := tx.Hop(x, bot.HopKey{key})
					note(fmt.Sprintf("hop %d", key), fmt.Sprintf("%s %q %v", h.Session, string(h.Screen), h.End), err)
				}
			}
			open, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0)
			note("open", open, err)
			for _, since := range []bot.Instant{0, s.now()} {
				tallies, err := tx.Tallies(since)
				note("tallies", tallies, err)
			}
			places, err := tx.Places(bot.PlaceCode{}, 0)
			note("places", places, err)
			news, err := tx.News(0)
			note("news", news, err)
			id, err := tx.Handed("g", "x1")
			note("handed", id, err)
			return nil
		})
		return all
	}
	// amid fails after do, where what others do is stored: the check before sending fails for one message of two.
	amid := func(do func(storage.Tx) error) {
		t.Helper()
		bad, good := s.queue(nil), s.queue(nil)
		c := s.request(2)
		c.Decide = func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
			if o.ID != bad.ID {
				return sendAll(tx, o)
			}
			return storage.Decision{}, errors.Join(do(tx), failed)
		}
		if claims := s.claim(c); len(claims.Rows) != 1 || claims.Rows[0].Row.ID != good.ID {
			t.Fatalf("claimed %d rows, want the good one", len(claims.Rows))
		}
		if row := s.outbound(bad.ID); row.Reason != "check_failed" {
			t.Fatalf("the other is %+v", row)
		}
	}
	was := state()
	ended := today
	ended.EndedAt, ended.End = s.now(), bot.EndTimeout
	again := over
	again.EndedAt, again.End = 0, ""
	steps := []struct {
		name string
		do   func(storage.Tx) error
	}{
		{"a new session", func(tx storage.Tx) error { return tx.PutSession(s.session(4, s.now()), 0) }},
		{"in place of yesterday's", func(tx storage.Tx) error { return tx.PutSession(s.session(1, s.now()), 0) }},
		{"in place of today's", func(tx storage.Tx) error { return tx.PutSession(s.session(2, s.now()+1), 0) }},
		{"a session that ends", func(tx storage.Tx) error { return tx.PutSession(ended, 1) }},
		{"a session taken up again", func(tx storage.Tx) error { return tx.PutSession(again, 1) }},
		{"a new hop", func(tx storage.Tx) error { return tx.PutHop(today, bot.HopKey{2}, bot.Hop{Screen: "2"}) }},
		{"a hop again", func(tx storage.Tx) error { return tx.PutHop(yesterday, bot.HopKey{1}, bot.Hop{Screen: "2"}) }},
		{"tallies", func(tx storage.Tx) error { return tx.AddTallies(s.now(), home) }},
		{"tallies of a new day", func(tx storage.Tx) error { return tx.AddTallies(s.now().Add(day), home) }},
		{"a new place", func(tx storage.Tx) error { return tx.PutPlace(place(bot.SchemeCT2023, "ML02", "Koulikoro")) }},
		{"a place again", func(tx storage.Tx) error { return tx.PutPlace(place(bot.SchemeCT2023, "ML01", "Kay")) }},
		{"published", func(tx storage.Tx) error {
			return tx.PutRumour(bot.Rumour{ID: decided, State: bot.RumourPublished, PublishedAt: 3000}, 1)
		}},
		{"published anew", func(tx storage.Tx) error {
			return tx.PutRumour(bot.Rumour{ID: published, State: bot.RumourPublished, PublishedAt: 4000}, 1)
		}},
		{"taken back", func(tx storage.Tx) error {
			return tx.PutRumour(bot.Rumour{ID: published, State: bot.RumourDecided}, 1)
		}},
		{"sessions dropped", func(tx storage.Tx) error { return tx.DropSessions(s.now().Add(day)) }},
		{"tallies dropped", func(tx storage.Tx) error { return tx.DropTallies(s.now().Add(2 * day)) }},
		{"handed dropped", func(tx storage.Tx) error { return tx.DropHanded(s.now().Add(day)) }},
	}
	for _, step := range steps {
		s.refuse(failed, func(tx storage.Tx) error {
			if err := step.do(tx); err != nil {
				t.Errorf("%s: %v", step.name, err)
			}
			return failed
		})
		if now := state(); now != was {
			t.Fatalf("%s, which failed, left a trace:\n%s\nbefore:\n%s", step.name, now, was)
		}
		amid(step.do)
		if now := state(); now != was {
			t.Fatalf("%s, which failed amid others, left a trace:\n%s\nbefore:\n%s", step.name, now, was)
		}
	}
	amid(func(tx storage.Tx) error { // all of them, the drops last
		for _, step := range steps {
			if err := step.do(tx); err != nil && !errors.Is(err, storage.ErrConflict) { // some exclude each other
				t.Errorf("%s among others: %v", step.name, err)
			}
		}
		return nil
	})
	if now := state(); now != was {
		t.Errorf("all of it, which failed, left a trace:\n%s\nbefore:\n%s", now, was)
	}
}
