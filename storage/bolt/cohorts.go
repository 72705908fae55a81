package bolt

import (
	"bytes"
	"errors"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

var (
	cohortsBucket   = bucket{name: []byte("cohorts")}
	membersBucket   = bucket{name: []byte("members")}
	membersOfNumber = bucket{name: []byte("members_of")}
	incidentsBucket = bucket{name: []byte("incidents"), fill: fillRows}
)

// Cohort implements storage.Cohorts.
func (tx *Tx) Cohort(name string) (bot.Cohort, error) {
	c, _, err := tx.cohort(name)
	return c, err
}

// cohort also gives the sealed row.
func (tx *Tx) cohort(name string) (bot.Cohort, []byte, error) {
	sealed := tx.bucket(cohortsBucket).Get([]byte(name))
	if name == "" || sealed == nil {
		return bot.Cohort{}, nil, storage.ErrNotFound
	}
	c, err := tx.openCohort(name, sealed)
	return c, sealed, err
}

func (tx *Tx) openCohort(name string, sealed []byte) (bot.Cohort, error) {
	var c bot.Cohort
	if err := tx.open(cohortsBucket, []byte(name), sealed, &c); err != nil {
		return bot.Cohort{}, err
	}
	c.Name = name
	return c, nil
}

// PutCohort implements storage.Cohorts.
func (tx *Tx) PutCohort(c bot.Cohort, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if c.Name == "" {
		return invalid("a cohort without a name")
	}
	texts := []string{c.Name, c.Project, c.Starts, c.Ends, c.SelectBy, c.Mentor, c.NoticeBy, c.AddedBy}
	for _, q := range c.Quotas {
		texts = append(texts, string(q.Place.Scheme), q.Place.Code)
	}
	for _, q := range c.Groups {
		texts = append(texts, q.Group)
	}
	for _, said := range []map[bot.Lang]string{c.Criteria, c.Apply} {
		for lang, text := range said {
			texts = append(texts, string(lang), text)
		}
	}
	if err := checkTexts(texts...); err != nil {
		return err
	}
	old, sealed, err := tx.cohort(c.Name)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	c.Rev = ifRev + 1
	key := []byte(c.Name)
	value, err := tx.record(cohortsBucket, key, c)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(cohortsBucket), key, value, sealed)
}

// Cohorts implements storage.Cohorts.
func (tx *Tx) Cohorts() ([]bot.Cohort, error) {
	var list []bot.Cohort
	err := tx.walk(tx.bucket(cohortsBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		c, err := tx.openCohort(string(k), v)
		list = append(list, c)
		return true, err
	})
	return list, err
}

// Member implements storage.Cohorts.
func (tx *Tx) Member(codeName string) (bot.Member, error) {
	m, _, err := tx.member(codeName)
	return m, err
}

// member also gives the sealed row.
func (tx *Tx) member(codeName string) (bot.Member, []byte, error) {
	sealed := tx.bucket(membersBucket).Get([]byte(codeName))
	if codeName == "" || sealed == nil {
		return bot.Member{}, nil, storage.ErrNotFound
	}
	m, err := tx.openMember(codeName, sealed)
	return m, sealed, err
}

func (tx *Tx) openMember(codeName string, sealed []byte) (bot.Member, error) {
	var m bot.Member
	if err := tx.open(membersBucket, []byte(codeName), sealed, &m); err != nil {
		return bot.Member{}, err
	}
	m.CodeName = codeName
	return m, nil
}

func memberOfKey(contact bot.ContactKey, codeName string) []byte {
	return slices.Concat(contact[:], []byte(codeName))
}

// PutMember implements storage.Cohorts.
func (tx *Tx) PutMember(m bot.Member, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if m.CodeName == "" || m.Cohort == "" {
		return invalid("a member without a code name or a cohort")
	}
	texts := []string{m.CodeName, m.Cohort, string(m.Place.Scheme), m.Place.Code, string(m.Sex), string(m.AgeBand), string(m.Residence),
		string(m.Disability), m.Mentor, string(m.Vetting), m.VettingBy, m.Conduct.Version, string(m.Conduct.Channel), m.Conduct.By, string(m.Status), m.StatusBy,
		string(m.ExitReason), m.Replaces, m.ReplacedBy, m.NominatedBy}
	for _, l := range m.Langs {
		texts = append(texts, string(l))
	}
	for _, c := range m.Checks {
		texts = append(texts, string(c.Check), string(c.Result), c.By, c.Reason)
	}
	if err := checkTexts(texts...); err != nil {
		return err
	}
	old, sealed, err := tx.member(m.CodeName)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	m.Rev = ifRev + 1
	key := []byte(m.CodeName)
	value, err := tx.record(membersBucket, key, m)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(membersBucket), key, value, sealed); err != nil {
		return err
	}
	by := tx.bucket(membersOfNumber)
	if old.Contact != m.Contact && !old.Contact.IsZero() {
		if err := tx.del(by, memberOfKey(old.Contact, m.CodeName)); err != nil {
			return err
		}
	}
	if m.Contact.IsZero() {
		return nil
	}
	return tx.mark(by, memberOfKey(m.Contact, m.CodeName))
}

// Members implements storage.Cohorts.
func (tx *Tx) Members(cohort string) ([]bot.Member, error) {
	var list []bot.Member
	err := tx.walk(tx.bucket(membersBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		m, err := tx.openMember(string(k), v)
		if err == nil && (cohort == "" || m.Cohort == cohort) {
			list = append(list, m)
		}
		return true, err
	})
	return list, err
}

// MemberOf implements storage.Cohorts.
func (tx *Tx) MemberOf(key bot.ContactKey) (string, error) {
	name := ""
	err := tx.walk(tx.bucket(membersOfNumber), key[:], nil, false, func(k, _ []byte) (bool, error) {
		name = string(k[idSize:])
		return false, nil
	})
	if err == nil && name == "" {
		err = storage.ErrNotFound
	}
	return name, err
}

// memberOf tells whether a member's number goes with somebody; one that was registered after that stays.
func (f *forgetting) memberOf(tx *Tx, at walkAt, _ []byte) (bool, error) {
	who, ok := f.who[bot.ContactKey(at.after[:idSize])]
	if !ok {
		return false, nil
	}
	m, err := tx.Member(string(at.after[idSize:]))
	return err == nil && m.ContactAt <= who.at, err
}

// forgetMember takes the number off a member, and off the account of that code name, unless it is more than a field agent's.
func (f *forgetting) forgetMember(tx *Tx, at walkAt, _ *storage.Forgotten) error {
	contact, name := bot.ContactKey(at.after[:idSize]), string(bytes.Clone(at.after[idSize:]))
	m, err := tx.Member(name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && m.Contact != contact {
		return nil
	}
	if err != nil {
		return err
	}
	m.Contact, m.ContactAt = bot.ContactKey{}, 0
	if err := tx.PutMember(m, m.Rev); err != nil {
		return err
	}
	u, err := tx.User(name)
	if errors.Is(err, storage.ErrNotFound) || err == nil && (u.NumberKey != contact || len(u.Roles) > 1) {
		return nil
	}
	if err != nil {
		return err
	}
	u.Number, u.NumberKey = bot.Address{}, bot.ContactKey{}
	return errors.Join(tx.DropDeskNumber(contact), tx.PutUser(u, u.Rev))
}

// Incident implements storage.Cohorts.
func (tx *Tx) Incident(id bot.ID) (bot.Incident, error) {
	i, _, err := tx.incident(id)
	return i, err
}

// incident also gives the sealed row.
func (tx *Tx) incident(id bot.ID) (bot.Incident, []byte, error) {
	sealed := tx.bucket(incidentsBucket).Get(id[:])
	if sealed == nil {
		return bot.Incident{}, nil, storage.ErrNotFound
	}
	i, err := tx.openIncident(id, sealed)
	return i, sealed, err
}

func (tx *Tx) openIncident(id bot.ID, sealed []byte) (bot.Incident, error) {
	var i bot.Incident
	if err := tx.open(incidentsBucket, id[:], sealed, &i); err != nil {
		return bot.Incident{}, err
	}
	i.ID = id
	return i, nil
}

// PutIncident implements storage.Cohorts.
func (tx *Tx) PutIncident(i bot.Incident, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if i.ID.IsZero() || i.CodeName == "" {
		return invalid("an incident without an id or a member")
	}
	if err := checkTexts(i.CodeName, string(i.Kind), string(i.Note), i.By, i.DoneBy); err != nil {
		return err
	}
	old, sealed, err := tx.incident(i.ID)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	i.Rev = ifRev + 1
	key := bytes.Clone(i.ID[:])
	value, err := tx.record(incidentsBucket, key, i)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(incidentsBucket), key, value, sealed)
}

// Incidents implements storage.Cohorts.
func (tx *Tx) Incidents(p storage.Page) ([]bot.Incident, error) {
	var after []byte
	if !p.After.IsZero() {
		after = p.After[:]
	}
	var list []bot.Incident
	err := tx.walk(tx.bucket(incidentsBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		i, err := tx.openIncident(bot.ID(k), v)
		list = append(list, i)
		return len(list) < p.Size(), err
	})
	return list, err
}
