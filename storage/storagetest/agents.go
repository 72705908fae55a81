package storagetest

import (
	"errors"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

func testAgents(t *testing.T, s *site) {
	for _, name := range []string{"MARCHE", "GAO-1"} {
		s.update(func(tx storage.Tx) error { return tx.PutAgent(bot.Agent{Name: name, Status: bot.AgentActive}, 0) })
	}
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error { return tx.PutAgent(bot.Agent{Name: "GAO-1"}, 0) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutAgent(bot.Agent{}, 0) })
	s.update(func(tx storage.Tx) error { return tx.PutAgent(bot.Agent{Name: "GAO-1", Status: bot.AgentPaused}, 1) })

	first, second, other := s.ids.New(), s.ids.New(), s.ids.New()
	for id, digits := range map[bot.ID]string{first: "4731", second: "4731", other: "4732"} {
		s.update(func(tx storage.Tx) error {
			return tx.PutEnrolCode(bot.EnrolCode{ID: id, Digits: digits, Agent: "GAO-1", From: "2026-11-23", Until: "2026-11-24"}, 0)
		})
	}
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error {
		return tx.PutEnrolCode(bot.EnrolCode{ID: first, Digits: "4731", Agent: "GAO-1"}, 0)
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		return tx.PutEnrolCode(bot.EnrolCode{ID: first, Digits: "4733", Agent: "GAO-1"}, 1)
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error {
		return tx.PutEnrolCode(bot.EnrolCode{ID: s.ids.New(), Digits: "473", Agent: "GAO-1"}, 0)
	})
	s.view(func(tx storage.Tx) error {
		agents, err := tx.Agents()
		if err != nil || len(agents) != 2 || agents[0].Name != "GAO-1" || agents[0].Status != bot.AgentPaused || agents[0].Rev != 2 {
			t.Errorf("agents %+v (%v)", agents, err)
		}
		like, err := tx.EnrolCodesLike("4731")
		if err != nil || len(like) != 2 || like[0].ID != first || like[1].ID != second || !like[0].ValidOn("2026-11-24") || like[0].ValidOn("2026-11-25") {
			t.Errorf("codes with the digits: %+v (%v)", like, err)
		}
		for _, none := range []string{"4799", "47", ""} {
			if list, err := tx.EnrolCodesLike(none); err != nil || len(list) != 0 {
				t.Errorf("codes with %q: %+v (%v)", none, list, err)
			}
		}
		newest, err := tx.EnrolCodes(storage.Page{Limit: 2, Newest: true})
		if err != nil || len(newest) != 2 || newest[0].ID != other || newest[1].ID != second {
			t.Errorf("the newest codes: %+v (%v)", newest, err)
		}
		rest, err := tx.EnrolCodes(storage.Page{Limit: 2, Newest: true, After: second})
		if err != nil || len(rest) != 1 || rest[0].ID != first {
			t.Errorf("the rest: %+v (%v)", rest, err)
		}
		if _, err := tx.EnrolCode(s.ids.New()); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a code that is not there: %v", err)
		}
		return nil
	})
}

// testArrivals lists who came by a code, in portions; a number comes by it once.
func testArrivals(t *testing.T, s *site) {
	code, other := s.ids.New(), s.ids.New()
	var want []bot.ContactKey
	for i := range 5 {
		key := bot.ContactKey{byte(50 - 10*i), 1}
		want = append(want, key)
		s.update(func(tx storage.Tx) error {
			return errors.Join(tx.PutArrival(bot.Arrival{Code: code, Contact: key, At: bot.Instant(i + 1), Channel: bot.ChannelSMS}),
				tx.PutArrival(bot.Arrival{Code: other, Contact: key, Already: true}))
		})
	}
	slices.Reverse(want)
	s.refuse(storage.ErrConflict, func(tx storage.Tx) error {
		return tx.PutArrival(bot.Arrival{Code: code, Contact: want[0], At: 99})
	})
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.PutArrival(bot.Arrival{Code: code}) })
	s.view(func(tx storage.Tx) error {
		var got []bot.ContactKey
		for after := (bot.ContactKey{}); ; after = got[len(got)-1] {
			list, err := tx.Arrivals(code, after, 2)
			if err != nil {
				return err
			}
			for _, a := range list {
				if got = append(got, a.Contact); a.Code != code || a.Already || a.At > 5 || a.Channel != bot.ChannelSMS {
					t.Errorf("an arrival: %+v", a)
				}
			}
			if len(list) < 2 {
				break
			}
		}
		if !slices.Equal(got, want) {
			t.Errorf("%d came, want 5 in the order of their keys", len(got))
		}
		return nil
	})
}
