package bot

// RumourTheme is what a rumour is about, as the desk sorts it; what people choose in a menu is a Theme.
type RumourTheme string

// Rumour themes (domain §4.4).
const (
	RumourSecurityAttack RumourTheme = "security_attack"
	RumourArmedGroup     RumourTheme = "armed_group"
	RumourForcesConduct  RumourTheme = "forces_conduct"
	RumourIntercommunal  RumourTheme = "intercommunal"
	RumourAbduction      RumourTheme = "abduction_missing"
	RumourBlockade       RumourTheme = "blockade_fuel_prices"
	RumourAid            RumourTheme = "aid_distribution"
	RumourDisplacement   RumourTheme = "displacement"
	RumourHealth         RumourTheme = "health_vaccine"
	RumourElections      RumourTheme = "elections_governance"
	RumourReligion       RumourTheme = "religion"
	RumourFraud          RumourTheme = "fraud_job_scam"
	RumourPublicFigure   RumourTheme = "public_figure"
	RumourOtherTheme     RumourTheme = "other"
)

// RumourThemes are all themes of rumours.
func RumourThemes() []RumourTheme {
	return []RumourTheme{
		RumourSecurityAttack, RumourArmedGroup, RumourForcesConduct, RumourIntercommunal, RumourAbduction, RumourBlockade,
		RumourAid, RumourDisplacement, RumourHealth, RumourElections, RumourReligion, RumourFraud, RumourPublicFigure,
		RumourOtherTheme,
	}
}

// RiskLevel says how soon a rumour must be dealt with.
type RiskLevel string

// Risk levels; "" is a rumour that nobody has assessed.
const (
	RiskLow      RiskLevel = "low"
	RiskMedium   RiskLevel = "medium"
	RiskHigh     RiskLevel = "high"
	RiskCritical RiskLevel = "critical"
)

// RiskLevels are all levels, the lowest first.
func RiskLevels() []RiskLevel { return []RiskLevel{RiskLow, RiskMedium, RiskHigh, RiskCritical} }

// RiskFlag is what makes a rumour dangerous by itself.
type RiskFlag string

// Risk flags (domain §4.4).
const (
	FlagViolence48h   RiskFlag = "violence_48h"
	FlagViolence7d    RiskFlag = "violence_7d"
	FlagProperty      RiskFlag = "property_livestock"
	FlagNamesPerson   RiskFlag = "names_person"
	FlagTargetsGroup  RiskFlag = "targets_group"
	FlagHealthDanger  RiskFlag = "health_danger"
	FlagPanicMovement RiskFlag = "panic_movement"
	FlagCoordinated   RiskFlag = "coordinated" // many numbers tell the same words at once: does somebody have it sent?
)

// RiskFlags are all flags.
func RiskFlags() []RiskFlag {
	return []RiskFlag{
		FlagViolence48h, FlagViolence7d, FlagProperty, FlagNamesPerson, FlagTargetsGroup, FlagHealthDanger, FlagPanicMovement,
		FlagCoordinated,
	}
}

// Risk is how dangerous a rumour is held to be, why, and by whom. Harm and Spread are 1 to 3, 0 where only a level was
// given: harm 1 minor, 2 moderate, 3 major; spread 1 one report, 2 several people or places, 3 several cercles.
type Risk struct {
	Level   RiskLevel  `cbor:"1,keyasint,omitempty"`
	Harm    int        `cbor:"2,keyasint,omitempty"`
	Spread  int        `cbor:"3,keyasint,omitempty"`
	Flags   []RiskFlag `cbor:"4,keyasint,omitempty"`
	Reasons []string   `cbor:"5,keyasint,omitempty"` // codes: what led to the level
	By      string     `cbor:"6,keyasint,omitempty"` // a user's name, "" for an alarm
	At      Instant    `cbor:"7,keyasint,omitempty"`
	Alarm   bool       `cbor:"8,keyasint,omitempty"` // raised by an alarm word, and not looked at by anybody since
}

// HateSpeech is whether the rumour carries hate speech; "" is not assessed.
type HateSpeech string

// Degrees of certainty about hate speech.
const (
	HateNone      HateSpeech = "none"
	HateSuspected HateSpeech = "suspected"
	HateConfirmed HateSpeech = "confirmed"
)

// HateSpeeches are all of them.
func HateSpeeches() []HateSpeech { return []HateSpeech{HateNone, HateSuspected, HateConfirmed} }

// Intent is why the rumour was put about, as far as is known; "" and unknown are the usual.
type Intent string

// Intents.
const (
	IntentUnknown        Intent = "unknown"
	IntentMisinformation Intent = "misinformation" // by mistake
	IntentDisinformation Intent = "disinformation" // on purpose
)

// Intents are all intents.
func Intents() []Intent { return []Intent{IntentUnknown, IntentMisinformation, IntentDisinformation} }

// CheckMethod is how something was checked.
type CheckMethod string

// Methods (domain §4.5).
const (
	MethodCall         CheckMethod = "call_stakeholder"
	MethodVisit        CheckMethod = "site_visit"
	MethodDocument     CheckMethod = "document"
	MethodArchive      CheckMethod = "media_archive"
	MethodReverseImage CheckMethod = "reverse_image"
	MethodExpert       CheckMethod = "expert"
	MethodStatement    CheckMethod = "authority_statement"
	MethodConsensus    CheckMethod = "community_consensus"
)

// CheckMethods are all methods.
func CheckMethods() []CheckMethod {
	return []CheckMethod{
		MethodCall, MethodVisit, MethodDocument, MethodArchive, MethodReverseImage, MethodExpert, MethodStatement, MethodConsensus,
	}
}

// SourceType is what kind of source was asked.
type SourceType string

// Source types (domain §4.5).
const (
	SourceEyewitness      SourceType = "eyewitness"
	SourceCommunityLeader SourceType = "community_leader"
	SourceHealthWorker    SourceType = "health_worker"
	SourceLocalOfficial   SourceType = "local_official"
	SourceSecurityForce   SourceType = "security_force"
	SourceNGO             SourceType = "ngo_un"
	SourceMedia           SourceType = "media"
	SourceExpert          SourceType = "expert"
	SourceOther           SourceType = "other"
)

// SourceTypes are all source types.
func SourceTypes() []SourceType {
	return []SourceType{
		SourceEyewitness, SourceCommunityLeader, SourceHealthWorker, SourceLocalOfficial, SourceSecurityForce, SourceNGO,
		SourceMedia, SourceExpert, SourceOther,
	}
}

// AuthorityOrParty tells whether such a source is an authority or a party to the conflict: what only these say confirms
// nothing.
func (t SourceType) AuthorityOrParty() bool {
	return t == SourceLocalOfficial || t == SourceSecurityForce
}

// Supports is which way a check points.
type Supports string

// Ways a check points.
const (
	SupportsTrue  Supports = "true"
	SupportsFalse Supports = "false"
	SupportsMixed Supports = "mixed"
	SupportsNone  Supports = "none"
)

// AllSupports are all ways.
func AllSupports() []Supports {
	return []Supports{SupportsTrue, SupportsFalse, SupportsMixed, SupportsNone}
}

// Evidence is one check with its source. Two sources that repeat one origin have one Group and count once; without a group
// a source stands for itself.
type Evidence struct {
	Method   CheckMethod `cbor:"1,keyasint,omitempty"`
	Source   SourceType  `cbor:"2,keyasint,omitempty"`
	Code     string      `cbor:"3,keyasint,omitempty"` // the source's pseudonym; who it is stands in a register of its own
	Group    string      `cbor:"4,keyasint,omitempty"` // independence group: a short code
	Supports Supports    `cbor:"5,keyasint,omitempty"`
	Note     Text        `cbor:"6,keyasint,omitempty"`
	DoneAt   Instant     `cbor:"7,keyasint,omitempty"`
	DoneBy   string      `cbor:"8,keyasint,omitempty"`
}

// Proposal is the verdict that a verifier submits, with what was found: Public for an answer, Internal for the desk.
type Proposal struct {
	Verdict  Verdict `cbor:"1,keyasint,omitempty"`
	Public   Text    `cbor:"2,keyasint,omitempty"`
	Internal Text    `cbor:"3,keyasint,omitempty"`
	By       string  `cbor:"4,keyasint,omitempty"`
	At       Instant `cbor:"5,keyasint,omitempty"`
}

// Pending is a move that takes two people and that one has made: it happens when the second makes it, too.
type Pending struct {
	Verb  string  `cbor:"1,keyasint,omitempty"`
	Value string  `cbor:"2,keyasint,omitempty"` // a verdict or a risk level: the second must say the same
	By    string  `cbor:"3,keyasint,omitempty"`
	Role  Role    `cbor:"4,keyasint,omitempty"`
	At    Instant `cbor:"5,keyasint,omitempty"`
}

// Note is what somebody said with a move: why the risk is lower, what is to be looked at again. Events hold no texts.
type Note struct {
	Verb string  `cbor:"1,keyasint,omitempty"`
	Text Text    `cbor:"2,keyasint,omitempty"`
	By   string  `cbor:"3,keyasint,omitempty"`
	At   Instant `cbor:"4,keyasint,omitempty"`
}

// ClosedReason is why a rumour was closed or rejected.
type ClosedReason string

// Reasons to close (domain §4.4); rejection takes spam and out_of_scope.
const (
	ClosedAnswered     ClosedReason = "answered"
	ClosedWithheld     ClosedReason = "withheld_do_no_harm"
	ClosedUnverifiable ClosedReason = "unverifiable_timeout"
	ClosedOutOfScope   ClosedReason = "out_of_scope"
	ClosedNotAClaim    ClosedReason = "not_a_claim"
	ClosedDuplicate    ClosedReason = "duplicate"
	ClosedOvertaken    ClosedReason = "overtaken_by_events"
	ClosedSpam         ClosedReason = "spam"
)

// ClosedReasons are all reasons.
func ClosedReasons() []ClosedReason {
	return []ClosedReason{
		ClosedAnswered, ClosedWithheld, ClosedUnverifiable, ClosedOutOfScope, ClosedNotAClaim, ClosedDuplicate, ClosedOvertaken,
		ClosedSpam,
	}
}
