package rumour

import (
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// mostNamed is how many accounts a sentence names at most.
const mostNamed = 10

// guardOther wants somebody else than who submitted the verdict.
func (m *moving) guardOther() error {
	if p := m.was.Proposal; p.By != "" && p.By == m.by.Name {
		return m.refuseFor(m.line.Roles, "desk.submitter_decides", "name", m.by.Name)
	}
	return nil
}

// guardApart wants somebody who noted none of the checks that the decision rests on: who found something out does not decide
// what it is worth (domain §5).
func (m *moving) guardApart() error {
	if slices.Contains(checkers(m.was), m.by.Name) {
		return m.refuseFor(m.line.Roles, "desk.checker_decides", "name", m.by.Name)
	}
	return nil
}

// checkers are the accounts that noted the checks of the present investigation.
func checkers(r bot.Rumour) []string {
	var names []string
	for _, e := range r.Evidence[min(r.Earlier, len(r.Evidence)):] {
		if e.DoneBy != "" && !slices.Contains(names, e.DoneBy) {
			names = append(names, e.DoneBy)
		}
	}
	return names
}

// guardTwo wants two coordinators who decide the same, where it takes two.
func (m *moving) guardTwo() error {
	if !TwoCoordinators(m.was) {
		return nil
	}
	return m.second(string(m.verdict()))
}

// second asks for the same word of a second person, of the same role or another that may say it. The first is noted, and may
// say something else as long as nobody has agreed.
func (m *moving) second(value string) error {
	p := m.was.Pending
	switch {
	case p.Verb != string(m.verb), p.By == m.by.Name && p.Value != value:
		m.waits = value
	case p.Value != value && m.verb == AssessRisk:
		return m.refuse("desk.second_differs_risk", "name", p.By, "value", p.Value, "was", string(m.was.Risk.Level))
	case p.Value != value && m.was.State == bot.RumourReview:
		return m.refuse("desk.second_differs", "name", p.By, "value", p.Value)
	case p.Value != value:
		return m.refuse("desk.second_differs_other", "name", p.By, "value", p.Value)
	case p.By == m.by.Name:
		return m.refuseFor(m.line.Roles, "desk.second_person", "name", p.By, "verb", string(m.verb))
	}
	return nil
}

// guardFocal wants a coordinator and the protection focal point, who are two people.
func (m *moving) guardFocal() error {
	p := m.was.Pending
	if p.Verb != string(Withhold) {
		m.waits = string(Withhold)
		return nil
	}
	other, key := bot.RoleCoordinator, "desk.withhold_coordinator"
	if p.Role == bot.RoleCoordinator {
		other, key = bot.RoleProtectionFocal, "desk.withhold_focal"
	}
	has, err := m.act.Is(m.tx, other)
	if err != nil {
		return err
	}
	if !has || p.By == m.by.Name {
		return m.refuseFor([]bot.Role{other}, key, "name", p.By)
	}
	m.by, err = m.act.Actor(m.tx, other)
	return err
}

// guardLifted wants what was withheld to be freed before it is published: by the protection focal point, without whom it was
// not withheld either, and who is not the one that publishes it.
func (m *moving) guardLifted() error {
	switch {
	case !m.was.WithheldAt.IsZero():
		return m.refuseFor([]bot.Role{bot.RoleProtectionFocal}, "desk.lift_first")
	case m.was.LiftedBy != "" && m.was.LiftedBy == m.by.Name:
		return m.refuseFor(m.line.Roles, "desk.lifter_publishes", "name", m.by.Name)
	}
	return nil
}

// refuseFor is a refusal that names who may do it instead: accounts of some of the roles that no guard of the line shuts out.
func (m *moving) refuseFor(roles []bot.Role, key string, args ...string) error {
	names, err := may(m.tx, m.was, m.line, roles, m.by.Name)
	if err != nil {
		return err
	}
	who := strings.Join(names[:min(len(names), mostNamed)], ", ")
	if who == "" {
		who = m.desk.Texts.Text(bot.French, "desk.nobody_yet", map[string]string{"roles": list(roles)}).Text
	}
	return m.refuse(key, append(args, "who", who)...)
}

// Seconds are the accounts that may say what a rumour waits for: the second word where one of two was said; none where it
// waits for none.
func Seconds(tx storage.Tx, r bot.Rumour) ([]string, error) {
	p := r.Pending
	line, ok := moveFrom(r.State, Verb(p.Verb))
	if !ok {
		return nil, nil
	}
	roles := line.Roles
	if line.Verb == Withhold {
		roles = []bot.Role{bot.RoleProtectionFocal}
		if p.Role == bot.RoleProtectionFocal {
			roles = []bot.Role{bot.RoleCoordinator}
		}
	}
	return may(tx, r, line, roles, p.By)
}

// may are the accounts of some roles that the guards of a line about persons leave, but for one.
func may(tx storage.Tx, r bot.Rumour, line Move, roles []bot.Role, not string) ([]string, error) {
	users, err := tx.Users()
	if err != nil {
		return nil, fmt.Errorf("rumour: who may: %w", err)
	}
	var names []string
	for _, u := range users {
		shut := u.Name == not ||
			slices.Contains(line.Guards, guardOther) && u.Name == r.Proposal.By ||
			slices.Contains(line.Guards, guardApart) && slices.Contains(checkers(r), u.Name) ||
			slices.Contains(line.Guards, guardLifted) && u.Name == r.LiftedBy
		if u.Has(roles...) && !shut {
			names = append(names, u.Name)
		}
	}
	return names, nil
}
