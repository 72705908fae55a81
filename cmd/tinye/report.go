package main

import (
	"context"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type reportCmd struct {
	List   reportList   `cmd:"" help:"List reports, newest first."`
	Show   reportShow   `cmd:"" help:"Show what somebody wrote, with names, numbers and exact spots hidden. Each look is recorded."`
	Mask   reportMask   `cmd:"" help:"Hide words in a report, or lift such a mark."`
	New    reportNew    `cmd:"" help:"Enter what somebody said or wrote on another way, for that person."`
	Ask    reportAsk    `cmd:"" help:"Ask whoever told a report one thing, by SMS."`
	Reply  reportReply  `cmd:"" help:"Answer a question or a need, which no rumour is made of."`
	Label  reportLabel  `cmd:"" help:"Say what a report is, where it is no rumour."`
	Close  reportClose  `cmd:"" help:"Note that nothing more is done about a report."`
	Calls  reportCalls  `cmd:"" help:"List the answers that wait for a call, oldest first."`
	Call   reportCall   `cmd:"" help:"Show whom to ring, and what to read out. Each look is recorded."`
	Called reportCalled `cmd:"" help:"Note what came of a call."`

	History reportHistory `cmd:"" help:"Who did what to a report, and who looked at it."`

	Protect reportProtect `cmd:"" help:"Seal a report about abuse of a child or a person for the protection focal point. There is no way back."`
}

type reportList struct {
	deskFlags
	State bot.ReportState `enum:",received,linked,answered,answered_direct,out_of_scope,spam,closed" default:"" placeholder:"STATE" help:"received, linked, answered, answered_direct, out_of_scope, spam or closed; all without it."`
	Limit int             `default:"50" help:"At most so many, 500 at the most."`
}

// Run lists reports.
func (c *reportList) Run(ctx context.Context, std streams) error {
	var list admin.Reports
	q := admin.ListReports{By: c.by(), State: c.State, Limit: c.Limit}
	return c.show(ctx, std, "/report/list", q, &list, func(p *page) {
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
	return joined("; ", alarm, protect, stale, p.worded("desk.reach.", string(r.Reach)), stop)
}

type reportShow struct {
	deskFlags
	Ref    string `arg:"" help:"The report's reference."`
	Raw    bool   `help:"The words as they were sent: for coordinators, with a reason that stays in the history."`
	Reason string `placeholder:"WORDS" help:"Why the raw words are needed."`
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
	p.field("À traiter avant", p.due(r.Due))
	if r.Closed != "" {
		p.field("Clos", joined(" ", p.word("state.closed."+string(r.Closed)), p.at(r.ClosedAt)))
	}
	p.field("À savoir", p.notable(r.ReportRow))
	p.field("Accusé", p.delivery(r.Acknowledgement))
	p.field("Réponse", p.delivery(r.Answer))
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
