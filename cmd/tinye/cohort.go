package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type cohortCmd struct {
	New       cohortNew       `cmd:"" help:"Ajouter une cohorte d'ambassadeurs, avec ses places par lieu."`
	Change    cohortChange    `cmd:"" help:"La changer: dates, places, critères, mentor; l'historique garde ce qui était."`
	List      cohortList      `cmd:"" help:"Lister les cohortes."`
	Show      cohortShow      `cmd:"" help:"Une cohorte face à ses quotas, et ses ambassadeurs."`
	Notice    cohortNotice    `cmd:"" help:"Ecrire l'avis public de la sélection, à imprimer; personne n'est habilité avant."`
	Add       cohortAdd       `cmd:"" help:"Proposer quelqu'un, sous un nom de code, avec ce que la personne veut bien dire."`
	Member    cohortMember    `cmd:"" help:"Montrer un ambassadeur: contrôles, code de conduite, ce qui manque."`
	Number    cohortNumber    `cmd:"" help:"Enregistrer le téléphone d'un ambassadeur."`
	Conduct   cohortConduct   `cmd:"" help:"Demander l'accord au code de conduite par SMS, ou noter un accord signé."`
	Vet       cohortVet       `cmd:"" help:"Noter des contrôles: bons, en échec, ou dispensés avec une raison."`
	Clear     cohortClear     `cmd:"" help:"Habiliter: un coordinateur qui n'a pas proposé la personne."`
	Decline   cohortDecline   `cmd:"" help:"Ne pas retenir une candidature."`
	Suspend   cohortSuspend   `cmd:"" help:"Suspendre tout de suite; les contrôles sont ensuite refaits."`
	Pause     cohortPause     `cmd:"" help:"Mettre en pause tout de suite, aussi pour les codes déjà affichés."`
	Resume    cohortResume    `cmd:"" help:"Finir la pause."`
	Exit      cohortExit      `cmd:"" help:"Noter un départ, tout de suite; le numéro n'est plus gardé."`
	Replace   cohortReplace   `cmd:"" help:"Remplacer: l'un part, l'autre prend la place; les deux fiches restent."`
	Met       cohortMet       `cmd:"" help:"Noter que vous avez vu ou appelé la personne."`
	Incident  cohortIncident  `cmd:"" help:"Noter une menace, une arrestation, un harcèlement: pour la coordination et la protection."`
	Incidents cohortIncidents `cmd:"" help:"Lister les incidents, ou en noter un comme traité."`
}

// cohortFields are what a cohort is made of.
type cohortFields struct {
	Name        string   `arg:"" help:"Le nom de la cohorte, comme JADE: 2 à 16 lettres majuscules, chiffres ou tirets."`
	Project     string   `placeholder:"CODE" help:"Le projet pour lequel on compte (tinye project list)."`
	Starts      string   `placeholder:"DATE" help:"Son premier jour, comme 2026-02-01."`
	Ends        string   `placeholder:"DATE" help:"Son dernier jour; le lendemain, ses ambassadeurs n'ont plus de droits."`
	Quota       []string `placeholder:"SCHEME:CODE=N" help:"Un lieu et ses places, comme ml_ct_2023:ML0701=20 (tinye place find); plusieurs fois pour plusieurs." sep:"none"`
	Group       []string `placeholder:"GROUP=N" help:"Combien d'un groupe au moins: f, m, x, une tranche d'âge, host, idp, returnee, refugee, disability." sep:"none"`
	SelectBy    string   `placeholder:"DATE" help:"Le dernier jour de la sélection."`
	CriteriaFra string   `placeholder:"TEXT" help:"Les critères de la sélection, en français, pour l'avis public."`
	CriteriaBam string   `placeholder:"TEXT" help:"Les mêmes en bambara."`
	ApplyFra    string   `placeholder:"TEXT" help:"Comment se présenter, en français, pour l'avis public."`
	ApplyBam    string   `placeholder:"TEXT" help:"Le même en bambara."`
	Mentor      string   `placeholder:"NAME" help:"Le compte du bureau qui suit la cohorte; sans cela, le vôtre."`
	SilentDays  int      `placeholder:"N" help:"Après combien de jours sans nouvelles le mentor est prévenu; 14 sans cela."`
}

func (f cohortFields) question(by admin.By) (admin.PutCohort, error) {
	q := admin.PutCohort{
		By: by, Name: f.Name, Project: f.Project, Starts: f.Starts, Ends: f.Ends, SelectBy: f.SelectBy, Mentor: f.Mentor, SilentDays: f.SilentDays,
		Criteria: map[bot.Lang]string{bot.French: f.CriteriaFra, bot.Bambara: f.CriteriaBam},
		Apply:    map[bot.Lang]string{bot.French: f.ApplyFra, bot.Bambara: f.ApplyBam},
	}
	for _, typed := range f.Quota {
		of, n, ok := numberedFlag(typed)
		at, isPlace := bot.ParsePlaceCode(of)
		if !ok || !isPlace {
			return q, &exitError{exitConfig, fmt.Errorf("--quota %s: écrivez par exemple --quota ml_ct_2023:ML0701=20", oneLine(typed))}
		}
		q.Quotas = append(q.Quotas, admin.QuotaRow{Place: at, N: n})
	}
	for _, typed := range f.Group {
		of, n, ok := numberedFlag(typed)
		if !ok {
			return q, &exitError{exitConfig, fmt.Errorf("--group %s: écrivez par exemple --group f=60", oneLine(typed))}
		}
		q.Groups = append(q.Groups, admin.GroupRow{Group: of, N: n})
	}
	return q, nil
}

// numberedFlag reads WHAT=N.
func numberedFlag(typed string) (of string, n int, ok bool) {
	of, number, ok := strings.Cut(typed, "=")
	n, err := strconv.Atoi(strings.TrimSpace(number))
	return strings.TrimSpace(of), n, ok && err == nil
}

type cohortNew struct {
	deskFlags
	cohortFields
}

// Run adds a cohort.
func (c *cohortNew) Run(ctx context.Context, std streams) error {
	q, err := c.question(c.by())
	if err != nil {
		return err
	}
	var made admin.CohortRow
	return c.show(ctx, std, "/cohort/new", q, &made, func(p *page) {
		p.line("Cohorte %s ajoutée: %d places, %s, mentor %s.", made.Name, made.Seats, span(made.Starts, made.Ends), oneLine(made.Mentor))
		p.line("D'abord l'avis public: tinye cohort notice %s --lang fra --out avis.html", made.Name)
		p.line("Puis: tinye cohort add %s CODE --place … --sex … --age … --residence … --disability …", made.Name)
	})
}

type cohortChange struct {
	deskFlags
	cohortFields
}

// Run changes a cohort.
func (c *cohortChange) Run(ctx context.Context, std streams) error {
	q, err := c.question(c.by())
	if err != nil {
		return err
	}
	var made admin.CohortRow
	return c.show(ctx, std, "/cohort/change", q, &made, func(p *page) {
		p.line("Cohorte %s: %d places, %s, mentor %s.", made.Name, made.Seats, span(made.Starts, made.Ends), oneLine(made.Mentor))
	})
}

type cohortList struct{ deskFlags }

// Run lists cohorts.
func (c *cohortList) Run(ctx context.Context, std streams) error {
	var list admin.CohortRows
	return c.show(ctx, std, "/cohort/list", admin.ListCohorts{By: c.by()}, &list, func(p *page) {
		p.cohortRows("Aucune cohorte pour vous. En ajouter une: tinye cohort new NOM --starts … --ends … --quota …", list.Cohorts)
	})
}

func (p *page) cohortRows(none string, cohorts []admin.CohortRow) {
	var rows [][]string
	for _, c := range cohorts {
		rows = append(rows, []string{
			c.Name, c.Project, day(c.Starts), day(c.Ends), fmt.Sprintf("%d/%d", c.Sits, c.Seats), yes(!c.NoticeAt.IsZero()), c.Mentor,
		})
	}
	p.table(none, []string{"COHORTE", "PROJET", "DU", "AU", "HABILITÉS", "AVIS", "MENTOR"}, rows)
}

type cohortShow struct {
	deskFlags
	Name    string `arg:"" help:"La cohorte."`
	Members bool   `negatable:"" default:"true" help:"Avec ses ambassadeurs, un par ligne."`
}

// Run shows a cohort.
func (c *cohortShow) Run(ctx context.Context, std streams) error {
	var shown admin.CohortShown
	return c.show(ctx, std, "/cohort/show", admin.ShowCohort{By: c.by(), Name: c.Name}, &shown, func(p *page) {
		p.cohort(shown)
		if c.Members {
			p.line("")
			p.members(shown)
		}
	})
}

func (p *page) cohort(c admin.CohortShown) {
	p.line("%s: %d places, %d habilités (%s)", c.Name, c.Seats, c.Sits, percent(c.Sits, c.Seats))
	p.field("Projet", c.Project)
	p.field("Durée", span(c.Starts, c.Ends))
	p.field("Mentor", c.Mentor)
	selection := "ouverte"
	if !c.Selecting {
		selection = "close"
	}
	p.field("Sélection", joined(" ", selection, before("jusqu'au ", day(c.SelectBy))))
	if c.NoticeAt.IsZero() {
		p.field("Avis public", "PAS ENCORE: personne n'est habilité avant (tinye cohort notice "+c.Name+" --lang fra --out avis.html)")
	} else {
		p.field("Avis public", joined(" par ", p.at(c.NoticeAt), c.NoticeBy))
	}
	if !c.EndedAt.IsZero() {
		p.field("Finie", p.at(c.EndedAt))
	}
	p.line("")
	var rows [][]string
	for _, f := range c.Places {
		rows = append(rows, p.fill(f.PlaceName, f))
	}
	rows = append(rows, p.fill("TOTAL", c.Total))
	p.table("", []string{"LIEU", "PLACES", "HABILITÉS", "F", "M", "AUTRE", "EN CONTROLE", "ATTENTE", "PARTIS", "MANQUE", ""}, rows)
	if len(c.Groups) > 0 {
		p.line("")
		rows = nil
		for _, g := range c.Groups {
			rows = append(rows, []string{p.group(g.Group), strconv.Itoa(g.N), strconv.Itoa(g.Sits), half(g.Half)})
		}
		p.table("", []string{"GROUPE", "AU MOINS", "HABILITÉS", ""}, rows)
	}
	p.line("")
	p.field("Sexe", tallied([]admin.CountOf{{Of: "f", N: c.Total.Women}, {Of: "m", N: c.Total.Men}, {Of: "", N: c.Total.Other}},
		func(of string) string { return p.sex(bot.Sex(of)) })+" ("+percent(c.Total.Women, c.Sits)+" de femmes)")
	p.field("Age", tallied(c.Ages, func(of string) string { return p.age(bot.AgeBand(of)) }))
	p.field("Résidence", tallied(c.Residences, func(of string) string { return p.residence(bot.Residence(of)) }))
	p.field("Handicap", tallied(c.Disabilities, func(of string) string { return p.disability(bot.Disability(of)) }))
	if gap := c.Total.Gap; gap > 0 && c.Selecting {
		p.say("A COMBLER avant la fin de la sélection: %d places.", gap)
	} else if gap > 0 {
		p.say("La sélection est close et %d places restent vides.", gap)
	}
	for _, s := range c.Silent {
		p.say("SANS NOUVELLES: %s depuis %d jours (mentor %s). Appelez, puis: tinye cohort met %s", s.CodeName, s.Days, oneLine(s.Mentor), s.CodeName)
	}
}

func (p *page) fill(name string, f admin.FillRow) []string {
	return []string{
		name, strconv.Itoa(f.Quota), strconv.Itoa(f.Sits), strconv.Itoa(f.Women), strconv.Itoa(f.Men), strconv.Itoa(f.Other),
		strconv.Itoa(f.Screening), strconv.Itoa(f.Waiting), strconv.Itoa(f.Gone), strconv.Itoa(f.Gap), half(f.Half),
	}
}

// half flags what is filled by less than half.
func half(under bool) string {
	if under {
		return "MOINS DE LA MOITIÉ"
	}
	return ""
}

// percent is a share in whole hundredths.
func percent(n, of int) string {
	if of == 0 {
		return "0 %"
	}
	return strconv.Itoa((100*n+of/2)/of) + " %"
}

// group is a group of a quota in words.
func (p *page) group(g string) string {
	if g == bot.GroupDisability {
		return p.disability(bot.DisabilityYes)
	}
	for _, prefix := range []string{"state.sex.", "state.age.", "state.residence."} {
		if words := p.worded(prefix, g); words != g {
			return words
		}
	}
	return g
}

func (p *page) members(c admin.CohortShown) {
	var rows [][]string
	for _, m := range c.Members {
		rows = append(rows, []string{
			m.CodeName, m.PlaceName, p.sex(m.Sex), p.age(m.Age), p.standingOf(m), yes(m.Phone), p.dayOf(m.LastSign),
			joined("; ", before("remplace ", m.Replaces), before("remplacé par ", m.ReplacedBy)),
		})
	}
	p.table("Personne encore: tinye cohort add "+c.Name+" CODE …",
		[]string{"CODE", "LIEU", "SEXE", "AGE", "ETAT", "TELEPHONE", "VU LE", ""}, rows)
}

// dayOf is the day of a moment on the site's clock.
func (p *page) dayOf(i bot.Instant) string {
	if i.IsZero() {
		return ""
	}
	return i.Time().In(p.zone).Format("02/01/2006")
}

// standingOf is where a member stands, in words.
func (p *page) standingOf(m admin.MemberRow) string {
	switch m.Status {
	case bot.AgentExited:
		return joined(", ", "parti", p.exit(m.Exit))
	case bot.AgentPaused:
		return joined(", ", p.vetting(m.Vetting), "en pause")
	}
	return p.vetting(m.Vetting)
}
