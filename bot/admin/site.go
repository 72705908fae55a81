package admin

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"syscall"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/locales"
	"tinye/storage"
)

// Nothing is a request or an answer without contents.
type Nothing struct{}

// Running is what only the process knows about itself.
type Running struct {
	Version   string    `json:"version"`
	Paused    bool      `json:"paused,omitempty"` // nothing is sent
	Gateways  []Gateway `json:"gateways"`
	OpenViews int       `json:"open_views"` // reads of the store that are under way
}

// Gateway is how sending through one gateway goes.
type Gateway struct {
	Name     string `json:"name"`
	Circuit  string `json:"circuit"` // closed (it works), open (it is left alone), half_open (it is being tried)
	InFlight int    `json:"in_flight"`
	Sent     uint64 `json:"sent"`     // messages handed over since the start
	Failures uint64 `json:"failures"` // tries that failed since the start

	DownSince bot.Instant       `json:"down_since,omitzero"` // while it does not work
	Moved     map[string]uint64 `json:"moved,omitempty"`     // messages that waited for it and went to another one since the start, by its name
}

// Status is how the hotline does.
type Status struct {
	Running
	Locked      bool                      `json:"locked,omitempty"`
	Storage     string                    `json:"storage,omitempty"` // ok, full or broken; "" while locked
	ClockBehind bool                      `json:"clock_behind,omitempty"`
	Reports     map[bot.ReportState]Count `json:"reports,omitempty"`
	Labels      map[bot.ReportLabel]Count `json:"labels,omitempty"`
	Rumours     map[bot.RumourState]Count `json:"rumours,omitempty"`
	Outbox      map[bot.OutState]Count    `json:"outbox,omitempty"` // but for handed_over and delivered
	Quarantine  *Count                    `json:"quarantine,omitempty"`
	MaybeStop   *Count                    `json:"maybe_stop,omitempty"` // people whose words may mean STOP, whom nobody has looked at
	Sending     Sending                   `json:"sending,omitzero"`     // what the desk holds, and since when
	Retention   *Retained                 `json:"retention,omitempty"`  // the last run since the start
	Missing     []Miss                    `json:"missing"`
	Helped      *HelpedDays               `json:"helped,omitempty"`  // in the last thirty days
	Holding     *HoldingDue               `json:"holding,omitempty"` // whose reporters were not told that they are being checked
	Screens     []Screen                  `json:"screens,omitempty"` // of the menus, in the last seven days
	Protected   map[bot.CaseState]Count   `json:"protected,omitempty"`
	Focal       *Focal                    `json:"focal,omitempty"`      // whether anybody reads what is for the focal point
	Broadcasts  []Run                     `json:"broadcasts,omitempty"` // under way
	Missed      []MissedMoment            `json:"missed,omitempty"`     // bulletins that were not sent when they were to be
	Duty        *DutyStatus               `json:"duty,omitempty"`       // nil while locked
	Doubtful    []bot.Ref                 `json:"doubtful,omitempty"`   // bulletins whose rumour was taken back, decided anew or restricted
	Looks       *LooksStatus              `json:"looks,omitempty"`      // last month's wait for somebody to go through them
	Cohorts     *Cohorts                  `json:"cohorts,omitempty"`    // nil where nothing waits about ambassadors
	Matching    *Known                    `json:"matching,omitempty"`   // nil where nothing is matched
}

// Miss counts how often a text went out in another language than its reader's, since the start.
type Miss struct {
	Lang   bot.Lang `json:"lang"`
	Key    string   `json:"key"`
	Reason string   `json:"reason"`
	Count  int      `json:"count"`
}

// Count is a number of rows, counted up to countTo.
type Count struct {
	N    int  `json:"n"`
	More bool `json:"more,omitempty"` // there are more
}

const countTo = 1000

func countOf(n int) Count { return Count{N: min(n, countTo), More: n > countTo} }

// String is such as 12 or 1000+.
func (c Count) String() string {
	if c.More {
		return strconv.Itoa(c.N) + "+"
	}
	return strconv.Itoa(c.N)
}

// status tells how the hotline does. It holds only counts, so it asks nobody's name; that also lets it answer while the
// accounts cannot be read.
func (s *Server) status(ctx context.Context, _ Nothing) (Status, error) {
	st := Status{Running: s.Running(), Missing: missing(s.Texts)}
	if st.Gateways == nil {
		st.Gateways = []Gateway{}
	}
	h, ok := s.Service()
	if !ok {
		st.Locked = true
		return st, nil
	}
	switch err := h.Store.Health(); {
	case err == nil:
		st.Storage = "ok"
	case errors.Is(err, storage.ErrFull):
		st.Storage = "full"
	default:
		st.Storage = "broken"
	}
	st.ClockBehind = h.Store.Clock().Behind
	st.Retention, st.Matching = retainedOf(h.LastKept()), knownBy(h)
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		if st.Screens, err = screensOf(tx, bot.At(s.Now())); err != nil {
			return err
		}
		sw, err := tx.Switch()
		if err != nil {
			return err
		}
		st.Sending = sendingOf(sw)
		if st.Focal, err = focalOf(tx); err != nil {
			return err
		}
		if st.Duty, err = dutyStatus(tx); err != nil {
			return err
		}
		if st.Cohorts, err = cohortsStatus(tx, h, bot.At(s.Now())); err != nil {
			return err
		}
		if st.Helped, err = helpedDays(tx, bot.At(s.Now())); err != nil {
			return err
		}
		if st.Broadcasts, err = underWay(tx); err != nil {
			return err
		}
		if st.Missed, err = missedMoments(tx, bot.At(s.Now())); err != nil {
			return err
		}
		if st.Holding, err = holdingDue(tx, h, bot.At(s.Now())); err != nil {
			return err
		}
		if st.Doubtful, err = h.Bulletins().Doubtful(tx, bot.At(s.Now())); err != nil {
			return err
		}
		return st.count(tx)
	})
	if err == nil {
		st.Looks, err = s.unreviewed(ctx, h)
	}
	if st.Storage != "ok" && storage.Unavailable(err) {
		return st, nil // that is the news
	}
	return st, err
}

func (st *Status) count(tx storage.Tx) error {
	st.Reports = make(map[bot.ReportState]Count)
	for _, state := range reportStates() {
		n, err := tx.CountReports(state, countTo+1)
		if err != nil {
			return err
		}
		st.Reports[state] = countOf(n)
	}
	st.Labels = make(map[bot.ReportLabel]Count)
	for _, label := range bot.ReportLabels() {
		n, err := tx.CountLabelled(label, countTo+1)
		if err != nil {
			return err
		}
		st.Labels[label] = countOf(n)
	}
	st.Rumours = make(map[bot.RumourState]Count)
	for _, state := range bot.RumourStates() {
		n, err := tx.CountRumours(state, countTo+1)
		if err != nil {
			return err
		}
		st.Rumours[state] = countOf(n)
	}
	if err := st.countProtected(tx); err != nil {
		return err
	}
	st.Outbox = make(map[bot.OutState]Count)
	for _, state := range outStates() {
		if state == bot.OutHandedOver || state == bot.OutDelivered {
			continue // the store does not count them
		}
		n, err := tx.CountOutbounds(state, countTo+1)
		if err != nil {
			return err
		}
		st.Outbox[state] = countOf(n)
	}
	n, err := tx.CountQuarantines(countTo + 1)
	if err != nil {
		return err
	}
	c := countOf(n)
	st.Quarantine = &c
	if n, err = tx.CountMaybeStops(countTo + 1); err != nil {
		return err
	}
	maybe := countOf(n)
	st.MaybeStop = &maybe
	return nil
}

func missing(texts *locales.Printer) []Miss {
	misses := texts.Missing()
	list := make([]Miss, 0, len(misses))
	for _, m := range misses {
		list = append(list, Miss{Lang: m.Lang, Key: m.Key, Reason: m.Reason, Count: m.Count})
	}
	return list
}

// Unlock asks for the store to be opened.
type Unlock struct {
	Passphrase string `json:"passphrase"`
}

// unlock opens the store; it is content to find it open.
func (s *Server) unlock(ctx context.Context, q Unlock) (Nothing, error) {
	if _, ok := s.Service(); ok {
		return Nothing{}, nil
	}
	return Nothing{}, s.Unlock(ctx, q.Passphrase)
}

// Backup asks for a copy of the store, at an absolute path on this machine.
type Backup struct {
	By
	Path string `json:"path"`
}

// BackupMade says where the copy lies.
type BackupMade struct {
	Path string `json:"path"`
}

func (s *Server) backup(ctx context.Context, h *hotline.Service, q Backup) (BackupMade, error) {
	if !filepath.IsAbs(q.Path) {
		return BackupMade{}, bot.Fault(bot.CodeInvalid, "desk.backup_path")
	}
	err := s.asRole(ctx, h, q.By, []bot.Role{bot.RoleAdmin}, backupMade, func() error {
		err := h.Store.Backup(ctx, q.Path)
		return backupFault(err)
	})
	return BackupMade{Path: q.Path}, err
}

// backupFault is what a fault of the copy's place means to the person; other faults stay as they are.
func backupFault(err error) error {
	for _, e := range []error{syscall.ENOSPC, syscall.EDQUOT} {
		if errors.Is(err, e) {
			return bot.Fault(bot.CodeRefused, "desk.backup_full")
		}
	}
	for _, e := range []error{fs.ErrExist, fs.ErrNotExist, fs.ErrPermission, syscall.EROFS} {
		if errors.Is(err, e) {
			return bot.Fault(bot.CodeRefused, "desk.backup_path")
		}
	}
	return err
}

// AcceptClock says that the machine's clock is right, although our own commits bear a later time.
type AcceptClock struct{ By }

func (s *Server) acceptClock(ctx context.Context, h *hotline.Service, q AcceptClock) (Nothing, error) {
	roles := []bot.Role{bot.RoleAdmin, bot.RoleCoordinator}
	return Nothing{}, s.asRole(ctx, h, q.By, roles, "clock.accepted", func() error {
		err := h.AcceptClock(ctx)
		if err == nil && h.Wake != nil {
			h.Wake()
		}
		return err
	})
}

// asRole does something outside a transaction for somebody who has one of the roles, and notes that it was done.
func (s *Server) asRole(ctx context.Context, h *hotline.Service, by By, roles []bot.Role, kind string, do func() error) error {
	act := s.act(h, by)
	var actor bot.Actor
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		var err error
		actor, err = act.Actor(tx, roles...)
		return err
	})
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	err = h.Store.Update(ctx, func(tx storage.Tx) error { return act.Note(tx, actor, kind, h.Site.ID, "") })
	if err != nil {
		return fmt.Errorf("admin: note %s: %w", kind, err)
	}
	return nil
}
