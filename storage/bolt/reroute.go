package bolt

import (
	"bytes"
	"context"
	"log/slog"
	"slices"

	"tinye/bot"
	"tinye/storage"
)

// Reroute implements storage.Rerouting.
func (db *DB) Reroute(ctx context.Context, r storage.RerouteRequest) (storage.Rerouted, error) {
	if r.Gateway == "" || r.N <= 0 || r.To == nil {
		return storage.Rerouted{}, invalid("to move messages takes a gateway, a number and To")
	}
	var done storage.Rerouted
	err := db.update(ctx, func(tx *Tx) error {
		var err error
		done, err = tx.reroute(r)
		return err
	})
	if err != nil {
		return storage.Rerouted{}, err
	}
	return done, nil
}

func (tx *Tx) reroute(r storage.RerouteRequest) (storage.Rerouted, error) {
	places, err := tx.places(r)
	if err != nil {
		return storage.Rerouted{}, err
	}
	done := storage.Rerouted{After: r.After, More: len(places) > r.N}
	for _, at := range places[:min(len(places), r.N)] {
		done.After = at
		to, err := tx.rerouteOne(r, at)
		if err != nil {
			return storage.Rerouted{}, err
		}
		if to != "" {
			add(&done.Moved, to, 1)
		}
	}
	return done, nil
}

// places lists up to one more than r.N messages of a gateway that are queued, behind r.After.
func (tx *Tx) places(r storage.RerouteRequest) ([]storage.QueuePlace, error) {
	var places []storage.QueuePlace
	passed := r.After.Lane == ""
	for _, lane := range bot.Lanes() {
		here := lane == r.After.Lane
		passed = passed || here
		if !passed || !slices.Contains(r.Lanes, lane) {
			continue
		}
		take := func(run bot.ID) func(k, _ []byte) (bool, error) {
			return func(k, _ []byte) (bool, error) {
				places = append(places, storage.QueuePlace{Lane: lane, Run: run, Due: dueOf(k), ID: lastID(k)})
				return len(places) <= r.N, nil
			}
		}
		if !here || r.After.Run.IsZero() {
			var after []byte
			if here {
				after = queueKey(bot.Outbound{Gateway: r.Gateway, Lane: lane, NextAt: r.After.Due, ID: r.After.ID})
			}
			if err := tx.walk(tx.bucket(queueBucket), lanePrefix(r.Gateway, lane), after, false, take(bot.ID{})); err != nil {
				return nil, err
			}
		}
		runs, err := tx.runsIn(lane)
		if err != nil {
			return nil, err
		}
		for _, run := range runs {
			if len(places) > r.N {
				return places, nil
			}
			var after []byte
			switch order := bytes.Compare(run.id[:], r.After.Run[:]); {
			case here && order < 0:
				continue
			case here && order == 0:
				after = runQueueKey(bot.Outbound{Broadcast: run.id, Gateway: r.Gateway, NextAt: r.After.Due, ID: r.After.ID})
			}
			if err := tx.walk(tx.bucket(runQueue), runPrefix(run.id, r.Gateway), after, false, take(run.id)); err != nil {
				return nil, err
			}
		}
		if len(places) > r.N {
			return places, nil
		}
	}
	return places, nil
}

// rerouteOne asks To about one message and moves it; it gives "" where the message stays.
func (tx *Tx) rerouteOne(r storage.RerouteRequest, at storage.QueuePlace) (string, error) {
	row, sealed, err := tx.outbound(at.ID)
	if err != nil {
		index, key := queueBucket, queueKey(bot.Outbound{Gateway: r.Gateway, Lane: at.Lane, NextAt: at.Due, ID: at.ID})
		if !at.Run.IsZero() {
			index, key = runQueue, runQueueKey(bot.Outbound{Broadcast: at.Run, Gateway: r.Gateway, NextAt: at.Due, ID: at.ID})
		}
		return "", tx.unreadable(index, key, err)
	}
	before := tx.savepoint()
	var to string
	err = guarded(func() error {
		var err error
		to, err = r.To(tx, row)
		return err
	})
	if err != nil {
		tx.db.o.Log.Warn("storage: it is not known whether a message may leave by another gateway; it stays where it is",
			slog.String("id", row.ID.String()), slog.Any("error", err))
		return "", tx.undo(before)
	}
	if to == "" || to == row.Gateway {
		return "", nil
	}
	if err := checkTexts(to); err != nil {
		return "", err
	}
	next := row
	next.Rev++
	next.Gateway = to
	return to, tx.writeOutbound(next, row, sealed)
}
