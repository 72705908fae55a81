package rumour

import (
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
	if !r.FanOut.Open {
		return false, nil
	}
	links, err := tx.Links(r.ID, r.FanOut.After, fanPortion)
	if err != nil {
		return false, fmt.Errorf("rumour: fan out: %w", err)
	}
	for i, l := range links {
		if err := d.answer(tx, &r, l, ids[i], at); err != nil {
			return false, err
		}
		r.FanOut.After = l
	}
	more = len(links) == fanPortion
	r.FanOut.Open = more
	if _, err := save(tx, r); err != nil {
		return false, err
	}
	return more, nil
}

// FanIDs is how many ids one call of Fan may use.
const FanIDs = fanPortion

// answer queues the answer for one report, unless the message that answered another report of the person answers this one
// too.
func (d Desk) answer(tx storage.Tx, r *bot.Rumour, l bot.LinkCursor, id bot.ID, at bot.Instant) error {
	o, err := d.owed(tx, *r, l, r.AnswerNo)
	if err != nil || o.not == notNobody || o.not == notAnswered {
		return err
	}
	queued := bot.OutQueued
	switch o.not {
	case notTold:
		id = o.told.Outbound
	case notStopped:
		queued = bot.OutSuppressed
		fallthrough
	default:
		lang, fell, ok := d.answerLang(*r, o.reads)
		if !ok && queued == bot.OutQueued {
			r.FanOut.Waiting++
			return nil
		}
		if err := d.queue(tx, *r, o.report, lang, queued, id, at); err != nil {
			return err
		}
		if queued == bot.OutQueued {
			r.FanOut.Queued++
		}
		if fell {
			r.FanOut.Fell++
		}
	}
	rep := o.report
	rep.State, rep.Answer, rep.AnswerNo, rep.AnsweredAt = bot.ReportAnswered, id, r.AnswerNo, at
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return fmt.Errorf("rumour: answer: %w", err)
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

// queue stores one answer, to be sent or, for a person who said STOP after reporting, to stand there as suppressed.
func (d Desk) queue(tx storage.Tx, r bot.Rumour, rep bot.Report, lang bot.Lang, state bot.OutState, id bot.ID, at bot.Instant) error {
	o := bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindAnswer, Key: AnswerKey,
		Lang: lang, Report: rep.ID, Rumour: r.ID, AnswerNo: r.AnswerNo,
		State: state, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(d.validity()),
	}
	if state == bot.OutSuppressed {
		o.Reason, o.EndedAt = people.ReasonStopped, at
	}
	if err := tx.PutOutbound(o, 0); err != nil {
		return fmt.Errorf("rumour: queue answer: %w", err)
	}
	if state == bot.OutSuppressed {
		return nil
	}
	told := bot.Told{AnswerNo: r.AnswerNo, Outbound: id, Report: rep.ID}
	if err := tx.PutTold(r.ID, rep.Contact, told); err != nil {
		return fmt.Errorf("rumour: queue answer: %w", err)
	}
	return nil
}
