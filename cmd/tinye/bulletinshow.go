package main

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tinye/bot"
	"tinye/bot/admin"
)

type bulletinList struct {
	deskFlags
	State bot.BulletinState `enum:",draft,review,approved,sending,sent,expired,withdrawn" default:"" placeholder:"STATE" help:"draft, review, approved, sending, sent, expired ou withdrawn; sans cela, tous."`
	Limit int               `default:"50" help:"Au plus autant, 500 au maximum."`
}

// Run lists bulletins.
func (c *bulletinList) Run(ctx context.Context, std streams) error {
	var list admin.Bulletins
	q := admin.ListBulletins{By: c.by(), State: c.State, Limit: c.Limit}
	return c.show(ctx, std, "/bulletin/list", q, &list, func(p *page) {
		var rows [][]string
		for _, b := range list.Bulletins {
			rows = append(rows, []string{
				string(b.Ref), p.at(b.CreatedAt), p.worded("state.bulletin_kind.", string(b.Kind)), p.bulletinState(b), p.at(b.ExpiresAt),
				each(b.Langs, p.lang), strconv.Itoa(b.Runs), b.Title,
			})
		}
		none := noneOf(c.State, "Aucun bulletin. On en écrit un: tinye bulletin new --text fr=\"…\" --until +3d", "Aucun bulletin dans cet état. Tous: tinye bulletin list")
		p.table(none, []string{"RÉF", "CRÉÉ", "GENRE", "ÉTAT", "JUSQU'AU", "LANGUES", "ENVOIS", "TITRE"}, rows)
		p.more(list.More, len(rows))
	})
}

// bulletinState is how far a bulletin has come, and what speaks against it.
func (p *page) bulletinState(b admin.BulletinRow) string {
	over, fell, corrected := "", "", ""
	if b.Over && b.State != bot.BulletinWithdrawn {
		over = "périmé"
	}
	if b.Fell != "" {
		fell = "ne tient plus: la rumeur " + string(b.Fell) + " a changé"
	}
	if b.Corrected != "" {
		corrected = "corrigé par " + string(b.Corrected)
	}
	return joined(", ", p.worded("state.bulletin.", string(b.State)), over, fell, corrected)
}

type bulletinShow struct{ bulletinRef }

// Run shows a bulletin.
func (c *bulletinShow) Run(ctx context.Context, std streams) error {
	var b admin.Bulletin
	return c.show(ctx, std, "/bulletin/show", admin.ShowBulletin{By: c.by(), Ref: c.Ref}, &b, func(p *page) {
		p.field("Bulletin", string(b.Ref))
		p.field("État", p.bulletinState(b.BulletinRow))
		p.bulletinFrame(b)
		p.field("Écrit par", p.who(b.CreatedAt, b.CreatedBy))
		p.harmOf(b.Harm)
		for _, a := range b.Approvals {
			p.field("Approuvé", p.who(a.At, a.By))
		}
		if b.Night {
			p.field("La nuit", "part aussi aux heures calmes")
		}
		p.field("Retiré", joined(", ", p.who(b.TakenAt, b.TakenBy), string(b.TakenWhy)))
		if b.RunState != "" {
			p.field("Envoi", joined(", ", p.broadcastState(b.RunState), p.at(b.RunAt), "tinye broadcast show "+string(b.Ref)))
		}
		for _, t := range b.Texts {
			p.bulletinText(t)
		}
		p.digestTexts("Son dernier envoi disait:", b.RunTexts)
		p.digestNow(b.Kind, b.Digest)
		p.aired(b.Aired)
		p.nextStep(b)
	})
}

// bulletinFrame prints what a bulletin holds besides its texts.
func (p *page) bulletinFrame(b admin.Bulletin) {
	p.field("Genre", typed(p.worded("state.bulletin_kind.", string(b.Kind)), b.Kind))
	p.field("Titre", b.Title)
	p.field("Corrige", string(b.Corrects))
	p.field("Rumeurs", each(b.Rumours, func(r bot.Ref) string { return string(r) }))
	p.field("Appel", string(b.Action))
	p.field("Pour", p.audience(b))
	p.field("Payé par", b.Project)
	p.field("À partir du", p.at(b.ValidFrom))
	p.field("Jusqu'au", cmp.Or(p.at(b.ExpiresAt), "pas encore dit"))
	p.field("Langue", p.lang(b.Lang))
	p.field("À défaut", p.lang(b.Fallback))
	p.schedule(b.State, b.Schedule)
}

// audience is whom a bulletin is for.
func (p *page) audience(b admin.Bulletin) string {
	if b.Corrects != "" {
		return "ceux qui ont pu recevoir le bulletin " + string(b.Corrects)
	}
	a := b.Audience
	sex := each(a.Sexes, func(s bot.Sex) string { return p.worded("state.sex.", string(s)) })
	groups := strings.NewReplacer("member", "membres de cohortes", "agent", "agents de terrain").Replace(strings.Join(a.Roles, ", "))
	said := joined("; ", strings.Join(a.Names, ", "), before("lisant ", each(a.Langs, p.lang)), sex, each(a.Ages, p.age), groups,
		before("ayant parlé de: ", each(a.Themes, p.theme)), before("inscrits pour ", a.Project))
	return cmp.Or(said, "tous ceux qui ont dit oui aux bulletins")
}

// harmOf prints how the do-no-harm list was answered.
func (p *page) harmOf(k *admin.BulletinHarm) {
	if k == nil {
		return
	}
	void := ""
	if k.Void {
		void = "ne vaut plus: le bulletin a changé depuis"
	}
	p.field("Prudence", joined(", ", p.who(k.At, k.By), void))
	for _, q := range slices.Sorted(maps.Keys(k.Yes)) {
		p.field("  oui", p.harm(q)+" "+k.Yes[q])
	}
	p.field("  non", each(k.No, p.harm))
}

// bulletinText prints one text with its state and cost.
func (p *page) bulletinText(t admin.BulletinText) {
	p.line("")
	state := "original"
	if !t.First {
		state = "traduction " + p.worded("state.translation.", string(t.State))
	}
	back := ""
	if t.BackBy != "" {
		back = "retraduit par " + t.BackBy
	}
	approved := ""
	if t.ApprovedBy != "" {
		approved = "approuvé par " + t.ApprovedBy
	}
	p.say("%s [%s %s]: %s", p.variant(t.Lang, t.Channel), t.Lang, t.Channel, joined(", ", state, p.who(t.WrittenAt, t.WrittenBy), back, approved))
	p.wrapped("  ", oneLine(string(t.Text)), "  ")
	if t.BackText != "" {
		p.wrapped("  Retraduction: ", oneLine(string(t.BackText)), "  ")
	}
	if t.Measure != nil {
		p.wrapped("  ", cost(*t.Measure)+before("; par personne ", prices(t.Prices)), "  ")
	}
}

// aired prints who read a script where.
func (p *page) aired(list []bot.Airing) {
	if len(list) == 0 {
		return
	}
	var rows [][]string
	for _, a := range list {
		rows = append(rows, []string{p.at(a.At), p.variant(a.Lang, a.Channel), a.Where, a.By})
	}
	p.line("")
	p.line("Lectures et relais notés:")
	p.table("", []string{"QUAND", "TEXTE", "OÙ", "NOTÉ PAR"}, rows)
}

// nextStep says what is done next.
func (p *page) nextStep(b admin.Bulletin) {
	p.line("")
	switch {
	case b.Fell != "" && b.MayCorrect:
		p.line("À faire: tinye bulletin correct %s --text fr=\"…\", ou tinye bulletin withdraw %s --reason \"…\"", b.Ref, b.Ref)
	case b.Fell != "":
		p.line("À faire: tinye bulletin withdraw %s --reason \"…\"", b.Ref)
	case b.State == bot.BulletinDraft:
		p.line("À faire: tinye bulletin check %s, puis tinye bulletin submit %s", b.Ref, b.Ref)
	case b.State == bot.BulletinReview:
		p.line("À faire par un coordinateur qui n'en a rien écrit: tinye bulletin approve %s", b.Ref)
	case b.State == bot.BulletinApproved && !b.Over && b.Corrected == "":
		p.line("À faire: tinye bulletin send %s", b.Ref)
	case b.State == bot.BulletinWithdrawn && b.MayCorrect:
		p.line("À faire, pour ceux qui l'ont reçu: tinye bulletin correct %s --withdraw", b.Ref)
	}
}

type bulletinCheck struct{ bulletinRef }

// Run prints all that is found about a bulletin, and what to do. It fails where the bulletin cannot be approved so.
func (c *bulletinCheck) Run(ctx context.Context, std streams) error {
	var found admin.Findings
	stops := 0
	err := c.show(ctx, std, "/bulletin/check", admin.ShowBulletin{By: c.by(), Ref: c.Ref}, &found, func(p *page) {
		p.costs(found.Texts)
		p.digestNow(found.Kind, found.Digest)
		for _, f := range found.Findings {
			mark := "À revoir: "
			if f.Blocks {
				mark = "Bloque:   "
				stops++
			}
			p.wrapped(mark, oneLine(f.Sentence), "          ")
			if f.Rewrite != "" {
				p.wrapped("          Par exemple: ", oneLine(string(f.Rewrite)), "          ")
			}
		}
		switch {
		case stops > 0:
			p.line("Points qui bloquent l'approbation: %d.", stops)
		case len(found.Findings) > 0:
			p.line("Rien ne bloque. À soumettre: tinye bulletin submit %s", c.Ref)
		default:
			p.line("Rien à redire. À soumettre: tinye bulletin submit %s", c.Ref)
		}
	})
	if err == nil && stops > 0 {
		return &exitError{code: exitFailed}
	}
	return err
}

type bulletinHistory struct{ bulletinRef }

// Run tells who did what to a bulletin.
func (c *bulletinHistory) Run(ctx context.Context, std streams) error {
	var h admin.History
	return c.show(ctx, std, "/bulletin/history", admin.ShowBulletin{By: c.by(), Ref: c.Ref}, &h, func(p *page) { p.history(h) })
}
