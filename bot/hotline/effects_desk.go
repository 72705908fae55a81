package hotline

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/flows"
	"tinye/storage"
)

// deskAsks is the message with the desk's question to the caller, and the report that it is about; ok is false unless it is
// the open question, with its words still there.
func (t *hopTurn) deskAsks() (o bot.Outbound, rep bot.Report, ok bool, err error) {
	at := t.in.ReceivedAt
	q := people.OpenQuestion(t.person, at)
	if q == nil || q.Kind != bot.QuestionDesk || len(q.Texts) == 0 {
		return bot.Outbound{}, bot.Report{}, false, nil
	}
	_, left, asked, err := people.DeskAsked(t.tx, t.person, at)
	if err == nil && asked && at.Sub(left) >= rumour.AskOpen {
		return bot.Outbound{}, bot.Report{}, false, nil
	}
	if err == nil {
		rep, err = t.tx.Report(q.Report)
	}
	if err == nil {
		o, err = t.tx.Outbound(q.Texts[0])
	}
	if err == nil {
		_, err = rumour.Words(t.tx, o)
	}
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return bot.Outbound{}, bot.Report{}, false, nil
	}
	if err != nil {
		return bot.Outbound{}, bot.Report{}, false, fmt.Errorf("hotline: a question in the menu: %w", err)
	}
	return o, rep, true, nil
}

// deskQuestion shows the desk's question: a reply counts from then on, by SMS as well. For a person who wants no SMS it has
// arrived by that.
func (t *hopTurn) deskQuestion() (flows.Result, error) {
	o, rep, ok, err := t.deskAsks()
	if err != nil || !ok {
		return outcome("gone"), err
	}
	text, err := rumour.Words(t.tx, o)
	if err != nil {
		return flows.Result{}, err
	}
	if o.State == bot.OutQueued && t.person.ReplyBy == bot.ReplyByUSSD {
		o.State, o.Reason, o.EndedAt = bot.OutDelivered, people.ReasonMenuRead, t.in.ReceivedAt
		if err := t.tx.PutOutbound(o, o.Rev); err != nil {
			return flows.Result{}, fmt.Errorf("hotline: a question in the menu: %w", err)
		}
	}
	if t.person, err = people.DeskShown(t.tx, t.person, t.in.ReceivedAt); err != nil {
		return flows.Result{}, err
	}
	return flows.Result{Values: map[string]string{"ref": string(rep.Ref), "question": string(text)}}, nil
}

// answerDesk adds what was typed to the report that the desk asked about. STOP comes before every question, here too.
func (t *hopTurn) answerDesk(input string) (flows.Result, error) {
	if t.typing.report.says.word == wordStop {
		_, err := t.stop()
		return outcome("stopped"), err
	}
	if letters(input) < fewestLetters {
		return refused("short", "ussd.too_short"), nil
	}
	q := people.QuestionOf(t.person, bot.QuestionDesk, t.in.ReceivedAt)
	if q == nil {
		return outcome("gone"), nil // it was answered by SMS meanwhile
	}
	in := t.in
	in.Text, in.Class, in.Hop, in.ExternalID = bot.Text(input), bot.ClassReply, "", ""
	rep, joined, err := rumour.JoinReply(t.tx, q.Report, in, t.typing.report.says.maybeStop)
	if err != nil {
		return flows.Result{}, err
	}
	t.person = people.Close(t.person, bot.QuestionDesk)
	if joined && t.typing.report.says.maybeStop {
		t.person = people.MaybeStop(t.person, q.Report, in.ReceivedAt)
	}
	if err := t.savePerson(); err != nil || !joined {
		return outcome("gone"), err
	}
	if err := t.tx.PutInbound(in); err != nil {
		return flows.Result{}, err
	}
	words := t.heard()
	words.in = in
	rep, told, err := t.sound(t.tx, rep, words)
	if err != nil {
		return flows.Result{}, err
	}
	t.done.queued = t.done.queued || told.onDuty
	today, err := t.tx.Activity(t.contact, in.ReceivedAt)
	if err != nil {
		return flows.Result{}, err
	}
	people.Told(&today, rep.ID, in.ReceivedAt)
	if err := t.tx.PutActivity(t.contact, in.ReceivedAt, today); err != nil {
		return flows.Result{}, err
	}
	return flows.Result{Values: map[string]string{"ref": string(rep.Ref)}}, nil
}
