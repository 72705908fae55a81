package bot

// Alarm is what the words of a report raised: what is told must be looked at now. Only words raise it; what the desk makes of
// it stands on the rumour (Rumour.Risk).
type Alarm struct {
	At   Instant `cbor:"1,keyasint,omitempty"` // when the text came; 0 = no alarm
	Code string  `cbor:"2,keyasint,omitempty"` // what the words are about: attack, weapons, abduction …
}

// Codes of alarms that weigh less than the others.
const (
	AlarmSoon   = "soon"   // when and where, and not what
	AlarmDanger = "danger" // that there is danger, and not which
)

// AlarmWeight is how grave what an alarm is about sounds, the more the graver: an alarm never covers a graver one.
func AlarmWeight(code string) int {
	switch code {
	case AlarmSoon:
		return 0
	case AlarmDanger:
		return 1
	}
	return 2
}
