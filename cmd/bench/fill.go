package main

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

type fillOptions struct {
	Dir      string
	Messages int // spread over the last 14 days, as long as repeats are remembered
}

const (
	fillDays = 14 * 24 * time.Hour
	// fillBatch is how many messages are stored in one commit: more would leave more free pages behind than the commits of
	// a running hotline do.
	fillBatch = 2000
)

// fill makes a data folder with the known senders and so many messages of theirs, through the hotline's own rules but in
// large commits.
func fill(ctx context.Context, o fillOptions) (err error) {
	s, err := openSite(ctx, o.Dir, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	now := time.Now()
	first := now
	if o.Messages > 0 {
		first = now.Add(-fillDays)
	}
	if err := s.meetSenders(ctx, first); err != nil {
		return err
	}
	for from := 0; from < o.Messages; from += fillBatch {
		to := min(from+fillBatch, o.Messages)
		err := s.db.Update(ctx, func(tx storage.Tx) error {
			return s.receive(ctx, tx, from, to, func(i int) time.Time {
				return first.Add(fillDays / time.Duration(o.Messages) * time.Duration(i))
			})
		})
		if err != nil {
			return err
		}
	}
	n, err := s.stored(ctx, false)
	if err == nil && n != o.Messages {
		err = fmt.Errorf("%d messages were stored, but %d reports are there", o.Messages, n)
	}
	return err
}

// meetSenders makes the contacts of all senders.
func (s *site) meetSenders(ctx context.Context, at time.Time) error {
	return s.db.Update(ctx, func(tx storage.Tx) error {
		for i := range senders {
			number := s.service.Numbers.Normalise(numberOf(i))
			lang := s.service.Langs.Detect(textOf(i, 0)).Lang
			if _, err := people.Meet(tx, s.db.ContactKey(number), number, gatewayName, lang, bot.At(at)); err != nil {
				return err
			}
		}
		return nil
	})
}

// receive takes the messages from..to in a transaction that is open already, each at its own time.
func (s *site) receive(ctx context.Context, tx storage.Tx, from, to int, at func(int) time.Time) error {
	service := s.service
	defer func() { service.Store, service.Now, service.NewID = s.db, time.Now, newID }()
	service.Store = within{s.db, tx}
	for i := from; i < to; i++ {
		service.Now = func() time.Time { return at(i) }
		service.NewID = func() bot.ID { return idAt(at(i)) }
		sender := rand.IntN(senders)
		in := inbound(sender, textOf(sender, rand.Uint32()), newID().String(), at(i))
		if _, err := service.Receive(ctx, in); err != nil {
			return err
		}
	}
	return nil
}

// within is a store whose transactions are one that is open.
type within struct {
	storage.Store
	tx storage.Tx
}

// Update implements storage.Store.
func (w within) Update(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }

// View implements storage.Store.
func (w within) View(_ context.Context, fn func(storage.Tx) error) error { return fn(w.tx) }

// idAt is a UUIDv7 of the given moment.
func idAt(at time.Time) bot.ID {
	var id bot.ID
	binary.BigEndian.PutUint64(id[:8], uint64(at.UnixMilli())<<16|0x7000|rand.Uint64N(1<<12))
	binary.BigEndian.PutUint64(id[8:], 1<<63|rand.Uint64N(1<<62))
	return id
}
