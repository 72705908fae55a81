package bot

import "strings"

// Sex is what somebody says of themselves (domain §4.1).
type Sex string

// Sexes. "" is not asked.
const (
	SexFemale      Sex = "f"
	SexMale        Sex = "m"
	SexOther       Sex = "x"
	SexUndisclosed Sex = "undisclosed"
)

// Sexes are all of them.
func Sexes() []Sex { return []Sex{SexFemale, SexMale, SexOther, SexUndisclosed} }

// EnrolVia is by which way a number came to be known.
type EnrolVia string

// Ways of enrolment (domain §4.1).
const (
	EnrolSelf       EnrolVia = "self"
	EnrolAmbassador EnrolVia = "ambassador"
	EnrolFieldAgent EnrolVia = "field_agent"
	EnrolEvent      EnrolVia = "event"
	EnrolImport     EnrolVia = "import"
)

// EnrolVias are all ways.
func EnrolVias() []EnrolVia {
	return []EnrolVia{EnrolSelf, EnrolAmbassador, EnrolFieldAgent, EnrolEvent, EnrolImport}
}

// Enrolment is how somebody came to be asked for consent, the first time. It says nothing of whether they agreed.
type Enrolment struct {
	Via     EnrolVia `cbor:"1,keyasint,omitempty"`
	By      string   `cbor:"2,keyasint,omitempty"` // code name of the agent, ambassador or event; the account that imported the list
	Code    ID       `cbor:"3,keyasint,omitzero"`  // the EnrolCode that was typed
	Run     ID       `cbor:"4,keyasint,omitzero"`  // the ImportRun that brought the number
	Project string   `cbor:"5,keyasint,omitempty"` // code of a Project
	At      Instant  `cbor:"6,keyasint,omitempty"`
}

// IsZero tells whether nobody enrolled the person: the number is known because it wrote.
func (e Enrolment) IsZero() bool { return e == Enrolment{} }

// Project is what somebody pays for. It is a tag on cohorts, codes, imports and bulletins, so that two donors who count the
// same person are told so.
type Project struct {
	Code    string  `cbor:"-"` // 2 to 16 capital letters, digits and dashes, e.g. JADE
	Rev     uint64  `cbor:"1,keyasint,omitempty"`
	Title   string  `cbor:"2,keyasint,omitempty"`
	Funder  string  `cbor:"3,keyasint,omitempty"`
	From    string  `cbor:"4,keyasint,omitempty"` // 2026-11-01; "" = open
	Until   string  `cbor:"5,keyasint,omitempty"` // the last day; "" = open
	AddedBy string  `cbor:"6,keyasint,omitempty"` // a user's name
	AddedAt Instant `cbor:"7,keyasint,omitempty"`
}

// IsProjectCode tells whether s may be a project's code.
func IsProjectCode(s string) bool {
	return len(s) >= 2 && len(s) <= 16 && strings.Trim(s, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-") == "" && s[0] != '-'
}
