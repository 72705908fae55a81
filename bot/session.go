package bot

import "log/slog"

// SessionKey stands for one dialogue: a keyed HMAC over the gateway, the gateway's session id and the caller, since some
// operators give two callers the same id.
type SessionKey [16]byte

// HopKey is the fingerprint of one hop of a session: a keyed HMAC over what tells it from the session's other hops.
type HopKey [8]byte

// Session is one USSD dialogue. It holds no word that anybody typed: what was said by then is known by its length and its
// keyed hash.
type Session struct {
	Key       SessionKey `cbor:"-"`
	Rev       uint64     `cbor:"1,keyasint,omitempty"`
	ID        ID         `cbor:"2,keyasint,omitzero"` // drawn when it begins; a session id that is used again is another session
	Gateway   string     `cbor:"3,keyasint,omitempty"`
	Contact   ContactKey `cbor:"4,keyasint,omitzero"`
	Lang      Lang       `cbor:"5,keyasint,omitempty"`
	Flow      string     `cbor:"6,keyasint,omitempty"`
	Version   string     `cbor:"7,keyasint,omitempty"` // of the flow: where it is gone, the session starts again at home
	Walk      Walk       `cbor:"8,keyasint,omitzero"`
	Said      int        `cbor:"9,keyasint,omitempty"` // bytes of the cumulative text that have been taken
	SaidSum   HopKey     `cbor:"10,keyasint,omitzero"` // their keyed hash
	StartedAt Instant    `cbor:"11,keyasint,omitempty"`
	LastAt    Instant    `cbor:"12,keyasint,omitempty"` // of the last hop
	EndedAt   Instant    `cbor:"13,keyasint,omitempty"` // 0 = it is still going on
	End       SessionEnd `cbor:"14,keyasint,omitempty"`
	Hops      int        `cbor:"15,keyasint,omitempty"`
	LastHop   HopKey     `cbor:"16,keyasint,omitzero"` // fingerprint of the last hop
}

// SessionEnd is how a session ended.
type SessionEnd string

// Ends of a session.
const (
	EndDone    SessionEnd = "done"    // it reached a last screen
	EndHungUp  SessionEnd = "hung_up" // the gateway said that it is over
	EndTimeout SessionEnd = "timeout" // nothing came for a while
)

// Over tells whether the session has ended.
func (s Session) Over() bool { return !s.EndedAt.IsZero() }

// LogValue shows where the caller is, not who it is.
func (s Session) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", s.ID.String()), slog.String("screen", s.Walk.Screen), slog.Int("hops", s.Hops))
}

// Walk is where a caller stands in a flow (package flows). It is kept between two hops.
type Walk struct {
	Screen string            `cbor:"1,keyasint,omitempty"`
	Page   int               `cbor:"2,keyasint,omitempty"` // 0 = the first
	Back   []string          `cbor:"3,keyasint,omitempty"` // screens to go back to, the latest last
	Values map[string]string `cbor:"4,keyasint,omitempty"` // ids and codes that were chosen, and what screens show; never what somebody typed
	Lists  map[string][]Item `cbor:"5,keyasint,omitempty"`
	Error  string            `cbor:"6,keyasint,omitempty"` // locale key of the short line above the screen
	Wrong  int               `cbor:"7,keyasint,omitempty"` // wrong inputs in a row
}

// Item is a line of a list to choose from.
type Item struct {
	ID    string `cbor:"1,keyasint,omitempty"`
	Label string `cbor:"2,keyasint,omitempty"` // in right spelling, in the caller's language
}

// Hop is what one hop of a session was answered with; a repeat gets the same bytes.
type Hop struct {
	Session ID   `cbor:"1,keyasint,omitzero"`  // the session's own id: an older one may have had the same key
	Screen  Text `cbor:"2,keyasint,omitempty"` // in wire form
	End     bool `cbor:"3,keyasint,omitempty"`
}

// ScreenTally counts what happened on one screen of one version of a flow on one day: who, when and what is not in it.
type ScreenTally struct {
	Flow    string `cbor:"-"`
	Version string `cbor:"-"`
	Screen  string `cbor:"-"`
	Shown   int    `cbor:"1,keyasint,omitempty"` // times it was entered
	Wrong   int    `cbor:"2,keyasint,omitempty"` // inputs that did not fit
	Left    int    `cbor:"3,keyasint,omitempty"` // sessions that broke off there
	Ended   int    `cbor:"4,keyasint,omitempty"` // sessions that ended there as they should
}
