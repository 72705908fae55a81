package bot

import "log/slog"

// DeskNumber says that a phone belongs to a desk account: what it texts may be a command. It is kept under the number's
// keyed hash alone; the number stands on the account's row (User.Number).
type DeskNumber struct {
	Key     ContactKey `cbor:"-"`
	Rev     uint64     `cbor:"1,keyasint,omitempty"`
	User    string     `cbor:"2,keyasint,omitempty"`
	Since   Instant    `cbor:"3,keyasint,omitempty"`
	Wrong   int        `cbor:"4,keyasint,omitempty"` // wrong codes in a row
	WrongAt Instant    `cbor:"5,keyasint,omitempty"` // when the last of them came
}

// LogValue shows whose phone it is, and nothing of the number.
func (n DeskNumber) LogValue() slog.Value {
	return slog.GroupValue(slog.String("user", n.User), slog.Int("wrong", n.Wrong))
}

// CodeDigits is the length of a one-use code.
const CodeDigits = 6

// CodeKey stands for a one-use code of a printed sheet wherever the code itself must not stand: a keyed HMAC-SHA256, cut to
// 16 bytes.
type CodeKey [16]byte

// String hides the key: with the key ring at hand the code behind it is soon found.
func (k CodeKey) String() string { return "[code]" }

// GoString hides the key from %#v.
func (k CodeKey) GoString() string { return k.String() }

// LogValue hides the key from logs.
func (k CodeKey) LogValue() slog.Value { return slog.StringValue(k.String()) }

// SheetCode is one code of the sheet that was printed last for an account. It is good once.
type SheetCode struct {
	Key       CodeKey `cbor:"-"`
	Rev       uint64  `cbor:"1,keyasint,omitempty"`
	User      string  `cbor:"2,keyasint,omitempty"`
	No        int     `cbor:"3,keyasint,omitempty"` // on the sheet: 1, 2, 3 …
	PrintedAt Instant `cbor:"4,keyasint,omitempty"`
	UsedAt    Instant `cbor:"5,keyasint,omitempty"`
}

// LogValue shows whose code it is.
func (c SheetCode) LogValue() slog.Value {
	return slog.GroupValue(slog.String("user", c.User), slog.Int("no", c.No), slog.Bool("used", !c.UsedAt.IsZero()))
}

// SendState says what may leave.
type SendState string

// States of the switch (dialogues §7).
const (
	SendAll    SendState = ""       // everything leaves
	SendPaused SendState = "paused" // bulletins and follow-ups are held
	SendCut    SendState = "cut"    // every send is held, but for the replies to commands
)

// Switch is what the desk holds back, by whom and since when.
type Switch struct {
	Rev   uint64    `cbor:"1,keyasint,omitempty"`
	State SendState `cbor:"2,keyasint,omitempty"`
	By    string    `cbor:"3,keyasint,omitempty"` // the account that put it so
	Via   string    `cbor:"4,keyasint,omitempty"` // socket, sms, web
	At    Instant   `cbor:"5,keyasint,omitempty"`
	// AskedBy has given the first of the two codes with which everything leaves again, at AskedAt.
	AskedBy string  `cbor:"6,keyasint,omitempty"`
	AskedAt Instant `cbor:"7,keyasint,omitempty"`
}

// Holds tells whether messages of a lane have to wait.
func (s Switch) Holds(l Lane) bool {
	switch s.State {
	case SendCut:
		return l != LaneCommand
	case SendPaused:
		return l == LaneBulletin || l == LaneFollowUp
	default:
		return false
	}
}
