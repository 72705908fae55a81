package rumour

import (
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// CloseReport notes that nothing more is done about a report. One that is under a rumour is closed with it.
// Its alarm ends only where putAside says so.
func (d Desk) CloseReport(tx storage.Tx, a people.Act, ref string, reason bot.CloseReason) (bot.Report, error) {
	by, rep, err := beginReport(tx, a, ref, bot.RoleModerator, bot.RoleCoordinator)
	if err != nil {
		return bot.Report{}, err
	}
	if !slices.Contains(bot.CloseReasons(), reason) {
		return bot.Report{}, bot.Fault(bot.CodeInvalid, "desk.bad_reason", "reason", string(reason), "reasons", list(bot.CloseReasons()))
	}
	if rep.State == bot.ReportClosed && !rep.Answer.IsZero() {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.report_done", "ref", string(rep.Ref))
	}
	if rep.State == bot.ReportClosed {
		return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.report_closed", "ref", string(rep.Ref))
	}
	if err := unlinked(tx, rep); err != nil {
		return bot.Report{}, err
	}
	rep.State, rep.Closed, rep.ClosedAt = bot.ReportClosed, reason, a.At
	if rep, err = saveReport(tx, rep); err != nil {
		return bot.Report{}, err
	}
	if err := putAside(tx, a, rep); err != nil {
		return bot.Report{}, err
	}
	switch c, err := person(tx, rep); {
	case bot.CodeOf(err) == bot.CodeRefused: // nobody was asked
	case err != nil:
		return bot.Report{}, err
	default:
		if err := forgetQuestion(tx, c, rep, a.At); err != nil {
			return bot.Report{}, err
		}
	}
	return rep, a.Note(tx, by, "report.closed", string(rep.Ref), string(reason))
}
