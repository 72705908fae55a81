package bot

import "log/slog"

// Verdict is what the desk found, apart from where the work stands. "Unverifiable" is a finding that is published too.
type Verdict string

// Verdicts (domain §4.4).
const (
	ConfirmedTrue  Verdict = "confirmed_true"
	ProbablyTrue   Verdict = "probably_true"
	Misleading     Verdict = "misleading"
	ProbablyFalse  Verdict = "probably_false"
	ConfirmedFalse Verdict = "confirmed_false"
	Unverifiable   Verdict = "unverifiable"
	NotAClaim      Verdict = "not_a_claim"
)

// Verdicts are all verdicts, from true to false and then the rest.
func Verdicts() []Verdict {
	return []Verdict{ConfirmedTrue, ProbablyTrue, Misleading, ProbablyFalse, ConfirmedFalse, Unverifiable, NotAClaim}
}

// RumourState is where the work on a rumour stands.
type RumourState string

// Rumour states of the provisional path new → decided → published.
const (
	RumourNew       RumourState = "new"
	RumourDecided   RumourState = "decided"
	RumourPublished RumourState = "published"
)

// Rumour is one claim that any number of people told us.
type Rumour struct {
	ID          ID          `cbor:"-"`
	Rev         uint64      `cbor:"1,keyasint,omitempty"`
	Ref         Ref         `cbor:"2,keyasint,omitempty"`
	Claim       Text        `cbor:"3,keyasint,omitempty"` // the desk's wording, for the desk
	State       RumourState `cbor:"4,keyasint,omitempty"`
	Verdict     Verdict     `cbor:"5,keyasint,omitempty"`
	CreatedBy   string      `cbor:"6,keyasint,omitempty"`
	CreatedAt   Instant     `cbor:"7,keyasint,omitempty"`
	DecidedBy   string      `cbor:"8,keyasint,omitempty"`
	DecidedAt   Instant     `cbor:"9,keyasint,omitempty"`
	PublishedBy string      `cbor:"10,keyasint,omitempty"`
	PublishedAt Instant     `cbor:"11,keyasint,omitempty"`
	Answers     []Answer    `cbor:"12,keyasint,omitempty"` // one per language
	AnswerNo    int         `cbor:"13,keyasint,omitempty"` // 0 before publication, then 1
	Fallback    Lang        `cbor:"14,keyasint,omitempty"` // chosen at publication for readers of a language without a text
	Reports     int         `cbor:"15,keyasint,omitempty"` // linked reports
	FanOut      FanOut      `cbor:"16,keyasint,omitzero"`
}

// Answer is the text for reporters in one language. Its author never approves it.
type Answer struct {
	Lang       Lang    `cbor:"1,keyasint,omitempty"`
	Text       Text    `cbor:"2,keyasint,omitempty"`
	Author     string  `cbor:"3,keyasint,omitempty"`
	WrittenAt  Instant `cbor:"4,keyasint,omitempty"`
	Approver   string  `cbor:"5,keyasint,omitempty"`
	ApprovedAt Instant `cbor:"6,keyasint,omitempty"`
	Title      Text    `cbor:"7,keyasint,omitempty"` // a line in a menu, at most MaxTitle characters; given at publication
}

// MaxTitle is the longest title of a published answer, in characters: it stands behind its number in a menu.
const MaxTitle = 25

// Approved tells whether a second person approved the text.
func (a Answer) Approved() bool { return !a.ApprovedAt.IsZero() }

// AnswerIn finds the text in a language.
func (r Rumour) AnswerIn(l Lang) (Answer, bool) {
	for _, a := range r.Answers {
		if a.Lang == l {
			return a, true
		}
	}
	return Answer{}, false
}

// FanOut is how far the queueing of a published answer has come; it is kept with the rumour so that a restart goes on
// where it stopped.
type FanOut struct {
	Open    bool       `cbor:"1,keyasint,omitempty"`
	After   LinkCursor `cbor:"2,keyasint,omitzero"`
	Queued  int        `cbor:"3,keyasint,omitempty"`
	Fell    int        `cbor:"4,keyasint,omitempty"` // of those, in the fallback language
	Waiting int        `cbor:"5,keyasint,omitempty"` // owed, but there is no approved text in their language and no fallback
}

// LinkCursor is a place in the list of a rumour's reports, which is ordered by contact and then by report.
type LinkCursor struct {
	Contact ContactKey `cbor:"1,keyasint,omitzero"`
	Report  ID         `cbor:"2,keyasint,omitzero"`
}

// Told is which answer of a rumour one person was told, so that nobody is told it twice.
type Told struct {
	AnswerNo int `cbor:"1,keyasint,omitempty"`
	Outbound ID  `cbor:"2,keyasint,omitzero"`
	Report   ID  `cbor:"3,keyasint,omitzero"` // the report whose reference the answer bears
}

// LogValue shows the id and the state, never the claim.
func (r Rumour) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID.String()), slog.String("state", string(r.State)), slog.Int("reports", r.Reports))
}
