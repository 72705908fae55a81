package main

import (
	"context"
	"strconv"

	"tinye/bot"
	"tinye/bot/admin"
)

type outboxCmd struct {
	List  outboxList  `cmd:"" help:"List messages to send and sent ones, newest first."`
	Retry outboxRetry `cmd:"" help:"Send a failed message again, or one of which nobody knows whether it arrived."`

	Pause  outboxPause  `cmd:"" help:"Hold bulletins and follow-ups, as PAUSE by SMS does."`
	Cut    outboxCut    `cmd:"" help:"Hold every send, as COUPURE by SMS does."`
	Resume outboxResume `cmd:"" help:"Let everything leave again."`
}

type outboxList struct {
	deskFlags
	State bot.OutState `enum:",queued,claimed,handed_over,unknown,delivered,failed,expired,suppressed" default:"" placeholder:"STATE" help:"queued, claimed, handed_over, unknown, delivered, failed, expired or suppressed; all without it."`
	Limit int          `default:"50" help:"At most so many, 500 at the most."`
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
	ID string `arg:"" help:"The message's id, from the list."`
}

// Run queues a copy of a message.
func (c *outboxRetry) Run(ctx context.Context, std streams) error {
	var m admin.Message
	q := admin.RetryMessage{By: c.by(), ID: c.ID}
	return c.show(ctx, std, "/outbox/retry", q, &m, func(p *page) {
		p.line("En file sous %s, jusqu'au %s.", m.ID, p.at(m.ExpiresAt))
	})
}
