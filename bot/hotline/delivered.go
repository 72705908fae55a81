package hotline

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Delivered moves a message forward by what its gateway reports. Reports come late, twice and out of order, and some are
// about messages that nobody knows: all that is no fault, and changes nothing. One that names its message by an id of the
// gateway's own may come before that id is on disk; it is tried again for a while.
func (s *Service) Delivered(ctx context.Context, dr bot.DeliveryReport) error {
	known, err := s.deliver(ctx, dr)
	if err != nil {
		return fmt.Errorf("hotline: delivery report: %w", err)
	}
	if !known {
		s.early.keep(dr, s.now())
	}
	return nil
}

// deliver moves the message of a report; known is false if its id, one of the gateway's own, leads to none yet.
func (s *Service) deliver(ctx context.Context, dr bot.DeliveryReport) (known bool, err error) {
	if dr.Outbound.IsZero() {
		if dr.ExternalID == "" {
			return true, nil
		}
		err := s.Store.View(ctx, func(tx storage.Tx) error {
			dr.Outbound, err = tx.Handed(dr.Gateway, dr.ExternalID)
			return err
		})
		if errors.Is(err, storage.ErrNotFound) {
			// While nothing can be written the id may be waiting for hours, which its gateway can do as well.
			return false, s.Store.Health()
		}
		if err != nil {
			return false, err
		}
	}
	now := s.now()
	return true, s.Store.Update(ctx, func(tx storage.Tx) error {
		o, err := tx.Outbound(dr.Outbound)
		if errors.Is(err, storage.ErrNotFound) || err == nil && o.Gateway != dr.Gateway {
			return nil
		}
		if err != nil {
			return err
		}
		// What is queued was not handed over, or is to be handed over again; only the menu delivers it from there.
		if o.State == bot.OutQueued || dr.State == bot.OutQueued || !o.State.CanBecome(dr.State) {
			return nil
		}
		o.State = dr.State
		if dr.State.Ended() {
			o.EndedAt = now
			o.Reason = dr.Code
		}
		if o.HandedAt.IsZero() {
			o.HandedAt = now
		}
		if o.ExternalID == "" {
			o.ExternalID = dr.ExternalID
		}
		return tx.PutOutbound(o, o.Rev)
	})
}

// Quarantine keeps a request that could not be read or handled. The same bytes again are kept once.
func (s *Service) Quarantine(ctx context.Context, q bot.Quarantined) error {
	if q.ID.IsZero() {
		q.ID = s.NewID()
	}
	if q.At.IsZero() {
		q.At = s.now()
	}
	key := s.Store.RepeatKey("raw", q.Gateway, q.Route, string(q.Query), string(q.Body))
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		if _, err := tx.Repeat(key); !errors.Is(err, storage.ErrNotFound) {
			return err
		}
		if err := tx.PutRepeat(key, q.At, 0, bot.Mark{Inbound: q.ID}); err != nil {
			return err
		}
		return tx.PutQuarantined(q)
	})
	if err != nil {
		return fmt.Errorf("hotline: quarantine: %w", err)
	}
	return nil
}
