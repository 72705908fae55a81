package rumour

import (
	"slices"

	"tinye/bot"
)

// Verb is something that the desk does to a rumour.
type Verb string

// Verbs. The first two groups move the rumour on, the last leaves it where it stands.
const (
	Triage   Verb = "triage"
	Watch    Verb = "watch"
	Assign   Verb = "assign"
	Submit   Verb = "submit"
	Return   Verb = "return"
	Decide   Verb = "decide"
	Confirm  Verb = "confirm" // decides, approves and publishes at once: the short lane
	Withhold Verb = "withhold"
	Lift     Verb = "lift" // what was withheld and reopened may be published after all
	Publish  Verb = "publish"
	Correct  Verb = "correct"
	Withdraw Verb = "withdraw"
	Merge    Verb = "merge"
	Reject   Verb = "reject"
	Close    Verb = "close"
	Reopen   Verb = "reopen"

	Monitor Verb = "monitor" // nobody's: time brings these two about (rest.go)
	Quieten Verb = "quieten"
	Recur   Verb = "recur" // nobody's, either: people go on telling what was closed

	AssessRisk  Verb = "risk"
	AddEvidence Verb = "evidence"
	Split       Verb = "split"
	Link        Verb = "link"
	Write       Verb = "answer"
	Approve     Verb = "approve"
	Entitle     Verb = "title"
)

// Verbs are all verbs of people, in the order of a rumour's life.
func Verbs() []Verb {
	return []Verb{
		Link, Triage, AssessRisk, Watch, Assign, AddEvidence, Submit, Return, Write, Approve, Decide, Confirm, Withhold, Lift, Publish,
		Correct, Withdraw, Entitle, Merge, Split, Reject, Close, Reopen,
	}
}

// Guard names a condition that a move must meet; guards.go says what each asks for and what its refusal says.
type Guard string

// Guards.
const (
	guardTheme      Guard = "theme"       // a theme of the list
	guardRisk       Guard = "risk"        // a level, or harm and spread
	guardRedacted   Guard = "redacted"    // somebody has looked that the claim and what people wrote name nobody
	guardArea       Guard = "area"        // a place, where the risk is high or critical
	guardNotLowered Guard = "not_lowered" // neither the risk nor its rules are lowered by the way
	guardLowering   Guard = "lowering"    // a reason to lower the risk or its rules, and a second person where two guard it
	guardLow        Guard = "low"         // the risk is low
	guardReviewDate Guard = "review_date" // at most WatchDays away
	guardVerifier   Guard = "verifier"    // the work goes to a verifier
	guardImpartial  Guard = "impartial"   // who checks it has declared no stake in it
	guardShortLane  Guard = "short_lane"  // low or medium risk, and nothing that takes two coordinators
	guardEvidence   Guard = "evidence"    // at least one check
	guardProposal   Guard = "proposal"    // a verdict, and what may be said in public
	guardComment    Guard = "comment"     // a reason in words
	guardOther      Guard = "other"       // somebody else than who submitted
	guardApart      Guard = "apart"       // nor anybody who noted a check of the present investigation
	guardSources    Guard = "sources"     // enough sources for the verdict (domain §4.5)
	guardTwo        Guard = "two"         // two coordinators for what is critical, targets a group or is about forces
	guardOverdue    Guard = "overdue"     // investigated for OverdueDays without an end, and unverifiable
	guardHarm       Guard = "harm"        // a do-no-harm note
	guardFocal      Guard = "focal"       // a coordinator and the protection focal point, two people
	guardWithheld   Guard = "withheld"    // it was withheld, and nobody has lifted that
	guardLifted     Guard = "lifted"      // if it was withheld, the focal point has lifted that, who is somebody else
	guardAnswer     Guard = "answer"      // an approved answer for everybody who is owed one, or a fallback
	guardFallback   Guard = "fallback"    // a fallback that was not named before
	guardToldBefore Guard = "told_before" // an answer that people may have heard, and that was not taken back
	guardUntold     Guard = "untold"      // no answer that stands: what people heard is withdrawn first
	guardTarget     Guard = "target"      // a rumour that can take the other's reports
	guardMoved      Guard = "moved"       // a claim, and reports that are under this rumour
	guardSpam       Guard = "spam"        // spam or out of scope
	guardClosed     Guard = "closed"      // a reason that fits
	guardAnswered   Guard = "answered"    // nobody waits for an answer
	guardFollowed   Guard = "followed"    // everybody was asked whether it helped who is to be asked
	guardRecurs     Guard = "recurs"      // recurring reports were told since it was closed, and each has what it was owed
	guardSettled    Guard = "settled"     // a day has passed
	guardQuiet      Guard = "quiet"       // nobody has told it for quietDays or quietDaysHigh
)

// Move is one line of the table: who may do what to a rumour in a state, what must hold, and where it then stands.
type Move struct {
	From   bot.RumourState
	Verb   Verb
	To     bot.RumourState // as From where the rumour stays
	Roles  []bot.Role
	Guards []Guard
}

// moves is the table (domain §5). Everything that is done to a rumour is looked up in it, and what is not in it is refused.
func moves() []Move {
	const (
		moderator = bot.RoleModerator
		verifier  = bot.RoleVerifier
		chief     = bot.RoleCoordinator
		focal     = bot.RoleProtectionFocal
	)
	var table []Move
	add := func(v Verb, to bot.RumourState, roles []bot.Role, guards []Guard, from ...bot.RumourState) {
		for _, f := range from {
			end := to
			if end == "" {
				end = f
			}
			table = append(table, Move{From: f, Verb: v, To: end, Roles: roles, Guards: guards})
		}
	}
	roles := func(r ...bot.Role) []bot.Role { return r }
	guards := func(g ...Guard) []Guard { return g }
	everybody := roles(moderator, verifier, chief)
	const (
		fresh, triaged, watching, checked = bot.RumourNew, bot.RumourTriaged, bot.RumourWatching, bot.RumourInvestigating
		review, decided, withheld         = bot.RumourReview, bot.RumourDecided, bot.RumourWithheld
		published, monitoring, closed     = bot.RumourPublished, bot.RumourMonitoring, bot.RumourClosed
		rejected                          = bot.RumourRejected
	)

	add(Triage, triaged, roles(moderator, chief), guards(guardTheme, guardRisk, guardNotLowered, guardArea, guardRedacted), fresh)
	add(Triage, triaged, roles(moderator, chief), guards(guardTheme, guardRisk, guardNotLowered, guardArea), triaged, watching)
	add(Watch, watching, roles(chief), guards(guardLow, guardReviewDate), triaged, watching)
	add(Assign, checked, roles(chief), guards(guardVerifier), triaged, watching, checked)
	add(Submit, review, roles(verifier), guards(guardImpartial, guardTheme, guardRisk, guardNotLowered, guardShortLane, guardEvidence, guardProposal, guardRedacted), fresh)
	add(Submit, review, roles(verifier), guards(guardImpartial, guardTheme, guardRisk, guardNotLowered, guardShortLane, guardEvidence, guardProposal), triaged)
	add(Submit, review, roles(verifier), guards(guardImpartial, guardTheme, guardRisk, guardNotLowered, guardArea, guardEvidence, guardProposal), checked)
	add(Return, checked, roles(verifier, chief), guards(guardOther, guardComment), review)
	add(Return, checked, roles(chief), guards(guardComment), decided)
	add(Decide, decided, roles(chief), guards(guardOther, guardApart, guardSources, guardTwo), review)
	add(Decide, decided, roles(chief), guards(guardOverdue, guardComment, guardOther, guardApart, guardTwo), checked)
	add(Confirm, published, roles(chief), guards(guardShortLane, guardOther, guardApart, guardSources, guardLifted), review) // then approve and publish
	add(Withhold, withheld, roles(chief, focal), guards(guardUntold, guardHarm, guardFocal), decided)
	add(Lift, "", roles(focal), guards(guardWithheld, guardComment), checked, review, decided)
	add(Publish, published, roles(chief), guards(guardLifted, guardAnswer), decided)
	add(Publish, "", roles(chief), guards(guardFallback, guardAnswer), published, monitoring, closed)
	add(Correct, decided, roles(chief), guards(guardToldBefore, guardComment, guardOther, guardApart, guardSources, guardTwo), published, monitoring, closed)
	add(Withdraw, checked, roles(chief), guards(guardToldBefore, guardComment), published, monitoring, closed, checked, review, decided)
	add(Reject, rejected, roles(moderator, chief), guards(guardSpam), fresh, triaged)
	add(Close, closed, roles(moderator, chief), guards(guardClosed), triaged, watching)
	add(Close, closed, roles(moderator, chief), guards(guardClosed, guardAnswered, guardFollowed), withheld, monitoring)
	add(Monitor, monitoring, nil, guards(guardAnswered, guardSettled), published, withheld)
	add(Quieten, closed, nil, guards(guardAnswered, guardFollowed, guardQuiet), monitoring)
	add(Recur, checked, nil, guards(guardRecurs), closed)
	add(Reopen, checked, roles(moderator, chief), guards(guardComment), closed)
	add(Reopen, fresh, roles(moderator, chief), guards(guardComment), rejected)

	add(AssessRisk, "", everybody, guards(guardRisk, guardLowering), fresh, triaged, watching, checked, review, decided, withheld, published, monitoring)
	add(AddEvidence, "", roles(verifier, chief), guards(guardImpartial, guardEvidence), triaged, checked, review, published, monitoring)
	add(Merge, bot.RumourMerged, roles(moderator, chief), guards(guardTarget),
		fresh, triaged, watching, checked, review, decided, withheld, published, monitoring, closed)
	add(Split, "", roles(moderator, chief), guards(guardMoved),
		fresh, triaged, watching, checked, review, decided, withheld, published, monitoring, closed)
	add(Link, "", everybody, nil, fresh, triaged, watching, checked, review, decided, withheld, published, monitoring, closed)
	add(Write, "", everybody, nil, fresh, triaged, watching, checked, review, decided, published, monitoring, closed)
	add(Approve, "", roles(chief), nil, fresh, triaged, watching, checked, review, decided, published, monitoring, closed)
	add(Entitle, "", roles(chief), nil, fresh, triaged, watching, checked, review, decided, published, monitoring, closed)
	return table
}

// moveFrom finds the line of a verb in a state.
func moveFrom(state bot.RumourState, v Verb) (Move, bool) {
	for _, m := range moves() {
		if m.From == state && m.Verb == v {
			return m, true
		}
	}
	return Move{}, false
}

// rolesFor are all roles that may do something in some state.
func rolesFor(v Verb) []bot.Role {
	var found []bot.Role
	for _, m := range moves() {
		for _, r := range m.Roles {
			if m.Verb == v && !slices.Contains(found, r) {
				found = append(found, r)
			}
		}
	}
	return found
}

// VerbsFrom are what people can do to a rumour in a state, in the order of Verbs.
func VerbsFrom(state bot.RumourState) []Verb {
	return slices.DeleteFunc(Verbs(), func(v Verb) bool {
		_, ok := moveFrom(state, v)
		return !ok
	})
}
