package main

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

type eventsCmd struct {
	List eventsList `cmd:"" help:"List what people did, in the order in which they did it."`
}

type eventsList struct {
	deskFlags
	Since string `placeholder:"DAY" help:"From that day on: 2026-03-12, or a moment such as 2026-03-12T14:30:00Z."`
	Actor string `placeholder:"NAME" help:"What this account did."`
	Kind  string `placeholder:"KIND" help:"Such as rumour.decided, or rumour for all of these."`
	Key   string `placeholder:"REF" help:"What was done to this reference, id or name."`
	After uint64 `placeholder:"N" help:"Go on behind that number, the oldest first; without it the newest are listed."`
	Limit int    `default:"50" help:"At most so many, 500 at the most."`
}

// Run lists events.
func (c *eventsList) Run(ctx context.Context, std streams) error {
	since, err := moment(c.Since)
	if err != nil {
		return err
	}
	var list admin.Events
	q := admin.ListEvents{By: c.by(), Since: since, Actor: c.Actor, Kind: c.Kind, Key: c.Key, After: c.After, Limit: c.Limit}
	return c.show(ctx, std, "/events/list", q, &list, func(p *page) {
		var rows [][]string
		for _, e := range list.Events {
			rows = append(rows, []string{
				strconv.FormatUint(e.Seq, 10), p.at(e.At), joined(", ", e.Actor, p.role(e.Role)), p.via(e.Via), p.did(e.Kind), p.on(e), p.detail(e),
			})
		}
		p.table("Rien n'est noté.", []string{"N°", "QUAND", "QUI", "PAR", "QUOI", "SUR", "PRÉCISION"}, rows)
		switch {
		case list.More && c.After > 0:
			p.line("La suite: --after %d", list.Events[len(list.Events)-1].Seq)
		case list.More:
			p.line("Il y en a d'autres, plus anciens: --limit N en montre davantage (%d au plus), --after 1 commence au début.", admin.MostRows)
		}
		if list.Protected > 0 {
			p.line("Sur des signalements protégés: %d, que seul le point focal protection voit.", list.Protected)
		}
		if list.Restricted > 0 {
			p.line("Sur des rumeurs réservées: %d, que seuls ceux qui y travaillent voient.", list.Restricted)
		}
	})
}

// moment reads a day, which begins in UTC, or a moment; "" is none.
func moment(typed string) (bot.Instant, error) {
	if typed == "" {
		return 0, nil
	}
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, typed); err == nil {
			return bot.At(t), nil
		}
	}
	return 0, fmt.Errorf("%s n'est pas un jour: écrivez par exemple 2026-03-12, ou 2026-03-12T14:30:00Z", oneLine(typed))
}

type reportHistory struct {
	deskFlags
	Ref string `arg:"" help:"The report's reference."`
}

// Run tells who did what to a report.
func (c *reportHistory) Run(ctx context.Context, std streams) error {
	var h admin.History
	return c.show(ctx, std, "/report/history", admin.ReportHistory{By: c.by(), Ref: c.Ref}, &h, func(p *page) { p.history(h) })
}

type rumourHistory struct{ rumourRef }

// Run tells who did what to a rumour.
func (c *rumourHistory) Run(ctx context.Context, std streams) error {
	var h admin.History
	return c.show(ctx, std, "/rumour/history", admin.RumourHistory{By: c.by(), Rumour: c.Rumour}, &h, func(p *page) { p.history(h) })
}

// history prints who did what to one reference.
func (p *page) history(h admin.History) {
	var rows [][]string
	for _, e := range h.Events {
		what := p.detail(e)
		if e.Key != string(h.Ref) {
			what = joined(" ", p.on(e), what)
		}
		rows = append(rows, []string{p.at(e.At), joined(", ", e.Actor, p.role(e.Role)), p.via(e.Via), p.did(e.Kind), what, string(e.Note)})
	}
	p.table("Rien n'est noté.", []string{"QUAND", "QUI", "PAR", "QUOI", "PRÉCISION", "RAISON"}, rows)
}
