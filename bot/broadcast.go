package bot

import "log/slog"

// BroadcastState is how far a run has come.
type BroadcastState string

// States of a broadcast.
const (
	BroadcastQueueing  BroadcastState = "queueing"  // its audience is being walked
	BroadcastSending   BroadcastState = "sending"   // everybody has a row; some have not left
	BroadcastPaused    BroadcastState = "paused"    // nothing of it leaves, and the walk stands still; Before says where it goes on
	BroadcastDone      BroadcastState = "done"      // every row is in an end state, or unknown
	BroadcastWithdrawn BroadcastState = "withdrawn" // what had not left is suppressed
)

// BroadcastStates are all states.
func BroadcastStates() []BroadcastState {
	return []BroadcastState{BroadcastQueueing, BroadcastSending, BroadcastPaused, BroadcastDone, BroadcastWithdrawn}
}

// Ended tells whether nothing more of the run will leave.
func (s BroadcastState) Ended() bool { return s == BroadcastDone || s == BroadcastWithdrawn }

// Broadcast is one run of a bulletin, or of the consent request to an imported list (Bulletin is zero then). Each recipient is an Outbound with the
// broadcast's id; the texts stand here, once for each language.
//
// The audience is walked in portions, in the order of the contacts' keys (a list: in its own order). Rows and the cursor are written in one commit, so a crash neither
// skips nor doubles anybody. A run is bound to its bulletin and the moment it is for: a second press gives the same one.
type Broadcast struct {
	ID       ID             `cbor:"-"`
	Rev      uint64         `cbor:"1,keyasint,omitempty"`
	Bulletin ID             `cbor:"2,keyasint,omitzero"`
	Ref      Ref            `cbor:"3,keyasint,omitempty"` // the bulletin's
	Kind     BulletinKind   `cbor:"4,keyasint,omitempty"`
	DueAt    Instant        `cbor:"5,keyasint,omitempty"` // the moment it is for; 0 = by hand
	State    BroadcastState `cbor:"6,keyasint,omitempty"`
	Before   BroadcastState `cbor:"7,keyasint,omitempty"` // with paused: what it was
	Audience Audience       `cbor:"8,keyasint,omitzero"`
	Texts    []RunText      `cbor:"9,keyasint,omitempty"`
	Urgent   bool           `cbor:"10,keyasint,omitempty"` // quiet hours do not hold it: an alert with two approvals, or what corrects one

	StartedBy string  `cbor:"11,keyasint,omitempty"` // a user's name, "" for the schedule
	StartedAt Instant `cbor:"12,keyasint,omitempty"`
	QueuedAt  Instant `cbor:"13,keyasint,omitempty"` // the walk was over
	EndedAt   Instant `cbor:"14,keyasint,omitempty"`
	ExpiresAt Instant `cbor:"15,keyasint,omitempty"`

	After   ContactKey `cbor:"16,keyasint,omitzero"` // the cursor: up to here everybody was looked at
	AfterID ID         `cbor:"17,keyasint,omitzero"` // the cursor of a correction: among the rows of the run Heard
	Heard   ID         `cbor:"25,keyasint,omitzero"` // of a correction: the run whose rows are walked
	Looked  int        `cbor:"18,keyasint,omitempty"`
	// LeftOut counts those who were looked at and got no row, by reason.
	LeftOut map[string]int `cbor:"19,keyasint,omitempty"`
	// Fell counts those who got the fallback's text.
	Fell  int   `cbor:"20,keyasint,omitempty"`
	Taken Taken `cbor:"21,keyasint,omitzero"`
	// HeldUntil is when rows of the run are claimed again: the end of the quiet hours.
	HeldUntil Instant `cbor:"26,keyasint,omitempty"`
	// Resent counts the rows that a person had sent again.
	Resent int `cbor:"22,keyasint,omitempty"`
	// Report is the tally as it was at ReportAt, a day after the end: figures that no later delivery report changes any more.
	Report   BroadcastTally `cbor:"23,keyasint,omitzero"`
	ReportAt Instant        `cbor:"24,keyasint,omitempty"`
	// Of a request for consent: AfterRow is the cursor, the last row of the list that was looked at; Approved is the second person's yes, without
	// which nothing of it leaves; AskAgain lets it go to those who were asked before and said nothing, because a person decided so.
	AfterRow int      `cbor:"27,keyasint,omitempty"`
	Approved Approval `cbor:"28,keyasint,omitzero"`
	AskAgain bool     `cbor:"29,keyasint,omitempty"`
}

// LogValue shows which run it is and how far it has come.
func (b Broadcast) LogValue() slog.Value {
	return slog.GroupValue(slog.String("ref", string(b.Ref)), slog.String("kind", string(b.Kind)), slog.String("state", string(b.State)))
}

// RunText is the text of a run in one language, as it was approved.
type RunText struct {
	Lang     Lang     `cbor:"1,keyasint,omitempty"`
	Text     Text     `cbor:"2,keyasint,omitempty"` // in right spelling, with the reference
	Encoding Encoding `cbor:"3,keyasint,omitempty"`
	Parts    int      `cbor:"4,keyasint,omitempty"`
	Fallback bool     `cbor:"5,keyasint,omitempty"` // readers of a language without a text get this one
}

// BroadcastTally counts a run's rows. The store keeps it in step with the rows, in the same commit.
type BroadcastTally struct {
	States  map[OutState]int `cbor:"1,keyasint,omitempty"`
	Reasons map[string]int   `cbor:"2,keyasint,omitempty"` // "failed 21", "suppressed stopped" …: the state and the row's reason, of ended rows
	Langs   map[Lang]int     `cbor:"3,keyasint,omitempty"` // handed over or delivered, by language of the text
	Parts   map[string]int   `cbor:"4,keyasint,omitempty"` // parts that a gateway took, by gateway, whatever became of them
	Handed  int              `cbor:"5,keyasint,omitempty"` // rows that a gateway took, whatever became of them
	// Again are those of States for which another row stands: a person had them sent again (Outbound.Again).
	Again map[OutState]int `cbor:"6,keyasint,omitempty"`
	// Twice counts those who got the message by a row and by the one that repeats it.
	Twice int `cbor:"7,keyasint,omitempty"`
}

// Total is the number of rows.
func (t BroadcastTally) Total() int {
	n := 0
	for _, of := range t.States {
		n += of
	}
	return n
}

// People is the number of people who have a row: one that a person had sent again counts once.
func (t BroadcastTally) People() int {
	n := t.Total()
	for _, of := range t.Again {
		n -= of
	}
	return n
}

// Reached is the number of people to whom the message was delivered.
func (t BroadcastTally) Reached() int { return t.States[OutDelivered] - t.Twice }

// Open is the number of rows that may still leave.
func (t BroadcastTally) Open() int { return t.States[OutQueued] + t.States[OutClaimed] }
