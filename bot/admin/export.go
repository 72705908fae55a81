package admin

import (
	"context"
	"crypto/rand"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// Export asks for what happened in a period: without Token in the clear and without people's texts; with Token for the
	// export with redacted texts that two people agreed on, closed to the key that was named for it.
	Export struct {
		By
		Since When   `json:"since,omitempty"` // "" = from the beginning
		Until When   `json:"until,omitempty"` // "" = up to now; a day is included, a moment is not
		Token string `json:"token,omitempty"`
	}
	// AskExport asks for leave to export redacted texts. It gives a token for somebody else to approve.
	AskExport struct {
		By
		Since When   `json:"since,omitempty"`
		Until When   `json:"until,omitempty"`
		To    string `json:"to"` // an age public key, which alone opens the file
	}
	// ApproveExport gives that leave, for one export.
	ApproveExport struct {
		By
		Token string `json:"token"`
	}
	// ExportAsked is an export with texts that waits for a second person, or that has one.
	ExportAsked struct {
		Token      string      `json:"token,omitempty"` // shown to who asked, once
		AskedBy    string      `json:"asked_by"`
		ApprovedBy string      `json:"approved_by,omitempty"`
		Since      bot.Instant `json:"since,omitzero"`
		Until      bot.Instant `json:"until,omitzero"`
		To         string      `json:"to"`
		GoodUntil  bot.Instant `json:"good_until"` // the next of two steps is to be done by then
	}
)

// ExportWithin is how long an export with texts waits for the second person, and then for being fetched.
const ExportWithin = time.Hour

// exportsAsked are the exports with texts that wait, one for each account that asked; a restart forgets them. Its zero value is
// ready.
type exportsAsked struct {
	mu sync.Mutex
	by map[string]ExportAsked
}

// exportPaths are the endpoints of this file.
func (s *Server) exportPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/export":         slow(streamed(s, s.export)),
		"/export/ask":     open(s, s.askExport),
		"/export/approve": open(s, s.approveExport),
	}
}

// exporters may take figures, codes and public wordings out of the house; only a coordinator takes texts, even redacted.
func exporters() []bot.Role { return []bot.Role{bot.RoleCoordinator, bot.RoleAdmin} }

// approvers may agree to that. Nothing is shown to them by it.
func approvers() []bot.Role {
	return []bot.Role{bot.RoleCoordinator, bot.RoleProtectionFocal, bot.RoleAdmin}
}

func (s *Server) export(ctx context.Context, h *hotline.Service, q Export) (pieces, error) {
	act := s.act(h, q.By)
	e := exporting{server: s, h: h, at: act.At}
	if q.Token != "" {
		return s.exportTexts(ctx, h, act, q, e)
	}
	if err := s.may(ctx, h, act, exporters()); err != nil {
		return nil, err
	}
	if err := e.period(h, q.Since, q.Until); err != nil {
		return nil, err
	}
	if err := s.noted(ctx, h, act, exporters(), "export.made", e.days()); err != nil {
		return nil, err
	}
	return e.write, nil
}

// may refuses an account that has none of the roles.
func (s *Server) may(ctx context.Context, h *hotline.Service, act people.Act, roles []bot.Role) error {
	return h.Store.View(ctx, func(tx storage.Tx) error {
		_, err := act.Actor(tx, roles...)
		return err
	})
}

// noted appends the event of something that is about to be done, if the account may.
func (s *Server) noted(ctx context.Context, h *hotline.Service, act people.Act, roles []bot.Role, kind, reason string) error {
	return h.Store.Update(ctx, func(tx storage.Tx) error {
		by, err := act.Actor(tx, roles...)
		if err != nil {
			return err
		}
		return act.Note(tx, by, kind, "", reason)
	})
}

func (s *Server) askExport(ctx context.Context, h *hotline.Service, q AskExport) (ExportAsked, error) {
	act := s.act(h, q.By)
	if err := s.may(ctx, h, act, []bot.Role{bot.RoleCoordinator}); err != nil {
		return ExportAsked{}, err
	}
	e := exporting{at: act.At}
	if err := e.period(h, q.Since, q.Until); err != nil {
		return ExportAsked{}, err
	}
	if err := s.CheckKey(q.To); err != nil {
		return ExportAsked{}, bot.Fault(bot.CodeInvalid, "desk.bad_export_key")
	}
	if err := s.noted(ctx, h, act, []bot.Role{bot.RoleCoordinator}, "export.asked", e.days()+" "+q.To); err != nil {
		return ExportAsked{}, err
	}
	asked := ExportAsked{
		Token: drawToken(), AskedBy: act.As, Since: e.since, Until: e.until, To: q.To, GoodUntil: act.At.Add(ExportWithin),
	}
	s.exports.mu.Lock()
	defer s.exports.mu.Unlock()
	if s.exports.by == nil {
		s.exports.by = make(map[string]ExportAsked)
	}
	s.exports.by[act.As] = asked // which voids an earlier one
	return asked, nil
}

// drawToken draws a token of 50 bits.
func drawToken() string {
	var drawn [10]byte
	rand.Read(drawn[:]) // it never fails
	for i, b := range drawn {
		drawn[i] = codeSigns[int(b)%len(codeSigns)]
	}
	return string(drawn[:5]) + "-" + string(drawn[5:])
}

// find is the export that waits under a token at a moment; the lock is held.
func (w *exportsAsked) find(token string, at bot.Instant) (ExportAsked, error) {
	token = strings.ToUpper(strings.TrimSpace(token))
	for _, asked := range w.by {
		if asked.Token == token && at < asked.GoodUntil {
			return asked, nil
		}
	}
	return ExportAsked{}, bot.Fault(bot.CodeNotFound, "desk.no_such_export")
}

func (s *Server) approveExport(ctx context.Context, h *hotline.Service, q ApproveExport) (ExportAsked, error) {
	act := s.act(h, q.By)
	if err := s.may(ctx, h, act, approvers()); err != nil {
		return ExportAsked{}, err
	}
	s.exports.mu.Lock()
	defer s.exports.mu.Unlock()
	asked, err := s.exports.find(q.Token, act.At)
	if err == nil && asked.ApprovedBy != "" {
		err = bot.Fault(bot.CodeNotFound, "desk.no_such_export")
	}
	if err == nil && asked.AskedBy == act.As {
		err = bot.Fault(bot.CodeRefused, "desk.export_other", "name", act.As)
	}
	if err != nil {
		return ExportAsked{}, err
	}
	if err := s.noted(ctx, h, act, approvers(), "export.approved", asked.AskedBy); err != nil {
		return ExportAsked{}, err
	}
	asked.ApprovedBy, asked.GoodUntil = act.As, act.At.Add(ExportWithin)
	s.exports.by[asked.AskedBy] = asked
	asked.Token = ""
	return asked, nil
}

// exportTexts is the export with redacted texts, once; its token is spent whatever becomes of it.
func (s *Server) exportTexts(ctx context.Context, h *hotline.Service, act people.Act, q Export, e exporting) (pieces, error) {
	if err := s.may(ctx, h, act, []bot.Role{bot.RoleCoordinator}); err != nil {
		return nil, err
	}
	asked, err := s.spend(q.Token, act)
	if err != nil {
		return nil, err
	}
	e.since, e.until, e.texts = asked.Since, asked.Until, true
	e.masks = s.masking(h)
	if err := s.noted(ctx, h, act, []bot.Role{bot.RoleCoordinator}, "export.made", e.days()+" texts "+asked.To); err != nil {
		return nil, err
	}
	return func(ctx context.Context, w io.Writer) error {
		closed, err := s.CloseExport(w, asked.To)
		if err != nil {
			return err
		}
		if err := e.write(ctx, closed); err != nil {
			return err // the file has no end, and does not open
		}
		return closed.Close()
	}, nil
}

// spend takes an approved export away from those that wait.
func (s *Server) spend(token string, act people.Act) (ExportAsked, error) {
	s.exports.mu.Lock()
	defer s.exports.mu.Unlock()
	asked, err := s.exports.find(token, act.At)
	if err == nil && asked.AskedBy != act.As {
		err = bot.Fault(bot.CodeForbidden, "desk.export_mine", "name", asked.AskedBy)
	}
	if err == nil && asked.ApprovedBy == "" {
		err = bot.Fault(bot.CodeRefused, "desk.export_not_approved")
	}
	if err == nil {
		delete(s.exports.by, asked.AskedBy)
	}
	return asked, err
}
