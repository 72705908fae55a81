package rumour

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// StockWithin is how long the first of two who send a stock wording by SMS waits for the second.
const StockWithin = 15 * time.Minute

// StockKey is the locale key of a stock wording.
func StockKey(kind bot.StockKind) string { return "sms.stock_" + string(kind) }

// StockText stands for a stock wording in all languages of the site, as it would be said: it changes with any of them.
func (d Desk) StockText(kind bot.StockKind) string {
	h := sha256.New()
	for _, l := range d.Langs {
		fmt.Fprintf(h, "%s\x00%s\x00", l, d.StockWording(l, kind))
	}
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// StockWording is a stock wording in a language, with the longest reference.
func (d Desk) StockWording(l bot.Lang, kind bot.StockKind) string {
	return d.Texts.Text(l, StockKey(kind), map[string]string{"service": d.Service, "ref": longestRef}).Text
}

// ApproveStock says yes to a stock wording as it is now. Two coordinators do, once; where the wording has changed since, both
// do again.
func (d Desk) ApproveStock(tx storage.Tx, a people.Act, kind bot.StockKind) (bot.Stock, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Stock{}, err
	}
	s, err := d.stock(tx, kind)
	if err != nil {
		return bot.Stock{}, err
	}
	text := d.StockText(kind)
	switch {
	case s.Approved(text):
		return s, nil
	case s.Text != text || s.First == "":
		s = bot.Stock{Kind: kind, Rev: s.Rev, Text: text, First: by.Name, FirstAt: a.At}
	case s.First == by.Name:
		return bot.Stock{}, bot.Fault(bot.CodeRefused, "desk.stock_second", "kind", string(kind), "name", by.Name)
	default:
		s.Second, s.SecondAt = by.Name, a.At
	}
	if err := tx.PutStock(s, s.Rev); err != nil {
		return bot.Stock{}, fmt.Errorf("rumour: approve stock: %w", err)
	}
	s.Rev++
	return s, a.Note(tx, by, "stock.approved", string(kind), text)
}

func (d Desk) stock(tx storage.Tx, kind bot.StockKind) (bot.Stock, error) {
	if !slices.Contains(bot.StockKinds(), kind) {
		return bot.Stock{}, bot.Fault(bot.CodeInvalid, "desk.stock_kind", "kind", string(kind), "kinds", list(bot.StockKinds()))
	}
	s, err := tx.Stock(kind)
	if err != nil {
		return bot.Stock{}, fmt.Errorf("rumour: stock: %w", err)
	}
	return s, nil
}

// SendStock sends a stock wording to everybody who told a rumour and was not answered; from the desk one coordinator may. The
// messages are queued by Fan.
func (d Desk) SendStock(tx storage.Tx, a people.Act, ref string, kind bot.StockKind) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, err
	}
	return d.sendStock(tx, a, by, r, kind, "")
}

// AskStock is SendStock by SMS: it takes effect when a second coordinator asks for the same within StockWithin of the first.
// done tells whether it has. A code was given for each.
func (d Desk) AskStock(tx storage.Tx, a people.Act, ref string, kind bot.StockKind) (r bot.Rumour, done bool, err error) {
	by, r, err := begin(tx, a, ref, bot.RoleCoordinator)
	if err != nil {
		return bot.Rumour{}, false, err
	}
	first := r.Stock
	if first.AskedBy != "" && first.AskedBy != by.Name && first.Asked == kind && a.At.Sub(first.AskedAt).Abs() <= StockWithin {
		r, err = d.sendStock(tx, a, by, r, kind, first.AskedBy)
		return r, err == nil, err
	}
	if err := d.MayStock(tx, r, kind); err != nil {
		return bot.Rumour{}, false, err
	}
	r.Stock.Asked, r.Stock.AskedBy, r.Stock.AskedAt = kind, by.Name, a.At
	if r, err = save(tx, r); err != nil {
		return bot.Rumour{}, false, err
	}
	return r, false, a.Note(tx, by, "rumour.stock_asked", string(r.Ref), string(kind))
}

// MayStock refuses a wording that two have not approved, and one about a rumour that needs none: published, withdrawn, or
// another's.
func (d Desk) MayStock(tx storage.Tx, r bot.Rumour, kind bot.StockKind) error {
	s, err := d.stock(tx, kind)
	if err != nil {
		return err
	}
	switch {
	case !s.Approved(d.StockText(kind)):
		return bot.Fault(bot.CodeRefused, "desk.stock_unapproved", "kind", string(kind))
	case r.Public() || r.State == bot.RumourMerged || r.State == bot.RumourRejected && kind != neutralOf(r) || r.Stock.Open:
		return bot.Fault(bot.CodeRefused, "desk.stock_state", "ref", string(r.Ref))
	}
	if said := LastWord(r); said != "" && said != kind && kind != neutralOf(r) {
		return bot.Fault(bot.CodeRefused, "desk.stock_said", "ref", string(r.Ref), "kind", string(said))
	}
	return nil
}

// LastWord is the stock wording that was sent as the last word about a rumour since it was last opened, "" for none.
func LastWord(r bot.Rumour) bot.StockKind {
	if r.FinalAt.IsZero() || r.FinalAt <= opened(r) {
		return ""
	}
	return r.Final
}

// opened is since when a rumour is worked on anew: it was reopened, or what was published of it was withdrawn; 0 for neither.
func opened(r bot.Rumour) bot.Instant {
	at := r.ReopenedAt
	if n := len(r.Versions); r.Withdrawn() && n > 0 {
		at = max(at, r.Versions[n-1].At)
	}
	return at
}

// SaidOf is what stock wordings said about a rumour as a whole, the holding line first, and when; 0 for what was not said.
func SaidOf(r bot.Rumour) (held bot.Instant, final bot.StockKind, at bot.Instant) {
	held = r.HeldAt
	if r.Withdrawn() && held == opened(r) { // the withdrawal says that it is checked, not the stock wording
		held = 0
	}
	return held, r.Final, r.FinalAt
}

func (d Desk) sendStock(tx storage.Tx, a people.Act, by bot.Actor, r bot.Rumour, kind bot.StockKind, with string) (bot.Rumour, error) {
	if err := d.MayStock(tx, r, kind); err != nil {
		return bot.Rumour{}, err
	}
	r, err := save(tx, sending(r, kind, false, a.At))
	if err != nil {
		return bot.Rumour{}, err
	}
	reason := string(kind)
	if with != "" {
		reason += " " + with
	}
	return r, a.Note(tx, by, "rumour.stock_sent", string(r.Ref), reason)
}

// fanStock queues the next portion of a stock wording, one for each person who was not answered.
func (d Desk) fanStock(tx storage.Tx, r *bot.Rumour, ids []bot.ID, at bot.Instant) error {
	if neutral := neutralOf(*r); r.Public() || r.State.Ended() && neutral != r.Stock.Kind { // it has another answer meanwhile
		r.Stock.Open = false
		return nil
	}
	links, err := tx.Links(r.ID, r.Stock.After, fanPortion)
	if err != nil {
		return fmt.Errorf("rumour: stock: %w", err)
	}
	for i, l := range links {
		r.Stock.After = l
		if r.Stock.Kind == neutralOf(*r) {
			err = d.neutral(tx, r, l, ids[i], at)
		} else {
			err = d.stockTo(tx, r, l, ids[i], at)
		}
		if err != nil {
			return err
		}
	}
	r.Stock.Open = len(links) == fanPortion
	return nil
}

// stockTo queues a stock wording for the person behind one report. It answers nothing: what they are owed they stay owed.
func (d Desk) stockTo(tx storage.Tx, r *bot.Rumour, l bot.LinkCursor, id bot.ID, at bot.Instant) error {
	if l.Contact == r.Stock.Last {
		return nil
	}
	o, err := d.owed(tx, *r, l, nextAnswer(*r))
	if err != nil {
		return err
	}
	since := opened(*r)
	held := r.Stock.Kind == bot.StockHolding && !o.told.Held.IsZero() && o.told.Held >= since
	final := !o.told.FinalAt.IsZero() && o.told.FinalAt > since
	answered := !o.report.Answer.IsZero() && !(r.Withdrawn() && o.report.AnswerNo == r.AnswerNo) // with more than that it was withdrawn
	if o.not != "" || o.report.Protect || answered || held || final {                            // nobody reads the same sentence twice
		return nil
	}
	r.Stock.Last = l.Contact
	r.Stock.Queued++
	m := d.message(*r, o.report, o.reads, id, at)
	m.Kind, m.Key, m.AnswerNo = bot.KindStock, StockKey(r.Stock.Kind), 0
	if err := tx.PutOutbound(m, 0); err != nil {
		return fmt.Errorf("rumour: stock: %w", err)
	}
	if r.Stock.Kind.Final() {
		o.told.Final, o.told.FinalAt = r.Stock.Kind, at
	} else {
		o.told.Held = at
	}
	return noteTold(tx, *r, o, o.told)
}
