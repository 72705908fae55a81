package bot

// Duty is who is told of an alarm, in this order. Nobody while it is empty.
type Duty struct {
	Rev   uint64   `cbor:"1,keyasint,omitempty"`
	Names []string `cbor:"2,keyasint,omitempty"` // accounts with a registered phone
	By    string   `cbor:"3,keyasint,omitempty"`
	At    Instant  `cbor:"4,keyasint,omitempty"`
}

// DutyState is what became of telling those on duty.
type DutyState string

// States of a duty call.
const (
	DutyOpen       DutyState = "open"       // somebody is told every quarter of an hour
	DutyUnanswered DutyState = "unanswered" // everybody was told often enough, and nobody answered
	DutyTaken      DutyState = "taken"      // somebody sees to it
	DutyMoot       DutyState = "moot"       // the desk has closed the report meanwhile, or it is for the focal point alone
	DutyJoined     DutyState = "joined"     // it belongs to another one, of the same place: who takes that takes it, too
)

// Waits tells whether somebody still has to take it.
func (s DutyState) Waits() bool { return s == DutyOpen || s == DutyUnanswered }

// DutyCall is one alarm that those on duty are told of. It has the id of its report.
type DutyCall struct {
	Report  ID         `cbor:"-"`
	Rev     uint64     `cbor:"1,keyasint,omitempty"`
	Ref     Ref        `cbor:"2,keyasint,omitempty"`
	Place   PlaceCode  `cbor:"3,keyasint,omitzero"` // zero where none is known
	At      Instant    `cbor:"4,keyasint,omitempty"`
	State   DutyState  `cbor:"5,keyasint,omitempty"`
	Steps   []DutyStep `cbor:"6,keyasint,omitempty"` // who was told, the first first
	NextAt  Instant    `cbor:"7,keyasint,omitempty"` // of the next step, while it is open
	TakenBy string     `cbor:"8,keyasint,omitempty"`
	TakenAt Instant    `cbor:"9,keyasint,omitempty"`
	Joined  []ID       `cbor:"10,keyasint,omitempty"` // the reports whose alarms joined it, the first first; nobody is told of them by themselves
	LastAt  Instant    `cbor:"11,keyasint,omitempty"` // when the last of these came
	Under   ID         `cbor:"12,keyasint,omitzero"`  // the call that it joined
	Code    string     `cbor:"13,keyasint,omitempty"` // what its own words are about (Alarm.Code)
	Further int        `cbor:"14,keyasint,omitempty"` // how many alarms of it came after it was taken
	More    ID         `cbor:"15,keyasint,omitzero"`  // the message that told the taker of the last of these
	Back    string     `cbor:"16,keyasint,omitempty"` // who has just given it back, until the next one is told
	OverAt  Instant    `cbor:"17,keyasint,omitempty"` // when somebody who may take it put its own report aside: nobody need be told of that
}

// LastAlarm is when the last alarm of the call came.
func (c DutyCall) LastAlarm() Instant { return max(c.At, c.LastAt) }

// DutyStep is one person told once.
type DutyStep struct {
	Name     string  `cbor:"1,keyasint,omitempty"`
	At       Instant `cbor:"2,keyasint,omitempty"`
	Outbound ID      `cbor:"3,keyasint,omitzero"` // of an earlier step where that message had not left yet
}
