package rumour

import (
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// beginReport is the beginning of a step at the desk on a report: who acts, in a role that may. What concerns protection is
// the focal point's alone, whatever the others' roles, and the focal point may do nothing with other reports by that role.
func beginReport(tx storage.Tx, a people.Act, ref string, roles ...bot.Role) (bot.Actor, bot.Report, error) {
	if _, err := a.Actor(tx, append(roles[:len(roles):len(roles)], bot.RoleProtectionFocal)...); err != nil {
		return bot.Actor{}, bot.Report{}, err
	}
	rep, err := FindReport(tx, ref)
	if err != nil {
		return bot.Actor{}, bot.Report{}, err
	}
	if err := mayWorkOn(tx, a, rep); err != nil {
		return bot.Actor{}, bot.Report{}, err
	}
	if rep.Protect {
		roles = []bot.Role{bot.RoleProtectionFocal}
	}
	by, err := a.Actor(tx, roles...)
	return by, rep, err
}

// person is who is owed what a report asks for: a refusal if nobody is, or no more.
func person(tx storage.Tx, rep bot.Report) (bot.Contact, error) {
	nobody := bot.Fault(bot.CodeRefused, "desk.nobody_to_answer", "ref", string(rep.Ref))
	if rep.Contact.IsZero() {
		return bot.Contact{}, nobody
	}
	c, err := tx.Contact(rep.Contact)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !c.Number.Answerable() { // erased
		return bot.Contact{}, nobody
	}
	if err != nil {
		return bot.Contact{}, fmt.Errorf("rumour: person: %w", err)
	}
	return c, nil
}

// undone refuses a report that is dealt with: answered, or put aside.
func undone(rep bot.Report) error {
	switch {
	case !rep.Answer.IsZero() && rep.State == bot.ReportClosed:
		return bot.Fault(bot.CodeRefused, "desk.report_done", "ref", string(rep.Ref))
	case !rep.Answer.IsZero():
		return bot.Fault(bot.CodeRefused, "desk.report_answered", "ref", string(rep.Ref))
	case rep.State == bot.ReportSpam || rep.State == bot.ReportClosed || rep.State == bot.ReportOutOfScope:
		return bot.Fault(bot.CodeRefused, "desk.report_closed", "ref", string(rep.Ref))
	}
	return nil
}

// unlinked refuses a report that is under a rumour, which is answered there.
func unlinked(tx storage.Tx, rep bot.Report) error {
	if rep.Rumour.IsZero() {
		return nil
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return fmt.Errorf("rumour: unlinked: %w", err)
	}
	return bot.Fault(bot.CodeRefused, "desk.report_under_rumour", "ref", string(rep.Ref), "rumour", string(r.Ref))
}

// saveReport writes a report at the revision it was read with and returns it at the next.
func saveReport(tx storage.Tx, rep bot.Report) (bot.Report, error) {
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		if errors.Is(err, storage.ErrConflict) {
			return bot.Report{}, bot.Fault(bot.CodeConflict, "desk.conflict")
		}
		return bot.Report{}, fmt.Errorf("rumour: save report: %w", err)
	}
	rep.Rev++
	return rep, nil
}

// words keeps what the desk writes to one person, as texts are kept, under the id of the message that carries it.
func words(tx storage.Tx, o bot.Outbound, text bot.Text) error {
	err := tx.PutInbound(bot.Inbound{
		ID: o.ID, Gateway: o.Gateway, Channel: bot.ChannelSMS, Contact: o.Contact, Text: text, ReceivedAt: o.CreatedAt, Class: bot.ClassDesk,
	})
	if err != nil {
		return fmt.Errorf("rumour: words: %w", err)
	}
	return nil
}

// Words is what the desk wrote in a message, or in the one that it repeats; storage.ErrErased once it is gone.
func Words(tx storage.Tx, o bot.Outbound) (bot.Text, error) {
	for range mostRepeats {
		in, err := tx.Inbound(o.ID)
		if err == nil && in.Class == bot.ClassDesk {
			return in.Text, nil
		}
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return "", fmt.Errorf("rumour: words: %w", err)
		}
		if o.ResendOf.IsZero() {
			break
		}
		if o, err = tx.Outbound(o.ResendOf); err != nil {
			return "", fmt.Errorf("rumour: words: %w", err)
		}
	}
	return "", fmt.Errorf("rumour: words of %s: %w", o.ID, storage.ErrErased)
}

// mostRepeats is through how many repeats the words of a message are looked for.
const mostRepeats = 16
