package rumour

import (
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// Alarm notes that a text of a report raises an alarm, and raises the risk of its rumour. The first one stays; a later one
// takes its place where the desk has looked at the risk of the rumour meanwhile, and raises it again.
func Alarm(tx storage.Tx, rep bot.Report, a bot.Alarm) (bot.Report, error) {
	if a.Code == "" || rep.Protect { // that one is the protection focal point's, who is told in another way
		return rep, nil
	}
	var r bot.Rumour
	var err error
	if !rep.Rumour.IsZero() {
		if r, err = tx.Rumour(rep.Rumour); err != nil {
			return bot.Report{}, fmt.Errorf("rumour: alarm: %w", err)
		}
	}
	if first := rep.Alarm.At; !first.IsZero() && (r.Risk.By == "" || r.Risk.At < first || r.Risk.At >= a.At) {
		return rep, nil
	}
	rep.Alarm = a
	if rep, err = saveReport(tx, rep); err != nil || rep.Rumour.IsZero() {
		return rep, err
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
