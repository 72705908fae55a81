package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// Vet notes checks of a member. The first one begins the screening; whoever was suspended, or whose time was over, is checked
// anew from the beginning. A waiver has its reason; the consent of a guardian is never waived.
func Vet(tx storage.Tx, a Act, codeName string, checks []bot.Checked) (bot.Member, error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if m.Status == bot.AgentExited {
		return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.member_exited", "name", codeName)
	}
	if m.Vetting != bot.VettingScreening {
		if !m.Vetting.CanBecome(bot.VettingScreening) {
			return bot.Member{}, badVetting(m, bot.VettingScreening)
		}
		m.Vetting, m.VettingAt, m.VettingBy, m.Checks = bot.VettingScreening, a.At, by.Name, nil
		if err := a.Note(tx, by, "member.screening", codeName, ""); err != nil {
			return bot.Member{}, err
		}
	}
	for _, c := range checks {
		if !slices.Contains(bot.VettingChecks(), c.Check) || !slices.Contains(bot.CheckResults(), c.Result) {
			return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.bad_check", "checks", joinChecks(bot.VettingChecks()))
		}
		c.Reason = strings.TrimSpace(c.Reason)
		switch {
		case c.Result != bot.CheckWaived:
			c.Reason = ""
		case c.Check == bot.CheckGuardian:
			return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.no_waiver")
		case c.Reason == "":
			return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.waiver_reason")
		}
		c.By, c.At = by.Name, a.At
		m.Checks = append(slices.DeleteFunc(slices.Clone(m.Checks), func(o bot.Checked) bool { return o.Check == c.Check }), c)
		if err := a.Note(tx, by, "member.checked", codeName, string(c.Check)+" "+string(c.Result)); err != nil {
			return bot.Member{}, err
		}
	}
	return putMember(tx, m)
}

func joinChecks(list []bot.VettingCheck) string {
	words := make([]string, len(list))
	for i, c := range list {
		words[i] = string(c)
	}
	return strings.Join(words, ", ")
}

func badVetting(m bot.Member, to bot.VettingState) error {
	return bot.Fault(bot.CodeRefused, "desk.bad_vetting", "name", m.CodeName, "from", string(m.Vetting), "to", string(to))
}

// Lacks are the checks that stand between a member and being cleared: not made, or failed.
func Lacks(m bot.Member) (missing, failed []bot.VettingCheck) {
	for _, c := range bot.VettingChecks() {
		done, ok := m.Check(c)
		switch {
		case c == bot.CheckGuardian && !m.Minor():
		case !ok:
			missing = append(missing, c)
		case done.Result == bot.CheckFail:
			failed = append(failed, c)
		}
	}
	return missing, failed
}

// Clear gives a member the rights of an ambassador: enrolling, by codes and by the form, and reporting for others from the
// registered phone. It takes a coordinator who did not nominate the member, the public notice, every check, the code of
// conduct, and a seat.
func Clear(tx storage.Tx, a Act, codeName, today string) (bot.Member, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Member{}, err
	}
	m, c, err := findMember(tx, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if err := mayClear(tx, by, m, c, today); err != nil {
		return bot.Member{}, err
	}
	m.Vetting, m.VettingAt, m.VettingBy = bot.VettingCleared, a.At, by.Name
	if m, err = putMember(tx, m); err != nil {
		return bot.Member{}, err
	}
	if err := a.Note(tx, by, "member.cleared", codeName, ""); err != nil {
		return bot.Member{}, err
	}
	return m, giveRights(tx, a, by, m, c)
}

func mayClear(tx storage.Tx, by bot.Actor, m bot.Member, c bot.Cohort, today string) error {
	missing, failed := Lacks(m)
	switch {
	case m.Status == bot.AgentExited:
		return bot.Fault(bot.CodeRefused, "desk.member_exited", "name", m.CodeName)
	case !m.Vetting.CanBecome(bot.VettingCleared):
		return badVetting(m, bot.VettingCleared)
	case c.NoticeAt.IsZero():
		return bot.Fault(bot.CodeRefused, "desk.clear_notice", "name", c.Name)
	case by.Name == m.NominatedBy:
		return bot.Fault(bot.CodeRefused, "desk.clear_own", "name", m.CodeName)
	case today > c.Ends:
		return bot.Fault(bot.CodeRefused, "desk.cohort_over", "name", c.Name)
	case len(failed) > 0:
		return bot.Fault(bot.CodeRefused, "desk.clear_failed", "name", m.CodeName, "checks", joinChecks(failed))
	case len(missing) > 0:
		return bot.Fault(bot.CodeRefused, "desk.clear_checks", "name", m.CodeName, "checks", joinChecks(missing))
	case !m.Conduct.Accepted || m.Conduct.Version != ConductVersion:
		return bot.Fault(bot.CodeRefused, "desk.clear_conduct", "name", m.CodeName)
	}
	members, err := tx.Members(c.Name)
	if err != nil {
		return fmt.Errorf("people: clear: %w", err)
	}
	sits, seats := 0, 0
	for _, o := range members {
		if o.Sits() && o.Place == m.Place {
			sits++
		}
	}
	for _, q := range c.Quotas {
		if q.Place == m.Place {
			seats = q.N
		}
	}
	if sits >= seats {
		return bot.Fault(bot.CodeRefused, "desk.clear_full", "name", m.CodeName)
	}
	return nil
}

// giveRights makes the account and the agent of a member who was cleared, and registers their phone.
func giveRights(tx storage.Tx, a Act, by bot.Actor, m bot.Member, c bot.Cohort) error {
	if err := agentAccount(tx, a, by, AgentToAdd{Name: m.CodeName}); err != nil {
		return err
	}
	agent, err := tx.Agent(m.CodeName)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("people: give rights: %w", err)
	}
	agent.Name, agent.Via, agent.Place, agent.Lang, agent.Project = m.CodeName, bot.EnrolAmbassador, m.Place, m.Langs[0], c.Project
	agent.Status, agent.StatusAt = m.Status, a.At
	if agent.Rev == 0 {
		agent.AddedBy, agent.AddedAt = by.Name, a.At
	}
	if err := tx.PutAgent(agent, agent.Rev); err != nil {
		return fmt.Errorf("people: give rights: %w", err)
	}
	if m.Contact.IsZero() {
		return nil
	}
	contact, err := tx.Contact(m.Contact)
	if errors.Is(err, storage.ErrNotFound) || err == nil && !contact.Number.Answerable() {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: give rights: %w", err)
	}
	u, err := userNamed(tx, m.CodeName)
	if err == nil {
		_, err = setNumber(tx, a, by, u, Phone{Number: contact.Number, Key: m.Contact})
	}
	return err
}

// setAgent brings the agent of a member to a status, if there is one. Whoever is gone, or may not for a time, loses the phone:
// what it texts is ordinary text.
func setAgent(tx storage.Tx, a Act, by bot.Actor, m bot.Member, status bot.AgentStatus, phone bool) error {
	agent, err := tx.Agent(m.CodeName)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: a member's agent: %w", err)
	}
	if agent.Status != status {
		agent.Status, agent.StatusAt = status, a.At
		if err := tx.PutAgent(agent, agent.Rev); err != nil {
			return fmt.Errorf("people: a member's agent: %w", err)
		}
	}
	if phone {
		return nil
	}
	return loseNumber(tx, a, by, m.CodeName)
}

// MoveVetting declines or suspends a member, or notes that their time is over: the rights are gone at once.
func MoveVetting(tx storage.Tx, a Act, codeName string, to bot.VettingState, reason string) (bot.Member, error) {
	by, err := a.Actor(tx, bot.RoleCoordinator)
	if err != nil {
		return bot.Member{}, err
	}
	kind := map[bot.VettingState]string{
		bot.VettingDeclined: "member.declined", bot.VettingSuspended: "member.suspended", bot.VettingExpired: "member.expired",
	}[to]
	if kind == "" {
		return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	}
	if reason = strings.TrimSpace(reason); reason == "" {
		return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.reason_needed")
	}
	m, _, err := findMember(tx, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if !m.Vetting.CanBecome(to) {
		return bot.Member{}, badVetting(m, to)
	}
	m.Vetting, m.VettingAt, m.VettingBy = to, a.At, by.Name
	if m, err = putMember(tx, m); err != nil {
		return bot.Member{}, err
	}
	if err := a.Note(tx, by, kind, codeName, reason); err != nil {
		return bot.Member{}, err
	}
	return m, setAgent(tx, a, by, m, bot.AgentPaused, false)
}
