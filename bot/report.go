package bot

import "log/slog"

// ReportState is where a report stands (domain §5).
type ReportState string

// Report states built today; the life of a rumour adds to them.
const (
	ReportReceived ReportState = "received" // stored, not linked to a rumour
	ReportLinked   ReportState = "linked"   // linked to a rumour
	ReportAnswered ReportState = "answered" // the answer is queued, or better
)

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
}

// Written is when the report's last text was written.
func (r Report) Written() Instant {
	if !r.LastTextAt.IsZero() {
		return r.LastTextAt
	}
	return Inbound{SentAt: r.SentAt, ReceivedAt: r.ReceivedAt}.Written()
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
