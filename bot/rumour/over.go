package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Over tells since when nothing more is to be done about a report, or about the rumour that it belongs to: its texts are kept
// for a while from then on. It is 0 while somebody may need them. A report that nobody put under a rumour or closed is over
// with its last text, since a desk that did not look at it for that long will not.
func Over(tx storage.Tx, r bot.Report) (bot.Instant, error) {
	last := max(r.ReceivedAt, r.LastTextAt, r.RepliedAt)
	if r.Rumour.IsZero() {
		return max(last, r.ClosedAt, r.AnsweredAt), nil
	}
	about, err := tx.Rumour(r.Rumour)
	if errors.Is(err, storage.ErrNotFound) {
		return max(last, r.ClosedAt), nil
	}
	if err != nil {
		return 0, fmt.Errorf("rumour: over: %w", err)
	}
	if !about.State.Ended() {
		return 0, nil
	}
	return max(last, about.ClosedAt, r.ClosedAt), nil
}
