package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

// FanOut is how far the queueing of the answers has come, since the rumour was published.
type FanOut struct {
	Open bool `json:"open,omitempty"` // it goes on
	QueuedAnswers
	Waiting int            `json:"waiting"`       // owed, but there is no approved text in their language
	Now     *QueuedAnswers `json:"now,omitempty"` // what of it the request has queued; where one was made
}

// QueuedAnswers counts answers that were queued.
type QueuedAnswers struct {
	Queued    int `json:"queued"`
	FellBack  int `json:"fell_back"`           // of those, in the fallback language
	Corrected int `json:"corrected,omitempty"` // corrections and withdrawals, to those who may have heard an answer before
}

// Emptied is a rumour that no report is left under, and what can be done to it.
type Emptied struct {
	Ref      bot.Ref       `json:"ref"`
	Possible []rumour.Verb `json:"possible,omitempty"`
}

// fanOutOf is nil for a rumour that has no answer out.
func fanOutOf(r bot.Rumour) *FanOut {
	if !r.Public() && !r.Withdrawn() {
		return nil
	}
	return &FanOut{Open: r.FanOut.Open, QueuedAnswers: queuedOf(r), Waiting: r.FanOut.Waiting}
}

func queuedOf(r bot.Rumour) QueuedAnswers {
	return QueuedAnswers{Queued: r.FanOut.Queued, FellBack: r.FanOut.Fell, Corrected: r.FanOut.Corrected}
}

// queuedBefore is what was queued about a rumour before a request; nothing where the rumour cannot be read, of which the rule
// that follows tells those who may know.
func queuedBefore(ctx context.Context, h *hotline.Service, ref string) (before QueuedAnswers) {
	_ = h.Store.View(ctx, func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		before = queuedOf(r)
		return err
	})
	return before
}

// now is a rumour with what was queued since then.
func (before QueuedAnswers) now(shown Rumour) Rumour {
	if f := shown.FanOut; f != nil {
		f.Now = &QueuedAnswers{
			Queued: max(0, f.Queued-before.Queued), FellBack: max(0, f.FellBack-before.FellBack), Corrected: max(0, f.Corrected-before.Corrected),
		}
	}
	return shown
}
