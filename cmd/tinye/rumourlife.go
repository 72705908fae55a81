package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
	"tinye/bot/rumour"
	"tinye/locales"
)

// rumourRef is what every verb of a rumour's life takes.
type rumourRef struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
}

// move asks for a verb and prints how the rumour then stands, after what done prints; done is left out where a second person
// must agree first.
func (c *rumourRef) move(ctx context.Context, std streams, verb rumour.Verb, q admin.MoveRumour, done func(*page, admin.Rumour)) error {
	q.By, q.Rumour = c.by(), c.Rumour
	var r admin.Rumour
	return c.show(ctx, std, "/rumour/"+string(verb), q, &r, func(p *page) {
		p.remarks(r.Remarks)
		if r.Pending != nil && r.Pending.Verb == string(verb) {
			p.line("Rumeur %s. Il faut encore %s pour « %s »: la même commande, donnée par quelqu'un d'autre.",
				joined(" ", string(r.Ref)+": noté", p.pendingValue(r.Pending)), p.second(r.Pending), p.verb(r.Pending.Verb))
			p.line("Peuvent la donner: %s.", cmp.Or(strings.Join(r.Pending.Seconds, ", "), "aucun autre compte pour l'instant (tinye user add)"))
			if verb == rumour.AssessRisk && r.Risk != nil {
				p.line("D'ici là le risque reste %s, et rien ne change pour la rumeur.", p.level(r.Risk.Level))
			}
			return
		}
		if done != nil {
			done(p, r)
		} else {
			p.line("Rumeur %s: %s.", r.Ref, p.word("state.rumour."+string(r.State)))
		}
		p.stockSaid(r)
	})
}

// riskFlags are how dangerous somebody holds a rumour to be.
type riskFlags struct {
	Risk   bot.RiskLevel  `placeholder:"LEVEL" help:"${levels}."`
	Harm   int            `placeholder:"1-3" help:"1 faible, 2 moyen, 3 grave; avec --spread, la règle donne le niveau."`
	Spread int            `placeholder:"1-3" help:"1 un signalement, 2 plusieurs personnes ou lieux, 3 plusieurs cercles."`
	Flag   []bot.RiskFlag `placeholder:"FLAG" help:"Ajoute un signe: ${flags}; plusieurs fois pour plusieurs. « violence_48h » rend le risque critique, « property_livestock » au moins élevé; « targets_group » demande deux coordinateurs."`
	Unflag []bot.RiskFlag `placeholder:"FLAG" help:"Retire un signe; plusieurs fois pour plusieurs. Le niveau reste, sauf --risk, ou --harm et --spread. « targets_group » et « violence_48h » ne se retirent que par tinye rumour risk, avec une raison et d'habitude une seconde personne."`
	Area   []areaFlag     `placeholder:"SCHEME:CODE" help:"Où cela se passe; plusieurs fois pour plusieurs. tinye place find donne les codes."`
}

// areaFlag is a place's code as it is typed.
type areaFlag struct{ bot.PlaceCode }

func (f riskFlags) into(q *admin.MoveRumour) {
	q.Risk, q.Harm, q.Spread, q.Flags, q.Unflag = f.Risk, f.Harm, f.Spread, f.Flag, f.Unflag
	for _, a := range f.Area {
		q.Areas = append(q.Areas, a.PlaceCode)
	}
}

// checkFlag is a check as it is typed: METHOD:SOURCE, then the source's code and its group, if any.
type checkFlag struct{ admin.Check }

// UnmarshalText reads METHOD:SOURCE[:CODE[:GROUP]].
func (f *checkFlag) UnmarshalText(b []byte) error {
	parts := strings.Split(string(b), ":")
	if len(parts) < 2 || len(parts) > 4 {
		return fmt.Errorf("« %s » n'est pas METHOD:SOURCE, comme site_visit:eyewitness", oneLine(string(b)))
	}
	parts = append(parts, "", "")
	f.Method, f.Source, f.Code, f.Group = bot.CheckMethod(parts[0]), bot.SourceType(parts[1]), parts[2], parts[3]
	return nil
}

func checksOf(flags []checkFlag) []admin.Check {
	var list []admin.Check
	for _, f := range flags {
		list = append(list, f.Check)
	}
	return list
}

type rumourTriage struct {
	rumourRef
	riskFlags
	redactionFlag
	Theme bot.RumourTheme `placeholder:"THEME" help:"${themes}."`
}

// Run notes theme, areas and risk.
func (c *rumourTriage) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{Theme: c.Theme, Redacted: c.RedactionChecked}
	c.into(&q)
	return c.move(ctx, std, rumour.Triage, q, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s triée: %s, risque %s.", r.Ref, p.rumourTheme(r.Theme), p.risk(r.Risk))
	})
}

type rumourWatch struct {
	rumourRef
	Until string `placeholder:"YYYY-MM-DD" help:"Quand la revoir, dans 14 jours au plus; sans lui, dans 14 jours."`
}

// Run leaves a rumour alone for a while.
func (c *rumourWatch) Run(ctx context.Context, std streams) error {
	until, err := when(c.Until)
	if err != nil {
		return &exitError{code: exitConfig, err: err}
	}
	return c.move(ctx, std, rumour.Watch, admin.MoveRumour{Until: until}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s sous surveillance, à relire le %s.", r.Ref, locales.Date(r.ReviewAt, p.zone))
	})
}

type rumourRisk struct {
	rumourRef
	riskFlags
	Theme      bot.RumourTheme `placeholder:"THEME" help:"Un autre thème, où le premier était faux. Quitter « forces_conduct » demande une raison et une seconde personne."`
	Hate       bot.HateSpeech  `placeholder:"HATE" help:"Discours de haine: ${hates}."`
	Intent     bot.Intent      `placeholder:"INTENT" help:"${intents}."`
	Restricted *bool           `negatable:"" help:"Réservée à qui doit savoir: les coordinateurs et ceux qui y travaillent."`
	Reason     string          `placeholder:"TEXT" help:"Pourquoi il est plus bas qu'avant, ou pourquoi un signe s'en va."`
}

// Run notes the risk.
func (c *rumourRisk) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{Theme: c.Theme, Hate: c.Hate, Intent: c.Intent, Restrict: c.Restricted, Comment: c.Reason}
	c.into(&q)
	return c.move(ctx, std, rumour.AssessRisk, q, func(p *page, r admin.Rumour) { p.line("Rumeur %s: risque %s.", r.Ref, p.risk(r.Risk)) })
}

type rumourAssign struct {
	rumourRef
	To string `required:"" placeholder:"NAME" help:"Le vérificateur qui la vérifie."`
}

// Run gives a rumour to a verifier.
func (c *rumourAssign) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Assign, admin.MoveRumour{Assignee: c.To}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s confiée à %s.", r.Ref, oneLine(r.AssignedTo))
	})
}

type rumourEvidence struct {
	Add rumourEvidenceAdd `cmd:"" help:"Noter ce qui a été vérifié, auprès de qui, et ce qu'il en ressort."`
}

type rumourEvidenceAdd struct {
	rumourRef
	Method   bot.CheckMethod `required:"" placeholder:"METHOD" help:"${methods}."`
	Source   bot.SourceType  `required:"" placeholder:"TYPE" help:"${sources}."`
	Code     string          `placeholder:"CODE" help:"Le pseudonyme de la source, jamais un nom."`
	Group    string          `placeholder:"GROUP" help:"Le même pour les sources qui répètent une seule origine: elles comptent une fois."`
	Supports bot.Supports    `required:"" placeholder:"WAY" help:"Ce que cela dit de l'énoncé: ${supports}."`
	Note     string          `placeholder:"TEXT" help:"Pour le bureau, sans nom de personne."`
}

// Run notes a check.
func (c *rumourEvidenceAdd) Run(ctx context.Context, std streams) error {
	check := admin.Check{Method: c.Method, Source: c.Source, Code: c.Code, Group: c.Group, Supports: c.Supports, Note: bot.Text(c.Note)}
	return c.move(ctx, std, rumour.AddEvidence, admin.MoveRumour{Evidence: []admin.Check{check}}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: vérifications notées: %d.", r.Ref, len(r.Evidence))
	})
}

type rumourSubmit struct {
	rumourRef
	riskFlags
	redactionFlag
	Theme    bot.RumourTheme   `placeholder:"THEME" help:"Comme pour triage; inutile pour ce qui est trié."`
	Verdict  bot.Verdict       `required:"" placeholder:"VERDICT" help:"${verdicts}."`
	Evidence []checkFlag       `sep:"none" placeholder:"METHOD:SOURCE" help:"${checks}"`
	Finding  string            `placeholder:"TEXT" help:"Ce qui peut être dit; sans lui, la première réponse."`
	Internal string            `placeholder:"TEXT" help:"Ce qui est pour le bureau seul."`
	Text     map[string]string `mapsep:"none" placeholder:"LANG=TEXT" help:"La réponse dans une langue; une fois par langue."`
	namesFlag
}

// Run proposes a verdict, and from new and triaged does all that comes before.
func (c *rumourSubmit) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{
		Theme: c.Theme, Verdict: c.Verdict, Evidence: checksOf(c.Evidence), Finding: c.Finding, Internal: c.Internal, Texts: c.Text,
		NamesChecked: c.NamesChecked,
	}
	q.Redacted = c.RedactionChecked
	c.into(&q)
	return c.move(ctx, std, rumour.Submit, q, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: verdict proposé: %s. Risque %s.", r.Ref, p.verdict(r.Proposal.Verdict), p.risk(r.Risk))
		for _, a := range r.Answers {
			p.line("Réponse en %s: %s.", p.lang(a.Lang), cost(a.Measure))
			p.tooLong(a)
		}
		p.line("Une autre personne que %s doit relire et décider.", oneLine(r.Proposal.By))
	})
}

type rumourReturn struct {
	rumourRef
	Reason string `required:"" placeholder:"TEXT" help:"Ce qui est à revoir."`
}

// Run sends a proposal back.
func (c *rumourReturn) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Return, admin.MoveRumour{Comment: c.Reason}, nil)
}

type rumourConfirm struct {
	rumourRef
	Verdict  bot.Verdict       `placeholder:"VERDICT" help:"Un autre verdict que celui proposé; les réponses sont alors à approuver de nouveau."`
	Fallback string            `placeholder:"LANG" help:"Langue pour ceux dont la langue n'a pas de réponse."`
	Title    map[string]string `mapsep:"none" placeholder:"LANG=TITLE" help:"Ligne de la réponse dans les menus, 25 signes au plus; une fois par langue. C'est aussi ainsi que l'on demande aux gens: « Parlez-vous de: …? ». Elle nomme donc le sujet tel qu'il est vérifié. Sans elle la machine ne demande rien."`
	namesFlag
	noAutoFlag
}

// Run decides, approves and publishes what was proposed.
func (c *rumourConfirm) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{Verdict: c.Verdict, Fallback: c.Fallback, Titles: c.Title, NamesChecked: c.NamesChecked, NoAuto: c.NoAuto}
	return c.move(ctx, std, rumour.Confirm, q, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s publiée: %s.", r.Ref, p.verdict(r.Verdict))
		p.fanOut(r)
		p.autoLine(r.Auto)
		p.untitled(r)
	})
}

type rumourDecide struct {
	rumourRef
	Verdict bot.Verdict `placeholder:"VERDICT" help:"Un autre verdict que celui proposé: ${verdicts}."`
	Reason  string      `placeholder:"TEXT" help:"Comment c'est vérifié, quand personne n'a proposé de verdict en 14 jours."`
}

// Run notes the verdict.
func (c *rumourDecide) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{Verdict: c.Verdict, Comment: c.Reason}
	return c.move(ctx, std, rumour.Decide, q, func(p *page, r admin.Rumour) { p.line("Rumeur %s: %s.", r.Ref, p.verdict(r.Verdict)) })
}

type rumourWithhold struct {
	rumourRef
	Reason string `placeholder:"TEXT" help:"Quel mal ferait la publication, sans nom de personne."`
}

// Run keeps a decided rumour back.
func (c *rumourWithhold) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Withhold, admin.MoveRumour{Comment: c.Reason}, nil)
}

type rumourLift struct {
	rumourRef
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi publier ne fait plus de mal à personne, sans nom de personne."`
}

// Run lets what was withheld be published after all.
func (c *rumourLift) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Lift, admin.MoveRumour{Comment: c.Reason}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: la retenue est levée. Quelqu'un d'autre peut la publier comme les autres.", r.Ref)
	})
}

type rumourMerge struct {
	rumourRef
	Into string `required:"" placeholder:"REF" help:"La rumeur qui prend les signalements."`
	sendsFlag
}

// Run moves a rumour's reports under another one.
func (c *rumourMerge) Run(ctx context.Context, std streams) error {
	yes, err := c.sure(ctx, std, c.deskFlags, admin.PreviewSends{By: c.by(), Rumour: c.Rumour, Into: c.Into})
	if err != nil {
		return err
	}
	return c.move(ctx, std, rumour.Merge, admin.MoveRumour{Into: c.Into, Yes: yes}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s fusionnée dans %s. Signalements rattachés: %d.", oneLine(c.Rumour), r.Ref, r.ReportCount)
		p.fanOut(r)
	})
}

type rumourSplit struct {
	rumourRef
	Reports []string `arg:"" name:"report" help:"Références des signalements qui disent autre chose."`
	Claim   string   `required:"" placeholder:"TEXT" help:"Ce qu'ils disent, en une phrase, sans nom de personne."`
	Tell    bool     `help:"Écrire à ceux qui ont pu recevoir la réponse de l'autre rumeur qu'elle n'était pas pour eux; un coordinateur le demande. Une seule personne l'apprend sans cela."`
}

// Run moves reports to a rumour of their own.
func (c *rumourSplit) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Split, admin.MoveRumour{Claim: c.Claim, Reports: c.Reports, Tell: c.Tell}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s créée. Signalements rattachés: %d.", r.Ref, r.ReportCount)
		if r.MisledTold > 0 {
			p.line("Apprennent par SMS que la réponse de %s n'était pas pour leur message: %d.", oneLine(c.Rumour), r.MisledTold)
		}
		if r.Misled > r.MisledTold {
			p.line("Ont pu recevoir la réponse de %s, qui n'est pas la leur: %d. Dites-leur vite que c'est vérifié (tinye rumour stock %s holding), puis vérifiez et publiez %s: sa réponse leur revient.",
				oneLine(c.Rumour), r.Misled, r.Ref, r.Ref)
		}
		if e := r.Emptied; e != nil {
			p.line("Plus aucun signalement n'est rattaché à la rumeur %s. %s", e.Ref, afterSplit(e))
		}
	})
}

// afterSplit is what to do with a rumour that nobody tells any more.
func afterSplit(e *admin.Emptied) string {
	merge := fmt.Sprintf("Fusionnez-la (tinye rumour merge %s --into RÉF)", e.Ref)
	switch {
	case slices.Contains(e.Possible, rumour.Reject):
		return merge + fmt.Sprintf(" ou écartez-la (tinye rumour reject %s, avec une raison).", e.Ref)
	case slices.Contains(e.Possible, rumour.Close):
		return merge + fmt.Sprintf(" ou finissez-la (tinye rumour close %s, avec une raison).", e.Ref)
	}
	return merge + "."
}

type rumourReject struct {
	rumourRef
	Reason bot.ClosedReason `required:"" placeholder:"REASON" help:"${rejections}."`
}

// Run ends what never was a rumour.
func (c *rumourReject) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Reject, admin.MoveRumour{Reason: c.Reason}, nil)
}

type rumourClose struct {
	rumourRef
	Reason bot.ClosedReason `required:"" placeholder:"REASON" help:"${endings}."`
}

// Run ends the work on a rumour.
func (c *rumourClose) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Close, admin.MoveRumour{Reason: c.Reason}, nil)
}

type rumourCorrect struct {
	rumourRef
	Verdict bot.Verdict       `placeholder:"VERDICT" help:"Le nouveau verdict; sans lui il reste, et seul le texte était faux."`
	Reason  string            `required:"" placeholder:"TEXT" help:"Ce qui était faux, sans nom de personne."`
	Text    map[string]string `mapsep:"none" placeholder:"LANG=TEXT" help:"La nouvelle réponse dans une langue; une fois par langue. Quelqu'un d'autre l'approuve."`
	namesFlag
}

// Run takes an answer back and decides anew.
func (c *rumourCorrect) Run(ctx context.Context, std streams) error {
	q := admin.MoveRumour{Verdict: c.Verdict, Comment: c.Reason, Texts: c.Text, NamesChecked: c.NamesChecked}
	return c.move(ctx, std, rumour.Correct, q, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: %s. L'ancienne réponse ne part plus.", r.Ref, p.verdict(r.Verdict))
		p.line("Écrivez, faites approuver et publiez la nouvelle: elle part en correction à qui a pu recevoir l'ancienne.")
	})
}

type rumourWithdraw struct {
	rumourRef
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi elle ne tient pas, sans nom de personne."`
}

// Run takes an answer back and says so.
func (c *rumourWithdraw) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Withdraw, admin.MoveRumour{Comment: c.Reason}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: réponse retirée, à vérifier de nouveau.", r.Ref)
		p.fanOut(r)
	})
}

type rumourReopen struct {
	rumourRef
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi on la reprend."`
}

// Run lets the desk look at a rumour again.
func (c *rumourReopen) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, rumour.Reopen, admin.MoveRumour{Comment: c.Reason}, nil)
}

// life prints what the desk noted about a rumour.
func (p *page) life(r admin.Rumour) {
	p.field("Thème", typed(p.rumourTheme(r.Theme), r.Theme))
	p.field("Lieux", strings.Join(r.AreaNames, ", "))
	if r.Risk != nil {
		alarm := ""
		if r.Risk.Alarm {
			alarm = "mot d'alarme"
		}
		p.field("Risque", joined(", ", p.risk(r.Risk), alarm, p.who(r.Risk.At, r.Risk.By)))
		p.field("Signes", each(r.Risk.Flags, func(f bot.RiskFlag) string { return typed(p.flag(f), f) }))
	}
	p.field("Échéances", p.allDue(r.Due))
	p.field("Texte dû", p.stockOwed(r.Ref, r.Owes))
	p.field("Textes envoyés", each(r.Told, func(t admin.StockTold) string { return p.who(t.At, "« "+p.stock(t.Kind)+" »") }))
	p.field("Haine", p.hate(r.Hate))
	p.field("Intention", p.intent(r.Intent))
	if r.Restricted {
		p.field("Accès", "restreint")
	}
	if r.RedactedBy != "" {
		p.field("Relue", p.who(r.RedactedAt, r.RedactedBy))
	} else if !r.State.Ended() {
		p.field("Relue", "pas encore: quelqu'un doit voir si la rumeur et ses signalements nomment une personne (--redaction-checked)")
	}
	p.field("Confiée à", r.AssignedTo)
	p.field("À relire", p.at(r.ReviewAt))
	p.field("Issue de", string(r.SplitFrom))
	p.field("Fusionnée dans", string(r.MergedInto))
	p.field("Rouverte", p.at(r.ReopenedAt))
	p.field("Close", joined(", ", p.ended(r.Closed), p.at(r.ClosedAt)))
	p.field("Retenue car", string(r.HarmNote))
	if k := r.Pending; k != nil {
		p.field("Attend", p.pending(k))
	}
	if k := r.Proposal; k != nil {
		p.field("Proposé", joined(", ", p.verdict(k.Verdict), p.who(k.At, k.By)))
		p.field("À dire", string(k.Finding))
		p.field("Interne", string(k.Internal))
	}
}

// evidence prints a table of checks.
func (p *page) evidence(list []admin.Check) {
	if len(list) == 0 {
		return
	}
	var rows [][]string
	for _, e := range list {
		rows = append(rows, []string{
			p.method(e.Method), p.source(e.Source), e.Code, e.Group, p.supports(e.Supports), p.at(e.DoneAt), e.DoneBy, string(e.Note),
		})
	}
	p.line("")
	p.table("", []string{"VÉRIFICATION", "SOURCE", "CODE", "GROUPE", "APPUIE", "QUAND", "PAR", "NOTE"}, rows)
}
