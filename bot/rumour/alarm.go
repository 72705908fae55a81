package rumour

import (
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Alarm notes that a later text of a report raises an alarm, the first one only, and raises the risk of its rumour.
func Alarm(tx storage.Tx, rep bot.Report, a bot.Alarm) (bot.Report, error) {
	if !rep.Alarm.At.IsZero() || a.Code == "" || rep.Protect {
		return rep, nil
	}
	rep.Alarm = a
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return bot.Report{}, fmt.Errorf("rumour: alarm: %w", err)
	}
	rep.Rev++
	if rep.Rumour.IsZero() {
		return rep, nil
	}
	r, err := tx.Rumour(rep.Rumour)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: alarm: %w", err)
	}
	if risk := alarmed(r.Risk, rep); risk.Level != r.Risk.Level {
		r.Risk = risk
		if _, err := save(tx, r); err != nil {
			return bot.Report{}, err
		}
	}
	return rep, nil
}

// alarmed is a rumour's risk once it has a report: words that raise an alarm make it critical, unless the desk has looked at
// the risk since.
func alarmed(risk bot.Risk, rep bot.Report) bot.Risk {
	if rep.Alarm.At.IsZero() || risk.By != "" && risk.At >= rep.Alarm.At {
		return risk
	}
	return Raise(risk, bot.RiskCritical, ReasonAlarm, "", rep.Alarm.At)
}
