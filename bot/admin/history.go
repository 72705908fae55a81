package admin

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
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
		Since When   `json:"since,omitempty"`
		Actor string `json:"actor,omitempty"`
		Kind  string `json:"kind,omitempty"`  // whole, or its part before the dot: rumour.decided, rumour
		Key   string `json:"key,omitempty"`   // a reference, an id or a name
		Epoch int    `json:"epoch,omitempty"` // 1 is the first one, 0 = of all
		// After gives the events behind a number, the oldest first; nil the newest ones.
		After *EventNo `json:"after,omitempty"`
		Limit int      `json:"limit,omitempty"`
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
		Epochs     int     `json:"epochs,omitempty"` // so many have events
		Protected  int     `json:"protected,omitempty"`
		Restricted int     `json:"restricted,omitempty"`
	}
	// EventNo is the number of an event: in the epoch that began when the store was made, and anew whenever a backup was put back.
	EventNo struct {
		Epoch int    `json:"epoch,omitempty"` // 1 is the first one, 0 = the present one
		Seq   uint64 `json:"seq"`
	}
	// Event is one thing that a person did.
	Event struct {
		Epoch  int         `json:"epoch,omitempty"` // 1 is the first one
		Seq    uint64      `json:"seq"`             // its number in it
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

// walkEvents gives events of all epochs to a function, in the order of a page, until it says that it needs no more. Each page is
// a View of its own.
func walkEvents(ctx context.Context, store storage.Store, p storage.EventPage, do func(storage.Tx, bot.Event) (more bool, err error)) error {
	if p.Limit == 0 {
		p.Limit = eventPage
	}
	for more := true; more; {
		err := store.View(ctx, func(tx storage.Tx) error {
			events, err := tx.EventPage(p)
			if err != nil {
				return err
			}
			for _, e := range events {
				p.Epoch, p.Seq = e.Epoch, e.Seq
				if more, err = do(tx, e); err != nil || !more {
					return err
				}
			}
			more = len(events) == p.Limit
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
	err = walkEvents(ctx, store, storage.EventPage{}, func(_ storage.Tx, e bot.Event) (bool, error) {
		if e.Key == string(ref) || e.Reason == string(ref) {
			found = append(found, e)
		}
		return true, nil
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
func (q ListEvents) fits(e bot.Event, since bot.Instant) bool {
	family, _, _ := strings.Cut(e.Kind, ".")
	return e.At >= since && (q.Actor == "" || q.Actor == e.Actor) && (q.Key == "" || q.Key == e.Key) &&
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
	since, err := q.Since.begin(h)
	if err != nil {
		return Events{}, err
	}
	var list Events
	page, epochs, err := q.page(ctx, h.Store)
	if err != nil {
		return Events{}, err
	}
	found, err := q.find(ctx, h.Store, act, page, since, epochs, n, &list)
	if err != nil {
		return Events{}, err
	}
	if read, err := readLately(ctx, h.Store, by.Name, act.At); err != nil {
		return Events{}, err
	} else if !read {
		err := h.Store.Update(ctx, func(tx storage.Tx) error { return act.Note(tx, by, eventsRead, "", "") })
		if err != nil {
			return Events{}, err
		}
	}
	list.Epochs, list.Events = len(epochs), make([]Event, 0, len(found))
	for _, e := range found {
		shown := eventOf(e)
		shown.Epoch = 1 + slices.Index(epochs, e.Epoch)
		list.Events = append(list.Events, shown)
	}
	return list, nil
}

// page is where a list begins, with the epochs that there are.
func (q ListEvents) page(ctx context.Context, store storage.Store) (p storage.EventPage, epochs []bot.ID, err error) {
	err = store.View(ctx, func(tx storage.Tx) error {
		epochs, err = tx.Epochs()
		return err
	})
	if err != nil || len(epochs) == 0 {
		return p, epochs, err
	}
	no := EventNo{Epoch: q.Epoch}
	if q.After != nil {
		no.Seq = q.After.Seq
		no.Epoch = cmp.Or(q.After.Epoch, q.Epoch, len(epochs))
	}
	if q.Epoch < 0 || max(no.Epoch, q.Epoch) > len(epochs) || no.Epoch < 0 {
		return p, nil, bot.Fault(bot.CodeInvalid, "desk.no_such_epoch", "count", strconv.Itoa(len(epochs)))
	}
	if no.Epoch > 0 {
		p.Epoch, p.Seq = epochs[no.Epoch-1], no.Seq
	}
	if q.After == nil {
		p.Newest, p.Seq = true, math.MaxUint64
	}
	return p, epochs, nil
}

// find reads events until it has as many as are asked for, in their order, and one more. What the account may not see is
// counted as far as it was read.
func (q ListEvents) find(
	ctx context.Context, store storage.Store, act people.Act, page storage.EventPage, since bot.Instant, epochs []bot.ID, n int, list *Events,
) (found []bot.Event, err error) {
	var w witness
	err = walkEvents(ctx, store, page, func(tx storage.Tx, e bot.Event) (bool, error) {
		if q.Epoch > 0 && e.Epoch != epochs[q.Epoch-1] || page.Newest && e.At < since.Add(-clockBack) {
			return false, nil
		}
		if !q.fits(e, since) {
			return true, nil
		}
		if w.tx != tx { // another page, another view
			var err error
			if w, err = witnessOf(tx, act); err != nil {
				return false, err
			}
		}
		why, err := w.hides(e)
		if err != nil {
			return false, err
		}
		switch {
		case why != "":
			list.count(why)
		case len(found) == n:
			list.More = true
			return false, nil
		default:
			found = append(found, e)
		}
		return true, nil
	})
	if page.Newest {
		slices.Reverse(found)
	}
	return found, err
}

// clockBack is how much earlier an event may be than one before it: the clock of a laptop is set back at times.
const clockBack = 24 * time.Hour

// readLately tells whether somebody's reading of the list was noted within listedOnce.
func readLately(ctx context.Context, store storage.Store, name string, at bot.Instant) (read bool, err error) {
	page := storage.EventPage{Newest: true, Limit: 100}
	err = walkEvents(ctx, store, page, func(_ storage.Tx, e bot.Event) (bool, error) {
		lately := at.Sub(e.At).Abs() < listedOnce
		read = lately && e.Kind == eventsRead && e.Actor == name
		return lately && !read, nil
	})
	return read, err
}
