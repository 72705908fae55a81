package bot

import "log/slog"

// Lane is the order in which messages leave (design §8): a correction before a reply, a reply before a bulletin.
type Lane string

// Lanes, first to leave first.
const (
	LaneCommand    Lane = "command" // the reply to a desk's command by SMS; no switch holds it
	LaneAlarm      Lane = "alarm"   // to those on duty; COUPURE holds it, as every send, and PAUSE does not
	LaneCorrection Lane = "correction"
	LaneReply      Lane = "reply"
	LaneAlert      Lane = "alert"
	LaneBulletin   Lane = "bulletin"
	LaneFollowUp   Lane = "followup"
)

// Lanes are all lanes in the order in which they leave.
func Lanes() []Lane {
	return []Lane{LaneCommand, LaneAlarm, LaneCorrection, LaneReply, LaneAlert, LaneBulletin, LaneFollowUp}
}

// Kind is why a message is sent; the rules of sending differ by it.
type Kind string

// Kinds of outgoing message.
const (
	KindAck      Kind = "ack"      // the acknowledgement of a report
	KindAnswer   Kind = "answer"   // the checked answer to a reporter
	KindNotice   Kind = "notice"   // a reply to a word for us: stop, language, help, status of a reference
	KindConsent  Kind = "consent"  // the consent question
	KindQuestion Kind = "question" // a question from the desk about a report
	KindConduct  Kind = "conduct"  // the code of conduct, to an ambassador
	KindStock    Kind = "stock"    // a stock wording about a rumour that is not answered yet
	KindFollowUp Kind = "followup" // whether an answer helped
	KindBulletin Kind = "bulletin" // one recipient of a broadcast
	KindDesk     Kind = "desk"     // to the registered phone of a desk account: quiet hours and STOP do not hold it
)

// OutState is how far a message has come.
type OutState string

// States of a message (design §2.8). Only queued and claimed alternate; the others never go back, but for
// unknown → delivered (or failed), when a delivery report settles the doubt. What is read in the menu goes from queued to
// delivered: it was never sent.
const (
	OutQueued     OutState = "queued"
	OutClaimed    OutState = "claimed"
	OutHandedOver OutState = "handed_over"
	OutUnknown    OutState = "unknown" // perhaps sent: the process died, or the answer of the gateway was lost
	OutDelivered  OutState = "delivered"
	OutFailed     OutState = "failed"
	OutExpired    OutState = "expired"
	OutSuppressed OutState = "suppressed"
)

// CanBecome tells whether a message may move from s to next.
func (s OutState) CanBecome(next OutState) bool {
	switch s {
	case OutQueued:
		return next == OutClaimed || next == OutDelivered || next == OutExpired || next == OutSuppressed
	case OutClaimed:
		return next != OutClaimed
	case OutHandedOver, OutUnknown:
		return next == OutDelivered || next == OutFailed || next == OutExpired
	default:
		return false
	}
}

// Ended tells whether nothing more is expected to happen to a message in this state.
func (s OutState) Ended() bool {
	return s == OutDelivered || s == OutFailed || s == OutExpired || s == OutSuppressed
}

// Outbound is one message to send. It names its text by a locale key with values, or by the answer it carries; the words
// are put together when it is claimed, so what is stored holds no text.
//
// The one reply that an incoming message may cause has that message's id: a second one cannot be stored by construction.
type Outbound struct {
	ID         ID                `cbor:"-"`
	Rev        uint64            `cbor:"1,keyasint,omitempty"`
	Contact    ContactKey        `cbor:"2,keyasint,omitzero"`
	Gateway    string            `cbor:"3,keyasint,omitempty"`
	Lane       Lane              `cbor:"4,keyasint,omitempty"`
	Kind       Kind              `cbor:"5,keyasint,omitempty"`
	Key        string            `cbor:"6,keyasint,omitempty"` // locale key
	Args       map[string]string `cbor:"7,keyasint,omitempty"` // values for the key; references, never a number or a text
	Lang       Lang              `cbor:"8,keyasint,omitempty"`
	Report     ID                `cbor:"9,keyasint,omitzero"`
	Rumour     ID                `cbor:"10,keyasint,omitzero"`
	AnswerNo   int               `cbor:"11,keyasint,omitempty"`
	State      OutState          `cbor:"13,keyasint,omitempty"`
	Reason     string            `cbor:"14,keyasint,omitempty"` // why it ended so, or what the last try said: a stable code
	CreatedAt  Instant           `cbor:"15,keyasint,omitempty"`
	NextAt     Instant           `cbor:"16,keyasint,omitempty"` // due from then on
	ExpiresAt  Instant           `cbor:"17,keyasint,omitempty"`
	Attempts   int               `cbor:"18,keyasint,omitempty"` // tries that counted
	ResendOf   ID                `cbor:"19,keyasint,omitzero"`  // the row whose fate is unknown and that this repeats
	Token      ID                `cbor:"20,keyasint,omitzero"`  // fences the present claim
	LeaseUntil Instant           `cbor:"21,keyasint,omitempty"`
	ExternalID string            `cbor:"22,keyasint,omitempty"` // the provider's id
	Encoding   Encoding          `cbor:"23,keyasint,omitempty"`
	Parts      int               `cbor:"24,keyasint,omitempty"`
	HandedAt   Instant           `cbor:"25,keyasint,omitempty"`
	EndedAt    Instant           `cbor:"26,keyasint,omitempty"`
	Broadcast  ID                `cbor:"27,keyasint,omitzero"` // the run that it is a recipient's row of; the text stands there
	Again      ID                `cbor:"28,keyasint,omitzero"` // of a run: the row that stands for this one since a person had it sent again
}

// LogValue shows what kind of message it is and how far it has come.
func (o Outbound) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", o.ID.String()),
		slog.String("kind", string(o.Kind)),
		slog.String("state", string(o.State)),
		slog.String("reason", o.Reason),
	)
}

// DeliveryReport is what a gateway says later about a message it took.
type DeliveryReport struct {
	Outbound   ID       // our id, from the callback's address; zero where the gateway knows only its own
	ExternalID string   // the provider's id, "" where unknown
	Gateway    string   //
	State      OutState // OutHandedOver (still on its way), OutDelivered, OutFailed or OutExpired
	Code       string   // the gateway's own word, short, without number or text
	At         Instant
}
