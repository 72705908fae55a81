package bot

import (
	"log/slog"
	"time"
)

// BulletinKind is what a bulletin is to its readers; rules of sending differ by it.
type BulletinKind string

// Kinds of bulletin (domain §4.6).
const (
	BulletinNews       BulletinKind = "bulletin"   // checked news
	BulletinAlert      BulletinKind = "alert"      // of danger: with two approvals it leaves in quiet hours, and the weekly cap does not hold it
	BulletinHolding    BulletinKind = "holding"    // it is being checked, do not pass it on
	BulletinCorrection BulletinKind = "correction" // to exactly those who may have got the bulletin it corrects
	BulletinWithdrawal BulletinKind = "withdrawal" // likewise: what that one said does not hold
	BulletinDigest     BulletinKind = "digest"     // the week's checked news of a place, written by the schedule from approved wordings
	BulletinPrevention BulletinKind = "prevention" // a counter-message without one rumour
)

// BulletinKinds are all kinds.
func BulletinKinds() []BulletinKind {
	return []BulletinKind{
		BulletinNews, BulletinAlert, BulletinHolding, BulletinCorrection, BulletinWithdrawal, BulletinDigest, BulletinPrevention,
	}
}

// Lane is the lane in which a bulletin of the kind leaves.
func (k BulletinKind) Lane() Lane {
	switch k {
	case BulletinCorrection, BulletinWithdrawal:
		return LaneCorrection
	case BulletinAlert:
		return LaneAlert
	default:
		return LaneBulletin
	}
}

// Capped tells whether the weekly cap holds back a bulletin of the kind. All but corrections and withdrawals count towards it.
func (k BulletinKind) Capped() bool {
	return k != BulletinAlert && k != BulletinCorrection && k != BulletinWithdrawal
}

// BulletinState is how far the work on a bulletin has come. How far a run of it has come stands on the Broadcast.
type BulletinState string

// Bulletin states (domain §4.6). A bulletin with a schedule stays approved between its runs.
const (
	BulletinDraft     BulletinState = "draft"
	BulletinReview    BulletinState = "review"    // its author has asked for approval: text and audience stand still
	BulletinApproved  BulletinState = "approved"  // and are frozen now
	BulletinSending   BulletinState = "sending"   // a run is under way
	BulletinSent      BulletinState = "sent"      // its last run has ended
	BulletinExpired   BulletinState = "expired"   // it was never sent, and its time is over
	BulletinWithdrawn BulletinState = "withdrawn" // taken back; what was not sent yet will not be
)

// BulletinStates are all states.
func BulletinStates() []BulletinState {
	return []BulletinState{
		BulletinDraft, BulletinReview, BulletinApproved, BulletinSending, BulletinSent, BulletinExpired, BulletinWithdrawn,
	}
}

// Bulletin is a checked message for an audience.
type Bulletin struct {
	ID        ID            `cbor:"-"`
	Rev       uint64        `cbor:"1,keyasint,omitempty"`
	Ref       Ref           `cbor:"2,keyasint,omitempty"` // ends every message, so that whoever gets it forwarded can ask
	Kind      BulletinKind  `cbor:"3,keyasint,omitempty"`
	State     BulletinState `cbor:"4,keyasint,omitempty"`
	Title     string        `cbor:"5,keyasint,omitempty"` // for the desk's lists; goes out nowhere
	Rumours   []ID          `cbor:"6,keyasint,omitempty"` // that it rests on
	Corrects  ID            `cbor:"7,keyasint,omitzero"`  // the bulletin that it corrects or withdraws
	Corrected ID            `cbor:"8,keyasint,omitzero"`  // the bulletin that corrected this one
	Action    Text          `cbor:"9,keyasint,omitempty"` // the one call to action, "" = none; it is part of the texts
	Audience  Audience      `cbor:"10,keyasint,omitzero"`
	Project   string        `cbor:"11,keyasint,omitempty"` // that pays for it
	ValidFrom Instant       `cbor:"12,keyasint,omitempty"` // not sent before; 0 = at once
	ExpiresAt Instant       `cbor:"13,keyasint,omitempty"` // never 0 from review on
	Variants  []Variant     `cbor:"14,keyasint,omitempty"`
	Fallback  Lang          `cbor:"15,keyasint,omitempty"` // chosen by a person for readers of a language without a text; "" = they are left out
	Schedule  Schedule      `cbor:"16,keyasint,omitzero"`
	CreatedBy string        `cbor:"17,keyasint,omitempty"` // its author, a user's name
	CreatedAt Instant       `cbor:"18,keyasint,omitempty"`
	Harm      HarmCheck     `cbor:"19,keyasint,omitzero"`
	Approvals []Approval    `cbor:"20,keyasint,omitempty"` // none of them the author's
	Taken     Taken         `cbor:"21,keyasint,omitzero"`  // why and by whom it was withdrawn
	Aired     []Airing      `cbor:"22,keyasint,omitempty"` // its scripts read out, oldest first
	Runs      int           `cbor:"23,keyasint,omitempty"` // broadcasts so far
	LastRun   ID            `cbor:"24,keyasint,omitzero"`  // the latest broadcast
	Lang      Lang          `cbor:"25,keyasint,omitempty"` // the language in which it was written first: others are translations
	AnswerNos []int         `cbor:"26,keyasint,omitempty"` // the answers of Rumours, in their order, on which its approval rests
	Parts     int           `cbor:"27,keyasint,omitempty"` // of a digest: the most parts of its SMS, 0 = as for all bulletins
	Holds     Text          `cbor:"28,keyasint,omitempty"` // of a correction: why the answers of its rumours hold as they are
}

// Approved tells whether somebody has approved the bulletin as it stands, whatever became of it since.
func (b Bulletin) Approved() bool { return len(b.Approvals) > 0 }

// LogValue shows what kind of bulletin it is and how far it has come.
func (b Bulletin) LogValue() slog.Value {
	return slog.GroupValue(slog.String("ref", string(b.Ref)), slog.String("kind", string(b.Kind)), slog.String("state", string(b.State)))
}

// Audience is whom a bulletin is for. An empty list leaves its question open: everybody. Places are regions or cercles, each with its
// scheme; a region holds its cercles.
type Audience struct {
	Places  []PlaceCode `cbor:"1,keyasint,omitempty"`
	Langs   []Lang      `cbor:"2,keyasint,omitempty"`
	Sexes   []Sex       `cbor:"3,keyasint,omitempty"`
	Ages    []AgeBand   `cbor:"4,keyasint,omitempty"`
	Roles   []string    `cbor:"5,keyasint,omitempty"` // member = cleared members of cohorts, agent = field agents; "" = everybody
	Themes  []Theme     `cbor:"6,keyasint,omitempty"` // of what people told through the menu
	Project string      `cbor:"7,keyasint,omitempty"` // those who were enrolled for it
	Run     ID          `cbor:"8,keyasint,omitzero"`  // of a consent request: the ImportRun whose people are asked
	Heard   ID          `cbor:"9,keyasint,omitzero"`  // of a correction: the bulletin that they may have got
}

// VariantChannel is how a text reaches people.
type VariantChannel string

// Channels of a variant.
const (
	VariantSMS   VariantChannel = "sms"
	VariantUSSD  VariantChannel = "ussd"       // stands among the menu's latest news
	VariantRadio VariantChannel = "radio"      // a script, printed in large type
	VariantAloud VariantChannel = "read_aloud" // a script for those who read to others
	VariantRelay VariantChannel = "relay"      // what ambassadors may pass on in their own groups
)

// VariantChannels are all channels.
func VariantChannels() []VariantChannel {
	return []VariantChannel{VariantSMS, VariantUSSD, VariantRadio, VariantAloud, VariantRelay}
}

// TranslationState is how far a translated text was checked.
type TranslationState string

// States of a translation. The text in the author's own language is approved with the bulletin.
const (
	TranslationDraft TranslationState = "draft"
	TranslationBack  TranslationState = "back_translated" // somebody else put it back into the first language, and it says the same
	TranslationDone  TranslationState = "approved"
)

// Variant is a bulletin's text in one language and for one channel, in right spelling.
type Variant struct {
	Lang       Lang             `cbor:"1,keyasint,omitempty"`
	Channel    VariantChannel   `cbor:"2,keyasint,omitempty"`
	Text       Text             `cbor:"3,keyasint,omitempty"`
	State      TranslationState `cbor:"4,keyasint,omitempty"`
	WrittenBy  string           `cbor:"5,keyasint,omitempty"` // a user's name
	WrittenAt  Instant          `cbor:"6,keyasint,omitempty"`
	BackBy     string           `cbor:"7,keyasint,omitempty"` // who translated it back; not WrittenBy
	BackText   Text             `cbor:"8,keyasint,omitempty"`
	ApprovedBy string           `cbor:"9,keyasint,omitempty"`
}

// HarmQuestion is one of the questions that must be answered before a bulletin is approved (domain §8 S-19).
type HarmQuestion string

// The do-no-harm list. Each is to be answered no, or yes with a note why it goes out nevertheless.
const (
	HarmNames   HarmQuestion = "names_someone"
	HarmRevenge HarmQuestion = "revenge"
	HarmPanic   HarmQuestion = "panic"
	HarmSource  HarmQuestion = "reveals_source"
	HarmTrue    HarmQuestion = "true_but_dangerous"
)

// HarmQuestions are all of them, in the order in which they are asked.
func HarmQuestions() []HarmQuestion {
	return []HarmQuestion{HarmNames, HarmRevenge, HarmPanic, HarmSource, HarmTrue}
}

// HarmCheck is the do-no-harm list as somebody answered it, every question with yes or no. Text is a hash of what it was answered about.
type HarmCheck struct {
	By   string                  `cbor:"1,keyasint,omitempty"`
	At   Instant                 `cbor:"2,keyasint,omitempty"`
	Text string                  `cbor:"3,keyasint,omitempty"`
	Yes  map[HarmQuestion]string `cbor:"4,keyasint,omitempty"` // the questions answered yes, with the note
	No   []HarmQuestion          `cbor:"5,keyasint,omitempty"` // those answered no
}

// Approval is one person's yes to a bulletin as it stands. Text is a hash of texts, audience and times.
type Approval struct {
	By   string  `cbor:"1,keyasint,omitempty"`
	At   Instant `cbor:"2,keyasint,omitempty"`
	Text string  `cbor:"3,keyasint,omitempty"`
}

// Taken says who took something back, when and why.
type Taken struct {
	By     string  `cbor:"1,keyasint,omitempty"`
	At     Instant `cbor:"2,keyasint,omitempty"`
	Reason Text    `cbor:"3,keyasint,omitempty"`
}

// Airing is one reading of a script on the radio or in public, as somebody at the desk noted it.
type Airing struct {
	At      Instant        `cbor:"1,keyasint,omitempty"`
	Lang    Lang           `cbor:"2,keyasint,omitempty"`
	Channel VariantChannel `cbor:"3,keyasint,omitempty"`
	Where   string         `cbor:"4,keyasint,omitempty"` // the station or the occasion
	By      string         `cbor:"5,keyasint,omitempty"` // who noted it
}

// Schedule is when a bulletin is sent: once at a moment, or again and again. The zero Schedule is by hand.
type Schedule struct {
	Once Instant `cbor:"1,keyasint,omitempty"`
	// Cron is a spec of five fields (minute hour day month weekday), read in Zone, an IANA name.
	Cron string `cbor:"2,keyasint,omitempty"`
	Zone string `cbor:"3,keyasint,omitempty"`
	// Late is how late a run may begin after its moment, after downtime; a run that is later is skipped, and the desk told.
	Late time.Duration `cbor:"4,keyasint,omitempty"`
	// Next is the next moment, 0 = none; it lives here and not in memory, so a restart neither forgets nor doubles one.
	Next Instant `cbor:"5,keyasint,omitempty"`
	// Last is the moment for which a run was begun last, whenever that was, and Skipped the last one that was not.
	Last    Instant `cbor:"6,keyasint,omitempty"`
	Skipped Instant `cbor:"7,keyasint,omitempty"`
	SetBy   string  `cbor:"8,keyasint,omitempty"`
	// Why says why no run was begun for the moment Skipped.
	Why SkipReason `cbor:"9,keyasint,omitempty"`
	// Restored is when a backup was put back: what may have been sent after the backup, up to then, is not sent by itself.
	Restored Instant `cbor:"10,keyasint,omitempty"`
}

// SkipReason is why the schedule let one of its moments pass.
type SkipReason string

// Reasons for which a moment was let pass.
const (
	SkipLate       SkipReason = "late"       // it was found too late, after the hotline had been off
	SkipBusy       SkipReason = "busy"       // the run before was still under way
	SkipNoNews     SkipReason = "no_news"    // a digest without anything new
	SkipRestored   SkipReason = "restored"   // a backup was put back, and it may have been sent after that was made
	SkipRepeated   SkipReason = "repeated"   // the clock was set back: a run was begun for this moment, or a later one
	SkipRefused    SkipReason = "refused"    // it may not go out as it stands: what it rests on is another one now
	SkipUnreadable SkipReason = "unreadable" // the spec or its zone is not known any more
)

// SkipReasons are all of them.
func SkipReasons() []SkipReason {
	return []SkipReason{SkipLate, SkipBusy, SkipNoNews, SkipRestored, SkipRepeated, SkipRefused, SkipUnreadable}
}

// IsZero tells whether nothing was ever set: omitzero asks it.
func (s Schedule) IsZero() bool { return s == Schedule{} }

// ByHand tells whether the bulletin is sent by hand.
func (s Schedule) ByHand() bool { return s.Once.IsZero() && s.Cron == "" }
