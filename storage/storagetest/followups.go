package storagetest

import (
	"errors"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

func testFollowUps(t *testing.T, s *site) {
	rumour, other := s.ids.New(), s.ids.New()
	list := []bot.FollowUp{
		{At: 1000, Rumour: other, Contact: bot.ContactKey{2}},
		{At: 1000, Rumour: other, Contact: bot.ContactKey{2}, Ends: true},
		{At: 2000, Rumour: rumour, Contact: bot.ContactKey{1}},
		{At: 3000, Rumour: rumour, Contact: bot.ContactKey{3}},
	}
	s.update(func(tx storage.Tx) error {
		for _, f := range slices.Backward(list) {
			if err := errors.Join(tx.PutFollowUp(f), tx.PutFollowUp(f)); err != nil {
				return err
			}
		}
		return tx.PutTold(rumour, bot.ContactKey{3}, bot.Told{AnswerNo: 1})
	})
	due := func(at bot.Instant, limit int, want ...bot.FollowUp) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			if got, err := tx.FollowUps(at, limit); err != nil || !slices.Equal(got, want) {
				t.Errorf("due at %d: %v (%v), want %v", at, got, err, want)
			}
			return nil
		})
	}
	due(999, 0)
	due(1000, 0, list[:2]...)
	due(2999, 0, list[:3]...)
	due(9000, 1, list[0])
	s.update(func(tx storage.Tx) error { return errors.Join(tx.DropFollowUp(list[0]), tx.DropFollowUp(list[0])) })
	due(9000, 0, list[1:]...)
	for _, bad := range []bot.FollowUp{{At: 1, Rumour: rumour}, {At: 1, Contact: bot.ContactKey{1}}} {
		err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.PutFollowUp(bad) })
		if !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%+v: %v, want ErrInvalid", bad, err)
		}
	}
}

func testStocks(t *testing.T, s *site) {
	want := bot.Stock{Kind: bot.StockHolding, Rev: 1, Text: "abc", First: "AMI", FirstAt: 1000, Second: "CISSE", SecondAt: 2000}
	s.update(func(tx storage.Tx) error {
		if none, err := tx.Stock(bot.StockHolding); err != nil || none != (bot.Stock{Kind: bot.StockHolding}) {
			t.Errorf("before: %+v (%v)", none, err)
		}
		return tx.PutStock(want, 0)
	})
	s.view(func(tx storage.Tx) error {
		if got, err := tx.Stock(bot.StockHolding); err != nil || got != want {
			t.Errorf("%+v (%v), want %+v", got, err, want)
		}
		if got, err := tx.Stock(bot.StockClosed); err != nil || got.First != "" {
			t.Errorf("another: %+v (%v)", got, err)
		}
		return nil
	})
	if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.PutStock(want, 0) }); !errors.Is(err, storage.ErrConflict) {
		t.Errorf("over one that is there: %v, want ErrConflict", err)
	}
	for _, bad := range []bot.Stock{{}, {Kind: bot.StockClosed, First: "\xff"}} {
		if err := s.Update(t.Context(), func(tx storage.Tx) error { return tx.PutStock(bad, 0) }); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("%+v: %v, want ErrInvalid", bad, err)
		}
	}
}

func testHelped(t *testing.T, s *site) {
	const day = 24 * time.Hour
	today := s.now()
	want := func(since bot.Instant, want bot.Helped) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			if got, err := tx.Helped(since); err != nil || got != want {
				t.Errorf("since %s: %+v (%v), want %+v", since, got, err, want)
			}
			return nil
		})
	}
	want(0, bot.Helped{})
	s.update(func(tx storage.Tx) error {
		return errors.Join(
			tx.AddHelped(today.Add(-40*day), bot.Helped{Asked: 1, NoReply: 1}),
			tx.AddHelped(today.Add(-day), bot.Helped{Asked: 2, Yes: 1}),
			tx.AddHelped(today, bot.Helped{No: 1}),
			tx.AddHelped(today, bot.Helped{NotBelieved: 3, Asked: 1}),
		)
	})
	err := s.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.AddHelped(today, bot.Helped{Yes: 100}), errors.New("no"))
	})
	if err == nil {
		t.Fatal("a failing closure was kept")
	}
	want(0, bot.Helped{Asked: 4, Yes: 1, No: 1, NotBelieved: 3, NoReply: 1})
	want(today.Add(-30*day), bot.Helped{Asked: 3, Yes: 1, No: 1, NotBelieved: 3})
	want(today, bot.Helped{Asked: 1, No: 1, NotBelieved: 3})
	s.update(func(tx storage.Tx) error { return tx.DropHelped(today.Add(-day)) })
	want(0, bot.Helped{Asked: 3, Yes: 1, No: 1, NotBelieved: 3})
}
