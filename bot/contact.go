package bot

import "log/slog"

// Contact is a number we may know. It holds no name, no ethnic group, no village and no position, and never will.
type Contact struct {
	Key       ContactKey `cbor:"-"`
	Rev       uint64     `cbor:"1,keyasint,omitempty"`
	Number    Address    `cbor:"2,keyasint,omitzero"` // E.164; the only place where a number is kept
	Gateway   string     `cbor:"3,keyasint,omitempty"`
	Lang      Lang       `cbor:"4,keyasint,omitempty"`
	LangBy    LangSource `cbor:"5,keyasint,omitempty"`
	Consent   Consent    `cbor:"6,keyasint,omitzero"`
	StoppedAt Instant    `cbor:"7,keyasint,omitempty"`  // 0 = not stopped
	StopText  Instant    `cbor:"8,keyasint,omitempty"`  // when the stop text was last queued
	Question  *Question  `cbor:"9,keyasint,omitempty"`  // the one open question
	MaybeStop Instant    `cbor:"10,keyasint,omitempty"` // words of theirs may mean stop, and nobody has looked; 0 = no such words
	HelpDay   string     `cbor:"11,keyasint,omitempty"` // the day (2006-01-02) on which a help text last answered chat
	FirstSeen Instant    `cbor:"12,keyasint,omitempty"`
	LastSeen  Instant    `cbor:"13,keyasint,omitempty"` // to the day: written at most once a day
	LangAsked bool       `cbor:"14,keyasint,omitempty"` // a first acknowledgement in both languages was queued
	Waiting   []Question `cbor:"15,keyasint,omitempty"` // questions that wait for the open one, the next first
	AgeBand   AgeBand    `cbor:"16,keyasint,omitempty"`
	Place     PlaceCode  `cbor:"17,keyasint,omitzero"`  // region or cercle, never finer
	ReplyBy   ReplyBy    `cbor:"18,keyasint,omitempty"` // "" = sms
	LastPlace PlaceCode  `cbor:"19,keyasint,omitzero"`  // of the last report by menu, offered first next time
	ErasedAt  Instant    `cbor:"20,keyasint,omitempty"` // when the person was last forgotten
	LastText  ID         `cbor:"21,keyasint,omitzero"`  // the Outbound that says so: once it has left, or cannot any more, the number goes too
	Sex       Sex        `cbor:"22,keyasint,omitempty"`
	Enrolled  Enrolment  `cbor:"23,keyasint,omitzero"`  // who brought the person to us, the first time
	MaybeSaid ID         `cbor:"24,keyasint,omitzero"`  // with MaybeStop: the report that holds the words
	Projects  []string   `cbor:"25,keyasint,omitempty"` // codes of further projects that brought the person, beside Enrolled.Project
}

// Stopped tells whether the person said STOP and has not come back.
func (c Contact) Stopped() bool { return !c.StoppedAt.IsZero() }

// ConsentDue is when time has something to do about the open or waiting consent question: its reminder, or its end. 0 = nothing.
func (c Contact) ConsentDue() Instant {
	if c.Question != nil && c.Question.Kind == QuestionConsent {
		return c.Question.Due()
	}
	for _, q := range c.Waiting {
		if q.Kind == QuestionConsent {
			return q.Due()
		}
	}
	return 0
}

// LogValue shows that there is a contact and nothing of whom.
func (c Contact) LogValue() slog.Value {
	return slog.GroupValue(slog.String("lang", string(c.Lang)), slog.Bool("stopped", c.Stopped()))
}

// LangSource says how we came to think that a person reads a language.
type LangSource string

// Sources of a language, strongest last.
const (
	LangListed   LangSource = "listed" // by whoever made a list of numbers
	LangDetected LangSource = "detected"
	LangChosen   LangSource = "chosen"
)

// ConsentState is where a person stands towards bulletins.
type ConsentState string

// Consent states (domain §4.1).
const (
	ConsentNone      ConsentState = ""
	ConsentPending   ConsentState = "pending"
	ConsentGranted   ConsentState = "granted"
	ConsentRefused   ConsentState = "refused"
	ConsentWithdrawn ConsentState = "withdrawn"
	ConsentExpired   ConsentState = "expired"
)

// Consent is the answer to the consent text: which wording, when, by which channel, for what.
type Consent struct {
	State   ConsentState `cbor:"1,keyasint,omitempty"`
	Version string       `cbor:"2,keyasint,omitempty"`
	At      Instant      `cbor:"3,keyasint,omitempty"`
	Channel Channel      `cbor:"4,keyasint,omitempty"`
	Scope   []string     `cbor:"5,keyasint,omitempty"` // reply, bulletins, followup, survey
}

// QuestionKind names the questions of dialogues §2.
type QuestionKind string

// Kinds of question.
const (
	// QuestionConsent asks whether somebody wants bulletins: OUI or AWO, NON or AYI; open for seven days.
	QuestionConsent QuestionKind = "consent"
	// QuestionDraft is a report begun by USSD: the next free text finishes it; open for 24 hours.
	QuestionDraft QuestionKind = "draft"
	// QuestionDesk is a question from the desk about one report: the next free text joins that report; open for three days
	// from when it was sent.
	QuestionDesk QuestionKind = "desk"
	// QuestionHelpful asks whether an answer helped: A yes, B no, C I do not believe it; open for three days.
	QuestionHelpful QuestionKind = "helpful"
	// QuestionAge asks somebody who has just agreed and came by a code for the age band: a number from 1 to 6, or the age;
	// open for three days.
	QuestionAge QuestionKind = "age"
	// QuestionConduct asks an ambassador whether they accept the code of conduct: OUI or AWO, NON or AYI; open for seven days.
	QuestionConduct QuestionKind = "conduct"
	// QuestionMatch asks whether a report tells a rumour that was checked, named by its published title: 1 yes, 0 another
	// matter; open for 24 hours.
	QuestionMatch QuestionKind = "match"
	// QuestionOther follows an automatic answer: 0 means another matter, and takes the link back; open for 24 hours.
	QuestionOther QuestionKind = "other"
	// QuestionMore asks for more after a report with too few words: the next free text joins it; open for 24 hours.
	QuestionMore QuestionKind = "more"
	// QuestionErase asks whether somebody wants to be forgotten: EFFACER 1; open for 24 hours, before any other question.
	QuestionErase QuestionKind = "erase"
)

// Question is the one question that is open for a contact, or one that waits for it.
type Question struct {
	Kind    QuestionKind `cbor:"1,keyasint,omitempty"`
	AskedAt Instant      `cbor:"2,keyasint,omitempty"`
	EndsAt  Instant      `cbor:"3,keyasint,omitempty"`
	Again   bool         `cbor:"4,keyasint,omitempty"` // it was asked a second time after a strange reply
	Texts   []ID         `cbor:"5,keyasint,omitempty"` // the Outbounds that ask it: a yes counts once one was sent
	Shown   bool         `cbor:"6,keyasint,omitempty"` // it was asked on a USSD screen, so a yes counts without an Outbound
	Draft   *Draft       `cbor:"7,keyasint,omitempty"` // with QuestionDraft
	Report  ID           `cbor:"8,keyasint,omitzero"`  // with QuestionDesk, QuestionMatch, QuestionOther and QuestionMore: what it is about
	Remind  Instant      `cbor:"9,keyasint,omitempty"` // when it is asked once more if nobody answered; 0 = not, or done
	Rumour  ID           `cbor:"10,keyasint,omitzero"` // with QuestionMatch and QuestionOther: the one that the report was held to tell
}

// Due is when the question is asked once more, or else when it ends.
func (q Question) Due() Instant {
	if !q.Remind.IsZero() && q.Remind < q.EndsAt {
		return q.Remind
	}
	return q.EndsAt
}

// Draft is a report without its words.
type Draft struct {
	Place   PlaceCode `cbor:"1,keyasint,omitzero"`
	Theme   Theme     `cbor:"2,keyasint,omitempty"`
	Protect bool      `cbor:"3,keyasint,omitempty"` // begun by the path that protects a child or a person
	BySMS   bool      `cbor:"4,keyasint,omitempty"` // the person chose to write it by SMS
}

// AgeBand is how old somebody says to be (domain §4.1); both the UN's 18–29 and the African Charter's 15–35 can be counted.
type AgeBand string

// Age bands.
const (
	AgeUnder15 AgeBand = "under_15" // answers only, never bulletins
	Age15to17  AgeBand = "15_17"
	Age18to24  AgeBand = "18_24"
	Age25to29  AgeBand = "25_29"
	Age30to35  AgeBand = "30_35"
	Age36plus  AgeBand = "36_plus"
)

// AgeBands are all age bands, the youngest first.
func AgeBands() []AgeBand {
	return []AgeBand{AgeUnder15, Age15to17, Age18to24, Age25to29, Age30to35, Age36plus}
}

// ReplyBy is how a person wants to be answered.
type ReplyBy string

// Ways to be answered.
const (
	ReplyBySMS  ReplyBy = "sms"
	ReplyByUSSD ReplyBy = "ussd" // no SMS at all: the answer waits in the menu
	ReplyByCall ReplyBy = "call" // somebody at the desk rings
)

// Activity is what one number did on one day. It is kept beside the contact, under the day, so that a message does not
// rewrite the contact; rows older than thirty days are dropped.
type Activity struct {
	Texts    int       `cbor:"1,keyasint,omitempty"` // texts that day
	Recent   []Instant `cbor:"2,keyasint,omitempty"` // when the last few texts were written
	LastAck  Instant   `cbor:"3,keyasint,omitempty"` // when an acknowledgement was last queued
	Report   ID        `cbor:"4,keyasint,omitzero"`  // the last report
	ReportAt Instant   `cbor:"5,keyasint,omitempty"` // when that report's last text was written
	Reports  []ID      `cbor:"6,keyasint,omitempty"` // the last five reports of the day, oldest first
}
