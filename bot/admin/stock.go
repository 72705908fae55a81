package admin

import (
	"context"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
)

type (
	// ApproveStock approves a stock wording as it is now.
	ApproveStock struct {
		By
		Kind bot.StockKind `json:"kind"`
	}
	// Stock is a stock wording and who approved it.
	Stock struct {
		Kind     bot.StockKind `json:"kind"`
		Text     string        `json:"text"` // in the desk's language
		First    string        `json:"first"`
		Second   string        `json:"second,omitempty"` // "" while one more must approve it
		FirstAt  bot.Instant   `json:"first_at"`
		SecondAt bot.Instant   `json:"second_at,omitzero"`
	}
	// SendStock sends one to everybody who told a rumour and was not answered.
	SendStock struct {
		By
		Rumour string        `json:"rumour"`
		Kind   bot.StockKind `json:"kind"`
	}
	// StockSent is how many messages that queued.
	StockSent struct {
		Rumour bot.Ref       `json:"rumour"`
		Kind   bot.StockKind `json:"kind"`
		Queued int           `json:"queued"`
		Open   bool          `json:"open,omitempty"` // it goes on
	}
)

func (s *Server) approveStock(ctx context.Context, h *hotline.Service, q ApproveStock) (Stock, error) {
	act := s.act(h, q.By)
	var k bot.Stock
	err := h.Store.Update(ctx, func(tx storage.Tx) (err error) {
		k, err = h.Desk.ApproveStock(tx, act, q.Kind)
		return err
	})
	text := h.Desk.StockWording(s.DeskLang, q.Kind)
	return Stock{Kind: k.Kind, Text: text, First: k.First, Second: k.Second, FirstAt: k.FirstAt, SecondAt: k.SecondAt}, err
}

func (s *Server) sendStock(ctx context.Context, h *hotline.Service, q SendStock) (StockSent, error) {
	r, err := h.SendStock(ctx, s.act(h, q.By), q.Rumour, q.Kind)
	return StockSent{Rumour: r.Ref, Kind: r.Stock.Kind, Queued: r.Stock.Queued, Open: r.Stock.Open}, err
}
