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

func testTallies(t *testing.T, s *site) {
	sees := func(since bot.Instant, want ...bot.ScreenTally) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			list, err := tx.Tallies(since)
			if err != nil || len(list)+len(want) > 0 && !reflect.DeepEqual(list, want) {
				t.Errorf("tallies since %s: %+v (%v), want %+v", since, list, err, want)
			}
			return nil
		})
	}
	add := func(at bot.Instant, list ...bot.ScreenTally) {
		t.Helper()
		s.update(func(tx storage.Tx) error { return tx.AddTallies(at, list) })
	}
	tally := func(flow, version, screen string, shown, wrong, left, ended int) bot.ScreenTally {
		return bot.ScreenTally{Flow: flow, Version: version, Screen: screen, Shown: shown, Wrong: wrong, Left: left, Ended: ended}
	}
	yesterday, today := s.now().Add(-day), s.now()
	sees(0)
	add(today)
	sees(0)
	add(yesterday, tally("youth", "b", "home", 1, 2, 3, 4), tally("youth", "a", "place", 1, 0, 0, 0))
	add(today, tally("youth", "a", "home", 5, 0, 0, 0), tally("adult", "b", "home", 1, 0, 0, 0),
		tally("youth", "b", "home", 1, 0, 0, 0), tally("youth", "b", "home", 1, 1, 0, 0)) // one of them twice
	add(today.Add(11*time.Hour), tally("youth", "b", "home", 0, 0, 7, 0)) // the same UTC day
	all := []bot.ScreenTally{
		tally("adult", "b", "home", 1, 0, 0, 0), tally("youth", "a", "home", 5, 0, 0, 0),
		tally("youth", "a", "place", 1, 0, 0, 0), tally("youth", "b", "home", 3, 3, 10, 4),
	}
	sees(0, all...)
	sees(yesterday.Add(11*time.Hour), all...) // the whole day
	isToday := []bot.ScreenTally{all[0], all[1], tally("youth", "b", "home", 2, 1, 7, 0)}
	sees(today, isToday...)
	sees(today.Add(12 * time.Hour))

	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		if err := errors.Join(tx.AddTallies(today, all), tx.DropTallies(today)); err != nil {
			return err
		}
		if list, err := tx.Tallies(0); err != nil || len(list) != 4 || list[3] != tally("youth", "b", "home", 5, 4, 17, 4) {
			t.Errorf("tallies in the transaction: %+v (%v)", list, err)
		}
		return failed
	})
	sees(0, all...)
	// One that is broken keeps the others from being counted, even if the caller goes on.
	s.update(func(tx storage.Tx) error {
		if err := tx.AddTallies(today, []bot.ScreenTally{all[0], {Flow: "youth", Screen: "\xff"}}); !errors.Is(err, storage.ErrInvalid) {
			t.Errorf("a broken tally: %v, want ErrInvalid", err)
		}
		return nil
	})
	sees(0, all...)
	s.update(func(tx storage.Tx) error { return tx.DropTallies(today) })
	sees(0, isToday...)
}

func place(scheme bot.PlaceScheme, code, name string) bot.Place {
	return bot.Place{Code: bot.PlaceCode{Scheme: scheme, Code: code}, Level: bot.LevelCercle, Names: map[bot.Lang]string{bot.French: name}}
}

func testPlaces(t *testing.T, s *site) {
	want := []bot.Place{
		place("ml", "ML99", "Kidal"), // a scheme that begins like the next one
		place("ml_ct_2023", "ML0101", "Kayes"), place("ml_ct_2023", "ML010101", "Bangassi"), place("ml_ct_2023", "ML0102", "Bafoulabé"),
		place("ocha_cod_2021", "ML0101", "Bafoulabé"), // the same code is another place
	}
	s.update(func(tx storage.Tx) error {
		for _, i := range []int{2, 4, 0, 3, 1} {
			if err := tx.PutPlace(want[i]); err != nil {
				return err
			}
		}
		return nil
	})
	sees := func() {
		t.Helper()
		for _, size := range []int{0, 1, 2, 5, 6} {
			s.view(func(tx storage.Tx) error {
				var got []bot.Place
				for after := (bot.PlaceCode{}); ; {
					page, err := tx.Places(after, size)
					if limit := (storage.Page{Limit: size}).Size(); err != nil || len(page) > limit {
						t.Errorf("%d places in a page of %d (%v)", len(page), limit, err)
					}
					got = append(got, page...)
					if size == 0 || len(page) < size {
						break
					}
					after = page[len(page)-1].Code
				}
				if !reflect.DeepEqual(got, want) {
					t.Errorf("%d a page: %+v, want %+v", size, got, want)
				}
				return nil
			})
		}
	}
	sees()
	want[2].Names = map[bot.Lang]string{bot.French: "Bangassi", "bam": "Bangasi"}
	want[2].Aliases, want[2].SameAs = []string{"Bangassy"}, []bot.PlaceCode{want[4].Code}
	s.update(func(tx storage.Tx) error { return tx.PutPlace(want[2]) })
	sees()
	s.view(func(tx storage.Tx) error { // behind a place that is not there
		list, err := tx.Places(bot.PlaceCode{Scheme: "ml_ct_2023", Code: "ML0101011"}, 1)
		if err != nil || len(list) != 1 || list[0].Code != want[3].Code {
			t.Errorf("behind no place: %+v (%v), want %s", list, err, want[3].Code)
		}
		return nil
	})
}

func testNews(t *testing.T, s *site) {
	sees := func(limit int, want ...bot.ID) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			if list, err := tx.News(limit); err != nil || !slices.Equal(list, want) {
				t.Errorf("news: %v (%v), want %v", list, err, want)
			}
			return nil
		})
	}
	revs := map[bot.ID]uint64{}
	put := func(id bot.ID, state bot.RumourState, at bot.Instant) {
		t.Helper()
		s.update(func(tx storage.Tx) error {
			return tx.PutRumour(bot.Rumour{ID: id, State: state, PublishedAt: at}, revs[id])
		})
		revs[id]++
	}
	a, b, c := s.ids.New(), s.ids.New(), s.ids.New()
	sees(0)
	put(a, bot.RumourNew, 0)
	put(b, bot.RumourDecided, 0)
	put(c, bot.RumourNew, 500) // a moment alone makes no news
	sees(0)
	put(c, bot.RumourPublished, 1000)
	put(a, bot.RumourPublished, 3000)
	put(b, bot.RumourPublished, 2000)
	sees(0, a, b, c) // by publication, not by id
	sees(2, a, b)
	put(b, bot.RumourPublished, 2000) // linked to a report, say
	sees(0, a, b, c)
	put(c, bot.RumourPublished, 4000) // published anew
	sees(0, c, a, b)
	put(a, bot.RumourDecided, 3000)
	sees(0, c, b)
	put(a, bot.RumourPublished, 3000)
	sees(0, c, a, b)
	put(b, bot.RumourNew, 0)
	sees(0, c, a)
	put(s.ids.New(), bot.RumourPublished, 0) // it stands last
	s.view(func(tx storage.Tx) error {
		if list, err := tx.News(2); err != nil || !slices.Equal(list, []bot.ID{c, a}) {
			t.Errorf("news: %v (%v)", list, err)
		}
		return nil
	})
}

func testHanded(t *testing.T, s *site) {
	settle := func(external string, at bot.Instant, remember bool, state bot.OutState) bot.ID {
		t.Helper()
		row := s.claimOne()
		err := s.Settle(t.Context(), []storage.Outcome{{ID: row.ID, Token: row.Token, State: state, At: at, NextAt: bot.Forever,
			ExternalID: external, Remember: remember}}, nil)
		if err != nil {
			t.Fatal(err)
		}
		return row.ID
	}
	sees := func(gateway, external string, want bot.ID) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			got, err := tx.Handed(gateway, external)
			if want.IsZero() && !errors.Is(err, storage.ErrNotFound) || !want.IsZero() && err != nil || got != want {
				t.Errorf("%s knows %q as %s (%v), want %s", gateway, external, got, err, want)
			}
			return nil
		})
	}
	sees("g", "x1", bot.ID{})
	early := settle("x1", s.now().Add(-2*day), true, bot.OutHandedOver)
	late := settle("x2", s.now(), true, bot.OutHandedOver)
	settle("x3", s.now(), false, bot.OutHandedOver)
	unsure := settle("x4", s.now(), true, bot.OutUnknown) // its report may say what became of it
	settle("", s.now(), true, bot.OutHandedOver)
	sees("g", "x1", early)
	sees("g", "x2", late)
	sees("g", "x3", bot.ID{})
	sees("g", "x4", unsure)
	sees("g", "", bot.ID{})
	sees("gg", "x1", bot.ID{}) // another gateway's numbers are its own
	sees("gx", "1", bot.ID{})
	sees("g", "x", bot.ID{})

	// A gateway that counts anew gives a number twice: the later message has it.
	again := settle("x1", s.now(), true, bot.OutHandedOver)
	sees("g", "x1", again)

	// A delivery report came first and wrote another id into the row: the gateway knows it by both.
	row := s.claimOne()
	delivered := row
	delivered.State, delivered.ExternalID = bot.OutDelivered, "y1"
	s.update(func(tx storage.Tx) error { return tx.PutOutbound(delivered, row.Rev) })
	failed := errors.New("no rule")
	other := s.claimOne()
	err := s.Settle(t.Context(), []storage.Outcome{
		{ID: row.ID, Token: row.Token, State: bot.OutHandedOver, At: s.now(), ExternalID: "y2", Remember: true},
		{ID: s.ids.New(), Token: row.Token, State: bot.OutHandedOver, At: s.now(), ExternalID: "y3", Remember: true},
		{ID: other.ID, Token: other.Token, State: bot.OutUnknown, At: s.now(), ExternalID: "y4", Remember: true},
	}, func(storage.Tx, bot.Outbound) error { return failed })
	if !errors.Is(err, storage.ErrFenced) || !errors.Is(err, failed) {
		t.Errorf("settle gave %v", err)
	}
	sees("g", "y2", row.ID)
	sees("g", "y3", bot.ID{}) // fenced
	sees("g", "y4", other.ID) // what failed came afterwards

	s.update(func(tx storage.Tx) error { return tx.DropHanded(s.now().Add(-2 * day)) })
	s.refuse(failed, func(tx storage.Tx) error { return errors.Join(tx.DropHanded(s.now().Add(day)), failed) })
	sees("g", "x2", late)
	third := settle("x5", s.now().Add(-2*day), true, bot.OutHandedOver)
	sees("g", "x5", third)
	s.update(func(tx storage.Tx) error {
		if err := tx.DropHanded(s.now()); err != nil {
			return err
		}
		if _, err := tx.Handed("g", "x5"); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("an id dropped in this transaction: %v, want ErrNotFound", err)
		}
		return nil
	})
	sees("g", "x5", bot.ID{})
	sees("g", "x1", again)
	row = s.claimOne()
	err = s.Settle(t.Context(), []storage.Outcome{{ID: row.ID, Token: row.Token, State: bot.OutHandedOver, ExternalID: "x6", Remember: true}}, nil)
	if !errors.Is(err, storage.ErrInvalid) {
		t.Errorf("an id remembered at no time: %v, want ErrInvalid", err)
	}
}
