package main

import (
	"context"
	"strconv"

	"tinye/bot/admin"
)

type eventsLooks struct {
	deskFlags
	Month string `placeholder:"MONTH" help:"Such as 2026-11; the present one without it."`
}

// Run tells who looked.
func (c *eventsLooks) Run(ctx context.Context, std streams) error {
	var l admin.Looks
	return c.show(ctx, std, "/looks/list", admin.ListLooks{By: c.by(), Month: c.Month}, &l, func(p *page) { p.looks(l) })
}

type eventsReview struct {
	deskFlags
	Month string `arg:"" help:"Such as 2026-10."`
}

// Run notes a review.
func (c *eventsReview) Run(ctx context.Context, std streams) error {
	var l admin.Looks
	return c.show(ctx, std, "/looks/review", admin.ReviewLooks{By: c.by(), Month: c.Month}, &l, func(p *page) {
		p.line("Regards du mois %s revus par %s.", l.Month, l.ReviewedBy)
	})
}

// looks prints who looked at what in a month.
func (p *page) looks(l admin.Looks) {
	var rows [][]string
	for _, who := range l.People {
		rows = append(rows, []string{
			who.Name, strconv.Itoa(who.Words), strconv.Itoa(who.Numbers), strconv.Itoa(who.Protected), strconv.Itoa(who.Restricted),
		})
	}
	p.table("Personne n'a regardé de texte brut ni de numéro au mois "+l.Month+".",
		[]string{"QUI", "TEXTES BRUTS", "NUMÉROS", "DONT PROTÉGÉS", "DONT RÉSERVÉS"}, rows)
	rows = nil
	for _, who := range l.People {
		for _, look := range who.Looks {
			rows = append(rows, []string{p.at(look.At), who.Name, p.role(look.Role), p.did(look.Kind), look.Key, look.Reason})
		}
	}
	if len(rows) > 0 {
		p.line("")
		p.table("", []string{"QUAND", "QUI", "RÔLE", "QUOI", "SUR", "RAISON"}, rows)
	}
	for _, who := range l.People {
		if who.More {
			p.line("De %s, les %d premiers regards.", who.Name, len(who.Looks))
		}
	}
	switch {
	case l.ReviewedBy != "":
		p.line("Revu par %s, %s.", l.ReviewedBy, p.at(l.ReviewedAt))
	case l.Over && len(l.People) > 0:
		p.line("Pas encore revu: un coordinateur qui n'a rien regardé le fait (tinye events review %s).", l.Month)
	}
}
