package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type reportMask struct {
	deskFlags
	Ref    string       `arg:"" help:"La référence du signalement."`
	Words  string       `placeholder:"WORDS" help:"Mots à masquer, comme on les lit dans le signalement; orthographe et accents n'importent pas."`
	Kind   bot.MaskKind `enum:"name,number,address,spot" default:"name" help:"Ce que c'est: name (nom), number (numéro), address (adresse), spot (lieu précis)."`
	Like   string       `placeholder:"REF" help:"Reprendre les marques d'un autre signalement de la même rumeur."`
	Unmask int          `placeholder:"N" help:"Lever la marque de ce numéro: pour les coordinateurs."`
}

// Run hides words, or shows them again.
func (c *reportMask) Run(ctx context.Context, std streams) error {
	var r admin.Report
	q := admin.MaskReport{By: c.by(), Ref: c.Ref, Words: bot.Text(c.Words), Like: c.Like, Unmask: c.Unmask}
	if c.Words != "" {
		q.Kind = c.Kind
	}
	return c.show(ctx, std, "/report/mask", q, &r, func(p *page) { p.report(r) })
}
