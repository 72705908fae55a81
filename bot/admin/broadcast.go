package admin

import (
	"context"
	"encoding/binary"
	"maps"
	"net/http"
	"slices"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/hotline"
	"tinye/storage"
)

// Questions about runs. Ref is a bulletin's reference, or the id of a run that has none.
type (
	// NameRun names a run. Sending takes the bulletin's reference alone.
	NameRun struct {
		By
		Ref string `json:"ref"`
		Run int    `json:"run,omitempty"` // 1, 2, 3 …; 0 = the last one
	}
	// ListBroadcasts asks for the runs, the newest first.
	ListBroadcasts struct {
		By
		Limit int `json:"limit,omitempty"`
	}
	// ShowBroadcast asks for one run.
	ShowBroadcast struct {
		NameRun
		Who   bot.OutState `json:"who,omitempty"` // of whom more is said: unknown, failed, expired or suppressed
		Limit int          `json:"limit,omitempty"`
	}
	// ResendBroadcast asks for what failed, or what nobody knows of, to be sent again.
	ResendBroadcast struct {
		NameRun
		Only   bot.OutState `json:"only"` // unknown or failed
		Reason string       `json:"reason"`
	}
)

// Run is one run of a bulletin, in counts. Looked is the sum of LeftOut and People; People that of States without Again.
type Run struct {
	ID        bot.ID             `json:"id"`
	Ref       bot.Ref            `json:"ref,omitempty"` // the bulletin's; "" for a request for consent
	No        int                `json:"no,omitempty"`  // which of the bulletin's runs; 0 = not counted here
	Title     string             `json:"title,omitempty"`
	Kind      bot.BulletinKind   `json:"kind"`
	State     bot.BroadcastState `json:"state"`
	Request   bool               `json:"request,omitempty"` // for consent
	Urgent    bool               `json:"urgent,omitempty"`
	Again     bool               `json:"again,omitempty"` // send was pressed before: this is that run
	StartedBy string             `json:"started_by,omitempty"`
	StartedAt bot.Instant        `json:"started_at"`
	DueAt     bot.Instant        `json:"due_at,omitzero"`
	QueuedAt  bot.Instant        `json:"queued_at,omitzero"` // everybody was looked at
	EndedAt   bot.Instant        `json:"ended_at,omitzero"`
	ExpiresAt bot.Instant        `json:"expires_at"`
	HeldUntil bot.Instant        `json:"held_until,omitzero"` // the end of the quiet hours, while they hold it
	TakenBy   string             `json:"taken_by,omitempty"`

	Walked  int                  `json:"walked"` // how much of those we know was looked at, in percent
	Looked  int                  `json:"looked"` // people of the audience
	LeftOut map[string]int       `json:"left_out,omitempty"`
	Fell    int                  `json:"fell,omitempty"` // got the fallback's language
	People  int                  `json:"people"`
	States  map[bot.OutState]int `json:"states,omitempty"`
	Repeats map[bot.OutState]int `json:"repeats,omitempty"` // rows among States for which a repeat stands
	Reasons map[string]int       `json:"reasons,omitempty"` // a state and a reason, "failed unreachable"
	Langs   map[bot.Lang]int     `json:"langs,omitempty"`
	Parts   map[string]int       `json:"parts,omitempty"` // by gateway
	Handed  int                  `json:"handed"`
	Reached int                  `json:"reached"`
	Twice   int                  `json:"twice,omitempty"`
	Resent  int                  `json:"resent,omitempty"`
	Open    int                  `json:"open"` // may still leave

	Who *Who `json:"who,omitempty"`
}

// Who are people of a run whose rows are in one state: counted by place and language, and as rows. No number and no contact is among them.
type Who struct {
	State  bot.OutState   `json:"state"`
	Count  int            `json:"count"`
	Places map[string]Few `json:"places,omitempty"` // "SCHEME:CODE", "" where nobody asked
	Langs  map[string]Few `json:"langs,omitempty"`
	Rows   []WhoRow       `json:"rows"`
	More   bool           `json:"more,omitempty"` // there are more rows than are listed
	Cut    bool           `json:"cut,omitempty"`  // there were more than are counted by place and language
}

// WhoRow is one row, by the id under which the outbox lists it.
type WhoRow struct {
	ID       bot.ID      `json:"id"`
	Reason   string      `json:"reason,omitempty"`
	Attempts int         `json:"attempts,omitempty"`
	Gateway  string      `json:"gateway"`
	At       bot.Instant `json:"at,omitzero"`
	Again    bool        `json:"again,omitempty"` // a repeat stands for it
}

// Runs are the newest runs; More tells that there are older ones.
type Runs struct {
	Runs []Run `json:"runs"`
	More bool  `json:"more,omitempty"`
}

// Resent tells how many rows were queued again.
type Resent struct {
	Run    Run `json:"run"`
	Queued int `json:"queued"`
}

func (s *Server) broadcastPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/bulletin/send":    open(s, s.sendBulletin),
		"/bulletin/pause":   open(s, s.turningRun(true)),
		"/bulletin/resume":  open(s, s.turningRun(false)),
		"/broadcast/walk":   open(s, s.walkRun),
		"/broadcast/list":   open(s, s.listBroadcasts),
		"/broadcast/show":   open(s, s.showBroadcast),
		"/broadcast/resend": slow(open(s, s.resendBroadcast)),
		"/broadcast/report": open(s, s.reportBroadcast),
	}
}

// runOf reads what is shown of a run.
func runOf(tx storage.Tx, b bot.Broadcast) (Run, error) {
	t, err := tx.BroadcastTally(b.ID)
	if err != nil {
		return Run{}, err
	}
	r := Run{
		ID: b.ID, Ref: b.Ref, Kind: b.Kind, State: b.State, Request: !b.Audience.Run.IsZero(), Urgent: b.Urgent,
		StartedBy: b.StartedBy, StartedAt: b.StartedAt, DueAt: b.DueAt, QueuedAt: b.QueuedAt, EndedAt: b.EndedAt, ExpiresAt: b.ExpiresAt,
		HeldUntil: b.HeldUntil, TakenBy: b.Taken.By, Walked: walked(b), Looked: b.Looked, LeftOut: b.LeftOut, Fell: b.Fell, Resent: b.Resent,
	}
	r.count(t)
	if b.Bulletin.IsZero() {
		return r, nil
	}
	of, err := tx.Bulletin(b.Bulletin)
	if err == nil {
		r.Title = of.Title
		if of.LastRun == b.ID {
			r.No = of.Runs
		}
	}
	return r, err
}

func (r *Run) count(t bot.BroadcastTally) {
	r.People, r.States, r.Repeats, r.Reasons, r.Langs = t.People(), t.States, t.Again, t.Reasons, t.Langs
	r.Parts, r.Handed, r.Reached, r.Twice, r.Open = t.Parts, t.Handed, t.Reached(), t.Twice, t.Open()
}

// walked is how much of the walk is done, in percent: keys are hashes, so the first of the next one's bytes tell.
func walked(b bot.Broadcast) int {
	if !b.QueuedAt.IsZero() {
		return 100
	}
	return int(binary.BigEndian.Uint16(b.After[:2])) * 100 / (1 << 16)
}

// sendBulletin begins a run; who asks for its walk (walkRun) sees it go on.
func (s *Server) sendBulletin(ctx context.Context, h *hotline.Service, q NameRun) (Run, error) {
	b, fresh, err := h.SendBulletin(ctx, s.act(h, q.By), q.Ref)
	if err != nil {
		return Run{}, err
	}
	r, err := s.readRun(ctx, h, b.ID)
	r.Again = !fresh
	return r, err
}

// walkFor is how long one request walks an audience: the bar moves about that often.
const walkFor = 700 * time.Millisecond

// walkRun goes on with a run's walk for a moment and tells how far it is. The sweep does so anyway.
func (s *Server) walkRun(ctx context.Context, h *hotline.Service, q NameRun) (Run, error) {
	b, err := s.findRun(ctx, h, q)
	if err != nil {
		return Run{}, err
	}
	if b.State == bot.BroadcastQueueing {
		if err := h.GoOn(ctx, b.ID, walkFor); err != nil {
			return Run{}, err
		}
	}
	return s.readRun(ctx, h, b.ID)
}

func (s *Server) turningRun(pause bool) func(context.Context, *hotline.Service, NameRun) (Run, error) {
	return func(ctx context.Context, h *hotline.Service, q NameRun) (Run, error) {
		b, err := h.TurnRun(ctx, s.act(h, q.By), q.Ref, pause)
		if err != nil {
			return Run{}, err
		}
		return s.readRun(ctx, h, b.ID)
	}
}

// findRun finds a run for somebody who may read of it.
func (s *Server) findRun(ctx context.Context, h *hotline.Service, q NameRun) (b bot.Broadcast, err error) {
	act := s.act(h, q.By)
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		_, b, err = bulletin.FindRun(tx, q.Ref, q.Run)
		return err
	})
	return b, err
}

func (s *Server) readRun(ctx context.Context, h *hotline.Service, id bot.ID) (r Run, err error) {
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		b, err := tx.Broadcast(id)
		if err != nil {
			return err
		}
		r, err = runOf(tx, b)
		return err
	})
	return r, err
}

func (s *Server) listBroadcasts(ctx context.Context, h *hotline.Service, q ListBroadcasts) (Runs, error) {
	act, n := s.act(h, q.By), rows(q.Limit)
	var list Runs
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, readers()...); err != nil {
			return err
		}
		found, err := tx.Broadcasts(newest(n))
		if err != nil {
			return err
		}
		found, list.More = cut(found, n)
		list.Runs = make([]Run, 0, len(found))
		for _, b := range found {
			r, err := runOf(tx, b)
			if err != nil {
				return err
			}
			list.Runs = append(list.Runs, r)
		}
		return nil
	})
	return list, err
}

// whoStates are the states of which more can be said.
func whoStates() []bot.OutState {
	return []bot.OutState{bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed}
}

func (s *Server) showBroadcast(ctx context.Context, h *hotline.Service, q ShowBroadcast) (Run, error) {
	if err := known(q.Who, whoStates()); err != nil {
		return Run{}, err
	}
	b, err := s.findRun(ctx, h, q.NameRun)
	if err != nil {
		return Run{}, err
	}
	r, err := s.readRun(ctx, h, b.ID)
	if err != nil || q.Who == "" {
		return r, err
	}
	r.Who, err = who(ctx, h, b.ID, q.Who, rows(q.Limit))
	return r, err
}

const (
	// whoLook is how many rows one view reads, with their contacts.
	whoLook = 1000
	// mostWho is how many are counted by place and language.
	mostWho = 50_000
)

// who counts a run's people in a state, some at a time, so that no view lasts long.
func who(ctx context.Context, h *hotline.Service, run bot.ID, state bot.OutState, limit int) (*Who, error) {
	w := &Who{State: state, Rows: []WhoRow{}}
	places, langs := make(map[string]int), make(map[string]int)
	for page := (storage.Page{Limit: whoLook}); ; {
		var some []bot.Outbound
		err := h.Store.View(ctx, func(tx storage.Tx) error {
			var err error
			if some, err = tx.BroadcastRows(run, state, page); err != nil {
				return err
			}
			for _, o := range some {
				place := ""
				if c, err := tx.Contact(o.Contact); err == nil && !c.Place.IsZero() {
					place = c.Place.String()
				}
				places[place]++
				langs[string(o.Lang)]++
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		for _, o := range some {
			page.After = o.ID
			if w.Count++; len(w.Rows) == limit {
				w.More = true
				continue
			}
			at := o.EndedAt
			if at.IsZero() {
				at = o.HandedAt
			}
			w.Rows = append(w.Rows, WhoRow{ID: o.ID, Reason: o.Reason, Attempts: o.Attempts, Gateway: o.Gateway, At: at, Again: !o.Again.IsZero()})
		}
		if w.Cut = w.Count >= mostWho && len(some) == whoLook; w.Cut || len(some) < whoLook {
			break
		}
	}
	w.Places, w.Langs = fews(places), fews(langs)
	return w, nil
}

func fews(counts map[string]int) map[string]Few {
	said := make(map[string]Few, len(counts))
	for name, n := range counts {
		said[name] = few(n)
	}
	return said
}

func (s *Server) resendBroadcast(ctx context.Context, h *hotline.Service, q ResendBroadcast) (Resent, error) {
	r := bulletin.Resending{Ref: q.Ref, Run: q.Run, Only: q.Only}
	if q.Reason != "" { // it stays in an event
		reason, err := reasonGiven(q.Reason)
		if err != nil {
			return Resent{}, err
		}
		r.Reason = s.redacted(h, reason)
	}
	r, err := h.ResendRun(ctx, s.act(h, q.By), r)
	if err != nil {
		return Resent{}, err
	}
	run, err := s.readRun(ctx, h, r.Broadcast)
	return Resent{Run: run, Queued: r.Queued}, err
}

// RunReport are the figures of a run. They are those of CutAt for good once Frozen, a day after its end; before, as they are now.
type RunReport struct {
	Run     Run         `json:"run"`
	Frozen  bool        `json:"frozen,omitempty"`
	CutAt   bot.Instant `json:"cut_at"`
	Figures []Figure    `json:"figures"`
	Sums    bool        `json:"sums"` // those left out and those with a row add up to the audience
}

// Figure is one with its definition, which stands under desk.figure.NAME. Of stands for its denominator; 0 = there is none.
type Figure struct {
	Name string `json:"name"`
	N    int    `json:"n"`
	Of   int    `json:"of,omitempty"`
}

func (s *Server) reportBroadcast(ctx context.Context, h *hotline.Service, q NameRun) (RunReport, error) {
	b, err := s.findRun(ctx, h, q)
	if err != nil {
		return RunReport{}, err
	}
	r, err := s.readRun(ctx, h, b.ID)
	if err != nil {
		return RunReport{}, err
	}
	report := RunReport{Run: r, CutAt: bot.At(s.Now())}
	if !b.ReportAt.IsZero() {
		report.Run.count(b.Report)
		report.Frozen, report.CutAt = true, b.ReportAt
	}
	report.figures()
	return report, nil
}

// figures takes them from the counts (domain §7): what is open, or of which nobody knows, counts as not reached.
func (r *RunReport) figures() {
	left := 0
	for _, n := range r.Run.LeftOut {
		left += n
	}
	rows := 0
	for _, state := range slices.Collect(maps.Keys(r.Run.States)) {
		rows += r.Run.States[state] - r.Run.Repeats[state]
	}
	r.Sums = left+r.Run.People == r.Run.Looked && rows == r.Run.People
	r.Figures = []Figure{
		{Name: "a6_reached", N: r.Run.Reached},
		{Name: "a6_delivery", N: r.Run.States[bot.OutDelivered], Of: r.Run.Handed},
		{Name: "c2_closed", N: r.Run.Reached, Of: r.Run.People},
		{Name: "b5_in_time", N: r.Run.Handed, Of: r.Run.People},
		{Name: "unknown", N: r.Run.States[bot.OutUnknown] - r.Run.Repeats[bot.OutUnknown], Of: r.Run.People},
		{Name: "open", N: r.Run.Open, Of: r.Run.People},
	}
}

// underWay are the runs that have not ended.
func underWay(tx storage.Tx) ([]Run, error) {
	open, err := tx.OpenBroadcasts(storage.Page{Limit: MostRows})
	if err != nil {
		return nil, err
	}
	var runs []Run
	for _, id := range open {
		b, err := tx.Broadcast(id)
		if err != nil {
			return nil, err
		}
		if b.State.Ended() {
			continue
		}
		r, err := runOf(tx, b)
		if err != nil {
			return nil, err
		}
		runs = append(runs, r)
	}
	return runs, nil
}
