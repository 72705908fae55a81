package hotline

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/panicked"
	"tinye/storage"
)

// loadPage is how many rows are read in one go while the index is built.
const loadPage = 500

// Load reads the claims, before messages are taken; the reports follow by Run.
func (m *Matcher) Load(ctx context.Context) error {
	if m == nil {
		return nil
	}
	if err := m.loadClaims(ctx); err != nil {
		return fmt.Errorf("hotline: read the claims: %w", err)
	}
	m.readOnce.Do(func() { close(m.claimsRead) })
	if !m.options.AtOnce {
		return nil
	}
	return m.loadReports(ctx)
}

// loadClaims puts all rumours and bulletins into the index. What is touched meanwhile is read again after it.
func (m *Matcher) loadClaims(ctx context.Context) error {
	err := m.pages(ctx, func(tx storage.Tx, after bot.ID) (claims []claimRead, last bot.ID, n int, err error) {
		list, err := tx.Rumours("", storage.Page{After: after, Limit: loadPage})
		for _, r := range list {
			claims, last = append(claims, claimOf(r)), r.ID
		}
		return claims, last, len(list), err
	})
	if err != nil {
		return err
	}
	return m.pages(ctx, func(tx storage.Tx, after bot.ID) (claims []claimRead, last bot.ID, n int, err error) {
		list, err := tx.Bulletins("", storage.Page{After: after, Limit: loadPage})
		for _, b := range list {
			claims, last = append(claims, bulletinClaim(b)), b.ID
		}
		return claims, last, len(list), err
	})
}

// pages reads claims page by page.
func (m *Matcher) pages(ctx context.Context, page func(tx storage.Tx, after bot.ID) ([]claimRead, bot.ID, int, error)) error {
	var after bot.ID
	for {
		n, err := func() (n int, err error) {
			m.applying.Lock()
			defer m.applying.Unlock()
			var claims []claimRead
			var last bot.ID
			err = m.store.View(ctx, func(tx storage.Tx) error {
				claims, last, n, err = page(tx, after)
				return err
			})
			if err == nil {
				m.putClaims(claims)
				after = last
			}
			return n, err
		}()
		if err != nil || n < loadPage {
			return err
		}
	}
}

// loadReports puts the reports into the index, the newest first, once.
func (m *Matcher) loadReports(ctx context.Context) error {
	if m.loaded.Load() {
		return nil
	}
	if err := m.readReports(ctx); err != nil {
		return fmt.Errorf("hotline: read the reports: %w", err)
	}
	m.loaded.Store(true)
	return nil
}

func (m *Matcher) readReports(ctx context.Context) error {
	var after bot.ID
	for over := false; !over; {
		var err error
		if over, err = m.someReports(ctx, &after); err != nil {
			return err
		}
	}
	return nil
}

// loadPages is how many pages of reports are read before what commits touched has its turn: a fraction of a second.
const loadPages = 8

// someReports puts some pages of reports into the index; the next one is read while one is taken apart. Nothing that commits touch
// is applied meanwhile: a page never brings back what was before it.
func (m *Matcher) someReports(ctx context.Context, after *bot.ID) (over bool, err error) {
	m.applying.Lock()
	defer m.applying.Unlock()
	pages, read, loose := make(chan []reportRead, 1), make(chan error, 1), len(m.loose)
	go func() {
		defer close(pages)
		read <- func() (err error) {
			defer panicked.Catch(&err)
			for n := 0; n < loadPages && !over; n++ {
				page, err := m.reportPage(ctx, after, &loose)
				if err != nil {
					return err
				}
				over = after.IsZero()
				pages <- page
			}
			return nil
		}()
	}()
	for page := range pages {
		m.putReports(page)
	}
	return over, <-read
}

// reportPage reads a page of reports and where to go on; zero at the end. loose counts those that are linked to nothing.
func (m *Matcher) reportPage(ctx context.Context, after *bot.ID, loose *int) (reports []reportRead, err error) {
	var last bot.ID
	known := *loose
	err = m.store.View(ctx, func(tx storage.Tx) error {
		reports, last, known = nil, bot.ID{}, *loose
		list, err := tx.Reports("", storage.Page{After: *after, Limit: loadPage, Newest: true})
		if err != nil {
			return err
		}
		for _, r := range list {
			if r.Rumour.IsZero() && known >= mostLoose {
				continue
			}
			read, err := m.reportOf(tx, r)
			if err != nil {
				return err
			}
			if !read.in {
				continue
			}
			reports = append(reports, read)
			if r.Rumour.IsZero() {
				known++
			}
		}
		if len(list) == loadPage {
			last = list[loadPage-1].ID
		}
		return nil
	})
	*after, *loose = last, known
	return reports, err
}

// finished notes that the keys of what was erased are gone: an index that knew it is built anew.
func (m *Matcher) finished() {
	m.applying.Lock()
	m.rebuild = m.rebuild || m.erased
	rebuild := m.rebuild
	m.applying.Unlock()
	if !rebuild {
		return
	}
	if m.options.AtOnce {
		_ = m.renew(context.Background())
		return
	}
	m.wake()
}

// renew builds the index anew, if something was erased: what came of its words goes with the old one, which answers meanwhile.
func (m *Matcher) renew(ctx context.Context) error {
	m.applying.Lock()
	if !m.rebuild {
		m.applying.Unlock()
		return nil
	}
	next, err := m.options.index()
	if err == nil {
		m.next, m.erased = next, false
		clear(m.loose)
		clear(m.joined)
	}
	m.applying.Unlock()
	if err == nil {
		if err = m.loadClaims(ctx); err == nil {
			err = m.readReports(ctx)
		}
	}
	m.applying.Lock()
	defer m.applying.Unlock()
	if err != nil {
		m.next, m.erased = nil, true
		return fmt.Errorf("hotline: build the index anew: %w", err)
	}
	m.live.Store(m.next)
	m.next, m.rebuild = nil, false
	m.generation.Add(1)
	m.results.forget()
	return nil
}

// Again has the index built anew by Run, since the places that words name are others now.
func (m *Matcher) Again() {
	if m == nil {
		return
	}
	select {
	case <-m.claimsRead:
	default:
		return // it is still to be built
	}
	m.applying.Lock()
	m.erased = true
	m.applying.Unlock()
	m.finished()
}
