package main

import (
	"context"
	"fmt"

	"tinye/bot"
	"tinye/bot/admin"
)

type matchGroups struct {
	deskFlags
	Days  int `default:"14" help:"Ce qui a été dit ces derniers jours, 90 au plus."`
	Limit int `default:"5" help:"Pas plus que ce nombre de groupes, 20 au plus."`
}

// Run lists groups of reports that tell the same.
func (c *matchGroups) Run(ctx context.Context, std streams) error {
	var list admin.Groups
	q := admin.ListGroups{By: c.by(), Days: c.Days, Limit: c.Limit}
	return c.show(ctx, std, "/match/groups", q, &list, func(p *page) {
		if len(list.Groups) == 0 {
			p.line("Aucun signalement en attente n'en répète un autre, ces %d derniers jours.", list.Days)
		}
		for i, g := range list.Groups {
			if i > 0 {
				p.line("")
			}
			p.tellings(g)
		}
		if list.More {
			p.line("")
			p.line("Il y en a d'autres, plus petits: --limit N en montre davantage.")
		}
	})
}

// mostPasted is how many references a command to paste holds; a group may have hundreds of copies.
const mostPasted = 20

// tellings prints a group, and the command that makes a rumour of it.
func (p *page) tellings(g admin.Group) {
	p.line("%d signalements, personnes: %d, du %s au %s", len(g.Refs), g.Numbers, p.at(g.Since), p.at(g.Last))
	if g.Burst > 0 {
		p.line("  %s (personnes: %d)", p.flag(bot.FlagCoordinated), g.Burst)
	}
	if g.Text != "" {
		p.quote(g.Text)
	}
	refs, rest := g.Refs, ""
	if len(refs) > mostPasted {
		rest = fmt.Sprintf(" et %d autres", len(refs)-mostPasted)
		refs = refs[:mostPasted]
	}
	p.wrapped("  ", spaced(refs)+rest, "  ")
	if g.Rumour != nil {
		p.wrapped("  ", fmt.Sprintf("Peut-être la rumeur %s (ressemble %s): %s", g.Rumour.Ref, alike(g.Rumour.Close, ""), oneLine(string(g.Rumour.Claim))), "  ")
	}
	switch {
	case g.Rumour != nil && g.Rumour.Same:
		p.line("  tinye rumour link %s %s", g.Rumour.Ref, spaced(refs))
	case rest != "":
		p.line("  À compléter, entre guillemets, par ce qui se dit: tinye rumour new --group %s --claim", g.Refs[0])
	default:
		p.line("  À compléter, entre guillemets, par ce qui se dit: %s", newOf(refs))
	}
}

type matchAlike struct {
	deskFlags
	Limit int `default:"5" help:"Pas plus que ce nombre de paires, 20 au plus."`
}

// Run lists rumours that may be one.
func (c *matchAlike) Run(ctx context.Context, std streams) error {
	var list admin.Alike
	q := admin.ListAlike{By: c.by(), Limit: c.Limit}
	return c.show(ctx, std, "/match/alike", q, &list, func(p *page) {
		if len(list.Pairs) == 0 {
			p.line("Aucune rumeur ne ressemble à une autre.")
		}
		for _, pair := range list.Pairs {
			for _, r := range []admin.NearClaim{pair.Rumour, pair.Into} {
				p.wrapped("", fmt.Sprintf("%s %s (%s)", r.Ref, oneLine(string(r.Claim)), p.word("state.rumour."+string(r.State))), "  ")
			}
			if what := differs(pair.Apart); what != "" {
				p.line("  Même sujet, mais: %s.", what)
			}
			if pair.Merge {
				p.line("  tinye rumour merge %s --into %s", pair.Rumour.Ref, pair.Into.Ref)
			}
			p.line("")
		}
	})
}

type matchStatus struct {
	deskFlags
	Days int `default:"30" help:"Les signalements de ces derniers jours, 366 au plus."`
}

// Run tells what the machine knows and how well it did.
func (c *matchStatus) Run(ctx context.Context, std streams) error {
	var m admin.Matching
	q := admin.MatchStatus{By: c.by(), Days: c.Days}
	return c.show(ctx, std, "/match/status", q, &m, func(p *page) { p.matching(m) })
}

func (p *page) matching(m admin.Matching) {
	if !m.On {
		p.line("Ce site ne reconnaît rien par lui-même.")
	} else {
		p.field("Connaît", fmt.Sprintf("rumeurs et bulletins: %d, signalements: %d, autres façons de les dire: %d", m.Claims, m.Reports, m.Variants))
		for _, l := range m.Langs {
			p.field("En "+p.lang(l.Lang), langWord(l))
		}
	}
	f := m.Figures
	p.line("")
	p.line("Signalements des %d derniers jours, sans les abus et l'indésirable: %d", f.Days, f.Reports)
	if f.More {
		p.line("Seuls les plus récents sont comptés.")
	}
	p.field("Répondus", fmt.Sprintf("tout de suite, par la machine: %s", share(f.Given, f.Reports)))
	p.field("À relire", fmt.Sprintf("liens de la machine que personne n'a encore jugés: %d (tinye report list --auto)", f.Waiting))
	p.field("Repris", fmt.Sprintf("la réponse donnée n'était pas celle du sujet: %s", share(f.TakenBack, f.Given)))
	p.field("Proposés", fmt.Sprintf("une rumeur est proposée, et personne n'a encore dit oui ou non: %d", f.Suggested))
	p.field("Justes", fmt.Sprintf("%s, de ce que des personnes ont confirmé ou refusé (C6)", share(f.Confirmed, f.Confirmed+f.Rejected)))
}

func langWord(l admin.MatchLang) string {
	switch {
	case l.Learned:
		return fmt.Sprintf("appris; confirmés par des personnes: %d", l.Confirmed)
	case l.Confirmed >= l.Needed:
		return fmt.Sprintf("confirmés par des personnes: %d, assez pour répondre tout de suite", l.Confirmed)
	}
	return fmt.Sprintf("pas appris: ne répond jamais tout de suite avant %d confirmations; il y en a %d", l.Needed, l.Confirmed)
}

// share is a part of a whole, with its percentage where there is a whole.
func share(part, whole int) string {
	if whole == 0 {
		return "aucun encore"
	}
	return fmt.Sprintf("%d sur %d (%d %%)", part, whole, (100*part+whole/2)/whole)
}
