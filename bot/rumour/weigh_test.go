package rumour_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/rumour"
)

// The rule of risk, case by case (domain §4.4).
func TestRiskByTheRule(t *testing.T) {
	for name, c := range map[string]struct {
		given rumour.Assessment
		level bot.RiskLevel
		why   []string
	}{
		"nothing":        {rumour.Assessment{}, "", nil},
		"1":              {rumour.Assessment{Harm: 1, Spread: 1}, bot.RiskLow, []string{"score_1"}},
		"2":              {rumour.Assessment{Harm: 2, Spread: 1}, bot.RiskLow, []string{"score_2"}},
		"3":              {rumour.Assessment{Harm: 1, Spread: 3}, bot.RiskMedium, []string{"score_3"}},
		"4":              {rumour.Assessment{Harm: 2, Spread: 2}, bot.RiskMedium, []string{"score_4"}},
		"6":              {rumour.Assessment{Harm: 2, Spread: 3}, bot.RiskHigh, []string{"score_6", "several_places"}},
		"9":              {rumour.Assessment{Harm: 3, Spread: 3}, bot.RiskHigh, []string{"score_9", "several_places", "major_harm"}},
		"major harm":     {rumour.Assessment{Harm: 3, Spread: 1}, bot.RiskHigh, []string{"score_3", "major_harm"}},
		"livestock":      {rumour.Assessment{Harm: 1, Spread: 1, Flags: []bot.RiskFlag{bot.FlagProperty}}, bot.RiskHigh, []string{"score_1", "property_livestock"}},
		"two places":     {rumour.Assessment{Harm: 2, Spread: 2, Places: 2}, bot.RiskHigh, []string{"score_4", "several_places"}},
		"minor, places":  {rumour.Assessment{Harm: 1, Spread: 2, Places: 5}, bot.RiskLow, []string{"score_2"}},
		"violence":       {rumour.Assessment{Flags: []bot.RiskFlag{bot.FlagViolence48h}}, bot.RiskCritical, []string{"violence_48h"}},
		"violence later": {rumour.Assessment{Harm: 1, Spread: 1, Flags: []bot.RiskFlag{bot.FlagViolence7d, bot.FlagTargetsGroup}}, bot.RiskLow, []string{"score_1"}},
	} {
		level, why := rumour.Assess(c.given)
		if level != c.level || !slices.Equal(why, c.why) {
			t.Errorf("%s: %s for %q, want %s for %q", name, level, why, c.level, c.why)
		}
	}
}

// More harm, spread, places or flags never lower the risk.
func TestRiskOnlyGrows(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		draw := func(least rumour.Assessment) rumour.Assessment {
			a := rumour.Assessment{
				Harm: rapid.IntRange(max(1, least.Harm), 3).Draw(rt, "harm"), Spread: rapid.IntRange(max(1, least.Spread), 3).Draw(rt, "spread"),
				Places: rapid.IntRange(least.Places, 5).Draw(rt, "places"), Flags: slices.Clone(least.Flags),
			}
			a.Flags = append(a.Flags, rapid.SliceOf(rapid.SampledFrom(bot.RiskFlags())).Draw(rt, "flags")...)
			return a
		}
		small := draw(rumour.Assessment{})
		low, _ := rumour.Assess(small)
		high, _ := rumour.Assess(draw(small))
		if slices.Index(bot.RiskLevels(), high) < slices.Index(bot.RiskLevels(), low) {
			rt.Errorf("%s became %s", low, high)
		}
	})
}

// An alarm word only ever raises, in nobody's name; a person who looks at it takes the mark off.
func TestAlarmsOnlyRaise(t *testing.T) {
	r := rumour.Raise(bot.Risk{Level: bot.RiskLow, By: "AMI"}, bot.RiskCritical, rumour.ReasonAlarm, "", 7)
	if r.Level != bot.RiskCritical || !r.Alarm || r.By != "" || r.At != 7 || !slices.Equal(r.Reasons, []string{"alarm_word"}) {
		t.Errorf("raised: %+v", r)
	}
	if got := rumour.Raise(r, bot.RiskHigh, rumour.ReasonMerged, "AMI", 8); got.Level != bot.RiskCritical || got.At != 7 {
		t.Errorf("lowered: %+v", got)
	}
}

// Which sources carry which verdict (domain §4.5).
func TestSourcesForAVerdict(t *testing.T) {
	const yes, no = bot.SupportsTrue, bot.SupportsFalse
	eye := checked(bot.MethodVisit, bot.SourceEyewitness, no, "", "")
	chief := checked(bot.MethodCall, bot.SourceCommunityLeader, no, "", "")
	mayor := checked(bot.MethodStatement, bot.SourceLocalOfficial, no, "", "")
	army := checked(bot.MethodStatement, bot.SourceSecurityForce, no, "", "")
	grouped := func(e bot.Evidence, g string) bot.Evidence { e.Group = g; return e }
	coded := func(e bot.Evidence, c string) bot.Evidence { e.Code = c; return e }
	says := func(e bot.Evidence, s bot.Supports) bot.Evidence { e.Supports = s; return e }
	for name, c := range map[string]struct {
		v        bot.Verdict
		evidence []bot.Evidence
		enough   bool
	}{
		"none":                        {bot.ConfirmedFalse, nil, false},
		"one":                         {bot.ConfirmedFalse, []bot.Evidence{eye}, false},
		"two of one type":             {bot.ConfirmedFalse, []bot.Evidence{eye, eye}, false},
		"two types":                   {bot.ConfirmedFalse, []bot.Evidence{eye, chief}, true},
		"with an authority":           {bot.ConfirmedFalse, []bot.Evidence{eye, mayor}, true},
		"authorities alone":           {bot.ConfirmedFalse, []bot.Evidence{mayor, army}, false},
		"authorities and one":         {bot.ConfirmedFalse, []bot.Evidence{mayor, army, chief}, true},
		"one origin":                  {bot.ConfirmedFalse, []bot.Evidence{grouped(eye, "A"), grouped(chief, "A")}, false},
		"two origins":                 {bot.ConfirmedFalse, []bot.Evidence{grouped(eye, "A"), grouped(chief, "B")}, true},
		"one origin and an authority": {bot.ConfirmedFalse, []bot.Evidence{grouped(eye, "A"), grouped(chief, "A"), mayor}, true},
		"one person":                  {bot.ConfirmedFalse, []bot.Evidence{coded(eye, "S-1"), coded(chief, "S-1")}, false},
		"one person, half grouped":    {bot.ConfirmedFalse, []bot.Evidence{coded(eye, "S-1"), grouped(coded(chief, "S-1"), "A")}, false},
		"they say the other":          {bot.ConfirmedTrue, []bot.Evidence{eye, chief}, false},
		"one says the other":          {bot.ConfirmedFalse, []bot.Evidence{eye, says(chief, yes)}, false},
		"probably":                    {bot.ProbablyFalse, []bot.Evidence{mayor}, true},
		"probably, the other":         {bot.ProbablyTrue, []bot.Evidence{mayor}, false},
		"probably, none":              {bot.ProbablyTrue, nil, false},
		"misleading":                  {bot.Misleading, []bot.Evidence{says(eye, bot.SupportsMixed)}, true},
		"unverifiable":                {bot.Unverifiable, []bot.Evidence{says(eye, bot.SupportsNone)}, true},
		"not a claim":                 {bot.NotAClaim, []bot.Evidence{says(eye, bot.SupportsNone)}, true},
		"unverifiable, not looked at": {bot.Unverifiable, nil, false},
	} {
		if got := rumour.Weigh(c.v, c.evidence); got.Enough != c.enough {
			t.Errorf("%s: %+v, want enough = %v", name, got, c.enough)
		}
	}
}
