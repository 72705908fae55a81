package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type sourceCmd struct {
	Add    sourceAdd    `cmd:"" help:"Put a source into the address book, under a pseudonym."`
	List   sourceList   `cmd:"" help:"List the sources; never how to reach them."`
	Show   sourceShow   `cmd:"" help:"Show how to reach a source. Each look is recorded."`
	Retire sourceRetire `cmd:"" help:"Do not ask a source any more; how to reach it is forgotten."`
	For    sourceFor    `cmd:"" help:"Whom to call about a rumour, a report, or a place and a theme."`
}

type sourceAdd struct {
	deskFlags
	Code    string            `placeholder:"CODE" help:"A pseudonym of 2 to 12 letters and digits; one is drawn without it."`
	Kind    bot.SourceType    `required:"" placeholder:"KIND" help:"eyewitness, community_leader, health_worker, local_official, security_force, ngo_un, media, expert or other."`
	Place   string            `placeholder:"SCHEME:CODE" help:"A region or cercle (tinye place find); without it, no place in particular."`
	Theme   []bot.RumourTheme `placeholder:"THEME" help:"What it knows of; may be given several times. All without it."`
	Group   string            `placeholder:"WORD" help:"Independence group: sources that repeat one origin have the same."`
	Contact string            `required:"" help:"How to reach it: a number, or words."`
	Note    string            `help:"What else to know."`
}

// Run adds a source.
func (c *sourceAdd) Run(ctx context.Context, std streams) error {
	var made admin.SourceRow
	q := admin.AddSource{
		By: c.by(), Code: c.Code, Kind: c.Kind, Place: c.Place, Themes: c.Theme, Group: c.Group, Contact: c.Contact, Note: c.Note,
	}
	return c.show(ctx, std, "/source/add", q, &made, func(p *page) {
		p.line("Source %s notée (%s). Dans les preuves, écrivez ce code, jamais un nom.", made.Code, p.sourceKind(made))
	})
}

type sourceList struct{ deskFlags }

// Run lists the sources.
func (c *sourceList) Run(ctx context.Context, std streams) error {
	var list admin.SourceRows
	return c.show(ctx, std, "/source/list", admin.ListSources{By: c.by()}, &list, func(p *page) {
		var rows [][]string
		for _, s := range list.Sources {
			rows = append(rows, []string{s.Code, p.sourceKind(s), s.PlaceName, p.rumourThemes(s.Themes), s.Group, p.at(s.LastUsedAt), p.at(s.RetiredAt)})
		}
		p.table("Aucune source. Pour en noter une: tinye source add --help", []string{"CODE", "GENRE", "LIEU", "SUJETS", "GROUPE", "CONTACTÉE", "RETIRÉE"}, rows)
	})
}

// sourceKind is a source's kind in words; an authority or a party to the conflict is marked.
func (p *page) sourceKind(s admin.SourceRow) string {
	mark := ""
	if s.Authority {
		mark = "(autorité ou partie)"
	}
	return joined(" ", p.source(s.Kind), mark)
}

type sourceShow struct {
	deskFlags
	Code string `arg:"" help:"The source's code."`
}

// Run shows how to reach a source.
func (c *sourceShow) Run(ctx context.Context, std streams) error {
	var s admin.Source
	return c.show(ctx, std, "/source/show", admin.ShowSource{By: c.by(), Code: c.Code}, &s, func(p *page) {
		p.line("Source %s", s.Code)
		p.field("Genre", p.sourceKind(s.SourceRow))
		p.field("Lieu", s.PlaceName)
		p.field("Sujets", p.rumourThemes(s.Themes))
		p.field("Groupe", s.Group)
		p.field("Contact", string(s.Contact))
		p.field("Note", string(s.Note))
		p.field("Notée", joined(" ", p.at(s.AddedAt), "par", s.AddedBy))
		p.field("Retirée", p.at(s.RetiredAt))
	})
}

type sourceRetire struct {
	deskFlags
	Code string `arg:"" help:"The source's code."`
}

// Run retires a source.
func (c *sourceRetire) Run(ctx context.Context, std streams) error {
	var s admin.SourceRow
	return c.show(ctx, std, "/source/retire", admin.RetireSource{By: c.by(), Code: c.Code}, &s, func(p *page) {
		p.line("Source %s retirée: on ne l'appelle plus, et son contact est oublié.", s.Code)
	})
}

type sourceFor struct {
	deskFlags
	Ref   string            `arg:"" optional:"" help:"A rumour's or a report's reference."`
	Place string            `placeholder:"SCHEME:CODE" help:"In place of what the reference says."`
	Theme []bot.RumourTheme `placeholder:"THEME" help:"In place of what the reference says; may be given several times."`
}

// Run lists whom to call.
func (c *sourceFor) Run(ctx context.Context, std streams) error {
	var list admin.ToAsk
	q := admin.WhomToAsk{By: c.by(), Ref: c.Ref, Place: c.Place, Themes: c.Theme}
	return c.show(ctx, std, "/source/for", q, &list, func(p *page) {
		var rows [][]string
		for _, s := range list.Sources {
			theme := ""
			if s.ForTheme {
				theme = "oui"
			}
			rows = append(rows, []string{s.Code, p.sourceKind(s), p.near(s.Near), s.PlaceName, theme, s.Group, p.at(s.LastUsedAt)})
		}
		p.table("Aucune source pour cela. Toutes: tinye source list", []string{"CODE", "GENRE", "PROCHE", "LIEU", "DU SUJET", "GROUPE", "CONTACTÉE"}, rows)
		if !list.Independent {
			p.line("Il n'y a pas deux sources indépendantes de deux genres, dont une hors autorités et parties: " +
				"cela ne suffit pas pour confirmer.")
		}
		if len(list.Sources) > 0 {
			p.line("Le contact: tinye source show CODE")
		}
	})
}
