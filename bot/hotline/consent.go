package hotline

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// consentPortion is how many consent questions one commit of the sweep takes.
const consentPortion = 100

// consents asks those a second time for consent who did not answer, and lets silence expire, in portions. In quiet hours both
// wait: a question that is over is over without it.
func (s *Service) consents(ctx context.Context, now bot.Instant) error {
	if _, quiet := s.Site.Quiet.Until(now); quiet {
		return nil
	}
	for {
		var due []bot.ContactKey
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			due, err = tx.ConsentsDue(now, consentPortion)
			return err
		})
		queued := false
		if err == nil && len(due) > 0 {
			ids := s.newIDs(len(due))
			err = s.Store.Update(ctx, func(tx storage.Tx) error {
				queued = false
				for i, key := range due {
					c, remind, err := people.ConsentClock(tx, key, ids[i], now)
					if err != nil {
						return err
					}
					if !remind {
						continue
					}
					queued = true
					if err := tx.PutOutbound(s.consentText(c, ids[i], bot.LaneFollowUp, now), 0); err != nil {
						return err
					}
				}
				return nil
			})
		}
		if err != nil {
			return fmt.Errorf("hotline: consents: %w", err)
		}
		if queued {
			s.wake()
		}
		if len(due) < consentPortion {
			return nil
		}
	}
}

// consentText is the consent text to somebody who did not write just now. It is worth sending as long as the question is open.
func (s *Service) consentText(c bot.Contact, id bot.ID, lane bot.Lane, at bot.Instant) bot.Outbound {
	o := bot.Outbound{
		ID: id, Contact: c.Key, Gateway: c.Gateway, Lane: lane, Kind: bot.KindConsent, Key: consentKey,
		Lang: rumour.FirstLang(c.Lang, s.Desk.Default()), State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(consentExpires),
	}
	if q := people.QuestionOf(c, bot.QuestionConsent, at); q != nil {
		o.ExpiresAt = q.EndsAt
	}
	return o
}
