package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// ListLooks asks who looked at raw words or numbers in a month of the site's calendar.
	ListLooks struct {
		By
		Month string `json:"month,omitempty"` // such as 2026-11; "" = the present one
	}
	// ReviewLooks notes that somebody who looked at nothing has gone through the looks of a month that is over.
	ReviewLooks struct {
		By
		Month string `json:"month"`
	}
	// Looks are the looks of a month, by who looked.
	Looks struct {
		Month      string      `json:"month"`
		Over       bool        `json:"over"` // no further looks can come: it can be reviewed
		People     []Looker    `json:"people"`
		ReviewedBy string      `json:"reviewed_by,omitempty"`
		ReviewedAt bot.Instant `json:"reviewed_at,omitzero"`
	}
	// Looker is somebody who looked, and how often. Of looks at protected reports, and at those of a restricted rumour of
	// which the reader need not know, there is the number alone.
	Looker struct {
		Name       string `json:"name"`
		Words      int    `json:"words"`   // as they were sent
		Numbers    int    `json:"numbers"` // of people and of sources
		Protected  int    `json:"protected,omitempty"`
		Restricted int    `json:"restricted,omitempty"`
		Looks      []Look `json:"looks"`          // the oldest first
		More       bool   `json:"more,omitempty"` // there are later ones
	}
	// Look is one look.
	Look struct {
		At     bot.Instant `json:"at"`
		Role   bot.Role    `json:"role"`
		Kind   string      `json:"kind"` // of its event
		Key    string      `json:"key"`  // what was looked at
		Reason string      `json:"reason,omitempty"`
	}
	// LooksStatus says that last month's looks wait for somebody to go through them.
	LooksStatus struct {
		Month string `json:"month"`
		Looks int    `json:"looks"`
	}
)

const (
	// looksRead and looksReviewed are the kinds of the events that somebody read the looks of a month, and had gone through
	// them.
	looksRead     = "looks.read"
	looksReviewed = "looks.reviewed"
	monthLayout   = "2006-01"
)

// looksPaths are the endpoints of this file.
func (s *Server) looksPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/looks/list":   open(s, s.listLooks),
		"/looks/review": open(s, s.reviewLooks),
	}
}

// looked tells whether an event is a look at raw words, or at a number.
func looked(e bot.Event) (words, numbers bool) {
	switch e.Kind {
	case rawShown:
		return true, false
	case "quarantine.read":
		return e.Role == bot.RoleCoordinator, false // others see it without its words
	case "report.number_read", "person.shown", "source.read":
		return false, true
	}
	return false, false
}

// month is the month of the site's calendar in which something was.
func (s *Server) month(h *hotline.Service, at bot.Instant) string {
	zone := h.Site.Zone
	if zone == nil {
		zone = time.UTC
	}
	return at.Time().In(zone).Format(monthLayout)
}

// looksIn gathers the looks of a month as an account may see them; past are those who looked.
func (s *Server) looksIn(ctx context.Context, h *hotline.Service, act people.Act, month string) (Looks, error) {
	if _, err := time.Parse(monthLayout, month); err != nil {
		return Looks{}, bot.Fault(bot.CodeInvalid, "desk.bad_month", "month", month)
	}
	shown := Looks{Month: month, Over: month < s.month(h, act.At), People: []Looker{}}
	var w witness
	err := eachEvent(ctx, h.Store, func(tx storage.Tx, e bot.Event) error {
		if e.Kind == looksReviewed && e.Key == month {
			shown.ReviewedBy, shown.ReviewedAt = e.Actor, e.At
		}
		words, numbers := looked(e)
		if !words && !numbers || s.month(h, e.At) != month {
			return nil
		}
		if w.tx != tx { // another page, another view
			var err error
			if w, err = witnessOf(tx, act); err != nil {
				return err
			}
			w.focal = false // what is protected is counted, whoever asks
		}
		why, err := w.hides(e)
		if err != nil {
			return err
		}
		shown.add(e, words, why)
		return nil
	})
	slices.SortFunc(shown.People, func(a, b Looker) int { return strings.Compare(a.Name, b.Name) })
	return shown, err
}

// add adds a look.
func (l *Looks) add(e bot.Event, words bool, why hidden) {
	i := slices.IndexFunc(l.People, func(p Looker) bool { return p.Name == e.Actor })
	if i < 0 {
		i = len(l.People)
		l.People = append(l.People, Looker{Name: e.Actor, Looks: []Look{}})
	}
	p := &l.People[i]
	if words {
		p.Words++
	} else {
		p.Numbers++
	}
	switch {
	case why == hiddenProtected:
		p.Protected++
	case why == hiddenRestricted:
		p.Restricted++
	case len(p.Looks) == MostRows:
		p.More = true
	default:
		p.Looks = append(p.Looks, Look{At: e.At, Role: e.Role, Kind: e.Kind, Key: e.Key, Reason: e.Reason})
	}
}

func (s *Server) listLooks(ctx context.Context, h *hotline.Service, q ListLooks) (Looks, error) {
	act := s.act(h, q.By)
	var by bot.Actor
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		by, err = act.Actor(tx, bot.RoleCoordinator, bot.RoleAdmin)
		return err
	})
	if err != nil {
		return Looks{}, err
	}
	month := strings.TrimSpace(q.Month)
	if month == "" {
		month = s.month(h, act.At)
	}
	shown, err := s.looksIn(ctx, h, act, month)
	if err != nil {
		return Looks{}, err
	}
	if by.Role != bot.RoleCoordinator { // a reason is in free words
		for i := range shown.People {
			for j := range shown.People[i].Looks {
				shown.People[i].Looks[j].Reason = ""
			}
		}
	}
	return shown, h.Store.Update(ctx, func(tx storage.Tx) error { return act.Note(tx, by, looksRead, month, "") })
}

func (s *Server) reviewLooks(ctx context.Context, h *hotline.Service, q ReviewLooks) (Looks, error) {
	act, month := s.act(h, q.By), strings.TrimSpace(q.Month)
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, bot.RoleCoordinator)
		return err
	})
	if err != nil {
		return Looks{}, err
	}
	shown, err := s.looksIn(ctx, h, act, month)
	switch {
	case err != nil:
		return Looks{}, err
	case !shown.Over:
		return Looks{}, bot.Fault(bot.CodeRefused, "desk.looks_not_over", "month", month)
	case shown.ReviewedBy != "":
		return Looks{}, bot.Fault(bot.CodeRefused, "desk.looks_reviewed", "month", month, "name", shown.ReviewedBy)
	case slices.ContainsFunc(shown.People, func(p Looker) bool { return p.Name == act.As }):
		return Looks{}, bot.Fault(bot.CodeRefused, "desk.looks_own", "month", month, "name", act.As)
	}
	shown.ReviewedBy, shown.ReviewedAt = act.As, act.At
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		by, err := act.Actor(tx, bot.RoleCoordinator)
		if err != nil {
			return err
		}
		return act.Note(tx, by, looksReviewed, month, "")
	})
	return shown, err
}

// looksSeen counts looks by month, for the status: each event is read once. Its zero value is ready.
type looksSeen struct {
	mu       sync.Mutex
	store    storage.Store
	seq      uint64
	looks    map[string]int
	reviewed map[string]bool
}

// unreviewed tells that last month's looks wait; nil if there were none, or somebody has gone through them.
func (s *Server) unreviewed(ctx context.Context, h *hotline.Service) (*LooksStatus, error) {
	l := &s.looks
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.store != h.Store {
		l.store, l.seq, l.looks, l.reviewed = h.Store, 0, make(map[string]int), make(map[string]bool)
	}
	err := eachEventAfter(ctx, h.Store, l.seq, func(_ storage.Tx, e bot.Event) error {
		l.seq = e.Seq
		if e.Kind == looksReviewed {
			l.reviewed[e.Key] = true
		}
		if words, numbers := looked(e); words || numbers {
			l.looks[s.month(h, e.At)]++
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("admin: looks: %w", err)
	}
	this, err := time.Parse(monthLayout, s.month(h, bot.At(s.Now())))
	if err != nil {
		return nil, errors.Join(errors.New("admin: looks: no month"), err)
	}
	last := this.AddDate(0, -1, 0).Format(monthLayout)
	if l.looks[last] == 0 || l.reviewed[last] {
		return nil, nil
	}
	return &LooksStatus{Month: last, Looks: l.looks[last]}, nil
}
