package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
)

type reportNew struct {
	deskFlags
	Channel bot.Channel   `required:"" enum:"voice_call,missed_call,whatsapp,radio,in_person,paper" placeholder:"CHANNEL" help:"Par où c'est venu: ${channels}."`
	From    string        `placeholder:"NUMBER" help:"Le numéro de la personne; sans lui, personne n'attend de réponse. Il est gardé scellé, et n'accepte aucun bulletin."`
	SaidBy  string        `placeholder:"CODE" help:"Un nom de code pour qui l'a dit, jamais un nom de personne."`
	Lang    string        `placeholder:"LANG" help:"Langue de la réponse: ${langs}."`
	Place   bot.PlaceCode `placeholder:"SCHEME:CODE" help:"Le lieu dont il s'agit; tinye place find donne les codes."`
	Theme   bot.Theme     `enum:",security,health,aid,authorities,other" default:"" placeholder:"THEME" help:"${menuthemes}."`
	ReplyBy bot.ReplyBy   `enum:",sms,call" default:"" placeholder:"WAY" help:"Comment la personne veut sa réponse: ${replies}."`
	Text    string        `required:"" placeholder:"TEXT" help:"Ce qui a été dit."`
}

// Run enters a report.
func (c *reportNew) Run(ctx context.Context, std streams) error {
	var made admin.ReportEntered
	q := admin.NewReport{
		By: c.by(), Channel: c.Channel, Number: c.From, SaidBy: c.SaidBy, Lang: c.Lang, Place: c.Place, Theme: c.Theme,
		ReplyBy: c.ReplyBy, Text: c.Text,
	}
	return c.show(ctx, std, "/report/new", q, &made, func(p *page) {
		p.line("Signalement %s noté. %s", made.Ref, replyWord(made.ReplyBy))
		if made.Doubt != "" {
			p.line("%s", made.Doubt)
		}
		switch {
		case made.OnDuty:
			p.line("Des mots d'alerte y sont: la garde est prévenue.")
		case made.Alarm != "":
			p.line("Des mots d'alerte y sont, et personne n'est prévenu: tinye duty show.")
		}
	})
}

// replyWord says how a person is answered.
func replyWord(way bot.ReplyBy) string {
	switch way {
	case bot.ReplyBySMS:
		return "La réponse partira par SMS."
	case bot.ReplyByCall:
		return "La personne sera appelée: tinye report calls."
	case bot.ReplyByUSSD:
		return "La personne ne veut aucun SMS: la réponse se lira dans le menu."
	}
	return "Sans numéro, personne n'attend de réponse."
}

type reportAsk struct {
	deskFlags
	Ref  string `arg:"" help:"La référence du signalement."`
	Text string `required:"" placeholder:"TEXT" help:"La question, courte: elle part en un SMS."`
	namesFlag
}

// Run asks a question.
func (c *reportAsk) Run(ctx context.Context, std streams) error {
	var w admin.Written
	q := admin.AskReporter{By: c.by(), Ref: c.Ref, Text: c.Text, NamesChecked: c.NamesChecked}
	return c.show(ctx, std, "/report/ask", q, &w, func(p *page) {
		switch {
		case w.ReplyBy == bot.ReplyByUSSD:
			p.line("La personne du signalement %s ne veut aucun SMS: elle lira la question dans le menu.", w.Ref)
			return
		case w.Waits.IsZero():
			p.line("Question à la personne du signalement %s mise en file.", w.Ref)
		default:
			p.line("Question à la personne du signalement %s: elle attend qu'une autre soit fermée, %s au plus tard.", w.Ref, p.at(w.Waits))
		}
		p.measured(w.Measure)
	})
}

// measured says what a text costs.
func (p *page) measured(m admin.Measure) {
	p.line("%s, SMS: %d.", encoding(m), m.Parts)
	if len(m.Outsiders) > 0 && m.PartsWithout < m.Parts {
		p.line("Sans %s il y en aurait %d.", oneLine(strings.Join(m.Outsiders, " ")), m.PartsWithout)
	}
}

type reportReply struct {
	deskFlags
	Ref  string `arg:"" help:"La référence du signalement."`
	Text string `required:"" placeholder:"TEXT" help:"La réponse. Elle part une fois, à cette seule personne."`
	namesFlag
}

// Run answers a report.
func (c *reportReply) Run(ctx context.Context, std streams) error {
	var w admin.Written
	q := admin.ReplyToReport{By: c.by(), Ref: c.Ref, Text: c.Text, NamesChecked: c.NamesChecked}
	return c.show(ctx, std, "/report/reply", q, &w, func(p *page) {
		p.line("Réponse au signalement %s mise en file.", w.Ref)
		if w.ReplyBy == bot.ReplyByCall || w.ReplyBy == bot.ReplyByUSSD {
			p.line("%s", replyWord(w.ReplyBy))
		}
		p.measured(w.Measure)
	})
}

type reportLabel struct {
	deskFlags
	Ref   string          `arg:"" help:"La référence du signalement."`
	Label bot.ReportLabel `arg:"" help:"${labels}."`
	Yes   bool            `help:"« protection »: ne pas demander."`
}

// Run labels a report.
func (c *reportLabel) Run(ctx context.Context, std streams) error {
	if c.Label == bot.LabelProtection && !c.Yes {
		fmt.Fprintf(std.err, "Le signalement %s ne sera plus lisible que par le point focal protection, qui seul peut y revenir avant qu'il soit scellé.\n"+
			"Tapez la référence pour confirmer: ", oneLine(c.Ref))
		typed, err := bufio.NewReader(io.LimitReader(std.in, 100)).ReadString('\n')
		if err != nil && !errors.Is(err, io.EOF) {
			return err
		}
		if strings.TrimSpace(typed) != strings.TrimSpace(c.Ref) {
			return errors.New("rien n'a été fait: ce n'est pas la référence")
		}
	}
	var r admin.ReportDone
	q := admin.LabelReport{By: c.by(), Ref: c.Ref, Label: c.Label}
	return c.show(ctx, std, "/report/label", q, &r, func(p *page) {
		p.line("Signalement %s: %s. État: %s.", r.Ref, p.label(r.Label), p.word("state.report."+string(r.State)))
		if r.Label == bot.LabelProtection {
			p.line("Il n'est plus que pour le point focal de protection.")
		}
		p.ringsOn(r)
	})
}

type reportClose struct {
	deskFlags
	Ref    string          `arg:"" help:"La référence du signalement."`
	Reason bot.CloseReason `required:"" placeholder:"REASON" help:"${closings}."`
}

// Run closes a report.
func (c *reportClose) Run(ctx context.Context, std streams) error {
	var r admin.ReportDone
	q := admin.CloseReport{By: c.by(), Ref: c.Ref, Reason: c.Reason}
	return c.show(ctx, std, "/report/close", q, &r, func(p *page) {
		p.line("Signalement %s clos: %s.", r.Ref, p.word("state.closed."+string(c.Reason)))
		p.ringsOn(r)
	})
}

// ringsOn says that putting a report aside did not end its alarm.
func (p *page) ringsOn(r admin.ReportDone) {
	if r.Alarm {
		p.line("Son alerte sonne toujours: seuls la garde et les coordinateurs la prennent (tinye duty take %s).", r.Ref)
	}
}

type reportCalls struct {
	deskFlags
	Limit int `default:"50" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists the calls to make.
func (c *reportCalls) Run(ctx context.Context, std streams) error {
	var list admin.Calls
	q := admin.ListCalls{By: c.by(), Limit: c.Limit}
	return c.show(ctx, std, "/report/calls", q, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Calls {
			rows = append(rows, []string{string(r.Ref), p.at(r.Since), age(r.AgeSeconds), p.lang(r.Lang), string(r.Rumour), p.at(r.Until)})
		}
		p.table("Personne à appeler.", []string{"RÉF", "ATTEND DEPUIS", "ÂGE", "LANGUE", "RUMEUR", "JUSQU'AU"}, rows)
		if list.More {
			p.line("Il y en a d'autres, plus récents.")
		}
	})
}

type reportCall struct {
	deskFlags
	Ref string `arg:"" help:"La référence du signalement."`
}

// Run shows a call to make.
func (c *reportCall) Run(ctx context.Context, std streams) error {
	var r admin.Call
	q := admin.ShowCall{By: c.by(), Ref: c.Ref}
	return c.show(ctx, std, "/report/call", q, &r, func(p *page) {
		if r.Text == "" {
			p.line("Appelez le %s (%s) pour lui poser votre question: il n'y a pas encore de réponse à lire.", r.Number, p.lang(r.Lang))
			p.line("Ce qu'elle dit, sans nom de personne, se note avec les vérifications: tinye rumour evidence add.")
			return
		}
		p.line("Appelez le %s (%s), jusqu'au %s, et lisez:", r.Number, p.lang(r.Lang), p.at(r.Until))
		p.quote(r.Text)
		p.line("Ensuite, selon ce qui en est venu:")
		for _, o := range rumour.CallOutcomes() {
			p.line("  tinye report called %s --outcome %-12s  %s", r.Ref, o, p.outcome(o))
		}
	})
}

type reportCalled struct {
	deskFlags
	Ref     string             `arg:"" help:"La référence du signalement."`
	Outcome rumour.CallOutcome `required:"" enum:"reached,nobody,wrong_number" placeholder:"OUTCOME" help:"${outcomes}."`
	Helped  bot.Helpful        `enum:",yes,no,not_believed" default:"" placeholder:"SAID" help:"Ce que la personne a dit de la réponse: yes (elle a aidé), no (non), not_believed (elle n'y croit pas)."`
}

// Run notes a call.
func (c *reportCalled) Run(ctx context.Context, std streams) error {
	var r admin.ReportDone
	q := admin.NoteCall{By: c.by(), Ref: c.Ref, Outcome: c.Outcome, Helped: c.Helped}
	return c.show(ctx, std, "/report/called", q, &r, func(p *page) {
		switch c.Outcome {
		case rumour.CallReached:
			p.line("Signalement %s: réponse lue à la personne.", r.Ref)
		case rumour.CallNobody:
			p.line("Signalement %s: il attend un autre appel.", r.Ref)
		case rumour.CallWrongNumber:
			p.line("Signalement %s: ce numéro ne sera plus appelé.", r.Ref)
		}
	})
}
