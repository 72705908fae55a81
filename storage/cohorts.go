package storage

import "tinye/bot"

// Cohorts are groups of ambassadors, their members, and what happened to these.
type Cohorts interface {
	// Cohort reads a cohort; ErrNotFound.
	Cohort(name string) (bot.Cohort, error)
	// PutCohort writes a cohort that was read at revision ifRev (0 = new); ErrConflict.
	PutCohort(c bot.Cohort, ifRev uint64) error
	// Cohorts lists all cohorts by name.
	Cohorts() ([]bot.Cohort, error)

	// Member reads a member by code name; ErrNotFound.
	Member(codeName string) (bot.Member, error)
	// PutMember writes a member that was read at revision ifRev (0 = new); ErrConflict. Erasures.ForgetContacts takes the number of
	// somebody who is forgotten off their member, and with it that of the account of the same name if it is a field agent's alone.
	PutMember(m bot.Member, ifRev uint64) error
	// Members lists the members of a cohort by code name; "" is all cohorts'.
	Members(cohort string) ([]bot.Member, error)
	// MemberOf finds the code name of the member who writes from a number; ErrNotFound.
	MemberOf(key bot.ContactKey) (string, error)

	// Incident reads what happened to a member; ErrNotFound.
	Incident(id bot.ID) (bot.Incident, error)
	// PutIncident writes an incident that was read at revision ifRev (0 = new); ErrConflict.
	PutIncident(i bot.Incident, ifRev uint64) error
	// Incidents lists incidents, oldest first unless the page says otherwise.
	Incidents(p Page) ([]bot.Incident, error)
}
