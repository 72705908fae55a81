package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type userNumber struct {
	deskFlags
	Name   string `arg:"" help:"The account."`
	Number string `arg:"" optional:"" help:"Its phone, such as 76123456. One that the account had is replaced."`
	Remove bool   `help:"Take its phone from it: what that texts from then on is ordinary text."`
}

// Run registers a phone, or takes one away.
func (c *userNumber) Run(ctx context.Context, std streams) error {
	if c.Remove == (c.Number != "") {
		return &exitError{exitConfig, fmt.Errorf("donnez un numéro, ou --remove")}
	}
	var set admin.Number
	q := admin.SetNumber{By: c.by(), Name: c.Name, Number: c.Number, Remove: c.Remove}
	return c.show(ctx, std, "/user/number", q, &set, func(p *page) {
		if set.Ends == "" {
			p.line("Le compte %s n'a plus de numéro.", oneLine(set.Name))
			return
		}
		p.line("Numéro en …%s enregistré pour %s. Il peut envoyer PAUSE et COUPURE; avec un code (tinye codes print), FILE et REPRISE.", set.Ends, oneLine(set.Name))
		if set.Doubt != "" {
			p.line("%s", set.Doubt)
		}
	})
}

type userNumbers struct{ deskFlags }

// Run lists the registered phones.
func (c *userNumbers) Run(ctx context.Context, std streams) error {
	var list admin.Numbers
	return c.show(ctx, std, "/user/numbers", admin.ListNumbers{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, n := range list.Numbers {
			waits := ""
			if n.Slowed > 0 {
				waits = strconv.Itoa((n.Slowed+59)/60) + " min, après de faux codes"
			}
			rows = append(rows, []string{n.Name, "…" + n.Ends, p.at(n.Since), waits})
		}
		p.table("Aucun numéro enregistré. Pour en enregistrer un: tinye user number NOM NUMÉRO", []string{"NOM", "NUMÉRO", "DEPUIS", "ATTEND"}, rows)
	})
}

type codesCmd struct {
	Print codesPrint `cmd:"" help:"Draw a sheet of codes for yourself; it is shown once, and your last sheet is void from then on."`
}

type codesPrint struct {
	deskFlags
	Count int `default:"20" help:"So many codes, 60 at the most."`
}

// Run prints a sheet.
func (c *codesPrint) Run(ctx context.Context, std streams) error {
	if c.Count < 1 {
		return &exitError{exitConfig, fmt.Errorf("--count: une feuille a au moins un code")}
	}
	var sheet admin.Sheet
	return c.show(ctx, std, "/codes/print", admin.PrintCodes{By: c.by(), Count: c.Count}, &sheet, func(p *page) { p.sheet(sheet) })
}

// sheetColumns is how many codes stand side by side.
const sheetColumns = 4

// sheet prints codes to be cut out and kept in a pocket: it says what they are for, and of nobody what the line is for.
func (p *page) sheet(s admin.Sheet) {
	p.line("%s %s, codes du %s", oneLine(s.Service), oneLine(s.Name), p.at(s.PrintedAt))
	p.line("")
	rows := (len(s.Codes) + sheetColumns - 1) / sheetColumns
	for r := range rows {
		var line []string
		for i := r; i < len(s.Codes); i += rows {
			line = append(line, fmt.Sprintf("%2d  %s", i+1, s.Codes[i]))
		}
		p.line("%s", strings.Join(line, "     "))
	}
	p.line("")
	p.line("Par SMS, de votre numéro enregistré: FILE et un code, REPRISE et un code.")
	p.line("Chaque code sert une fois: rayez-le. PAUSE et COUPURE vont sans code.")
	p.line("Gardez la feuille loin du téléphone. Perdue: tinye codes print en fait une autre, celle-ci ne vaut plus rien.")
	if s.Voided > 0 {
		p.line("La feuille d'avant ne vaut plus rien; il y restait %s.", codesLeft(s.Voided))
	}
}

func codesLeft(n int) string {
	if n == 1 {
		return "1 code"
	}
	return strconv.Itoa(n) + " codes"
}

type outboxPause struct{ deskFlags }

// Run holds bulletins and follow-ups.
func (c *outboxPause) Run(ctx context.Context, std streams) error {
	return c.sending(ctx, std, bot.SendPaused)
}

type outboxCut struct{ deskFlags }

// Run holds every send.
func (c *outboxCut) Run(ctx context.Context, std streams) error {
	return c.sending(ctx, std, bot.SendCut)
}

type outboxResume struct{ deskFlags }

// Run lets everything leave again.
func (c *outboxResume) Run(ctx context.Context, std streams) error {
	return c.sending(ctx, std, bot.SendAll)
}

func (d deskFlags) sending(ctx context.Context, std streams, state bot.SendState) error {
	var s admin.Sending
	return d.show(ctx, std, "/outbox/sending", admin.SetSending{By: d.by(), State: state}, &s, func(p *page) {
		if s.State == bot.SendAll {
			p.line("Tout repart.")
			return
		}
		p.line("Envoi %s.", p.sendingWord(s))
	})
}

func (p *page) sendingWord(s admin.Sending) string {
	word := "en pause: bulletins et suivis retenus"
	if s.State == bot.SendCut {
		word = "coupé: plus rien ne part, les alertes à la garde non plus"
	}
	return word + ", par " + p.byWhom(s.By, s.Via, s.At) + " (tinye outbox resume)"
}

// byWhom is who did something, when, and by which way if not at the desk.
func (p *page) byWhom(name, via string, when bot.Instant) string {
	if via == "sms" {
		return name + " par SMS, le " + p.at(when)
	}
	return name + ", le " + p.at(when)
}
