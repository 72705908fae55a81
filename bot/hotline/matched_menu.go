package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/flows"
	"tinye/storage"
)

// toldValue names the report that was just told, or is looked at, in the values of a walk; undoValue is set where the answer on the
// screen was given by a machine, and may be about another matter.
const (
	toldValue = "told"
	undoValue = "undo"
	// whichList names the checked answers that a report may tell.
	whichList = "which"
)

// tells is what is known before the transaction of the place where somebody types a report.
type tells struct {
	report bool // what is typed is one, and not for the protection focal point
	place  bot.PlaceCode
	lang   bot.Lang // of the caller
}

// tellsHere finds that out.
func (t *hopTurn) tellsHere(c bot.Contact) tells {
	s := t.Flow.Screen(t.session.Walk.Screen)
	if s == nil || s.Input == nil || s.Input.Run != "report" || s.Input.With != "" || t.lateFor {
		return tells{}
	}
	draft, _ := people.Drafted(c, t.in.ReceivedAt)
	return tells{report: true, place: draft.Place, lang: t.speaks(c)}
}

// lookUpTyped compares what was typed with what was checked.
func (s *Service) lookUpTyped(ctx context.Context, h *hop) (err error) {
	if !h.tells.report || letters(h.typing.input) < fewestLetters || !h.typing.report.mayTell() {
		return nil
	}
	q := match.Query{Text: h.typing.input, Lang: h.typing.report.lang, At: h.in.ReceivedAt, Place: h.tells.place}
	if q.Lang == "" {
		q.Lang = h.tells.lang
	}
	h.typing.report.found, err = s.lookUp(ctx, q)
	return err
}

// matched shows the checked answer that a report tells, or lists those that it may tell; ok is false where it is acknowledged as any
// other. What raised an alarm is acknowledged on the screen, which has the number for danger, and answered by SMS.
func (t *hopTurn) matched(rep bot.Report, raised bool) (r flows.Result, ok bool, err error) {
	found := t.typing.report.found
	best, likely := found.best()
	phone, err := t.registered()
	if err != nil || !likely || phone || t.lateFor || rep.Protect || rep.Stale || rep.MaybeStop {
		return flows.Result{}, false, err
	}
	if found.outcome == match.Certain && !(raised && t.person.ReplyBy == bot.ReplyByCall) {
		out, ok, err := t.Desk.AnswerAtOnce(t.tx, rep, best, t.in.ID, t.in.ReceivedAt)
		switch {
		case err != nil:
			return flows.Result{}, false, err
		case ok && raised:
			return flows.Result{}, false, t.answeredBehind(out)
		case ok:
			return t.answered(out, "known")
		}
	}
	var items []bot.Item
	for _, h := range found.asks() {
		title, ok, err := t.titleOf(t.tx, h.Rumour, t.session.Lang)
		if err != nil {
			return flows.Result{}, false, err
		}
		if ok {
			items = append(items, bot.Item{ID: h.Rumour.String(), Label: title})
		}
	}
	if rep, err = t.Desk.Suggest(t.tx, rep, best, t.in.ReceivedAt); err != nil || raised || len(items) == 0 {
		return flows.Result{}, false, err
	}
	return flows.Result{
		Outcome: "which", Values: map[string]string{"ref": string(rep.Ref), toldValue: rep.ID.String()}, Lists: map[string][]bot.Item{whichList: items},
	}, true, nil
}

// answeredBehind opens the question that follows an automatic answer by SMS. Who wants no SMS finds the answer in the menu.
func (t *hopTurn) answeredBehind(rep bot.Report) (err error) {
	t.done.queued = true
	if t.person.ReplyBy != "" && t.person.ReplyBy != bot.ReplyBySMS {
		return nil
	}
	t.person, err = askOther(t.tx, t.person, rep, t.in.ReceivedAt)
	return err
}

// registered tells whether the phone is a desk account's: what it tells is what others say.
func (t *hopTurn) registered() (bool, error) {
	_, registered, err := people.DeskNumber(t.tx, t.contact)
	return registered, err
}

// answered shows the answer that a report has just got: it is delivered by that, and not sent.
func (t *hopTurn) answered(rep bot.Report, name string) (flows.Result, bool, error) {
	about, published, err := t.publishedFor(rep)
	if err != nil {
		return flows.Result{}, false, err
	}
	values, worded := t.wordingValues(about)
	if !published || !worded {
		t.done.queued = true
		return flows.Result{}, false, nil // it is on its way by SMS
	}
	if err := readHere(t.tx, rep, t.in.ReceivedAt); err != nil {
		return flows.Result{}, false, err
	}
	values["ref"], values[toldValue] = string(rep.Ref), rep.ID.String()
	return flows.Result{Outcome: name, Values: values}, true, nil
}

// readHere notes that a queued answer was read on the screen.
func readHere(tx storage.Tx, rep bot.Report, at bot.Instant) error {
	o, ok, err := queuedAnswer(tx, rep)
	if err != nil || !ok {
		return err
	}
	o.State, o.Reason, o.EndedAt = bot.OutDelivered, people.ReasonMenuRead, at
	if err := tx.PutOutbound(o, o.Rev); err != nil {
		return fmt.Errorf("hotline: read on the screen: %w", err)
	}
	return nil
}

// toldHere is the caller's report that the walk is about.
func (t *hopTurn) toldHere() (rep bot.Report, ok bool, err error) {
	id, err := bot.ParseID(t.session.Walk.Values[toldValue])
	if err != nil {
		return bot.Report{}, false, nil
	}
	rep, err = t.tx.Report(id)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Report{}, false, nil
	}
	return rep, err == nil && rep.Contact == t.contact && !rep.Protect && rep.State != bot.ReportProtected, err
}

// pickMatch answers the report with what the caller chose.
func (t *hopTurn) pickMatch(input string) (flows.Result, error) {
	rep, ok, err := t.toldHere()
	if err != nil || !ok {
		return outcome("gone"), err
	}
	id, err := bot.ParseID(input)
	if err != nil {
		return flows.Result{}, err
	}
	out, ok, err := t.Desk.Affirm(t.tx, rep, id, t.in.ID, t.in.ReceivedAt)
	if err != nil || !ok {
		return outcome("gone"), err
	}
	shown, ok, err := t.answered(out, "")
	if err != nil || !ok {
		return outcome("gone"), err
	}
	return shown, nil
}

// noMatch notes that the report tells none of what was shown, and acknowledges it as any other.
func (t *hopTurn) noMatch() (flows.Result, error) {
	rep, ok, err := t.toldHere()
	if err != nil || !ok {
		return outcome("gone"), err
	}
	var shown []bot.ID // what stays with the desk alone is not denied by it
	if !rep.Match.Rumour.IsZero() && rep.Match.Method != bot.MatchSuggested {
		shown = append(shown, rep.Match.Rumour)
	}
	for _, item := range t.session.Walk.Lists[whichList] {
		if id, err := bot.ParseID(item.ID); err == nil && !slices.Contains(shown, id) {
			shown = append(shown, id)
		}
	}
	for i := len(shown) - 1; i >= 0; i-- { // the likeliest last: it is what is kept of the match
		if rep, err = t.Desk.Deny(t.tx, rep, shown[i], t.in.ReceivedAt); err != nil {
			return flows.Result{}, err
		}
	}
	t.person = people.Close(people.Close(t.person, bot.QuestionMatch), bot.QuestionOther)
	if err := t.savePerson(); err != nil {
		return flows.Result{}, err
	}
	if rep.State != bot.ReportReceived { // the desk has put it elsewhere
		return outcome("gone"), nil
	}
	onDuty, err := toldOnDuty(t.tx, rep)
	if err != nil {
		return flows.Result{}, err
	}
	return t.told(rep, onDuty), nil
}

// toldOrAnswered is what is said about a report that was told before: its answer where a machine gave one on the screen.
func (t *hopTurn) toldOrAnswered(rep bot.Report) (flows.Result, error) {
	if rep.Match.Method == bot.MatchAuto && rep.State == bot.ReportAnswered && rep.Alarm.At.IsZero() {
		if shown, ok, err := t.answered(rep, "known"); err != nil || ok {
			return shown, err
		}
	}
	onDuty, err := toldOnDuty(t.tx, rep)
	if err != nil {
		return flows.Result{}, err
	}
	return t.told(rep, onDuty), nil
}

// mayUndo tells whether the answer to a report was given by a machine, and nobody has said yet whether it was about what was told.
func mayUndo(rep bot.Report) bool {
	return rep.Match.Method == bot.MatchAuto && rep.State == bot.ReportAnswered && rep.Match.Rumour == rep.Rumour
}

// withUndo takes the line away that another report left, which may be undone.
func withUndo(r flows.Result, err error) (flows.Result, error) {
	if r.Values != nil && r.Values[undoValue] == "" {
		r.Values[undoValue] = ""
	}
	return r, err
}
