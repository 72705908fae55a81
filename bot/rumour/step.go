package rumour

import (
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Step is what somebody says with a verb; each verb reads its own fields.
type Step struct {
	Theme    bot.RumourTheme // "" leaves what is noted, as for all fields down to Restrict
	Areas    []bot.PlaceCode
	Risk     GivenRisk
	Hate     bot.HateSpeech
	Intent   bot.Intent
	Restrict *bool // restricted: for those who must know

	// RedactionChecked says that whoever makes the step has looked at the claim and at what people wrote, as verifiers read
	// it, and that nobody is named there any more. Triage needs it once; what people write later does not undo it.
	RedactionChecked bool

	Until    bot.Instant // watch; 0 = WatchDays from now
	Assignee string      // assign
	Evidence []bot.Evidence
	Verdict  bot.Verdict // submit, decide; "" when deciding is the one proposed
	Public   string      // finding that may be said
	Internal string      // and what is for the desk
	Texts    []Wording   // submit: answers
	Comment  string      // why
	Into     string      // merge: the other rumour's reference
	Claim    string      // split
	Reports  []string    // split: which reports move
	Tell     bool        // split: those who may have read the other rumour's answer are told that it was not about theirs (TellMisled)
	Reason   bot.ClosedReason
	Fallback bot.Lang
	NoAuto   bool // publish, confirm: no machine gives the answer, whatever the default (AutoFor)
}

// GivenRisk is how dangerous somebody holds a rumour to be: a level, or harm and spread, by which the rule finds one, or
// both, where the higher one counts. Flags are added to those that are noted, Unflag are taken from them.
type GivenRisk struct {
	Level         bot.RiskLevel
	Harm, Spread  int
	Flags, Unflag []bot.RiskFlag
}

func (g GivenRisk) given() bool {
	return g.Level != "" || g.Harm != 0 || g.Spread != 0 || len(g.Flags) > 0 || len(g.Unflag) > 0
}

// Wording is an answer in one language.
type Wording struct {
	Lang bot.Lang
	Text string
}

const (
	// WatchDays is for how long a rumour is watched at most before it is looked at again.
	WatchDays = 14
	// OverdueDays is after how long an investigation may end as unverifiable without a proposal.
	OverdueDays = 14
	// mostEvidence and mostNotes keep a row from growing for ever.
	mostEvidence = 100
	mostNotes    = 200
	// mostAreas is how many areas a rumour concerns at most.
	mostAreas = 20
)

// moving is one move on its way: the guards look at it and the effect changes its rumour.
type moving struct {
	Step
	tx   storage.Tx
	desk Desk
	act  people.Act
	by   bot.Actor
	verb Verb
	line Move
	r    bot.Rumour // as it will be
	was  bot.Rumour // as it was

	target bot.Rumour   // merge
	moved  []bot.Report // split
	needs  map[bot.Lang]int
	waits  string // what the second person must say, too, where this is only the first of two
	reason string // the event's
}

// move is the way of every verb: the role, the line of the table, the guards in their order, then the effect, the new state,
// the row and the event. Where the move takes two people and this is the first, only their word is noted.
func (d Desk) move(tx storage.Tx, a people.Act, ref string, v Verb, s Step, prepare, effect func(*moving) error) (bot.Rumour, error) {
	by, r, err := begin(tx, a, ref, rolesFor(v)...)
	if err != nil {
		return bot.Rumour{}, err
	}
	m := &moving{Step: s, tx: tx, desk: d, act: a, by: by, verb: v, r: r, was: r}
	if m.line, err = d.line(r, v); err != nil {
		return bot.Rumour{}, err
	}
	if m.by, err = a.Actor(tx, m.line.Roles...); err != nil {
		return bot.Rumour{}, err
	}
	if prepare != nil {
		if err := prepare(m); err != nil {
			return bot.Rumour{}, err
		}
	}
	return m.finish(effect)
}

func (m *moving) finish(effect func(*moving) error) (bot.Rumour, error) {
	for _, g := range m.line.Guards {
		if err := m.guard(g); err != nil {
			return bot.Rumour{}, err
		}
	}
	if m.Comment != "" {
		text, err := plain(m.Comment, "desk.reason_needed")
		if err != nil {
			return bot.Rumour{}, err
		}
		if err := m.note(text); err != nil {
			return bot.Rumour{}, err
		}
	}
	if m.waits != "" {
		m.r.Pending = bot.Pending{Verb: string(m.verb), Value: m.waits, By: m.by.Name, Role: m.by.Role, At: m.act.At}
		if err := m.save(); err != nil {
			return bot.Rumour{}, err
		}
		return m.r, m.act.Note(m.tx, m.by, "rumour.first_of_two", string(m.r.Ref), string(m.verb)+" "+m.waits)
	}
	m.r.State, m.r.Pending = m.line.To, bot.Pending{}
	if err := effect(m); err != nil {
		return bot.Rumour{}, err
	}
	if err := m.save(); err != nil {
		return bot.Rumour{}, err
	}
	return m.r, m.act.Note(m.tx, m.by, eventKind(m.verb), string(m.r.Ref), m.reason)
}

func (m *moving) save() (err error) {
	m.r, err = save(m.tx, m.r)
	return err
}

// note keeps what was said with the move.
func (m *moving) note(text bot.Text) error {
	if len(m.r.Notes) >= mostNotes {
		return bot.Fault(bot.CodeRefused, "desk.too_many", "max", itoa(mostNotes))
	}
	m.r.Notes = append(slices.Clone(m.r.Notes), bot.Note{Verb: string(m.verb), Text: text, By: m.by.Name, At: m.act.At})
	return nil
}

// line finds the line of the table, or says what can be done instead.
func (d Desk) line(r bot.Rumour, v Verb) (Move, error) {
	if m, ok := moveFrom(r.State, v); ok {
		return m, nil
	}
	if v == Publish && !r.State.Ended() && !r.Public() && !withheld(r) {
		return Move{}, bot.Fault(bot.CodeRefused, "desk.not_decided", "ref", string(r.Ref))
	}
	if (v == Decide || v == Confirm) && r.Public() {
		return Move{}, bot.Fault(bot.CodeRefused, "desk.already_published", "ref", string(r.Ref))
	}
	state := d.Texts.Text(bot.French, "state.rumour."+string(r.State), nil).Text
	can := d.Possible(r)
	if len(can) == 0 {
		return Move{}, bot.Fault(bot.CodeRefused, "desk.move_ended", "ref", string(r.Ref), "state", state, "verb", string(v))
	}
	can = slices.DeleteFunc(can, func(v Verb) bool { return v == Entitle }) // titles are given with publish
	return Move{}, bot.Fault(bot.CodeRefused, "desk.move_state", "ref", string(r.Ref), "state", state, "verb", string(v), "verbs", list(can))
}

// eventKind is what the event of a verb is called.
func eventKind(v Verb) string {
	switch v {
	case Triage:
		return "rumour.triaged"
	case Watch:
		return "rumour.watched"
	case Assign:
		return "rumour.assigned"
	case Submit:
		return "rumour.submitted"
	case Return:
		return "rumour.returned"
	case Decide:
		return "rumour.decided"
	case Withhold:
		return "rumour.withheld"
	case Lift:
		return "rumour.lifted"
	case Publish, Confirm: // Confirm has noted the decision before
		return "rumour.published"
	case Correct:
		return "rumour.corrected"
	case Withdraw:
		return "rumour.withdrawn"
	case Merge:
		return "rumour.merged"
	case Reject:
		return "rumour.rejected"
	case Close:
		return "rumour.closed"
	case Reopen:
		return "rumour.reopened"
	case AssessRisk:
		return "rumour.risk"
	case AddEvidence:
		return "evidence.added"
	case Split:
		return "rumour.split"
	case Write:
		return "answer.written"
	case Approve:
		return "answer.approved"
	case Entitle:
		return "rumour.titled"
	default:
		return "report.linked"
	}
}
