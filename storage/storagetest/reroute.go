package storagetest

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/storage"
)

// testReroute: what waits for a gateway moves to another, of a run or not; what is claimed or may have left stays.
func testReroute(t *testing.T, s *site) {
	run := bot.Broadcast{ID: s.ids.New(), Kind: bot.BulletinNews, State: bot.BroadcastSending}
	paused := bot.Broadcast{ID: s.ids.New(), Kind: bot.BulletinNews, State: bot.BroadcastPaused}
	for _, b := range []bot.Broadcast{run, paused} {
		s.update(func(tx storage.Tx) error { return tx.PutBroadcast(b, 0) })
	}
	of := func(id bot.ID) func(*bot.Outbound) {
		return func(o *bot.Outbound) { o.Broadcast, o.Lane, o.Lang = id, bot.LaneBulletin, bot.French }
	}
	claimed := s.queue(of(run.ID))
	s.claim(s.request(1))
	stays := []bot.Outbound{
		s.outbound(claimed.ID), s.queue(of(paused.ID)), s.queue(func(o *bot.Outbound) { o.Lane = bot.LaneFollowUp }),
		s.queue(func(o *bot.Outbound) { o.Gateway = "gg" }),
	}
	moves := []bot.Outbound{
		s.queue(nil), s.queue(func(o *bot.Outbound) { o.NextAt, o.Attempts = s.now().Add(time.Hour), 3 }),
		s.queue(of(run.ID)), s.queue(func(o *bot.Outbound) { of(run.ID)(o); o.NextAt = s.now().Add(time.Hour) }), s.queue(of(run.ID)),
	}
	r := storage.RerouteRequest{
		Gateway: "g", N: 2, Lanes: []bot.Lane{bot.LaneReply, bot.LaneBulletin},
		To: func(storage.Tx, bot.Outbound) (string, error) { return "h", nil },
	}
	moved, calls := 0, 0
	for more := true; more; calls++ {
		done, err := s.Reroute(t.Context(), r)
		if err != nil {
			t.Fatal(err)
		}
		moved, r.After, more = moved+done.Moved["h"], done.After, done.More
	}
	if moved != len(moves) || calls != 3 {
		t.Errorf("%d moved in %d portions of two, want %d in 3", moved, calls, len(moves))
	}
	for _, o := range stays {
		if now := s.outbound(o.ID); !reflect.DeepEqual(now, o) {
			t.Errorf("moved or changed: %+v, was %+v", now, o)
		}
	}
	for _, o := range moves {
		o.Gateway, o.Rev = "h", o.Rev+1
		if now := s.outbound(o.ID); !reflect.DeepEqual(now, o) {
			t.Errorf("after the move %+v, want %+v", now, o)
		}
	}
	c := s.request(10)
	c.Gateway = "h"
	if got := s.claim(c).Rows; len(got) != 3 || got[0].Row.ID != moves[0].ID {
		t.Errorf("%d claimed of the other gateway, want the 3 that are due, the reply first", len(got))
	}
	s.clock.Add(time.Hour)
	if due, err := s.NextDue(t.Context(), "g"); err != nil || due != stays[2].NextAt {
		t.Errorf("due at the first gateway: %v (%v), want what was in no such lane", due, err)
	}
	s.view(func(tx storage.Tx) error {
		tally, err := tx.BroadcastTally(run.ID)
		if err != nil || tally.States[bot.OutQueued] != 1 || tally.States[bot.OutClaimed] != 3 || tally.Total() != 4 {
			t.Errorf("the run's sums: %+v (%v), want 1 queued and 3 claimed", tally, err)
		}
		return nil
	})
}

// testRerouteFails: a To that fails or panics leaves its message where it is, and what it wrote is undone.
func testRerouteFails(t *testing.T, s *site) {
	rows := []bot.Outbound{s.queue(nil), s.queue(nil), s.queue(nil)}
	done, err := s.Reroute(t.Context(), storage.RerouteRequest{
		Gateway: "g", N: 10, Lanes: bot.Lanes(),
		To: func(tx storage.Tx, o bot.Outbound) (string, error) {
			switch o.ID {
			case rows[0].ID:
				return "h", errors.Join(tx.PutTold(rows[0].ID, bot.ContactKey{1}, bot.Told{AnswerNo: 9}), errors.New("no"))
			case rows[1].ID:
				panic("no")
			}
			return "h", nil
		},
	})
	if err != nil || !maps.Equal(done.Moved, map[string]int{"h": 1}) || done.More {
		t.Errorf("moved %+v (%v), want one", done, err)
	}
	for i, want := range []string{"g", "g", "h"} {
		if got := s.outbound(rows[i].ID).Gateway; got != want {
			t.Errorf("message %d is at %s, want %s", i, got, want)
		}
	}
	s.refuseTold(rows[0].ID)
	for _, r := range []storage.RerouteRequest{{N: 1, To: stay}, {Gateway: "g", To: stay}, {Gateway: "g", N: 1}} {
		if _, err := s.Reroute(t.Context(), r); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%+v gave %v, want ErrInvalid", r, err)
		}
	}
}

func stay(storage.Tx, bot.Outbound) (string, error) { return "", nil }

// refuseTold: nothing was noted about what anybody heard.
func (s *site) refuseTold(about bot.ID) {
	s.t.Helper()
	s.view(func(tx storage.Tx) error {
		if told, err := tx.Told(about, bot.ContactKey{1}); !errors.Is(err, storage.ErrNotFound) {
			s.t.Errorf("a failed decision left %+v (%v)", told, err)
		}
		return nil
	})
}

// reroute moves some messages of a gateway, in portions that may end anywhere.
func (x *machine) reroute(rt *rapid.T) {
	from, to := "g", "gg"
	if rapid.Bool().Draw(rt, "back") {
		from, to = to, from
	}
	lanes := rapid.SliceOfDistinct(rapid.SampledFrom(bot.Lanes()), rapid.ID[bot.Lane]).Draw(rt, "lanes")
	r := storage.RerouteRequest{
		Gateway: from, N: rapid.IntRange(1, 4).Draw(rt, "portion"), Lanes: lanes,
		To: func(_ storage.Tx, o bot.Outbound) (string, error) {
			if !x.m.mayMove(o) {
				return "", nil
			}
			return to, nil
		},
	}
	got, want := 0, x.m.reroute(from, to, lanes)
	for more := true; more; {
		done, err := x.Reroute(x.t.Context(), r)
		if err != nil {
			rt.Fatal(err)
		}
		got, r.After, more = got+done.Moved[to], done.After, done.More
	}
	if got != want {
		rt.Fatal(fmt.Sprintf("%d moved, the model %d", got, want))
	}
}
