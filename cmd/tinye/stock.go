package main

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/admin"
)

type stockCmd struct {
	Approve stockApprove `cmd:"" help:"Approuver un texte type; deux coordinateurs le font, une fois par texte."`
}

type stockApprove struct {
	deskFlags
	Kind bot.StockKind `arg:"" help:"${stocks}."`
}

// Run approves a stock wording.
func (c *stockApprove) Run(ctx context.Context, std streams) error {
	var k admin.Stock
	return c.show(ctx, std, "/stock/approve", admin.ApproveStock{By: c.by(), Kind: c.Kind}, &k, func(p *page) {
		p.line("« %s »", oneLine(k.Text))
		if k.Second == "" {
			p.line("Approuvé par %s. Il faut encore une seconde personne.", oneLine(k.First))
			return
		}
		p.line("Approuvé par %s et %s: %s peut partir.", oneLine(k.First), oneLine(k.Second), typed(p.stock(k.Kind), k.Kind))
	})
}

type rumourStock struct {
	rumourRef
	Kind bot.StockKind `arg:"" help:"${stocks}."`
}

// Run sends a stock wording to everybody who told a rumour and was not answered.
func (c *rumourStock) Run(ctx context.Context, std streams) error {
	var sent admin.StockSent
	return c.show(ctx, std, "/rumour/stock", admin.SendStock{By: c.by(), Rumour: c.Rumour, Kind: c.Kind}, &sent, func(p *page) {
		p.line("Rumeur %s: « %s » mis en file: %d.", sent.Rumour, p.stock(sent.Kind), sent.Queued)
	})
}

// stockOwed says which stock wording those who told a rumour wait for, and what sends it.
func (p *page) stockOwed(ref bot.Ref, owed *admin.StockOwed) string {
	if owed == nil {
		return ""
	}
	send := fmt.Sprintf("tinye rumour stock %s %s", ref, owed.Kind)
	if !owed.Approved {
		send = fmt.Sprintf("deux personnes l'approuvent (tinye stock approve %s), puis: %s", owed.Kind, send)
	}
	return fmt.Sprintf("« %s ». Pour l'envoyer: %s", p.stock(owed.Kind), send)
}

// stockSaid tells what a move has sent by itself, or what waits to be sent.
func (p *page) stockSaid(r admin.Rumour) {
	if r.Said != nil {
		p.line("Texte type « %s » mis en file: %d.", p.stock(r.Said.Kind), r.Said.Queued)
	}
	if r.Owes != nil {
		p.line("Ceux qui l'ont signalée attendent le texte type %s", p.stockOwed(r.Ref, r.Owes))
	}
}

// holdingWord says how many rumours owe a holding line, and what sends it.
func holdingWord(h *admin.HoldingDue) string {
	if h == nil {
		return ""
	}
	return fmt.Sprintf("à envoyer pour %d rumeur(s), dont %d EN RETARD: tinye rumour list, puis tinye rumour stock REF holding", h.N, h.Late)
}
