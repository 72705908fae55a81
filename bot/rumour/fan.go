package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
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

// answer queues the answer for one report, unless the person was told already: then the report is answered by that
// message too.
func (d Desk) answer(tx storage.Tx, r *bot.Rumour, l bot.LinkCursor, id bot.ID, at bot.Instant) error {
	if l.Contact.IsZero() {
		return nil // nobody to answer
	}
	rep, err := tx.Report(l.Report)
	if err != nil {
		return fmt.Errorf("rumour: answer: %w", err)
	}
	if rep.AnswerNo == r.AnswerNo {
		return nil
	}
	told, err := tx.Told(r.ID, l.Contact)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("rumour: answer: %w", err)
	}
	if err != nil || told.AnswerNo != r.AnswerNo {
		lang, fell, ok, err := d.answerLang(tx, *r, l)
		if err != nil {
			return err
		}
		if !ok {
			r.FanOut.Waiting++
			return nil
		}
		if told, err = d.queue(tx, *r, rep, lang, id, at); err != nil {
			return err
		}
		r.FanOut.Queued++
		if fell {
			r.FanOut.Fell++
		}
	}
	rep.State, rep.Answer, rep.AnswerNo, rep.AnsweredAt = bot.ReportAnswered, told.Outbound, r.AnswerNo, at
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return fmt.Errorf("rumour: answer: %w", err)
	}
	return nil
}

// answerLang is the language in which a report is answered; ok is false when there is no approved text for its reader and
// no fallback was named, in which case the report stays owed.
func (d Desk) answerLang(tx storage.Tx, r bot.Rumour, l bot.LinkCursor) (lang bot.Lang, fell, ok bool, err error) {
	if lang, err = d.reads(tx, l); err != nil {
		return "", false, false, err
	}
	if approved(r, lang) == nil {
		return lang, false, true, nil
	}
	if r.Fallback != "" && approved(r, r.Fallback) == nil {
		return r.Fallback, true, true, nil
	}
	return "", false, false, nil
}

func (d Desk) queue(tx storage.Tx, r bot.Rumour, rep bot.Report, lang bot.Lang, id bot.ID, at bot.Instant) (bot.Told, error) {
	o := bot.Outbound{
		ID: id, Contact: rep.Contact, Gateway: rep.Gateway, Lane: bot.LaneReply, Kind: bot.KindAnswer, Key: AnswerKey,
		Lang: lang, Report: rep.ID, Rumour: r.ID, AnswerNo: r.AnswerNo,
		State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(d.validity()),
	}
	if err := tx.PutOutbound(o, 0); err != nil {
		return bot.Told{}, fmt.Errorf("rumour: queue answer: %w", err)
	}
	told := bot.Told{AnswerNo: r.AnswerNo, Outbound: id, Report: rep.ID}
	if err := tx.PutTold(r.ID, rep.Contact, told); err != nil {
		return bot.Told{}, fmt.Errorf("rumour: queue answer: %w", err)
	}
	return told, nil
}
