package rumour

import (
	"cmp"
	"slices"
	"strings"

	"tinye/bot"
)

func (m *moving) guardRisk() error {
	g := m.Risk
	if g.Level != "" && !slices.Contains(bot.RiskLevels(), g.Level) {
		return m.invalid("desk.bad_risk", "level", string(g.Level), "levels", list(bot.RiskLevels()))
	}
	if g.Harm < 0 || g.Harm > 3 || g.Spread < 0 || g.Spread > 3 || (g.Harm == 0) != (g.Spread == 0) {
		return m.invalid("desk.bad_harm")
	}
	for _, f := range slices.Concat(g.Flags, g.Unflag) {
		switch {
		case !slices.Contains(bot.RiskFlags(), f):
			return m.invalid("desk.bad_flag", "flag", string(f), "flags", list(bot.RiskFlags()))
		case slices.Contains(g.Unflag, f) && (slices.Contains(g.Flags, f) || !slices.Contains(m.was.Risk.Flags, f)):
			return m.refuse("desk.not_flagged", "flag", string(f))
		}
	}
	if m.Theme != "" && !slices.Contains(bot.RumourThemes(), m.Theme) {
		return m.badTheme()
	}
	if m.Hate != "" && !slices.Contains(bot.HateSpeeches(), m.Hate) {
		return m.invalid("desk.bad_hate", "value", string(m.Hate), "levels", list(bot.HateSpeeches()))
	}
	if m.Intent != "" && !slices.Contains(bot.Intents(), m.Intent) {
		return m.invalid("desk.bad_intent", "value", string(m.Intent), "levels", list(bot.Intents()))
	}
	if m.newRisk().Level == "" || m.verb == AssessRisk && !g.given() && m.Theme == "" && m.Hate == "" && m.Intent == "" && m.Restrict == nil {
		return m.refuse("desk.risk_needed", "levels", list(bot.RiskLevels()))
	}
	return nil
}

// newRisk is the risk as the step would leave it: what the rule finds, or the level that was given if that is higher. What
// is not given stays as noted.
func (m *moving) newRisk() bot.Risk {
	old, g := m.was.Risk, m.Risk
	if !g.given() {
		return old
	}
	risk := bot.Risk{Harm: g.Harm, Spread: g.Spread, By: m.by.Name, At: m.act.At}
	if g.Harm == 0 && g.Level == "" { // flags alone
		risk.Harm, risk.Spread = old.Harm, old.Spread
	}
	for _, f := range union(old.Flags, g.Flags, len(bot.RiskFlags())) {
		if !slices.Contains(g.Unflag, f) {
			risk.Flags = append(risk.Flags, f)
		}
	}
	areas := m.was.Areas
	if len(m.Areas) > 0 {
		areas = m.Areas
	}
	risk.Level, risk.Reasons = Assess(Assessment{Harm: risk.Harm, Spread: risk.Spread, Flags: risk.Flags, Places: len(areas)})
	by := g.Level
	if by == "" && g.Harm == 0 {
		by = old.Level
	}
	if height(by) > height(risk.Level) {
		risk.Level, risk.Reasons = by, append(risk.Reasons, ReasonByHand)
	}
	return risk
}

func (m *moving) guardArea() error {
	if len(m.Areas) > mostAreas {
		return m.invalid("desk.too_many", "max", itoa(mostAreas))
	}
	level := m.newRisk().Level
	if height(level) >= height(bot.RiskHigh) && len(m.Areas) == 0 && len(m.was.Areas) == 0 {
		return m.refuse("desk.area_needed", "level", string(level))
	}
	return nil
}

// eased is what the step takes away of what keeps a rumour from being decided by one person: the flags and the theme that two
// coordinators guard, or that make the risk critical, as they are typed; "" for nothing.
func (m *moving) eased() string {
	var words []string
	for _, f := range []bot.RiskFlag{bot.FlagTargetsGroup, bot.FlagViolence48h} {
		if slices.Contains(m.Risk.Unflag, f) && slices.Contains(m.was.Risk.Flags, f) {
			words = append(words, "--unflag "+string(f))
		}
	}
	if m.was.Theme == bot.RumourForcesConduct && m.Theme != "" && m.Theme != m.was.Theme {
		words = append(words, "--theme "+string(m.Theme))
	}
	return strings.Join(words, " ")
}

// guardNotLowered keeps a step that does other things from lowering the risk, or its rules, by the way.
func (m *moving) guardNotLowered() error {
	was, to := m.was.Risk.Level, m.newRisk().Level
	if height(to) < height(was) {
		return m.refuse("desk.risk_lower_apart", "was", string(was), "level", string(to))
	}
	if what := m.eased(); what != "" {
		return m.refuse("desk.risk_ease_apart", "what", what)
	}
	return nil
}

// guardLowering wants a reason to lower the risk or to ease its rules; and a second person, who says the same, where the risk
// is critical or where one coordinator would then do for two.
func (m *moving) guardLowering() error {
	was, to, eased := m.was.Risk.Level, m.newRisk().Level, m.eased()
	if height(to) >= height(was) && eased == "" {
		return nil
	}
	if m.Comment == "" {
		if eased != "" {
			return m.refuse("desk.ease_reason_needed", "what", eased)
		}
		return m.refuse("desk.risk_reason_needed", "was", string(was), "level", string(to))
	}
	after := m.was
	after.Risk, after.Theme = m.newRisk(), cmp.Or(m.Theme, m.was.Theme)
	if was == bot.RiskCritical || TwoCoordinators(m.was) && !TwoCoordinators(after) {
		return m.second(strings.TrimSpace(string(to) + " " + eased))
	}
	return nil
}
