package bot

import "log/slog"

// AddressKind tells numbers that can be answered from senders that cannot.
type AddressKind string

// Kinds of sender.
const (
	// Phone is a subscriber's number in E.164, such as +22370123456.
	Phone AddressKind = "phone"
	// ShortCode is a service number such as 36000; it is never answered (loops, cost).
	ShortCode AddressKind = "short_code"
	// Alpha is a sender name such as an operator's; it cannot be answered.
	Alpha AddressKind = "alpha"
)

// Address is who sent a message, or whom one goes to. Printing it in any way hides the value.
type Address struct {
	Kind  AddressKind `cbor:"1,keyasint,omitempty"`
	Value string      `cbor:"2,keyasint,omitempty"`
}

// Answerable tells whether a message may be sent to the address.
func (a Address) Answerable() bool { return a.Kind == Phone }

// String hides the value.
func (a Address) String() string { return "[" + string(a.Kind) + "]" }

// GoString hides the value from %#v.
func (a Address) GoString() string { return a.String() }

// LogValue hides the value from logs.
func (a Address) LogValue() slog.Value { return slog.StringValue(a.String()) }

// ContactKey stands for a number wherever the number itself must not: a keyed HMAC-SHA256 of the E.164 form, cut to
// 16 bytes. Without the key it says nothing (with plain hashing all Malian numbers are tried in seconds).
type ContactKey [16]byte

// IsZero tells whether there is no contact.
func (k ContactKey) IsZero() bool { return k == ContactKey{} }

// String hides the key: it is a pseudonym, and pseudonyms stay out of logs too.
func (k ContactKey) String() string { return "[contact]" }

// GoString hides the key from %#v.
func (k ContactKey) GoString() string { return k.String() }

// LogValue hides the key from logs.
func (k ContactKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// Text is what a person wrote, or what is said to one. Printing it shows its length only.
type Text string

// String shows the length only.
func (t Text) String() string { return "[text]" }

// GoString hides the text from %#v.
func (t Text) GoString() string { return t.String() }

// LogValue shows the length only.
func (t Text) LogValue() slog.Value { return slog.GroupValue(slog.Int("bytes", len(t))) }
