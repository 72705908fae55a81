package bot

import "log/slog"

// ReferralKind is what a protected report is about. It is known only to those who can open it.
type ReferralKind string

// Kinds of referral (domain §4.12).
const (
	ReferGBV       ReferralKind = "gbv" // gender-based violence
	ReferChild     ReferralKind = "child"
	ReferSEA       ReferralKind = "sea" // sexual exploitation and abuse by aid workers
	ReferDetention ReferralKind = "detention"
	ReferMissing   ReferralKind = "missing_person"
	ReferViolence  ReferralKind = "imminent_violence"
	ReferSuicide   ReferralKind = "suicide"
	ReferMedical   ReferralKind = "medical"
	ReferLandmine  ReferralKind = "landmine"
	ReferOther     ReferralKind = "other"
)

// ReferralKinds are all kinds.
func ReferralKinds() []ReferralKind {
	return []ReferralKind{
		ReferGBV, ReferChild, ReferSEA, ReferDetention, ReferMissing, ReferViolence, ReferSuicide, ReferMedical, ReferLandmine,
		ReferOther,
	}
}

// CaseState is how far the protection focal point is with a protected report.
type CaseState string

// States of a protected report (domain §4.12).
const (
	CaseNew         CaseState = "new"
	CaseAccepted    CaseState = "accepted"
	CaseHandedOver  CaseState = "handed_over"
	CaseClosed      CaseState = "closed"
	CaseCannotRefer CaseState = "cannot_refer"
)

// CaseStates are all states, in their order.
func CaseStates() []CaseState {
	return []CaseState{CaseNew, CaseAccepted, CaseHandedOver, CaseClosed, CaseCannotRefer}
}

// CanBecome tells whether a case may move from s to next. Somebody accepts a case before it is handed over: who hands it
// over has read it.
func (s CaseState) CanBecome(next CaseState) bool {
	switch s {
	case CaseNew:
		return next == CaseAccepted || next == CaseCannotRefer
	case CaseAccepted:
		return next == CaseHandedOver || next == CaseCannotRefer
	case CaseHandedOver, CaseCannotRefer:
		return next == CaseClosed
	default:
		return false
	}
}

// Case is a protected report in the vault: what was said, closed to the protection focal points' own keys, which are not
// here. It has the id of its report.
type Case struct {
	ID          ID        `cbor:"-"`
	Rev         uint64    `cbor:"1,keyasint,omitempty"`
	Ref         Ref       `cbor:"2,keyasint,omitempty"`
	Sealed      []byte    `cbor:"3,keyasint,omitempty"` // armoured age file; none once destroyed
	Keys        []string  `cbor:"4,keyasint,omitempty"` // the public keys that it was closed to
	SealedAt    Instant   `cbor:"5,keyasint,omitempty"`
	SealedBy    string    `cbor:"6,keyasint,omitempty"` // a user's name, "" for the sweep
	State       CaseState `cbor:"7,keyasint,omitempty"`
	AcceptedAt  Instant   `cbor:"8,keyasint,omitempty"`
	HandedAt    Instant   `cbor:"9,keyasint,omitempty"`
	EndedAt     Instant   `cbor:"10,keyasint,omitempty"` // closed
	CannotAt    Instant   `cbor:"11,keyasint,omitempty"` // cannot be referred
	DestroyedAt Instant   `cbor:"12,keyasint,omitempty"` // Sealed is gone since
	Since       Instant   `cbor:"13,keyasint,omitempty"` // it waits for the focal point since
	Forgotten   bool      `cbor:"14,keyasint,omitempty"` // Sealed is gone because the person asked to be forgotten
}

// Waits tells whether nobody has taken the case up yet, and there is something to take up.
func (c Case) Waits() bool { return c.State == CaseNew && len(c.Sealed) > 0 }

// LogValue shows the state alone.
func (c Case) LogValue() slog.Value { return slog.GroupValue(slog.String("state", string(c.State))) }

// ProtectionKey is the public key of a protection focal point, to which reports are closed.
type ProtectionKey struct {
	Public    string  `cbor:"-"` // age1…
	Rev       uint64  `cbor:"1,keyasint,omitempty"`
	AddedBy   string  `cbor:"2,keyasint,omitempty"` // a user's name
	AddedAt   Instant `cbor:"3,keyasint,omitempty"`
	RetiredBy string  `cbor:"4,keyasint,omitempty"`
	RetiredAt Instant `cbor:"5,keyasint,omitempty"` // 0 = reports are closed to it
}

// Retired tells whether reports are closed to the key no more; what was closed to it before, it still opens.
func (k ProtectionKey) Retired() bool { return !k.RetiredAt.IsZero() }
