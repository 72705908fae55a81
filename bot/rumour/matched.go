package rumour

import (
	"errors"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// Hint is what was found outside the transaction; inside, the rumour is read again.
type Hint struct {
	Rumour   bot.ID
	AnswerNo int    // of the answer that was found
	Permille int    // how sure the machine was, 0 to 1000
	Weights  string // the version of the weights that judged
}

// MayAsk tells whether people may be asked if a rumour is what they tell: its wording is public and stands.
func MayAsk(r bot.Rumour) bool { return r.Public() && !r.Withdrawn() && !r.Restricted }

// MayAnswer tells whether a machine may give a rumour's answer to who told a report and reads a language: the answer is public,
// nobody has begun to correct it or to take it back, it is allowed (AutoFor, SetAuto), there is an approved text for the reader, and the report
// is neither stale nor about abuse nor perhaps a STOP. What ages fast must have been checked within a day. A published wording
// has no other end of its own: it stands until it is corrected, withdrawn or looked at again.
func (d Desk) MayAnswer(r bot.Rumour, rep bot.Report, reads bot.Lang, at bot.Instant) bool {
	if !MayAsk(r) || r.Auto != bot.AutoAllowed || r.Pending.Verb == string(Correct) || r.Pending.Verb == string(Withdraw) {
		return false
	}
	if rep.Stale || rep.Protect || rep.MaybeStop {
		return false
	}
	if until, ends := AutoUntil(r); ends && at >= until {
		return false
	}
	_, _, ok := d.answerLang(r, reads)
	return ok
}

// Reads is the language in which the sender of a report is answered.
func (d Desk) Reads(c bot.Contact, rep bot.Report) bot.Lang { return d.reads(c, rep) }

// byMachine is the act of nobody, for what a machine does, or what a person says to it.
func (d Desk) byMachine(at bot.Instant) (people.Act, bot.Actor) {
	a := people.Act{At: at, Via: "sweep", Site: d.Site}
	return a, bot.Actor{Name: System, Via: a.Via}
}

// matched is what is known of a match, once more is said: a link to a rumour ends that it was said not to tell it. How sure
// the machine was stays while it is about the same rumour.
func matched(old, m bot.Match) bot.Match {
	if m.Permille == 0 && m.Weights == "" && old.Rumour == m.Rumour {
		m.Permille, m.Weights = old.Permille, old.Weights
	}
	links := m.Method == bot.MatchAuto || m.Method.Confirmed()
	m.Rejected = slices.DeleteFunc(slices.Clone(old.Rejected), func(id bot.ID) bool { return links && id == m.Rumour })
	m.Looked, m.Given = max(old.Looked, m.Looked), max(old.Given, m.Given)
	return m
}

// AnswerAtOnce links a report to the rumour that a machine found, and answers it: with the approved answer under id, which asks
// at its end for another matter, or as a correction where the person may have heard an older answer. Nobody else is owed
// more or less by it than if a desk had linked the report (Link). Where an answer that was queued after the report came in is
// on its way to the person already, that one answers the report, too, and nothing is queued: out.Answer is then not id.
//
// ok is false, and nothing is changed, where the hint does not hold any more or may not be followed: another answer was published
// since, MayAnswer says no, the report is linked, labelled or answered, people said that it tells something else, or there is
// nobody to answer.
func (d Desk) AnswerAtOnce(
	tx storage.Tx, rep bot.Report, h Hint, id bot.ID, at bot.Instant,
) (out bot.Report, ok bool, err error) {
	rep, err = tx.Report(rep.ID)
	if err != nil {
		return bot.Report{}, false, fmt.Errorf("rumour: answer at once: %w", err)
	}
	r, err := tx.Rumour(h.Rumour)
	if errors.Is(err, storage.ErrNotFound) {
		return rep, false, nil
	}
	if err != nil {
		return bot.Report{}, false, fmt.Errorf("rumour: answer at once: %w", err)
	}
	if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || rep.Label != "" || !rep.Answer.IsZero() || r.AnswerNo != h.AnswerNo {
		return rep, false, nil
	}
	if no, err := rejects(tx, rep, r); err != nil || no {
		return rep, false, err
	}
	link := bot.LinkCursor{Contact: rep.Contact, Report: rep.ID}
	o, err := d.owed(tx, r, link, r.AnswerNo)
	if err != nil || o.not != "" && o.not != notTold || !d.MayAnswer(r, rep, o.reads, at) {
		return rep, false, err
	}
	m := bot.Match{Method: bot.MatchAuto, Rumour: r.ID, Permille: h.Permille, At: at, Weights: h.Weights, Looked: at}
	if o.not == "" {
		m.Given = at
	}
	rep.Match = matched(rep.Match, m)
	out, err = d.linkOne(tx, r, linking{report: rep, id: id, key: AutoAnswerKey}, at)
	return out, err == nil, err
}

// linkOne puts one report under a rumour in nobody's name.
func (d Desk) linkOne(tx storage.Tx, r bot.Rumour, l linking, at bot.Instant) (bot.Report, error) {
	a, by := d.byMachine(at)
	was := r
	if err := d.under(tx, a, by, &r, l); err != nil {
		return bot.Report{}, err
	}
	if _, err := d.settled(tx, a, was, r); err != nil {
		return bot.Report{}, err
	}
	rep, err := tx.Report(l.report.ID)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: link: %w", err)
	}
	return rep, nil
}

// rejects tells whether people said that a report does not tell a rumour, or one that was merged into it since.
func rejects(tx storage.Tx, rep bot.Report, r bot.Rumour) (bool, error) {
	for _, id := range rep.Match.Rejected {
		if id == r.ID {
			return true, nil
		}
		other, err := tx.Rumour(id)
		if errors.Is(err, storage.ErrNotFound) {
			continue
		}
		if err == nil {
			other, err = Followed(tx, other)
		}
		if err != nil {
			return false, fmt.Errorf("rumour: rejects: %w", err)
		}
		if other.ID == r.ID {
			return true, nil
		}
	}
	return false, nil
}

// Suggest notes what a report may tell, of which the person, or the desk, is asked. A report that is linked meanwhile, or is
// for the protection focal point, stays as it is; so does one of which people said that it tells something else.
func (d Desk) Suggest(tx storage.Tx, rep bot.Report, h Hint, at bot.Instant) (bot.Report, error) {
	rep, err := tx.Report(rep.ID)
	if err != nil {
		return bot.Report{}, fmt.Errorf("rumour: suggest: %w", err)
	}
	if !rep.Rumour.IsZero() || rep.Protect || rep.State == bot.ReportProtected || slices.Contains(rep.Match.Rejected, h.Rumour) {
		return rep, nil
	}
	rep.Match = matched(rep.Match, bot.Match{
		Method: bot.MatchSuggested, Rumour: h.Rumour, Permille: h.Permille, At: at, Weights: h.Weights, Looked: at,
	})
	return saveReport(tx, rep)
}

// Affirm links a report to the rumour that the person says it tells, or to the one that this was merged into, and answers it
// under id as a desk's link would (Link): out.Answer is id where a message of its own is queued. A report that the desk has
// put under it meanwhile is confirmed and nothing is queued.
//
// ok is false, and nothing is changed, where the report is dealt with otherwise, or the rumour is public no more.
func (d Desk) Affirm(tx storage.Tx, rep bot.Report, rumour, id bot.ID, at bot.Instant) (out bot.Report, ok bool, err error) {
	rep, r, err := heldToTell(tx, rep.ID, rumour)
	if err != nil || r.ID.IsZero() {
		return rep, false, err
	}
	said := matched(rep.Match, bot.Match{Method: bot.MatchPerson, Rumour: r.ID, At: at})
	if rep.Rumour == r.ID {
		if rep.Match.Method == bot.MatchDesk {
			return rep, true, nil
		}
		rep.Match = said
		out, err = saveReport(tx, rep)
		return out, err == nil, err
	}
	if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || !rep.Answer.IsZero() || !MayAsk(r) {
		return rep, false, nil
	}
	rep.Match = said
	out, err = d.linkOne(tx, r, linking{report: rep, id: id, key: AnswerKey}, at)
	return out, err == nil, err
}

// heldToTell is a report and a rumour that it was held to tell, followed where it was merged. The rumour is zero where
// there is none any more, or the report is for the protection focal point alone.
func heldToTell(tx storage.Tx, report, rumour bot.ID) (bot.Report, bot.Rumour, error) {
	rep, err := tx.Report(report)
	if err != nil {
		return bot.Report{}, bot.Rumour{}, fmt.Errorf("rumour: match: %w", err)
	}
	if rep.Protect || rep.State == bot.ReportProtected {
		return rep, bot.Rumour{}, nil
	}
	r, err := tx.Rumour(rumour)
	if errors.Is(err, storage.ErrNotFound) {
		return rep, bot.Rumour{}, nil
	}
	if err == nil {
		r, err = Followed(tx, r)
	}
	if err != nil {
		return bot.Report{}, bot.Rumour{}, fmt.Errorf("rumour: match: %w", err)
	}
	return rep, r, nil
}
