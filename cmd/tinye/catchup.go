package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/hotline"
	"tinye/bot/panicked"
	"tinye/storage"
)

const (
	// catchUpEvery is how often a gateway is asked for messages that it kept for us.
	catchUpEvery = 10 * time.Minute
	// catchUpOverlap is how much of the time before is asked for again: a network may bring a message late, and what came
	// already is known.
	catchUpOverlap = time.Hour
	// catchUpMost is how far back is asked at most: what came by callback is known for 14 days.
	catchUpMost = 13 * 24 * time.Hour
)

// catcher reads back what one gateway kept for us.
type catcher struct {
	gateway string
	from    gateway.CatchUp
	service *hotline.Service
	log     *slog.Logger
	since   bot.Instant // everything that the gateway had before is stored
}

// catchers makes one for every gateway that keeps messages. Each goes back to the last run that came to its end, in
// whichever process; where there was none, to the store's last commit, before which callbacks were taken.
func (h *process) catchers(ctx context.Context, service *hotline.Service, lastCommit bot.Instant) ([]*catcher, error) {
	var all []*catcher
	for _, m := range h.carriers.mounts {
		from, ok := m.Gateway.(gateway.CatchUp)
		if !ok {
			continue
		}
		c := &catcher{gateway: m.Gateway.Name(), from: from, service: service, log: h.d.log}
		found, err := c.lastRun(ctx)
		if err != nil {
			return nil, err
		}
		c.since = found
		if found.IsZero() {
			c.since = min(lastCommit, c.now())
			if err := c.note(ctx); err != nil { // so that a start after runs that failed does not begin later
				return nil, err
			}
		}
		all = append(all, c)
	}
	return all, nil
}

// now is the present, but never earlier than our own last commit.
func (c *catcher) now() bot.Instant {
	if clock := c.service.Store.Clock(); clock.Behind {
		return clock.Last
	}
	return bot.At(c.service.Now())
}

// run reads back once. Its error is the gateway's, or that of a storage that cannot write.
func (c *catcher) run(ctx context.Context) error {
	began := c.now()
	since := max(c.since.Add(-catchUpOverlap), began.Add(-catchUpMost), 0)
	if err := c.from.CatchUp(ctx, since, c.take); err != nil {
		return err
	}
	c.since = began
	return c.note(ctx)
}

// take stores one message. One that fails by itself goes to quarantine, as it does at the web edge, and keeps no other back.
func (c *catcher) take(ctx context.Context, in bot.Inbound) error {
	err := receive(ctx, c.service, in)
	if err == nil {
		return nil
	}
	if storage.Unavailable(err) || bot.CodeOf(err) == bot.CodeUnavailable || ctx.Err() != nil {
		return err
	}
	q, err := keptRequest(in, err)
	if err != nil {
		return err
	}
	q.ID, q.At = c.service.NewID(), c.now()
	if err := c.service.Quarantine(ctx, q); err != nil {
		return err
	}
	c.log.Warn("a message that a gateway kept for us went to quarantine", "gateway", c.gateway, "reason", q.Reason, "id", q.ID.String())
	return nil
}

func receive(ctx context.Context, service *hotline.Service, in bot.Inbound) (err error) {
	defer panicked.Catch(&err)
	_, err = service.Receive(ctx, in)
	return err
}

// The hours in which a run began and came to its end are remembered as repeated messages are: among the marks of 14 days.

func (c *catcher) mark(hour bot.Instant) bot.RepeatKey {
	return c.service.Store.RepeatKey("caught up", c.gateway, hour.String())
}

// hourOf is the beginning of a moment's hour.
func hourOf(at bot.Instant) bot.Instant { return bot.At(at.Time().Truncate(time.Hour)) }

// note remembers the hour of since.
func (c *catcher) note(ctx context.Context) error {
	hour := hourOf(c.since)
	err := c.service.Store.Update(ctx, func(tx storage.Tx) error {
		err := tx.PutRepeat(c.mark(hour), hour, hour, bot.Mark{})
		if errors.Is(err, storage.ErrConflict) {
			return nil
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("catch-up: remember the hour: %w", err)
	}
	return nil
}

// lastRun is the beginning of the latest hour that is remembered, 0 if none is.
func (c *catcher) lastRun(ctx context.Context) (bot.Instant, error) {
	now := hourOf(c.now())
	var found bot.Instant
	err := c.service.Store.View(ctx, func(tx storage.Tx) error {
		for hour := now; hour > now.Add(-catchUpMost); hour = hour.Add(-time.Hour) {
			_, err := tx.Repeat(c.mark(hour))
			if err == nil {
				found = hour
				return nil
			}
			if !errors.Is(err, storage.ErrNotFound) {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("catch-up: find the last run: %w", err)
	}
	return found, nil
}

// keptRoute is where a message in quarantine came by that no request brought; its body is a keptMessage.
const keptRoute = "kept"

// keptMessage is a message as its adapter decoded it.
type keptMessage struct {
	ID     string      `json:"id,omitempty"`
	From   string      `json:"from"`
	To     string      `json:"to,omitempty"`
	Text   string      `json:"text"`
	SentAt bot.Instant `json:"sent_at,omitzero"`
}

// keptRequest is a message as quarantine takes it.
func keptRequest(in bot.Inbound, cause error) (bot.Quarantined, error) {
	body, err := json.Marshal(keptMessage{ID: in.ExternalID, From: in.Sender, To: in.To, Text: string(in.Text), SentAt: in.SentAt})
	if err != nil {
		return bot.Quarantined{}, fmt.Errorf("catch-up: quarantine: %w", err)
	}
	q := bot.Quarantined{Gateway: in.Gateway, Route: keptRoute, Reason: "failed", Type: "application/json", Body: body}
	if _, threw := errors.AsType[*panicked.Error](cause); threw {
		q.Reason = "panic"
	}
	return q, nil
}

// decodeKept is the inverse of keptRequest.
func decodeKept(q bot.Quarantined) ([]bot.Inbound, error) {
	var m keptMessage
	if json.Unmarshal(q.Body, &m) != nil {
		return nil, errors.New("the message is none") // the parser's words would quote it
	}
	return []bot.Inbound{{
		Gateway: q.Gateway, ExternalID: m.ID, Channel: bot.ChannelSMS, Sender: m.From, To: m.To, Text: bot.Text(m.Text), SentAt: m.SentAt,
	}}, nil
}
