package rumour

import (
	"slices"
	"testing"

	"tinye/bot"
)

func TestWordsOnlyRaise(t *testing.T) {
	came := at(t, "2026-11-23 22:00")
	alarm := bot.Report{Alarm: bot.Alarm{At: came, Code: "attack"}}
	for _, c := range []struct {
		why  string
		risk bot.Risk
		rep  bot.Report
		want bot.RiskLevel
		word bool
	}{
		{"a report without an alarm", bot.Risk{}, bot.Report{}, "", false},
		{"nobody assessed it", bot.Risk{}, alarm, bot.RiskCritical, true},
		{"the desk held it low before", bot.Risk{Level: bot.RiskLow, By: "AMI", At: came - 1}, alarm, bot.RiskCritical, true},
		{"the desk holds it low since", bot.Risk{Level: bot.RiskLow, By: "AMI", At: came + 1}, alarm, bot.RiskLow, false},
		{"it is critical already", bot.Risk{Level: bot.RiskCritical, By: "AMI", At: came - 1}, alarm, bot.RiskCritical, false},
	} {
		got := alarmed(c.risk, c.rep)
		if got.Level != c.want || got.Alarm != c.word || slices.Contains(got.Reasons, ReasonAlarm) != c.word {
			t.Errorf("%s: %+v", c.why, got)
		}
	}
}
