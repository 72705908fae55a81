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

// RumourState is where the work on a rumour stands. Verdict and state are two fields: what was found says nothing about
// what was done with it. A reopened rumour is investigating, with its ReopenedAt set.
type RumourState string

// Rumour states (domain §5).
const (
	RumourNew           RumourState = "new"
	RumourTriaged       RumourState = "triaged"
	RumourWatching      RumourState = "watching"      // low risk: nothing is said about it until ReviewAt
	RumourInvestigating RumourState = "investigating" // somebody checks it
	RumourReview        RumourState = "review"        // a verdict is proposed
	RumourDecided       RumourState = "decided"
	RumourWithheld      RumourState = "withheld" // decided, and not published because that would harm
	RumourPublished     RumourState = "published"
	RumourMonitoring    RumourState = "monitoring" // everybody is answered: is it still told?
	RumourClosed        RumourState = "closed"
	RumourMerged        RumourState = "merged"   // its reports are another rumour's now
	RumourRejected      RumourState = "rejected" // never was one: spam, out of scope
)

// RumourStates are all states, in the order of a rumour's life.
func RumourStates() []RumourState {
	return []RumourState{
		RumourNew, RumourTriaged, RumourWatching, RumourInvestigating, RumourReview, RumourDecided, RumourWithheld,
		RumourPublished, RumourMonitoring, RumourClosed, RumourMerged, RumourRejected,
	}
}

// Ended tells whether no more work is expected.
func (s RumourState) Ended() bool {
	return s == RumourClosed || s == RumourMerged || s == RumourRejected
}

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
	AnswerNo    int         `cbor:"13,keyasint,omitempty"` // 0 before publication, then 1, and one more with each further one
	Fallback    Lang        `cbor:"14,keyasint,omitempty"` // chosen at publication for readers of a language without a text
	Reports     int         `cbor:"15,keyasint,omitempty"` // linked reports
	FanOut      FanOut      `cbor:"16,keyasint,omitzero"`

	Theme      RumourTheme  `cbor:"17,keyasint,omitempty"` // "" before triage, as for all fields down to Hate
	Areas      []PlaceCode  `cbor:"18,keyasint,omitempty"` // that it concerns
	Risk       Risk         `cbor:"19,keyasint,omitzero"`
	Hate       HateSpeech   `cbor:"20,keyasint,omitempty"`
	Intent     Intent       `cbor:"21,keyasint,omitempty"`
	Evidence   []Evidence   `cbor:"22,keyasint,omitempty"` // oldest first
	Proposal   Proposal     `cbor:"23,keyasint,omitzero"`
	AssignedTo string       `cbor:"24,keyasint,omitempty"` // a user's name
	TriagedAt  Instant      `cbor:"25,keyasint,omitempty"`
	ReviewAt   Instant      `cbor:"26,keyasint,omitempty"` // watching: when it is looked at again
	MergedInto ID           `cbor:"27,keyasint,omitzero"`
	SplitFrom  ID           `cbor:"28,keyasint,omitzero"`
	Reason     ClosedReason `cbor:"29,keyasint,omitempty"` // why it was closed or rejected
	ClosedAt   Instant      `cbor:"30,keyasint,omitempty"` // likewise, or when it was merged
	ReopenedAt Instant      `cbor:"31,keyasint,omitempty"` // the mark of a reopened rumour
	Restricted bool         `cbor:"32,keyasint,omitempty"` // for those who must know, and never for an automatic answer
	HarmNote   Text         `cbor:"33,keyasint,omitempty"` // withheld: what harm publishing would do
	QuietSince Instant      `cbor:"34,keyasint,omitempty"` // published or withheld: when it was last told
	Pending    Pending      `cbor:"35,keyasint,omitzero"`
	AssignedAt Instant      `cbor:"36,keyasint,omitempty"` // since when it is investigated
	Told       Verdict      `cbor:"37,keyasint,omitempty"` // the verdict of the answer with AnswerNo
	Notes      []Note       `cbor:"38,keyasint,omitempty"` // oldest first

	AnswerKind AnswerKind      `cbor:"39,keyasint,omitempty"` // of the answer with AnswerNo; "" = answer
	Versions   []AnswerVersion `cbor:"40,keyasint,omitempty"` // answers that another one took the place of, oldest first
	Amending   bool            `cbor:"41,keyasint,omitempty"` // what is published next is another answer, whatever its verdict
	Helped     Helped          `cbor:"42,keyasint,omitzero"`
	Stock      StockFan        `cbor:"43,keyasint,omitzero"`
	HeldAt     Instant         `cbor:"44,keyasint,omitempty"` // when it was last said that it is being checked
	NeutralAt  Instant         `cbor:"45,keyasint,omitempty"` // withheld or rejected: when the stock wording that is its answer was sent

	// Of Evidence, DecidedOn were noted when it was decided, and the first Earlier belong to investigations that are over.
	DecidedOn int `cbor:"50,keyasint,omitempty"`
	Earlier   int `cbor:"51,keyasint,omitempty"`
	// WithheldAt is when it was withheld: 0 where it never was, and once the protection focal point, LiftedBy, lifted that.
	WithheldAt Instant `cbor:"52,keyasint,omitempty"`
	LiftedBy   string  `cbor:"53,keyasint,omitempty"` // until it is published
	// RedactedBy has looked at the claim and at what people wrote, and says that they name nobody any more; "" = nobody has.
	RedactedBy string  `cbor:"54,keyasint,omitempty"`
	RedactedAt Instant `cbor:"55,keyasint,omitempty"`
	// AskUntil is the last moment for which it is noted to ask somebody whether the answer helped; 0 = nobody is to be asked.
	AskUntil Instant `cbor:"56,keyasint,omitempty"`
	// Since counts the reports told since it was closed; Recurred marks one that was reopened by these: what was published
	// is not doubted, and goes on to those who were owed it by then.
	Since    int  `cbor:"57,keyasint,omitempty"`
	Recurred bool `cbor:"58,keyasint,omitempty"`
	// Final is the stock wording that was sent as the last word at FinalAt: unverifiable, out of scope or closed.
	Final   StockKind `cbor:"59,keyasint,omitempty"`
	FinalAt Instant   `cbor:"60,keyasint,omitempty"`
	// Auto is whether its answer may be given by a machine, AutoBy who said so last.
	Auto   AutoAnswer `cbor:"61,keyasint,omitempty"`
	AutoBy string     `cbor:"62,keyasint,omitempty"`
	Burst  Burst      `cbor:"63,keyasint,omitzero"` // the last time when many told it at once
}

// Public tells whether the rumour's wording is out: anybody may read it, and whoever tells the rumour is answered with it.
func (r Rumour) Public() bool {
	switch r.State {
	case RumourPublished:
		return true
	case RumourMonitoring, RumourClosed: // a withheld one comes here, too
		return !r.PublishedAt.IsZero()
	default:
		return false
	}
}

// Withdrawn tells whether the rumour's answer was taken back and nothing has taken its place.
func (r Rumour) Withdrawn() bool { return r.AnswerKind == AnswerWithdrawal }

// AnswerKind is what an answer is to those who may have heard one before it.
type AnswerKind string

// Kinds of answer.
const (
	AnswerFirst      AnswerKind = "answer"
	AnswerCorrection AnswerKind = "correction"
	AnswerWithdrawal AnswerKind = "withdrawal" // says only that the one before does not hold; it has no text of the desk's
)

// AnswerVersion is an answer that was published and that another one took the place of.
type AnswerVersion struct {
	No      int        `cbor:"1,keyasint,omitempty"`
	Kind    AnswerKind `cbor:"2,keyasint,omitempty"`
	Verdict Verdict    `cbor:"3,keyasint,omitempty"`
	Answers []Answer   `cbor:"4,keyasint,omitempty"` // with who wrote and who approved each, and when; none of a withdrawal
	By      string     `cbor:"5,keyasint,omitempty"` // who published it
	At      Instant    `cbor:"6,keyasint,omitempty"`
}

// Helped counts what people said when they were asked whether an answer helped.
type Helped struct {
	Asked       int `cbor:"1,keyasint,omitempty"`
	Yes         int `cbor:"2,keyasint,omitempty"`
	No          int `cbor:"3,keyasint,omitempty"`
	NotBelieved int `cbor:"4,keyasint,omitempty"`
	NoReply     int `cbor:"5,keyasint,omitempty"`
}

// Plus is both counts together.
func (h Helped) Plus(o Helped) Helped {
	return Helped{
		Asked: h.Asked + o.Asked, Yes: h.Yes + o.Yes, No: h.No + o.No, NotBelieved: h.NotBelieved + o.NotBelieved, NoReply: h.NoReply + o.NoReply,
	}
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
	// Those who may have heard an answer before come first: AfterTold is the last of them, and Again that some may be left.
	Again     bool       `cbor:"6,keyasint,omitempty"`
	AfterTold ContactKey `cbor:"7,keyasint,omitzero"`
	Corrected int        `cbor:"8,keyasint,omitempty"` // corrections and withdrawals queued
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
	// Heard is the last answer before AnswerNo that may have reached the person, or one read in the menu; 0 = none.
	Heard int `cbor:"4,keyasint,omitempty"`
	// FollowUp is when they are, or were, asked whether it helped; once for each person and rumour.
	FollowUp Instant `cbor:"5,keyasint,omitempty"`
	Asked    bool    `cbor:"6,keyasint,omitempty"` // they were asked
	Held     Instant `cbor:"7,keyasint,omitempty"` // when a holding line was last queued for them
	Neutral  ID      `cbor:"8,keyasint,omitzero"`  // the stock wording that was their answer
	// Before brings the same answer as Outbound, which was queued because they told it again, and had not left by then.
	Before ID `cbor:"9,keyasint,omitzero"`
	// Final is the last word that a stock wording said to them at FinalAt: nothing contradicts it, and it is not said again.
	Final   StockKind `cbor:"10,keyasint,omitempty"`
	FinalAt Instant   `cbor:"11,keyasint,omitempty"`
	// NeutralBefore says the same as Neutral, and was queued before it: should that get lost, this one may still arrive.
	NeutralBefore ID `cbor:"12,keyasint,omitzero"`
}

// FollowUp is a moment at which somebody is to be asked whether a rumour's answer helped, or Ends: at which nobody waits
// for the reply any more.
type FollowUp struct {
	At      Instant
	Rumour  ID
	Contact ContactKey
	Ends    bool
}

// LogValue shows the id and the state, never a text.
func (r Rumour) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID.String()), slog.String("state", string(r.State)), slog.Int("reports", r.Reports))
}
