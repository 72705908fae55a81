package rumour

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// ConfirmMatch lets the desk say that a link that a machine made is right.
func (d Desk) ConfirmMatch(tx storage.Tx, a people.Act, ref string) (bot.Report, error) {
	return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.bad_request")
}

// RejectMatch lets the desk say that it is not, and takes it back.
func (d Desk) RejectMatch(tx storage.Tx, a people.Act, ref string, id bot.ID) (bot.Report, error) {
	return bot.Report{}, bot.Fault(bot.CodeRefused, "desk.bad_request")
}
