package rumour

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// AutoFor is whether a rumour's answer may be given by a machine, as publication sets it by default.
func (d Desk) AutoFor(r bot.Rumour) bot.AutoAnswer { return bot.AutoAllowed }

// SetAuto lets a coordinator allow or refuse that a published answer is given by a machine.
func (d Desk) SetAuto(tx storage.Tx, a people.Act, ref string, allow bool) (bot.Rumour, error) {
	return bot.Rumour{}, bot.Fault(bot.CodeRefused, "desk.bad_request")
}

// NoteBurst notes that many numbers told a rumour in a short time.
func (d Desk) NoteBurst(tx storage.Tx, rumour bot.ID, numbers int, at bot.Instant) (bot.Rumour, error) {
	return tx.Rumour(rumour)
}
