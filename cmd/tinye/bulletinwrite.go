package main

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

// bulletinRef is what every verb of a bulletin takes.
type bulletinRef struct {
	deskFlags
	Ref string `arg:"" help:"La référence du bulletin."`
}

// bulletinFlags are what a bulletin holds besides its texts.
type bulletinFlags struct {
	Title    *string       `placeholder:"TEXT" help:"Pour les listes de l'équipe; il ne part nulle part."`
	Rumour   []string      `placeholder:"REF" help:"Une rumeur publiée sur laquelle il s'appuie; plusieurs fois pour plusieurs."`
	Action   *string       `placeholder:"TEXT" help:"La seule chose demandée aux lecteurs, telle qu'elle est dans le texte. Elle commence par un verbe."`
	Place    []areaFlag    `placeholder:"SCHEME:CODE" help:"Pour les gens de cette région ou de ce cercle; plusieurs fois pour plusieurs. tinye place find donne les codes."`
	For      []string      `placeholder:"LANG" help:"Pour les lecteurs de cette langue; plusieurs fois pour plusieurs."`
	Sex      []bot.Sex     `placeholder:"SEX" help:"f, m, x ou undisclosed; plusieurs fois pour plusieurs."`
	Age      []bot.AgeBand `placeholder:"BAND" help:"15_17, 18_24, 25_29, 30_35, 36_plus ou undisclosed; plusieurs fois pour plusieurs."`
	Group    []string      `placeholder:"GROUP" help:"member (membres validés des cohortes) ou agent (agents de terrain)."`
	Theme    []bot.Theme   `placeholder:"THEME" help:"Pour ceux qui en ont parlé dans le menu: security, health, aid, authorities ou other."`
	Enrolled *string       `placeholder:"PROJECT" help:"Pour ceux que ce projet a amenés."`
	Project  *string       `placeholder:"PROJECT" help:"Le projet qui paie."`
	From     *string       `placeholder:"TIME" help:"Pas avant: 2026-03-12, \"2026-03-12 18:00\", +12h, +3d. À l'horloge du site."`
	Until    *string       `placeholder:"TIME" help:"Jusqu'à quand il vaut, de même; un jour compte jusqu'à sa fin. Tout bulletin a une fin."`
	Fallback *string       `placeholder:"LANG" help:"La langue de ceux qui n'ont pas de texte dans la leur; \"\" pour aucune."`
	namesFlag
}

func (f bulletinFlags) set() admin.SetBulletin {
	s := admin.SetBulletin{
		Title: f.Title, Action: f.Action, Enrolled: f.Enrolled, Project: f.Project, From: f.From, Until: f.Until, Fallback: f.Fallback,
		Rumours: given(f.Rumour), Langs: given(f.For), Sexes: given(f.Sex), Ages: given(f.Age), Groups: given(f.Group), Themes: given(f.Theme),
		NamesChecked: f.NamesChecked,
	}
	if len(f.Place) > 0 {
		places := make([]bot.PlaceCode, len(f.Place))
		for i, p := range f.Place {
			places[i] = p.PlaceCode
		}
		s.Places = &places
	}
	return s
}

func given[T any](list []T) *[]T {
	if len(list) == 0 {
		return nil
	}
	return &list
}

type bulletinNew struct {
	deskFlags
	Kind     bot.BulletinKind  `default:"bulletin" placeholder:"KIND" help:"bulletin (nouvelle vérifiée, d'une rumeur publiée), alert (alerte), holding (en cours de vérification), correction, withdrawal (retrait), digest (résumé) ou prevention (message sans rumeur précise)."`
	Corrects string            `placeholder:"REF" help:"Le bulletin que corrige ou retire celui-ci."`
	Text     map[string]string `mapsep:"none" placeholder:"LANG=TEXT" help:"Le SMS dans une langue, bien orthographié; une fois pour chacune."`
	bulletinFlags
}

// Run makes a draft.
func (c *bulletinNew) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	q := admin.NewBulletin{By: c.by(), Kind: c.Kind, Corrects: c.Corrects, Texts: c.Text, SetBulletin: c.set()}
	return c.show(ctx, std, "/bulletin/new", q, &b, func(p *page) {
		p.line("Bulletin %s créé (%s).", b.Ref, p.worded("state.bulletin_kind.", string(b.Kind)))
		p.costs(b.Texts)
		p.line("Ce qui manque encore: tinye bulletin check %s", b.Ref)
	})
}

type bulletinCorrect struct {
	bulletinRef
	Text     map[string]string `mapsep:"none" placeholder:"LANG=TEXT" help:"Ce qui est vrai, dans une langue; une fois pour chacune. Le mot CORRECTION et le jour sont mis devant."`
	Withdraw bool              `help:"Dire seulement qu'il ne vaut plus, avec la phrase de Tinye sauf si --text en dit une autre."`
	Until    *string           `placeholder:"TIME" help:"Jusqu'à quand on l'envoie; sans cela, sept jours."`
	Fallback *string           `placeholder:"LANG" help:"La langue de ceux qui n'ont pas de texte dans la leur."`
	namesFlag
}

// Run makes the draft of a correction.
func (c *bulletinCorrect) Run(ctx context.Context, std streams) error {
	kind := bot.BulletinCorrection
	if c.Withdraw {
		kind = bot.BulletinWithdrawal
	}
	var b admin.Bulletin
	set := admin.SetBulletin{Until: c.Until, Fallback: c.Fallback, NamesChecked: c.NamesChecked}
	q := admin.NewBulletin{By: c.by(), Kind: kind, Corrects: c.Ref, Texts: c.Text, SetBulletin: set}
	return c.show(ctx, std, "/bulletin/new", q, &b, func(p *page) {
		p.line("Bulletin %s créé: %s de %s, pour ceux qui ont pu le recevoir.", b.Ref, p.worded("state.bulletin_kind.", string(b.Kind)), b.Corrects)
		p.costs(b.Texts)
		p.correcting(b)
		p.line("Ce qui manque encore: tinye bulletin check %s", b.Ref)
	})
}

// correcting says of a correction what else tells the old thing, and who else writes one.
func (p *page) correcting(b admin.Bulletin) {
	if len(b.Unmended) > 0 && b.Holds == "" {
		rumours := each(b.Unmended, func(r bot.Ref) string { return string(r) })
		p.say("Attention: la rumeur %s donne encore l'ancienne réponse à qui la demande. La corriger aussi: tinye rumour correct %s", rumours, b.Unmended[0])
	}
	if len(b.Beside) > 0 {
		p.say("Attention: une autre correction du bulletin %s est déjà en cours: %s. Une seule sera approuvée.", b.Corrects,
			each(b.Beside, func(r bot.Ref) string { return string(r) }))
	}
}

type bulletinEdit struct {
	bulletinRef
	bulletinFlags
	Everybody bool `help:"De nouveau pour tout le monde, avant ce que disent les autres options."`
}

// Run changes a draft.
func (c *bulletinEdit) Run(ctx context.Context, std streams) error {
	set := c.set()
	if c.Everybody {
		set.Places, set.Langs, set.Sexes = cmp.Or(set.Places, &[]bot.PlaceCode{}), cmp.Or(set.Langs, &[]string{}), cmp.Or(set.Sexes, &[]bot.Sex{})
		set.Ages, set.Groups, set.Themes = cmp.Or(set.Ages, &[]bot.AgeBand{}), cmp.Or(set.Groups, &[]string{}), cmp.Or(set.Themes, &[]bot.Theme{})
		set.Enrolled = cmp.Or(set.Enrolled, new(string))
	}
	var b admin.Bulletin
	return c.show(ctx, std, "/bulletin/edit", admin.EditBulletin{By: c.by(), Ref: c.Ref, SetBulletin: set}, &b, func(p *page) {
		p.line("Bulletin %s modifié.", b.Ref)
		p.bulletinFrame(b)
	})
}

// textRef names one text of a bulletin.
type textRef struct {
	bulletinRef
	Lang    string             `required:"" placeholder:"LANG" help:"fra (fr) ou bam (bm)."`
	Channel bot.VariantChannel `default:"sms" placeholder:"CHANNEL" help:"sms, ussd (les nouvelles du menu), radio, read_aloud ou relay (pour les ambassadeurs)."`
}

type bulletinWrite struct {
	textRef
	Text string `required:"" placeholder:"TEXT" help:"Bien orthographié; le nom du service et la référence sont ajoutés. \"\" enlève le texte."`
	namesFlag
}

// Run writes a text and says what it will cost.
func (c *bulletinWrite) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	q := admin.WriteBulletin{By: c.by(), Ref: c.Ref, Lang: c.Lang, Channel: c.Channel, Text: c.Text, NamesChecked: c.NamesChecked}
	return c.show(ctx, std, "/bulletin/write", q, &b, func(p *page) {
		lang, _ := bot.ParseLang(c.Lang)
		i := slices.IndexFunc(b.Texts, func(t admin.BulletinText) bool { return t.Lang == lang && t.Channel == c.Channel })
		if i < 0 {
			p.line("Bulletin %s: texte enlevé.", b.Ref)
			return
		}
		p.costs(b.Texts[i : i+1])
		if !b.Texts[i].First {
			p.line("Une autre personne le retraduit: tinye bulletin back %s --lang %s --channel %s --text …", b.Ref, b.Texts[i].Lang, b.Texts[i].Channel)
		}
	})
}

type bulletinBack struct {
	textRef
	Text    string `required:"" placeholder:"TEXT" help:"Ce que dit la traduction, retraduit dans la première langue sans la regarder."`
	Differs bool   `help:"Elle ne dit pas la même chose: la traduction est à réécrire."`
}

// Run notes a translation put back.
func (c *bulletinBack) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	q := admin.BackBulletin{By: c.by(), Ref: c.Ref, Lang: c.Lang, Channel: c.Channel, Text: c.Text, Differs: c.Differs}
	return c.show(ctx, std, "/bulletin/back", q, &b, func(p *page) {
		if c.Differs {
			p.line("Bulletin %s: la traduction ne dit pas la même chose. Elle est à réécrire.", b.Ref)
		} else {
			p.line("Bulletin %s: traduction relue. Elle sera approuvée avec le bulletin.", b.Ref)
		}
	})
}

type bulletinHarm struct {
	bulletinRef
	No  []bot.HarmQuestion          `placeholder:"QUESTION" help:"Une question dont la réponse est non; plusieurs fois pour plusieurs."`
	Yes map[bot.HarmQuestion]string `mapsep:"none" placeholder:"QUESTION=WHY" help:"Une dont la réponse est oui, et pourquoi le bulletin part quand même."`
}

// Run answers the do-no-harm list, or asks it.
func (c *bulletinHarm) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	if len(c.No) == 0 && len(c.Yes) == 0 {
		return c.show(ctx, std, "/bulletin/show", admin.ShowBulletin{By: c.by(), Ref: c.Ref}, &b, func(p *page) {
			p.line("À se demander du bulletin %s, tel qu'il est:", b.Ref)
			for _, q := range bot.HarmQuestions() {
				p.line("  %s", typed(p.harm(q), q))
			}
			p.line("Répondez à toutes: tinye bulletin harm %s %s", b.Ref, strings.Join(noTo(bot.HarmQuestions()), " "))
			p.line("Pour un oui, dites pourquoi il part quand même: --yes panic=\"Le danger est réel\"")
		})
	}
	q := admin.AnswerHarm{By: c.by(), Ref: c.Ref, No: c.No, Yes: c.Yes}
	return c.show(ctx, std, "/bulletin/harm", q, &b, func(p *page) {
		p.line("Bulletin %s: questions de prudence répondues. Si le texte, l'audience ou les dates changent, elles sont à reposer.", b.Ref)
	})
}

func noTo(list []bot.HarmQuestion) []string {
	flags := make([]string, len(list))
	for i, q := range list {
		flags[i] = "--no " + string(q)
	}
	return flags
}

// moveBulletin makes a move and prints what came of it.
func (c *bulletinRef) move(ctx context.Context, std streams, verb, reason string, done func(*page, admin.Bulletin)) error {
	var b admin.Bulletin
	q := admin.MoveBulletin{By: c.by(), Ref: c.Ref, Reason: reason}
	return c.show(ctx, std, "/bulletin/"+verb, q, &b, func(p *page) { done(p, b) })
}

type bulletinSubmit struct{ bulletinRef }

// Run asks for approval.
func (c *bulletinSubmit) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, "submit", "", func(p *page, b admin.Bulletin) {
		p.line("Bulletin %s: soumis. Un coordinateur qui n'en a écrit aucun texte l'approuve: tinye bulletin approve %s", b.Ref, b.Ref)
	})
}

type bulletinReturn struct {
	bulletinRef
	Reason string `required:"" placeholder:"TEXT" help:"Ce qui est à changer, sans noms de personnes."`
}

// Run gives a bulletin back to its author.
func (c *bulletinReturn) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, "return", c.Reason, func(p *page, b admin.Bulletin) { p.line("Bulletin %s: renvoyé à %s.", b.Ref, oneLine(b.CreatedBy)) })
}

type bulletinApprove struct {
	bulletinRef
	Holds string `name:"rumour-holds" placeholder:"TEXT" help:"Of a correction whose rumour keeps its answer: why that one holds, without names of persons."`
}

// Run approves a bulletin.
func (c *bulletinApprove) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	q := admin.MoveBulletin{By: c.by(), Ref: c.Ref, Holds: c.Holds}
	return c.show(ctx, std, "/bulletin/approve", q, &b, func(p *page) {
		p.line("Bulletin %s: approuvé, ses textes ne changent plus.", b.Ref)
		if b.Kind == bot.BulletinAlert && !b.Night {
			p.line("La nuit le retient. Une seconde approbation, par quelqu'un d'autre, la lève: tinye bulletin approve %s", b.Ref)
		}
		if b.Corrects != "" {
			p.line("Rien de plus ne part du bulletin %s.", b.Corrects)
			p.correcting(b)
		}
		if b.Schedule != nil && len(b.Schedule.Coming) > 0 {
			p.schedule(b.State, b.Schedule)
			return
		}
		p.line("L'envoyer: tinye bulletin send %s", b.Ref)
	})
}

type bulletinWithdraw struct {
	bulletinRef
	Reason string `required:"" placeholder:"TEXT" help:"Pourquoi il ne vaut plus, sans noms de personnes."`
}

// Run takes a bulletin back.
func (c *bulletinWithdraw) Run(ctx context.Context, std streams) error {
	return c.move(ctx, std, "withdraw", c.Reason, func(p *page, b admin.Bulletin) {
		p.line("Bulletin %s: retiré. Rien de plus n'en part, et qui demande sa référence apprend qu'il est retiré.", b.Ref)
		if b.MayCorrect {
			p.line("Des gens ont pu le recevoir. Le leur dire: tinye bulletin correct %s --withdraw", b.Ref)
		}
	})
}

func (p *page) harm(q bot.HarmQuestion) string { return p.worded("state.harm.", string(q)) }

// variant names a text: SMS en français.
func (p *page) variant(l bot.Lang, c bot.VariantChannel) string {
	return fmt.Sprintf("%s en %s", p.worded("state.variant.", string(c)), p.lang(l))
}

// costs prints what texts take on the air.
func (p *page) costs(list []admin.BulletinText) {
	for _, t := range list {
		if t.Measure == nil {
			p.line("Texte %s écrit.", p.variant(t.Lang, t.Channel))
			continue
		}
		p.say("%s: %s%s.", p.variant(t.Lang, t.Channel), cost(*t.Measure), before("; par personne ", prices(t.Prices)))
		p.wrapped("  ", oneLine(string(t.Sent)), "  ")
	}
}

// prices are what one person's message costs, by gateway.
func prices(list []admin.PartPrice) string {
	return eachOf(list, func(x admin.PartPrice) string { return fmt.Sprintf("%d XOF par %s", x.XOF, x.Gateway) })
}

func eachOf[T any](list []T, word func(T) string) string {
	words := make([]string, len(list))
	for i, x := range list {
		words[i] = word(x)
	}
	return strings.Join(words, ", ")
}
