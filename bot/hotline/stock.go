package hotline

import (
	"strconv"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
)

// sendStock is STOCK: the second coordinator who asks for the same within a quarter of an hour sends it. The first portion of
// messages is queued with the command, in one commit; where there are more, the next sweep goes on. No code is spent on what
// cannot be sent.
func (t *turn) sendStock(act people.Act, ref bot.Ref, kind bot.StockKind) error {
	args := map[string]string{"ref": string(ref)}
	return t.withCode(act, []bot.Role{bot.RoleCoordinator}, func() error {
		r, done, err := t.Desk.AskStock(t.tx, act, string(ref), kind)
		if err != nil {
			return err
		}
		if done {
			if _, err := t.Desk.Fan(t.tx, r.ID, t.fan, t.in.ReceivedAt); err != nil {
				return err
			}
			args["count"] = strconv.Itoa(r.Reports)
			return t.confirm("sms.desk_stock_sent", args)
		}
		args["minutes"] = minutes(rumour.StockWithin)
		return t.confirm("sms.desk_stock_first", args)
	}, func() (string, error) {
		r, err := rumour.Find(t.tx, string(ref))
		if err == nil {
			err = t.Desk.MayStock(t.tx, r, kind)
		}
		if bot.CodeOf(err) == bot.CodeRefused || bot.CodeOf(err) == bot.CodeNotFound {
			return "sms.desk_stock_no", nil
		}
		return "", err
	})
}
