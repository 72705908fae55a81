package hotline

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"time"

	"tinye/bot"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

const (
	// lateWithin is how old a report is at most that is answered late: what was told before may be another matter by now.
	lateWithin = 48 * time.Hour
	// latePage is how many reports are read in one go, lateAtOnce how many are looked up and written in one, and mostLate how many in a
	// sweep: some seconds at the worst.
	latePage   = 200
	lateAtOnce = 50
	mostLate   = 300
	// lateSlack is how long after a publication a look may still have missed it: the index hears of it after the commit.
	lateSlack = 10 * time.Second
	// mostTold is how many rumours a sweep looks at for bursts.
	mostTold = 200
)

// late is how far the late matches have come. Only the sweep uses it.
type lateWalk struct {
	at     bot.Instant // when everything had been looked at that could be
	missed uint64      // looks that had taken too long by then
}

// lateOne is a report that is to be looked at again, and what was found.
type lateOne struct {
	id    bot.ID
	rev   uint64 // as it was looked at
	query match.Query
	found match.Result
	hint  rumour.Hint
	out   bot.ID // of the answer
}

// lateMatches looks at reports again that came before a claim was published which they may tell, or that nobody had time to look at:
// the newest first, and a bounded number of them. What was found is noted with each report, so that a restart answers nobody twice.
func (s *Service) lateMatches(ctx context.Context, now bot.Instant) error {
	m := s.Matcher
	if m == nil || !m.loaded.Load() { // what people told before is part of what a look goes by
		return nil
	}
	if err := m.Flush(ctx); err != nil {
		return fmt.Errorf("hotline: late matches: %w", err)
	}
	newest, missed := bot.Instant(m.newest.Load()), m.counts.late.Load()
	if m.open.Load() == 0 || m.late.at > newest.Add(lateSlack) && m.late.missed == missed {
		return nil
	}
	left, moved, page := mostLate, 0, storage.Page{Limit: latePage, Newest: true}
	for left > 0 {
		portion, last, err := s.lateOnes(ctx, page, newest, now)
		if err != nil {
			return fmt.Errorf("hotline: late matches: %w", err)
		}
		for len(portion) > 0 {
			n := min(len(portion), lateAtOnce)
			again, err := s.matchLate(ctx, portion[:n], now)
			if err != nil {
				return fmt.Errorf("hotline: late matches: %w", err)
			}
			portion, left, moved = portion[n:], left-n, moved+again
		}
		if last.IsZero() {
			if m.late = (lateWalk{at: now, missed: missed}); moved > 0 {
				m.late.at = 0
			}
			return nil
		}
		page.After = last
	}
	return nil
}

// lateOnes are the reports of a page that are to be looked at, and where to go on; zero at the end.
func (s *Service) lateOnes(ctx context.Context, page storage.Page, newest, now bot.Instant) (ones []lateOne, last bot.ID, err error) {
	err = s.Store.View(ctx, func(tx storage.Tx) error {
		ones, last = nil, bot.ID{}
		list, err := tx.Reports(bot.ReportReceived, page)
		if err != nil {
			return err
		}
		for _, rep := range list {
			if rep.ReceivedAt < now.Add(-lateWithin) {
				return nil
			}
			if !rep.Match.Looked.IsZero() && rep.Match.Looked > newest.Add(lateSlack) || !matchesLate(rep) {
				continue
			}
			q, ok, err := s.lateQuery(tx, rep)
			if err != nil {
				return err
			}
			if ok {
				ones = append(ones, lateOne{id: rep.ID, rev: rep.Rev, query: q})
			}
		}
		if len(list) == page.Size() {
			last = list[len(list)-1].ID
		}
		return nil
	})
	return ones, last, err
}

// matchesLate tells whether a report waits for somebody to say what it tells. What was proposed, and nobody replied to, gives way to
// what fits better since.
func matchesLate(rep bot.Report) bool {
	return rep.State == bot.ReportReceived && rep.Rumour.IsZero() && rep.Label == "" && !rep.Stale && !rep.Protect && !rep.MaybeStop &&
		!rep.Contact.IsZero() && (rep.Match.Method == "" || rep.Match.Method == bot.MatchRejected || rep.Match.Method == bot.MatchSuggested)
}

// lateQuery is what a report is compared as; ok is false for a desk account's, for a flood's, and for one without words.
func (s *Service) lateQuery(tx storage.Tx, rep bot.Report) (q match.Query, ok bool, err error) {
	if _, registered, err := people.DeskNumber(tx, rep.Contact); err != nil || registered {
		return match.Query{}, false, err
	}
	day, err := tx.Activity(rep.Contact, rep.ReceivedAt)
	if l := s.Site.Limits; err != nil || l.Day > 0 && day.Texts > l.Day || l.Burst > 0 && len(day.Recent) > l.Burst {
		return match.Query{}, false, err
	}
	text, err := textsOf(tx, rep)
	if err != nil || text == "" {
		return match.Query{}, false, err
	}
	q = match.Query{
		Text: text, Lang: rep.Lang, At: rep.Written(), Place: rep.Place, Not: rep.Match.Rejected, Self: rep.ID, Limit: mostOffered,
	}
	if q.Lang == "" {
		c, err := tx.Contact(rep.Contact)
		if err != nil && !errors.Is(err, storage.ErrNotFound) {
			return match.Query{}, false, err
		}
		q.Lang = c.Lang
	}
	return q, true, nil
}

// matchLate looks reports up and writes down what was found, in one commit; again are how many others have changed meanwhile.
func (s *Service) matchLate(ctx context.Context, ones []lateOne, now bot.Instant) (again int, err error) {
	looked := make([]lateOne, 0, len(ones))
	for _, one := range ones {
		r, ok := s.Matcher.look(ctx, one.query)
		if !ok {
			continue // too slow again: the next sweep tries
		}
		one.found, one.out = r, s.NewID()
		looked = append(looked, one)
	}
	if err := s.hints(ctx, looked); err != nil {
		return 0, err
	}
	answered := 0
	err = s.Store.Update(ctx, func(tx storage.Tx) error {
		answered, again = 0, 0
		for _, one := range looked {
			rep, err := tx.Report(one.id)
			if err != nil {
				return err
			}
			if rep.Rev != one.rev { // more was said, or the desk was quicker
				again++
				continue
			}
			done, err := s.settleLate(tx, rep, one, now)
			if err != nil {
				return err
			}
			if done {
				answered++
			}
		}
		return nil
	})
	if err == nil && answered > 0 {
		s.Matcher.counts.lateFound.Add(uint64(answered))
		s.wake()
	}
	return again, err
}

// hints notes which answers were found: inside the transaction they must be the same.
func (s *Service) hints(ctx context.Context, ones []lateOne) error {
	version := s.Matcher.Index().Version()
	return s.Store.View(ctx, func(tx storage.Tx) error {
		for i := range ones {
			one := &ones[i]
			one.hint = rumour.Hint{}
			if one.found.Outcome == match.Unknown || len(one.found.Hits) == 0 {
				continue
			}
			best := one.found.Hits[0]
			r, err := tx.Rumour(best.Claim)
			if errors.Is(err, storage.ErrNotFound) {
				continue
			}
			if err != nil {
				return err
			}
			one.hint = rumour.Hint{Rumour: r.ID, AnswerNo: r.AnswerNo, Permille: int(math.Round(best.Confidence * 1000)), Weights: version}
		}
		return nil
	})
}

// settleLate answers a report late, or notes what it may tell, or that somebody looked.
func (s *Service) settleLate(tx storage.Tx, rep bot.Report, one lateOne, now bot.Instant) (answered bool, err error) {
	if !one.hint.Rumour.IsZero() {
		if one.found.Outcome == match.Certain {
			out, ok, err := s.Desk.AnswerAtOnce(tx, rep, one.hint, one.out, now)
			if err != nil {
				return false, err
			}
			if ok {
				return true, s.answeredLate(tx, out, now)
			}
		}
		if rep, err = s.Desk.Suggest(tx, rep, one.hint, now); err != nil || rep.Rev != one.rev {
			return false, err
		}
	}
	rep.Match.Looked = now
	return false, tx.PutReport(rep, rep.Rev)
}

// noteBursts raises the spread of rumours that many numbers told within an hour, once for each sweep at the most.
func (s *Service) noteBursts(ctx context.Context, now bot.Instant) error {
	var failed error
	for claim, r := range s.Matcher.takeTold() {
		numbers := s.Matcher.Index().Copies(r.Text, r.At)
		if numbers < bot.BurstNumbers {
			continue
		}
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			_, err := s.Desk.NoteBurst(tx, claim, numbers, now)
			return err
		})
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("hotline: note a burst: %w", err))
		}
	}
	return failed
}

// noteTold keeps the last telling of each rumour that was told just now, for noteBursts. The caller holds m.applying.
func (m *Matcher) noteTold(r match.Report) {
	if _, known := m.tellings[r.Claim]; r.Claim.IsZero() || !known && len(m.tellings) >= mostTold {
		return
	}
	if was, known := m.tellings[r.Claim]; !known || was.At <= r.At {
		m.tellings[r.Claim] = r
	}
}

func (m *Matcher) takeTold() map[bot.ID]match.Report {
	if m == nil {
		return nil
	}
	m.applying.Lock()
	defer m.applying.Unlock()
	told := maps.Clone(m.tellings)
	clear(m.tellings)
	return told
}
