package rumour

import (
	"slices"

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
	for _, f := range g.Flags {
		if !slices.Contains(bot.RiskFlags(), f) {
			return m.invalid("desk.bad_flag", "flag", string(f), "flags", list(bot.RiskFlags()))
		}
	}
	if m.Hate != "" && !slices.Contains(bot.HateSpeeches(), m.Hate) || m.Intent != "" && !slices.Contains(bot.Intents(), m.Intent) {
		return m.invalid("desk.bad_request")
	}
	if m.newRisk().Level == "" || m.verb == AssessRisk && !g.given() && m.Hate == "" && m.Intent == "" && m.Restrict == nil {
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
	risk := bot.Risk{Harm: g.Harm, Spread: g.Spread, Flags: g.Flags, By: m.by.Name, At: m.act.At}
	if g.Harm == 0 && g.Level == "" { // flags alone
		risk.Harm, risk.Spread = old.Harm, old.Spread
	}
	if len(g.Flags) == 0 {
		risk.Flags = old.Flags
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

func (m *moving) guardLowering() error {
	was, to := m.was.Risk.Level, m.newRisk().Level
	if height(to) >= height(was) {
		return nil
	}
	if m.Comment == "" {
		return m.refuse("desk.risk_reason_needed", "was", string(was), "level", string(to))
	}
	if was == bot.RiskCritical {
		return m.second(string(to))
	}
	return nil
}
