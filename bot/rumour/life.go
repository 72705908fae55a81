package rumour

import (
	"cmp"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Triage notes what a rumour is about, where, and how dangerous it is.
func (d Desk) Triage(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Triage, s, nil, func(m *moving) error {
		m.sort()
		m.reason = string(m.r.Theme) + " " + string(m.r.Risk.Level)
		return nil
	})
}

// sort notes theme, areas and risk.
func (m *moving) sort() {
	m.r.Theme = cmp.Or(m.Theme, m.r.Theme)
	m.assess()
	if m.r.TriagedAt.IsZero() {
		m.r.TriagedAt = m.act.At
	}
	if m.RedactionChecked && m.r.RedactedBy == "" {
		m.r.RedactedBy, m.r.RedactedAt = m.by.Name, m.act.At
	}
}

// assess notes areas, risk and what goes with it.
func (m *moving) assess() {
	m.r.Risk = m.newRisk()
	if len(m.Areas) > 0 {
		m.r.Areas = slices.Clone(m.Areas)
	}
	m.r.Hate, m.r.Intent = cmp.Or(m.Hate, m.r.Hate), cmp.Or(m.Intent, m.r.Intent)
	if m.Restrict != nil {
		m.r.Restricted = *m.Restrict
	}
}

// Assess notes how dangerous a rumour is, and what it is about where that was noted wrongly. It is raised at once; lowering
// takes a reason, and two people from critical or where one coordinator would then decide instead of two.
func (d Desk) Assess(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, AssessRisk, s, nil, func(m *moving) (err error) {
		m.assess()
		m.r.Theme = cmp.Or(m.Theme, m.r.Theme)
		m.reason = m.assessed()
		if err := m.bar(m.r); err != nil {
			return err
		}
		m.r, err = d.sayHolding(tx, m.was, m.r, a.At)
		return err
	})
}

// assessed is how the risk was noted, in codes: the level, its reasons, then +flag and -flag, and theme:theme where they changed.
func (m *moving) assessed() string {
	words := append([]string{string(m.r.Risk.Level)}, m.r.Risk.Reasons...)
	for _, f := range m.r.Risk.Flags {
		if !slices.Contains(m.was.Risk.Flags, f) {
			words = append(words, "+"+string(f))
		}
	}
	for _, f := range m.was.Risk.Flags {
		if !slices.Contains(m.r.Risk.Flags, f) {
			words = append(words, "-"+string(f))
		}
	}
	if m.r.Theme != m.was.Theme {
		words = append(words, "theme:"+string(m.r.Theme))
	}
	return strings.Join(words, " ")
}

// Watch leaves a rumour of low risk alone until a day at most WatchDays away.
func (d Desk) Watch(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Watch, s, nil, func(m *moving) error {
		m.r.ReviewAt = m.Until
		m.reason = m.Until.String()
		return nil
	})
}

// Assign gives the work to a verifier. Those who told what is high or critical hear that it is being checked.
func (d Desk) Assign(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Assign, s, nil, func(m *moving) (err error) {
		m.investigate()
		m.r.AssignedTo, m.reason = m.Assignee, m.Assignee
		if height(m.r.Risk.Level) >= height(bot.RiskHigh) && !m.r.Stock.Open {
			m.r, err = d.say(tx, m.r, bot.StockHolding, a.At)
		}
		return err
	})
}

// investigate begins an investigation, or lets it go on.
func (m *moving) investigate() {
	if m.was.State != bot.RumourInvestigating || m.was.AssignedAt.IsZero() {
		m.r.AssignedAt = m.act.At
	}
	m.r.ReviewAt = 0
}

// AddEvidence notes checks.
func (d Desk) AddEvidence(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, AddEvidence, s, nil, func(m *moving) error {
		m.reason = checks(m.Evidence)
		return m.check()
	})
}

// check notes the checks of a step in the name of who makes it.
func (m *moving) check() error {
	m.r.Evidence = slices.Clone(m.r.Evidence)
	for _, e := range m.Evidence {
		if e.Supports == "" {
			e.Supports = usually(m.Verdict)
		}
		if e.Note != "" {
			text, err := plain(string(e.Note), "desk.note_empty")
			if err != nil {
				return err
			}
			e.Note = text
		}
		if e.DoneAt.IsZero() {
			e.DoneAt = m.act.At
		}
		e.DoneBy = m.by.Name
		m.r.Evidence = append(m.r.Evidence, e)
		if err := useSource(m.tx, e.Code, e.DoneAt); err != nil {
			return err
		}
	}
	return nil
}

// checks are checks as an event names them.
func checks(list []bot.Evidence) string {
	words := ""
	for i, e := range list {
		if i > 0 {
			words += ", "
		}
		words += string(e.Method) + ":" + string(e.Source)
	}
	return words
}

// Submit proposes a verdict. From new and triaged it is the short lane: theme, risk, checks, verdict and answers in one.
func (d Desk) Submit(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Submit, s, nil, func(m *moving) (err error) {
		m.sort()
		if len(m.Evidence) > 0 {
			if err := m.check(); err != nil {
				return err
			}
			if err := a.Note(tx, m.by, eventKind(AddEvidence), string(m.r.Ref), checks(m.Evidence)); err != nil {
				return err
			}
		}
		if m.r.AssignedTo == "" {
			m.r.AssignedTo = m.by.Name
		}
		if err := m.propose(); err != nil {
			return err
		}
		m.reason = string(m.Verdict)
		m.r, err = d.sayHolding(tx, m.was, m.r, a.At)
		return err
	})
}

// propose notes the proposal and writes the answers. Without a finding of its own, the first answer is what may be said.
func (m *moving) propose() (err error) {
	p := bot.Proposal{Verdict: m.Verdict, By: m.by.Name, At: m.act.At}
	public, empty := m.Public, "desk.finding_empty"
	if public == "" {
		public, empty = m.Texts[0].Text, "desk.text_empty"
	}
	if p.Public, err = plain(public, empty); err != nil {
		return err
	}
	if m.Internal != "" {
		if p.Internal, err = plain(m.Internal, "desk.note_empty"); err != nil {
			return err
		}
	}
	if m.was.Proposal.Verdict != m.Verdict {
		m.r.Answers = unapproved(m.r.Answers)
	}
	m.r.Proposal = p
	for _, t := range m.Texts {
		if m.r, err = m.desk.write(m.r, m.by, m.act.At, t.Lang, t.Text); err != nil {
			return err
		}
		if err := m.act.Note(m.tx, m.by, eventKind(Write), string(m.r.Ref), string(t.Lang)); err != nil {
			return err
		}
	}
	return nil
}

// Return sends a proposal or a decision back to be checked further, with a comment.
func (d Desk) Return(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Return, s, nil, func(m *moving) error {
		m.investigate()
		return nil
	})
}

// Decide notes the verdict: the one that was proposed, or another that the checks carry. A verdict other than the one before
// takes back the approval of the texts.
func (d Desk) Decide(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Decide, s, checkVerdict, func(m *moving) error {
		m.decide()
		m.reason = string(m.r.Verdict)
		return nil
	})
}

func checkVerdict(m *moving) error {
	if v := m.Verdict; v != "" && !slices.Contains(bot.Verdicts(), v) {
		return badVerdict(v)
	}
	return nil
}

func (m *moving) decide() {
	v := m.verdict()
	// A text is approved for what was found; before the first decision, for what was proposed.
	if before := cmp.Or(m.was.Verdict, m.was.Proposal.Verdict); before != v {
		m.r.Answers = unapproved(m.r.Answers)
	}
	m.r.Verdict, m.r.DecidedBy, m.r.DecidedAt, m.r.DecidedOn = v, m.by.Name, m.act.At, len(m.r.Evidence)
}

// Confirm is the short lane's second half: it decides what was proposed, approves its answers and publishes them. needs is
// as for Publish.
func (d Desk) Confirm(tx storage.Tx, a people.Act, ref string, s Step, titles []Title, needs map[bot.Lang]int) (bot.Rumour, error) {
	return d.move(tx, a, ref, Confirm, s, checkVerdict, func(m *moving) (err error) {
		m.decide()
		if err := a.Note(tx, m.by, eventKind(Decide), string(m.r.Ref), string(m.r.Verdict)); err != nil {
			return err
		}
		for _, answer := range m.r.Answers {
			if answer.Approved() {
				continue
			}
			if err := m.approve(answer.Lang); err != nil {
				return err
			}
		}
		if m.r, err = d.entitle(m.r, titles); err != nil {
			return err
		}
		if err := noteTitles(tx, a, m.by, m.r, titles); err != nil {
			return err
		}
		m.needs = needs
		if err := m.guard(guardAnswer); err != nil {
			return err
		}
		return m.publish()
	})
}

// approve approves one text of the rumour.
func (m *moving) approve(l bot.Lang) error {
	var err error
	if m.r, err = approve(m.r, m.by, m.act.At, l); err != nil {
		return err
	}
	return m.act.Note(m.tx, m.by, eventKind(Approve), string(m.r.Ref), string(l))
}

// Withhold keeps a decided rumour back, because publishing would harm. A coordinator and the protection focal point both
// say so; the comment is the do-no-harm note. Those who told it get a stock wording as their answer, which says nothing of it.
func (d Desk) Withhold(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	note := func(m *moving) error {
		if s.Comment == "" {
			return nil
		}
		text, err := plain(s.Comment, "desk.harm_needed")
		if m.was.Pending.Verb != string(Withhold) || m.was.HarmNote == "" {
			m.r.HarmNote = text
		}
		return err
	}
	return d.move(tx, a, ref, Withhold, s, note, func(m *moving) (err error) {
		m.r.QuietSince, m.r.WithheldAt, m.r.LiftedBy = m.act.At, m.act.At, ""
		m.r, err = d.sayNeutral(tx, m.r, a.At)
		return err
	})
}

// Lift frees a rumour that was withheld and then reopened: it may be published as others are, by somebody else. Only the
// protection focal point does, with a reason; the do-no-harm note stays among the notes.
func (d Desk) Lift(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Lift, s, nil, func(m *moving) error {
		m.r.WithheldAt, m.r.LiftedBy, m.r.HarmNote = 0, m.by.Name, ""
		return nil
	})
}

// Reject ends what never was a rumour. Those who told what is out of scope are told that; spam is not answered.
func (d Desk) Reject(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Reject, s, nil, func(m *moving) (err error) {
		m.end()
		m.r, err = d.sayNeutral(tx, m.r, a.At)
		return err
	})
}

// Close ends the work on a rumour. What was published stays readable.
func (d Desk) Close(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Close, s, nil, func(m *moving) error { m.end(); return nil })
}

func (m *moving) end() {
	m.r.Reason, m.r.ClosedAt, m.r.Since, m.reason = m.Reason, m.act.At, 0, string(m.Reason)
}

// Reopen lets the desk look at a closed or rejected rumour again. What was published is doubted: nobody is answered with it
// until it is published again.
func (d Desk) Reopen(tx storage.Tx, a people.Act, ref string, s Step) (bot.Rumour, error) {
	return d.move(tx, a, ref, Reopen, s, nil, func(m *moving) error {
		m.open()
		return nil
	})
}

// open begins a further investigation of what was ended.
func (m *moving) open() {
	m.investigate()
	m.reason = string(m.was.Reason)
	m.r.ReopenedAt, m.r.Reason, m.r.ClosedAt, m.r.QuietSince = m.act.At, "", 0, 0
	m.r.Earlier, m.r.Since, m.r.Recurred = m.was.DecidedOn, 0, false
	if withheld(m.was) && m.was.WithheldAt.IsZero() { // a row of before
		m.r.WithheldAt = m.was.DecidedAt
	}
	m.r.FanOut.Open, m.r.Stock.Open, m.r.NeutralAt = false, false, 0
	if m.r.AnswerNo > 0 {
		m.r.Told = cmp.Or(m.r.Told, m.r.Verdict) // rows of before have none
		m.keepVersion()
	}
}
