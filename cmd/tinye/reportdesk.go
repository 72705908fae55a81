package main

import (
	"context"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
)

type reportNew struct {
	deskFlags
	Channel bot.Channel   `required:"" enum:"voice_call,missed_call,whatsapp,radio,in_person,paper" placeholder:"CHANNEL" help:"How it came: voice_call, missed_call, whatsapp, radio, in_person or paper."`
	From    string        `placeholder:"NUMBER" help:"The person's number; without it nobody is owed an answer. It is kept sealed, and agrees to no bulletins."`
	SaidBy  string        `placeholder:"CODE" help:"A code name for whoever said it, never a person's name."`
	Lang    string        `placeholder:"LANG" help:"In which the person wants to be answered: fra or bam."`
	Place   bot.PlaceCode `placeholder:"SCHEME:CODE" help:"Where it is told of; tinye place find tells the codes."`
	Theme   bot.Theme     `enum:",security,health,aid,authorities,other" default:"" placeholder:"THEME" help:"security, health, aid, authorities or other."`
	ReplyBy bot.ReplyBy   `enum:",sms,call" default:"" placeholder:"WAY" help:"How the person wants to be answered: sms or call."`
	Text    string        `required:"" placeholder:"TEXT" help:"What was said."`
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
	Ref  string `arg:"" help:"The report's reference."`
	Text string `required:"" placeholder:"TEXT" help:"The question, short: it goes as one SMS."`
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
	Ref  string `arg:"" help:"The report's reference."`
	Text string `required:"" placeholder:"TEXT" help:"The answer. It goes once, to this person alone."`
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
	Ref   string          `arg:"" help:"The report's reference."`
	Label bot.ReportLabel `arg:"" help:"question, suggestion, complaint, chat, out_of_scope, spam or protection."`
}

// Run labels a report.
func (c *reportLabel) Run(ctx context.Context, std streams) error {
	var r admin.ReportDone
	q := admin.LabelReport{By: c.by(), Ref: c.Ref, Label: c.Label}
	return c.show(ctx, std, "/report/label", q, &r, func(p *page) {
		p.line("Signalement %s: %s. État: %s.", r.Ref, p.label(r.Label), p.word("state.report."+string(r.State)))
		if r.Label == bot.LabelProtection {
			p.line("Il n'est plus que pour le point focal de protection.")
		}
	})
}

type reportClose struct {
	deskFlags
	Ref    string          `arg:"" help:"The report's reference."`
	Reason bot.CloseReason `required:"" placeholder:"REASON" help:"answered, duplicate, overtaken_by_events, unreachable, not_a_claim or entered_by_mistake."`
}

// Run closes a report.
func (c *reportClose) Run(ctx context.Context, std streams) error {
	var r admin.ReportDone
	q := admin.CloseReport{By: c.by(), Ref: c.Ref, Reason: c.Reason}
	return c.show(ctx, std, "/report/close", q, &r, func(p *page) {
		p.line("Signalement %s clos: %s.", r.Ref, p.word("state.closed."+string(c.Reason)))
	})
}

type reportCalls struct {
	deskFlags
	Limit int `default:"50" help:"At most so many, 500 at the most."`
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
	Ref string `arg:"" help:"The report's reference."`
}

// Run shows a call to make.
func (c *reportCall) Run(ctx context.Context, std streams) error {
	var r admin.Call
	q := admin.ShowCall{By: c.by(), Ref: c.Ref}
	return c.show(ctx, std, "/report/call", q, &r, func(p *page) {
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
	Ref     string             `arg:"" help:"The report's reference."`
	Outcome rumour.CallOutcome `required:"" enum:"reached,nobody,wrong_number" placeholder:"OUTCOME" help:"reached, nobody or wrong_number."`
	Helped  bot.Helpful        `enum:",yes,no,not_believed" default:"" placeholder:"SAID" help:"What the person said to whether the answer helped: yes, no or not_believed."`
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
