package admin

import (
	"context"
	"errors"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/people"
	"tinye/storage"
)

type (
	// ListMaybeStops asks for those whose words may mean STOP, the longest waiting first.
	ListMaybeStops struct {
		By
		Limit int `json:"limit,omitempty"`
	}
	// DecideMaybeStop says what the words of a report's sender mean.
	DecideMaybeStop struct {
		By
		Ref  string `json:"ref"`
		Stop bool   `json:"stop"` // false: they mean no STOP
	}
)

// MaybeStopRow is a report that holds words which may mean STOP. It says nothing of who wrote them.
type MaybeStopRow struct {
	Ref       bot.Ref       `json:"ref"`
	At        bot.Instant   `json:"at"` // when the first such words came
	Place     bot.PlaceCode `json:"place,omitzero"`
	PlaceName string        `json:"place_name,omitempty"`
	Lang      bot.Lang      `json:"lang,omitempty"`
}

// MaybeStopRows are those that the account may know of.
type MaybeStopRows struct {
	Maybe []MaybeStopRow `json:"maybe"`
	More  bool           `json:"more,omitempty"`
}

func (s *Server) listMaybeStops(ctx context.Context, h *hotline.Service, q ListMaybeStops) (MaybeStopRows, error) {
	act, n := s.act(h, q.By), rows(q.Limit)
	list := MaybeStopRows{Maybe: []MaybeStopRow{}}
	err := h.Store.View(ctx, func(tx storage.Tx) error {
		sees, err := sightOf(tx, act)
		if err != nil {
			return err
		}
		held, err := tx.MaybeStops(MostRows)
		if err != nil {
			return err
		}
		list.Maybe = list.Maybe[:0]
		for _, c := range held {
			rep, err := people.MaybeSaid(tx, c)
			if errors.Is(err, storage.ErrNotFound) {
				continue
			}
			may := false
			if err == nil {
				may, err = sees.of(rep)
			}
			if err != nil {
				return err
			}
			if rep.State == bot.ReportProtected { // its words are with the focal point, and so is this
				may = sees.protected
			}
			if may {
				list.Maybe = append(list.Maybe, MaybeStopRow{
					Ref: rep.Ref, At: c.MaybeStop, Place: rep.Place, PlaceName: s.placeName(h, rep.Place), Lang: rep.Lang,
				})
			}
		}
		list.Maybe, list.More = cut(list.Maybe, n)
		list.More = list.More || len(held) == MostRows
		return nil
	})
	return list, err
}

func (s *Server) decideMaybeStop(ctx context.Context, h *hotline.Service, q DecideMaybeStop) (MaybeStopRow, error) {
	rep, err := h.DecideMaybeStop(ctx, s.act(h, q.By), q.Ref, q.Stop)
	if err != nil {
		return MaybeStopRow{}, err
	}
	return MaybeStopRow{Ref: rep.Ref, At: rep.ReceivedAt, Place: rep.Place, PlaceName: s.placeName(h, rep.Place), Lang: rep.Lang}, nil
}
