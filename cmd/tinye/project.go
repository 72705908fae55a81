package main

import (
	"context"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type projectCmd struct {
	New  projectNew  `cmd:"" help:"Ajouter un projet, pour lequel on compte des cohortes, des codes et des listes."`
	List projectList `cmd:"" help:"Lister les projets."`
	Show projectShow `cmd:"" help:"En montrer un: qui il a amené, et combien comptent aussi pour un autre."`
}

type projectNew struct {
	deskFlags
	Code   string `arg:"" help:"Son code, comme JADE: 2 à 16 lettres majuscules, chiffres ou tirets."`
	Title  string `required:"" placeholder:"TITLE" help:"Son titre."`
	Funder string `placeholder:"NAME" help:"Qui le paie."`
	From   string `placeholder:"DATE" help:"Son premier jour, comme 2026-02-01."`
	Until  string `placeholder:"DATE" help:"Son dernier jour."`
}

// Run adds a project.
func (c *projectNew) Run(ctx context.Context, std streams) error {
	var made admin.ProjectRow
	q := admin.NewProject{By: c.by(), Code: c.Code, Title: c.Title, Funder: c.Funder, From: c.From, Until: c.Until}
	return c.show(ctx, std, "/project/new", q, &made, func(p *page) {
		p.line("Projet %s ajouté: %s.", made.Code, oneLine(made.Title))
		p.line("On compte pour lui avec --project %s: agent add, cohort new, people import, bulletin new.", made.Code)
	})
}

type projectList struct{ deskFlags }

// Run lists projects.
func (c *projectList) Run(ctx context.Context, std streams) error {
	var list admin.ProjectRows
	return c.show(ctx, std, "/project/list", admin.ListProjects{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Projects {
			rows = append(rows, []string{r.Code, r.Title, r.Funder, r.From, r.Until, r.AddedBy})
		}
		p.table("Aucun projet. En ajouter un: tinye project new CODE --title …", []string{"CODE", "TITRE", "BAILLEUR", "DU", "AU", "PAR"}, rows)
	})
}

type projectShow struct {
	deskFlags
	Code string `arg:"" help:"Le projet."`
}

// Run shows a project.
func (c *projectShow) Run(ctx context.Context, std streams) error {
	var shown admin.ProjectShown
	return c.show(ctx, std, "/project/show", admin.ShowProject{By: c.by(), Code: c.Code}, &shown, func(p *page) { p.project(shown) })
}

func (p *page) project(s admin.ProjectShown) {
	p.line("%s: %s", s.Code, oneLine(s.Title))
	p.field("Bailleur", s.Funder)
	p.field("Durée", span(s.From, s.Until))
	p.field("Amenés", strconv.Itoa(s.Brought)+" personnes, quelle que soit leur réponse")
	p.field("Inscrits", strconv.Itoa(s.Enrolled)+" reçoivent des bulletins; "+strconv.Itoa(s.First)+" amenés d'abord par ce projet")
	if s.Shared > 0 {
		p.say("ATTENTION: %d de ces inscrits comptent aussi pour un autre projet (%s). Deux bailleurs ne comptent pas une personne deux fois sans que ce soit dit.",
			s.Shared, tallied(s.Also, func(code string) string { return code }))
	} else {
		p.line("Aucun de ces inscrits ne compte aussi pour un autre projet.")
	}
	if len(s.Sexes) > 0 {
		p.field("Par sexe", tallied(s.Sexes, func(of string) string { return p.worded("state.sex.", of) }))
		p.field("Par lieu", tallied(s.Places, func(of string) string { return of }))
	}
	p.field("Bulletins", strconv.Itoa(s.Bulletins)+" payés par ce projet, dont "+strconv.Itoa(s.Sent)+" envoyés")
	p.cohortRows("Aucune cohorte.", s.Cohorts)
}

// tallied are counts in words, the most first.
func tallied(list []admin.CountOf, word func(string) string) string {
	var parts []string
	for _, c := range list {
		name := "non dit"
		if c.Of != "" {
			name = word(c.Of)
		}
		parts = append(parts, name+" "+strconv.Itoa(c.N))
	}
	return strings.Join(parts, ", ")
}

// span is from one day to another, each of which may be open.
func span(from, until string) string {
	return joined(" ", before("du ", day(from)), before("au ", day(until)))
}

func (p *page) vetting(s bot.VettingState) string      { return p.worded("state.vetting.", string(s)) }
func (p *page) vettingCheck(c bot.VettingCheck) string { return p.worded("state.check.", string(c)) }
func (p *page) checked(r bot.CheckResult) string       { return p.worded("state.checked.", string(r)) }
func (p *page) exit(r bot.ExitReason) string           { return p.worded("state.exit.", string(r)) }
func (p *page) residence(r bot.Residence) string       { return p.worded("state.residence.", string(r)) }
func (p *page) disability(d bot.Disability) string     { return p.worded("state.disability.", string(d)) }
func (p *page) incident(k bot.IncidentKind) string     { return p.worded("state.incident.", string(k)) }
func (p *page) sex(s bot.Sex) string                   { return p.worded("state.sex.", string(s)) }
