package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/match"
)

type reportMatch struct {
	deskFlags
	Ref  string `arg:"" help:"La référence du signalement."`
	Said string `arg:"" enum:"yes,no" help:"yes: il dit bien la rumeur proposée ou reconnue. no: il dit autre chose."`
	sendsFlag
}

// Help says what becomes of the person's answer.
func (reportMatch) Help() string {
	return `Un lien que la machine a fait a déjà donné sa réponse: yes le confirme, et ses mots aident à reconnaître les suivants; no le
défait, le signalement est de nouveau à traiter, et la personne apprend que la réponse n'était pas pour elle si elle a pu la lire.
Un lien seulement proposé n'a rien envoyé: yes rattache le signalement, et la réponse publiée part; no l'écarte.
Ce qui attend d'être relu: tinye report list --auto`
}

// Run confirms what a report was held to tell, or takes it back.
func (c *reportMatch) Run(ctx context.Context, std streams) error {
	q := admin.MatchReport{By: c.by(), Ref: c.Ref, Same: c.Said == "yes"}
	if q.Same {
		var err error
		if q.Yes, err = c.sure(ctx, std, c.deskFlags, admin.PreviewSends{By: c.by(), Reports: []string{c.Ref}}); err != nil {
			return err
		}
	}
	var m admin.Matched
	return c.show(ctx, std, "/report/match", q, &m, func(p *page) {
		if q.Same {
			p.line("Signalement %s: c'est bien la rumeur %s. Ses mots aident à la reconnaître.", m.Ref, m.Rumour)
			p.field("Réponse", p.delivery(m.Answer))
			return
		}
		p.line("Signalement %s: ce n'est pas la rumeur %s. État: %s.", m.Ref, m.Rumour, p.word("state.report."+string(m.State)))
		p.line("%s", p.undone(m))
	})
}

// undone says what the person had, and now gets, of an answer that was not about what they told.
func (p *page) undone(m admin.Matched) string {
	switch {
	case m.Undone != nil:
		return "La réponse a pu lui parvenir. Un message lui dit qu'elle n'était pas pour son sujet: " + p.delivery(m.Undone) + "."
	case m.Answer == nil:
		return "Rien ne lui avait été envoyé."
	case m.Answer.State == bot.OutSuppressed:
		return "La réponse n'était pas partie: elle ne part plus."
	}
	return "La réponse: " + p.delivery(m.Answer) + ". Aucun message n'est envoyé pour la reprendre."
}

type reportNear struct {
	deskFlags
	Ref   string `arg:"" help:"La référence du signalement."`
	Limit int    `default:"5" help:"Pas plus que ce nombre de chaque, 20 au plus."`
}

// Run shows what resembles a report.
func (c *reportNear) Run(ctx context.Context, std streams) error {
	var n admin.Nearest
	q := admin.NearReport{By: c.by(), Ref: c.Ref, Limit: c.Limit}
	return c.show(ctx, std, "/report/near", q, &n, func(p *page) {
		p.nearClaims("Aucune rumeur proche.", n.Rumours, true)
		for _, r := range n.Rumours {
			if r.Same {
				p.line("Si %s est la même: tinye rumour link %s %s", r.Ref, r.Ref, n.Ref)
				break
			}
		}
		p.line("")
		p.nearTellings("Aucun signalement proche qui attend.", n.Reports, true)
		if same := closeOnes(n.Reports); len(same) > 0 {
			p.line("Si ce sont les mêmes, une rumeur, à compléter, entre guillemets, par ce qui se dit: %s", newOf(append([]bot.Ref{n.Ref}, same...)))
		}
	})
}

type reportSearch struct {
	deskFlags
	Words []string `arg:"" name:"word" help:"Les mots; orthographe et accents n'importent pas."`
	Limit int      `default:"5" help:"Pas plus que ce nombre, 20 au plus."`
}

// Run looks for reports that wait.
func (c *reportSearch) Run(ctx context.Context, std streams) error {
	var n admin.Nearest
	q := admin.SearchReports{By: c.by(), Words: strings.Join(c.Words, " "), Limit: c.Limit}
	return c.show(ctx, std, "/report/search", q, &n, func(p *page) {
		p.nearTellings("Aucun signalement qui attend ne ressemble à ces mots.", n.Reports, false)
	})
}

// nearClaims prints a table of rumours; how much each resembles what was asked about is said where that was a whole text.
func (p *page) nearClaims(none string, list []admin.NearClaim, whole bool) {
	heads, rows := []string{"RUMEUR", "ÉTAT", "FOIS", "CE QUI SE DIT"}, [][]string(nil)
	for _, r := range list {
		row := []string{
			string(r.Ref), joined(": ", p.word("state.rumour."+string(r.State)), p.verdict(r.Verdict)), strconv.Itoa(r.ReportCount),
			joined(" / ", string(r.Claim), string(r.Title)),
		}
		if whole {
			row = slices.Insert(row, 1, alike(r.Close, r.Apart))
		}
		rows = append(rows, row)
	}
	if whole {
		heads = slices.Insert(heads, 1, "RESSEMBLE")
	}
	p.table(none, heads, rows)
}

// nearTellings prints a table of reports with what they say, likewise.
func (p *page) nearTellings(none string, list []admin.NearTelling, whole bool) {
	heads, rows := []string{"RÉF", "REÇU", "ÉTAT", "LIEU", "TEXTE"}, [][]string(nil)
	for _, r := range list {
		row := []string{
			string(r.Ref), p.at(r.ReceivedAt), joined(": ", p.word("state.report."+string(r.State)), p.label(r.Label)), r.PlaceName, string(r.Text),
		}
		if whole {
			row = slices.Insert(row, 1, alike(r.Close, r.Apart))
		}
		rows = append(rows, row)
	}
	if whole {
		heads = slices.Insert(heads, 1, "RESSEMBLE")
	}
	p.table(none, heads, rows)
}

// unlooked prints the reports that a machine linked and that nobody has looked at.
func (p *page) unlooked(list admin.Reports) {
	p.reports("Aucun lien automatique à relire.", list.Reports)
	if list.Looked > 0 {
		p.line("Regardés: les %d signalements les plus récents.", list.Looked)
	} else {
		p.more(list.More, len(list.Reports))
	}
	if len(list.Reports) > 0 {
		p.line("Lire: tinye report show RÉF. Juger: tinye report match RÉF yes, ou no.")
	}
}

// closeOnes are the references of those that may be taken for the same: in nearly the same words, and of no other place or number.
func closeOnes(list []admin.NearTelling) (refs []bot.Ref) {
	for _, r := range list {
		if r.Same {
			refs = append(refs, r.Ref)
		}
	}
	return refs
}

// alike is how much one text resembles another, in words, and in what it differs all the same.
func alike(close bool, apart match.Apart) string {
	how := "un peu"
	if close {
		how = "beaucoup"
	}
	return joined(", ", how, differs(apart))
}

func differs(apart match.Apart) string {
	switch apart {
	case match.ApartPlace:
		return "autre lieu"
	case match.ApartNumber:
		return "autre nombre"
	case match.ApartOpposite:
		return "dit le contraire"
	}
	return ""
}

// newOf is the command that makes one rumour of reports, but for what is told, which somebody has to add at its end: as it stands it
// is refused, so that nobody makes a rumour of an example by pasting it.
func newOf(refs []bot.Ref) string { return "tinye rumour new " + spaced(refs) + " --claim" }

func spaced(refs []bot.Ref) string {
	words := make([]string, len(refs))
	for i, r := range refs {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}

// sure is how sure the machine was, in words.
func sure(m admin.Match) string {
	switch {
	case !m.Machine:
		return ""
	case !m.Given.IsZero():
		return "sûr"
	}
	return "probable"
}

// matched prints what a report was held to tell.
func (p *page) matched(r admin.Report) {
	m := r.Match
	if m == nil {
		p.neighbours(r)
		return
	}
	if m.Method != "" && m.Method != bot.MatchRejected {
		title := ""
		if m.Title != "" {
			title = "« " + string(m.Title) + " »"
		}
		p.field("Correspond", joined(", ", joined(" ", string(m.Rumour), title), p.match(m.Method), sure(*m), p.who(m.At, m.By)))
	}
	p.field("Réponse auto", p.at(m.Given))
	p.field("Ne dit pas", each(m.Rejected, func(r bot.Ref) string { return string(r) }))
}

// matchNext prints what to type about what a report was held to tell.
func (p *page) matchNext(r admin.Report) {
	switch m := r.Match; {
	case m == nil && len(r.Near) > 0:
		p.line("Tout ce qui ressemble: tinye report near %s", r.Ref)
	case m == nil || m.Rumour == "":
	case m.Method == bot.MatchAuto:
		p.line("Personne ne l'a relu. C'est bien elle: tinye report match %s yes. Sinon: tinye report match %s no", r.Ref, r.Ref)
	case m.Method == bot.MatchSuggested && r.Rumour == "":
		sends := ""
		if m.Title != "" { // it is public
			sends = " (rattache, et la réponse part)"
		}
		p.line("C'est bien elle: tinye report match %s yes%s. Sinon: tinye report match %s no", r.Ref, sends, r.Ref)
	}
}

// neighbours prints the rumours nearest to a report of which nothing is known.
func (p *page) neighbours(r admin.Report) {
	for _, n := range r.Near {
		p.field("Proche", fmt.Sprintf("%s « %s » (%s)", n.Ref, string(n.Claim), p.word("state.rumour."+string(n.State))))
	}
}

// matchNote is what a list says of a report that a machine held to tell something.
func (p *page) matchNote(r admin.ReportRow) string {
	if r.Match == nil {
		return ""
	}
	switch r.Match.Method {
	case bot.MatchAuto:
		return p.match(bot.MatchAuto) + ", à relire"
	case bot.MatchSuggested:
		return joined(" ", "rumeur", p.match(bot.MatchSuggested), string(r.Match.Rumour))
	}
	return ""
}

func (p *page) match(m bot.MatchMethod) string { return p.worded("state.match.", string(m)) }
