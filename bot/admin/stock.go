package admin

import (
	"context"
	"fmt"
	"slices"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/bot/rumour"
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
	// StockOwed is a stock wording that those who told a rumour wait for.
	StockOwed struct {
		Kind     bot.StockKind `json:"kind"`
		Approved bool          `json:"approved,omitempty"` // otherwise two must approve it before anybody can send it
	}
	// StockTold is a stock wording that was sent about a rumour, and when last.
	StockTold struct {
		Kind bot.StockKind `json:"kind"`
		At   bot.Instant   `json:"at"`
	}
	// HoldingDue counts the rumours whose reporters were not told that they are being checked.
	HoldingDue struct {
		N    int `json:"n"`
		Late int `json:"late"` // of those, past their time
	}
)

// stockTold are the stock wordings that were sent about a rumour.
func stockTold(r bot.Rumour) (told []StockTold) {
	held, final, at := rumour.SaidOf(r)
	if !held.IsZero() {
		told = append(told, StockTold{Kind: bot.StockHolding, At: held})
	}
	if !at.IsZero() {
		told = append(told, StockTold{Kind: final, At: at})
	}
	return told
}

// stockOwed is the stock wording that a rumour owes, nil for none.
func stockOwed(tx storage.Tx, h *hotline.Service, r bot.Rumour) (*StockOwed, error) {
	kind := rumour.Owes(r)
	if kind == "" {
		return nil, nil
	}
	k, err := tx.Stock(kind)
	if err != nil {
		return nil, fmt.Errorf("admin: stock: %w", err)
	}
	return &StockOwed{Kind: kind, Approved: k.Approved(h.Desk.StockText(kind))}, nil
}

// saidBy is what a move that was just made has sent, nil for nothing.
func saidBy(a people.Act, r bot.Rumour) *StockSent {
	if !r.Stock.Once || r.HeldAt != a.At && r.NeutralAt != a.At {
		return nil
	}
	return &StockSent{Rumour: r.Ref, Kind: r.Stock.Kind, Queued: r.Stock.Queued, Open: r.Stock.Open}
}

// holdingLook is how many rumours of each state are looked at for holding lines that are due.
const holdingLook = 500

// holdingDue counts the holding lines that are due; nil for none.
func holdingDue(tx storage.Tx, h *hotline.Service, now bot.Instant) (*HoldingDue, error) {
	var due HoldingDue
	for _, state := range []bot.RumourState{bot.RumourNew, bot.RumourTriaged, bot.RumourInvestigating, bot.RumourReview} {
		list, err := tx.Rumours(state, storage.Page{Limit: holdingLook})
		if err != nil {
			return nil, fmt.Errorf("admin: holding lines: %w", err)
		}
		for _, r := range list {
			if rumour.Owes(r) != bot.StockHolding {
				continue
			}
			due.N++
			late := func(d rumour.Due) bool { return d.Stage == rumour.StageHolding && d.Late(now) }
			if slices.ContainsFunc(h.Site.Calendar().Dues(r), late) {
				due.Late++
			}
		}
	}
	if due.N == 0 {
		return nil, nil
	}
	return &due, nil
}

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
