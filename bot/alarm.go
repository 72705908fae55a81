package bot

// Alarm is what the words of a report raised: what is told must be looked at now. Only words raise it; what the desk makes of
// it stands on the rumour (Rumour.Risk).
type Alarm struct {
	At   Instant `cbor:"1,keyasint,omitempty"` // when the text came; 0 = no alarm
	Code string  `cbor:"2,keyasint,omitempty"` // what the words are about: attack, weapons, abduction …
}
