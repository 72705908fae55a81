package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// What a move says by itself (domain §5) is a stock wording, and leaves only if two have approved it. That a high or critical
// rumour is being checked is said to each of those who told it when it is assigned, or when it becomes that later. What was withheld or is out of scope has
// no answer of its own: a wording that says nothing of the claim is the answer, which each of them gets once.

// neutralOf is the stock wording that is the answer of a rumour that will have no other, "" for any other rumour.
func neutralOf(r bot.Rumour) bot.StockKind {
	switch {
	case withheld(r):
		return bot.StockClosed
	case r.State == bot.RumourRejected && r.Reason == bot.ClosedOutOfScope:
		return bot.StockOutOfScope
	default:
		return ""
	}
}

// NeutralKey is the locale key of the wording that is the answer of a rumour that will have no other; ok is false for any
// other rumour.
func NeutralKey(r bot.Rumour) (key string, ok bool) {
	kind := neutralOf(r)
	return StockKey(kind), kind != ""
}

// Owes is the stock wording that those who told a rumour wait for, "" for none: the one that is their answer, or that a high
// or critical rumour is being checked.
func Owes(r bot.Rumour) bot.StockKind {
	if r.Reports == 0 || r.Stock.Open {
		return ""
	}
	if kind := neutralOf(r); kind != "" {
		if r.NeutralAt.IsZero() {
			return kind
		}
		return ""
	}
	switch r.State {
	case bot.RumourNew, bot.RumourTriaged, bot.RumourInvestigating, bot.RumourReview:
		if height(r.Risk.Level) >= height(bot.RiskHigh) && !isHeld(r) {
			return bot.StockHolding
		}
	}
	return ""
}

// isHeld tells whether it was said that a rumour is being checked since it was made or reopened.
func isHeld(r bot.Rumour) bool {
	return !r.HeldAt.IsZero() && r.HeldAt >= max(r.CreatedAt, r.ReopenedAt)
}

// sending is a rumour with the sending of a stock wording begun; once marks one that a move sends.
func sending(r bot.Rumour, kind bot.StockKind, once bool, at bot.Instant) bot.Rumour {
	r.Stock = bot.StockFan{Open: true, Kind: kind, Once: once}
	if kind.Final() {
		r.Final, r.FinalAt = kind, at
	} else {
		r.HeldAt = at
	}
	if kind == neutralOf(r) {
		r.NeutralAt = at
	}
	return r
}

// sayHolding tells those who told a rumour that is being checked, once its risk has become high or critical, as assigning it
// would have.
func (d Desk) sayHolding(tx storage.Tx, was, r bot.Rumour, at bot.Instant) (bot.Rumour, error) {
	checked := r.State == bot.RumourInvestigating || r.State == bot.RumourReview
	raised := height(r.Risk.Level) > height(was.Risk.Level) && height(r.Risk.Level) >= height(bot.RiskHigh)
	if !checked || !raised || r.Stock.Open {
		return r, nil
	}
	return d.say(tx, r, bot.StockHolding, at)
}

// say lets a move send a stock wording, if two have approved it as it is now; otherwise it stays owed (Owes) until somebody
// sends it.
func (d Desk) say(tx storage.Tx, r bot.Rumour, kind bot.StockKind, at bot.Instant) (bot.Rumour, error) {
	s, err := d.stock(tx, kind)
	if err != nil || !s.Approved(d.StockText(kind)) {
		return r, err
	}
	return sending(r, kind, true, at), nil
}

// sayNeutral begins the sending of the wording that is the rumour's answer, again where somebody may not have had it yet.
func (d Desk) sayNeutral(tx storage.Tx, r bot.Rumour, at bot.Instant) (bot.Rumour, error) {
	kind := neutralOf(r)
	if kind == "" {
		return r, nil
	}
	r.NeutralAt, r.Stock.Open = 0, false
	r, err := d.say(tx, r, kind, at)
	if err != nil || r.Stock.Open {
		return r, err
	}
	if nobody, err := toNobody(tx, r); err != nil || !nobody {
		return r, err
	}
	r.NeutralAt = at
	return r, eachLink(tx, r, func(l bot.LinkCursor) (bool, error) { return true, silent(tx, l, at) })
}

// toNobody tells whether there is nobody to tell a rumour's answer: none of those who told it can be reached. What is left to say
// then needs nobody's approval.
func toNobody(tx storage.Tx, r bot.Rumour) (bool, error) {
	nobody := true
	err := eachLink(tx, r, func(l bot.LinkCursor) (bool, error) { // those without a number come first
		if l.Contact.IsZero() {
			return true, nil
		}
		c, err := tx.Contact(l.Contact)
		if errors.Is(err, storage.ErrNotFound) || err == nil && c.Number.Value == "" { // forgotten
			return true, nil
		}
		nobody = false
		return false, err
	})
	return nobody, err
}

// eachLink gives a rumour's reports to a function until it says that it needs no more.
func eachLink(tx storage.Tx, r bot.Rumour, do func(bot.LinkCursor) (more bool, err error)) error {
	var after bot.LinkCursor
	for {
		links, err := tx.Links(r.ID, after, fanPortion)
		if err != nil {
			return fmt.Errorf("rumour: neutral answer: %w", err)
		}
		for _, l := range links {
			after = l
			if more, err := do(l); err != nil || !more {
				return err
			}
		}
		if len(links) < fanPortion {
			return nil
		}
	}
}

// neutral queues for one report the wording that is its rumour's answer, unless the message that answered another report of
// the person answers this one too. For a person who said STOP after telling, the message stands there as suppressed.
func (d Desk) neutral(tx storage.Tx, r *bot.Rumour, l bot.LinkCursor, id bot.ID, at bot.Instant) error {
	o, err := d.owed(tx, *r, l, nextAnswer(*r))
	if err != nil {
		return err
	}
	if o.not == notNobody {
		return silent(tx, l, at)
	}
	if o.report.Protect {
		return nil
	}
	kind := neutralOf(*r)
	if _, has, err := said(tx, o.report.Answer, kind); err != nil || has {
		return err
	}
	before, has, err := said(tx, o.told.Neutral, kind)
	if err != nil {
		return err
	}
	if has && lost(before) { // one before it may still arrive
		if before, has, err = said(tx, o.told.NeutralBefore, kind); err == nil && (!has || lost(before)) {
			before, has, err = anotherSays(tx, *r, o.report, kind)
		}
		if err != nil {
			return err
		}
	}
	if has && !lost(before) && o.report.ReceivedAt <= before.CreatedAt {
		return answeredBy(tx, o.report, before.ID, 0, at)
	}
	m := d.message(*r, o.report, o.reads, id, at)
	m.Key, m.AnswerNo = StockKey(kind), 0
	if o.not == notStopped {
		m.State, m.Reason, m.EndedAt = bot.OutSuppressed, people.ReasonStopped, at
	} else {
		r.Stock.Queued++
		if has && !lost(before) {
			o.told.NeutralBefore = before.ID
		}
		o.told.Neutral = id
		if err := noteTold(tx, *r, o, o.told); err != nil {
			return err
		}
	}
	if err := tx.PutOutbound(m, 0); err != nil {
		return fmt.Errorf("rumour: neutral answer: %w", err)
	}
	return answeredBy(tx, o.report, id, 0, at)
}

// anotherSays is a message that says a stock wording about another report of the person, was queued after a report came in and
// was not lost; ok is false for none.
func anotherSays(tx storage.Tx, r bot.Rumour, rep bot.Report, kind bot.StockKind) (m bot.Outbound, ok bool, err error) {
	after := bot.LinkCursor{Contact: rep.Contact}
	for {
		links, err := tx.Links(r.ID, after, fanPortion)
		if err != nil {
			return bot.Outbound{}, false, fmt.Errorf("rumour: neutral answer: %w", err)
		}
		for _, l := range links {
			if after = l; l.Contact != rep.Contact {
				return bot.Outbound{}, false, nil
			}
			other, err := tx.Report(l.Report)
			if err != nil {
				return bot.Outbound{}, false, fmt.Errorf("rumour: neutral answer: %w", err)
			}
			m, has, err := said(tx, other.Answer, kind)
			if err != nil || has && !lost(m) && rep.ReceivedAt <= m.CreatedAt {
				return m, has, err
			}
		}
		if len(links) < fanPortion {
			return bot.Outbound{}, false, nil
		}
	}
}

// neutralLink is neutral for a report that is put under the rumour now. Where the wording may not leave, the report waits for
// it.
func (d Desk) neutralLink(tx storage.Tx, r *bot.Rumour, kind bot.StockKind, l bot.LinkCursor, id bot.ID, at bot.Instant) error {
	s, err := d.stock(tx, kind)
	if err != nil {
		return err
	}
	if !s.Approved(d.StockText(kind)) {
		r.NeutralAt = 0
		return nil
	}
	return d.neutral(tx, r, l, id, at)
}

// said tells whether a message says a stock wording, and was not taken back.
func said(tx storage.Tx, id bot.ID, kind bot.StockKind) (bot.Outbound, bool, error) {
	if id.IsZero() {
		return bot.Outbound{}, false, nil
	}
	m, err := tx.Outbound(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Outbound{}, false, nil
	}
	if err != nil {
		return bot.Outbound{}, false, fmt.Errorf("rumour: neutral answer: %w", err)
	}
	same := m.Key == StockKey(kind) || kind == bot.StockOutOfScope && m.Key == OutOfScopeKey
	return m, same && m.Reason != reasonSuperseded, nil
}

// noteTold notes what a person was told beside an answer. Nobody is asked whether that helped.
func noteTold(tx storage.Tx, r bot.Rumour, o owing, told bot.Told) error {
	if told.Report.IsZero() {
		told.Report = o.report.ID
	}
	if err := tx.PutTold(r.ID, o.report.Contact, told); err != nil {
		return fmt.Errorf("rumour: told: %w", err)
	}
	return nil
}

// IsStock tells whether a message is a stock wording about a rumour, as an answer or before one.
func IsStock(o bot.Outbound) bool {
	return !o.Rumour.IsZero() && slices.ContainsFunc(bot.StockKinds(), func(k bot.StockKind) bool { return o.Key == StockKey(k) })
}

// NeutralStands tells whether a message that is the neutral answer to a report may still leave: the rumour is withheld or
// rejected as before.
func NeutralStands(tx storage.Tx, o bot.Outbound) (bool, error) {
	r, err := tx.Rumour(o.Rumour)
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil {
		return false, fmt.Errorf("rumour: neutral answer: %w", err)
	}
	key, ok := NeutralKey(r)
	return ok && key == o.Key, nil
}
