package people

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/storage"
)

// memberEvents are the events of a member's statuses.
func memberEvents() map[bot.AgentStatus]string {
	return map[bot.AgentStatus]string{
		bot.AgentActive: "member.resumed", bot.AgentPaused: "member.paused", bot.AgentExited: "member.exited",
	}
}

// SetMemberStatus pauses a member, has one go on, or notes that one has left, with a reason. It holds at once, also for a code
// of the day that is on a poster already. Who has left does not come back under the same code name.
func SetMemberStatus(tx storage.Tx, a Act, codeName string, status bot.AgentStatus, reason bot.ExitReason) (bot.Member, error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if status == bot.AgentExited && !slices.Contains(bot.ExitReasons(), reason) {
		return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.exit_reason", "reasons", joinExits())
	}
	return moveStatus(tx, a, by, m, status, reason)
}

func joinExits() string {
	var words []string
	for _, r := range bot.ExitReasons() {
		words = append(words, string(r))
	}
	return strings.Join(words, ", ")
}

// LeaveBySelf pauses an agent or a member who asks for it from the registered phone, notes that they left, or ends the pause that
// they began. ok is false where somebody else at the desk paused them: the desk ends that.
func LeaveBySelf(tx storage.Tx, a Act, status bot.AgentStatus) (ok bool, err error) {
	by, err := a.Actor(tx, bot.RoleFieldAgent)
	if err != nil {
		return false, err
	}
	m, err := tx.Member(a.As)
	if errors.Is(err, storage.ErrNotFound) {
		return agentLeaves(tx, a, by, status)
	}
	if err != nil {
		return false, fmt.Errorf("people: leave: %w", err)
	}
	if status == bot.AgentActive && (m.Status != bot.AgentPaused || m.StatusBy != m.CodeName || m.Vetting != bot.VettingCleared) {
		return m.Works(), nil
	}
	_, err = moveStatus(tx, a, by, m, status, bot.ExitOwn)
	return err == nil, err
}

// agentLeaves is LeaveBySelf for an agent who is no member. Nothing tells who began a pause, so the desk ends it.
func agentLeaves(tx storage.Tx, a Act, by bot.Actor, status bot.AgentStatus) (ok bool, err error) {
	agent, err := findAgent(tx, a.As)
	if err != nil || agent.Status == status || status == bot.AgentActive {
		return agent.Status == status, err
	}
	_, err = setAgentStatus(tx, a, by, agent, status)
	return err == nil, err
}

func moveStatus(tx storage.Tx, a Act, by bot.Actor, m bot.Member, status bot.AgentStatus, reason bot.ExitReason) (bot.Member, error) {
	kind := memberEvents()[status]
	switch {
	case kind == "":
		return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.bad_request")
	case m.Status == status:
		return m, nil
	case m.Status == bot.AgentExited:
		return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.member_exited", "name", m.CodeName)
	}
	m.Status, m.StatusAt, m.StatusBy = status, a.At, by.Name
	if status == bot.AgentExited {
		m.ExitReason = reason
	} else {
		reason = ""
	}
	rights := m.Vetting == bot.VettingCleared
	if err := a.Note(tx, by, kind, m.CodeName, string(reason)); err != nil {
		return bot.Member{}, err
	}
	if status == bot.AgentExited { // the number has no use any more
		m.Contact, m.ContactAt = bot.ContactKey{}, 0
	}
	m, err := putMember(tx, m)
	if err != nil || !rights {
		return m, err
	}
	return m, setAgent(tx, a, by, m, status, status != bot.AgentExited)
}

// Replace has a member take the seat of another one of the same cohort and place, who leaves; one with a failed check takes none. Both rows stay and name each other; whoever
// comes is checked as everybody is.
func Replace(tx storage.Tx, a Act, old, next string) (left, came bot.Member, err error) {
	by, left, _, err := memberOf(tx, a, old)
	if err != nil {
		return left, came, err
	}
	if came, _, err = findMember(tx, next); err != nil {
		return left, came, err
	}
	switch {
	case left.Cohort != came.Cohort || old == next:
		return left, came, bot.Fault(bot.CodeRefused, "desk.replace_cohort", "name", next)
	case left.ReplacedBy != "":
		return left, came, bot.Fault(bot.CodeConflict, "desk.replaced_already", "name", old, "other", left.ReplacedBy)
	case came.Replaces != "" || came.Status == bot.AgentExited || came.Vetting == bot.VettingDeclined:
		return left, came, bot.Fault(bot.CodeRefused, "desk.cannot_replace", "name", next)
	case left.Place != came.Place:
		return left, came, bot.Fault(bot.CodeRefused, "desk.replace_place", "name", next)
	}
	if _, failed := Lacks(came); len(failed) > 0 { // who leaves does so at once, and the seat would stay empty
		return left, came, bot.Fault(bot.CodeRefused, "desk.replace_failed", "name", next, "checks", joinChecks(failed))
	}
	if left.Status != bot.AgentExited {
		if left, err = moveStatus(tx, a, by, left, bot.AgentExited, bot.ExitReplaced); err != nil {
			return left, came, err
		}
	}
	left.ReplacedBy, came.Replaces = next, old
	if left, err = putMember(tx, left); err != nil {
		return left, came, err
	}
	if came, err = putMember(tx, came); err != nil {
		return left, came, err
	}
	return left, came, a.Note(tx, by, "member.replaced", old, next)
}

// forgetMember has a member leave whose number is forgotten because they asked for it: the rights go with it. The account keeps
// a number only where it is more than an agent's.
func forgetMember(tx storage.Tx, key bot.ContactKey, at bot.Instant) error {
	name, err := tx.MemberOf(key)
	if errors.Is(err, storage.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: forget a member: %w", err)
	}
	m, err := tx.Member(name)
	if err != nil {
		return fmt.Errorf("people: forget a member: %w", err)
	}
	m.Contact, m.ContactAt = bot.ContactKey{}, 0
	if m.Status != bot.AgentExited {
		m.Status, m.StatusAt, m.StatusBy, m.ExitReason = bot.AgentExited, at, m.CodeName, bot.ExitForgotten
	}
	if _, err := putMember(tx, m); err != nil {
		return err
	}
	agent, err := tx.Agent(name)
	if err == nil {
		agent.Status, agent.StatusAt = bot.AgentExited, at
		err = tx.PutAgent(agent, agent.Rev)
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("people: forget a member: %w", err)
	}
	u, err := tx.User(name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.NumberKey != key || len(u.Roles) > 1) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: forget a member: %w", err)
	}
	if err := dropNumber(tx, u); err != nil {
		return err
	}
	u.Number, u.NumberKey = bot.Address{}, bot.ContactKey{}
	_, err = putUser(tx, u)
	return err
}

// EndCohorts takes the rights from the members of cohorts whose last day is over; nobody does it, so it is no event. ended tells
// whether there was one.
func EndCohorts(tx storage.Tx, today string, at bot.Instant) (ended bool, err error) {
	cohorts, err := tx.Cohorts()
	if err != nil {
		return false, fmt.Errorf("people: end cohorts: %w", err)
	}
	for _, c := range cohorts {
		if !over(c, today) {
			continue
		}
		ended = true
		members, err := tx.Members(c.Name)
		if err != nil {
			return false, fmt.Errorf("people: end cohorts: %w", err)
		}
		for _, m := range members {
			if m.Vetting != bot.VettingCleared {
				continue
			}
			m.Vetting, m.VettingAt, m.VettingBy = bot.VettingExpired, at, ""
			if m, err = putMember(tx, m); err != nil {
				return false, err
			}
			if err := endAgent(tx, m, at); err != nil {
				return false, err
			}
		}
		c.EndedAt = at
		if _, err := putCohort(tx, c); err != nil {
			return false, err
		}
	}
	return ended, nil
}

// over tells whether a cohort's last day is over and its members still have their rights. One that was made longer since is not.
func over(c bot.Cohort, today string) bool {
	return today > c.Ends && (c.EndedAt.IsZero() || c.EndedAt.Time().Format("2006-01-02") <= c.Ends)
}

// Ending tells whether EndCohorts has something to do.
func Ending(tx storage.Tx, today string) (bool, error) {
	cohorts, err := tx.Cohorts()
	return slices.ContainsFunc(cohorts, func(c bot.Cohort) bool { return over(c, today) }), err
}

// endAgent has the agent of a member stop and takes the phone from an account that is nothing else.
func endAgent(tx storage.Tx, m bot.Member, at bot.Instant) error {
	agent, err := tx.Agent(m.CodeName)
	if err == nil {
		agent.Status, agent.StatusAt = bot.AgentPaused, at
		err = tx.PutAgent(agent, agent.Rev)
	}
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("people: end a cohort: %w", err)
	}
	u, err := tx.User(m.CodeName)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (len(u.Roles) > 1 || u.NumberKey.IsZero()) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: end a cohort: %w", err)
	}
	if err := dropNumber(tx, u); err != nil {
		return err
	}
	u.Number, u.NumberKey = bot.Address{}, bot.ContactKey{}
	_, err = putUser(tx, u)
	return err
}
