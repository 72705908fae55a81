package main

import (
	"context"

	"tinye/bot/admin"
)

type rumourAuto struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
	Allow  string `arg:"" enum:"yes,no" help:"yes: la machine donne la réponse à qui raconte la rumeur; no: seulement le bureau."`
}

// Run allows or refuses that the machine gives a published answer.
func (c *rumourAuto) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.SetAuto{By: c.by(), Rumour: c.Rumour, Allow: c.Allow == "yes"}
	return c.show(ctx, std, "/rumour/auto", q, &r, func(p *page) { p.line("Rumeur %s: %s.", r.Ref, p.auto(r.Auto)) })
}

// noAutoFlag refuses, at publication, that the machine gives the answer.
type noAutoFlag struct {
	NoAuto bool `help:"La machine ne donne pas la réponse à qui raconte la rumeur; seulement le bureau. « tinye rumour auto » le change."`
}

// auto is whether the machine may give a published answer, "" for a rumour that is not published.
func (p *page) auto(a *admin.Auto) string {
	switch {
	case a == nil:
		return ""
	case a.Answer == "":
		return "jamais réglé: la machine ne donne pas la réponse (tinye rumour auto)"
	}
	words := p.worded("state.auto.", string(a.Answer))
	if !a.Until.IsZero() {
		words += ", tant que la vérification a moins d'un jour: jusqu'au " + p.at(a.Until)
	}
	return words
}

// autoLine says it where a rumour is shown.
func (p *page) autoLine(a *admin.Auto) {
	if a != nil {
		p.field("Réponse", joined(", ", p.auto(a), a.By))
	}
}

// tooLong says that the machine will not give a text, while it can still be shortened.
func (p *page) tooLong(a admin.Answer) {
	if a.AutoTooLong {
		p.line("Trop longue en %s pour la machine: avec « Autre sujet? Répondez 0. », elle prend plus d'un SMS. Le bureau seul la donnera.", p.lang(a.Lang))
	}
}
