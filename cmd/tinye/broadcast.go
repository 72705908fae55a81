package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type broadcastCmd struct {
	List   broadcastList   `cmd:"" help:"Lister ce qui a été envoyé et ce qui part, les derniers d'abord."`
	Show   broadcastShow   `cmd:"" help:"Montrer qui a reçu un bulletin, qui non, et pourquoi."`
	Resend broadcastResend `cmd:"" help:"Renvoyer à ceux chez qui il a échoué, ou dont on ne sait rien."`
	Report broadcastReport `cmd:"" help:"Les chiffres d'un envoi, avec leurs définitions; ils sont arrêtés un jour après sa fin."`
}

// runRef is a run on the command line.
type runRef struct {
	deskFlags
	Ref string `arg:"" help:"La référence du bulletin, ou l'identifiant d'un envoi de la liste."`
	No  int    `name:"run" placeholder:"N" help:"Lequel de ses envois: 1, 2, 3 …; sans cela, le dernier."`
}

func (r runRef) name() admin.NameRun { return admin.NameRun{By: r.by(), Ref: r.Ref, Run: r.No} }

type broadcastList struct {
	deskFlags
	Limit int `default:"50" help:"Au plus autant, 500 au maximum."`
}

// notReached counts the people of a run whose message failed, expired or was suppressed; a repeat counts for itself.
func notReached(r admin.Run) int {
	n := 0
	for _, state := range []bot.OutState{bot.OutFailed, bot.OutExpired, bot.OutSuppressed} {
		n += r.States[state] - r.Repeats[state]
	}
	return n
}

// Run lists runs.
func (c *broadcastList) Run(ctx context.Context, std streams) error {
	var list admin.Runs
	return c.show(ctx, std, "/broadcast/list", admin.ListBroadcasts{By: c.by(), Limit: c.Limit}, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Runs {
			name := string(r.Ref)
			if name == "" {
				name = r.ID.String()
			}
			rows = append(rows, []string{
				name, p.bulletinKind(r), p.broadcastState(r.State), p.at(r.StartedAt), strconv.Itoa(r.People), strconv.Itoa(r.Reached),
				strconv.Itoa(r.States[bot.OutUnknown] - r.Repeats[bot.OutUnknown]), strconv.Itoa(r.Open),
				strconv.Itoa(notReached(r)), strconv.Itoa(r.Looked - r.People), oneLine(r.Title),
			})
		}
		heads := []string{"RÉF.", "GENRE", "ÉTAT", "DÉBUT", "PERSONNES", "REÇU", "INCONNU", "À PARTIR", "SANS ENVOI", "LAISSÉES", "TITRE"}
		p.table("Aucun envoi. Un bulletin approuvé part avec: tinye bulletin send RÉF", heads, rows)
		p.more(list.More, len(rows))
	})
}

type broadcastShow struct {
	runRef
	Who   bot.OutState `enum:",unknown,failed,expired,suppressed" default:"" placeholder:"STATE" help:"En dire plus de ceux qui sont unknown, failed, expired ou suppressed."`
	Limit int          `default:"50" help:"Avec --who: au plus autant de lignes, 500 au maximum."`
}

// Run shows a run.
func (c *broadcastShow) Run(ctx context.Context, std streams) error {
	var r admin.Run
	q := admin.ShowBroadcast{NameRun: c.name(), Who: c.Who, Limit: c.Limit}
	return c.show(ctx, std, "/broadcast/show", q, &r, func(p *page) {
		p.run(r)
		p.whoIs(r.Who)
	})
}

type broadcastResend struct {
	runRef
	Only   bot.OutState `required:"" enum:"unknown,failed" placeholder:"STATE" help:"unknown: certains peuvent le recevoir deux fois; failed: une passerelle a refusé ou abandonné."`
	Reason string       `required:"" placeholder:"TEXT" help:"Pourquoi, sans noms de personnes."`
}

// Run has rows of a run sent again.
func (c *broadcastResend) Run(ctx context.Context, std streams) error {
	var sent admin.Resent
	q := admin.ResendBroadcast{NameRun: c.name(), Only: c.Only, Reason: c.Reason}
	return c.show(ctx, std, "/broadcast/resend", q, &sent, func(p *page) {
		p.line("De nouveau en file: %d.", sent.Queued)
		if sent.Queued > 0 && c.Only == bot.OutUnknown {
			p.say("Certains l'ont peut-être déjà reçu et le recevront deux fois.")
		}
		p.run(sent.Run)
	})
}

type broadcastReport struct{ runRef }

// Run shows the figures of a run.
func (c *broadcastReport) Run(ctx context.Context, std streams) error {
	var r admin.RunReport
	return c.show(ctx, std, "/broadcast/report", c.name(), &r, func(p *page) { p.runReport(r) })
}

func (p *page) broadcastState(s bot.BroadcastState) string {
	return p.worded("state.broadcast.", string(s))
}

func (p *page) bulletinKind(r admin.Run) string {
	if r.Request {
		return "demande d'accord"
	}
	return p.worded("state.bulletin_kind.", string(r.Kind))
}

// run prints a run: who it is for, who has it, who does not and why.
func (p *page) run(r admin.Run) {
	p.field("Envoi", joined(", ", joined(" ", string(r.Ref), numbered(r.No)), p.bulletinKind(r), p.broadcastState(r.State)))
	p.field("Titre", r.Title)
	p.field("Début", joined(", ", p.who(r.StartedAt, r.StartedBy), before("prévu le ", p.at(r.DueAt))))
	if r.State == bot.BroadcastQueueing {
		p.field("En file", fmt.Sprintf("%d %% des contacts regardés", r.Walked))
	}
	p.field("Fin", p.at(r.EndedAt))
	p.field("Retiré par", r.TakenBy)
	p.field("Expire", p.at(r.ExpiresAt))
	p.field("Attend", p.at(r.HeldUntil))
	p.field("Audience", fmt.Sprintf("%d personnes: %d avec un message, %d laissées de côté", r.Looked, r.People, r.Looked-r.People))
	if r.Fell > 0 {
		p.field("Autre langue", fmt.Sprintf("%d lisent le texte de remplacement", r.Fell))
	}
	if r.Resent > 0 {
		p.field("Renvoyés", fmt.Sprintf("%d messages, à la demande d'une personne; reçus deux fois: %d", r.Resent, r.Twice))
	}
	p.field("Parties", p.counted(r.Parts, func(name string) string { return name }))
	var rows [][]string
	for _, s := range outStates() {
		if n := r.States[s]; n > 0 {
			repeated := ""
			if again := r.Repeats[s]; again > 0 {
				repeated = fmt.Sprintf("dont %d renvoyés", again)
			}
			rows = append(rows, []string{p.word("state.outbound." + string(s)), strconv.Itoa(n), joined("; ", repeated, p.reasonsOf(s, r.Reasons))})
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(r.LeftOut)) {
		rows = append(rows, []string{"laissé de côté", strconv.Itoa(r.LeftOut[reason]), p.reason(reason)})
	}
	p.line("")
	p.table("Personne encore.", []string{"MESSAGES", "NOMBRE", "RAISON"}, rows)
	if n := r.States[bot.OutUnknown] - r.Repeats[bot.OutUnknown]; n > 0 && r.Ref != "" {
		p.line("")
		p.say("On ne sait pas si %d messages sont partis. Personne ne les renvoie de lui-même:", n)
		p.line("  tinye broadcast resend %s --only unknown --reason …", r.Ref)
	}
}

// numbered is such as (envoi 2), "" for the only one.
func numbered(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf("(envoi %d)", n)
}

// outStates are all states of a message, as a reader wants them: what arrived first.
func outStates() []bot.OutState {
	return []bot.OutState{
		bot.OutDelivered, bot.OutHandedOver, bot.OutQueued, bot.OutClaimed, bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed,
	}
}

// reasonsOf are the reasons of the rows in a state, with their numbers.
func (p *page) reasonsOf(s bot.OutState, reasons map[string]int) string {
	of := make(map[string]int)
	for key, n := range reasons {
		if state, reason, _ := strings.Cut(key, " "); state == string(s) && reason != "" {
			of[reason] = n
		}
	}
	return p.counted(of, p.reason)
}

// counted is a list such as "sans accord: 3, arrêté: 1", in the order of the codes.
func (p *page) counted(counts map[string]int, word func(string) string) string {
	var said []string
	for _, code := range slices.Sorted(maps.Keys(counts)) {
		said = append(said, fmt.Sprintf("%s: %d", word(code), counts[code]))
	}
	return strings.Join(said, ", ")
}

// whoIs prints people of a run in one state.
func (p *page) whoIs(w *admin.Who) {
	if w == nil {
		return
	}
	p.line("")
	if w.Count == 0 {
		p.line("Personne n'est dans cet état: %s.", p.word("state.outbound."+string(w.State)))
		return
	}
	cut := ""
	if w.Cut {
		cut = " ou plus"
	}
	p.line("%s: %d%s.", p.word("state.outbound."+string(w.State)), w.Count, cut)
	var rows [][]string
	for _, place := range slices.Sorted(maps.Keys(w.Places)) {
		name := place
		if name == "" {
			name = "lieu inconnu"
		}
		rows = append(rows, []string{"lieu", name, w.Places[place].String()})
	}
	for _, l := range slices.Sorted(maps.Keys(w.Langs)) {
		rows = append(rows, []string{"langue", p.lang(bot.Lang(l)), w.Langs[l].String()})
	}
	p.table("", []string{"PAR", "QUOI", "NOMBRE"}, rows)
	p.line("")
	rows = nil
	for _, o := range w.Rows {
		again := ""
		if o.Again {
			again = "renvoyé"
		}
		rows = append(rows, []string{o.ID.String(), joined(", ", p.reason(o.Reason), again), strconv.Itoa(o.Attempts), o.Gateway, p.at(o.At)})
	}
	p.table("", []string{"ID", "RAISON", "ESSAIS", "PASSERELLE", "QUAND"}, rows)
	if w.More {
		p.line("Il y en a d'autres: --limit N en montre davantage (%d au plus).", admin.MostRows)
	}
}

// runReport prints the figures of a run.
func (p *page) runReport(r admin.RunReport) {
	if r.Frozen {
		p.line("Chiffres arrêtés au %s; ce qui est arrivé depuis n'y est pas.", p.at(r.CutAt))
	} else {
		p.line("Chiffres provisoires, au %s: ils sont arrêtés un jour après la fin de l'envoi.", p.at(r.CutAt))
	}
	p.run(r.Run)
	p.line("")
	var rows [][]string
	for _, f := range r.Figures {
		value := strconv.Itoa(f.N)
		if f.Of > 0 {
			value = fmt.Sprintf("%d / %d = %d %%", f.N, f.Of, (200*f.N+f.Of)/(2*f.Of))
		}
		rows = append(rows, []string{value, p.word("desk.figure." + f.Name)})
	}
	p.table("", []string{"VALEUR", "CE QUE C'EST"}, rows)
	if !r.Sums {
		p.line("")
		p.say("Les comptes ne tombent pas juste: l'envoi est encore en train d'être mis en file, ou c'est une faute de Tinye. Dites-le à qui s'en occupe.")
	}
}

// broadcasts prints what is under way, for tinye status.
func (p *page) broadcasts(runs []admin.Run) {
	for _, r := range runs {
		p.field("Envoi", joined(", ", joined(" ", string(r.Ref), oneLine(r.Title)), p.broadcastState(r.State),
			fmt.Sprintf("remis %d sur %d, à partir: %d", r.Handed, r.People, r.Open), before("attend le ", p.at(r.HeldUntil))))
	}
}
