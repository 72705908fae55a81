package storagetest

import (
	"errors"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// testConsentClock: what time has to do about a consent question follows the question, wherever among a contact's questions it
// stands, and goes with it, with the contact, and with an update that fails.
func testConsentClock(t *testing.T, s *site) {
	put := func(c bot.Contact) {
		t.Helper()
		s.update(func(tx storage.Tx) error {
			old, err := tx.Contact(c.Key)
			if errors.Is(err, storage.ErrNotFound) {
				err = nil
			}
			return errors.Join(err, tx.PutContact(c, old.Rev))
		})
	}
	due := func(by bot.Instant, limit int, want ...byte) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			var got []byte
			list, err := tx.ConsentsDue(by, limit)
			for _, c := range list {
				got = append(got, c[0])
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("due by %d: %v (%v), want %v", by, got, err, want)
			}
			return nil
		})
	}
	held := func(max int, want ...byte) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			var got []byte
			list, err := tx.MaybeStops(0)
			for _, c := range list {
				got = append(got, c.Key[0])
			}
			if err != nil || !slices.Equal(got, want) {
				t.Errorf("may want to stop: %v (%v), want %v", got, err, want)
			}
			if n, err := tx.CountMaybeStops(max); err != nil || n != min(max, len(want)) {
				t.Errorf("%d may want to stop (%v), want %d", n, err, min(max, len(want)))
			}
			return nil
		})
	}
	asked := func(remind, ends bot.Instant) bot.Question {
		return bot.Question{Kind: bot.QuestionConsent, Remind: remind, EndsAt: ends}
	}
	one, two := asked(2000, 7000), asked(0, 5000)
	first := bot.Contact{Key: bot.ContactKey{1}, Question: &one}
	second := bot.Contact{Key: bot.ContactKey{2}, Question: &bot.Question{Kind: bot.QuestionErase, EndsAt: 1}, Waiting: []bot.Question{two}}
	put(first)
	put(second)
	put(bot.Contact{Key: bot.ContactKey{3}})
	due(1999, 0)
	due(2000, 0, 1)
	due(9000, 0, 1, 2)
	due(9000, 1, 1)
	one = asked(0, 7000) // reminded
	put(first)
	due(9000, 0, 2, 1)
	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		return errors.Join(tx.DropContact(first.Key), tx.PutContact(bot.Contact{Key: second.Key}, 1), failed)
	})
	due(9000, 0, 2, 1)
	put(bot.Contact{Key: first.Key, MaybeStop: 300})
	second.MaybeStop = 100
	put(second)
	due(9000, 0, 2)
	held(10, 2, 1)
	held(1, 2, 1)
	s.update(func(tx storage.Tx) error {
		c, err := tx.Contact(first.Key)
		if err != nil {
			return err
		}
		c.MaybeStop = 0
		return errors.Join(tx.PutContact(c, c.Rev), tx.DropContact(second.Key))
	})
	due(9000, 0)
	held(10)
}
