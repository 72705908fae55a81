package rumour

import (
	"slices"
	"strconv"

	"tinye/bot"
)

// Reasons for a level of risk, beside the flags and the score.
const (
	ReasonMajorHarm     = "major_harm"     // harm 3
	ReasonSeveralPlaces = "several_places" // and harm 2 at least
	ReasonByHand        = "by_hand"        // somebody said so, above what the rule gives
	ReasonAlarm         = "alarm_word"
	ReasonMerged        = "merged" // from a rumour that was merged into this one
	ReasonBurst         = "burst"  // many numbers told it at once
)

// Assessment is what the rule of risk is worked out from: harm 1 minor, 2 moderate, 3 major; spread 1 one report, 2 several
// people or places, 3 several cercles; both 0 where nobody said.
type Assessment struct {
	Harm, Spread int
	Flags        []bot.RiskFlag
	Places       int // how many areas it concerns
}

// Assess is the rule of risk (domain §4.4): harm × spread, 1–2 low, 3–4 medium, 6–9 high; major harm, destroyed property or
// livestock, and several places with harm from 2 on make it at least high; violence within 48 hours makes it critical. The
// reasons are codes, the strongest last; no level and no reasons where there is nothing to go by.
func Assess(a Assessment) (level bot.RiskLevel, reasons []string) {
	if score := a.Harm * a.Spread; score > 0 {
		reasons = append(reasons, "score_"+strconv.Itoa(score))
		switch {
		case score <= 2:
			level = bot.RiskLow
		case score <= 4:
			level = bot.RiskMedium
		default:
			level = bot.RiskHigh
		}
	}
	atLeast := func(least bot.RiskLevel, reason string) {
		level = higher(level, least)
		reasons = append(reasons, reason)
	}
	if a.Harm >= 2 && (a.Spread >= 3 || a.Places > 1) {
		atLeast(bot.RiskHigh, ReasonSeveralPlaces)
	}
	if a.Harm >= 3 {
		atLeast(bot.RiskHigh, ReasonMajorHarm)
	}
	if slices.Contains(a.Flags, bot.FlagProperty) {
		atLeast(bot.RiskHigh, string(bot.FlagProperty))
	}
	if slices.Contains(a.Flags, bot.FlagViolence48h) {
		atLeast(bot.RiskCritical, string(bot.FlagViolence48h))
	}
	return level, reasons
}

// higher is the higher of two levels; no level is the lowest.
func higher(a, b bot.RiskLevel) bot.RiskLevel {
	if height(b) > height(a) {
		return b
	}
	return a
}

// height is 0 for no level, 1 for low and so on.
func height(l bot.RiskLevel) int { return 1 + slices.Index(bot.RiskLevels(), l) }

// Raise is the risk raised to a level for a reason; a risk that is as high stays as it is. Alarm words raise it in nobody's
// name.
func Raise(r bot.Risk, to bot.RiskLevel, reason, by string, at bot.Instant) bot.Risk {
	if height(to) <= height(r.Level) {
		return r
	}
	r.Level, r.By, r.At, r.Alarm = to, by, at, reason == ReasonAlarm
	r.Reasons = append(slices.Clone(r.Reasons), reason)
	return r
}

// TwoCoordinators tells whether a rumour's decision takes two of them: what is critical, aims at a group or is about what
// forces do (domain §5).
func TwoCoordinators(r bot.Rumour) bool {
	return r.Risk.Level == bot.RiskCritical || slices.Contains(r.Risk.Flags, bot.FlagTargetsGroup) || r.Theme == bot.RumourForcesConduct
}
