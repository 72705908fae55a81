package rumour

import (
	"tinye/bot"
	"tinye/storage"
)

const (
	// AutoAnswerKey frames an answer that a machine gives at once: it ends with how to say that another matter was meant.
	AutoAnswerKey = "sms.answer_auto"
	// UndoneKey says that an answer was not about what its reader told.
	UndoneKey = "sms.match_undone"
)

// Hint is what was found outside the transaction; inside, the rumour is read again.
type Hint struct {
	Rumour   bot.ID
	AnswerNo int    // of the answer that was found
	Permille int    // how sure the machine was, 0 to 1000
	Weights  string // the version of the weights that judged
}

// MayAsk tells whether people may be asked if a rumour is what they tell: its wording is public and stands.
func MayAsk(r bot.Rumour) bool { return r.Public() && !r.Withdrawn() && !r.Restricted }

// MayAnswer tells whether a rumour's answer may be given at once to who told a report and reads a language.
func (d Desk) MayAnswer(r bot.Rumour, rep bot.Report, reads bot.Lang, at bot.Instant) bool {
	return MayAsk(r) && r.Auto == bot.AutoAllowed && !rep.Stale && !rep.Protect
}

// AnswerAtOnce links a report to what a machine found, and answers it.
func (d Desk) AnswerAtOnce(
	tx storage.Tx, rep bot.Report, h Hint, id bot.ID, at bot.Instant,
) (out bot.Report, ok bool, err error) {
	return rep, false, nil
}

// Suggest notes what a report was held to tell, of which the person is asked.
func (d Desk) Suggest(tx storage.Tx, rep bot.Report, h Hint, at bot.Instant) (bot.Report, error) {
	return rep, nil
}

// Affirm links a report to the rumour that the person says it tells, and answers it as a desk link would.
func (d Desk) Affirm(tx storage.Tx, rep bot.Report, rumour, id bot.ID, at bot.Instant) (out bot.Report, ok bool, err error) {
	return rep, false, nil
}

// Deny notes that the person says that a report does not tell a rumour.
func (d Desk) Deny(tx storage.Tx, rep bot.Report, rumour bot.ID, at bot.Instant) (bot.Report, error) {
	return rep, nil
}
