package hotline

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/msisdn"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Telling is what somebody at the desk types for somebody else; Number is as it was typed, "" for nobody.
type Telling struct {
	Channel bot.Channel
	Number  string
	SaidBy  string
	Lang    bot.Lang
	Place   bot.PlaceCode
	Theme   bot.Theme
	ReplyBy bot.ReplyBy
	Text    string
}

// Entered is a report that was typed at the desk.
type Entered struct {
	Report  bot.Report
	ReplyBy bot.ReplyBy    // the way by which its person is answered, "" if nobody is
	OnDuty  bool           // its words raise an alarm (Report.Alarm), and those on duty are told
	Doubt   msisdn.Warning // what is odd about the number, "" for nothing
}

// EnterReport makes a report of what was typed.
func (s *Service) EnterReport(ctx context.Context, a people.Act, t Telling) (Entered, error) {
	e := rumour.Entry{
		ID: s.NewID(), Refs: s.Refs(), Channel: t.Channel, Gateway: s.Site.Gateway, SaidBy: t.SaidBy, Lang: t.Lang, Place: t.Place,
		Theme: t.Theme, ReplyBy: t.ReplyBy, Text: t.Text,
	}
	if _, known := s.Places().Place(t.Place); !known && !t.Place.IsZero() {
		return Entered{}, bot.Fault(bot.CodeInvalid, "desk.bad_place")
	}
	var made Entered
	if t.Number != "" {
		var err error
		if e.Number, made.Doubt, err = s.Numbers.ParseTyped(t.Number); err != nil {
			return Entered{}, err
		}
		e.Contact = s.Store.ContactKey(e.Number)
	}
	var c bot.Contact
	words := heard{in: bot.Inbound{ID: e.ID, ReceivedAt: a.At}, says: s.Alarms.read(t.Text, s.Places()), rings: s.NewID()}
	err := s.Store.Update(ctx, func(tx storage.Tx) error {
		rep, entered, err := s.Desk.Enter(tx, a, e)
		if err != nil {
			return err
		}
		rep, told, err := s.sound(tx, rep, words)
		if err != nil {
			return err
		}
		made.Report, c, made.OnDuty = rep, entered, told.onDuty
		if c.Key.IsZero() || c.ReplyBy == bot.ReplyByUSSD {
			return nil
		}
		ids, err := reportsOf(tx, c.Key, a.At, 0)
		if err != nil || c.ReplyBy == bot.ReplyByCall {
			return err
		}
		return s.releaseHeld(tx, c, ids, a.At)
	})
	if err != nil {
		return Entered{}, err
	}
	s.lengths.took(made.Report.Ref)
	s.wake()
	if made.ReplyBy = c.ReplyBy; !c.Key.IsZero() && c.ReplyBy == "" {
		made.ReplyBy = bot.ReplyBySMS
	}
	return made, nil
}

// reportsOf are the ids of a number's reports of the last mineDays, the newest first; it looks no further back once it has
// enough, 0 for all.
func reportsOf(tx storage.Tx, key bot.ContactKey, at bot.Instant, enough int) ([]bot.ID, error) {
	var ids []bot.ID
	for day := range mineDays {
		a, err := tx.Activity(key, at.Add(-time.Duration(day)*oneDay))
		if err != nil {
			return nil, fmt.Errorf("hotline: reports of a number: %w", err)
		}
		for _, id := range slices.Backward(a.Reports) {
			if !slices.Contains(ids, id) { // a text that joined after midnight put it into both days
				ids = append(ids, id)
			}
		}
		if enough > 0 && len(ids) >= enough {
			break
		}
	}
	return ids, nil
}

// AskReporter asks whoever told a report one thing by SMS.
func (s *Service) AskReporter(ctx context.Context, a people.Act, ref, text string) (asked rumour.Asked, err error) {
	id := s.NewID()
	err = s.onReport(ctx, func(tx storage.Tx) (err error) {
		asked, err = s.Desk.Ask(tx, a, ref, text, id)
		return err
	})
	return asked, err
}

// ReplyToReport answers a question or a need.
func (s *Service) ReplyToReport(ctx context.Context, a people.Act, ref, text string) (replied rumour.Replied, err error) {
	id := s.NewID()
	err = s.onReport(ctx, func(tx storage.Tx) (err error) {
		replied, err = s.Desk.Reply(tx, a, ref, text, id)
		return err
	})
	return replied, err
}

// LabelReport says what a report is, where it is no rumour.
func (s *Service) LabelReport(ctx context.Context, a people.Act, ref string, label bot.ReportLabel) (rep bot.Report, err error) {
	id := s.NewID()
	err = s.onReport(ctx, func(tx storage.Tx) (err error) {
		rep, err = s.Desk.Label(tx, a, ref, label, id)
		return err
	})
	if err == nil && rep.Protect {
		s.focalToldNow(ctx)
	}
	return rep, err
}

// CloseReport notes that nothing more is done about a report.
func (s *Service) CloseReport(ctx context.Context, a people.Act, ref string, why bot.CloseReason) (rep bot.Report, err error) {
	err = s.onReport(ctx, func(tx storage.Tx) (err error) {
		rep, err = s.Desk.CloseReport(tx, a, ref, why)
		return err
	})
	return rep, err
}

// onReport runs a rule that may queue something.
func (s *Service) onReport(ctx context.Context, rule func(storage.Tx) error) error {
	err := s.Store.Update(ctx, rule)
	if err == nil {
		s.wake()
	}
	return err
}

// ToRead is what somebody who rings reads out.
type ToRead struct {
	Report bot.Report
	Number bot.Address
	Lang   bot.Lang
	Text   bot.Text    // "" where there is a question to ask, and nothing to read
	Until  bot.Instant // it is worth telling until then
}

// Call shows whom to ring about a report, and what to say; it notes who looked.
func (s *Service) Call(ctx context.Context, a people.Act, ref string) (read ToRead, err error) {
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		call, err := s.Desk.CallOf(tx, a, ref)
		if err != nil {
			return err
		}
		o := call.Answer
		if o.ID.IsZero() { // there is a question to ask, and nothing to read
			read = ToRead{Report: call.Report, Number: call.Contact.Number, Lang: call.Contact.Lang}
			return nil
		}
		first, err := tx.Report(o.Report)
		if err != nil {
			return fmt.Errorf("hotline: call: %w", err)
		}
		text, err := s.text(tx, o, first)
		if errors.Is(err, errSuperseded) || errors.Is(err, storage.ErrErased) {
			return bot.Fault(bot.CodeRefused, "desk.no_call_waits", "ref", string(call.Report.Ref))
		}
		if err != nil {
			return err
		}
		read = ToRead{Report: call.Report, Number: call.Contact.Number, Lang: o.Lang, Text: bot.Text(text), Until: o.ExpiresAt}
		return nil
	})
	return read, err
}

// Called notes what came of a call, and what the person said to whether the answer helped.
func (s *Service) Called(
	ctx context.Context, a people.Act, ref string, outcome rumour.CallOutcome, helped bot.Helpful,
) (rep bot.Report, err error) {
	err = s.Store.Update(ctx, func(tx storage.Tx) (err error) {
		rep, err = s.Desk.Called(tx, a, ref, outcome, helped)
		return err
	})
	return rep, err
}

// turnLook is how often a question from the desk looks whether it is its turn.
const turnLook = 10 * time.Minute

// deskTurn holds a question from the desk while another is open, and drops one that needs no reply any more.
func deskTurn(o bot.Outbound, c bot.Contact, now bot.Instant) (storage.Decision, bool) {
	return itsTurn(o, c, bot.QuestionDesk, now)
}

// itsTurn is deskTurn for a question of any kind that is asked by one message about a report.
func itsTurn(o bot.Outbound, c bot.Contact, kind bot.QuestionKind, now bot.Instant) (storage.Decision, bool) {
	q := people.QuestionOf(c, kind, now)
	if q == nil || q.Report != o.Report || !slices.Contains(q.Texts, o.ID) && o.ResendOf.IsZero() {
		return end(bot.OutSuppressed, people.ReasonQuestion), true
	}
	open := people.OpenQuestion(c, now)
	if open.Kind == kind {
		return storage.Decision{}, false
	}
	return storage.Decision{Hold: min(now.Add(turnLook), open.EndsAt), Reason: people.ReasonTurn}, true
}

// tryDesk takes a free text for the reply to the desk's question, once that was sent: it joins the report that the question
// is about, however long ago that was told.
func (t *turn) tryDesk() (bool, error) {
	q, left, sent, err := people.DeskAsked(t.tx, t.person, t.in.ReceivedAt)
	if err != nil || !sent || t.in.Written() < left.Add(-clockApart) {
		return false, err
	}
	late := t.in.ReceivedAt.Sub(left) >= rumour.AskOpen
	var rep bot.Report
	joined := false
	if !late {
		if rep, joined, err = rumour.JoinReply(t.tx, q.Report, t.in, t.says.maybeStop); err != nil {
			return false, err
		}
	}
	c, err := people.Save(t.tx, people.Close(t.person, bot.QuestionDesk))
	if err != nil {
		return false, err
	}
	t.person = c
	if !joined {
		return false, nil
	}
	if err := t.lookForStop(rep.ID); err != nil {
		return false, err
	}
	t.noteTold(rep.ID)
	if rep, _, err = t.sound(t.tx, rep, t.heard()); err != nil {
		return false, err
	}
	return true, t.say(reply{key: "sms.desk_thanks", args: map[string]string{"ref": string(rep.Ref)}})
}

// clockApart is how far a network's clock may be from ours.
const clockApart = 2 * time.Minute

// statusOfOwn is the reply to the reference of one's own report that is under no published rumour.
func (t *turn) statusOfOwn(r bot.Report) error {
	args := map[string]string{"ref": string(r.Ref)}
	if key, ok, err := neutralOf(t.tx, r); err != nil || ok {
		return errors.Join(err, t.say(reply{key: key, args: args}))
	}
	switch {
	case r.Protect:
		return t.say(reply{key: protectedKey, args: args})
	case r.State == bot.ReportAnsweredDirect:
		o, err := t.tx.Outbound(r.Answer)
		if err == nil {
			_, err = rumour.Words(t.tx, o)
		}
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
			return t.say(reply{key: "sms.status_closed", args: args})
		}
		if err != nil {
			return fmt.Errorf("hotline: status: %w", err)
		}
		return t.say(reply{key: rumour.ReplyKey, args: args, report: r.ID})
	case r.State == bot.ReportOutOfScope:
		return t.say(reply{key: rumour.OutOfScopeKey, args: args})
	case r.State == bot.ReportClosed || r.State == bot.ReportSpam:
		return t.say(reply{key: "sms.status_closed", args: args})
	}
	return t.say(reply{key: "sms.status_checking", args: args})
}

// directAnswer is what the desk answered to a report that is under no rumour, or under one that has no answer of its own, as
// the menu says it; "" if it did not.
func (t *hopTurn) directAnswer(r bot.Report) (string, error) {
	if key, ok, err := neutralOf(t.tx, r); err != nil || ok {
		if key == rumour.StockKey(bot.StockOutOfScope) {
			return t.label("ussd.out_of_scope", nil), err
		}
		return t.label("ussd.no_longer", nil), err
	}
	switch r.State {
	case bot.ReportOutOfScope:
		return t.label("ussd.out_of_scope", nil), nil
	case bot.ReportClosed, bot.ReportSpam:
		return t.label("ussd.closed", nil), nil
	case bot.ReportAnsweredDirect:
	default:
		return "", nil
	}
	o, err := t.tx.Outbound(r.Answer)
	if err == nil {
		var text bot.Text
		text, err = rumour.Words(t.tx, o)
		if err == nil {
			return string(text), nil
		}
	}
	if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
		return "", nil
	}
	return "", fmt.Errorf("hotline: the desk's answer: %w", err)
}
