package hotline

import (
	"context"
	"fmt"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/storage"
)

// stopTextExpires is how long the stop text is worth sending to somebody whose words were read as a STOP by the desk.
const stopTextExpires = 24 * time.Hour

// DecideMaybeStop notes what somebody at the desk takes the words of a report's sender for. Who is stopped by it is told once,
// with how to come back.
func (s *Service) DecideMaybeStop(ctx context.Context, a people.Act, ref string, stop bool) (bot.Report, error) {
	id := s.NewID()
	var rep bot.Report
	err := s.Store.Update(ctx, func(tx storage.Tx) (err error) {
		if _, err := a.Actor(tx, bot.RoleModerator, bot.RoleCoordinator, bot.RoleProtectionFocal); err != nil {
			return err
		}
		if rep, err = rumour.FindReport(tx, ref); err != nil {
			return err
		}
		if err := rumour.NeedsToKnowOf(tx, a, rep); err != nil {
			return err
		}
		c, err := people.Decide(tx, a, rep, stop)
		if err != nil {
			return err
		}
		if rep.MaybeStop {
			rep.MaybeStop = false
			if err := tx.PutReport(rep, rep.Rev); err != nil {
				return fmt.Errorf("hotline: maybe stop: %w", err)
			}
			rep.Rev++
		}
		if !stop {
			return nil
		}
		return tx.PutOutbound(bot.Outbound{
			ID: id, Contact: c.Key, Gateway: c.Gateway, Lane: bot.LaneReply, Kind: bot.KindNotice, Key: people.StopKey,
			Lang: rumour.FirstLang(c.Lang, s.Desk.Default()), State: bot.OutQueued, CreatedAt: a.At, NextAt: a.At,
			ExpiresAt: a.At.Add(stopTextExpires),
		}, 0)
	})
	if err == nil && stop {
		s.wake()
	}
	return rep, err
}
