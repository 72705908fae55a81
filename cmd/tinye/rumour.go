package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/admin"
)

type rumourCmd struct {
	New     rumourNew     `cmd:"" help:"Faire une rumeur d'un énoncé et des signalements qui le disent."`
	Link    rumourLink    `cmd:"" help:"Rattacher d'autres signalements à une rumeur."`
	List    rumourList    `cmd:"" help:"Lister les rumeurs, les plus urgentes d'abord."`
	Show    rumourShow    `cmd:"" help:"Montrer une rumeur, son risque, ses vérifications, ses réponses et ses signalements."`
	History rumourHistory `cmd:"" help:"Qui a fait quoi à une rumeur."`
	Near    rumourNear    `cmd:"" help:"Montrer les rumeurs et les signalements en attente qui ressemblent à une rumeur."`
	Search  rumourSearch  `cmd:"" help:"Chercher des rumeurs par des mots."`

	Submit  rumourSubmit  `cmd:"" help:"Proposer un verdict avec ses vérifications et réponses; pour un risque faible ou moyen, dès la rumeur nouvelle."`
	Confirm rumourConfirm `cmd:"" help:"Décider, approuver et publier ce que quelqu'un d'autre a proposé, pour un risque faible ou moyen."`

	Claim    rumourClaim    `cmd:"" help:"Reformuler ce qui se dit, tant que la rumeur n'est pas publiée."`
	Triage   rumourTriage   `cmd:"" help:"Noter thème, lieu et risque."`
	Watch    rumourWatch    `cmd:"" help:"Ne rien dire d'une rumeur à risque faible jusqu'à un jour donné."`
	Risk     rumourRisk     `cmd:"" help:"Relever ou baisser le risque, ajouter ou retirer des signes de danger."`
	Assign   rumourAssign   `cmd:"" help:"Confier une rumeur à un vérificateur."`
	Evidence rumourEvidence `cmd:"" help:"Ce qui a été vérifié."`
	Return   rumourReturn   `cmd:"" help:"Renvoyer une proposition."`
	Decide   rumourDecide   `cmd:"" help:"Décider ce qui a été proposé."`
	Answer   rumourAnswer   `cmd:"" help:"Écrire la réponse dans une langue."`
	Approve  rumourApprove  `cmd:"" help:"Approuver une réponse écrite par quelqu'un d'autre."`
	Withhold rumourWithhold `cmd:"" help:"Retenir une rumeur décidée, parce que publier ferait du mal."`
	Lift     rumourLift     `cmd:"" help:"Laisser publier ce qui a été retenu puis rouvert; pour le point focal protection."`
	Publish  rumourPublish  `cmd:"" help:"Envoyer la réponse à tous ceux qui ont signalé la rumeur."`
	Auto     rumourAuto     `cmd:"" help:"Permettre ou non que la machine donne la réponse publiée à qui raconte la rumeur."`
	Stock    rumourStock    `cmd:"" help:"Envoyer un texte type à tous ceux qui ont signalé une rumeur et attendent encore."`
	Correct  rumourCorrect  `cmd:"" help:"Reprendre ce qui est publié et qui était faux, et décider de nouveau."`
	Withdraw rumourWithdraw `cmd:"" help:"Retirer tout de suite ce qui est publié, et le dire à qui a pu le recevoir."`
	Merge    rumourMerge    `cmd:"" help:"Mettre tous les signalements d'une rumeur sous une autre qui dit la même chose."`
	Split    rumourSplit    `cmd:"" help:"Donner une rumeur à part aux signalements qui disent autre chose."`
	Reject   rumourReject   `cmd:"" help:"Écarter ce qui n'a jamais été une rumeur."`
	Close    rumourClose    `cmd:"" help:"Finir le travail sur une rumeur."`
	Reopen   rumourReopen   `cmd:"" help:"Reprendre une rumeur close ou rejetée."`
}

type rumourNew struct {
	deskFlags
	Claim   string   `required:"" placeholder:"TEXT" help:"Ce qui se dit, en une phrase, sans nom de personne."`
	From    []string `placeholder:"REPORT" help:"Références de signalements qui le disent."`
	Group   string   `placeholder:"REPORT" help:"Et tous les signalements en attente qui disent la même chose que celui-ci (tinye match groups); ils sont d'abord montrés."`
	Reports []string `arg:"" optional:"" name:"report" help:"D'autres encore."`
	Yes     bool     `help:"Ne pas demander avant de prendre tout le groupe."`
}

// Run makes a rumour.
func (c *rumourNew) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.NewRumour{By: c.by(), Claim: c.Claim, From: append(c.From, c.Reports...), Group: c.Group, Yes: c.Yes}
	if c.Group != "" && !c.Yes && !c.JSON {
		taken, err := c.taken(ctx, std)
		if err != nil {
			return err
		}
		if len(taken) > 0 { // what was shown is what is taken
			q.From, q.Group = append(q.From, taken...), ""
		}
	}
	return c.show(ctx, std, "/rumour/new", q, &r, func(p *page) {
		p.line("Rumeur %s créée. Signalements rattachés: %d.", r.Ref, r.ReportCount)
		p.remarks(r.Remarks)
	})
}

// taken shows the reports of the group, and has the reference that was given typed again: words that are alike are not always about the
// same. None where the command itself is to be refused.
func (c *rumourNew) taken(ctx context.Context, std streams) (refs []string, err error) {
	status, _, body, err := c.ask(ctx, "/match/group", admin.ReadGroup{By: c.by(), Ref: c.Group})
	if err != nil {
		return nil, err
	}
	var group admin.Nearest
	if status != http.StatusOK || json.Unmarshal(body, &group) != nil {
		return nil, nil
	}
	for _, r := range group.Reports {
		refs = append(refs, string(r.Ref))
	}
	if len(refs) < 2 {
		return refs, nil
	}
	fmt.Fprintf(std.err, "La rumeur prendrait ces signalements: %d.\n", len(refs))
	for _, r := range group.Reports {
		fmt.Fprintf(std.err, "  %s  %s\n", r.Ref, firstWords(oneLine(string(r.Text))))
	}
	fmt.Fprintf(std.err, "Si tous disent la même chose, tapez la référence %s pour confirmer: ", group.Ref)
	typed, err := bufio.NewReader(io.LimitReader(std.in, 100)).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if strings.TrimSpace(typed) != string(group.Ref) {
		return nil, errors.New("rien n'a été fait: ce n'est pas la référence (ou redonnez la commande avec --yes, ou sans --group avec les seules références voulues)")
	}
	return refs, nil
}

// firstWords are as much of a text as stands on a line.
func firstWords(text string) string {
	const most = 60
	if utf8.RuneCountInString(text) <= most {
		return text
	}
	return string([]rune(text)[:most]) + "…"
}

type rumourClaim struct {
	rumourRef
	Text string `required:"" placeholder:"TEXT" help:"Ce qui se dit, en une phrase, sans nom de personne."`
}

// Run words a claim anew.
func (c *rumourClaim) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, "claim", admin.MoveRumour{Claim: c.Text}, func(p *page, r admin.Rumour) {
		p.line("Rumeur %s: « %s ».", r.Ref, oneLine(string(r.Claim)))
	})
}

type rumourLink struct {
	deskFlags
	Rumour  string   `arg:"" help:"La référence de la rumeur."`
	Reports []string `arg:"" name:"report" help:"Références de signalements."`
	sendsFlag
}

// Run links reports to a rumour.
func (c *rumourLink) Run(ctx context.Context, std streams) error {
	yes, err := c.sure(ctx, std, c.deskFlags, admin.PreviewSends{By: c.by(), Rumour: c.Rumour, Reports: c.Reports})
	if err != nil {
		return err
	}
	var r admin.Rumour
	q := admin.LinkReports{By: c.by(), Rumour: c.Rumour, Reports: c.Reports, Yes: yes}
	return c.show(ctx, std, "/rumour/link", q, &r, func(p *page) {
		p.line("Rumeur %s. Signalements rattachés: %d.", r.Ref, r.ReportCount)
		p.fanOut(r)
	})
}

type rumourList struct {
	deskFlags
	State bot.RumourState `enum:",new,triaged,watching,investigating,review,decided,withheld,published,monitoring,closed,merged,rejected" default:"" placeholder:"STATE" help:"${states}; sans lui, tous."`
	Limit int             `default:"50" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists rumours.
func (c *rumourList) Run(ctx context.Context, std streams) error {
	var list admin.Rumours
	q := admin.ListRumours{By: c.by(), State: c.State, Limit: c.Limit}
	return c.show(ctx, std, "/rumour/list", q, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Rumours {
			rows = append(rows, []string{
				string(r.Ref), p.at(r.CreatedAt), p.level(r.RiskLevel), joined(": ", p.word("state.rumour."+string(r.State)), p.verdict(r.Verdict)),
				p.nextDue(r.Due), strconv.Itoa(r.ReportCount), string(r.Claim),
			})
		}
		p.table(noneOf(c.State, "Aucune rumeur. On en fait une d'un signalement: tinye rumour new --claim \"…\" --from RÉF", "Aucune rumeur dans cet état. Toutes: tinye rumour list"), []string{"RÉF", "CRÉÉE", "RISQUE", "ÉTAT", "ÉCHÉANCE", "FOIS", "CE QUI SE DIT"}, rows)
		p.more(list.More, len(rows))
	})
}

type rumourShow struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
}

// Run shows a rumour.
func (c *rumourShow) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.ShowRumour{By: c.by(), Rumour: c.Rumour}
	return c.show(ctx, std, "/rumour/show", q, &r, func(p *page) {
		p.line("Rumeur %s: %s", r.Ref, p.word("state.rumour."+string(r.State)))
		p.field("Il se dit", string(r.Claim))
		p.field("Créée", p.who(r.CreatedAt, r.CreatedBy))
		p.life(r)
		if b := r.Burst; b != nil {
			p.field("Copies", fmt.Sprintf("%s Personnes: %d, %s", p.flag(bot.FlagCoordinated), b.Numbers, p.at(b.At)))
		}
		p.field("Verdict", joined(", ", p.verdict(r.Verdict), p.who(r.DecidedAt, r.DecidedBy)))
		p.field("Publiée", p.who(r.PublishedAt, r.PublishedBy))
		p.autoLine(r.Auto)
		p.untitled(r)
		p.fanOut(r)
		if k := r.Helped; k != nil {
			p.line("A aidé: oui %d, non %d, n'y croient pas %d, sans réponse %d, sur %d questions.", k.Yes, k.No, k.NotBelieved, k.NoReply, k.Asked)
		}
		p.evidence(r.Evidence)
		for _, n := range r.Notes {
			p.line("")
			p.say("%s, %s: %s", p.verb(n.Verb), oneLine(p.who(n.At, n.By)), oneLine(string(n.Text)))
		}
		for _, a := range r.Answers {
			p.answer(a)
		}
		for _, v := range r.Versions {
			p.line("")
			what := fmt.Sprintf("Version %d (%s)", v.No, p.answerKind(v.Kind))
			p.line("%s, remplacée: %s", joined(", ", what, p.verdict(v.Verdict)), oneLine(p.who(v.At, v.By)))
			for _, a := range v.Answers {
				p.answer(a)
			}
		}
		p.line("")
		p.reports("Aucun signalement rattaché.", r.Reports)
		if r.MoreReports {
			p.line("Signalements en tout: %d.", r.ReportCount)
		}
	})
}

type rumourAnswer struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
	Lang   string `required:"" placeholder:"LANG" help:"${langs}."`
	Text   string `required:"" placeholder:"TEXT" help:"Ce que reçoivent ceux qui ont signalé, bien orthographié."`
	namesFlag
}

// Run writes an answer and says what it will cost.
func (c *rumourAnswer) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.WriteAnswer{By: c.by(), Rumour: c.Rumour, Lang: c.Lang, Text: c.Text, NamesChecked: c.NamesChecked}
	return c.show(ctx, std, "/rumour/answer", q, &r, func(p *page) {
		if a, ok := answerIn(r, c.Lang); ok {
			p.line("Réponse à %s en %s: %s.", r.Ref, p.lang(a.Lang), cost(a.Measure))
			p.tooLong(a)
			p.line("Une autre personne que %s doit l'approuver.", oneLine(a.Author))
		}
	})
}

type rumourApprove struct {
	deskFlags
	Rumour string `arg:"" help:"La référence de la rumeur."`
	Lang   string `required:"" placeholder:"LANG" help:"${langs}."`
}

// Run approves an answer.
func (c *rumourApprove) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.ApproveAnswer{By: c.by(), Rumour: c.Rumour, Lang: c.Lang}
	return c.show(ctx, std, "/rumour/approve", q, &r, func(p *page) {
		if a, ok := answerIn(r, c.Lang); ok {
			p.line("Réponse à %s en %s approuvée par %s.", r.Ref, p.lang(a.Lang), oneLine(a.Approver))
			p.tooLong(a)
		}
		p.fanOut(r)
	})
}

type rumourPublish struct {
	deskFlags
	Rumour   string            `arg:"" help:"La référence de la rumeur."`
	Fallback string            `placeholder:"LANG" help:"Langue pour ceux dont la langue n'a pas de réponse approuvée."`
	Title    map[string]string `mapsep:"none" placeholder:"LANG=TITLE" help:"Ligne de la réponse dans les menus, 25 signes au plus; une fois par langue. C'est aussi ainsi que l'on demande aux gens: « Parlez-vous de: …? ». Elle nomme donc le sujet tel qu'il est vérifié. Sans elle la machine ne demande rien. Pour une rumeur déjà publiée, donner les titres seuls les change."`
	namesFlag
	noAutoFlag
}

// Run publishes a rumour, or gives a published one its titles.
func (c *rumourPublish) Run(ctx context.Context, std streams) error {
	var r admin.Rumour
	q := admin.Publish{By: c.by(), Rumour: c.Rumour, Fallback: c.Fallback, Titles: c.Title, NamesChecked: c.NamesChecked, NoAuto: c.NoAuto}
	return c.show(ctx, std, "/rumour/publish", q, &r, func(p *page) {
		if r.TitledOnly {
			p.line("Rumeur %s: titres enregistrés.", r.Ref)
		} else {
			p.line("Rumeur %s publiée.", r.Ref)
			p.fanOut(r)
			p.autoLine(r.Auto)
		}
		for _, a := range r.Answers {
			if a.Title != "" {
				p.line("Titre en %s: %s", p.lang(a.Lang), oneLine(string(a.Title)))
			}
		}
		p.untitled(r)
	})
}

// untitled says in which languages of a published rumour nobody is asked whether they mean it, since there is no title to ask by.
func (p *page) untitled(r admin.Rumour) {
	if r.Auto == nil { // it is not published
		return
	}
	var langs []string
	for _, a := range r.Answers {
		if a.Title == "" && a.Approver != "" {
			langs = append(langs, p.lang(a.Lang))
		}
	}
	if len(langs) > 0 {
		p.line("Sans titre en %s: la machine ne peut pas demander « Parlez-vous de: …? ». Pour en donner un: tinye rumour publish %s --title LANG=TITRE",
			strings.Join(langs, ", "), r.Ref)
	}
}

// answerIn finds the answer in a language as it was typed.
func answerIn(r admin.Rumour, typed string) (admin.Answer, bool) {
	l, _ := bot.ParseLang(typed)
	for _, a := range r.Answers {
		if a.Lang == l {
			return a, true
		}
	}
	return admin.Answer{}, false
}

func (p *page) fanOut(r admin.Rumour) {
	f := r.FanOut
	if f == nil {
		return
	}
	what, n := "Réponses mises en file en tout", f.QueuedAnswers
	if f.Now != nil {
		what, n = "Réponses mises en file", *f.Now
	}
	line := fmt.Sprintf("%s: %d", what, n.Queued)
	if n.FellBack > 0 {
		in := "dans une autre langue"
		if r.Fallback != "" {
			in = "en " + p.lang(r.Fallback)
		}
		line += fmt.Sprintf(", dont %d %s faute de texte dans la leur", n.FellBack, in)
	}
	if n.Queued < f.Queued {
		line += fmt.Sprintf(" (%d depuis la publication)", f.Queued)
	}
	p.line("%s.", line)
	if n.Corrected > 0 {
		p.line("Corrections mises en file: %d.", n.Corrected)
	}
	if f.Waiting > 0 {
		p.line("Attendent un texte approuvé dans leur langue: %d.", f.Waiting)
	}
	if f.Open {
		p.line("La mise en file continue.")
	}
}

func (p *page) answer(a admin.Answer) {
	p.line("")
	approval := "pas encore approuvée"
	if a.Approver != "" {
		approval = "approuvée par " + p.who(a.ApprovedAt, a.Approver)
	}
	p.say("Réponse en %s, écrite par %s, %s", typed(p.lang(a.Lang), a.Lang), oneLine(p.who(a.WrittenAt, a.Author)), oneLine(approval))
	if a.Title != "" {
		p.wrapped("  Titre: ", oneLine(string(a.Title)), "  ")
	}
	p.wrapped("  ", oneLine(string(a.Text)), "  ")
	p.line("  %s", cost(a.Measure))
}

func (p *page) who(when bot.Instant, name string) string {
	if when.IsZero() {
		return name
	}
	return joined(", ", name, p.at(when))
}

// encoding is how a text goes on the air, by the name of the alphabet.
func encoding(m admin.Measure) string {
	if m.Encoding == bot.GSM7 {
		return "GSM-7"
	}
	return "UCS-2"
}

// cost is what an answer takes on the air; it names the characters that make it dearer.
func cost(m admin.Measure) string {
	if m.Encoding == bot.GSM7 {
		return fmt.Sprintf("%s, %d septets, SMS par personne: %d", encoding(m), m.Units, m.Parts)
	}
	named := make([]string, len(m.Outsiders))
	for i, s := range m.Outsiders {
		r, _ := utf8.DecodeRuneInString(s)
		named[i] = fmt.Sprintf("%s (%U)", printable(s), r)
	}
	s := fmt.Sprintf("%s, %d unités, SMS par personne: %d", encoding(m), m.Units, m.Parts)
	if m.PartsWithout < m.Parts {
		s += fmt.Sprintf(" au lieu de %d", m.PartsWithout)
	}
	return s + ", à cause de " + strings.Join(named, " ")
}
