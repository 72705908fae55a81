package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// fanPortion is how many reports one portion of the fan-out looks at: a commit of some hundred rows, so that the
// messages that come in meanwhile do not wait long, and constant memory however many reporters there are.
const fanPortion = 200

// Fan queues the next portion of a published rumour's answers and moves the rumour's cursor in the same commit, so that a
// crash neither skips nor doubles anybody. ids holds one fresh id for each answer of the portion (FanIDs many). It tells
// whether more is left.
func (d Desk) Fan(tx storage.Tx, rumour bot.ID, ids []bot.ID, at bot.Instant) (more bool, err error) {
	r, err := tx.Rumour(rumour)
	if err != nil {
		return false, fmt.Errorf("rumour: fan out: %w", err)
	}
	if r.Stock.Open {
		if err := d.fanStock(tx, &r, ids, at); err != nil {
			return false, err
		}
		more = r.Stock.Open || r.FanOut.Open
		return more, d.fanned(tx, r, at)
	}
	if !r.FanOut.Open {
		return false, nil
	}
	if !r.Public() && !r.Withdrawn() { // taken back while it was being queued
		r.FanOut.Open = false
		_, err := save(tx, r)
		return false, err
	}
	if r.FanOut.Again {
		if err := d.fanAgain(tx, &r, ids, at); err != nil {
			return false, err
		}
		more = r.FanOut.Again || r.Public()
		r.FanOut.Open = more
		_, err := save(tx, r)
		return more, err
	}
	links, err := tx.Links(r.ID, r.FanOut.After, fanPortion)
	if err != nil {
		return false, fmt.Errorf("rumour: fan out: %w", err)
	}
	for i, l := range links {
		if err := d.answer(tx, &r, l, AnswerKey, ids[i], at); err != nil {
			return false, err
		}
		r.FanOut.After = l
	}
	more = len(links) == fanPortion
	r.FanOut.Open = more
	return more, d.fanned(tx, r, at)
}

// fanned saves a rumour after a portion; after the last one, it may be looked at again (Recur).
func (d Desk) fanned(tx storage.Tx, r bot.Rumour, at bot.Instant) error {
	r, err := d.recur(tx, r, people.Act{At: at, Via: "sweep", Site: d.Site})
	if err == nil {
		_, err = save(tx, r)
	}
	return err
}

// FanIDs is how many ids one call of Fan may use.
const FanIDs = fanPortion

// answer queues the answer for one report, unless the message that answered another report of the person answers this one
// too. For a person who said STOP after telling, the message stands there as suppressed: it is owed and not sent. key frames it,
// unless it corrects what the person may have heard.
func (d Desk) answer(tx storage.Tx, r *bot.Rumour, l bot.LinkCursor, key string, id bot.ID, at bot.Instant) error {
	o, err := d.owed(tx, *r, l, r.AnswerNo)
	if err != nil {
		return err
	}
	switch o.not {
	case notNobody:
		return silent(tx, l, at)
	case notAnswered:
		return nil
	case notTold:
		return answered(tx, *r, o.report, o.told.Outbound, at)
	}
	if err := supersede(tx, o.last, at); err != nil {
		return err
	}
	lang, fell, ok := d.answerLang(*r, o.reads)
	m := d.message(*r, o.report, lang, id, at)
	m.Key = key
	if o.heard > 0 && o.heard < r.AnswerNo && !o.onTheWay {
		m = d.correction(*r, m, o.heard)
	}
	switch {
	case o.not == notStopped:
		m.State, m.Reason, m.EndedAt = bot.OutSuppressed, people.ReasonStopped, at
	case !ok:
		r.FanOut.Waiting++
		return nil
	default:
		told := o.told
		if told.Before, err = earliest(tx, o); err != nil {
			return err
		}
		told.AnswerNo, told.Outbound, told.Report, told.Heard = r.AnswerNo, id, o.report.ID, o.heard
		if err := putTold(tx, r, l.Contact, told, at); err != nil {
			return err
		}
		r.FanOut.Queued++
		if fell {
			r.FanOut.Fell++
		}
	}
	if err := tx.PutOutbound(m, 0); err != nil {
		return fmt.Errorf("rumour: answer: %w", err)
	}
	return answered(tx, *r, o.report, id, at)
}

// earliest is the message that may bring a person the present answer before one that is queued now because they told it
// again; none where none is on the way.
func earliest(tx storage.Tx, o owing) (bot.ID, error) {
	if !o.onTheWay {
		return bot.ID{}, nil
	}
	if o.told.Before.IsZero() {
		return o.told.Outbound, nil
	}
	m, err := tx.Outbound(o.told.Before)
	if err == nil && m.State == bot.OutQueued {
		return m.ID, nil
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.ID{}, fmt.Errorf("rumour: answer: %w", err)
	}
	return o.told.Outbound, nil
}

// silent closes a report whose rumour is answered where there is nobody to answer: it waits for nothing.
func silent(tx storage.Tx, l bot.LinkCursor, at bot.Instant) error {
	rep, err := tx.Report(l.Report)
	if err != nil {
		return fmt.Errorf("rumour: silent: %w", err)
	}
	if rep.State != bot.ReportLinked {
		return nil
	}
	rep.State, rep.Closed, rep.ClosedAt = bot.ReportClosed, bot.CloseNobody, at
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return fmt.Errorf("rumour: silent: %w", err)
	}
	return nil
}

// answered notes in a report which message answers it.
func answered(tx storage.Tx, r bot.Rumour, rep bot.Report, message bot.ID, at bot.Instant) error {
	return answeredBy(tx, rep, message, r.AnswerNo, at)
}

// answeredBy is answered with the number of the answer, 0 for a stock wording.
func answeredBy(tx storage.Tx, rep bot.Report, message bot.ID, answerNo int, at bot.Instant) error {
	rep.State, rep.Answer, rep.AnswerNo, rep.AnsweredAt = bot.ReportAnswered, message, answerNo, at
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return fmt.Errorf("rumour: answered: %w", err)
	}
	return nil
}

// answerLang is the language in which a reader is answered; ok is false when there is no approved text in theirs and no
// fallback was named, in which case the report stays owed.
func (d Desk) answerLang(r bot.Rumour, reads bot.Lang) (lang bot.Lang, fell, ok bool) {
	if approved(r, reads) == nil {
		return reads, false, true
	}
	if r.Fallback != "" && approved(r, r.Fallback) == nil {
		return r.Fallback, true, true
	}
	return reads, false, false
}

// message is the answer to one report, which bears the report's own reference.
func (d Desk) message(r bot.Rumour, rep bot.Report, lang bot.Lang, id bot.ID, at bot.Instant) bot.Outbound {
	return bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindAnswer, Key: AnswerKey,
		Lang: lang, Report: rep.ID, Rumour: r.ID, AnswerNo: r.AnswerNo,
		State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(d.validity()),
	}
}
