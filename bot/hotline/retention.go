package hotline

import (
	"context"
	"errors"
	"fmt"
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

// retention is when it last ran.
type retention struct {
	mu      sync.Mutex
	last    Kept
	renewed bot.Instant
}

const (
	// keepEvery is how often the retention runs.
	keepEvery = 24 * time.Hour
	// renewEvery is how often records are sealed again under a new key after somebody was forgotten: all of them are.
	renewEvery = 7 * 24 * time.Hour
	// keepPage is how many rows are read in one go, and keepPortion how many are erased in one commit.
	keepPage    = 200
	keepPortion = 50
)

// LastKept is what the last run of the retention did; its moment is 0 if there was none since the start.
func (s *Service) LastKept() Kept {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	return s.kept.last
}

// keep erases what is due, once a day, in small portions, and notes what it did.
func (s *Service) keep(ctx context.Context, now bot.Instant) error {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if last := s.kept.last.At; !last.IsZero() && now.Sub(last) < keepEvery {
		return nil
	}
	k := Kept{At: now}
	err := s.keepTexts(ctx, now, &k)
	if err == nil {
		err = s.keepNumbers(ctx, now, &k)
	}
	if err == nil && s.Site.Retention != (Retention{}) {
		err = s.Store.Update(ctx, func(tx storage.Tx) error {
			return tx.Append(bot.Event{Site: s.Site.ID, At: now, Actor: "retention", Via: "sweep", Kind: "retention.run",
				Reason: fmt.Sprintf("texts=%d requests=%d numbers=%d needed=%d", k.Texts, k.Requests, k.Numbers, k.Needed)})
		})
	}
	if err != nil {
		return fmt.Errorf("hotline: retention: %w", err)
	}
	s.kept.last = k
	return nil
}

// renewRecords makes what was forgotten unreadable in free pages, once a week at most.
func (s *Service) renewRecords(ctx context.Context, now bot.Instant) error {
	s.kept.mu.Lock()
	defer s.kept.mu.Unlock()
	if last := s.kept.renewed; !last.IsZero() && now.Sub(last) < renewEvery {
		return nil
	}
	pending, err := s.Store.RenewRecords(ctx)
	if err != nil {
		return fmt.Errorf("hotline: renew the records: %w", err)
	}
	if !pending {
		s.kept.renewed = now
	}
	return nil
}

func (s *Service) keepTexts(ctx context.Context, now bot.Instant, k *Kept) error {
	if s.Site.Retention.Texts <= 0 {
		return nil
	}
	before := now.Add(-s.Site.Retention.Texts)
	needed, err := s.neededTexts(ctx, before)
	if err != nil {
		return err
	}
	for after := (bot.ID{}); ; {
		var ids []bot.ID
		var next bot.ID
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			ids, next, err = tx.TextsBefore(before, after, keepPage)
			return err
		})
		if err != nil {
			return err
		}
		due := ids[:0]
		for _, id := range ids {
			if needed[id] {
				k.Needed++
			} else {
				due = append(due, id)
			}
		}
		n, err := s.eraseAll(ctx, due, func(tx storage.Tx, id bot.ID) error { return tx.EraseText(id) })
		k.Texts += n
		if err != nil {
			return err
		}
		if next.IsZero() {
			break
		}
		after = next
	}
	return s.keepRequests(ctx, before, k)
}

// neededTexts are the texts received before a moment that are not due: a report has none older than itself.
func (s *Service) neededTexts(ctx context.Context, before bot.Instant) (map[bot.ID]bool, error) {
	needed := make(map[bot.ID]bool)
	for page := (storage.Page{Limit: keepPage}); ; {
		var list []bot.Report
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			if list, err = tx.Reports("", page); err != nil {
				return err
			}
			for _, r := range list {
				over, err := rumour.Over(tx, r)
				if err != nil {
					return err
				}
				if over.IsZero() || over > before {
					for _, id := range append(append(r.Texts(), r.Asked...), r.Answer) {
						needed[id] = true
					}
				}
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(list) < keepPage || bot.At(list[len(list)-1].ID.Time()) > before {
			return needed, nil
		}
		page.After = list[len(list)-1].ID
	}
}

// keepRequests erases raw requests, handled or not.
func (s *Service) keepRequests(ctx context.Context, before bot.Instant, k *Kept) error {
	for page := (storage.Page{Limit: keepPage}); ; {
		var list []bot.Quarantined
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			list, err = tx.Quarantines(page)
			return err
		})
		if err != nil {
			return err
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
			return err
		}
		page.After = list[len(list)-1].ID
	}
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

func (s *Service) keepNumbers(ctx context.Context, now bot.Instant, k *Kept) error {
	if s.Site.Retention.Numbers <= 0 {
		return nil
	}
	before := now.Add(-s.Site.Retention.Numbers)
	for after := (bot.ContactKey{}); ; {
		var list []bot.Contact
		err := s.Store.View(ctx, func(tx storage.Tx) (err error) {
			list, err = tx.Contacts(after, keepPage)
			return err
		})
		if err != nil {
			return err
		}
		var due []bot.ContactKey
		for _, c := range list {
			if people.Lapses(c, before) {
				due = append(due, c.Key)
			}
		}
		if len(due) > 0 {
			n := 0
			err := s.Store.Update(ctx, func(tx storage.Tx) error {
				n = 0
				for _, key := range due {
					done, err := people.Lapse(tx, key, before, now)
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
				return err
			}
			k.Numbers += n
		}
		if len(list) < keepPage {
			return nil
		}
		after = list[len(list)-1].Key
	}
}

// forgetAndKeep does what erasure and retention ask for.
func (s *Service) forgetAndKeep(ctx context.Context, now bot.Instant) error {
	failed := s.keep(ctx, now)
	if _, err := s.Store.ForgetContacts(ctx); err != nil {
		failed = errors.Join(failed, fmt.Errorf("hotline: forget: %w", err))
	}
	if _, err := s.Store.FinishErasures(ctx); err != nil {
		failed = errors.Join(failed, fmt.Errorf("hotline: finish erasures: %w", err))
	}
	return errors.Join(failed, s.renewRecords(ctx, now))
}
