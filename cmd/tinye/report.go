package main

import (
	"context"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type reportCmd struct {
	List   reportList   `cmd:"" help:"Lister les signalements, les plus récents d'abord."`
	Show   reportShow   `cmd:"" help:"Montrer ce que quelqu'un a écrit; noms, numéros et lieux précis sont masqués. Chaque lecture est notée."`
	Mask   reportMask   `cmd:"" help:"Masquer des mots d'un signalement, ou lever une marque."`
	New    reportNew    `cmd:"" help:"Noter, pour quelqu'un, ce qu'il a dit ou écrit par une autre voie."`
	Ask    reportAsk    `cmd:"" help:"Poser une question, par SMS, à qui a fait un signalement."`
	Reply  reportReply  `cmd:"" help:"Répondre à une question ou à un besoin, dont on ne fait pas de rumeur."`
	Match  reportMatch  `cmd:"" help:"Dire si un signalement dit bien la rumeur que la machine lui a trouvée."`
	Near   reportNear   `cmd:"" help:"Montrer les rumeurs et les signalements en attente qui ressemblent à un signalement. Chaque lecture est notée."`
	Search reportSearch `cmd:"" help:"Chercher des signalements en attente par des mots. Chaque lecture est notée."`
	Label  reportLabel  `cmd:"" help:"Dire ce qu'est un signalement, quand ce n'est pas une rumeur."`
	Close  reportClose  `cmd:"" help:"Noter qu'on ne fait plus rien d'un signalement."`
	Calls  reportCalls  `cmd:"" help:"Lister les réponses qui attendent un appel, les plus anciennes d'abord."`
	Call   reportCall   `cmd:"" help:"Montrer qui appeler, et ce qu'il faut lire. Chaque lecture est notée."`
	Called reportCalled `cmd:"" help:"Noter ce qu'un appel a donné."`

	History reportHistory `cmd:"" help:"Qui a fait quoi à un signalement, et qui l'a lu."`

	Protect reportProtect `cmd:"" help:"Sceller un signalement d'abus d'un enfant ou d'une personne, pour le point focal protection. Sans retour."`
}

type reportList struct {
	deskFlags
	State bot.ReportState `enum:",received,linked,answered,answered_direct,out_of_scope,spam,closed" default:"" placeholder:"STATE" help:"${reportstates}; sans lui, tous."`
	Auto  bool            `help:"Seulement ceux que la machine a rattachés et que personne n'a relus, parmi les 5000 plus récents."`
	Limit int             `default:"50" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists reports.
func (c *reportList) Run(ctx context.Context, std streams) error {
	var list admin.Reports
	q := admin.ListReports{By: c.by(), State: c.State, Auto: c.Auto, Limit: c.Limit}
	return c.show(ctx, std, "/report/list", q, &list, func(p *page) {
		if c.Auto {
			p.unlooked(list)
			return
		}
		p.reports(noneOf(c.State, "Aucun signalement. Ce qui se dit de vive voix se note avec tinye report new.", "Aucun signalement dans cet état. Tous: tinye report list"), list.Reports)
		p.more(list.More, len(list.Reports))
	})
}

// reports prints a table of reports.
func (p *page) reports(none string, reports []admin.ReportRow) {
	var rows [][]string
	for _, r := range reports {
		rows = append(rows, []string{
			string(r.Ref), p.at(r.ReceivedAt) + " (" + age(r.AgeSeconds) + ")", joined(", ", p.theme(r.Theme), r.PlaceName, p.lang(r.Lang)),
			joined(": ", p.standing(r), p.label(r.Label)), string(r.Rumour), p.due(r.Due), joined("; ", p.notable(r), texts(r.Texts)),
		})
	}
	p.table(none, []string{"RÉF", "REÇU", "SUJET ET LIEU", "ÉTAT", "RUMEUR", "ÉCHÉANCE", "À SAVOIR"}, rows)
}

// texts says of how many texts a report is, where it is more than one.
func texts(n int) string {
	if n < 2 {
		return ""
	}
	return strconv.Itoa(n) + "\u00a0textes"
}

// standing is a report's state, with what is true of it: one that waits for the focal point waits for no rumour, and one that
// nothing is sent about for no answer.
func (p *page) standing(r admin.ReportRow) string {
	switch {
	case r.Protect && r.State != bot.ReportProtected && r.State != bot.ReportClosed:
		return p.word("desk.standing.waits_focal")
	case r.State == bot.ReportLinked && (r.Reach == admin.ReachNobody || r.Reach == admin.ReachStopped):
		return p.word("desk.standing.silent")
	}
	return p.word("state.report." + string(r.State))
}

// notable is what else the desk should know of a report.
func (p *page) notable(r admin.ReportRow) string {
	protect, stale, stop, alarm := "", "", "", ""
	if r.Alarm != "" {
		alarm = "ALERTE (" + oneLine(p.worded("state.alarm.", r.Alarm)) + ")"
	}
	if r.Protect {
		protect = "protection: pour le point focal seul"
	}
	if r.Stale {
		stale = "arrivé plus de 48 h après l'envoi"
	}
	if r.MaybeStop {
		stop = "veut peut-être ne plus rien recevoir"
	}
	return joined("; ", alarm, protect, stale, p.worded("desk.reach.", string(r.Reach)), stop, p.matchNote(r))
}

type reportShow struct {
	deskFlags
	Ref    string `arg:"" help:"La référence du signalement."`
	Raw    bool   `help:"Les mots tels qu'ils sont arrivés: pour les coordinateurs, avec une raison qui reste dans l'historique."`
	Reason string `placeholder:"WORDS" help:"Pourquoi il faut les mots bruts."`
}

// Run shows one report.
func (c *reportShow) Run(ctx context.Context, std streams) error {
	var r admin.Report
	q := admin.ShowReport{By: c.by(), Ref: c.Ref, Raw: c.Raw, Reason: c.Reason}
	return c.show(ctx, std, "/report/show", q, &r, func(p *page) { p.report(r) })
}

// report prints one report.
func (p *page) report(r admin.Report) {
	p.line("Signalement %s: %s", r.Ref, p.standing(r.ReportRow))
	p.field("Reçu", joined(" ", p.at(r.ReceivedAt), "par", p.channel(r.Channel), bracketed(r.Gateway)))
	p.field("Envoyé", p.at(r.SentAt))
	p.field("Dit par", r.SaidBy)
	p.field("Noté par", r.EnteredBy)
	p.field("Langue", p.lang(r.Lang))
	p.field("Lieu", r.PlaceName)
	p.field("Sujet", p.theme(r.Theme))
	p.field("Étiquette", p.label(r.Label))
	p.field("Rumeur", string(r.Rumour))
	p.matched(r)
	p.field("À traiter avant", p.due(r.Due))
	if r.Closed != "" {
		p.field("Clos", joined(" ", p.word("state.closed."+string(r.Closed)), p.at(r.ClosedAt)))
	}
	p.field("À savoir", p.notable(r.ReportRow))
	p.field("Accusé", p.delivery(r.Acknowledgement))
	p.field("Réponse", p.delivery(r.Answer))
	p.matchNext(r)
	p.said(r)
	for _, asked := range r.Asked {
		p.deskText("Question du bureau", asked)
	}
	if r.Reply != nil {
		p.deskText("Réponse du bureau", *r.Reply)
	}
}

// bracketed is a remark in brackets, "" for none.
func bracketed(name string) string {
	if name == "" {
		return ""
	}
	return "(" + name + ")"
}

// said prints the texts of a report, with what is hidden in them.
func (p *page) said(r admin.Report) {
	for _, said := range r.Said {
		p.line("")
		if said.Erased {
			p.line("[texte effacé]")
			continue
		}
		p.line("%s", p.at(said.At))
		p.quote(said.Text)
	}
	p.line("")
	if r.Raw {
		p.line("Texte brut, pour vous seul. Votre lecture et sa raison sont notées.")
	}
	for _, m := range r.Masks {
		p.line("Marque %d: %s par %s, %s", m.No, p.word("desk.mask."+string(m.Kind)), m.By, p.at(m.At))
	}
	for _, o := range r.Offers {
		p.line("Marques du signalement %s qui conviennent ici: %d (tinye report mask %s --like %s)", o.Report, o.Masks, r.Ref, o.Report)
	}
}

// quote prints what somebody wrote, line by line.
func (p *page) quote(text bot.Text) {
	for line := range strings.Lines(printable(string(text))) {
		p.wrapped("  ", strings.TrimRight(line, "\n"), "  ")
	}
}

// deskText prints what the desk wrote to the person.
func (p *page) deskText(what string, t admin.DeskText) {
	p.line("")
	p.line("%s, %s: %s", what, p.at(t.At), p.delivery(t.Delivery))
	if t.Erased {
		p.line("[texte effacé]")
		return
	}
	p.quote(t.Text)
}

func (p *page) delivery(d *admin.Delivery) string {
	if d == nil {
		return ""
	}
	reason := ""
	if d.Reason != "" {
		reason = "(" + p.reason(d.Reason) + ")"
	}
	return joined(" ", p.word("state.outbound."+string(d.State)), reason, p.at(d.At))
}
