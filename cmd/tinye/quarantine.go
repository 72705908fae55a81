package main

import (
	"context"
	"strconv"
	"strings"

	"tinye/bot/admin"
)

type quarantineCmd struct {
	List  quarantineList  `cmd:"" help:"List requests of gateways that could not be handled, newest first."`
	Show  quarantineShow  `cmd:"" help:"Show what came, with every digit as #. Each look is recorded."`
	Retry quarantineRetry `cmd:"" help:"Handle one again."`
}

type quarantineList struct {
	deskFlags
	All   bool `help:"Those that were handled since, too."`
	Limit int  `default:"50" help:"At most so many, 500 at the most."`
}

// Run lists the quarantine.
func (c *quarantineList) Run(ctx context.Context, std streams) error {
	var list admin.QuarantinedList
	q := admin.ListQuarantine{By: c.by(), All: c.All, Limit: c.Limit}
	return c.show(ctx, std, "/quarantine/list", q, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Quarantined {
			rows = append(rows, []string{
				r.ID.String(), p.at(r.At), r.Gateway + "/" + r.Route, p.reason(r.Reason), strconv.Itoa(r.Bytes), strconv.Itoa(r.Tries), p.at(r.Done),
			})
		}
		p.table("Rien en quarantaine.", []string{"ID", "REÇU", "PASSERELLE", "RAISON", "OCTETS", "ESSAIS", "RÉGLÉ"}, rows)
		p.more(list.More, len(rows))
	})
}

type quarantineShow struct {
	deskFlags
	ID string `arg:"" help:"The request's id, from the list."`
}

// Run shows one request.
func (c *quarantineShow) Run(ctx context.Context, std streams) error {
	var r admin.Quarantined
	q := admin.ShowQuarantined{By: c.by(), ID: c.ID}
	return c.show(ctx, std, "/quarantine/show", q, &r, func(p *page) {
		p.line("Requête %s", r.ID)
		p.field("Reçue", joined(" ", p.at(r.At), "de", r.Gateway+"/"+r.Route))
		p.field("Raison", p.reason(r.Reason))
		p.field("Essais", strconv.Itoa(r.Tries))
		p.field("Réglée", p.at(r.Done))
		p.field("Forme", joined(" ", r.Method, r.Type))
		p.field("Paramètres", r.Query)
		for line := range strings.Lines(printable(r.Body)) {
			p.line("  %s", strings.TrimRight(line, "\n"))
		}
	})
}

type quarantineRetry struct {
	deskFlags
	ID string `arg:"" help:"The request's id, from the list."`
}

// Run has one request handled again.
func (c *quarantineRetry) Run(ctx context.Context, std streams) error {
	var r admin.QuarantinedRow
	q := admin.RetryQuarantined{By: c.by(), ID: c.ID}
	return c.show(ctx, std, "/quarantine/retry", q, &r, func(p *page) {
		p.line("Traitée; elle a quitté la quarantaine.")
	})
}
