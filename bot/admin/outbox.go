package admin

import (
	"context"
	"errors"
	"fmt"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

// ListMessages asks for messages to send and sent ones, newest first.
type ListMessages struct {
	By
	State bot.OutState `json:"state,omitempty"` // "" = all; those handed over or delivered are found only so
	Limit int          `json:"limit,omitempty"`
}

// RetryMessage asks for a failed message, or one of which nobody knows whether it arrived, to be sent again.
type RetryMessage struct {
	By
	ID string `json:"id"`
}

// Message is one message, without its words and without whom it goes to.
type Message struct {
	ID        bot.ID       `json:"id"`
	Kind      bot.Kind     `json:"kind"`
	Lane      bot.Lane     `json:"lane"`
	State     bot.OutState `json:"state"`
	Reason    string       `json:"reason,omitempty"`
	Attempts  int          `json:"attempts"`
	CreatedAt bot.Instant  `json:"created_at"`
	NextAt    bot.Instant  `json:"next_at,omitzero"`
	ExpiresAt bot.Instant  `json:"expires_at"`
	Gateway   string       `json:"gateway"`
	Report    bot.Ref      `json:"report,omitempty"` // not of one that the account may not see
	Rumour    bot.Ref      `json:"rumour,omitempty"` // likewise
	ResendOf  bot.ID       `json:"resend_of,omitzero"`
}

// Messages are the newest messages; More tells that there are older ones.
type Messages struct {
	Messages []Message `json:"messages"`
	More     bool      `json:"more,omitempty"`
}

func outStates() []bot.OutState {
	return []bot.OutState{
		bot.OutQueued, bot.OutClaimed, bot.OutUnknown, bot.OutFailed, bot.OutExpired, bot.OutSuppressed, bot.OutHandedOver,
		bot.OutDelivered,
	}
}

func messageOf(tx storage.Tx, o bot.Outbound, focal bool, knows knowing) (Message, error) {
	m := Message{
		ID: o.ID, Kind: o.Kind, Lane: o.Lane, State: o.State, Reason: o.Reason, Attempts: o.Attempts, CreatedAt: o.CreatedAt,
		ExpiresAt: o.ExpiresAt, Gateway: o.Gateway, ResendOf: o.ResendOf,
	}
	if o.State == bot.OutQueued {
		m.NextAt = o.NextAt
	}
	if !o.Report.IsZero() {
		r, err := tx.Report(o.Report)
		if err != nil {
			return Message{}, fmt.Errorf("admin: the report of a message: %w", err)
		}
		may, err := knows.about(r.Rumour)
		if err != nil {
			return Message{}, err
		}
		if r.Protect && focal || !r.Protect && may {
			m.Report = r.Ref
		}
	}
	may, err := knows.about(o.Rumour)
	if err != nil || !may {
		return m, err
	}
	m.Rumour, err = rumourRef(tx, o.Rumour)
	return m, err
}

func (s *Server) listMessages(ctx context.Context, h *hotline.Service, q ListMessages) (Messages, error) {
	err := known(q.State, outStates())
	if err != nil {
		return Messages{}, err
	}
	act, n := s.act(h, q.By), rows(q.Limit)
	var list Messages
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, append(readers(), bot.RoleAdmin)...); err != nil {
			return err
		}
		focal, err := act.Is(tx, bot.RoleProtectionFocal)
		if err != nil {
			return err
		}
		var found []bot.Outbound
		if q.State == bot.OutHandedOver || q.State == bot.OutDelivered {
			// The store lists these only together with all others.
			found, err = search(tx, "", n+1, func(o bot.Outbound) bool { return o.State == q.State })
		} else {
			found, err = tx.Outbounds(q.State, newest(n))
		}
		if err != nil {
			return err
		}
		found, list.More = cut(found, n)
		list.Messages = make([]Message, 0, len(found))
		knows := knowingOf(tx, act)
		for _, o := range found {
			m, err := messageOf(tx, o, focal, knows)
			if err != nil {
				return err
			}
			list.Messages = append(list.Messages, m)
		}
		return nil
	})
	return list, err
}

// search looks through the messages in a state ("" = all), newest first, for n that fit. The view's deadline ends a search
// that takes too long.
func search(tx storage.Tx, state bot.OutState, n int, fits func(bot.Outbound) bool) ([]bot.Outbound, error) {
	var found []bot.Outbound
	page := storage.Page{Limit: MostRows, Newest: true}
	for {
		rows, err := tx.Outbounds(state, page)
		if err != nil {
			return nil, err
		}
		for _, o := range rows {
			if fits(o) {
				found = append(found, o)
			}
			if len(found) == n {
				return found, nil
			}
		}
		if len(rows) < page.Limit {
			return found, nil
		}
		page.After = rows[len(rows)-1].ID
	}
}

// retryMessage queues a copy of a message. The first row stays as it is: states never go back. Each message is copied
// once, and not while the copy that the outbox makes by itself waits; a copy that fails can be copied in turn.
func (s *Server) retryMessage(ctx context.Context, h *hotline.Service, q RetryMessage) (Message, error) {
	missing := bot.Fault(bot.CodeNotFound, "desk.no_such_message", "ref", q.ID)
	id, err := bot.ParseID(q.ID)
	if err != nil {
		return Message{}, missing
	}
	act, fresh := s.act(h, q.By), h.NewID()
	copied := h.Store.RepeatKey("resend", id.String())
	err = h.Store.View(ctx, func(tx storage.Tx) error {
		if _, err := act.Actor(tx, bot.RoleCoordinator); err != nil {
			return err
		}
		waiting, err := search(tx, bot.OutQueued, 1, func(o bot.Outbound) bool { return o.ResendOf == id })
		if len(waiting) > 0 {
			return bot.Fault(bot.CodeRefused, "desk.already_resent")
		}
		return err
	})
	if err != nil {
		return Message{}, err
	}
	var queued Message
	err = h.Store.Update(ctx, func(tx storage.Tx) error {
		by, err := act.Actor(tx, bot.RoleCoordinator)
		if err != nil {
			return err
		}
		first, err := tx.Outbound(id)
		if errors.Is(err, storage.ErrNotFound) {
			return missing
		}
		if err != nil {
			return fmt.Errorf("admin: retry: %w", err)
		}
		if first.State != bot.OutFailed && first.State != bot.OutUnknown {
			state := s.Texts.Text(s.DeskLang, "state.outbound."+string(first.State), nil).Text
			return bot.Fault(bot.CodeRefused, "desk.not_retryable", "state", state)
		}
		if !first.Broadcast.IsZero() { // its sums are the run's
			return bot.Fault(bot.CodeRefused, "desk.retry_of_run")
		}
		err = tx.PutRepeat(copied, act.At, 0, bot.Mark{Inbound: fresh})
		if errors.Is(err, storage.ErrConflict) {
			return bot.Fault(bot.CodeRefused, "desk.already_resent")
		}
		if err != nil {
			return fmt.Errorf("admin: retry: %w", err)
		}
		second, err := resend(tx, first, fresh, act)
		if err != nil {
			return err
		}
		focal, err := act.Is(tx, bot.RoleProtectionFocal)
		if err != nil {
			return err
		}
		if queued, err = messageOf(tx, second, focal, knowingOf(tx, act)); err != nil {
			return err
		}
		return act.Note(tx, by, "message.resent", first.ID.String(), string(first.State))
	})
	if err == nil && h.Wake != nil {
		h.Wake()
	}
	return queued, err
}

// resend queues a copy, worth sending for as long as the first was, and lets an answer's report point to it.
func resend(tx storage.Tx, first bot.Outbound, fresh bot.ID, act people.Act) (bot.Outbound, error) {
	second := bot.Outbound{
		ID: fresh, Contact: first.Contact, Gateway: first.Gateway, Lane: first.Lane, Kind: first.Kind, Key: first.Key,
		Args: first.Args, Lang: first.Lang, Report: first.Report, Rumour: first.Rumour, AnswerNo: first.AnswerNo,
		State: bot.OutQueued, CreatedAt: act.At, NextAt: act.At, ExpiresAt: act.At.Add(first.ExpiresAt.Sub(first.CreatedAt)),
		ResendOf: first.ID,
	}
	if err := tx.PutOutbound(second, 0); err != nil {
		return bot.Outbound{}, fmt.Errorf("admin: retry: %w", err)
	}
	if first.Kind != bot.KindAnswer || first.Report.IsZero() {
		return second, nil
	}
	rep, err := tx.Report(first.Report)
	if err != nil {
		return bot.Outbound{}, fmt.Errorf("admin: retry: %w", err)
	}
	if rep.Answer != first.ID {
		return second, nil
	}
	rep.Answer = second.ID
	if err := tx.PutReport(rep, rep.Rev); err != nil {
		return bot.Outbound{}, fmt.Errorf("admin: retry: %w", err)
	}
	return second, nil
}
