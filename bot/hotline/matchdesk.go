package hotline

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// ConfirmMatch notes that a report tells the rumour that it was linked to by a machine, or by the person.
func (s *Service) ConfirmMatch(ctx context.Context, a people.Act, ref string) (rep bot.Report, err error) {
	err = s.onReport(ctx, func(tx storage.Tx) (err error) {
		rep, err = s.Desk.ConfirmMatch(tx, a, ref)
		return err
	})
	return rep, err
}

// RejectMatch notes that a report does not tell what it was held to tell. Its link is taken back, and whoever else is owed the
// rumour's answer by that is answered. undone is the id of the message that says so to a person who may have read the answer; it
// exists only if there is such a message.
func (s *Service) RejectMatch(ctx context.Context, a people.Act, ref string) (rep bot.Report, undone bot.ID, err error) {
	undone = s.NewID()
	_, err = s.change(ctx, func(tx storage.Tx) (bot.Rumour, error) {
		was, err := rumour.FindReport(tx, ref)
		if err != nil {
			return bot.Rumour{}, err
		}
		if rep, err = s.Desk.RejectMatch(tx, a, ref, undone); err != nil {
			return bot.Rumour{}, err
		}
		id := was.Rumour
		if id.IsZero() {
			id = was.Match.Rumour
		}
		r, err := tx.Rumour(id)
		if err != nil {
			return bot.Rumour{}, fmt.Errorf("hotline: reject a match: %w", err)
		}
		return r, nil
	})
	if err == nil {
		s.wake()
	}
	return rep, undone, err
}
