package hotline

import (
	"errors"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// A hop that failed can be handled again from quarantine, hours later, when its caller has long dialled again. It must not
// tell anything twice then, nor touch what the caller has begun since.

// toldAlready finds the report that these words became in another session since the last hop of the present one, or just before it:
// nobody dials, chooses and types the same words within reuseAfter.
func (t *hopTurn) toldAlready(words string, protect bool) (bot.Report, bool, error) {
	since := min(t.session.LastAt, t.in.ReceivedAt.Add(-reuseAfter))
	list, err := t.reportsSince(since)
	if err != nil {
		return bot.Report{}, false, err
	}
	for _, r := range list {
		if r.Protect != protect {
			continue
		}
		in, err := t.tx.Inbound(r.ID)
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
			continue
		}
		if err != nil {
			return bot.Report{}, false, err
		}
		if string(in.Text) == words {
			return r, true, nil
		}
	}
	return bot.Report{}, false, nil
}

// wentOn tells whether the caller has begun or told something elsewhere since the present session, which was over already, had its
// last hop.
func (t *hopTurn) wentOn() (bool, error) {
	if !t.lateFor {
		return false, nil
	}
	if q := people.QuestionOf(t.person, bot.QuestionDraft, t.in.ReceivedAt); q != nil {
		return q.AskedAt > t.session.LastAt, nil
	}
	list, err := t.reportsSince(t.session.LastAt)
	return len(list) > 0, err
}

// reportsSince are the caller's last reports by menu after a moment, the newest first.
func (t *hopTurn) reportsSince(since bot.Instant) ([]bot.Report, error) {
	var list []bot.Report
	for day := t.in.ReceivedAt; ; day = day.Add(-oneDay) {
		a, err := t.tx.Activity(t.contact, day)
		if err != nil {
			return nil, err
		}
		for _, id := range slices.Backward(a.Reports) {
			r, err := t.tx.Report(id)
			if errors.Is(err, storage.ErrNotFound) {
				continue
			}
			if err != nil || r.ReceivedAt <= since {
				return list, err
			}
			if r.Channel == bot.ChannelUSSD && r.Contact == t.contact {
				list = append(list, r)
			}
		}
		if day.Time().Truncate(oneDay).Compare(since.Time().Truncate(oneDay)) <= 0 {
			return list, nil
		}
	}
}

// oneDay is what activities are kept by.
const oneDay = 24 * time.Hour
