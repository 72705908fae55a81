package rumour

import (
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// OutOfScopeKey is the stock sentence for what is nothing that the site checks.
const OutOfScopeKey = "sms.out_of_scope"

// Label says what a report is, where it is no rumour. A question, a suggestion and a complaint are owed an answer still; chat
// and spam owe nobody one; what is out of scope is answered with the stock sentence, under id. What concerns protection is
// the focal point's alone from now on, whatever was done with it before. Until it is answered a report can be labelled
// otherwise.
func (d Desk) Label(tx storage.Tx, a people.Act, ref string, label bot.ReportLabel, id bot.ID) (bot.Report, error) {
	by, rep, err := beginReport(tx, a, ref, bot.RoleModerator, bot.RoleVerifier, bot.RoleCoordinator)
	if err != nil {
		return bot.Report{}, err
	}
	if !slices.Contains(bot.ReportLabels(), label) {
		return bot.Report{}, bot.Fault(bot.CodeInvalid, "desk.bad_label", "label", string(label), "labels", list(bot.ReportLabels()))
	}
	if rep.Label == label {
		return rep, nil
	}
	if label == bot.LabelProtection {
		rep, err = d.protect(tx, rep)
	} else {
		rep, err = d.relabel(tx, rep, label, id, a.At)
	}
	if err != nil {
		return bot.Report{}, err
	}
	return rep, a.Note(tx, by, "report.labelled", string(rep.Ref), string(label))
}

// protect marks a report as the menu does, and takes it from the rumour that it was put under, which others read.
func (d Desk) protect(tx storage.Tx, rep bot.Report) (bot.Report, error) {
	if !rep.Rumour.IsZero() {
		r, err := tx.Rumour(rep.Rumour)
		if err != nil {
			return bot.Report{}, fmt.Errorf("rumour: protect: %w", err)
		}
		if err := tx.Unlink(r.ID, bot.LinkCursor{Contact: rep.Contact, Report: rep.ID}); err != nil {
			return bot.Report{}, fmt.Errorf("rumour: protect: %w", err)
		}
		r.Reports = max(0, r.Reports-1)
		if _, err := save(tx, r); err != nil {
			return bot.Report{}, err
		}
		rep.Rumour = bot.ID{}
	}
	if rep.Answer.IsZero() {
		rep.State, rep.Closed, rep.ClosedAt = bot.ReportReceived, "", 0
	}
	rep.Protect, rep.Label = true, bot.LabelProtection
	return saveReport(tx, rep)
}

// relabel gives a report another label than protection, and the state that goes with it.
func (d Desk) relabel(tx storage.Tx, rep bot.Report, label bot.ReportLabel, id bot.ID, at bot.Instant) (bot.Report, error) {
	if !rep.Answer.IsZero() {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.report_answered", "ref", string(rep.Ref))
	}
	if err := unlinked(tx, rep); err != nil {
		return bot.Report{}, err
	}
	rep.Protect, rep.Label = false, label
	rep.State, rep.Closed, rep.ClosedAt = bot.ReportReceived, "", 0
	switch label {
	case bot.LabelChat:
		rep.State, rep.Closed, rep.ClosedAt = bot.ReportClosed, bot.CloseNoClaim, at
	case bot.LabelSpam:
		rep.State, rep.ClosedAt = bot.ReportSpam, at
	case bot.LabelOutOfScope:
		rep.State, rep.ClosedAt = bot.ReportOutOfScope, at
	default:
		return saveReport(tx, rep)
	}
	c, err := person(tx, rep)
	if bot.CodeOf(err) == bot.CodeRefused { // there is nobody to tell
		return saveReport(tx, rep)
	}
	if err != nil {
		return bot.Report{}, err
	}
	if err := forgetQuestion(tx, c, rep, at); err != nil {
		return bot.Report{}, err
	}
	o := d.direct(rep, OutOfScopeKey, d.reads(c, rep), id, at)
	if label != bot.LabelOutOfScope || people.Stopped(c, o, rep.ReceivedAt) {
		return saveReport(tx, rep)
	}
	return d.send(tx, rep, o)
}
