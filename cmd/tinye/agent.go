package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type agentCmd struct {
	Add    agentAdd    `cmd:"" help:"Ajouter quelqu'un qui inscrit des gens, avec son téléphone, ou un événement."`
	List   agentList   `cmd:"" help:"Lister les agents et les événements."`
	Show   agentShow   `cmd:"" help:"En montrer un, avec ses codes du jour."`
	Pause  agentPause  `cmd:"" help:"Mettre en pause: n'inscrit plus personne, tout de suite, aussi par les codes déjà affichés."`
	Resume agentResume `cmd:"" help:"Finir la pause."`
	Exit   agentExit   `cmd:"" help:"Noter un départ: tout de suite, et le téléphone redevient celui de n'importe qui."`
	Form   agentForm   `cmd:"" help:"Écrire une fiche papier sans noms à imprimer, avec le code du jour."`
}

type agentAdd struct {
	deskFlags
	Name    string `arg:"" help:"Un nom de code, jamais un vrai nom: il reste dans l'historique."`
	Number  string `placeholder:"N" help:"Le téléphone de l'agent, comme 76123456: ce qu'il envoie peut être une commande."`
	Place   string `placeholder:"SCHEME:CODE" help:"La région ou le cercle des gens inscrits (tinye place find)."`
	Lang    string `placeholder:"LANG" help:"La langue du texte de consentement, fra ou bam, sauf pour qui en a choisi une; sans cela, la première du site."`
	Project string `placeholder:"CODE" help:"Le projet pour lequel on compte (tinye project list)."`
	Event   bool   `help:"C'est un événement, comme un jour de marché: des codes, pas de téléphone."`
}

// Run adds an agent or an event.
func (c *agentAdd) Run(ctx context.Context, std streams) error {
	var made admin.AgentRow
	q := admin.AddAgent{By: c.by(), Name: c.Name, Event: c.Event, Number: c.Number, Place: c.Place, Lang: c.Lang, Project: c.Project}
	return c.show(ctx, std, "/agent/add", q, &made, func(p *page) {
		p.line("%s ajouté: %s.", oneLine(made.Name), p.agentKind(made))
		p.line("Un code du jour: tinye code new %s", oneLine(made.Name))
		if !made.Event && !made.Phone {
			p.line("Sans téléphone: seulement des codes. Un numéro: tinye user number %s NUMERO", oneLine(made.Name))
		}
	})
}

// agentKind is what an agent is, where and in which language, in words.
func (p *page) agentKind(a admin.AgentRow) string {
	kind := "agent"
	switch {
	case a.Event:
		kind = "événement"
	case a.Via == bot.EnrolAmbassador:
		kind = "ambassadeur"
	}
	return joined(", ", kind, a.PlaceName, p.words.Name(a.Lang), a.Project)
}

func agentStatus(s bot.AgentStatus) string {
	switch s {
	case bot.AgentPaused:
		return "en pause"
	case bot.AgentExited:
		return "parti"
	default:
		return "actif"
	}
}

type agentList struct{ deskFlags }

// Run lists agents and events.
func (c *agentList) Run(ctx context.Context, std streams) error {
	var list admin.AgentRows
	return c.show(ctx, std, "/agent/list", admin.ListAgents{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, a := range list.Agents {
			rows = append(rows, []string{a.Name, p.agentKind(a), agentStatus(a.Status), yes(a.Phone), p.at(a.AddedAt), a.AddedBy})
		}
		p.table("Aucun agent, aucun événement.", []string{"NOM", "QUOI", "ETAT", "TELEPHONE", "AJOUTÉ", "PAR"}, rows)
	})
}

func yes(b bool) string {
	if b {
		return "oui"
	}
	return ""
}

type agentName struct {
	deskFlags
	Name string `arg:"" help:"L'agent ou l'événement."`
}

type agentShow struct{ agentName }

// Run shows an agent.
func (c *agentShow) Run(ctx context.Context, std streams) error {
	var a admin.AgentRow
	return c.show(ctx, std, "/agent/show", admin.ShowAgent{By: c.by(), Name: c.Name}, &a, func(p *page) {
		p.line("%s: %s", oneLine(a.Name), p.agentKind(a))
		p.field("Etat", joined(" depuis le ", agentStatus(a.Status), p.at(a.StatusAt)))
		p.field("Téléphone", yes(a.Phone))
		p.field("Ajouté", joined(" par ", p.at(a.AddedAt), a.AddedBy))
		p.codeRows(a.Codes)
	})
}

func (c agentName) status(ctx context.Context, std streams, status bot.AgentStatus, done string) error {
	var a admin.AgentRow
	q := admin.SetAgentStatus{By: c.by(), Name: c.Name, Status: status}
	return c.show(ctx, std, "/agent/status", q, &a, func(p *page) { p.line(done, oneLine(a.Name)) })
}

type agentPause struct{ agentName }

// Run pauses an agent.
func (c *agentPause) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentPaused, "%s est en pause: ses codes ne prennent plus personne.")
}

type agentResume struct{ agentName }

// Run has an agent go on.
func (c *agentResume) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentActive, "%s inscrit de nouveau.")
}

type agentExit struct{ agentName }

// Run notes that an agent has left.
func (c *agentExit) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentExited, "%s est parti: ses codes ne prennent plus personne, son téléphone n'est plus celui d'un agent.")
}

type codeCmd struct {
	New   codeNew   `cmd:"" help:"Tirer un code du jour pour un agent ou un événement: quatre chiffres à envoyer ou à composer."`
	List  codeList  `cmd:"" help:"Lister les codes valables ou à venir."`
	Tally codeTally `cmd:"" help:"Compter ce que sont devenues les personnes venues par les codes; jamais un numéro."`
}

type codeNew struct {
	deskFlags
	Agent string `arg:"" help:"L'agent ou l'événement."`
	Days  int    `default:"1" help:"Sa durée en jours, 31 au plus."`
	From  string `placeholder:"DATE" help:"Son premier jour, comme 2026-11-23; sans cela, aujourd'hui."`
}

// Run draws a code.
func (c *codeNew) Run(ctx context.Context, std streams) error {
	if c.Days < 1 {
		return &exitError{exitConfig, fmt.Errorf("--days: un code vaut au moins un jour")}
	}
	var made admin.CodeRow
	q := admin.NewCode{By: c.by(), Agent: c.Agent, Days: c.Days, From: c.From}
	return c.show(ctx, std, "/code/new", q, &made, func(p *page) {
		p.line("Code %s pour %s, %s.", made.Digits, oneLine(made.Agent), days(made))
		p.line("On l'envoie par SMS ou on le compose; le texte de consentement suit, et seul OUI inscrit.")
	})
}

// days are the days of a code in words.
func days(c admin.CodeRow) string {
	if c.From == c.Until {
		return "valable le " + c.From
	}
	return "valable du " + c.From + " au " + c.Until
}

type codeList struct {
	deskFlags
	Agent string `arg:"" optional:"" help:"Seulement les codes de cet agent ou événement."`
}

// Run lists codes.
func (c *codeList) Run(ctx context.Context, std streams) error {
	var list admin.CodeRows
	return c.show(ctx, std, "/code/list", admin.ListCodes{By: c.by(), Agent: c.Agent}, &list, func(p *page) { p.codeRows(list.Codes) })
}

func (p *page) codeRows(codes []admin.CodeRow) {
	var rows [][]string
	for _, c := range codes {
		rows = append(rows, []string{c.Digits, c.Agent, c.From, c.Until, yes(c.Today), c.Project, c.DrawnBy})
	}
	p.table("Aucun code valable ou à venir.", []string{"CODE", "DE", "DU", "AU", "AUJOURD'HUI", "PROJET", "PAR"}, rows)
}

type codeTally struct {
	deskFlags
	Of  string `arg:"" optional:"" help:"Quatre chiffres, un agent ou un événement; sans cela, tous les codes valables."`
	Day string `placeholder:"DATE" help:"Seulement qui est venu ce jour-là, comme 2026-11-23."`
}

// Run counts what became of those who came by codes.
func (c *codeTally) Run(ctx context.Context, std streams) error {
	var list admin.CodeTallies
	q := admin.TallyCodes{By: c.by(), Of: c.Of, Day: c.Day}
	return c.show(ctx, std, "/code/tally", q, &list, func(p *page) {
		if len(list.Tallies) == 0 {
			p.line("Aucun code pour cela.")
		}
		for i, t := range list.Tallies {
			if i > 0 {
				p.line("")
			}
			p.tally(t, list.Day)
		}
	})
}

// tally prints the counts of one code.
func (p *page) tally(t admin.CodeTally, day string) {
	p.line("Code %s de %s, %s%s", t.Digits, oneLine(t.Agent), days(t.CodeRow), onDay(day))
	p.line("  venus: %d, OUI: %d, NON: %d", t.Started, t.Yes, t.No)
	if t.Own {
		p.line("  sans réponse: %d", t.NoReply)
		return
	}
	p.line("  en attente: %d, silence après 7 jours: %d, STOP depuis: %d, moins de 15 ans: %d", t.Waiting, t.Silent, t.Stopped, t.Young)
	p.line("  part de OUI: %d %%; déjà inscrits avant, non comptés: %d", t.Share, t.Already)
	p.counts("lieu", t.Places, func(s string) string { return s })
	p.counts("age", t.Ages, func(s string) string { return p.word("ussd.age_" + s) })
	p.counts("sexe", t.Sexes, func(s string) string { return p.word("ussd.sex_" + s) })
	p.counts("langue", t.Langs, func(s string) string { return p.words.Name(bot.Lang(s)) })
	if t.Runs == 0 {
		return
	}
	p.line("  ATTENTION: des numéros se suivent: %d en %s, la plus longue de %d; %d sont arrivés à moins d'une minute de leur voisin.",
		t.InRuns, runs(t.Runs), t.Longest, t.Rush)
	p.line("  Au plus %d en une minute. Au marché, les numéros se suivent rarement: cela arrive quand l'enrôlement est payé à la tête et que", t.Minute)
	p.line("  des numéros sont inventés. Une boutique qui vend des cartes l'explique aussi: parlez-en avec l'agent avant de conclure.")
}

func runs(n int) string {
	if n == 1 {
		return "1 suite"
	}
	return strconv.Itoa(n) + " suites"
}

func onDay(day string) string {
	if day == "" {
		return ""
	}
	return "; venus le " + day
}

// counts prints those who said yes by something; what is not known is said.
func (p *page) counts(of string, list []admin.CountOf, word func(string) string) {
	var parts []string
	for _, c := range list {
		name := "non dit"
		if c.Of != "" {
			name = word(c.Of)
		}
		parts = append(parts, name+" "+strconv.Itoa(c.N))
	}
	if len(parts) > 0 {
		p.line("  OUI par %s: %s", of, oneLine(strings.Join(parts, ", ")))
	}
}
