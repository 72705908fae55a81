package admin

import (
	"context"
	"strings"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/rumour"
	"tinye/storage"
)

// What resembles something is looked for outside a transaction; who may see what was found is decided in one.

// wide is how many neighbours are looked for: some may not be shown to everybody.
const wide = 4 * mostNear

// neighbours are what the index knows near to a text; nothing where nothing is matched here.
func neighbours(h *hotline.Service, q match.Query) []match.Near {
	x := index(h)
	if x == nil || strings.TrimSpace(q.Text) == "" {
		return nil
	}
	q.Limit = wide
	return x.Neighbours(q)
}

func (s *Server) nearReport(ctx context.Context, h *hotline.Service, q NearReport) (Nearest, error) {
	act := s.act(h, q.By)
	var looked match.Query
	var ref bot.Ref
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		r, err := rumour.FindReport(tx, q.Ref)
		if err != nil {
			return err
		}
		if _, err := sees.look(tx, act, r); err != nil {
			return err
		}
		if ref = r.Ref; kept(r) { // nothing is compared with what is about abuse
			return bot.Fault(bot.CodeForbidden, "desk.report_protected", "ref", string(ref))
		}
		looked, err = s.telling(h, tx, r)
		return err
	})
	if err != nil {
		return Nearest{}, err
	}
	list := neighbours(h, looked)
	var found Nearest
	err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		found, err = s.near(h, tx, act, list, nearLimit(q.Limit), bot.ID{}, true)
		return err
	})
	found.Ref = ref
	return found, err
}

// nearShown are the rumours nearest to a report of which nothing else is known; the account has just been shown it.
func (s *Server) nearShown(ctx context.Context, h *hotline.Service, by By, report bot.ID) ([]NearClaim, error) {
	act := s.act(h, by)
	var looked match.Query
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		r, err := tx.Report(report)
		if err != nil || kept(r) || r.State != bot.ReportReceived || r.Match.Method != "" {
			return err
		}
		looked, err = s.telling(h, tx, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	list := neighbours(h, looked)
	if len(list) == 0 {
		return nil, nil
	}
	var found Nearest
	err = h.Store.View(ctx, func(tx storage.Tx) (err error) {
		found, err = s.near(h, tx, act, list, shownNear, bot.ID{}, false)
		return err
	})
	return found.Rumours, err
}

func (s *Server) nearRumour(ctx context.Context, h *hotline.Service, q NearRumour) (Nearest, error) {
	act := s.act(h, q.By)
	var about bot.Rumour
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		if about, err = rumour.Find(tx, q.Rumour); err != nil {
			return err
		}
		return mayRead(tx, act, about)
	})
	if err != nil {
		return Nearest{}, err
	}
	list := neighbours(h, match.Query{Text: string(about.Claim), Not: []bot.ID{about.ID}})
	var found Nearest
	err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		found, err = s.near(h, tx, act, list, nearLimit(q.Limit), about.ID, true)
		return err
	})
	found.Ref = about.Ref
	for i, r := range found.Rumours {
		found.Rumours[i].Same = r.Same && !otherVerdict(about.Verdict, r.Verdict)
	}
	return found, err
}

// otherVerdict tells whether two rumours were both judged, and not alike.
func otherVerdict(a, b bot.Verdict) bool { return a != "" && b != "" && a != b }

// searched are what the desk finds by words: first what people would find, then whatever else resembles them.
func (s *Server) searched(ctx context.Context, h *hotline.Service, by By, words string, limit int, texts bool) (Nearest, error) {
	act := s.act(h, by)
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, readers()...)
		return err
	})
	if err != nil {
		return Nearest{}, err
	}
	if strings.TrimSpace(words) == "" {
		return Nearest{}, bot.Fault(bot.CodeInvalid, "desk.no_words")
	}
	var list []match.Near
	if x := index(h); x != nil {
		for _, id := range x.Search(words, wide) {
			list = append(list, match.Near{Claim: id})
		}
	}
	list = append(list, neighbours(h, match.Query{Text: words})...)
	var found Nearest
	err = h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		found, err = s.near(h, tx, act, list, nearLimit(limit), bot.ID{}, texts)
		return err
	})
	return found, err
}

func (s *Server) searchRumours(ctx context.Context, h *hotline.Service, q SearchRumours) (Nearest, error) {
	return s.searched(ctx, h, q.By, q.Words, q.Limit, false)
}

func (s *Server) searchReports(ctx context.Context, h *hotline.Service, q SearchReports) (Nearest, error) {
	found, err := s.searched(ctx, h, q.By, q.Words, q.Limit, true)
	found.Rumours = nil
	return found, err
}

// index is what the site matches with, nil where it does not.
func index(h *hotline.Service) *match.Index { return h.Matcher.Index() }
