package main

import (
	"context"
	"strings"

	"tinye/bot/admin"
)

type rumourNear struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
	Limit  int    `default:"5" help:"Pas plus que ce nombre de chaque, 20 au plus."`
}

// Run shows what resembles a rumour.
func (c *rumourNear) Run(ctx context.Context, std streams) error {
	var n admin.Nearest
	q := admin.NearRumour{By: c.by(), Rumour: c.Rumour, Limit: c.Limit}
	return c.show(ctx, std, "/rumour/near", q, &n, func(p *page) {
		p.nearClaims("Aucune rumeur proche.", n.Rumours, true)
		for _, r := range n.Rumours {
			if r.Same {
				p.line("Si %s est la même: tinye rumour merge %s --into %s", r.Ref, n.Ref, r.Ref)
				break
			}
		}
		p.line("")
		p.nearTellings("Aucun signalement proche qui attend.", n.Reports, true)
		if same := closeOnes(n.Reports); len(same) > 0 {
			p.line("Si ce sont les mêmes: tinye rumour link %s %s", n.Ref, spaced(same))
		}
	})
}

type rumourSearch struct {
	deskFlags
	Words []string `arg:"" name:"word" help:"Les mots; orthographe et accents n'importent pas."`
	Limit int      `default:"5" help:"Pas plus que ce nombre, 20 au plus."`
}

// Run looks for rumours.
func (c *rumourSearch) Run(ctx context.Context, std streams) error {
	var n admin.Nearest
	q := admin.SearchRumours{By: c.by(), Words: strings.Join(c.Words, " "), Limit: c.Limit}
	return c.show(ctx, std, "/rumour/search", q, &n, func(p *page) {
		p.nearClaims("Aucune rumeur ne ressemble à ces mots.", n.Rumours, false)
	})
}
