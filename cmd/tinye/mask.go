package main

import (
	"context"

	"tinye/bot"
	"tinye/bot/admin"
)

type reportMask struct {
	deskFlags
	Ref    string       `arg:"" help:"The report's reference."`
	Words  string       `placeholder:"WORDS" help:"Words to hide, as they can be read in the report; spelling and accents do not matter."`
	Kind   bot.MaskKind `enum:"name,number,address,spot" default:"name" help:"What they are: name, number, address or spot."`
	Like   string       `placeholder:"REF" help:"Take over the marks of another report of the same rumour."`
	Unmask int          `placeholder:"N" help:"Lift the mark of this number: for coordinators."`
}

// Run hides words, or shows them again.
func (c *reportMask) Run(ctx context.Context, std streams) error {
	var r admin.Report
	q := admin.MaskReport{By: c.by(), Ref: c.Ref, Words: bot.Text(c.Words), Like: c.Like, Unmask: c.Unmask}
	if c.Words != "" {
		q.Kind = c.Kind
	}
	return c.show(ctx, std, "/report/mask", q, &r, func(p *page) { p.report(r) })
}
