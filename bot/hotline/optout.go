package hotline

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// optOut takes the STOP of a person who asked the provider to be left alone (bot.EventOptOut). Nothing is sent about it:
// the provider has said so, and may refuse whatever we send. The number is kept, if it was unknown, so that the STOP holds.
// A repeat changes nothing, since the person may have come back meanwhile.
func (s *Service) optOut(ctx context.Context, in bot.Inbound) error {
	number := s.Numbers.Normalise(in.Sender)
	if !number.Answerable() {
		return nil // nobody whom anything is sent to
	}
	key, now, id := s.Store.ContactKey(number), s.now(), s.NewID()
	var mark bot.RepeatKey
	switch {
	case in.ExternalID != "":
		mark = s.Store.RepeatKey("opt_out", in.Gateway, in.ExternalID)
	case !in.SentAt.IsZero():
		mark = s.Store.RepeatKey("opt_out", in.Gateway, in.Sender, strconv.FormatInt(int64(in.SentAt), 10))
	}
	known, err := s.known(ctx, mark)
	if err != nil {
		return fmt.Errorf("hotline: opt-out: %w", err)
	}
	if !known {
		err = s.Store.Update(ctx, func(tx storage.Tx) error {
			known = false
			if mark != (bot.RepeatKey{}) {
				err := tx.PutRepeat(mark, now, now.Add(-24*time.Hour), bot.Mark{Inbound: id})
				if errors.Is(err, storage.ErrConflict) {
					known = true
					return nil
				}
				if err != nil {
					return err
				}
			}
			c, err := people.Find(tx, key, number, in.Gateway, now)
			if err != nil {
				return err
			}
			_, err = people.OptOut(tx, c, now)
			return err
		})
		if err != nil {
			return fmt.Errorf("hotline: opt-out: %w", err)
		}
	}
	s.seen(bot.ClassWord, known)
	return nil
}
