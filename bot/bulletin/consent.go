package bulletin

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// The people of an imported list agreed to nothing yet. They are asked, once, by a run of its own: no bulletin, the consent text in
// their language, approved by a second person. Nobody is asked who answered before, or was asked before and said nothing.

// RequestKey is the text that asks for consent.
const RequestKey = "sms.consent"

// Reasons for which somebody of a list is not asked.
const (
	ReasonAgreed  = "agreed"         // they agreed already
	ReasonRefused = "refused_before" // they said no, or took their yes back
	ReasonAsked   = "asked_before"   // they were asked once, which is all, unless a person decides
	ReasonPaused  = "run_paused"     // the reminder waits for the run that asked first
)

// requestLasts is how long the messages of a request are worth sending.
const requestLasts = 7 * 24 * time.Hour

// waits tells whether a run is a request for consent that nobody has approved.
func waits(run bot.Broadcast) bool { return !run.Audience.Run.IsZero() && run.Approved.By == "" }

// barredFrom tells why a run may not write to somebody, "" where it may. rows are the message that asks for leave, and the one that it repeats.
func barredFrom(run bot.Broadcast, c bot.Contact, at bot.Instant, rows ...bot.ID) string {
	request := !run.Audience.Run.IsZero()
	reason := Barred(c, request)
	if !request || reason != "" && reason != ReasonMaybeStop {
		return reason
	}
	if asked := askedBefore(c, run.AskAgain, at, rows); asked != "" {
		return asked
	}
	return reason
}

// askedBefore tells why somebody is not asked for consent; the message that asked is no reason against itself.
func askedBefore(c bot.Contact, again bool, at bot.Instant, rows []bot.ID) string {
	q := people.QuestionOf(c, bot.QuestionConsent, at)
	switch state := c.Consent.State; {
	case state == bot.ConsentGranted:
		return ReasonAgreed
	case state == bot.ConsentRefused, state == bot.ConsentWithdrawn:
		return ReasonRefused
	case q != nil && slices.ContainsFunc(rows, func(id bot.ID) bool { return !id.IsZero() && slices.Contains(q.Texts, id) }):
		return ""
	case q != nil, (state == bot.ConsentPending || state == bot.ConsentExpired) && !again:
		return ReasonAsked
	}
	return ""
}

// Request prepares a request for consent to those on an imported list, named as people.FindImport finds it; id is the run's. Nothing leaves
// before another person approves it. A list has one request: pressed twice it gives the same one, and fresh is false, unless again is set,
// with which those are asked once more who said nothing.
func (d Desk) Request(tx storage.Tx, a people.Act, name string, id bot.ID, again bool) (run bot.Broadcast, fresh bool, err error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Broadcast{}, false, err
	}
	list, err := people.FindImport(tx, name)
	switch {
	case err != nil:
		return bot.Broadcast{}, false, err
	case !list.DroppedAt.IsZero():
		return bot.Broadcast{}, false, bot.Fault(bot.CodeNotFound, "desk.request_no_list", "list", list.Short())
	case list.DoneAt.IsZero(): // the walk would end before its last rows come
		return bot.Broadcast{}, false, bot.Fault(bot.CodeRefused, "desk.request_not_whole", "list", list.Short())
	}
	if some, err := tx.Imported(list.ID, 0, 1); err != nil {
		return bot.Broadcast{}, false, fmt.Errorf("bulletin: request: %w", err)
	} else if len(some) == 0 {
		return bot.Broadcast{}, false, bot.Fault(bot.CodeNotFound, "desk.request_no_list", "list", list.Short())
	}
	last, err := requestOf(tx, list.ID)
	switch {
	case err == nil && (!again || !last.State.Ended()):
		return last, false, nil
	case err != nil && !errors.Is(err, storage.ErrNotFound):
		return bot.Broadcast{}, false, err
	}
	run = bot.Broadcast{
		ID: id, State: bot.BroadcastPaused, Before: bot.BroadcastQueueing, Audience: bot.Audience{Run: list.ID}, Texts: d.requestTexts(),
		StartedBy: by.Name, StartedAt: a.At, ExpiresAt: a.At.Add(requestLasts), AskAgain: again,
	}
	if err := tx.PutBroadcast(run, 0); err != nil {
		return bot.Broadcast{}, false, fmt.Errorf("bulletin: request: %w", err)
	}
	run.Rev++
	return run, true, a.Note(tx, by, "request.prepared", id.String(), list.Short())
}

// requestOf is the latest request to a list; ErrNotFound.
func requestOf(tx storage.Tx, list bot.ID) (bot.Broadcast, error) {
	for page := (storage.Page{Limit: runsAtOnce, Newest: true}); ; {
		runs, err := tx.Broadcasts(page)
		if err != nil {
			return bot.Broadcast{}, fmt.Errorf("bulletin: request: %w", err)
		}
		for _, r := range runs {
			if page.After = r.ID; r.Audience.Run == list {
				return r, nil
			}
		}
		if len(runs) < runsAtOnce {
			return bot.Broadcast{}, storage.ErrNotFound
		}
	}
}

// requestTexts are the consent texts, in the site's languages; whoever reads another one gets the site's first.
func (d Desk) requestTexts() []bot.RunText {
	var texts []bot.RunText
	for i, l := range d.Langs {
		text := d.Texts.Text(l, RequestKey, map[string]string{"service": d.Service, "cap": strconv.Itoa(d.Cap)}).Text
		size := sms.Measure(sms.Wire(text, d.Wire))
		texts = append(texts, bot.RunText{Lang: l, Text: bot.Text(text), Encoding: size.Encoding, Parts: size.Parts, Fallback: i == 0})
	}
	return texts
}

// findRequest finds a request that has not ended, for a coordinator.
func findRequest(tx storage.Tx, a people.Act, id bot.ID) (bot.Actor, bot.Broadcast, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Actor{}, bot.Broadcast{}, err
	}
	run, err := tx.Broadcast(id)
	switch {
	case errors.Is(err, storage.ErrNotFound), err == nil && run.Audience.Run.IsZero():
		return bot.Actor{}, bot.Broadcast{}, bot.Fault(bot.CodeNotFound, "desk.request_none", "ref", id.String())
	case err != nil:
		return bot.Actor{}, bot.Broadcast{}, fmt.Errorf("bulletin: request: %w", err)
	case run.State.Ended():
		return bot.Actor{}, bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.broadcast_over", "ref", id.String())
	}
	return by, run, nil
}

// ApproveRequest lets a request begin. Whoever prepared it cannot approve it; approving twice changes nothing.
func (d Desk) ApproveRequest(tx storage.Tx, a people.Act, id bot.ID) (bot.Broadcast, error) {
	by, run, err := findRequest(tx, a, id)
	switch {
	case err != nil:
		return bot.Broadcast{}, err
	case !waits(run):
		return run, nil
	case run.StartedBy == by.Name:
		return bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.request_other", "name", by.Name)
	case run.ExpiresAt <= a.At:
		return bot.Broadcast{}, bot.Fault(bot.CodeRefused, "desk.broadcast_over", "ref", id.String())
	}
	run.Approved, run.ExpiresAt = bot.Approval{By: by.Name, At: a.At}, a.At.Add(requestLasts)
	if run, err = turn(tx, run, "", a.At); err != nil {
		return bot.Broadcast{}, err
	}
	return run, a.Note(tx, by, "request.approved", id.String(), "")
}

// WithdrawRequest takes a request back: nothing more of it leaves, and nobody is reminded of it.
func (d Desk) WithdrawRequest(tx storage.Tx, a people.Act, id bot.ID, reason bot.Text) (bot.Broadcast, error) {
	by, run, err := findRequest(tx, a, id)
	if err != nil {
		return bot.Broadcast{}, err
	}
	run.Taken = bot.Taken{By: by.Name, At: a.At, Reason: reason}
	if run, err = turn(tx, run, bot.BroadcastWithdrawn, a.At); err != nil {
		return bot.Broadcast{}, err
	}
	return run, a.Note(tx, by, "request.withdrawn", id.String(), "")
}

// PreviewRequest begins the preview of a request, which PreviewOn counts.
func (d Desk) PreviewRequest(tx storage.Tx, id bot.ID) (Preview, error) {
	run, err := tx.Broadcast(id)
	if errors.Is(err, storage.ErrNotFound) || err == nil && run.Audience.Run.IsZero() {
		return Preview{}, bot.Fault(bot.CodeNotFound, "desk.request_none", "ref", id.String())
	}
	if err != nil {
		return Preview{}, fmt.Errorf("bulletin: preview: %w", err)
	}
	run.State, run.Before, run.AfterRow, run.Looked, run.Fell, run.LeftOut = bot.BroadcastQueueing, "", 0, 0, 0, nil
	return Preview{Run: run}, nil
}

// listed walks those on the list, in the order of its rows. Whoever stands there twice is looked at once.
func (w *walk) listed() (more bool, err error) {
	list, err := w.tx.Imported(w.run.Audience.Run, w.run.AfterRow, Portion)
	if err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	for _, l := range list {
		w.run.AfterRow = l.Row
		if err := w.ask(l.Contact); err != nil {
			return false, err
		}
	}
	return len(list) == Portion, nil
}

// ask queues the request to one of a list, unless it is queued already.
func (w *walk) ask(key bot.ContactKey) error {
	_, err := w.tx.Told(w.run.ID, key)
	if err == nil && w.seen == nil {
		return nil
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("bulletin: walk: %w", err)
	}
	c, err := w.tx.Contact(key)
	if errors.Is(err, storage.ErrNotFound) {
		w.run.Looked++
		w.leaveOut(people.ReasonNoContact)
		return nil
	}
	if err != nil {
		return fmt.Errorf("bulletin: walk: %w", err)
	}
	if w.seen == nil {
		if err := w.tx.PutTold(w.run.ID, key, bot.Told{Heard: 1}); err != nil {
			return fmt.Errorf("bulletin: walk: %w", err)
		}
	}
	return w.queue(c, w.lang(c))
}
