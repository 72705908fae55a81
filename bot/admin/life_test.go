package admin_test

import (
	"tinye/bot"
	"tinye/bot/admin"
)

// finding is what CISSE submits on the short lane, with checks that carry a verdict of false.
func finding(ref string, v bot.Verdict) admin.MoveRumour {
	return admin.MoveRumour{
		By: by("CISSE"), Rumour: ref, Theme: bot.RumourOtherTheme, Risk: bot.RiskLow, Verdict: v, Finding: "Vu sur place.",
		Evidence: []admin.Check{
			{Method: bot.MethodVisit, Source: bot.SourceEyewitness}, {Method: bot.MethodCall, Source: bot.SourceLocalOfficial},
		},
	}
}

// find has CISSE submit a verdict and AMI decide it.
func (s *site) find(ref string, v bot.Verdict, into *admin.Rumour) {
	s.t.Helper()
	s.ask("/rumour/submit", finding(ref, v), into)
	s.ask("/rumour/decide", admin.MoveRumour{By: by("AMI"), Rumour: ref}, into)
}
