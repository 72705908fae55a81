package hotline

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

const (
	// matchOpen is how long the questions that follow a match are open (dialogues §2).
	matchOpen = 24 * time.Hour
	// moreOpen is how long the next text belongs to a report that was asked for more: a text of another day is another matter.
	moreOpen = 24 * time.Hour
	// mostOffered is how many checked answers are offered on a screen.
	mostOffered = 3
)

// found is what the index made of a text before the transaction. It is a hint: inside, rumour and report are read again.
type found struct {
	at      bot.Instant // when the text was compared; 0 = it was not, or not in time
	outcome match.Outcome
	few     bool          // too few words to tell anything
	hints   []rumour.Hint // the best first; none for Unknown
	apart   bool          // the best differs in something that nobody is asked about: it is for the desk alone
	with    bot.ID        // the report whose texts were read before this one; zero = none
}

// best is what the text most likely tells; ok is false where nothing is likely.
func (f found) best() (h rumour.Hint, ok bool) {
	if len(f.hints) == 0 {
		return rumour.Hint{}, false
	}
	return f.hints[0], true
}

// about tells whether the text was compared as the whole of a report.
func (f found) about(rep bot.Report) bool {
	if !f.with.IsZero() {
		return f.with == rep.ID
	}
	return len(rep.Joined) == 0
}

// lookUp compares a text with what was checked. Where there is no index, or it takes too long, nothing is known: the sweep looks
// again.
func (s *Service) lookUp(ctx context.Context, q match.Query) (found, error) {
	if s.Matcher == nil || strings.TrimSpace(q.Text) == "" {
		return found{}, nil
	}
	q.Limit = mostOffered
	r := s.Matcher.Look(ctx, q)
	f := found{outcome: r.Outcome, few: r.Few}
	if (r.Words > 0 || len(r.Hits) > 0) && s.Matcher.loaded.Load() { // else the sweep looks again
		f.at = s.now()
	}
	if r.Outcome != match.Certain && r.Outcome != match.Likely {
		return f, nil
	}
	version := s.Matcher.Index().Version()
	err := s.Store.View(ctx, func(tx storage.Tx) error {
		f.hints, f.apart = f.hints[:0], false
		for i, hit := range r.Hits {
			apart := differs(hit)
			if i > 0 && (apart || r.Hits[0].Score-hit.Score > closeBehind) {
				continue // far less likely, or nothing to ask about
			}
			f.apart = f.apart || apart
			about, err := tx.Rumour(hit.Claim)
			if errors.Is(err, storage.ErrNotFound) {
				if i == 0 { // the others say nothing by themselves
					return nil
				}
				continue
			}
			if err != nil {
				return err
			}
			f.hints = append(f.hints, rumour.Hint{
				Rumour: about.ID, AnswerNo: about.AnswerNo, Permille: int(math.Round(hit.Confidence * 1000)), Weights: version,
			})
		}
		return nil
	})
	if err != nil {
		return found{}, fmt.Errorf("hotline: match: %w", err)
	}
	return f, nil
}

// closeBehind is how far behind the first hit another is at most that is shown beside it. Scores are log odds: it is a twentieth as
// likely then.
const closeBehind = 3

// differs tells whether a hit is of another place, number or person, or of the opposite, or denied by so many people that it is not
// meant. Nobody is asked about it: who has not heard of it is not to read of it, and a yes would be to something else.
func differs(h match.Hit) bool {
	if h.Denied {
		return true
	}
	for _, v := range h.Vetoes {
		switch v {
		case match.VetoPlace, match.VetoNumber, match.VetoName, match.VetoOpposite:
			return true
		}
	}
	return false
}

// asks are the checked answers that somebody may be asked about, the best first.
func (f found) asks() []rumour.Hint {
	if f.apart && len(f.hints) > 0 {
		return f.hints[1:]
	}
	return f.hints
}

// mayTell tells whether a text may become a report, or part of one, as far as its words show it.
func (m message) mayTell() bool {
	says := m.says
	return m.number.Answerable() && says.word == wordNone && says.match == matchNothing && !says.isRef && !says.chat && !says.bare
}

// query is what a text by SMS is compared as: with the texts of the report that it will join, if there is one. ok is false for one
// that nothing is to be looked up for, such as words for the protection focal point.
func (s *Service) query(tx storage.Tx, m message) (q match.Query, with bot.ID, ok bool, err error) {
	at := m.in.ReceivedAt
	q = match.Query{Text: string(m.in.Text), Lang: m.lang, At: m.in.Written()}
	c, err := tx.Contact(m.contact)
	if errors.Is(err, storage.ErrNotFound) {
		return q, bot.ID{}, true, nil
	}
	if err != nil {
		return match.Query{}, bot.ID{}, false, err
	}
	if q.Lang == "" {
		q.Lang = c.Lang
	}
	if draft, drafted := people.Drafted(c, at); drafted {
		q.Place = draft.Place
		return q, bot.ID{}, !draft.Protect, nil
	}
	if m.says.another && (people.QuestionOf(c, bot.QuestionMatch, at) != nil || people.QuestionOf(c, bot.QuestionOther, at) != nil) {
		_, q.Text, _ = strings.Cut(q.Text, "0")
		return q, bot.ID{}, true, nil
	}
	id, joins, err := s.joining(tx, m, c)
	if err != nil || !joins {
		return q, bot.ID{}, err == nil, err
	}
	rep, err := tx.Report(id)
	if errors.Is(err, storage.ErrNotFound) {
		return q, bot.ID{}, true, nil
	}
	if err != nil {
		return match.Query{}, bot.ID{}, false, err
	}
	if rep.Protect || rep.State == bot.ReportProtected {
		return match.Query{}, bot.ID{}, false, nil
	}
	if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || rep.Contact != c.Key {
		return q, bot.ID{}, true, nil
	}
	before, err := textsOf(tx, rep)
	if err != nil {
		return match.Query{}, bot.ID{}, false, err
	}
	q.Text = before + "\n" + q.Text
	q.Place, q.Self, q.Not = rep.Place, rep.ID, rep.Match.Rejected
	return q, rep.ID, true, nil
}

// joining is the report that a text will probably join: it is known for certain only in the transaction.
func (s *Service) joining(tx storage.Tx, m message, c bot.Contact) (bot.ID, bool, error) {
	if q := people.QuestionOf(c, bot.QuestionMore, m.in.ReceivedAt); q != nil {
		return q.Report, true, nil
	}
	if s.Site.Limits.Join <= 0 || m.alarm.code != "" {
		return bot.ID{}, false, nil
	}
	today, err := tx.Activity(m.contact, m.in.ReceivedAt)
	if err != nil {
		return bot.ID{}, false, err
	}
	yesterday, err := tx.Activity(m.contact, m.in.ReceivedAt.Add(-oneDay))
	if err != nil {
		return bot.ID{}, false, err
	}
	id, joins := s.Site.Limits.Joins(today, yesterday, c, m.in.Written())
	return id, joins && !people.AskedAbout(c, id, m.in.ReceivedAt), nil
}

// textsOf are the texts of a report, the oldest first, without those that are erased.
func textsOf(tx storage.Tx, rep bot.Report) (string, error) {
	var texts []string
	for _, id := range rep.Texts() {
		in, err := tx.Inbound(id)
		if errors.Is(err, storage.ErrNotFound) || errors.Is(err, storage.ErrErased) {
			continue
		}
		if err != nil {
			return "", err
		}
		texts = append(texts, string(in.Text))
	}
	return strings.Join(texts, "\n"), nil
}
