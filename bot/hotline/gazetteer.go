package hotline

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/place"
	"tinye/storage"
)

// placesAtATime is how many places are read in one look into the store.
const placesAtATime = 500

// Places are all places that the hotline knows: those built in, and those that were in the store when ReloadPlaces last
// looked. Never nil; what somebody holds on to never changes.
func (s *Service) Places() *place.Gazetteer {
	if g := s.places.Load(); g != nil {
		return g
	}
	// Before the first load. Of several callers that come here at once, one makes what all of them get.
	s.places.CompareAndSwap(nil, place.New(nil))
	return s.places.Load()
}

// ReloadPlaces looks again at the places in the store; it is called at the start and after an import. If it fails, the
// hotline goes on with those it knew. One that is imported meanwhile may be missing until the next call.
func (s *Service) ReloadPlaces(ctx context.Context) error {
	s.reloading.Lock()
	defer s.reloading.Unlock()
	var imported []bot.Place
	var after bot.PlaceCode
	for {
		var page []bot.Place
		err := s.Store.View(ctx, func(tx storage.Tx) error {
			var err error
			page, err = tx.Places(after, placesAtATime)
			return err
		})
		if err != nil {
			return fmt.Errorf("hotline: read the places: %w", err)
		}
		imported = append(imported, page...)
		if len(page) < placesAtATime {
			break
		}
		after = page[len(page)-1].Code
	}
	s.places.Store(place.New(imported))
	s.Matcher.Again() // its words name other places now
	return nil
}
