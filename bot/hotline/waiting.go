package hotline

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// readInMenu notes that the answer to a report was read in the menu where it waited: it is delivered then, without ever
// being sent. It changes nothing for a person who is answered in another way.
func (s *Service) readInMenu(tx storage.Tx, rep bot.Report, at bot.Instant) error {
	o, ok, err := queuedAnswer(tx, rep)
	if err != nil || !ok {
		return err
	}
	c, err := tx.Contact(rep.Contact)
	if err != nil {
		return fmt.Errorf("hotline: read in the menu: %w", err)
	}
	if c.ReplyBy != bot.ReplyByUSSD {
		return nil
	}
	o.State, o.Reason, o.EndedAt = bot.OutDelivered, people.ReasonMenuRead, at
	if err := tx.PutOutbound(o, o.Rev); err != nil {
		return fmt.Errorf("hotline: read in the menu: %w", err)
	}
	return nil
}

// releaseHeld makes the answers to a person's reports due at once that waited for the menu or for a call, once the person
// wants to be answered in another way. Whether they may go is asked when they are claimed, as always.
func (s *Service) releaseHeld(tx storage.Tx, c bot.Contact, reports []bot.ID, at bot.Instant) error {
	for _, id := range reports {
		rep, err := tx.Report(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return fmt.Errorf("hotline: release: %w", err)
		}
		if rep.Contact != c.Key {
			continue
		}
		o, ok, err := queuedAnswer(tx, rep)
		if err != nil {
			return err
		}
		if !ok || o.Reason != people.ReasonInMenu && o.Reason != people.ReasonByCall {
			continue
		}
		o.NextAt, o.Reason = at, ""
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return fmt.Errorf("hotline: release: %w", err)
		}
	}
	return nil
}

// queuedAnswer is the message with the answer to a report; ok is false unless there is one and it is queued.
func queuedAnswer(tx storage.Tx, rep bot.Report) (o bot.Outbound, ok bool, err error) {
	if rep.Answer.IsZero() {
		return bot.Outbound{}, false, nil
	}
	o, err = tx.Outbound(rep.Answer)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Outbound{}, false, nil
	}
	if err != nil {
		return bot.Outbound{}, false, fmt.Errorf("hotline: the answer to a report: %w", err)
	}
	return o, o.State == bot.OutQueued, nil
}
