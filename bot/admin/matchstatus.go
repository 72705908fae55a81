package admin

import (
	"context"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/storage"
)

type (
	// MatchStatus asks what the machine knows and how well it did.
	MatchStatus struct {
		By
		Days int `json:"days,omitempty"` // reports of so many days are counted; 0 = usualMatchDays
	}
	// Matching is that. The figures are those of indicator C6 (domain §7).
	Matching struct {
		On       bool        `json:"on"` // this site matches
		Claims   int         `json:"claims"`
		Reports  int         `json:"reports"`
		Variants int         `json:"variants"` // ways of telling a claim, learned from reports
		Langs    []MatchLang `json:"langs"`
		Figures  MatchCount  `json:"figures"`
	}
	// MatchLang is what is known of a language.
	MatchLang struct {
		Lang      bot.Lang `json:"lang"`
		Learned   bool     `json:"learned,omitempty"` // its weights were learned: it is answered at once
		Confirmed int      `json:"confirmed"`         // matches that people confirmed
		Needed    int      `json:"needed,omitempty"`  // of these, before it is answered at once; 0 = learned
	}
	// MatchCount counts the reports of a period. Of a report, what was said last counts.
	MatchCount struct {
		Days      int  `json:"days"`
		Reports   int  `json:"reports"`        // without those about abuse and spam
		More      bool `json:"more,omitempty"` // only the newest were counted
		Given     int  `json:"given"`          // answered at once
		Waiting   int  `json:"waiting"`        // linked at once, and nobody has said that it is so
		TakenBack int  `json:"taken_back"`     // answered at once, and people said that it was another matter
		Suggested int  `json:"suggested"`      // asked about, or shown to the desk, and open
		Confirmed int  `json:"confirmed"`      // people said that what the machine found is so
		Rejected  int  `json:"rejected"`       // people said that it is not
	}
)

const (
	usualMatchDays = 30
	mostMatchDays  = 366
	// late is how much older than its neighbours in the list a report may be: what was in quarantine was received before.
	late = 7 * 24 * time.Hour
)

// Known is what the index knows, for the status.
type Known struct {
	Claims   int         `json:"claims"`
	Reports  int         `json:"reports"`
	Variants int         `json:"variants"`
	Langs    []MatchLang `json:"langs"`
	Loading  bool        `json:"loading,omitempty"` // the reports are still being read after the start
	Waiting  int         `json:"waiting,omitempty"` // rows that the index has not heard of yet
}

// knownBy is nil at a site that does not match.
func knownBy(h *hotline.Service) *Known {
	if h.Matcher == nil {
		return nil
	}
	stats := h.Matcher.Stats()
	k := &Known{
		Claims: stats.Claims, Reports: stats.Reports, Variants: stats.Variants, Langs: []MatchLang{},
		Loading: !stats.Loaded, Waiting: stats.Pending,
	}
	for _, l := range h.Site.Langs {
		row := MatchLang{Lang: l, Learned: slices.Contains(stats.Learned, l), Confirmed: stats.Confirmed[l]}
		if !row.Learned {
			row.Needed = match.EnoughConfirmed
		}
		k.Langs = append(k.Langs, row)
	}
	return k
}

func (s *Server) matchStatus(ctx context.Context, h *hotline.Service, q MatchStatus) (Matching, error) {
	act := s.act(h, q.By)
	if err := s.may(ctx, h, act, append(readers(), bot.RoleAdmin)); err != nil {
		return Matching{}, err
	}
	if q.Days <= 0 {
		q.Days = usualMatchDays
	}
	shown := Matching{Langs: []MatchLang{}}
	shown.Figures.Days = min(q.Days, mostMatchDays)
	if k := knownBy(h); k != nil {
		shown.On, shown.Claims, shown.Reports, shown.Variants, shown.Langs = true, k.Claims, k.Reports, k.Variants, k.Langs
	}
	return shown, shown.Figures.count(ctx, h.Store, act.At.Add(-time.Duration(shown.Figures.Days)*24*time.Hour))
}

// count counts the reports since a moment, the newest first, at most mostLooked of them. Each page is a View of its own.
func (c *MatchCount) count(ctx context.Context, store storage.Store, since bot.Instant) error {
	page := storage.Page{Limit: eventPage, Newest: true}
	for looked := 0; ; looked += page.Limit {
		if c.More = looked >= mostLooked; c.More {
			return nil
		}
		over := false
		err := store.View(ctx, func(tx storage.Tx) error {
			list, err := tx.Reports("", page)
			if err != nil {
				return err
			}
			for _, r := range list {
				page.After = r.ID
				if over = r.ReceivedAt < since.Add(-late); over {
					return nil
				}
				if r.ReceivedAt >= since {
					c.add(r)
				}
			}
			over = len(list) < page.Limit
			return nil
		})
		if err != nil || over {
			return err
		}
	}
}

// add counts a report. What people found by themselves is no match of the machine's: it was not sure of anything there.
func (c *MatchCount) add(r bot.Report) {
	if kept(r) || r.State == bot.ReportSpam {
		return
	}
	c.Reports++
	m := r.Match
	if !m.Given.IsZero() {
		c.Given++
		if m.Method == bot.MatchRejected {
			c.TakenBack++
		}
	}
	if m.Permille == 0 {
		return
	}
	switch m.Method {
	case bot.MatchAuto:
		c.Waiting++
	case bot.MatchSuggested:
		c.Suggested++
	case bot.MatchPerson, bot.MatchDesk:
		c.Confirmed++
	case bot.MatchRejected:
		c.Rejected++
	}
}
