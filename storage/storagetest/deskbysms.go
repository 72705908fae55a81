package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

func testDeskNumbers(t *testing.T, s *site) {
	key := bot.ContactKey(s.ids.New())
	number := bot.DeskNumber{Key: key, User: "awa", Since: s.now()}
	s.update(func(tx storage.Tx) error { return tx.PutDeskNumber(number, 0) })
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { // one number, one account
		return tx.PutDeskNumber(bot.DeskNumber{Key: key, User: "bintou"}, 0)
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		return errors.Join(tx.DropDeskNumber(key), storage.ErrInvalid)
	})
	s.view(func(tx storage.Tx) error {
		if n, err := tx.DeskNumber(key); err != nil || n.User != "awa" {
			t.Errorf("after a drop that was taken back: %+v (%v)", n, err)
		}
		return nil
	})
	s.update(func(tx storage.Tx) error { return errors.Join(tx.DropDeskNumber(key), tx.DropDeskNumber(key)) })
	s.view(func(tx storage.Tx) error {
		if _, err := tx.DeskNumber(key); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("after it was dropped: %v, want ErrNotFound", err)
		}
		return nil
	})
}

func testSheets(t *testing.T, s *site) {
	code := func(user string, no int, used bot.Instant) bot.SheetCode {
		return bot.SheetCode{Key: bot.CodeKey(s.ids.New()), User: user, No: no, PrintedAt: s.now(), UsedAt: used}
	}
	old := []bot.SheetCode{code("awa", 1, s.now()), code("awa", 2, 0), code("awa", 3, 0)}
	other := code("bintou", 1, 0)
	s.update(func(tx storage.Tx) error {
		for _, c := range append(slices.Clone(old), other) {
			if err := tx.PutSheetCode(c, 0); err != nil {
				return err
			}
		}
		return nil
	})
	s.update(func(tx storage.Tx) error {
		open, err := tx.DropSheet("awa")
		if err != nil || open != 2 {
			t.Errorf("the sheet had %d open codes (%v), want 2", open, err)
		}
		return err
	})
	s.view(func(tx storage.Tx) error {
		for _, c := range old {
			if _, err := tx.SheetCode(c.Key); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("code %d of a dropped sheet: %v, want ErrNotFound", c.No, err)
			}
		}
		if c, err := tx.SheetCode(other.Key); err != nil || c.User != "bintou" {
			t.Errorf("the sheet of somebody else: %+v (%v)", c, err)
		}
		return nil
	})
	key := s.CodeKey("123457")
	if again := s.CodeKey("123457"); key == s.CodeKey("123458") || key != again {
		t.Error("a code's key is not the code's own")
	}
	if bot.RepeatKey(key) == s.RepeatKey("123457") {
		t.Error("a code has the key of a message")
	}
}

// testSwitch: a claim hands out what the switch lets leave, from the commit on that set it, and nothing else is due.
func testSwitch(t *testing.T, s *site) {
	all := bot.Lanes()
	held := map[bot.SendState][]bot.Lane{
		bot.SendAll:    nil,
		bot.SendPaused: {bot.LaneBulletin, bot.LaneFollowUp},
		bot.SendCut:    {bot.LaneAlarm, bot.LaneCorrection, bot.LaneReply, bot.LaneAlert, bot.LaneBulletin, bot.LaneFollowUp},
	}
	rev := uint64(0)
	for _, state := range []bot.SendState{bot.SendPaused, bot.SendCut, bot.SendAll} {
		s.update(func(tx storage.Tx) error { return tx.PutSwitch(bot.Switch{State: state, By: "awa", At: s.now()}, rev) })
		rev++
		for _, lane := range all {
			want := slices.Contains(held[state], lane)
			if is, err := s.Holds(t.Context(), lane, bot.ID{}); err != nil || is != want {
				t.Errorf("%q: lane %s held: %v (%v), want %v", state, lane, is, err, want)
			}
			o := s.queue(func(o *bot.Outbound) { o.Lane = lane })
			due, err := s.NextDue(t.Context(), "g")
			if err != nil || want != due.IsZero() {
				t.Errorf("%q: a message in lane %s is due at %v (%v)", state, lane, due, err)
			}
			claims := s.claim(s.request(5))
			if got := len(claims.Rows); want != (got == 0) || claims.More {
				t.Errorf("%q: %d messages of lane %s claimed, more: %v", state, got, lane, claims.More)
			}
			if row := s.outbound(o.ID); want && (row.State != bot.OutQueued || row.Rev != 1) {
				t.Errorf("%q: a held message was touched: %+v", state, row)
			}
			// Nothing is left over for the next lane.
			s.update(func(tx storage.Tx) error {
				row, err := tx.Outbound(o.ID)
				if err != nil {
					return err
				}
				row.State, row.EndedAt, row.Token, row.LeaseUntil = bot.OutSuppressed, s.now(), bot.ID{}, 0
				return tx.PutOutbound(row, row.Rev)
			})
		}
	}

	// A switch that is taken back holds nothing.
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		return errors.Join(tx.PutSwitch(bot.Switch{State: bot.SendCut}, rev), storage.ErrInvalid)
	})
	s.queue(nil)
	s.clock.Add(time.Second)
	if claims := s.claim(s.request(5)); len(claims.Rows) != 1 {
		t.Errorf("after a switch that was taken back %d messages are claimed, want 1", len(claims.Rows))
	}
}
