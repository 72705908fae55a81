package admin

import (
	"context"
	"net/http"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// Questions about requests for consent to those on an imported list. A request is a run without a bulletin; its preview, pause and end are those of
// other runs, by its id.
type (
	// NewRequest prepares one; nothing leaves before another person approves it.
	NewRequest struct {
		By
		List  string `json:"list"`            // as Import.Run names it
		Again bool   `json:"again,omitempty"` // those, too, who were asked before and said nothing
	}
	// MoveRequest approves or withdraws one.
	MoveRequest struct {
		By
		ID     string `json:"id"`
		Reason string `json:"reason,omitempty"` // withdraw
	}
)

// requestPaths are the endpoints of this file.
func (s *Server) requestPaths() map[string]http.Handler {
	return map[string]http.Handler{
		"/request/new":      open(s, s.newRequest),
		"/request/approve":  open(s, s.approveRequest),
		"/request/withdraw": open(s, s.withdrawRequest),
	}
}

func (s *Server) newRequest(ctx context.Context, h *hotline.Service, q NewRequest) (Run, error) {
	id, again := h.NewID(), false
	r, err := s.ruledRequest(ctx, h, q.By, func(tx storage.Tx, a people.Act) (run bot.Broadcast, err error) {
		var fresh bool
		run, fresh, err = h.Bulletins().Request(tx, a, q.List, id, q.Again)
		again = !fresh
		return run, err
	})
	r.Again = again
	return r, err
}

func (s *Server) approveRequest(ctx context.Context, h *hotline.Service, q MoveRequest) (Run, error) {
	return s.ruledRequest(ctx, h, q.By, func(tx storage.Tx, a people.Act) (bot.Broadcast, error) {
		return h.Bulletins().ApproveRequest(tx, a, requestID(q.ID))
	})
}

func (s *Server) withdrawRequest(ctx context.Context, h *hotline.Service, q MoveRequest) (Run, error) {
	return s.ruledRequest(ctx, h, q.By, func(tx storage.Tx, a people.Act) (bot.Broadcast, error) {
		return h.Bulletins().WithdrawRequest(tx, a, requestID(q.ID), bot.Text(q.Reason))
	})
}

// requestID is the id in a question; the zero id, which no run has, of what is none.
func requestID(given string) bot.ID {
	id, err := bot.ParseID(given)
	if err != nil {
		return bot.ID{}
	}
	return id
}

// ruledRequest applies a rule and gives the run as it is then.
func (s *Server) ruledRequest(ctx context.Context, h *hotline.Service, by By, rule func(storage.Tx, people.Act) (bot.Broadcast, error)) (r Run, err error) {
	act := s.act(h, by)
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		run, err := rule(tx, act)
		if err != nil {
			return err
		}
		r, err = runOf(tx, run)
		return err
	})
	if err == nil && h.Wake != nil {
		h.Wake()
	}
	return r, err
}
