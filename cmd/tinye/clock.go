package main

import (
	"context"

	"tinye/bot/admin"
)

type clockCmd struct {
	Accept clockAccept `cmd:"" help:"Dire que l'horloge de la machine est juste, bien que nos écritures portent une heure plus tardive."`
}

type clockAccept struct{ deskFlags }

// Run takes the clock as right, so that sending goes on.
func (c *clockAccept) Run(ctx context.Context, std streams) error {
	q := admin.AcceptClock{By: c.by()}
	return c.show(ctx, std, "/clock/accept", q, &admin.Nothing{}, func(p *page) {
		p.line("L'heure de cette machine est acceptée; l'envoi reprend.")
	})
}
