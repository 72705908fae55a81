package bot

// Match is what a report was held to tell, by a machine that compared words, and what people said to that. Every link that
// people make, or agree to, teaches the index (package match) another way of telling a rumour.
type Match struct {
	Method   MatchMethod `cbor:"1,keyasint,omitempty"`
	Rumour   ID          `cbor:"2,keyasint,omitzero"`  // that it was held to tell
	Permille int         `cbor:"3,keyasint,omitempty"` // how sure the machine was, 0 to 1000; 0 where people found it
	At       Instant     `cbor:"4,keyasint,omitempty"`
	Weights  string      `cbor:"5,keyasint,omitempty"` // the version of the weights that judged
	By       string      `cbor:"6,keyasint,omitempty"` // the user who confirmed or rejected it; "" = the person, or nobody
	Rejected []ID        `cbor:"7,keyasint,omitempty"` // rumours that it does not tell, as the person or the desk said; the latest last
	Looked   Instant     `cbor:"8,keyasint,omitempty"` // when it was last compared; a rumour published later is new to it
	Given    Instant     `cbor:"9,keyasint,omitempty"` // when a machine last gave an answer at once; it stays when that was wrong
}

// MostRejected is how many rumours a report is known not to tell, the latest ones.
const MostRejected = 8

// MatchMethod is how a report came to be held to tell a rumour (domain §4.3).
type MatchMethod string

// Methods; "" where nothing was found, or nobody has looked.
const (
	MatchSuggested MatchMethod = "suggested"        // asked of the person, or shown to the desk; nobody has said yes
	MatchAuto      MatchMethod = "confirmed_auto"   // linked and answered at once; nobody has said that it is so
	MatchPerson    MatchMethod = "confirmed_person" // the person said so, or chose it from a list
	MatchDesk      MatchMethod = "confirmed_human"  // the desk linked it, or agreed to the link
	MatchRejected  MatchMethod = "rejected"         // the person or the desk said that it tells something else
)

// MatchMethods are all methods.
func MatchMethods() []MatchMethod {
	return []MatchMethod{MatchSuggested, MatchAuto, MatchPerson, MatchDesk, MatchRejected}
}

// Confirmed tells whether a person said that the report tells its rumour: then its words are another way of telling it.
func (m MatchMethod) Confirmed() bool { return m == MatchPerson || m == MatchDesk }

// AutoAnswer is whether a published rumour's answer may be given by a machine to whoever tells the rumour: a tick that is set
// at publication. Copies that come in, and the risk that they raise, do not take it away; what a person says later may.
type AutoAnswer string

// Settings; "" before publication, and where a rumour was published before there was the tick: then it is not allowed.
const (
	AutoAllowed AutoAnswer = "allowed"
	AutoRefused AutoAnswer = "refused"  // by the coordinator
	AutoNever   AutoAnswer = "never"    // it is critical, names a person, targets a group or is about what forces do
	AutoTooLong AutoAnswer = "too_long" // with the line that asks for another matter the answer takes more than one part
)

// AutoAnswers are all settings.
func AutoAnswers() []AutoAnswer {
	return []AutoAnswer{AutoAllowed, AutoRefused, AutoNever, AutoTooLong}
}

// BurstNumbers is from how many people on the same telling, within an hour, is a burst. It is a guess: a small desk gets some fifty
// reports a day, and five in nearly the same words within an hour are worth a look. No more than that follows from it.
const BurstNumbers = 5

// Burst is when many numbers told the same in a short time: perhaps somebody has it sent. The zero Burst is none.
type Burst struct {
	At      Instant `cbor:"1,keyasint,omitempty"` // when it was noticed
	Numbers int     `cbor:"2,keyasint,omitempty"` // that told it within BurstWithin
}
