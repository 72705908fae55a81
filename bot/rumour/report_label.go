package rumour

import (
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// OutOfScopeKey is the stock sentence for what is nothing that the site checks.
const OutOfScopeKey = "sms.out_of_scope"

// Label says what a report is, where it is no rumour. A question, a suggestion and a complaint are owed an answer still; chat
// and spam owe nobody one; what is out of scope is answered with the stock sentence, under id. What concerns protection is
// the focal point's alone from now on, whatever was done with it before. Its alarm ends only where putAside says so. Until it is answered a report can be labelled
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
		rep, err = d.mark(tx, rep, a.At)
	} else {
		rep, err = d.relabel(tx, rep, label, id, a.At)
	}
	if err == nil {
		err = putAside(tx, a, rep)
	}
	if err != nil {
		return bot.Report{}, err
	}
	return rep, a.Note(tx, by, "report.labelled", string(rep.Ref), string(label))
}

// mark marks a report as the menu does. It leaves the rumour that it was put under, which others read, and what waits to be
// sent about it is not sent.
func (d Desk) mark(tx storage.Tx, rep bot.Report, at bot.Instant) (bot.Report, error) {
	if err := letGo(tx, &rep, at); err != nil {
		return bot.Report{}, err
	}
	if !rep.Protect {
		rep.ProtectAt = at
	}
	rep.Protect, rep.Label, rep.Closed, rep.ClosedAt = true, bot.LabelProtection, "", 0
	return saveReport(tx, rep)
}

// taken is a report that is put under a rumour after all: it is closed no more, and no label says that it is owed nothing.
func taken(rep bot.Report) bot.Report {
	rep.Closed, rep.ClosedAt = "", 0
	switch rep.Label {
	case bot.LabelChat, bot.LabelSpam, bot.LabelOutOfScope:
		rep.Label = ""
	}
	return rep
}

// relabel gives a report another label than protection, and the state that goes with it.
func (d Desk) relabel(tx storage.Tx, rep bot.Report, label bot.ReportLabel, id bot.ID, at bot.Instant) (bot.Report, error) {
	if !rep.Answer.IsZero() {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.report_answered", "ref", string(rep.Ref))
	}
	if err := unlinked(tx, rep); err != nil {
		return bot.Report{}, err
	}
	rep.Protect, rep.Label, rep.ProtectAt, rep.Referral = false, label, 0, ""
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
	if label != bot.LabelOutOfScope || people.Stopped(c, o, rep.ToldAt()) {
		return saveReport(tx, rep)
	}
	return d.send(tx, rep, o)
}
