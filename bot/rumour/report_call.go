package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// CallOutcome is what came of ringing somebody.
type CallOutcome string

// Outcomes of a call.
const (
	CallReached     CallOutcome = "reached"      // the answer was read to the person
	CallNobody      CallOutcome = "nobody"       // nobody answered: it waits for another call
	CallWrongNumber CallOutcome = "wrong_number" // somebody else's: it is not rung again
)

// CallOutcomes are all outcomes of a call.
func CallOutcomes() []CallOutcome { return []CallOutcome{CallReached, CallNobody, CallWrongNumber} }

// ToCall is one answer that waits for somebody to ring.
type ToCall struct {
	Report  bot.Report
	Answer  bot.Outbound
	Contact bot.Contact
}

// callers are the roles that ring people: only they see numbers.
func callers() []bot.Role { return []bot.Role{bot.RoleModerator, bot.RoleCoordinator} }

const (
	// callPage is how many waiting messages are read at once, and callLook how many are looked at, so that a large fan-out
	// does not cost a walk through all of it.
	callPage = 500
	callLook = 50_000
)

// Calls lists the answers that wait for a call, the oldest first, at most n; more tells that there are further ones. It is
// meant for a View.
func (d Desk) Calls(tx storage.Tx, a people.Act, n int) (found []ToCall, more bool, err error) {
	if _, err := a.Actor(tx, append(callers(), bot.RoleProtectionFocal)...); err != nil {
		return nil, false, err
	}
	page := storage.Page{Limit: callPage}
	for looked := 0; looked < callLook; looked += callPage {
		rows, err := tx.Outbounds(bot.OutQueued, page)
		if err != nil {
			return nil, false, fmt.Errorf("rumour: calls: %w", err)
		}
		for _, o := range rows {
			page.After = o.ID
			call, ok, err := waitsForCall(tx, o, a.At)
			if err != nil {
				return nil, false, err
			}
			if !ok {
				continue
			}
			if _, err := mayCall(tx, a, call.Report); bot.CodeOf(err) == bot.CodeForbidden {
				continue
			} else if err != nil {
				return nil, false, err
			}
			if len(found) == n {
				return found, true, nil
			}
			found = append(found, call)
		}
		if len(rows) < callPage {
			return found, false, nil
		}
	}
	return found, true, nil
}

// mayCall is who rings about a report, and in which role.
func mayCall(tx storage.Tx, a people.Act, rep bot.Report) (bot.Actor, error) {
	if rep.Protect {
		return a.Actor(tx, bot.RoleProtectionFocal)
	}
	by, err := a.Actor(tx, callers()...)
	if err != nil {
		return bot.Actor{}, err
	}
	return by, NeedsToKnowOf(tx, a, rep)
}

// waitsForCall tells whether a message is an answer whose reader wants to be rung.
func waitsForCall(tx storage.Tx, o bot.Outbound, at bot.Instant) (ToCall, bool, error) {
	if o.State != bot.OutQueued || o.Kind != bot.KindAnswer || o.Report.IsZero() || o.ExpiresAt <= at {
		return ToCall{}, false, nil
	}
	c, err := tx.Contact(o.Contact)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (c.ReplyBy != bot.ReplyByCall || !c.Number.Answerable()) {
		return ToCall{}, false, nil
	}
	if err != nil {
		return ToCall{}, false, fmt.Errorf("rumour: waits for a call: %w", err)
	}
	rep, err := tx.Report(o.Report)
	if err != nil {
		return ToCall{}, false, fmt.Errorf("rumour: waits for a call: %w", err)
	}
	return ToCall{Report: rep, Answer: o, Contact: c}, !people.Stopped(c, o, rep.ToldAt()), nil
}

// CallOf is the call that a report waits for. While it is not answered, somebody who wants to be rung can be rung with a
// question, too: then there is no Answer. That somebody sees the number is an event.
func (d Desk) CallOf(tx storage.Tx, a people.Act, ref string) (ToCall, error) {
	by, call, err := beginCall(tx, a, ref)
	if bot.CodeOf(err) == bot.CodeRefused {
		if asks, ok, askErr := toAsk(tx, a, ref); askErr != nil {
			return ToCall{}, askErr
		} else if ok {
			by, call, err = asks.by, asks.call, nil
		}
	}
	if err != nil {
		return ToCall{}, err
	}
	reason := ""
	if call.Answer.ID.IsZero() {
		reason = "question"
	}
	return call, a.Note(tx, by, "report.number_read", string(call.Report.Ref), reason)
}

// asking is a call with a question, and who makes it.
type asking struct {
	by   bot.Actor
	call ToCall
}

// toAsk is the call to the person behind a report that waits for its answer; ok is false where they do not want to be rung, or
// said STOP.
func toAsk(tx storage.Tx, a people.Act, ref string) (asking, bool, error) {
	by, rep, err := beginReport(tx, a, ref, callers()...)
	if err != nil {
		return asking{}, false, err
	}
	if !rep.Answer.IsZero() || rep.State != bot.ReportReceived && rep.State != bot.ReportLinked {
		return asking{}, false, nil
	}
	c, err := person(tx, rep)
	if bot.CodeOf(err) == bot.CodeRefused {
		return asking{}, false, nil
	}
	ok := err == nil && c.ReplyBy == bot.ReplyByCall && c.Number.Answerable() && !c.Stopped()
	return asking{by: by, call: ToCall{Report: rep, Contact: c}}, ok, err
}

func beginCall(tx storage.Tx, a people.Act, ref string) (bot.Actor, ToCall, error) {
	by, rep, err := beginReport(tx, a, ref, callers()...)
	if err != nil {
		return bot.Actor{}, ToCall{}, err
	}
	none := bot.Fault(bot.CodeRefused, "desk.no_call_waits", "ref", string(rep.Ref))
	if rep.Answer.IsZero() {
		return bot.Actor{}, ToCall{}, none
	}
	o, err := tx.Outbound(rep.Answer)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Actor{}, ToCall{}, none
	}
	if err != nil {
		return bot.Actor{}, ToCall{}, fmt.Errorf("rumour: call: %w", err)
	}
	call, ok, err := waitsForCall(tx, o, a.At)
	if err != nil {
		return bot.Actor{}, ToCall{}, err
	}
	if !ok {
		return bot.Actor{}, ToCall{}, none
	}
	call.Report = rep // the message may answer another report of the person too
	return by, call, nil
}

// Called notes what came of a call. Whom it reached has the answer, without its ever being sent. Nobody asks that person later
// whether it helped: what they say to that on the phone is helped, "" where they were not asked.
func (d Desk) Called(tx storage.Tx, a people.Act, ref string, outcome CallOutcome, helped bot.Helpful) (bot.Report, error) {
	by, call, err := beginCall(tx, a, ref)
	if err != nil {
		return bot.Report{}, err
	}
	if !slices.Contains(CallOutcomes(), outcome) {
		return bot.Report{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if err := mayHelp(call.Report, outcome, helped); err != nil {
		return bot.Report{}, err
	}
	o := call.Answer
	switch outcome {
	case CallReached:
		o.State, o.Reason, o.EndedAt = bot.OutDelivered, people.ReasonCalled, a.At
	case CallWrongNumber:
		o.State, o.Reason, o.EndedAt = bot.OutSuppressed, people.ReasonWrongNumber, a.At
	}
	if o.State.Ended() {
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return bot.Report{}, fmt.Errorf("rumour: called: %w", err)
		}
	}
	if helped != "" {
		if err := d.saidOnPhone(tx, call, helped, a.At); err != nil {
			return bot.Report{}, err
		}
		if err := a.Note(tx, by, "report.helped", string(call.Report.Ref), string(helped)); err != nil {
			return bot.Report{}, err
		}
	}
	return call.Report, a.Note(tx, by, "report.called", string(call.Report.Ref), string(outcome))
}

// mayHelp refuses what nobody can have said: to an answer that was not read out, or that is no rumour's.
func mayHelp(rep bot.Report, outcome CallOutcome, helped bot.Helpful) error {
	switch helped {
	case "":
		return nil
	case bot.HelpfulYes, bot.HelpfulNo, bot.HelpfulNotBelieved:
	default:
		return bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if outcome != CallReached || rep.Rumour.IsZero() {
		return bot.Fault(bot.CodeRefused, "desk.helped_call", "ref", string(rep.Ref))
	}
	return nil
}

// saidOnPhone counts what somebody said on the phone, once for each person and rumour as by SMS.
func (d Desk) saidOnPhone(tx storage.Tx, call ToCall, helped bot.Helpful, at bot.Instant) error {
	rep, err := tx.Report(call.Answer.Report) // the one whose answer was read, which is the one that an SMS would ask about
	if err != nil {
		return fmt.Errorf("rumour: called: %w", err)
	}
	if err := asked(tx, rep); err != nil {
		return err
	}
	_, err = d.Helped(tx, rep.ID, helped, at)
	return err
}
