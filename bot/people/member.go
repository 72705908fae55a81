package people

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// MemberToAdd is what is known of an ambassador when they are nominated, as they chose to say.
type MemberToAdd struct {
	Cohort     string
	CodeName   string
	Place      bot.PlaceCode // one of the cohort's
	Sex        bot.Sex
	AgeBand    bot.AgeBand
	Residence  bot.Residence
	Disability bot.Disability
	Langs      []bot.Lang // none = the site's first
	Mentor     string     // "" = the cohort's
	Phone      Phone      // zero = none
	Gateway    string     // for a number that never wrote to us
}

// Nominate notes somebody as a candidate of a cohort. They have no rights by that. Nobody under 15 is taken.
func Nominate(tx storage.Tx, a Act, add MemberToAdd, langs []bot.Lang) (bot.Member, error) {
	if _, err := a.Actor(tx, mentorRoles()...); err != nil {
		return bot.Member{}, err
	}
	c, err := findCohort(tx, add.Cohort)
	if err != nil {
		return bot.Member{}, err
	}
	by, err := a.caring(tx, c.Mentor)
	if err != nil {
		return bot.Member{}, err
	}
	if len(add.Langs) == 0 {
		add.Langs = langs[:1]
	}
	if err := checkMember(tx, c, add, langs); err != nil {
		return bot.Member{}, err
	}
	m := bot.Member{
		CodeName: add.CodeName, Cohort: c.Name, Place: add.Place, Sex: add.Sex, AgeBand: add.AgeBand, Residence: add.Residence,
		Disability: add.Disability, Langs: add.Langs, Mentor: add.Mentor, Vetting: bot.VettingNominated, VettingAt: a.At, VettingBy: by.Name,
		Status: bot.AgentActive, StatusAt: a.At, StatusBy: by.Name, NominatedBy: by.Name, NominatedAt: a.At,
	}
	if err := tx.PutMember(m, 0); err != nil {
		return bot.Member{}, fmt.Errorf("people: nominate: %w", err)
	}
	m.Rev = 1
	if err := a.Note(tx, by, "member.nominated", m.CodeName, c.Name); err != nil || add.Phone.Key.IsZero() {
		return m, err
	}
	return setMemberNumber(tx, a, by, m, add.Phone, add.Gateway)
}

func checkMember(tx storage.Tx, c bot.Cohort, add MemberToAdd, langs []bot.Lang) error {
	if !bot.IsCohortName(add.CodeName) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_cohort_name")
	}
	if !slices.ContainsFunc(c.Quotas, func(q bot.Quota) bool { return q.Place == add.Place }) {
		return bot.Fault(bot.CodeInvalid, "desk.member_place", "name", c.Name)
	}
	if add.AgeBand == bot.AgeUnder15 {
		return bot.Fault(bot.CodeRefused, "desk.too_young")
	}
	if !slices.Contains(bot.AgeBands(), add.AgeBand) || !slices.Contains(bot.Sexes(), add.Sex) ||
		!slices.Contains(bot.Residences(), add.Residence) || !slices.Contains(bot.Disabilities(), add.Disability) {
		return bot.Fault(bot.CodeInvalid, "desk.bad_member_answer")
	}
	for _, l := range add.Langs {
		if !slices.Contains(langs, l) {
			return bot.Fault(bot.CodeInvalid, "desk.bad_lang", "lang", string(l), "langs", joinLangs(langs))
		}
	}
	if add.Mentor != "" {
		if err := checkMentor(tx, add.Mentor); err != nil {
			return err
		}
	}
	for _, taken := range []func() error{
		func() error { _, err := tx.Member(add.CodeName); return err },
		func() error { _, err := tx.User(add.CodeName); return err },
		func() error { _, err := tx.Agent(add.CodeName); return err },
	} {
		if err := taken(); err == nil {
			return bot.Fault(bot.CodeConflict, "desk.member_name_taken", "name", add.CodeName)
		} else if !errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("people: nominate: %w", err)
		}
	}
	return nil
}

// memberOf finds a member and their cohort, for a coordinator and the mentor.
func memberOf(tx storage.Tx, a Act, codeName string) (by bot.Actor, m bot.Member, c bot.Cohort, err error) {
	if by, err = a.Actor(tx, mentorRoles()...); err != nil {
		return by, m, c, err
	}
	if m, c, err = findMember(tx, codeName); err != nil {
		return by, m, c, err
	}
	by, err = a.caring(tx, mentorOf(c, m))
	return by, m, c, err
}

func findMember(tx storage.Tx, codeName string) (bot.Member, bot.Cohort, error) {
	m, err := tx.Member(codeName)
	if errors.Is(err, storage.ErrNotFound) {
		return bot.Member{}, bot.Cohort{}, bot.Fault(bot.CodeNotFound, "desk.no_such_member", "name", codeName)
	}
	if err != nil {
		return bot.Member{}, bot.Cohort{}, fmt.Errorf("people: member: %w", err)
	}
	c, err := findCohort(tx, m.Cohort)
	return m, c, err
}

// mentorOf is a member's mentor.
func mentorOf(c bot.Cohort, m bot.Member) string {
	if m.Mentor != "" {
		return m.Mentor
	}
	return c.Mentor
}

func putMember(tx storage.Tx, m bot.Member) (bot.Member, error) {
	if err := tx.PutMember(m, m.Rev); err != nil {
		return bot.Member{}, fmt.Errorf("people: put a member: %w", err)
	}
	m.Rev++
	return m, nil
}

// Member is a member with their cohort, for a coordinator and the mentor.
func Member(tx storage.Tx, a Act, codeName string) (bot.Member, bot.Cohort, error) {
	_, m, c, err := memberOf(tx, a, codeName)
	return m, c, err
}

// SetMemberNumber registers the phone that a member writes from. Only that of somebody who was cleared is an agent's.
func SetMemberNumber(tx storage.Tx, a Act, codeName string, p Phone, gateway string) (bot.Member, error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	if m.Status == bot.AgentExited {
		return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.member_exited", "name", codeName)
	}
	return setMemberNumber(tx, a, by, m, p, gateway)
}

func setMemberNumber(tx storage.Tx, a Act, by bot.Actor, m bot.Member, p Phone, gateway string) (bot.Member, error) {
	if !p.Number.Answerable() || p.Key.IsZero() {
		return bot.Member{}, bot.Fault(bot.CodeInvalid, "desk.bad_number")
	}
	if other, err := tx.MemberOf(p.Key); err == nil && other != m.CodeName {
		return bot.Member{}, bot.Fault(bot.CodeConflict, "desk.number_taken", "name", other)
	} else if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Member{}, fmt.Errorf("people: a member's number: %w", err)
	}
	if n, ok, err := DeskNumber(tx, p.Key); err != nil {
		return bot.Member{}, err
	} else if ok && n.User != m.CodeName {
		return bot.Member{}, bot.Fault(bot.CodeConflict, "desk.number_taken", "name", n.User)
	}
	known, err := tx.Contact(p.Key)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return bot.Member{}, fmt.Errorf("people: a member's number: %w", err)
	}
	if known.Stopped() {
		return bot.Member{}, bot.Fault(bot.CodeRefused, "desk.member_stopped")
	}
	if _, err := Entered(tx, p.Key, p.Number, gateway, m.Langs[0], "", a.At); err != nil {
		return bot.Member{}, err
	}
	if m.Contact != p.Key {
		m.Contact, m.ContactAt = p.Key, a.At
		if m, err = putMember(tx, m); err != nil {
			return bot.Member{}, err
		}
	}
	if err := a.Note(tx, by, "member.number_set", m.CodeName, ""); err != nil || !m.Sits() {
		return m, err
	}
	u, err := userNamed(tx, m.CodeName)
	if err == nil {
		_, err = setNumber(tx, a, by, u, p)
	}
	return m, err
}

// followMember keeps the number that a member writes from with that of their account.
func followMember(tx storage.Tx, name string, key bot.ContactKey, at bot.Instant) error {
	m, err := tx.Member(name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && m.Contact == key {
		return nil
	}
	if err != nil {
		return fmt.Errorf("people: a member's number: %w", err)
	}
	m.Contact, m.ContactAt = key, at
	_, err = putMember(tx, m)
	return err
}

// works tells whether an agent who is a member has the rights of one; whoever is no member is not held back by that.
func works(tx storage.Tx, name string) (bool, error) {
	m, err := tx.Member(name)
	if errors.Is(err, storage.ErrNotFound) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("people: member: %w", err)
	}
	return m.Works(), nil
}

// IsWorkingMember tells whether a number is that of a member of a cohort who has the rights of one.
func IsWorkingMember(tx storage.Tx, key bot.ContactKey) (bool, error) {
	name, err := tx.MemberOf(key)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("people: member: %w", err)
	}
	m, err := tx.Member(name)
	if err != nil {
		return false, fmt.Errorf("people: member: %w", err)
	}
	return m.Works(), nil
}

// isMember tells whether a name is a member's code name.
func isMember(tx storage.Tx, name string) (bool, error) {
	_, err := tx.Member(name)
	if errors.Is(err, storage.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// MemberMet notes that somebody at the desk met or rang a member.
func MemberMet(tx storage.Tx, a Act, codeName string) (bot.Member, error) {
	by, m, _, err := memberOf(tx, a, codeName)
	if err != nil {
		return bot.Member{}, err
	}
	m.MetAt = a.At
	if m, err = putMember(tx, m); err != nil {
		return bot.Member{}, err
	}
	return m, a.Note(tx, by, "member.met", codeName, "")
}

// LastSign is when something was last heard of a member: a message, a meeting, or else when they were cleared.
func LastSign(tx storage.Tx, m bot.Member) (bot.Instant, error) {
	last := max(m.MetAt, m.VettingAt, m.StatusAt)
	if m.Contact.IsZero() {
		return last, nil
	}
	c, err := tx.Contact(m.Contact)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return 0, fmt.Errorf("people: last sign: %w", err)
	}
	return max(last, c.LastSeen), nil
}
