package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type userConflict struct {
	deskFlags
	Name  string            `arg:"" help:"Le compte."`
	Place []areaFlag        `placeholder:"SCHEME:CODE" help:"Un lieu qui le touche de près; plusieurs fois pour plusieurs. tinye place find donne les codes."`
	Theme []bot.RumourTheme `placeholder:"THEME" help:"Un thème qui le touche de près; plusieurs fois pour plusieurs."`
	Lift  bool              `help:"Retirer ce qui a été déclaré; un coordinateur ou un administrateur le fait, pas le compte lui-même."`
}

// Run notes what a verifier has a stake in.
func (c *userConflict) Run(ctx context.Context, std streams) error {
	q := admin.DeclareConflict{By: c.by(), Name: c.Name, Themes: c.Theme, Lift: c.Lift}
	for _, a := range c.Place {
		q.Places = append(q.Places, a.PlaceCode)
	}
	var u admin.User
	return c.show(ctx, std, "/user/conflict", q, &u, func(p *page) {
		if len(u.Places) == 0 && len(u.Themes) == 0 {
			p.line("%s n'a plus de conflit d'intérêts déclaré.", oneLine(u.Name))
			return
		}
		codes := each(u.Places, func(code bot.PlaceCode) string { return code.String() })
		p.line("%s ne vérifie rien de ceci: %s.", oneLine(u.Name), joined(", ", codes, p.rumourThemes(u.Themes)))
		if len(u.Touching) > 0 {
			refs := each(u.Touching, func(r bot.Ref) string { return string(r) })
			p.line("Lui sont déjà confiées, et en font partie: %s. Un coordinateur les confie à quelqu'un d'autre: tinye rumour assign RÉF --to NOM.", refs)
		}
	})
}
