package hotline

import (
	"errors"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// pausedLook is after how long it is looked again whether a paused run goes on, for a reminder that waits for it.
const pausedLook = time.Hour

// request opens the consent question with the message of a run that asks it, in the transaction that claims it, so that a yes counts once it has
// left. While another question is open the message waits its turn. Nobody answers for two days: it is asked once more, and no more.
func (s *Service) request(tx storage.Tx, o bot.Outbound, c bot.Contact, lang bot.Lang, now bot.Instant) (storage.Decision, bool, error) {
	if open := people.OpenQuestion(c, now); open != nil && open.Kind != bot.QuestionConsent {
		return storage.Decision{Hold: min(now.Add(turnLook), open.EndsAt), Reason: people.ReasonTurn}, true, nil
	}
	reminder := s.NewID()
	fresh, err := people.RequestConsent(tx, c, o.ID, o.ResendOf, reminder, now)
	if err != nil || !fresh {
		return storage.Decision{}, false, err
	}
	err = tx.PutOutbound(bot.Outbound{
		ID: reminder, Contact: c.Key, Gateway: o.Gateway, Lane: o.Lane, Kind: bot.KindConsent, Key: bulletin.RequestKey, Lang: lang,
		State: bot.OutQueued, CreatedAt: now, NextAt: now.Add(people.ConsentReminder), ExpiresAt: now.Add(people.ConsentOpen),
	}, 0)
	if err != nil {
		return storage.Decision{}, false, fmt.Errorf("hotline: request: %w", err)
	}
	return storage.Decision{}, false, nil
}

// requestOver tells whether the reminder of a question is held or ended with the run that asked it first. The question of no run
// goes its own way.
func requestOver(tx storage.Tx, q bot.Question, now bot.Instant) (storage.Decision, bool, error) {
	if len(q.Texts) == 0 {
		return storage.Decision{}, false, nil
	}
	first, err := tx.Outbound(q.Texts[0])
	if errors.Is(err, storage.ErrNotFound) || err == nil && first.Broadcast.IsZero() {
		return storage.Decision{}, false, nil
	}
	if err != nil {
		return storage.Decision{}, false, fmt.Errorf("hotline: prepare: %w", err)
	}
	run, err := tx.Broadcast(first.Broadcast)
	if err != nil {
		return storage.Decision{}, false, fmt.Errorf("hotline: prepare: %w", err)
	}
	switch {
	case run.State == bot.BroadcastWithdrawn:
		return end(bot.OutSuppressed, bulletin.ReasonWithdrawn), true, nil
	case run.State == bot.BroadcastPaused:
		return storage.Decision{Hold: now.Add(pausedLook), Reason: bulletin.ReasonPaused}, true, nil
	}
	switch first.State {
	case bot.OutFailed, bot.OutExpired, bot.OutSuppressed: // it was never asked: there is nothing to remind of
		return end(bot.OutSuppressed, people.ReasonQuestion), true, nil
	}
	return storage.Decision{}, false, nil
}
