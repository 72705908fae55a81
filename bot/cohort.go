package bot

import (
	"log/slog"
	"strings"
)

// Cohort is a group of ambassadors that is chosen, runs for some time and ends (domain §4.8).
type Cohort struct {
	Name     string          `cbor:"-"` // as a project's code, e.g. JADE-2
	Rev      uint64          `cbor:"1,keyasint,omitempty"`
	Project  string          `cbor:"2,keyasint,omitempty"` // code of a Project, "" for none
	Starts   string          `cbor:"3,keyasint,omitempty"` // its first day, 2026-02-01
	Ends     string          `cbor:"4,keyasint,omitempty"` // its last day: from the next one on its members have no rights
	Quotas   []Quota         `cbor:"5,keyasint,omitempty"` // places to fill, by place, in the order in which they were named
	Groups   []GroupQuota    `cbor:"6,keyasint,omitempty"` // how many of them at least are to be of a group
	SelectBy string          `cbor:"7,keyasint,omitempty"` // the day on which the selection closes; "" = not said
	Criteria map[Lang]string `cbor:"8,keyasint,omitempty"` // by which members are chosen, for the public notice
	Apply    map[Lang]string `cbor:"9,keyasint,omitempty"` // how to apply, for the same
	Mentor   string          `cbor:"10,keyasint,omitempty"`
	// SilentDays is after how many days without a sign of a member the mentor is told.
	SilentDays int     `cbor:"11,keyasint,omitempty"`
	NoticeAt   Instant `cbor:"12,keyasint,omitempty"` // when the public notice was first written; nobody is cleared before
	NoticeBy   string  `cbor:"13,keyasint,omitempty"`
	EndedAt    Instant `cbor:"14,keyasint,omitempty"` // when its members lost their rights because it was over
	AddedBy    string  `cbor:"15,keyasint,omitempty"`
	AddedAt    Instant `cbor:"16,keyasint,omitempty"`
}

// Quota is how many members a place is to have.
type Quota struct {
	Place PlaceCode `cbor:"1,keyasint,omitzero"` // region or cercle
	N     int       `cbor:"2,keyasint,omitempty"`
}

// GroupQuota is how many members of a group a cohort is to have at least. Group is a Sex, an AgeBand, a Residence, or
// "disability".
type GroupQuota struct {
	Group string `cbor:"1,keyasint,omitempty"`
	N     int    `cbor:"2,keyasint,omitempty"`
}

// GroupDisability is the group of members who say that they have a disability.
const GroupDisability = "disability"

// Seats are how many members the cohort is to have.
func (c Cohort) Seats() int {
	n := 0
	for _, q := range c.Quotas {
		n += q.N
	}
	return n
}

// Residence is how somebody lives where they live, as they choose to say (domain §4.8).
type Residence string

// Residences.
const (
	ResidenceHost        Residence = "host"
	ResidenceIDP         Residence = "idp"
	ResidenceReturnee    Residence = "returnee"
	ResidenceRefugee     Residence = "refugee"
	ResidenceUndisclosed Residence = "undisclosed"
)

// Residences are all of them.
func Residences() []Residence {
	return []Residence{ResidenceHost, ResidenceIDP, ResidenceReturnee, ResidenceRefugee, ResidenceUndisclosed}
}

// Disability is whether somebody has a disability, as they choose to say.
type Disability string

// Answers about a disability.
const (
	DisabilityYes         Disability = "yes"
	DisabilityNo          Disability = "no"
	DisabilityUndisclosed Disability = "undisclosed"
)

// Disabilities are all answers.
func Disabilities() []Disability {
	return []Disability{DisabilityYes, DisabilityNo, DisabilityUndisclosed}
}

// VettingState is how far the check of a member has come.
type VettingState string

// Vetting states (domain §4.8).
const (
	VettingNominated VettingState = "nominated"
	VettingScreening VettingState = "screening"
	VettingCleared   VettingState = "cleared"
	VettingDeclined  VettingState = "declined"
	VettingSuspended VettingState = "suspended"
	VettingExpired   VettingState = "expired"
)

// VettingStates are all states.
func VettingStates() []VettingState {
	return []VettingState{VettingNominated, VettingScreening, VettingCleared, VettingDeclined, VettingSuspended, VettingExpired}
}

// CanBecome tells whether a member may go from s to next. Who was declined is nominated anew, under another code name; what
// was suspended or has expired is checked again before it is cleared again.
func (s VettingState) CanBecome(next VettingState) bool {
	switch s {
	case VettingNominated:
		return next == VettingScreening || next == VettingDeclined
	case VettingScreening:
		return next == VettingCleared || next == VettingDeclined
	case VettingCleared:
		return next == VettingSuspended || next == VettingExpired
	case VettingSuspended, VettingExpired:
		return next == VettingScreening || next == VettingDeclined
	default:
		return false
	}
}

// VettingCheck is one thing that is looked at before somebody is cleared.
type VettingCheck string

// Checks (domain §4.8).
const (
	CheckIdentity   VettingCheck = "identity_seen"
	CheckReferences VettingCheck = "two_community_references"
	CheckPosts      VettingCheck = "public_posts_review"
	CheckNoOffice   VettingCheck = "no_office_in_party_or_armed_group"
	CheckConflict   VettingCheck = "conflict_of_interest_declared"
	CheckGuardian   VettingCheck = "guardian_consent_if_minor" // asked of those under 18 alone, and never waived
)

// VettingChecks are all checks, in the order in which they are made.
func VettingChecks() []VettingCheck {
	return []VettingCheck{CheckIdentity, CheckReferences, CheckPosts, CheckNoOffice, CheckConflict, CheckGuardian}
}

// CheckResult is what came of a check.
type CheckResult string

// Results of a check.
const (
	CheckPass   CheckResult = "pass"
	CheckFail   CheckResult = "fail"
	CheckWaived CheckResult = "waived" // with a reason
)

// CheckResults are all results.
func CheckResults() []CheckResult { return []CheckResult{CheckPass, CheckFail, CheckWaived} }

// Checked is a check that was made.
type Checked struct {
	Check  VettingCheck `cbor:"1,keyasint,omitempty"`
	Result CheckResult  `cbor:"2,keyasint,omitempty"`
	By     string       `cbor:"3,keyasint,omitempty"`
	At     Instant      `cbor:"4,keyasint,omitempty"`
	Reason string       `cbor:"5,keyasint,omitempty"` // of a waiver; redacted
}

// Conduct is whether a member accepted the code of conduct: which wording, when, by which channel.
type Conduct struct {
	Version  string  `cbor:"1,keyasint,omitempty"`
	AskedAt  Instant `cbor:"2,keyasint,omitempty"`
	At       Instant `cbor:"3,keyasint,omitempty"` // when it was answered; 0 = not yet
	Accepted bool    `cbor:"4,keyasint,omitempty"`
	Channel  Channel `cbor:"5,keyasint,omitempty"` // sms, ussd or paper
	By       string  `cbor:"6,keyasint,omitempty"` // who saw the signed paper; "" where the member answered
}

// ExitReason is why a member left.
type ExitReason string

// Reasons to leave.
const (
	ExitOwn       ExitReason = "own_wish"
	ExitMoved     ExitReason = "moved"
	ExitSilent    ExitReason = "silent"
	ExitSafety    ExitReason = "safety"
	ExitConduct   ExitReason = "conduct"
	ExitReplaced  ExitReason = "replaced"
	ExitForgotten ExitReason = "forgotten" // the member asked us to forget the number
	ExitOther     ExitReason = "other"
)

// ExitReasons are those that somebody at the desk gives.
func ExitReasons() []ExitReason {
	return []ExitReason{ExitOwn, ExitMoved, ExitSilent, ExitSafety, ExitConduct, ExitOther}
}

// Member is an ambassador of a cohort: a code name, and of the person what they chose to say. It holds no name and no number.
type Member struct {
	CodeName   string       `cbor:"-"` // 2 to 16 capital letters, digits and dashes, e.g. GAO-07
	Rev        uint64       `cbor:"1,keyasint,omitempty"`
	Cohort     string       `cbor:"2,keyasint,omitempty"`
	Place      PlaceCode    `cbor:"3,keyasint,omitzero"` // of the cohort's quotas
	Sex        Sex          `cbor:"4,keyasint,omitempty"`
	AgeBand    AgeBand      `cbor:"5,keyasint,omitempty"`
	Residence  Residence    `cbor:"6,keyasint,omitempty"`
	Disability Disability   `cbor:"7,keyasint,omitempty"`
	Langs      []Lang       `cbor:"8,keyasint,omitempty"` // the first is that of the texts
	Mentor     string       `cbor:"9,keyasint,omitempty"` // "" = the cohort's
	Vetting    VettingState `cbor:"10,keyasint,omitempty"`
	VettingAt  Instant      `cbor:"11,keyasint,omitempty"`
	VettingBy  string       `cbor:"12,keyasint,omitempty"`
	Checks     []Checked    `cbor:"13,keyasint,omitempty"` // the last of each
	Conduct    Conduct      `cbor:"14,keyasint,omitzero"`
	Status     AgentStatus  `cbor:"15,keyasint,omitempty"`
	StatusAt   Instant      `cbor:"16,keyasint,omitempty"`
	StatusBy   string       `cbor:"17,keyasint,omitempty"`
	ExitReason ExitReason   `cbor:"18,keyasint,omitempty"`
	Replaces   string       `cbor:"19,keyasint,omitempty"` // code name of whose seat it took
	ReplacedBy string       `cbor:"20,keyasint,omitempty"`
	// Contact is the key of the number that the member writes from; zero = none. ContactAt is since when.
	Contact   ContactKey `cbor:"21,keyasint,omitzero"`
	ContactAt Instant    `cbor:"22,keyasint,omitempty"`
	// MetAt is when somebody at the desk last met or rang the member.
	MetAt       Instant `cbor:"23,keyasint,omitempty"`
	RemindedAt  Instant `cbor:"24,keyasint,omitempty"` // when the mentor was last told that nothing is heard
	NominatedBy string  `cbor:"25,keyasint,omitempty"`
	NominatedAt Instant `cbor:"26,keyasint,omitempty"`
}

// LogValue shows the member's cohort and where it stands, and nothing of whom.
func (m Member) LogValue() slog.Value {
	return slog.GroupValue(slog.String("cohort", m.Cohort), slog.String("vetting", string(m.Vetting)), slog.String("status", string(m.Status)))
}

// Works tells whether the member has the rights of one: cleared, and neither paused nor gone.
func (m Member) Works() bool { return m.Vetting == VettingCleared && m.Status == AgentActive }

// Sits tells whether the member takes a seat of the quota: who is paused still does.
func (m Member) Sits() bool { return m.Vetting == VettingCleared && m.Status != AgentExited }

// Screens tells whether the member may still be cleared.
func (m Member) Screens() bool {
	return (m.Vetting == VettingNominated || m.Vetting == VettingScreening) && m.Status != AgentExited
}

// Minor tells whether the member is under 18.
func (m Member) Minor() bool { return m.AgeBand == AgeUnder15 || m.AgeBand == Age15to17 }

// Check is what came of a check; ok is false where it was not made.
func (m Member) Check(c VettingCheck) (done Checked, ok bool) {
	for _, done := range m.Checks {
		if done.Check == c {
			return done, true
		}
	}
	return Checked{}, false
}

// In tells whether the member belongs to a group of a GroupQuota, as they chose to say.
func (m Member) In(group string) bool {
	switch group {
	case string(m.Sex), string(m.AgeBand), string(m.Residence):
		return group != "" && group != string(ResidenceUndisclosed)
	case GroupDisability:
		return m.Disability == DisabilityYes
	}
	return false
}

// IsCohortName tells whether s may be the name of a cohort or the code name of a member.
func IsCohortName(s string) bool {
	return len(s) >= 2 && len(s) <= 16 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == "" && s[0] != '-'
}

// IncidentKind is what happened to a member.
type IncidentKind string

// Kinds of incident (domain §8, S-15).
const (
	IncidentThreat     IncidentKind = "threat"
	IncidentArrest     IncidentKind = "arrest"
	IncidentHarassment IncidentKind = "harassment"
	IncidentOther      IncidentKind = "other"
)

// IncidentKinds are all kinds.
func IncidentKinds() []IncidentKind {
	return []IncidentKind{IncidentThreat, IncidentArrest, IncidentHarassment, IncidentOther}
}

// Incident is something that happened to a member, for coordinators and the protection focal point.
type Incident struct {
	ID       ID           `cbor:"-"`
	Rev      uint64       `cbor:"1,keyasint,omitempty"`
	CodeName string       `cbor:"2,keyasint,omitempty"`
	Kind     IncidentKind `cbor:"3,keyasint,omitempty"`
	Note     Text         `cbor:"4,keyasint,omitempty"` // redacted
	By       string       `cbor:"5,keyasint,omitempty"`
	At       Instant      `cbor:"6,keyasint,omitempty"`
	DoneBy   string       `cbor:"7,keyasint,omitempty"`
	DoneAt   Instant      `cbor:"8,keyasint,omitempty"` // 0 = somebody has to see to it
}

// Short is how people name it: the last six signs of its id.
func (i Incident) Short() string { s := i.ID.String(); return s[len(s)-6:] }

// LogValue shows the kind alone.
func (i Incident) LogValue() slog.Value { return slog.GroupValue(slog.String("kind", string(i.Kind))) }
