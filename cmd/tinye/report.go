package main

import (
	"context"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type reportCmd struct {
	List reportList `cmd:"" help:"List reports, newest first."`
	Show reportShow `cmd:"" help:"Show what somebody wrote. Each look is recorded."`
}

type reportList struct {
	deskFlags
	State bot.ReportState `enum:",received,linked,answered" default:"" placeholder:"STATE" help:"received, linked or answered; all without it."`
	Limit int             `default:"50" help:"At most so many, 500 at the most."`
}

// Run lists reports.
func (c *reportList) Run(ctx context.Context, std streams) error {
	var list admin.Reports
	q := admin.ListReports{By: c.by(), State: c.State, Limit: c.Limit}
	return c.show(ctx, std, "/report/list", q, &list, func(p *page) {
		p.reports("Aucun signalement.", list.Reports)
		p.more(list.More, len(list.Reports))
	})
}

// reports prints a table of reports.
func (p *page) reports(none string, reports []admin.ReportRow) {
	var rows [][]string
	for _, r := range reports {
		rows = append(rows, []string{
			string(r.Ref), at(r.ReceivedAt), age(r.AgeSeconds), string(r.Lang), r.PlaceName, p.theme(r.Theme),
			p.word("state.report." + string(r.State)), strconv.Itoa(r.Texts), string(r.Rumour), remarks(r),
		})
	}
	p.table(none, []string{"RÉF", "REÇU", "ÂGE", "LANGUE", "LIEU", "SUJET", "ÉTAT", "TEXTES", "RUMEUR", "À SAVOIR"}, rows)
}

// theme is a theme in words, "" for none.
func (p *page) theme(t bot.Theme) string {
	if t == "" {
		return ""
	}
	return p.word("ussd.theme_" + string(t))
}

func remarks(r admin.ReportRow) string {
	protect, stale, stop := "", "", ""
	if r.Protect {
		protect = "protection: pour le point focal seul"
	}
	if r.Stale {
		stale = "arrivé plus de 48 h après l'envoi"
	}
	if r.MaybeStop {
		stop = "veut peut-être ne plus rien recevoir"
	}
	return joined("; ", protect, stale, stop)
}

type reportShow struct {
	deskFlags
	Ref string `arg:"" help:"The report's reference."`
}

// Run shows one report.
func (c *reportShow) Run(ctx context.Context, std streams) error {
	var r admin.Report
	q := admin.ShowReport{By: c.by(), Ref: c.Ref}
	return c.show(ctx, std, "/report/show", q, &r, func(p *page) {
		p.line("Signalement %s: %s", r.Ref, p.word("state.report."+string(r.State)))
		p.field("Reçu", joined(" ", at(r.ReceivedAt), "par", string(r.Channel), "("+r.Gateway+")"))
		p.field("Envoyé", at(r.SentAt))
		p.field("Langue", string(r.Lang))
		p.field("Lieu", r.PlaceName)
		p.field("Sujet", p.theme(r.Theme))
		p.field("Rumeur", string(r.Rumour))
		p.field("À savoir", remarks(r.ReportRow))
		p.field("Accusé", p.delivery(r.Acknowledgement))
		p.field("Réponse", p.delivery(r.Answer))
		for _, said := range r.Said {
			p.line("")
			if said.Erased {
				p.line("[texte effacé]")
				continue
			}
			p.line("%s", at(said.At))
			for line := range strings.Lines(printable(string(said.Text))) {
				p.line("  %s", strings.TrimRight(line, "\n"))
			}
		}
	})
}

func (p *page) delivery(d *admin.Delivery) string {
	if d == nil {
		return ""
	}
	reason := ""
	if d.Reason != "" {
		reason = "(" + d.Reason + ")"
	}
	return joined(" ", p.word("state.outbound."+string(d.State)), reason, at(d.At))
}
