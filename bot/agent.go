package bot

import "log/slog"

// AgentStatus is whether somebody may enrol people.
type AgentStatus string

// Statuses of an agent. A pause and an exit hold at once, also for a code of the day that is on a poster already.
const (
	AgentActive AgentStatus = "active"
	AgentPaused AgentStatus = "paused"
	AgentExited AgentStatus = "exited"
)

// Agent is who brings people: somebody with a phone, whose desk account has the same name and the role field_agent, or an
// event such as a market day, which has neither. It holds no name but a code name, and no number.
type Agent struct {
	Name     string      `cbor:"-"` // a code name, as of an account
	Rev      uint64      `cbor:"1,keyasint,omitempty"`
	Event    bool        `cbor:"2,keyasint,omitempty"`
	Via      EnrolVia    `cbor:"3,keyasint,omitempty"` // what the people it brings are counted under: field_agent, ambassador, event
	Place    PlaceCode   `cbor:"4,keyasint,omitzero"`  // region or cercle: of those who come by its codes; zero = not known
	Lang     Lang        `cbor:"5,keyasint,omitempty"` // in which they are asked, unless they chose one
	Project  string      `cbor:"6,keyasint,omitempty"` // code of a Project, "" for none
	Status   AgentStatus `cbor:"7,keyasint,omitempty"`
	StatusAt Instant     `cbor:"8,keyasint,omitempty"`
	AddedBy  string      `cbor:"9,keyasint,omitempty"` // a user's name
	AddedAt  Instant     `cbor:"10,keyasint,omitempty"`
	// LastPlace and LastLang are those of the last person whom the agent entered by the form, offered first for the next.
	LastPlace PlaceCode `cbor:"11,keyasint,omitzero"`
	LastLang  Lang      `cbor:"12,keyasint,omitempty"`
}

// EnrolDigits is how many digits an EnrolCode has: a reference has six or more, and a one-use code six.
const EnrolDigits = 4

// EnrolCode is a code of the day: whoever texts or dials it comes by its agent. It is no secret; it stands on posters.
type EnrolCode struct {
	ID      ID      `cbor:"-"`
	Rev     uint64  `cbor:"1,keyasint,omitempty"`
	Digits  string  `cbor:"2,keyasint,omitempty"` // four
	Agent   string  `cbor:"3,keyasint,omitempty"` // name of an Agent
	From    string  `cbor:"4,keyasint,omitempty"` // its first day on the site's calendar, 2026-11-23
	Until   string  `cbor:"5,keyasint,omitempty"` // its last day
	Project string  `cbor:"6,keyasint,omitempty"` // the agent's when it was drawn
	DrawnBy string  `cbor:"7,keyasint,omitempty"` // a user's name
	DrawnAt Instant `cbor:"8,keyasint,omitempty"`
}

// ValidOn tells whether the code is valid on a day, 2026-11-23.
func (c EnrolCode) ValidOn(day string) bool { return c.From <= day && day <= c.Until }

// LogValue shows the code's row and not what it says.
func (c EnrolCode) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", c.ID.String()), slog.String("agent", c.Agent))
}

// Arrival is one number that came by a code, the first time that it did. What became of it stands on the contact.
type Arrival struct {
	Code ID `cbor:"-"`
	// Contact is the number's key; a key of its own, which leads to nobody, for a number that must not be written to.
	Contact ContactKey `cbor:"-"`
	At      Instant    `cbor:"1,keyasint,omitempty"`
	Channel Channel    `cbor:"2,keyasint,omitempty"` // sms or ussd: where it was typed
	ByAgent bool       `cbor:"3,keyasint,omitempty"` // the agent typed the number, and not the person the code
	Already bool       `cbor:"4,keyasint,omitempty"` // the person was enrolled before, and stays with whoever did it first
}
