package storagetest

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

var outStates = []bot.OutState{bot.OutQueued, bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered,
	bot.OutFailed, bot.OutExpired, bot.OutSuppressed}

// testTransitions tries every change of state, and looks where the row is found afterwards.
func testTransitions(t *testing.T, s *site) {
	for _, from := range outStates {
		for _, to := range outStates {
			o := outbound(s.ids.New(), func(o *bot.Outbound) { o.State, o.Token, o.LeaseUntil = from, s.ids.New(), s.now() })
			s.update(func(tx storage.Tx) error { return tx.PutOutbound(o, 0) })
			o.State = to
			err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.PutOutbound(o, 1) })
			now := to
			switch allowed := from == to || from.CanBecome(to); {
			case allowed && err != nil:
				t.Errorf("%s to %s: %v", from, to, err)
			case !allowed:
				now = from
				if !errors.Is(err, storage.ErrInvalid) {
					t.Errorf("%s to %s: %v, want ErrInvalid", from, to, err)
				}
			}
			s.view(func(tx storage.Tx) error {
				for _, state := range outStates {
					list, err := idsOf(tx.Outbounds(state, storage.Page{Limit: 1000}))
					if err != nil {
						return err
					}
					want := state == now && state != bot.OutHandedOver && state != bot.OutDelivered
					if slices.Contains(list, o.ID) != want {
						t.Errorf("%s to %s: among the %s ones: %v, want %v", from, to, state, !want, want)
					}
					if n, err := tx.CountOutbounds(state, 1000); err != nil || n != len(list) {
						t.Errorf("%d %s ones counted (%v), %d listed", n, state, err, len(list))
					}
				}
				return nil
			})
		}
	}
}

func testQueueOrder(t *testing.T, s *site) {
	var want []bot.ID
	lanes := bot.Lanes()
	slices.Reverse(lanes)
	for i, lane := range lanes { // the last lane is stored first
		later := s.queue(func(o *bot.Outbound) { o.Lane, o.NextAt = lane, s.now() })
		earlier := s.queue(func(o *bot.Outbound) { o.Lane, o.NextAt = lane, s.now().Add(-time.Duration(i+1)*time.Hour) })
		want = slices.Concat([]bot.ID{earlier.ID, later.ID}, want)
	}
	s.queue(func(o *bot.Outbound) { o.Lane, o.NextAt = bot.LaneCorrection, s.now()+1 }) // not yet due
	s.queue(func(o *bot.Outbound) { o.Gateway = "g2" })
	s.queue(func(o *bot.Outbound) { o.Gateway = "gg" })
	var got []bot.ID
	for range len(want) {
		c := s.request(3)
		claims := s.claim(c)
		for _, claimed := range claims.Rows {
			row := claimed.Row
			got = append(got, row.ID)
			if row.State != bot.OutClaimed || row.Token != c.Token || row.LeaseUntil != s.now().Add(c.Lease) || row.Rev != 2 {
				t.Errorf("claimed %+v", row)
			}
			if claimed.Text != "ok" || claimed.To.Value == "" {
				t.Error("a claim lost the text or the number that was decided")
			}
			if s.outbound(row.ID).Token != c.Token {
				t.Error("a claim is not stored")
			}
		}
		if more := len(got) < len(want); claims.More != more {
			t.Errorf("after %d of %d: More is %v", len(got), len(want), claims.More)
		}
		if !claims.More {
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("claimed in the order %v, want %v", got, want)
	}
	if claims := s.claim(s.request(3)); len(claims.Rows) != 0 {
		t.Errorf("%d rows claimed twice", len(claims.Rows))
	}
	for name, c := range map[string]storage.ClaimRequest{
		"no gateway": {N: 1, Now: s.now(), Lease: 1, Token: s.ids.New(), Decide: sendAll},
		"no number":  {Gateway: "g", Now: s.now(), Lease: 1, Token: s.ids.New(), Decide: sendAll},
		"no lease":   {Gateway: "g", N: 1, Now: s.now(), Token: s.ids.New(), Decide: sendAll},
		"no token":   {Gateway: "g", N: 1, Now: s.now(), Lease: 1, Decide: sendAll},
		"no Decide":  {Gateway: "g", N: 1, Now: s.now(), Lease: 1, Token: s.ids.New()},
	} {
		if _, err := s.Claim(t.Context(), c); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%s: %v, want ErrInvalid", name, err)
		}
	}
}

func testDecisions(t *testing.T, s *site) {
	held, ended, written := s.queue(nil), s.queue(nil), s.queue(nil)
	person := bot.ContactKey{7}
	c := s.request(10)
	until := s.now().Add(time.Hour)
	c.Decide = func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
		switch o.ID {
		case held.ID:
			return storage.Decision{Hold: until, Reason: "quiet_hours"}, nil
		case ended.ID:
			return storage.Decision{End: bot.OutSuppressed, Reason: "stopped"}, nil
		}
		if err := tx.PutContact(bot.Contact{Key: person}, 0); err != nil {
			return storage.Decision{}, err
		}
		o.Args = map[string]string{"ref": "482918"}
		return storage.Decision{Send: true, Text: "ok"}, tx.PutOutbound(o, o.Rev)
	}
	claims := s.claim(c)
	if len(claims.Rows) != 1 || claims.Rows[0].Row.ID != written.ID || claims.More {
		t.Fatalf("claimed %d rows, more %v", len(claims.Rows), claims.More)
	}
	if row := s.outbound(written.ID); row.Args["ref"] != "482918" || row.State != bot.OutClaimed {
		t.Errorf("what Decide wrote into the row itself is lost: %+v", row)
	}
	if row := s.outbound(held.ID); row.State != bot.OutQueued || row.NextAt != until || row.Reason != "quiet_hours" {
		t.Errorf("held: %+v", row)
	}
	if row := s.outbound(ended.ID); row.State != bot.OutSuppressed || row.EndedAt != s.now() || row.Reason != "stopped" {
		t.Errorf("ended: %+v", row)
	}
	s.view(func(tx storage.Tx) error {
		_, err := tx.Contact(person)
		return err
	})
	s.clock.Add(time.Hour)
	if claims := s.claim(s.request(10)); len(claims.Rows) != 1 || claims.Rows[0].Row.ID != held.ID {
		t.Errorf("claimed %d rows, want the one that was held", len(claims.Rows))
	}
}

// testFailingDecisions: a rule that fails holds up its own row for five minutes, and nobody else's.
func testFailingDecisions(t *testing.T, s *site) {
	trace := bot.ContactKey{9}
	for name, decide := range map[string]func(storage.Tx, bot.Outbound) (storage.Decision, error){
		"error": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{Send: true}, errors.New("no")
		},
		"panic": func(storage.Tx, bot.Outbound) (storage.Decision, error) { panic("no") },
		"nil": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			var o *bot.Outbound
			return storage.Decision{Send: o.AnswerNo > 0}, nil
		},
		"empty": func(storage.Tx, bot.Outbound) (storage.Decision, error) { return storage.Decision{}, nil },
		"both": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{Send: true, End: bot.OutExpired}, nil
		},
		"held until now": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{Hold: s.now(), Reason: "quiet_hours"}, nil
		},
		"ended as delivered": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{End: bot.OutDelivered}, nil
		},
		"ended as claimed": func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{End: bot.OutClaimed}, nil
		},
	} {
		bad, good := s.queue(nil), s.queue(nil)
		c := s.request(10)
		c.Decide = func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
			if o.ID != bad.ID {
				return sendAll(tx, o)
			}
			if err := tx.PutContact(bot.Contact{Key: trace}, 0); err != nil {
				return storage.Decision{}, err
			}
			return decide(tx, o)
		}
		claims := s.claim(c)
		if len(claims.Rows) != 1 || claims.Rows[0].Row.ID != good.ID {
			t.Errorf("%s: %d rows claimed, want the good one", name, len(claims.Rows))
		}
		row := s.outbound(bad.ID)
		if row.State != bot.OutQueued || row.NextAt != s.now().Add(5*time.Minute) || row.Reason != "check_failed" {
			t.Errorf("%s: the row is %s, due %s, reason %q", name, row.State, row.NextAt, row.Reason)
		}
		s.view(func(tx storage.Tx) error {
			if _, err := tx.Contact(trace); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s: what Decide wrote before it failed is stored (%v)", name, err)
			}
			return nil
		})
	}
}

func testClaimLook(t *testing.T, s *site) {
	const suppressed = storage.ClaimLook + 44
	var last bot.Outbound
	for range suppressed {
		s.queue(nil)
	}
	last = s.queue(nil)
	looked := map[bot.ID]bool{}
	c := s.request(5)
	c.Decide = func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
		looked[o.ID] = true
		if o.ID == last.ID {
			return sendAll(tx, o)
		}
		return storage.Decision{End: bot.OutSuppressed, Reason: "stopped"}, nil
	}
	claims := s.claim(c)
	if len(looked) != storage.ClaimLook || len(claims.Rows) != 0 || !claims.More {
		t.Errorf("the first claim looked at %d rows, gave %d, more %v", len(looked), len(claims.Rows), claims.More)
	}
	claims = s.claim(c)
	if len(claims.Rows) != 1 || claims.Rows[0].Row.ID != last.ID || claims.More {
		t.Errorf("the second claim gave %d rows, more %v", len(claims.Rows), claims.More)
	}
}

func testSettle(t *testing.T, s *site) {
	at := s.now().Add(time.Second)
	retry := s.now().Add(time.Minute)
	for _, c := range []struct {
		outcome storage.Outcome
		want    func(*bot.Outbound)
	}{
		{storage.Outcome{State: bot.OutHandedOver, At: at, ExternalID: "x1", Counted: true, Encoding: bot.GSM7, Parts: 2},
			func(o *bot.Outbound) {
				o.State, o.HandedAt, o.ExternalID, o.Attempts, o.Encoding, o.Parts = bot.OutHandedOver, at, "x1", 1, bot.GSM7, 2
			}},
		{storage.Outcome{State: bot.OutFailed, At: at, Reason: "bad_number", Counted: true},
			func(o *bot.Outbound) {
				o.State, o.EndedAt, o.Reason, o.Attempts = bot.OutFailed, at, "bad_number", 1
			}},
		{storage.Outcome{State: bot.OutUnknown, At: at, Reason: "timeout", Counted: true},
			func(o *bot.Outbound) { o.State, o.Reason, o.Attempts = bot.OutUnknown, "timeout", 1 }},
		{storage.Outcome{State: bot.OutQueued, At: at, NextAt: retry, Reason: "busy", Counted: true},
			func(o *bot.Outbound) {
				o.State, o.NextAt, o.Reason, o.Attempts = bot.OutQueued, retry, "busy", 1
			}},
		{storage.Outcome{State: bot.OutQueued, At: at, NextAt: retry, Reason: "circuit_open"},
			func(o *bot.Outbound) { o.State, o.NextAt, o.Reason = bot.OutQueued, retry, "circuit_open" }},
	} {
		row := s.claimOne()
		want := row
		want.Rev, want.Token, want.LeaseUntil = row.Rev+1, bot.ID{}, 0
		c.want(&want)
		c.outcome.ID, c.outcome.Token = row.ID, row.Token
		if err := s.Settle(t.Context(), []storage.Outcome{c.outcome}, nil); err != nil {
			t.Fatalf("settle as %s: %v", c.outcome.State, err)
		}
		if got := s.outbound(row.ID); fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", want) {
			t.Errorf("settled as %s:\n%+v, want\n%+v", c.outcome.State, got, want)
		}
	}
	s.clock.Add(time.Minute)
	if claims := s.claim(s.request(10)); len(claims.Rows) != 2 {
		t.Errorf("%d claimed after the wait, want the two queued for another try", len(claims.Rows))
	}
	for _, state := range []bot.OutState{bot.OutClaimed, bot.OutDelivered, bot.OutExpired, bot.OutSuppressed, ""} {
		if err := s.Settle(t.Context(), []storage.Outcome{{ID: s.ids.New(), Token: s.ids.New(), State: state}}, nil); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("settle as %q: %v, want ErrInvalid", state, err)
		}
	}
}

// testReportFirst: the delivery report of a fast network comes before our own note that the gateway took the message.
func testReportFirst(t *testing.T, s *site) {
	for _, outcome := range []bot.OutState{bot.OutHandedOver, bot.OutUnknown, bot.OutFailed, bot.OutQueued} {
		row := s.claimOne()
		delivered := row
		delivered.State, delivered.EndedAt = bot.OutDelivered, s.now()
		s.update(func(tx storage.Tx) error { return tx.PutOutbound(delivered, row.Rev) })
		lost := 0
		err := s.Settle(t.Context(), []storage.Outcome{{ID: row.ID, Token: row.Token, State: outcome, At: s.now() + 1, NextAt: s.now() + 2,
			Reason: "timeout", ExternalID: "x1", Counted: true, Encoding: bot.UCS2, Parts: 3}},
			func(storage.Tx, bot.Outbound) error { lost++; return nil })
		if err != nil {
			t.Fatalf("settle as %s: %v", outcome, err)
		}
		got := s.outbound(row.ID)
		if got.State != bot.OutDelivered || got.EndedAt != s.now() || got.Reason != "" {
			t.Errorf("settled as %s after delivery: %+v", outcome, got)
		}
		if got.ExternalID != "x1" || got.Parts != 3 || got.Encoding != bot.UCS2 || !got.Token.IsZero() {
			t.Errorf("settled as %s after delivery: what we alone know is not filled in: %+v", outcome, got)
		}
		if outcome == bot.OutHandedOver && got.HandedAt != s.now()+1 {
			t.Errorf("handed over at %d", got.HandedAt)
		}
		if lost > 0 {
			t.Error("a delivered message was told to be lost")
		}
	}
	if claims := s.claim(s.request(10)); len(claims.Rows) != 0 {
		t.Errorf("%d delivered messages are claimed again", len(claims.Rows))
	}
}

func testFencing(t *testing.T, s *site) {
	row, fine := s.claimOne(), s.claimOne()
	handed := func(id, token bot.ID) storage.Outcome {
		return storage.Outcome{ID: id, Token: token, State: bot.OutHandedOver, At: s.now()}
	}
	err := s.Settle(t.Context(), []storage.Outcome{handed(row.ID, s.ids.New()), handed(s.ids.New(), row.Token), handed(row.ID, bot.ID{}), handed(fine.ID, fine.Token)}, nil)
	if !errors.Is(err, storage.ErrFenced) {
		t.Errorf("settle with another's token: %v, want ErrFenced", err)
	}
	if got := s.outbound(row.ID); got.State != bot.OutClaimed || got.Token != row.Token || got.Rev != row.Rev {
		t.Errorf("a fenced outcome changed the row: %+v", got)
	}
	if got := s.outbound(fine.ID); got.State != bot.OutHandedOver {
		t.Errorf("the other outcome is not stored: %s", got.State)
	}
	// Settled once, the token is used up.
	if err := s.Settle(t.Context(), []storage.Outcome{handed(fine.ID, fine.Token)}, nil); !errors.Is(err, storage.ErrFenced) {
		t.Errorf("settle twice: %v, want ErrFenced", err)
	}
	// A claim that was given up is not ours any more.
	if _, err := s.Abandon(t.Context(), bot.Forever, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.Settle(t.Context(), []storage.Outcome{handed(row.ID, row.Token)}, nil); !errors.Is(err, storage.ErrFenced) {
		t.Errorf("settle an abandoned claim: %v, want ErrFenced", err)
	}
	if got := s.outbound(row.ID); got.State != bot.OutUnknown {
		t.Errorf("the abandoned row is %s", got.State)
	}
}

// testLost: what follows an unknown message is decided in the same commit; failing at it does not undo the truth.
func testLost(t *testing.T, s *site) {
	row, bad := s.claimOne(), s.claimOne()
	again := s.ids.New()
	failed := errors.New("no rule")
	err := s.Settle(t.Context(), []storage.Outcome{
		{ID: bad.ID, Token: bad.Token, State: bot.OutUnknown, At: s.now()},
		{ID: row.ID, Token: row.Token, State: bot.OutUnknown, At: s.now()},
	}, func(tx storage.Tx, o bot.Outbound) error {
		if o.State != bot.OutUnknown {
			t.Errorf("told to be lost while %s", o.State)
		}
		if o.ID == bad.ID {
			return errors.Join(tx.PutContact(bot.Contact{Key: bot.ContactKey{5}}, 0), failed)
		}
		return tx.PutOutbound(outbound(again, func(o *bot.Outbound) { o.ResendOf = row.ID; o.NextAt = s.now() }), 0)
	})
	if !errors.Is(err, failed) {
		t.Errorf("settle gave %v, want the error of the one that failed", err)
	}
	for _, id := range []bot.ID{row.ID, bad.ID} {
		if got := s.outbound(id); got.State != bot.OutUnknown {
			t.Errorf("the row is %s, want unknown", got.State)
		}
	}
	if got := s.outbound(again); got.ResendOf != row.ID {
		t.Errorf("the message to send again is %+v", got)
	}
	s.view(func(tx storage.Tx) error {
		if _, err := tx.Contact(bot.ContactKey{5}); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("what the failing one wrote is stored (%v)", err)
		}
		return nil
	})
}

func testAbandon(t *testing.T, s *site) {
	first := s.claimOne()
	s.clock.Add(time.Hour)
	second := s.claimOne()
	queued := s.queue(nil)
	told := map[bot.ID]int{}
	abandon := func(before bot.Instant, want int) {
		t.Helper()
		seen := map[bot.ID]bool{}
		n, err := s.Abandon(t.Context(), before, func(_ storage.Tx, o bot.Outbound) error { seen[o.ID] = true; return nil })
		if err != nil || n != want {
			t.Errorf("%d abandoned (%v), want %d", n, err, want)
		}
		for id := range seen {
			told[id]++
		}
	}
	abandon(first.LeaseUntil, 0) // not before its end
	abandon(first.LeaseUntil+1, 1)
	if got := s.outbound(first.ID); got.State != bot.OutUnknown || got.Reason == "" || !got.Token.IsZero() {
		t.Errorf("abandoned: %+v", got)
	}
	if got := s.outbound(second.ID); got.State != bot.OutClaimed {
		t.Errorf("a live claim was abandoned: %s", got.State)
	}
	abandon(bot.Forever, 1)
	abandon(bot.Forever, 0)
	if told[first.ID] != 1 || told[second.ID] != 1 || len(told) != 2 {
		t.Errorf("told to be lost: %v", told)
	}
	if got := s.outbound(queued.ID); got.State != bot.OutQueued {
		t.Errorf("a queued message was abandoned: %s", got.State)
	}
	failed := errors.New("no rule")
	s.claim(s.request(1))
	if n, err := s.Abandon(t.Context(), bot.Forever, func(storage.Tx, bot.Outbound) error { return failed }); n != 1 || !errors.Is(err, failed) {
		t.Errorf("abandon with a rule that fails: %d, %v", n, err)
	}
	if got := s.outbound(queued.ID); got.State != bot.OutUnknown {
		t.Errorf("a rule that fails kept the claim: %s", got.State)
	}
}

func testNextDue(t *testing.T, s *site) {
	due := func(want bot.Instant) {
		t.Helper()
		if got, err := s.NextDue(t.Context(), "g"); err != nil || got != want {
			t.Errorf("next due %d (%v), want %d", got, err, want)
		}
	}
	due(0)
	s.queue(func(o *bot.Outbound) { o.Gateway, o.NextAt = "f", s.now().Add(-day) })
	due(0)
	s.queue(func(o *bot.Outbound) { o.Lane, o.NextAt = bot.LaneCorrection, s.now().Add(time.Hour) })
	due(s.now().Add(time.Hour))
	o := s.queue(func(o *bot.Outbound) { o.Lane, o.NextAt = bot.LaneFollowUp, s.now().Add(time.Minute) })
	due(s.now().Add(time.Minute)) // of whatever lane
	o.State = bot.OutExpired
	s.update(func(tx storage.Tx) error { return tx.PutOutbound(o, o.Rev) })
	due(s.now().Add(time.Hour))
	s.queue(func(o *bot.Outbound) { o.NextAt = 0 }) // no time means at once
	if got, err := s.NextDue(t.Context(), "g"); err != nil || got == 0 || got > s.now() {
		t.Errorf("a message without a time is due at %d (%v)", got, err)
	}
	if claims := s.claim(s.request(9)); len(claims.Rows) != 1 {
		t.Errorf("%d claimed, want the one without a time", len(claims.Rows))
	}
}

func testClock(t *testing.T, s *site) {
	s.queue(nil)
	if c := s.Clock(); c.Last != s.now() || c.Behind {
		t.Errorf("clock %+v after a commit at %s", c, s.now())
	}
	last := s.now()
	s.clock.Add(-time.Minute)
	if s.Clock().Behind {
		t.Error("a minute is no reason to distrust a clock")
	}
	s.clock.Add(-time.Second)
	s.queue(nil) // storing goes on
	if c := s.Clock(); !c.Behind || c.Last != last {
		t.Errorf("clock %+v while it is behind", c)
	}
	if _, err := s.Claim(t.Context(), s.request(1)); !errors.Is(err, storage.ErrClockBehind) {
		t.Errorf("claim with a clock that is behind: %v, want ErrClockBehind", err)
	}
	if err := s.AcceptClock(t.Context()); err != nil {
		t.Fatal(err)
	}
	if c := s.Clock(); c.Behind || c.Last != s.now() {
		t.Errorf("clock %+v after it was accepted", c)
	}
	if claims := s.claim(s.request(1)); len(claims.Rows) != 1 {
		t.Errorf("%d claimed after the clock was accepted", len(claims.Rows))
	}
}
