package bot

import "log/slog"

// Channel is the way a person reached us, or we reach them.
type Channel string

// Channels.
const (
	ChannelSMS        Channel = "sms"
	ChannelUSSD       Channel = "ussd"
	ChannelVoiceCall  Channel = "voice_call"
	ChannelMissedCall Channel = "missed_call"
	ChannelRadio      Channel = "radio"
	ChannelWhatsApp   Channel = "whatsapp"
	ChannelInPerson   Channel = "in_person"
	ChannelPaper      Channel = "paper"
	ChannelProvider   Channel = "provider" // not to us: the person asked the provider to be left alone
)

// Class is what an incoming message was taken for (dialogues §1).
type Class string

// Classes, in the order in which they are tried.
const (
	ClassOperator  Class = "operator"  // from a name or short code: stored, never answered
	ClassReply     Class = "reply"     // fits the one open question
	ClassWord      Class = "word"      // a word for us: stop, start, help, language
	ClassReference Class = "reference" // a reference, alone or after VERIF or REF
	ClassCommand   Class = "command"   // a command of a desk account, from a number registered for it
	ClassEnrol     Class = "enrol"     // a code of the day
	ClassChat      Class = "chat"      // merci, ok, i ni ce
	ClassReport    Class = "report"    // a telling
	ClassJoined    Class = "joined"    // a second text of a report less than ten minutes old
	ClassDesk      Class = "desk"      // no message of a person: what the desk wrote to one, kept as texts are
)

// Inbound is one message from a gateway: what the adapter decoded, and once stored, the row that holds its text.
//
// An adapter fills Gateway, ExternalID, Channel, Sender, To, Text, SentAt, Event and, for USSD, SessionID, Hop, Cumulative;
// all of it raw.
// hotline fills the rest. Sender is dropped before storing: a phone number lives on its Contact alone, and From holds
// only senders that are no phone.
type Inbound struct {
	ID         ID         `cbor:"-"`
	Gateway    string     `cbor:"1,keyasint,omitempty"`
	ExternalID string     `cbor:"2,keyasint,omitempty"` // the provider's id, "" where it has none
	Channel    Channel    `cbor:"3,keyasint,omitempty"`
	Sender     string     `cbor:"-"` // as the gateway wrote it
	From       Address    `cbor:"4,keyasint,omitzero"`
	Contact    ContactKey `cbor:"5,keyasint,omitzero"`
	To         string     `cbor:"6,keyasint,omitempty"` // our number or code, as the gateway wrote it
	Text       Text       `cbor:"7,keyasint,omitempty"` // valid UTF-8 without NUL once stored
	SentAt     Instant    `cbor:"8,keyasint,omitempty"` // the network's time stamp, 0 where unknown
	ReceivedAt Instant    `cbor:"9,keyasint,omitempty"`
	Class      Class      `cbor:"10,keyasint,omitempty"`
	SessionID  string     `cbor:"11,keyasint,omitempty"`
	Hop        string     `cbor:"12,keyasint,omitempty"` // what the gateway numbers a session's hops with, "" where it does not

	Event      InboundEvent `cbor:"-"` // EventMessage but for what a gateway says of itself
	Cumulative bool         `cbor:"-"` // Text is all that was typed in the session, joined with *, and not the last input alone
}

// InboundEvent says what a gateway tells us, where that is no text of a person.
type InboundEvent string

// Events of a gateway.
const (
	EventMessage InboundEvent = ""        // a text, or a hop of a session
	EventBegin   InboundEvent = "begin"   // a hop that the gateway marks as a session's first
	EventEnd     InboundEvent = "end"     // the caller hung up, or the network is done: there is no text
	EventTimeout InboundEvent = "timeout" // the network gave up waiting for the caller
	EventOptOut  InboundEvent = "opt_out" // the person asked the provider to be left alone: a STOP
)

// Written is when the person wrote: the network's time stamp, unless that lies after the arrival.
func (in Inbound) Written() Instant {
	if in.SentAt.IsZero() || in.SentAt > in.ReceivedAt {
		return in.ReceivedAt
	}
	return in.SentAt
}

// LogValue shows where a message came from and its size, never who sent it or what it says.
func (in Inbound) LogValue() slog.Value {
	return slog.GroupValue(
		slog.String("id", in.ID.String()),
		slog.String("gateway", in.Gateway),
		slog.String("channel", string(in.Channel)),
		slog.String("class", string(in.Class)),
		slog.Int("bytes", len(in.Text)),
	)
}

// RepeatKey is the fingerprint by which a repeated callback is known: a keyed HMAC over the gateway and the provider's id,
// or where there is none, over gateway, sender, text and the provider's time.
type RepeatKey [16]byte

// Mark remembers a message that was handled, and what was answered, for 14 days.
type Mark struct {
	Inbound ID     // the row of the first copy
	Answer  []byte // the bytes answered to the gateway where they matter (USSD); nil for SMS
}

// Quarantined is a request that could not be decoded or handled: kept with its raw bytes, answered 200, shown to the desk.
type Quarantined struct {
	ID      ID      `cbor:"-"`
	Gateway string  `cbor:"1,keyasint,omitempty"`
	Route   string  `cbor:"2,keyasint,omitempty"` // the route's path below the gateway, such as "mo"
	At      Instant `cbor:"3,keyasint,omitempty"`
	Reason  string  `cbor:"4,keyasint,omitempty"` // a stable code: undecodable, panic, failed
	Method  string  `cbor:"5,keyasint,omitempty"`
	Query   []byte  `cbor:"6,keyasint,omitempty"` // raw query string
	Type    string  `cbor:"7,keyasint,omitempty"` // content type
	Body    []byte  `cbor:"8,keyasint,omitempty"`
	Tries   int     `cbor:"9,keyasint,omitempty"` // how often a retry failed
	Done    Instant `cbor:"10,keyasint,omitempty"`
}

// Reply is what a hop of a session is answered with; for SMS it is empty, since replies leave through the outbox.
type Reply struct {
	Screen Text // in wire form
	End    bool // the session is over
}
