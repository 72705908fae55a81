package bot

// StockKind names a stock wording: a sentence of ours that says nothing of a rumour, so that it can go out before anybody
// has written an answer.
type StockKind string

// Stock wordings, in the order of their letters in a command by SMS.
const (
	StockHolding      StockKind = "holding"      // it is being checked
	StockUnverifiable StockKind = "unverifiable" // it could not be checked
	StockOutOfScope   StockKind = "out_of_scope" // the site does not check such things
	StockClosed       StockKind = "closed"       // nothing more is done about it
)

// StockKinds are all stock wordings, in the order of their letters: A, B, C, D.
func StockKinds() []StockKind {
	return []StockKind{StockHolding, StockUnverifiable, StockOutOfScope, StockClosed}
}

// Final tells whether the wording is a last word: after it there is no other but an answer.
func (k StockKind) Final() bool { return k != StockHolding && k != "" }

// Stock is whether two people of a site approved a stock wording. Text stands for the wording in all languages of the site:
// where that changes, it must be approved again.
type Stock struct {
	Kind     StockKind `cbor:"-"`
	Rev      uint64    `cbor:"1,keyasint,omitempty"`
	Text     string    `cbor:"2,keyasint,omitempty"` // a hash
	First    string    `cbor:"3,keyasint,omitempty"` // a user's name
	FirstAt  Instant   `cbor:"4,keyasint,omitempty"`
	Second   string    `cbor:"5,keyasint,omitempty"`
	SecondAt Instant   `cbor:"6,keyasint,omitempty"`
}

// Approved tells whether two people approved the wording as it is now.
func (s Stock) Approved(text string) bool { return s.Text == text && s.First != "" && s.Second != "" }

// StockFan is the sending of a stock wording to those who told a rumour: how far it has come, and who asked for it by SMS.
type StockFan struct {
	Open    bool       `cbor:"1,keyasint,omitempty"`
	Kind    StockKind  `cbor:"2,keyasint,omitempty"`
	After   LinkCursor `cbor:"3,keyasint,omitzero"`
	Last    ContactKey `cbor:"4,keyasint,omitzero"` // who got it last
	Queued  int        `cbor:"5,keyasint,omitempty"`
	Asked   StockKind  `cbor:"6,keyasint,omitempty"` // by one of two coordinators by SMS, as AskedBy and AskedAt say
	AskedBy string     `cbor:"7,keyasint,omitempty"`
	AskedAt Instant    `cbor:"8,keyasint,omitempty"`
	Once    bool       `cbor:"9,keyasint,omitempty"` // a move sends it, and no command of its own
}
