package hotline_test

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// Places come in with the next look at the store, however many there are, and stay when a look fails.
func TestPlacesComeInWithTheNextLook(t *testing.T) {
	store := storagetest.Open(t)
	s := &hotline.Service{Store: store}
	law := func(code string) bot.PlaceCode { return bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: code} }
	if p, ok := s.Places().Place(law("ML07")); !ok || p.Name(bot.French) != "Gao" {
		t.Fatalf("before the first look the hotline knows %v of Gao", p)
	}
	if first := s.Places(); first != s.Places() {
		t.Error("every call makes a gazetteer of its own")
	}
	builtIn := len(s.Places().All(""))
	put := func(from, to int) {
		t.Helper()
		err := store.Update(t.Context(), func(tx storage.Tx) error {
			for n := from; n < to; n++ {
				p := bot.Place{
					Code: law(fmt.Sprintf("ML08%02d%02d", n/100, n%100)), Level: bot.LevelCommune, Parent: fmt.Sprintf("ML08%02d", n/100),
					Names: map[bot.Lang]string{bot.French: fmt.Sprintf("Commune %d", n)},
				}
				if err := tx.PutPlace(p); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	written := 0
	for _, n := range []int{1, 499, 500, 501, 1000, 1203} {
		put(written, n)
		written = n
		before := s.Places()
		if err := s.ReloadPlaces(t.Context()); err != nil {
			t.Fatal(err)
		}
		if got := len(s.Places().All("")); got != builtIn+n {
			t.Errorf("of %d places in the store the hotline knows %d", n, got-builtIn)
		}
		if len(before.All("")) == len(s.Places().All("")) {
			t.Error("the gazetteer that was there before has changed")
		}
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	known := s.Places()
	if err := s.ReloadPlaces(ended); err == nil || s.Places() != known {
		t.Errorf("after a look that failed (%v) the hotline knows other places", err)
	}
}

// Readers and looks at the store get along.
func TestPlacesWhileTheyAreReadAgain(t *testing.T) {
	s := &hotline.Service{Store: storagetest.Open(t)}
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for range 20 {
				if len(s.Places().Regions(bot.SchemeCT2023)) != 20 {
					t.Error("a region is missing")
				}
			}
		})
		all.Go(func() {
			if err := s.ReloadPlaces(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}
