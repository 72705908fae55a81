package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot/admin"
)

type eventsCmd struct {
	List   eventsList   `cmd:"" help:"Lister ce que chacun a fait, dans l'ordre."`
	Looks  eventsLooks  `cmd:"" help:"Qui a lu des textes bruts ou des numéros dans un mois, combien, quoi et pourquoi."`
	Review eventsReview `cmd:"" help:"Noter que vous, qui n'avez rien regardé, avez revu les regards d'un mois fini."`
}

type eventsList struct {
	deskFlags
	Since string `placeholder:"DAY" help:"À partir de ce jour: 2026-03-12, ou d'un moment comme 2026-03-12T14:30:00Z."`
	Actor string `placeholder:"NAME" help:"Ce que ce compte a fait."`
	Kind  string `placeholder:"KIND" help:"Par exemple rumour.decided, ou rumour pour tout ce qui touche aux rumeurs."`
	Key   string `placeholder:"REF" help:"Ce qui a été fait à cette référence, cet identifiant ou ce nom."`
	Epoch int    `placeholder:"E" help:"Seulement ce qui a été fait dans cette époque: une sauvegarde remise en commence une nouvelle, 1 est la première. Sans lui, toutes."`
	After string `placeholder:"[E/]N" help:"Continuer après ce numéro, de l'époque E ou de la présente, les plus anciens d'abord; 1/0 part du début. Sans lui, les plus récents."`
	Limit int    `default:"50" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists events.
func (c *eventsList) Run(ctx context.Context, std streams) error {
	since, err := when(c.Since)
	if err != nil {
		return err
	}
	after, err := eventNo(c.After)
	if err != nil {
		return err
	}
	var list admin.Events
	q := admin.ListEvents{
		By: c.by(), Since: since, Actor: c.Actor, Kind: c.Kind, Key: c.Key, Epoch: c.Epoch, After: after, Limit: c.Limit,
	}
	return c.show(ctx, std, "/events/list", q, &list, func(p *page) {
		var rows [][]string
		for _, e := range list.Events {
			rows = append(rows, []string{
				numberOf(e, list.Epochs), p.at(e.At), joined(", ", e.Actor, p.role(e.Role)), p.via(e.Via), p.did(e.Kind), p.on(e), p.detail(e),
			})
		}
		p.table("Rien n'est noté.", []string{"N°", "QUAND", "QUI", "PAR", "QUOI", "SUR", "PRÉCISION"}, rows)
		switch {
		case list.More && after != nil && len(list.Events) > 0:
			p.line("La suite: --after %s", numberOf(list.Events[len(list.Events)-1], list.Epochs))
		case list.More:
			p.line("Il y en a d'autres, plus anciens: --limit N en montre davantage (%d au plus), --after 1/0 commence au début.", admin.MostRows)
		}
		if list.Protected > 0 {
			p.line("Sur des signalements protégés: %d, que seul le point focal protection voit.", list.Protected)
		}
		if list.Restricted > 0 {
			p.line("Sur des rumeurs réservées: %d, que seuls ceux qui y travaillent voient.", list.Restricted)
		}
	})
}

// numberOf is how an event is called: with its epoch, where there are several.
func numberOf(e admin.Event, epochs int) string {
	if epochs < 2 {
		return strconv.FormatUint(e.Seq, 10)
	}
	return strconv.Itoa(e.Epoch) + "/" + strconv.FormatUint(e.Seq, 10)
}

// eventNo reads N or E/N; "" is none.
func eventNo(typed string) (*admin.EventNo, error) {
	if typed == "" {
		return nil, nil
	}
	var no admin.EventNo
	var err error
	epoch, seq, ok := strings.Cut(typed, "/")
	if !ok {
		epoch, seq = "", typed
	}
	if epoch != "" || ok {
		no.Epoch, err = strconv.Atoi(epoch)
	}
	if err == nil {
		no.Seq, err = strconv.ParseUint(seq, 10, 64)
	}
	if err != nil || ok && no.Epoch < 1 {
		return nil, fmt.Errorf("%s n'est pas un numéro: écrivez par exemple 120, ou 1/120 pour la première époque", oneLine(typed))
	}
	return &no, nil
}

// when is a day or a moment as it was typed: which moment a day begins at, the site's calendar says.
func when(typed string) (admin.When, error) {
	if w := admin.When(typed); w.OK() {
		return w, nil
	}
	return "", fmt.Errorf("« %s » n'est pas un jour: écrivez par exemple 2026-03-12, ou 2026-03-12T14:30:00Z", oneLine(typed))
}

type reportHistory struct {
	deskFlags
	Ref string `arg:"" help:"La référence du signalement."`
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
