package outbox

import (
	"fmt"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// resendAfter leaves time for a delivery report to settle the doubt.
const resendAfter = 10 * time.Minute

// Resend is the rule for a message of which nobody knows whether it was sent (design §2.8): what a person waits for is
// queued once more, due in ten minutes, with the same end; so nobody gets it more than twice. A bulletin is never sent
// again by itself. Whether the first copy was delivered meanwhile is asked when the second is claimed.
func Resend(newID func() bot.ID, now func() time.Time) storage.LostFunc {
	return func(tx storage.Tx, o bot.Outbound) error {
		switch o.Kind {
		case bot.KindAck, bot.KindAnswer, bot.KindNotice, bot.KindConsent, bot.KindDesk:
		default:
			return nil
		}
		at := bot.At(now())
		again := at.Add(resendAfter)
		if !o.ResendOf.IsZero() || !o.ExpiresAt.IsZero() && again >= o.ExpiresAt {
			return nil
		}
		err := tx.PutOutbound(bot.Outbound{
			ID:        newID(),
			Contact:   o.Contact,
			Gateway:   o.Gateway,
			Lane:      o.Lane,
			Kind:      o.Kind,
			Key:       o.Key,
			Args:      o.Args,
			Lang:      o.Lang,
			Report:    o.Report,
			Rumour:    o.Rumour,
			AnswerNo:  o.AnswerNo,
			State:     bot.OutQueued,
			CreatedAt: at,
			NextAt:    again,
			ExpiresAt: o.ExpiresAt,
			ResendOf:  o.ID,
		}, 0)
		if err != nil {
			return fmt.Errorf("outbox: resend %s: %w", o.ID, err)
		}
		return nil
	}
}
