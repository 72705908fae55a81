package bulletin

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Portion is how many people one portion of a run's walk looks at, and how many fresh ids it may use: a commit of some thousand rows takes
// about as long as one of a crowd of messages that come in, and the walk needs the same memory for a hundred people and for a
// million.
const Portion = 1000

// Walk looks at the next portion of a run's audience, queues a row for each who is to get the message, and moves the cursor in
// the same commit. ids holds Portion fresh ids, drawn after those of every earlier portion. It tells whether more is left. Of a run
// that expired or was withdrawn on the way the rest is looked at, too, and left out with that reason: so it is known who was not reached.
func (d Desk) Walk(tx storage.Tx, id bot.ID, ids []bot.ID, at bot.Instant) (more bool, err error) {
	run, err := tx.Broadcast(id)
	if err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	_, late := over(run, at)
	if !run.QueuedAt.IsZero() || run.State != bot.BroadcastQueueing && late == "" {
		return false, nil
	}
	run.LeftOut = maps.Clone(run.LeftOut)
	w := walk{Desk: d, tx: tx, run: &run, ids: ids, at: at, late: late, reach: d.reach(run.Audience)}
	switch {
	case !run.Audience.Heard.IsZero():
		more, err = w.hearers()
	case !run.Audience.Run.IsZero():
		more, err = w.listed()
	default:
		more, err = w.contacts()
	}
	if err != nil {
		return false, err
	}
	if !more {
		run.QueuedAt, run.After = at, bot.ContactKey{} // it names somebody, who may be forgotten one day
		if run.State == bot.BroadcastQueueing {
			run.State = bot.BroadcastSending
		}
	}
	if err := tx.PutBroadcast(run, run.Rev); err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	return more, nil
}

// walk is one portion.
type walk struct {
	Desk
	tx    storage.Tx
	run   *bot.Broadcast
	ids   []bot.ID
	at    bot.Instant
	late  string // why nobody gets a row any more; "" = they do
	reach reach

	// seen is told who would get a row, and nothing is written: the walk of a preview. nil in a run.
	seen func(c bot.Contact, text bot.RunText, gateway string) error
}

// contacts walks everybody we know, in the order of their keys.
func (w *walk) contacts() (more bool, err error) {
	list, err := w.tx.Contacts(w.run.After, Portion)
	if err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	for _, c := range list {
		w.run.After = c.Key
		lang := w.lang(c)
		if !w.reach.holds(c, lang) {
			continue
		}
		if in, err := w.asked(c); err != nil {
			return false, err
		} else if !in {
			continue
		}
		if err := w.queue(c, lang); err != nil {
			return false, err
		}
	}
	return len(list) == Portion, nil
}

// queue gives somebody of the audience a row, or counts why not.
func (w *walk) queue(c bot.Contact, lang bot.Lang) error {
	w.run.Looked++
	if reason := barredFrom(*w.run, c, w.at); reason != "" && reason != ReasonMaybeStop { // somebody may look before it leaves
		w.leaveOut(reason)
		return nil
	}
	if w.late != "" {
		w.leaveOut(w.late)
		return nil
	}
	text, fell, ok := textFor(*w.run, lang)
	if !ok {
		w.leaveOut(ReasonNoText)
		return nil
	}
	gateway := w.gateway(c)
	if gateway == "" {
		w.leaveOut(ReasonNoGateway)
		return nil
	}
	if fell {
		w.run.Fell++
	}
	if w.seen != nil {
		return w.seen(c, text, gateway)
	}
	if len(w.ids) == 0 {
		return errors.New("bulletin: walk: too few ids")
	}
	o := bot.Outbound{
		ID: w.ids[0], Contact: c.Key, Gateway: gateway, Lane: w.run.Kind.Lane(), Kind: bot.KindBulletin, Lang: text.Lang,
		Broadcast: w.run.ID, State: bot.OutQueued, CreatedAt: w.at, NextAt: w.at, ExpiresAt: w.run.ExpiresAt,
	}
	w.ids = w.ids[1:]
	if err := w.tx.PutOutbound(o, 0); err != nil {
		return fmt.Errorf("bulletin: walk: %w", err)
	}
	return nil
}

func (w *walk) leaveOut(reason string) {
	if w.run.LeftOut == nil {
		w.run.LeftOut = make(map[string]int)
	}
	w.run.LeftOut[reason]++
}

// textFor is the run's text for a reader: in their language, or the fallback's, which stands last.
func textFor(run bot.Broadcast, lang bot.Lang) (_ bot.RunText, fell, ok bool) {
	i := slices.IndexFunc(run.Texts, func(t bot.RunText) bool { return t.Lang == lang })
	if i >= 0 {
		return run.Texts[i], false, true
	}
	i = slices.IndexFunc(run.Texts, func(t bot.RunText) bool { return t.Fallback })
	if i >= 0 {
		return run.Texts[i], true, true
	}
	return bot.RunText{}, false, false
}

// hearers walks those who got, or may have got, the bulletin that the run corrects or withdraws, run by run. Whoever got it in several
// runs, or got its correction too, is told once.
func (w *walk) hearers() (more bool, err error) {
	if w.run.Heard.IsZero() {
		if w.run.Heard, err = w.firstRun(); err != nil || w.run.Heard.IsZero() {
			return false, err
		}
	}
	rows, err := w.tx.BroadcastRows(w.run.Heard, "", storage.Page{After: w.run.AfterID, Limit: Portion})
	if err != nil {
		return false, fmt.Errorf("bulletin: walk: %w", err)
	}
	for _, o := range rows {
		w.run.AfterID = o.ID
		if !mayHaveGot(o) {
			continue
		}
		if err := w.tell(o); err != nil {
			return false, err
		}
	}
	if len(rows) == Portion {
		return true, nil
	}
	if w.run.Heard, err = w.runAfter(w.run.Heard); err != nil {
		return false, err
	}
	w.run.AfterID = bot.ID{}
	return !w.run.Heard.IsZero(), nil
}

// mayHaveGot tells whether somebody has heard a row's message, or may have.
func mayHaveGot(o bot.Outbound) bool {
	switch o.State {
	case bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered:
		return true
	}
	return false
}

// tell queues the correction for one hearer, unless it is queued already.
func (w *walk) tell(heard bot.Outbound) error {
	_, err := w.tx.Told(w.run.ID, heard.Contact)
	if err == nil {
		return nil
	}
	if !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("bulletin: walk: %w", err)
	}
	c, err := w.tx.Contact(heard.Contact)
	if errors.Is(err, storage.ErrNotFound) {
		w.run.Looked++
		w.leaveOut(people.ReasonNoContact)
		return nil
	}
	if err != nil {
		return fmt.Errorf("bulletin: walk: %w", err)
	}
	if w.seen == nil {
		if err := w.tx.PutTold(w.run.ID, c.Key, bot.Told{Heard: 1}); err != nil {
			return fmt.Errorf("bulletin: walk: %w", err)
		}
	}
	return w.queue(c, heard.Lang)
}

// firstRun and runAfter go through the runs of the bulletin that is corrected, and of those that it corrects itself: whoever got the first
// of a chain and not its correction is told, too.
func (w *walk) firstRun() (bot.ID, error) { return w.runAfter(bot.ID{}) }

func (w *walk) runAfter(last bot.ID) (bot.ID, error) {
	chain := make(map[bot.ID]bool)
	for id := w.run.Audience.Heard; !id.IsZero() && !chain[id]; {
		chain[id] = true
		b, err := w.tx.Bulletin(id)
		if err != nil {
			return bot.ID{}, fmt.Errorf("bulletin: walk: %w", err)
		}
		id = b.Corrects
	}
	for after := last; ; {
		runs, err := w.tx.Broadcasts(storage.Page{After: after})
		if err != nil {
			return bot.ID{}, fmt.Errorf("bulletin: walk: %w", err)
		}
		for _, r := range runs {
			if chain[r.Bulletin] && r.ID != w.run.ID {
				return r.ID, nil
			}
			after = r.ID
		}
		if len(runs) == 0 {
			return bot.ID{}, nil
		}
	}
}
