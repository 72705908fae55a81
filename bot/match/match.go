package match

import "tinye/bot"

// Options are what an index needs to know about the site and the language.
type Options struct {
	// Weights judge; nil: those that are built in.
	Weights *Weights
	// Place tells which place a folded word (package spelling), or up to three with a space between, names, and the places that it
	// lies in; ok is false for what names none. nil: no word names a place.
	Place func(word string) (places []bot.PlaceCode, ok bool)
}

// Claim is a rumour as the index knows it.
type Claim struct {
	ID      bot.ID
	Texts   []Text          // what it says, in the desk's words and in the published ones
	Places  []bot.PlaceCode // that it concerns, beside those that it names
	Checked bot.Instant     // when what is said about it was found; a telling of a later day may be another matter. 0 = not known
	Open    bool            // its wording is public: it may be asked about, listed and searched for by people
	Answers bool            // it may be answered with, as far as the index has to know: Find says Certain of no other
	Lookup  bool            // only Search finds it: a bulletin, which nobody tells
}

// Text is one wording of a claim.
type Text struct {
	Kind TextKind
	Lang bot.Lang // "" = unknown
	Text string
}

// TextKind is what a wording of a claim is.
type TextKind string

// Kinds of text.
const (
	KindClaim  TextKind = "claim"  // what is told, as the desk put it
	KindTitle  TextKind = "title"  // the line in a menu
	KindAnswer TextKind = "answer" // what was found; it may deny what is told
)

// Report is one telling. A report that people say tells a claim is a variant of it: another way of telling it.
type Report struct {
	ID        bot.ID
	Claim     bot.ID         // that it is linked to; zero = to none
	Confirmed bool           // people said so, not a machine
	Text      string         // what was told, all texts of it
	Lang      bot.Lang       // "" = unsure
	Contact   bot.ContactKey // who told it; zero = nobody known
	At        bot.Instant    // when
	Rejected  []bot.ID       // claims that it does not tell, as people said
}

// Query is a telling that is looked for.
type Query struct {
	Text  string
	Lang  bot.Lang    // detected or chosen; "" = unsure
	At    bot.Instant // when it was told; 0 = unknown, and no veto of time
	Place bot.PlaceCode
	Not   []bot.ID // claims that it does not tell, as people said
	Self  bot.ID   // the report that it is, if the index knows it already: it is not compared with itself
	Limit int      // hits wanted; 0 = 5
}

// Outcome is what the index makes of a query; whether an answer may be given is for others to say.
type Outcome string

// Outcomes.
const (
	Certain Outcome = "certain" // Hits[0] is what is told; wrong in at most one or two of a hundred
	Likely  Outcome = "likely"  // Hits[0] may well be it: ask
	Unknown Outcome = "unknown" // nothing that is worth asking about; Hits are for the desk's eyes
)

// Result is what was found.
type Result struct {
	Outcome Outcome
	Hits    []Hit // the best first; each claim once
	Words   int   // content words of the query
	Few     bool  // fewer than FewestWords of them: ask back, and never answer at once
}

// FewestWords is how many content words a telling has at least that is answered at once (domain §8, test 3).
const FewestWords = 4

// Hit is one claim.
type Hit struct {
	Claim      bot.ID
	Score      float64 // orders hits of one query; says nothing across queries
	Confidence float64 // 0 to 1: how often a first hit like this one is what is told
	Vetoes     []Veto  // what speaks against it; with any, it is never Certain
	Denied     bool    // at least three people said that it is not told in nearly these words, and fewer that it is: it is not asked about
}

// Veto is something in which a telling and a claim differ, although their words are alike.
type Veto string

// Vetoes.
const (
	VetoPlace    Veto = "place"    // another place
	VetoOpposite Veto = "opposite" // the telling denies what the claim says, or the other way round
	VetoNumber   Veto = "number"   // another number
	VetoName     Veto = "name"     // another person or organisation
	VetoOther    Veto = "other"    // in a short telling, another thing in the place of one that the claim has, or a name that it has not
	VetoTime     Veto = "time"     // tonight, tomorrow, which no check of before tells; today, against one of an earlier day; another date
	VetoThin     Veto = "thin"     // too little of what the claim says is in it, or of what it says in the claim
	VetoFew      Veto = "few"      // fewer than FewestWords content words
	VetoRejected Veto = "rejected" // more than a fifth of the people who told it in nearly these words said that they tell something else
	VetoLanguage Veto = "language" // its language has no learned weights, and too few confirmed matches yet
)

// Near is a report or a claim that resembles a text.
type Near struct {
	Claim  bot.ID // zero for a report that is linked to none
	Report bot.ID // zero for a claim's own words
	Score  float64
	Apart  Apart // in what they differ all the same
}

// Group is a set of reports, linked to no claim, that tell the same.
type Group struct {
	Reports []bot.ID // the oldest first
	Numbers int      // different people
	Burst   int      // most different people within BurstWithin
	Since   bot.Instant
	Last    bot.Instant
	Claim   bot.ID  // one that they may tell; zero for none
	Alike   float64 // how much of its words they share with it, 0 to 1
}
