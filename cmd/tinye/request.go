package main

import (
	"context"

	"tinye/bot/admin"
)

type requestCmd struct {
	New      requestNew      `cmd:"" help:"Préparer la demande d'accord à ceux d'une liste importée. Rien ne part avant qu'une autre personne l'approuve."`
	Preview  requestPreview  `cmd:"" help:"À qui elle irait, ce qu'elle coûterait et combien de temps elle prendrait."`
	Approve  requestApprove  `cmd:"" help:"Approuver, comme seconde personne: elle part."`
	Withdraw requestWithdraw `cmd:"" help:"La retirer: rien de plus ne part, et personne n'est relancé."`
}

// Help says whom it asks.
func (requestCmd) Help() string {
	return `Ceux d'une liste importée n'ont rien accepté. On leur demande une fois, avec le texte que reçoit START; qui répond OUI reçoit les
bulletins. On ne demande rien à qui a déjà dit STOP, NON ou OUI, à qui a moins de 15 ans, ni à qui on a déjà demandé. Pour la retenir et
la reprendre: tinye bulletin pause et resume, avec son identifiant.`
}

type requestNew struct {
	deskFlags
	List  string `arg:"" placeholder:"LIST" help:"La liste, comme tinye people import list la nomme."`
	Again bool   `help:"Demander aussi à ceux qui n'ont rien répondu la première fois."`
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
	ID string `arg:"" help:"L'identifiant de la demande."`
}

// Run shows what a request would be.
func (c *requestPreview) Run(ctx context.Context, std streams) error {
	return (&bulletinPreview{deskFlags: c.deskFlags, Ref: c.ID}).Run(ctx, std)
}

type requestApprove struct {
	deskFlags
	ID string `arg:"" help:"L'identifiant de la demande."`
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
	ID     string `arg:"" help:"L'identifiant de la demande."`
	Reason string `required:"" help:"Pourquoi."`
}

// Run takes a request back.
func (c *requestWithdraw) Run(ctx context.Context, std streams) error {
	var r admin.Run
	return c.show(ctx, std, "/request/withdraw", admin.MoveRequest{By: c.by(), ID: c.ID, Reason: c.Reason}, &r, func(p *page) {
		p.line("Demande d'accord retirée: rien de plus ne part, et personne n'est relancé.")
		p.run(r)
	})
}
