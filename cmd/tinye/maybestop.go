package main

import (
	"context"

	"tinye/bot/admin"
)

type peopleMaybe struct {
	deskFlags
	Ref   string `arg:"" optional:"" help:"La référence du signalement, pour décider; sans elle, la liste."`
	Stop  bool   `help:"C'est un STOP: plus rien ne lui est envoyé, et on le lui dit une fois."`
	GoOn  bool   `help:"Ce n'est pas un STOP: tout continue."`
	Limit int    `default:"50" help:"Au plus autant de lignes, 500 au maximum."`
}

// Help says what is held meanwhile.
func (peopleMaybe) Help() string {
	return `Un message qui parle d'arrêter, sans être un STOP clair, est gardé comme signalement. En attendant que quelqu'un le lise, son
auteur ne reçoit ni bulletin ni question; les réponses à ses messages partent. Lisez-le: tinye report show RÉF, puis décidez.`
}

// Run lists those who wait, or decides about one.
func (c *peopleMaybe) Run(ctx context.Context, std streams) error {
	if c.Ref == "" {
		if c.Stop || c.GoOn {
			return &sentenceError{sentence: "Pour décider, donnez la référence: tinye people maybe RÉF --stop, ou --go-on."}
		}
		return c.list(ctx, std)
	}
	if c.Stop == c.GoOn {
		return &sentenceError{sentence: "Dites l'un des deux: --stop (plus rien ne part) ou --go-on (tout continue)."}
	}
	var r admin.MaybeStopRow
	return c.show(ctx, std, "/people/decide", admin.DecideMaybeStop{By: c.by(), Ref: c.Ref, Stop: c.Stop}, &r, func(p *page) {
		if c.Stop {
			p.line("%s: STOP noté. Plus rien ne lui est envoyé; on le lui dit une fois, avec la façon de revenir.", r.Ref)
			return
		}
		p.line("%s: pas un STOP. Bulletins et questions lui sont de nouveau envoyés, s'il les veut.", r.Ref)
	})
}

func (c *peopleMaybe) list(ctx context.Context, std streams) error {
	var list admin.MaybeStopRows
	return c.show(ctx, std, "/people/maybe", admin.ListMaybeStops{By: c.by(), Limit: c.Limit}, &list, func(p *page) {
		var rows [][]string
		for _, r := range list.Maybe {
			rows = append(rows, []string{string(r.Ref), p.at(r.At), r.PlaceName, p.lang(r.Lang)})
		}
		p.table("Personne n'attend.", []string{"RÉF", "DEPUIS", "LIEU", "LANGUE"}, rows)
		p.more(list.More, len(list.Maybe))
		if len(list.Maybe) > 0 {
			p.line("Lire: tinye report show RÉF. Décider: tinye people maybe RÉF --stop, ou --go-on.")
		}
	})
}

type peopleLang struct {
	deskFlags
	Number string `arg:"" help:"Le numéro, comme 76123456."`
	Lang   string `arg:"" help:"La langue: fra, bam, ses, ffm, taq, snk ou dts. Sans textes dans cette langue, c'est le français qui part."`
	Reason string `required:"" help:"Pourquoi, en quelques mots; c'est gardé."`
}

// Run notes a person's language.
func (c *peopleLang) Run(ctx context.Context, std streams) error {
	var r admin.Person
	q := admin.SetPersonLang{AskPerson: admin.AskPerson{By: c.by(), Number: c.Number, Reason: c.Reason}, Lang: c.Lang}
	return c.show(ctx, std, "/people/lang", q, &r, func(p *page) {
		p.line("Numéro en …%s: langue notée, %s.", r.Ends, p.lang(r.Lang))
	})
}
