package main

import (
	"context"

	"tinye/bot/admin"
)

type requestCmd struct {
	New      requestNew      `cmd:"" help:"Prepare the question of consent to those on an imported list. Nothing leaves before another person approves it."`
	Preview  requestPreview  `cmd:"" help:"Whom it would ask, what it would cost and how long it would take."`
	Approve  requestApprove  `cmd:"" help:"Approve, as a second person: it begins."`
	Withdraw requestWithdraw `cmd:"" help:"Take it back: nothing more of it leaves, and nobody is reminded."`
}

// Help says whom it asks.
func (requestCmd) Help() string {
	return `The people of an imported list agreed to nothing. They are asked once, with the text that START gets; who says OUI gets bulletins. Nobody
is asked who said STOP, NON or OUI before, who is under 15, or who was asked before. To hold it and go on: tinye bulletin pause and resume, with its id.`
}

type requestNew struct {
	deskFlags
	List  string `arg:"" placeholder:"LIST" help:"La liste, comme tinye people import list la nomme."`
	Again bool   `help:"Ask those, too, who were asked before and said nothing."`
}

// Run prepares a request.
func (c *requestNew) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/request/new", admin.NewRequest{By: c.by(), List: c.List, Again: c.Again}, &r, func(p *page) {
		if r.Again {
			p.line("Cette liste a déjà sa demande d'accord. La voici:")
		} else {
			p.line("Demande d'accord préparée. Rien ne part encore: une autre personne l'approuve.")
			p.line("  tinye request preview %s", r.ID)
			p.line("  tinye request approve %s --as SON-COMPTE", r.ID)
		}
		p.run(r)
	})
}

type requestPreview struct {
	deskFlags
	ID string `arg:"" help:"The request's id."`
}

// Run shows what a request would be.
func (c *requestPreview) Run(ctx context.Context, std streams) error {
	return (&bulletinPreview{deskFlags: c.deskFlags, Ref: c.ID}).Run(ctx, std)
}

type requestApprove struct {
	deskFlags
	ID string `arg:"" help:"The request's id."`
}

// Run approves a request.
func (c *requestApprove) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/request/approve", admin.MoveRequest{By: c.by(), ID: c.ID}, &r, func(p *page) {
		p.line("Demande d'accord approuvée: elle part. Où elle en est: tinye broadcast show %s", r.ID)
		p.run(r)
	})
}

type requestWithdraw struct {
	deskFlags
	ID     string `arg:"" help:"The request's id."`
	Reason string `required:"" help:"Why."`
}

// Run takes a request back.
func (c *requestWithdraw) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/request/withdraw", admin.MoveRequest{By: c.by(), ID: c.ID, Reason: c.Reason}, &r, func(p *page) {
		p.line("Demande d'accord retirée: rien de plus ne part, et personne n'est relancé.")
		p.run(r)
	})
}
