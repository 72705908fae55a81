package rumour

import (
	"cmp"
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// reasonSuperseded ends a message that another one takes the place of.
const reasonSuperseded = "superseded"

// Merge moves all reports of a rumour under another one that tells the same, with what their senders were told, and ends
// it. Both references go on finding what was made of them. Where the other one is published, those who were told nothing yet
// are owed its answer, and nobody else; the rumour returned is the other one.
//
// The reports move in one commit, which takes about as long as publishing to as many.
func (d Desk) Merge(tx storage.Tx, a people.Act, ref, into string) (bot.Rumour, error) {
	var target bot.Rumour
	_, err := d.move(tx, a, ref, Merge, Step{Into: into}, nil, func(m *moving) (err error) {
		if err := m.moveAll(); err != nil {
			return err
		}
		m.r.MergedInto, m.r.ClosedAt, m.r.Reports, m.reason = m.target.ID, a.At, 0, string(m.target.Ref)
		m.r.FanOut = bot.FanOut{Queued: m.r.FanOut.Queued, Fell: m.r.FanOut.Fell}
		if err := m.bar(m.was); err != nil {
			return err
		}
		target, err = m.absorb()
		return err
	})
	return target, err
}

// moveAll puts the rumour's reports under the target.
func (m *moving) moveAll() error {
	if err := m.moveHearers(); err != nil {
		return err
	}
	var after bot.LinkCursor
	for {
		links, err := m.tx.Links(m.was.ID, after, fanPortion)
		if err != nil {
			return fmt.Errorf("rumour: merge: %w", err)
		}
		for _, l := range links {
			after = l
			if err := m.moveOne(l); err != nil {
				return err
			}
		}
		if len(links) < fanPortion {
			return nil
		}
	}
}

func (m *moving) moveOne(l bot.LinkCursor) error {
	rep, err := m.tx.Report(l.Report)
	if err != nil {
		return fmt.Errorf("rumour: merge: %w", err)
	}
	if toldAgain(m.target, rep) {
		m.target.Since++
	}
	rep.Rumour = m.target.ID
	if rep.Match.Rumour == m.was.ID {
		tells := rep.Match
		tells.Rumour = m.target.ID
		rep.Match = matched(rep.Match, tells)
	}
	if m.was.AnswerNo > 0 && rep.AnswerNo == m.was.AnswerNo {
		rep.AnswerNo = m.target.AnswerNo // the verdict is the same (guardTarget)
	} else {
		owe(&rep)
	}
	return m.relink(rep, l, m.target.ID)
}

// owe makes a report one that was not answered.
func owe(rep *bot.Report) {
	rep.State, rep.AnswerNo, rep.Answer, rep.AnsweredAt = bot.ReportLinked, 0, bot.ID{}, 0
	rep.Closed, rep.ClosedAt = "", 0
}

// relink writes a report that leaves the rumour, for another one or for none (zero).
func (m *moving) relink(rep bot.Report, l bot.LinkCursor, to bot.ID) error {
	err := m.tx.PutReport(rep, rep.Rev)
	if err == nil {
		err = m.tx.Unlink(m.was.ID, l)
	}
	if err == nil && !to.IsZero() {
		err = m.tx.Link(to, l)
	}
	if err != nil {
		return fmt.Errorf("rumour: move a report: %w", err)
	}
	return nil
}

// moveHearers lets the target know of everybody who was told something, also of those whose reports were taken out since.
func (m *moving) moveHearers() error {
	var after bot.ContactKey
	for {
		hearers, err := m.tx.Hearers(m.was.ID, after, fanPortion)
		if err != nil {
			return fmt.Errorf("rumour: merge: %w", err)
		}
		for _, c := range hearers {
			after = c
			if err := m.moveTold(c); err != nil {
				return err
			}
		}
		if len(hearers) < fanPortion {
			return nil
		}
	}
}

// moveTold lets the target know what a person was told. Of two messages, the one that may still arrive stands, and of two
// such the later, since it answers what was told before it.
func (m *moving) moveTold(c bot.ContactKey) error {
	told, err := m.tx.Told(m.was.ID, c)
	if err != nil {
		return fmt.Errorf("rumour: merge: %w", err)
	}
	no, sent, err := heard(m.tx, told)
	if err != nil {
		return err
	}
	there, err := m.tx.Told(m.target.ID, c)
	if err != nil && !errors.Is(err, storage.ErrNotFound) {
		return fmt.Errorf("rumour: merge: %w", err)
	}
	if told.Outbound.IsZero() || told.AnswerNo != m.was.AnswerNo {
		told.AnswerNo, told.Outbound, told.Before = there.AnswerNo, there.Outbound, there.Before // it answers nothing there
		if !there.Report.IsZero() {
			told.Report = there.Report
		}
	} else {
		kept, err := m.stands(there, sent)
		if err != nil {
			return err
		}
		told.AnswerNo = m.target.AnswerNo
		if kept {
			told.Outbound, told.Report, told.Before = there.Outbound, there.Report, there.Before
		}
	}
	told.Heard, told.FollowUp = there.Heard, max(told.FollowUp, there.FollowUp)
	told.Asked, told.Held = told.Asked || there.Asked, max(told.Held, there.Held)
	if there.FinalAt > told.FinalAt {
		told.Final, told.FinalAt = there.Final, there.FinalAt
	}
	if told.Neutral, told.NeutralBefore, err = m.latest(told.Neutral, told.NeutralBefore, there.Neutral, there.NeutralBefore); err != nil {
		return err
	}
	if no > 0 && told.Heard == 0 {
		told.Heard = 1 // an answer before the target's present one, whichever
	}
	if told == (bot.Told{}) || told == there {
		return nil
	}
	if err := m.tx.PutTold(m.target.ID, c, told); err != nil {
		return fmt.Errorf("rumour: merge: %w", err)
	}
	return nil
}

// stands tells whether what a person was told by the target stands beside a message of this rumour's.
func (m *moving) stands(there bot.Told, sent bot.Outbound) (bool, error) {
	if there.Outbound.IsZero() || there.AnswerNo != m.target.AnswerNo {
		return false, nil
	}
	other, err := m.tx.Outbound(there.Outbound)
	if err != nil {
		return false, fmt.Errorf("rumour: merge: %w", err)
	}
	return !lost(other) && (lost(sent) || other.CreatedAt >= sent.CreatedAt), nil
}

// latest are the two messages that were queued last, the last one first, since it answers what was told before it; those that
// were lost count only where there is no other. Some may be missing.
func (m *moving) latest(ids ...bot.ID) (last, before bot.ID, err error) {
	var sent []bot.Outbound
	for _, id := range ids {
		if id.IsZero() {
			continue
		}
		o, err := m.tx.Outbound(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err != nil {
			return bot.ID{}, bot.ID{}, fmt.Errorf("rumour: merge: %w", err)
		}
		sent = append(sent, o)
	}
	slices.SortStableFunc(sent, func(a, b bot.Outbound) int {
		if lost(a) != lost(b) {
			if lost(a) {
				return 1
			}
			return -1
		}
		return cmp.Compare(b.CreatedAt, a.CreatedAt)
	})
	sent = slices.CompactFunc(sent, func(a, b bot.Outbound) bool { return a.ID == b.ID })
	sent = append(sent, bot.Outbound{}, bot.Outbound{})
	return sent[0].ID, sent[1].ID, nil
}

// lost tells whether a message will not arrive any more.
func lost(o bot.Outbound) bool {
	return o.State == bot.OutFailed || o.State == bot.OutExpired || o.State == bot.OutSuppressed
}

// absorb adds to the target what the merged rumour knew: the higher risk, its flags, areas and checks.
func (m *moving) absorb() (bot.Rumour, error) {
	t := m.target
	t.Reports += m.was.Reports
	t.Risk = Raise(t.Risk, m.was.Risk.Level, ReasonMerged, m.by.Name, m.act.At)
	t.Risk.Flags = union(t.Risk.Flags, m.was.Risk.Flags, len(bot.RiskFlags()))
	t.Areas = union(t.Areas, m.was.Areas, mostAreas)
	for _, e := range m.was.Evidence {
		if len(t.Evidence) < mostEvidence {
			t.Evidence = append(slices.Clip(t.Evidence), e)
		}
	}
	t.AskUntil = max(t.AskUntil, m.was.AskUntil)
	t.Pending = bot.Pending{} // it was said about less
	if !t.QuietSince.IsZero() {
		t.QuietSince = m.act.At
	}
	reopen(&t)
	t, err := m.desk.sayNeutral(m.tx, t, m.act.At)
	if err != nil {
		return bot.Rumour{}, err
	}
	if t, err = m.desk.sayHolding(m.tx, m.target, t, m.act.At); err != nil {
		return bot.Rumour{}, err
	}
	if t, err = m.desk.recur(m.tx, t, m.act); err != nil {
		return bot.Rumour{}, err
	}
	return save(m.tx, t)
}

// union is the first list with what the second has beyond it, n at most.
func union[T comparable](a, b []T, n int) []T {
	out := slices.Clone(a)
	for _, x := range b {
		if !slices.Contains(out, x) && len(out) < n {
			out = append(out, x)
		}
	}
	return out
}

// Split moves reports that tell something else to a rumour of their own, which is new. An answer of the first rumour that is
// still queued for one of them is taken back; whoever told the first rumour, too, stays owed that. It returns the new rumour
// and the one it came from.
func (d Desk) Split(
	tx storage.Tx, a people.Act, ref string, s Step, id bot.ID, refs []bot.Ref,
) (made, from bot.Rumour, err error) {
	from, err = d.move(tx, a, ref, Split, s, nil, func(m *moving) error {
		claim, err := plain(m.Claim, "desk.claim_empty")
		if err != nil {
			return err
		}
		newRef, err := tx.TakeRef(refs, bot.RefRumour, id)
		if err != nil {
			return fmt.Errorf("rumour: split: %w", err)
		}
		made = bot.Rumour{
			ID: id, Ref: newRef, Claim: claim, State: bot.RumourNew, CreatedBy: m.by.Name, CreatedAt: a.At, SplitFrom: m.was.ID,
			Restricted: m.was.Restricted, Reports: len(m.moved),
		}
		if kept(m.was) { // parts of it are published no sooner than the whole
			made.WithheldAt, made.HarmNote = max(m.was.WithheldAt, m.was.DecidedAt), m.was.HarmNote
		}
		for _, rep := range m.moved {
			made.Risk = alarmed(made.Risk, rep)
		}
		if made, err = save(tx, made); err != nil {
			return err
		}
		m.reason = string(newRef)
		m.r.Reports -= len(m.moved)
		for _, rep := range m.moved {
			if toldAgain(m.was, rep) {
				m.r.Since = max(0, m.r.Since-1)
			}
		}
		if err := a.Note(tx, m.by, "rumour.created", string(newRef), string(m.was.Ref)); err != nil {
			return err
		}
		for _, rep := range m.moved {
			if err := m.moveOut(rep, id); err != nil {
				return err
			}
			if err := a.Note(tx, m.by, "report.linked", string(rep.Ref), string(newRef)); err != nil {
				return err
			}
		}
		if neutralOf(m.r) == "" || Owes(m.r) == "" {
			return nil
		}
		m.r, err = d.sayNeutral(tx, m.r, a.At) // those who waited for it may have been the ones that left
		return err
	})
	return made, from, err
}

// moveOut takes one report to the new rumour: it tells that one, as the desk says, and not the one before.
func (m *moving) moveOut(rep bot.Report, to bot.ID) error {
	rep, err := m.tx.Report(rep.ID) // another one that moves may have changed it
	if err != nil {
		return fmt.Errorf("rumour: split: %w", err)
	}
	rep.Match = rejected(rep.Match, m.was.ID, m.by.Name, m.act.At)
	rep.Match = matched(rep.Match, bot.Match{Method: bot.MatchDesk, Rumour: to, At: m.act.At, By: m.by.Name})
	_, err = m.takeOut(rep, to)
	return err
}

// oweAgain makes those of a person's reports that stay be answered by a message of their own.
func (m *moving) oweAgain(c bot.ContactKey, answer bot.ID) error {
	after := bot.LinkCursor{Contact: c}
	for {
		links, err := m.tx.Links(m.was.ID, after, fanPortion)
		if err != nil {
			return fmt.Errorf("rumour: split: %w", err)
		}
		for _, l := range links {
			if after = l; l.Contact != c {
				return nil
			}
			rep, err := m.tx.Report(l.Report)
			if err != nil {
				return fmt.Errorf("rumour: split: %w", err)
			}
			if rep.Answer != answer {
				continue
			}
			owe(&rep)
			if err := m.tx.PutReport(rep, rep.Rev); err != nil {
				return fmt.Errorf("rumour: split: %w", err)
			}
			reopen(&m.r)
			if m.r, err = m.desk.sayNeutral(m.tx, m.r, m.act.At); err != nil {
				return err
			}
		}
		if len(links) < fanPortion {
			return nil
		}
	}
}

// Followed is what became of a rumour: itself, or where it was merged, the one that has its reports now.
func Followed(tx storage.Tx, r bot.Rumour) (bot.Rumour, error) {
	for range 100 { // a chain that long nobody makes; a ring cannot be made
		if r.State != bot.RumourMerged {
			return r, nil
		}
		next, err := tx.Rumour(r.MergedInto)
		if err != nil {
			return bot.Rumour{}, fmt.Errorf("rumour: follow: %w", err)
		}
		r = next
	}
	return r, nil
}

// Stands tells whether a message that bears a rumour's answer may still leave: the wording is public, and the answer the one
// that the message was queued with. An answer of a rumour that was merged since may leave, in its own approved words, while
// the other rumour has told its reporter nothing else; so may one that people told again, and that is looked at again for that.
func Stands(tx storage.Tx, r bot.Rumour, o bot.Outbound, rep bot.Report) (bool, error) {
	same := o.Kind != bot.KindAnswer || r.AnswerNo == o.AnswerNo
	if r.State != bot.RumourMerged {
		return (r.Public() || r.Withdrawn() && o.Key == WithdrawnKey || Remains(r, o.CreatedAt)) && same, nil
	}
	now, err := Followed(tx, r)
	if err != nil {
		return false, err
	}
	told := o.Kind != bot.KindAnswer || o.Lane == bot.LaneCorrection || rep.Rumour == now.ID && rep.AnswerNo == now.AnswerNo
	return same && told && now.Public() && now.Verdict == r.Verdict && !r.PublishedAt.IsZero(), nil
}
