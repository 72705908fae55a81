package bot

import "log/slog"

// ReportState is where a report stands (domain §5).
type ReportState string

// Report states. What is closed or spam may still be labelled otherwise or put under a rumour.
const (
	ReportReceived       ReportState = "received"        // stored, not linked to a rumour
	ReportLinked         ReportState = "linked"          // linked to a rumour
	ReportAnswered       ReportState = "answered"        // the rumour's answer is queued, or better
	ReportAnsweredDirect ReportState = "answered_direct" // a question or need: the desk's own answer is queued, or better
	ReportOutOfScope     ReportState = "out_of_scope"    // nothing that the site checks: the stock sentence is queued, or better
	ReportSpam           ReportState = "spam"            // owes nobody an answer
	ReportClosed         ReportState = "closed"          // nothing more is done about it
	ReportProtected      ReportState = "protected"       // in the vault: only the focal point reads it, on their own machine
)

// ReportStates are all states of a report.
func ReportStates() []ReportState {
	return []ReportState{
		ReportReceived, ReportLinked, ReportAnswered, ReportAnsweredDirect, ReportOutOfScope, ReportSpam, ReportClosed,
		ReportProtected,
	}
}

// ReportLabel is what the desk takes a report for; "" is what nobody labelled, which may be a rumour.
type ReportLabel string

// Labels (dialogues §1.8).
const (
	LabelQuestion   ReportLabel = "question"
	LabelSuggestion ReportLabel = "suggestion"
	LabelComplaint  ReportLabel = "complaint"
	LabelChat       ReportLabel = "chat"         // owes nobody an answer
	LabelOutOfScope ReportLabel = "out_of_scope" // answered with a stock sentence
	LabelSpam       ReportLabel = "spam"         // owes nobody an answer
	LabelProtection ReportLabel = "protection"   // about abuse: for the protection focal point alone
)

// ReportLabels are all labels.
func ReportLabels() []ReportLabel {
	return []ReportLabel{
		LabelQuestion, LabelSuggestion, LabelComplaint, LabelChat, LabelOutOfScope, LabelSpam, LabelProtection,
	}
}

// CloseReason is why a report is closed without an answer, or after one.
type CloseReason string

// Reasons to close a report.
const (
	CloseAnswered    CloseReason = "answered"            // the person knows by another way
	CloseDuplicate   CloseReason = "duplicate"           // the same telling was taken down twice
	CloseOvertaken   CloseReason = "overtaken_by_events" //
	CloseUnreachable CloseReason = "unreachable"         // what is missing cannot be asked
	CloseNoClaim     CloseReason = "not_a_claim"         // nothing in it can be checked or answered
	CloseMistake     CloseReason = "entered_by_mistake"  //
	CloseErased      CloseReason = "erased"              // by nobody at the desk: the person asked to be forgotten
	CloseNobody      CloseReason = "nobody"              // likewise: its rumour is answered, and there is nobody to send that to
)

// CloseReasons are all reasons to close a report.
func CloseReasons() []CloseReason {
	return []CloseReason{CloseAnswered, CloseDuplicate, CloseOvertaken, CloseUnreachable, CloseNoClaim, CloseMistake}
}

// Report is one person's telling: one or more texts, with a reference of its own. A report has the id of its first text's
// Inbound row, and names the others in Joined: so a text is on disk once, and goes when its month's key goes.
type Report struct {
	ID         ID          `cbor:"-"`
	Rev        uint64      `cbor:"1,keyasint,omitempty"`
	Ref        Ref         `cbor:"2,keyasint,omitempty"`
	Contact    ContactKey  `cbor:"3,keyasint,omitzero"`  // zero = nobody to answer
	CreatedBy  string      `cbor:"4,keyasint,omitempty"` // who said it, when not the contact
	EnteredBy  string      `cbor:"5,keyasint,omitempty"` // who typed it, when not the contact
	Channel    Channel     `cbor:"6,keyasint,omitempty"`
	Gateway    string      `cbor:"7,keyasint,omitempty"` // where the answer goes out
	Joined     []ID        `cbor:"8,keyasint,omitempty"` // further Inbound rows, oldest first
	Lang       Lang        `cbor:"9,keyasint,omitempty"` // "" = unsure
	SentAt     Instant     `cbor:"10,keyasint,omitempty"`
	ReceivedAt Instant     `cbor:"11,keyasint,omitempty"`
	LastTextAt Instant     `cbor:"12,keyasint,omitempty"` // when the last text that joined was written; 0 = none did
	Stale      bool        `cbor:"13,keyasint,omitempty"` // reached us more than 48 h after it was sent
	MaybeStop  bool        `cbor:"14,keyasint,omitempty"` // may want to be left alone: somebody should look
	Rumour     ID          `cbor:"15,keyasint,omitzero"`
	State      ReportState `cbor:"16,keyasint,omitempty"`
	Answer     ID          `cbor:"17,keyasint,omitzero"` // the Outbound row with the answer
	AnswerNo   int         `cbor:"18,keyasint,omitempty"`
	AnsweredAt Instant     `cbor:"19,keyasint,omitempty"`
	Place      PlaceCode   `cbor:"20,keyasint,omitzero"`  // where it is told of, as the person chose it in a menu
	Theme      Theme       `cbor:"21,keyasint,omitempty"` // likewise
	Protect    bool        `cbor:"22,keyasint,omitempty"` // about abuse of a child or a person: for the protection focal point alone
	Label      ReportLabel `cbor:"23,keyasint,omitempty"` // "" = not labelled
	Asked      []ID        `cbor:"24,keyasint,omitempty"` // the desk's questions to the person, the oldest first: Outbounds, with Inbounds that hold the words
	RepliedAt  Instant     `cbor:"25,keyasint,omitempty"` // when the reply to the last of them was written; 0 = none came
	ClosedAt   Instant     `cbor:"26,keyasint,omitempty"`
	Closed     CloseReason `cbor:"27,keyasint,omitempty"`
	Masks      []Mask      `cbor:"28,keyasint,omitempty"` // put by hand, in the order of their numbers
	Alarm      Alarm       `cbor:"29,keyasint,omitzero"`  // raised by its words; zero for none
	Helpful    Helpful     `cbor:"30,keyasint,omitempty"` // whether the answer helped

	ProtectAt Instant      `cbor:"31,keyasint,omitempty"` // when the desk found that it is about abuse; 0 = it came so
	Referral  ReferralKind `cbor:"32,keyasint,omitempty"` // as the desk took it, while it waits to be sealed
	Match     Match        `cbor:"33,keyasint,omitzero"`  // which rumour it was held to tell
}

// Helpful is what a person said to whether the answer to their report helped; "" where it was not asked, or is still open.
type Helpful string

// Replies to the question.
const (
	HelpfulYes         Helpful = "yes"
	HelpfulNo          Helpful = "no"
	HelpfulNotBelieved Helpful = "not_believed"
	HelpfulNoReply     Helpful = "no_reply"
)

// Written is when the report's last text was written.
func (r Report) Written() Instant {
	if !r.LastTextAt.IsZero() {
		return r.LastTextAt
	}
	return Inbound{SentAt: r.SentAt, ReceivedAt: r.ReceivedAt}.Written()
}

// ProtectedSince is since when a report that is about abuse waits for the protection focal point.
func (r Report) ProtectedSince() Instant {
	if !r.ProtectAt.IsZero() {
		return r.ProtectAt
	}
	return r.ReceivedAt
}

// ToldAt is when the person turned to us, so that a STOP from before does not stand against the answer; 0 where somebody at
// the desk typed it, which is no word of theirs to us.
func (r Report) ToldAt() Instant {
	if r.EnteredBy != "" && r.Channel != ChannelSMS && r.Channel != ChannelUSSD {
		return 0
	}
	return r.ReceivedAt
}

// Texts are the ids of the Inbound rows, oldest first.
func (r Report) Texts() []ID { return append([]ID{r.ID}, r.Joined...) }

// LogValue shows the id, the state and the number of texts.
func (r Report) LogValue() slog.Value {
	return slog.GroupValue(slog.String("id", r.ID.String()), slog.String("state", string(r.State)), slog.Int("texts", 1+len(r.Joined)))
}

// Theme is what a report is about, as people choose it in a menu.
type Theme string

// Themes, in the order in which they are offered.
const (
	ThemeSecurity    Theme = "security"
	ThemeHealth      Theme = "health"
	ThemeAid         Theme = "aid"         // aid and prices
	ThemeAuthorities Theme = "authorities" // elections and authorities
	ThemeOther       Theme = "other"
)

// Themes are all themes, in the order in which they are offered.
func Themes() []Theme {
	return []Theme{ThemeSecurity, ThemeHealth, ThemeAid, ThemeAuthorities, ThemeOther}
}
