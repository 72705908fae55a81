package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type stockCmd struct {
	Approve stockApprove `cmd:"" help:"Approve a stock wording; two coordinators do, once for each text."`
}

type stockApprove struct {
	deskFlags
	Kind bot.StockKind `arg:"" help:"holding, unverifiable, out_of_scope or closed."`
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
	Kind bot.StockKind `arg:"" help:"holding, unverifiable, out_of_scope or closed."`
}

// Run sends a stock wording to everybody who told a rumour and was not answered.
func (c *rumourStock) Run(ctx context.Context, std streams) error {
	var sent admin.StockSent
	return c.show(ctx, std, "/rumour/stock", admin.SendStock{By: c.by(), Rumour: c.Rumour, Kind: c.Kind}, &sent, func(p *page) {
		p.line("Rumeur %s: « %s » mis en file: %d.", sent.Rumour, p.stock(sent.Kind), sent.Queued)
	})
}
