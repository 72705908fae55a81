package hotline

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// Retention is how long a site keeps what it need not keep; 0 = for good.
type Retention struct {
	Texts   time.Duration // after the closing of their rumour or report, and from receipt for what is no report
	Numbers time.Duration // after a number was last heard of
}

// Kept is what the last run of the retention found and did.
type Kept struct {
	At       bot.Instant
	Texts    int // erased: texts of people and of the desk
	Requests int // erased: raw requests in quarantine
	Numbers  int // forgotten
	Needed   int // texts as old as that, kept because their rumour or report is open, or was closed lately
}

// retention is when it last ran, and what of it goes on.
type retention struct {
	mu      sync.Mutex
	last    Kept
	run     *keeping // the run that is on; it begins anew after a restart
	renewed bot.Instant

	finished  bot.Instant // when the keys of months were last renewed
	finishing bool        // that goes on
	urgent    bool        // it is to begin again at once: something was erased meanwhile that cannot wait for a day

	work int // in place of keepWork, in tests
}

// keeping is a run of the retention. It goes over many sweeps where much is stored, so that none of them takes long.
type keeping struct {
	Kept
	work     int // that is left to this sweep, in pages
	requests bool
	numbers  bool // what the run has come to: texts first

	text    bot.ID          // the last text looked at
	reports bot.ID          // the last report looked at
	all     bool            // there is no other report to look at
	needed  map[bot.ID]bool // texts behind the last one that are not due
	page    bot.ID          // the last request
	contact bot.ContactKey  // the last contact
}

const (
	// keepEvery is how often the retention runs.
	keepEvery = 24 * time.Hour
	// renewEvery is how often records are sealed again under a new key after somebody was forgotten: all of them are.
	renewEvery = 7 * 24 * time.Hour
	// finishEvery is how often the keys of months are renewed in which something was erased: the whole months are sealed again.
	finishEvery = 24 * time.Hour
	// keepPage is how many rows are read in one go, and keepPortion how many are erased in one commit.
	keepPage    = 200
	keepPortion = 50
	// keepWork is how many pages one sweep reads: half a second on a laptop.
	keepWork = 250
)

// LastKept is what the last run of the retention did; its moment is 0 if there was none since the start.
func (s *Service) LastKept() Kept {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	return s.kept.last
}

// keep erases what is due, once a day, in small portions, and notes what it did. over tells that it has nothing more to do for now.
func (s *Service) keep(ctx context.Context, now bot.Instant) (over bool, err error) {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if s.kept.run == nil {
		if last := s.kept.last.At; !last.IsZero() && now.Sub(last) < keepEvery {
			return true, nil
		}
		s.kept.run = &keeping{Kept: Kept{At: now}, needed: make(map[bot.ID]bool)}
	}
	k := s.kept.run
	if k.work = keepWork; s.kept.work > 0 {
		k.work = s.kept.work
	}
	if over, err = s.keepOn(ctx, k); err == nil && over && s.Site.Retention != (Retention{}) {
		err = s.Store.Update(ctx, func(tx storage.Tx) error {
			return tx.Append(bot.Event{Site: s.Site.ID, At: k.At, Actor: "retention", Via: "sweep", Kind: "retention.run",
				Reason: fmt.Sprintf("texts=%d requests=%d numbers=%d needed=%d", k.Texts, k.Requests, k.Numbers, k.Needed)})
		})
	}
	if err != nil {
		return false, fmt.Errorf("hotline: retention: %w", err)
	}
	if over {
		s.kept.last, s.kept.run = k.Kept, nil
	}
	return over, nil
}

// keepOn takes a run on as far as the sweep's work reaches.
func (s *Service) keepOn(ctx context.Context, k *keeping) (over bool, err error) {
	for _, part := range []struct {
		done *bool
		keep func(context.Context, *keeping) (bool, error)
	}{{&k.requests, s.keepTexts}, {&k.numbers, s.keepRequests}, {&over, s.keepNumbers}} {
		if *part.done {
			continue
		}
		if *part.done, err = part.keep(ctx, k); err != nil || !*part.done {
			return false, err
		}
	}
	return true, nil
}

// spent takes a page off the work, and tells whether none is left.
func (k *keeping) spent() bool {
	k.work--
	return k.work < 0
}

// keepTexts goes through texts and reports side by side: a report has no text older than itself, so that what has to be kept in
// mind of reports is only what they hold of later texts.
func (s *Service) keepTexts(ctx context.Context, k *keeping) (over bool, err error) {
	if s.Site.Retention.Texts <= 0 {
		return true, nil
	}
	before := k.At.Add(-s.Site.Retention.Texts)
	for !k.spent() {
		var ids []bot.ID
		var next bot.ID
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			ids, next, err = tx.TextsBefore(before, k.text, keepPage)
			return err
		})
		for err == nil && len(ids) > 0 && !k.all && bytes.Compare(k.reports[:], ids[len(ids)-1][:]) < 0 {
			k.spent()
			err = s.needTexts(ctx, before, k)
		}
		if err != nil {
			return false, err
		}
		due := make([]bot.ID, 0, len(ids))
		for _, id := range ids {
			if !k.needed[id] {
				due = append(due, id)
			}
		}
		n, err := s.eraseAll(ctx, due, func(tx storage.Tx, id bot.ID) error { return tx.EraseText(id) })
		k.Texts += n
		if err != nil {
			return false, err
		}
		k.Needed += len(ids) - len(due)
		if next.IsZero() {
			return true, nil
		}
		k.text = next
		maps.DeleteFunc(k.needed, func(id bot.ID, _ bool) bool { return bytes.Compare(id[:], next[:]) <= 0 })
	}
	return false, nil
}

// needTexts notes of the next page of reports the texts that are not due.
func (s *Service) needTexts(ctx context.Context, before bot.Instant, k *keeping) error {
	return s.Store.View(ctx, func(tx storage.Tx) error {
		list, err := tx.Reports("", storage.Page{After: k.reports, Limit: keepPage})
		if err != nil {
			return err
		}
		for _, r := range list {
			over, err := rumour.Over(tx, r)
			if err != nil {
				return err
			}
			if over.IsZero() || over > before {
				for _, id := range append(append(r.Texts(), r.Asked...), r.Answer) {
					k.needed[id] = true
				}
			}
		}
		if len(list) > 0 {
			k.reports = list[len(list)-1].ID
		}
		k.all = len(list) < keepPage
		return nil
	})
}

// keepRequests erases raw requests, handled or not.
func (s *Service) keepRequests(ctx context.Context, k *keeping) (over bool, err error) {
	if s.Site.Retention.Texts <= 0 {
		return true, nil
	}
	before := k.At.Add(-s.Site.Retention.Texts)
	for !k.spent() {
		var list []bot.Quarantined
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			list, err = tx.Quarantines(storage.Page{After: k.page, Limit: keepPage})
			return err
		})
		if err != nil {
			return false, err
		}
		var due []bot.ID
		for _, q := range list {
			if q.At <= before && len(q.Query)+len(q.Body) > 0 {
				due = append(due, q.ID)
			}
		}
		n, err := s.eraseAll(ctx, due, func(tx storage.Tx, id bot.ID) error { return tx.EraseQuarantined(id) })
		k.Requests += n
		if err != nil || len(list) < keepPage {
			return err == nil, err
		}
		k.page = list[len(list)-1].ID
	}
	return false, nil
}

// eraseAll erases rows, portion by portion, and tells how many are gone.
func (s *Service) eraseAll(ctx context.Context, ids []bot.ID, erase func(storage.Tx, bot.ID) error) (int, error) {
	n := 0
	for len(ids) > 0 {
		portion := ids[:min(len(ids), keepPortion)]
		ids = ids[len(portion):]
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			for _, id := range portion {
				if err := erase(tx, id); err != nil && !errors.Is(err, storage.ErrNotFound) {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return n, err
		}
		n += len(portion)
	}
	return n, nil
}

func (s *Service) keepNumbers(ctx context.Context, k *keeping) (over bool, err error) {
	if s.Site.Retention.Numbers <= 0 {
		return true, nil
	}
	before := k.At.Add(-s.Site.Retention.Numbers)
	for !k.spent() {
		var list []bot.Contact
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			list, err = tx.Contacts(k.contact, keepPage)
			return err
		})
		if err != nil {
			return false, err
		}
		var due []bot.ContactKey
		for _, c := range list {
			if people.Lapses(c, before) {
				due = append(due, c.Key)
			}
		}
		n, err := s.lapse(ctx, due, before, k.At)
		k.Numbers += n
		if err != nil || len(list) < keepPage {
			return err == nil, err
		}
		k.contact = list[len(list)-1].Key
	}
	return false, nil
}

// lapse forgets numbers, portion by portion, and tells of how many.
func (s *Service) lapse(ctx context.Context, due []bot.ContactKey, before, at bot.Instant) (int, error) {
	all := 0
	for len(due) > 0 {
		portion := due[:min(len(due), keepPortion)]
		due = due[len(portion):]
		n := 0
		err := s.Store.Update(ctx, func(tx storage.Tx) error {
			n = 0
			for _, key := range portion {
				done, err := people.Lapse(tx, key, before, at)
				if err != nil {
					return err
				}
				if done {
					n++
				}
			}
			return nil
		})
		if err != nil {
			return all, err
		}
		all += n
	}
	return all, nil
}

// forgetAndKeep does what erasure and retention ask for. Keys are renewed when there is nothing more to take off for now: what is
// erased later waits for the next time.
func (s *Service) forgetAndKeep(ctx context.Context, now bot.Instant) error {
	over, failed := s.keep(ctx, now)
	f, err := s.Store.ForgetContacts(ctx)
	if err != nil {
		failed = errors.Join(failed, fmt.Errorf("hotline: forget: %w", err))
	}
	over = over && err == nil && !f.More
	return errors.Join(failed, s.finishDaily(ctx, now, over), s.renewRecords(ctx, now, over))
}
