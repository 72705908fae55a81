package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// testBulletins: lists by state, and by when they are due.
func testBulletins(t *testing.T, s *site) {
	later, soon, byHand := s.ids.New(), s.ids.New(), s.ids.New()
	for id, next := range map[bot.ID]bot.Instant{later: s.now().Add(time.Hour), soon: s.now().Add(time.Minute), byHand: 0} {
		b := bot.Bulletin{ID: id, State: bot.BulletinApproved, Kind: bot.BulletinNews, Schedule: bot.Schedule{Next: next}}
		s.update(func(tx storage.Tx) error { return tx.PutBulletin(b, 0) })
		s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutBulletin(b, 0) })
	}
	due := func(at bot.Instant, want ...bot.ID) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.DueBulletins(at, 10)
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("due: %v (%v), want %v", got, err, want)
			}
			return nil
		})
	}
	due(s.now())
	due(s.now().Add(time.Hour), soon, later)
	s.update(func(tx storage.Tx) error {
		b, err := tx.Bulletin(soon)
		b.Schedule.Next, b.State = 0, bot.BulletinSent
		return errors.Join(err, tx.PutBulletin(b, b.Rev))
	})
	due(s.now().Add(time.Hour), later)
	s.view(func(tx storage.Tx) error {
		approved, err := tx.Bulletins(bot.BulletinApproved, storage.Page{})
		if err != nil || len(approved) != 2 {
			t.Errorf("%d approved (%v), want 2", len(approved), err)
		}
		if n, err := tx.CountBulletins(bot.BulletinSent, 10); err != nil || n != 1 {
			t.Errorf("%d sent (%v), want 1", n, err)
		}
		return nil
	})
}

// testRunHeld: what belongs to a run that is paused or withdrawn is not claimed, and not due; it waits where it is.
func testRunHeld(t *testing.T, s *site) {
	run := bot.Broadcast{ID: s.ids.New(), Kind: bot.BulletinAlert, State: bot.BroadcastQueueing}
	s.update(func(tx storage.Tx) error { return tx.PutBroadcast(run, 0) })
	first := s.queue(func(o *bot.Outbound) { o.Broadcast, o.Lane = run.ID, bot.LaneAlert })
	second := s.queue(func(o *bot.Outbound) { o.Broadcast, o.Lane = run.ID, bot.LaneAlert })
	turn := func(state bot.BroadcastState, reported bot.Instant) {
		s.update(func(tx storage.Tx) error {
			b, err := tx.Broadcast(run.ID)
			b.State, b.ReportAt = state, reported
			return errors.Join(err, tx.PutBroadcast(b, b.Rev))
		})
	}
	holds := func(want bool) {
		t.Helper()
		if held, err := s.Holds(t.Context(), bot.LaneAlert, run.ID); err != nil || held != want {
			t.Errorf("held just before the send: %v (%v), want %v", held, err, want)
		}
	}
	claimed := func(want ...bot.ID) {
		t.Helper()
		var got []bot.ID
		for _, row := range s.claim(s.request(1)).Rows {
			got = append(got, row.Row.ID)
		}
		if !slices.Equal(got, want) {
			t.Errorf("claimed %v, want %v", got, want)
		}
	}
	holds(false)
	turn(bot.BroadcastPaused, 0)
	holds(true)
	claimed()
	if due, err := s.NextDue(t.Context(), "g"); err != nil || due != 0 {
		t.Errorf("due at %v (%v) while the run is paused", due, err)
	}
	turn(bot.BroadcastSending, 0)
	claimed(first.ID)
	turn(bot.BroadcastWithdrawn, 0)
	holds(true)
	claimed()
	s.view(func(tx storage.Tx) error {
		rows, err := tx.BroadcastRows(run.ID, bot.OutQueued, storage.Page{})
		if err != nil || len(rows) != 1 || rows[0].ID != second.ID {
			t.Errorf("queued of the run: %v (%v)", rows, err)
		}
		if open, err := tx.OpenBroadcasts(storage.Page{}); err != nil || len(open) != 1 {
			t.Errorf("%d open runs (%v), want 1: somebody has to suppress what is queued", len(open), err)
		}
		return nil
	})
	turn(bot.BroadcastWithdrawn, s.now())
	s.view(func(tx storage.Tx) error {
		if open, err := tx.OpenBroadcasts(storage.Page{}); err != nil || len(open) != 0 {
			t.Errorf("%d open runs (%v) after the end", len(open), err)
		}
		return nil
	})
}

// testRunWaits: a decision about one row makes its whole run wait, and rewrites no row.
func testRunWaits(t *testing.T, s *site) {
	run := bot.Broadcast{ID: s.ids.New(), Kind: bot.BulletinNews, State: bot.BroadcastSending}
	s.update(func(tx storage.Tx) error { return tx.PutBroadcast(run, 0) })
	var rows []bot.Outbound
	for range 5 {
		rows = append(rows, s.queue(func(o *bot.Outbound) { o.Broadcast, o.Lane = run.ID, bot.LaneBulletin }))
	}
	morning := s.now().Add(8 * time.Hour)
	asked := 0
	c := s.request(3)
	c.Decide = func(storage.Tx, bot.Outbound) (storage.Decision, error) {
		asked++
		return storage.Decision{Hold: morning, Run: true, Reason: "quiet_hours"}, nil
	}
	if got := s.claim(c); len(got.Rows) != 0 || got.More {
		t.Errorf("claimed %v, more: %v", got.Rows, got.More)
	}
	for _, o := range rows {
		if now := s.outbound(o.ID); now.Rev != 1 || now.NextAt != o.NextAt {
			t.Errorf("a row of a run that waits was rewritten: %+v", now)
		}
	}
	asked = 0
	if got := s.claim(c); len(got.Rows) != 0 || asked != 0 {
		t.Errorf("asked %d times about a run that waits, claimed %v", asked, got.Rows)
	}
	if due, err := s.NextDue(t.Context(), "g"); err != nil || due != morning {
		t.Errorf("due at %v (%v), want the morning", due, err)
	}
	s.clock.Add(8 * time.Hour)
	if got := s.claim(s.request(5)); len(got.Rows) != 5 {
		t.Errorf("%d claimed in the morning, want 5", len(got.Rows))
	}
}

// testSentMarks: a message counts once, on its day, for a week or so.
func testSentMarks(t *testing.T, s *site) {
	ama, ben := bot.ContactKey{1}, bot.ContactKey{2}
	monday := s.now()
	message := s.ids.New()
	for range 2 {
		s.update(func(tx storage.Tx) error { return tx.MarkSent(ama, message, monday) })
	}
	s.update(func(tx storage.Tx) error { return tx.MarkSent(ama, s.ids.New(), monday.Add(3*day)) })
	run := s.queue(func(o *bot.Outbound) { o.Contact = ben })
	c := s.request(1)
	c.Decide = func(storage.Tx, bot.Outbound) (storage.Decision, error) {
		return storage.Decision{Send: true, To: bot.Address{Kind: bot.Phone, Value: "+22370000000"}, Text: "ok", Mark: true}, nil
	}
	if rows := s.claim(c).Rows; len(rows) != 1 || rows[0].Row.ID != run.ID {
		t.Fatalf("claimed %v", rows)
	}
	count := func(to bot.ContactKey, since bot.Instant, want int) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			if n, err := tx.SentSince(to, since); err != nil || n != want {
				t.Errorf("%d sent (%v), want %d", n, err, want)
			}
			return nil
		})
	}
	count(ama, monday, 2)
	count(ama, monday.Add(day), 1)
	count(ben, monday, 1)
	s.update(func(tx storage.Tx) error { return tx.DropSent(monday.Add(day)) })
	count(ama, monday, 1)
	count(ben, monday, 0)
}
