package hotline

import (
	"context"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/storage"
)

// ReadInMenu is readInMenu for tests from outside.
func (s *Service) ReadInMenu(tx storage.Tx, rep bot.Report, at bot.Instant) error {
	return s.readInMenu(tx, rep, at)
}

// ReleaseHeld is releaseHeld for tests from outside.
func (s *Service) ReleaseHeld(tx storage.Tx, c bot.Contact, reports []bot.ID, at bot.Instant) error {
	return s.releaseHeld(tx, c, reports, at)
}

// Search is a search as somebody types it.
func (s *Service) Search(tx storage.Tx, typed string, limit int) ([]bot.Rumour, error) {
	return publicOf(tx, s.searched(context.Background(), typed, limit), limit)
}

// FindWith looks reports up in something else than the index.
func (m *Matcher) FindWith(find func(match.Query) match.Result) { m.find.Store(&find) }

// KeepWork sets how many pages one sweep reads for the retention.
func (s *Service) KeepWork(pages int) { s.kept.work = pages }

// Below is the store that a matcher watches.
func (m *Matcher) Below() storage.Store { return m.store }
