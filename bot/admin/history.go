package admin

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/rumour"
	"tinye/storage"
)

type (
	// RumourHistory asks who did what to a rumour.
	RumourHistory struct {
		By
		Rumour string `json:"rumour"`
	}
	// ReportHistory asks who did what to a report, and who looked at it.
	ReportHistory struct {
		By
		Ref string `json:"ref"`
	}
	// ListEvents asks who did what at this site. Every field narrows the list.
	ListEvents struct {
		By
		Since bot.Instant `json:"since,omitzero"`
		Actor string      `json:"actor,omitempty"`
		Kind  string      `json:"kind,omitempty"`  // whole, or its part before the dot: rumour.decided, rumour
		Key   string      `json:"key,omitempty"`   // a reference, an id or a name
		After uint64      `json:"after,omitempty"` // only events behind that number, the oldest first; 0 = the newest ones
		Limit int         `json:"limit,omitempty"`
	}
	// History is what people did to a rumour or a report, in the order in which they did it.
	History struct {
		Ref    bot.Ref `json:"ref"`
		Events []Event `json:"events"`
	}
	// Events are what people did, in the order in which they did it. More tells that there are others: later ones where
	// the question had an After, else earlier ones. Those that are about abuse, for the protection focal point, or about a
	// restricted rumour of which the account need not know, are counted.
	Events struct {
		Events     []Event `json:"events"`
		More       bool    `json:"more,omitempty"`
		Protected  int     `json:"protected,omitempty"`
		Restricted int     `json:"restricted,omitempty"`
	}
	// Event is one thing that a person did.
	Event struct {
		Seq    uint64      `json:"seq"` // its number since the store was made or restored
		At     bot.Instant `json:"at"`
		Actor  string      `json:"actor"`
		Role   bot.Role    `json:"role"`
		Via    string      `json:"via"`
		Kind   string      `json:"kind"`
		Key    string      `json:"key"`
		Reason string      `json:"reason,omitempty"`
		Note   bot.Text    `json:"note,omitempty"` // what they said with it, redacted
	}
)

// historyPaths are the endpoints of this file.
func (s *Server) historyPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/rumour/history": open(s, s.rumourHistory),
		"/report/history": open(s, s.reportHistory),
		"/events/list":    open(s, s.listEvents),
	}
}

const (
	// eventPage is how many events are read in one View.
	eventPage = 1000
	// eventsRead is the kind of the event that somebody read the list of events; it is noted once in listedOnce.
	eventsRead = "events.read"
	listedOnce = time.Hour
)

// eachEvent gives all events of the present epoch to a function, in their order: what was done before a backup was put back
// is told by the backup. Each page is a View of its own.
func eachEvent(ctx context.Context, store storage.Store, do func(storage.Tx, bot.Event) error) error {
	return eachEventAfter(ctx, store, 0, do)
}

// eachEventAfter is eachEvent for those behind a number.
func eachEventAfter(ctx context.Context, store storage.Store, seq uint64, do func(storage.Tx, bot.Event) error) error {
	for more := true; more; {
		err := store.View(ctx, func(tx storage.Tx) error {
			events, err := tx.Events(seq, eventPage)
			if err != nil {
				return err
			}
			for _, e := range events {
				if err := do(tx, e); err != nil {
					return err
				}
				seq = e.Seq
			}
			more = len(events) == eventPage
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// eventsOf are the events of one reference. Some name it as what something else was put under.
func eventsOf(ctx context.Context, store storage.Store, ref bot.Ref) (found []bot.Event, err error) {
	err = eachEvent(ctx, store, func(_ storage.Tx, e bot.Event) error {
		if e.Key == string(ref) || e.Reason == string(ref) {
			found = append(found, e)
		}
		return nil
	})
	return found, err
}

// redacted are free words that stay in an event: it outlives what they may name.
func (s *Server) redacted(h *hotline.Service, words string) string {
	m := s.masking(h)
	return m.Redactor.Redact(words, m.Marks)
}

func eventOf(e bot.Event) Event {
	return Event{Seq: e.Seq, At: e.At, Actor: e.Actor, Role: e.Role, Via: e.Via, Kind: e.Kind, Key: e.Key, Reason: e.Reason}
}

func (s *Server) rumourHistory(ctx context.Context, h *hotline.Service, q RumourHistory) (History, error) {
	act := s.act(h, q.By)
	var r bot.Rumour
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		if _, err := act.Actor(tx, append(readers(), bot.RoleProtectionFocal)...); err != nil {
			return err
		}
		if r, err = rumour.Find(tx, q.Rumour); err != nil {
			return err
		}
		return mayRead(tx, act, r)
	})
	if err != nil {
		return History{}, err
	}
	events, err := eventsOf(ctx, h.Store, r.Ref)
	if err != nil {
		return History{}, err
	}
	// A report that was linked before it was protected is named in none.
	if events, err = s.unprotected(ctx, h, act, events); err != nil {
		return History{}, err
	}
	m, list := s.masking(h), History{Ref: r.Ref, Events: make([]Event, 0, len(events))}
	for _, e := range events {
		shown := eventOf(e)
		for _, n := range r.Notes {
			if n.At == e.At && n.By == e.Actor && e.Key == string(r.Ref) {
				shown.Note = bot.Text(m.Redactor.Redact(string(n.Text), m.Marks))
			}
		}
		list.Events = append(list.Events, shown)
	}
	return list, nil
}

func (s *Server) reportHistory(ctx context.Context, h *hotline.Service, q ReportHistory) (History, error) {
	act := s.act(h, q.By)
	var r bot.Report
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		if r, err = rumour.FindReport(tx, q.Ref); err != nil {
			return err
		}
		if r.State == bot.ReportProtected && sees.protected { // what was done, not what is sealed
			return nil
		}
		_, err = sees.look(tx, act, r)
		return err
	})
	if err != nil {
		return History{}, err
	}
	events, err := eventsOf(ctx, h.Store, r.Ref)
	if err != nil {
		return History{}, err
	}
	list := History{Ref: r.Ref, Events: make([]Event, 0, len(events))}
	for _, e := range events {
		list.Events = append(list.Events, eventOf(e))
	}
	return list, nil
}

// fits tells whether an event is asked for.
func (q ListEvents) fits(e bot.Event) bool {
	family, _, _ := strings.Cut(e.Kind, ".")
	return e.At >= q.Since && e.Seq > q.After && (q.Actor == "" || q.Actor == e.Actor) && (q.Key == "" || q.Key == e.Key) &&
		(q.Kind == "" || q.Kind == e.Kind || q.Kind == family)
}

func (s *Server) listEvents(ctx context.Context, h *hotline.Service, q ListEvents) (Events, error) {
	act, n := s.act(h, q.By), rows(q.Limit)
	var by bot.Actor
	err := h.Store.View(ctx, func(tx storage.Tx) (err error) {
		by, err = act.Actor(tx, bot.RoleCoordinator, bot.RoleAdmin, bot.RoleProtectionFocal)
		return err
	})
	if err != nil {
		return Events{}, err
	}
	var list Events
	var found []bot.Event
	lastRead := bot.Instant(0)
	var w witness
	err = eachEvent(ctx, h.Store, func(tx storage.Tx, e bot.Event) error {
		if e.Kind == eventsRead && e.Actor == by.Name {
			lastRead = e.At
		}
		if !q.fits(e) {
			return nil
		}
		if w.tx != tx { // another page, another view
			var err error
			if w, err = witnessOf(tx, act); err != nil {
				return err
			}
		}
		why, err := w.hides(e)
		if err != nil {
			return err
		}
		switch {
		case why != "":
			list.count(why)
		case len(found) < n:
			found = append(found, e)
		case q.After > 0:
			list.More = true
		default:
			list.More = true
			found = append(slices.Delete(found, 0, 1), e)
		}
		return nil
	})
	if err != nil {
		return Events{}, err
	}
	if lastRead.IsZero() || act.At.Sub(lastRead).Abs() >= listedOnce {
		err := h.Store.Update(ctx, func(tx storage.Tx) error { return act.Note(tx, by, eventsRead, "", "") })
		if err != nil {
			return Events{}, err
		}
	}
	list.Events = make([]Event, 0, len(found))
	for _, e := range found {
		list.Events = append(list.Events, eventOf(e))
	}
	return list, nil
}
