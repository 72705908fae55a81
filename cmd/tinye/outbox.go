package main

import (
	"context"
	"strconv"

	"tinye/bot"
	"tinye/bot/admin"
)

type outboxCmd struct {
	List  outboxList  `cmd:"" help:"Lister les messages à envoyer et envoyés, les plus récents d'abord."`
	Retry outboxRetry `cmd:"" help:"Renvoyer un message échoué, ou dont personne ne sait s'il est arrivé."`

	Pause  outboxPause  `cmd:"" help:"Retenir bulletins et suivis, comme PAUSE par SMS."`
	Cut    outboxCut    `cmd:"" help:"Retenir tous les envois, comme COUPURE par SMS."`
	Resume outboxResume `cmd:"" help:"Tout laisser repartir."`
}

type outboxList struct {
	deskFlags
	State bot.OutState `enum:",queued,claimed,handed_over,unknown,delivered,failed,expired,suppressed" default:"" placeholder:"STATE" help:"${outstates}; sans lui, tous."`
	Limit int          `default:"50" help:"Pas plus que ce nombre, 500 au plus."`
}

// Run lists messages.
func (c *outboxList) Run(ctx context.Context, std streams) error {
	var list admin.Messages
	q := admin.ListMessages{By: c.by(), State: c.State, Limit: c.Limit}
	return c.show(ctx, std, "/outbox/list", q, &list, func(p *page) {
		var rows [][]string
		for _, m := range list.Messages {
			rows = append(rows, []string{
				m.ID.String(), p.kind(m.Kind), joined("/", string(m.Report), string(m.Rumour)), p.word("state.outbound." + string(m.State)),
				p.reason(m.Reason), strconv.Itoa(m.Attempts), p.at(m.NextAt), p.at(m.ExpiresAt), m.Gateway,
			})
		}
		heads := []string{"ID", "SORTE", "POUR", "ÉTAT", "RAISON", "ESSAIS", "PROCHAIN", "EXPIRE", "PASSERELLE"}
		p.table("Aucun message.", heads, rows)
		p.more(list.More, len(rows))
	})
}

type outboxRetry struct {
	deskFlags
	ID string `arg:"" help:"L'identifiant du message, pris dans la liste."`
}

// Run queues a copy of a message.
func (c *outboxRetry) Run(ctx context.Context, std streams) error {
	var m admin.Message
	q := admin.RetryMessage{By: c.by(), ID: c.ID}
	return c.show(ctx, std, "/outbox/retry", q, &m, func(p *page) {
		p.line("En file sous %s, jusqu'au %s.", m.ID, p.at(m.ExpiresAt))
	})
}
