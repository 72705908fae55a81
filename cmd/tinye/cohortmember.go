package main

import (
	"context"
	"fmt"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type cohortAdd struct {
	deskFlags
	Cohort     string   `arg:"" help:"La cohorte."`
	CodeName   string   `arg:"" help:"Un nom de code comme GAO-07, jamais un vrai nom: il reste dans l'historique."`
	Place      string   `required:"" placeholder:"SCHEME:CODE" help:"Un lieu de la cohorte, comme ml_ct_2023:ML0701."`
	Sex        string   `required:"" placeholder:"SEX" help:"Ce que la personne dit: ${sexes}."`
	Age        string   `required:"" placeholder:"AGE" help:"Sa tranche d'âge: ${ages}. Avant 18 ans, l'accord du tuteur est contrôlé; avant 15 ans, c'est non."`
	Residence  string   `default:"undisclosed" placeholder:"RESIDENCE" help:"Ce qu'elle veut dire de sa situation: ${residences}."`
	Disability string   `default:"undisclosed" placeholder:"DISABILITY" help:"Ce qu'elle veut dire d'un handicap: ${disabilities}."`
	Lang       []string `placeholder:"LANG" help:"Ses langues, la première est celle des textes: fra ou bam."`
	Mentor     string   `placeholder:"NAME" help:"Un compte du bureau; sans cela, le mentor de la cohorte."`
	Number     string   `placeholder:"N" help:"Son téléphone, comme 76123456."`
}

// Run nominates somebody.
func (c *cohortAdd) Run(ctx context.Context, std streams) error {
	at, ok := bot.ParsePlaceCode(c.Place)
	if !ok {
		return &exitError{exitConfig, fmt.Errorf("--place: écrivez par exemple ml_ct_2023:ML0701 (tinye place find)")}
	}
	q := admin.AddMember{
		By: c.by(), Cohort: c.Cohort, CodeName: c.CodeName, Place: at, Sex: bot.Sex(c.Sex), Age: bot.AgeBand(c.Age),
		Residence: bot.Residence(c.Residence), Disability: bot.Disability(c.Disability), Langs: c.Lang, Mentor: c.Mentor, Number: c.Number,
	}
	return c.member(ctx, std, "/cohort/add", q, func(p *page, m admin.MemberRow) {
		p.line("%s est proposé pour %s, %s: aucun droit encore.", m.CodeName, m.Cohort, m.PlaceName)
		p.lacks(m)
	})
}

// member asks for something about a member, and prints it.
func (d deskFlags) member(ctx context.Context, std streams, path string, question any, print func(*page, admin.MemberRow)) error {
	var m admin.MemberRow
	return d.show(ctx, std, path, question, &m, func(p *page) { print(p, m) })
}

// lacks says what stands between a member and being cleared, and how it is noted.
func (p *page) lacks(m admin.MemberRow) {
	if m.Vetting == bot.VettingCleared || m.Vetting == bot.VettingDeclined || m.Status == bot.AgentExited {
		return
	}
	if len(m.Failed) > 0 {
		p.say("En échec: %s.", each(m.Failed, p.vettingCheck))
	}
	if len(m.Missing) > 0 {
		p.say("Contrôles qui manquent: %s.", each(m.Missing, func(c bot.VettingCheck) string { return typed(p.vettingCheck(c), c) }))
		p.line("  tinye cohort vet %s %s=pass …", m.CodeName, m.Missing[0])
	}
	if !m.Accepted {
		p.line("Code de conduite: tinye cohort conduct %s", m.CodeName)
	}
	if len(m.Missing)+len(m.Failed) == 0 && m.Accepted {
		p.line("Tout y est. Un coordinateur autre que %s habilite: tinye cohort clear %s", oneLine(m.NominatedBy), m.CodeName)
	}
}

type cohortName struct {
	deskFlags
	CodeName string `arg:"" help:"Son nom de code."`
}

func (c cohortName) question() admin.NameMember {
	return admin.NameMember{By: c.by(), CodeName: c.CodeName}
}

type cohortMember struct{ cohortName }

// Run shows a member.
func (c *cohortMember) Run(ctx context.Context, std streams) error {
	return c.member(ctx, std, "/cohort/member", c.question(), func(p *page, m admin.MemberRow) {
		p.line("%s, cohorte %s, %s", m.CodeName, m.Cohort, m.PlaceName)
		p.field("Etat", joined(" depuis le ", p.standingOf(m), p.at(max(m.StatusAt, m.VettingAt))))
		p.field("Dit", joined(", ", p.sex(m.Sex), p.age(m.Age), p.residence(m.Residence), before("handicap: ", p.disability(m.Disability))))
		p.field("Langues", each(m.Langs, p.lang))
		p.field("Mentor", m.Mentor)
		p.field("Téléphone", yes(m.Phone))
		p.field("Vu le", p.dayOf(m.LastSign))
		p.field("Proposé", joined(" par ", p.at(m.NominatedAt), m.NominatedBy))
		p.field("Remplace", m.Replaces)
		p.field("Remplacé par", m.ReplacedBy)
		conduct := "pas demandé"
		switch {
		case m.Accepted:
			conduct = fmt.Sprintf("accepté, texte %s, %s, %s", m.Conduct, p.channel(m.ConductBy), p.at(m.ConductAt))
		case !m.ConductAt.IsZero():
			conduct = "REFUSÉ, " + p.at(m.ConductAt)
		case m.Conduct != "":
			conduct = "demandé, pas de réponse encore"
		}
		p.field("Conduite", conduct)
		for _, done := range m.Checks {
			p.field("Contrôle", joined(", ", p.vettingCheck(done.Check)+": "+p.checked(done.Result), done.Reason, done.By, p.at(done.At)))
		}
		p.lacks(m)
	})
}

type cohortNumber struct {
	cohortName
	Number string `arg:"" help:"Le numéro, comme 76123456."`
}

// Run registers a member's phone.
func (c *cohortNumber) Run(ctx context.Context, std streams) error {
	q := admin.SetMemberNumber{By: c.by(), CodeName: c.CodeName, Number: c.Number}
	return c.member(ctx, std, "/cohort/number", q, func(p *page, m admin.MemberRow) {
		p.line("Téléphone de %s enregistré.", m.CodeName)
		p.lacks(m)
	})
}

type cohortConduct struct {
	cohortName
	Signed bool `help:"La personne a signé le texte devant vous: pour qui n'a pas de téléphone ou ne veut pas de SMS."`
}

// Run asks for the code of conduct, or notes that it was signed.
func (c *cohortConduct) Run(ctx context.Context, std streams) error {
	q := admin.AskConduct{By: c.by(), CodeName: c.CodeName, Signed: c.Signed}
	return c.member(ctx, std, "/cohort/conduct", q, func(p *page, m admin.MemberRow) {
		switch {
		case c.Signed:
			p.line("Code de conduite %s signé par %s.", m.Conduct, m.CodeName)
		case m.Waits.IsZero():
			p.line("Demandé à %s par SMS: OUI ou NON, pendant 7 jours.", m.CodeName)
		default:
			p.line("Noté: la question part quand celles d'avant sont closes, le %s au plus tard.", p.at(m.Waits))
		}
		p.lacks(m)
	})
}

type cohortVet struct {
	cohortName
	Checks []string `arg:"" help:"CONTROLE=pass, =fail ou =waived, plusieurs à la suite. CONTROLE: ${vettingchecks}."`
	Reason string   `placeholder:"TEXT" help:"Pourquoi un contrôle est dispensé."`
}

// Run notes checks.
func (c *cohortVet) Run(ctx context.Context, std streams) error {
	q := admin.VetMember{By: c.by(), CodeName: c.CodeName}
	for _, said := range c.Checks {
		check, result, _ := strings.Cut(said, "=")
		q.Checks = append(q.Checks, admin.CheckRow{Check: bot.VettingCheck(check), Result: bot.CheckResult(result), Reason: c.Reason})
	}
	return c.member(ctx, std, "/cohort/vet", q, func(p *page, m admin.MemberRow) {
		p.line("Noté pour %s.", m.CodeName)
		p.lacks(m)
	})
}

type cohortClear struct{ cohortName }

// Run clears a member.
func (c *cohortClear) Run(ctx context.Context, std streams) error {
	return c.member(ctx, std, "/cohort/clear", c.question(), func(p *page, m admin.MemberRow) {
		p.line("%s est habilité: inscrit par code, menu et INSCRIRE.", m.CodeName)
		p.line("Un code du jour: tinye code new %s", m.CodeName)
	})
}

type cohortDecline struct {
	cohortName
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi, sans nom de personne."`
}

// Run declines a candidate.
func (c *cohortDecline) Run(ctx context.Context, std streams) error {
	q := admin.MoveVetting{By: c.by(), CodeName: c.CodeName, To: bot.VettingDeclined, Reason: c.Reason}
	return c.member(ctx, std, "/cohort/vetting", q, func(p *page, m admin.MemberRow) { p.line("%s n'est pas retenu.", m.CodeName) })
}

type cohortSuspend struct {
	cohortName
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi, sans nom de personne."`
}

// Run suspends a member.
func (c *cohortSuspend) Run(ctx context.Context, std streams) error {
	q := admin.MoveVetting{By: c.by(), CodeName: c.CodeName, To: bot.VettingSuspended, Reason: c.Reason}
	return c.member(ctx, std, "/cohort/vetting", q, func(p *page, m admin.MemberRow) {
		p.line("%s est suspendu: plus aucun droit, aussi par les codes affichés; son téléphone redevient ordinaire.", m.CodeName)
		p.line("Pour l'habiliter de nouveau, refaire les contrôles: tinye cohort vet %s …", m.CodeName)
	})
}

func (c cohortName) status(ctx context.Context, std streams, status bot.AgentStatus, reason bot.ExitReason, done string) error {
	q := admin.SetMemberStatus{By: c.by(), CodeName: c.CodeName, Status: status, Reason: reason}
	return c.member(ctx, std, "/cohort/status", q, func(p *page, m admin.MemberRow) { p.line(done, m.CodeName) })
}

type cohortPause struct{ cohortName }

// Run pauses a member.
func (c *cohortPause) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentPaused, "", "%s est en pause: ses codes ne prennent plus personne.")
}

type cohortResume struct{ cohortName }

// Run ends a pause.
func (c *cohortResume) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentActive, "", "La pause de %s est finie.")
}

type cohortExit struct {
	cohortName
	Reason string `required:"" placeholder:"REASON" help:"Pourquoi: ${exits}."`
}

// Run notes that a member has left.
func (c *cohortExit) Run(ctx context.Context, std streams) error {
	return c.status(ctx, std, bot.AgentExited, bot.ExitReason(c.Reason), "%s est parti: plus aucun droit, son numéro n'est plus gardé ici.")
}

type cohortReplace struct {
	deskFlags
	Old string `arg:"" help:"Qui part."`
	New string `arg:"" help:"Qui prend la place, proposé déjà dans la même cohorte."`
}

// Run replaces a member.
func (c *cohortReplace) Run(ctx context.Context, std streams) error {
	var done admin.Replaced
	q := admin.ReplaceMember{By: c.by(), Old: c.Old, New: c.New}
	return c.show(ctx, std, "/cohort/replace", q, &done, func(p *page) {
		p.line("%s est parti, %s prend la place; les deux fiches restent.", done.Left.CodeName, done.Came.CodeName)
		p.lacks(done.Came)
	})
}

type cohortMet struct{ cohortName }

// Run notes that somebody met a member.
func (c *cohortMet) Run(ctx context.Context, std streams) error {
	return c.member(ctx, std, "/cohort/met", c.question(), func(p *page, m admin.MemberRow) {
		p.line("Noté: %s vu le %s.", m.CodeName, p.dayOf(m.LastSign))
	})
}

type cohortIncident struct {
	cohortName
	Kind string `required:"" placeholder:"KIND" help:"Ce qui est arrivé: ${incidents}."`
	Note string `required:"" placeholder:"TEXT" help:"Ce qu'il faut savoir, sans nom de personne ni lieu exact."`
}

// Run notes an incident.
func (c *cohortIncident) Run(ctx context.Context, std streams) error {
	var i admin.IncidentRow
	q := admin.NoteIncident{By: c.by(), CodeName: c.CodeName, Kind: bot.IncidentKind(c.Kind), Note: c.Note}
	return c.show(ctx, std, "/cohort/incident", q, &i, func(p *page) {
		p.line("Incident %s noté pour %s (%s). Seuls coordination et protection le lisent: tinye cohort incidents", i.Incident, i.CodeName, p.incident(i.Kind))
		switch {
		case i.Paused && i.Kind == bot.IncidentArrest:
			p.say("%s est en pause tout de suite: le téléphone peut être en d'autres mains.", i.CodeName)
		case !i.Paused:
			p.line("Pour arrêter tout de suite: tinye cohort pause %s", i.CodeName)
		}
	})
}

type cohortIncidents struct {
	deskFlags
	Done string `placeholder:"INCIDENT" help:"Noter que l'on s'en est occupé."`
	All  bool   `help:"Aussi ceux dont on s'est occupé."`
}

// Run lists incidents.
func (c *cohortIncidents) Run(ctx context.Context, std streams) error {
	if c.Done != "" {
		var i admin.IncidentRow
		return c.show(ctx, std, "/cohort/incidents/done", admin.IncidentDone{By: c.by(), Incident: c.Done}, &i, func(p *page) {
			p.line("Incident %s de %s: traité.", i.Incident, i.CodeName)
		})
	}
	var list admin.IncidentRows
	return c.show(ctx, std, "/cohort/incidents", admin.ListIncidents{By: c.by(), All: c.All}, &list, func(p *page) {
		var rows [][]string
		for _, i := range list.Incidents {
			rows = append(rows, []string{i.Incident, i.CodeName, p.incident(i.Kind), p.at(i.At), i.By, i.Note, i.DoneBy})
		}
		p.table("Aucun incident n'attend.", []string{"INCIDENT", "CODE", "QUOI", "LE", "PAR", "NOTE", "TRAITÉ PAR"}, rows)
	})
}
