package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/pprof"
	"sync"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/outbox"
	"tinye/bot/people"
	"tinye/bot/sms"
	"tinye/storage"
)

// roleBroadcast is the process that sends a bulletin: its own memory is measured.
const roleBroadcast = "broadcast"

type broadcastOptions struct {
	Dir     string
	People  int
	Profile string // file for the CPU profile of the walk and the sending; "" = none
}

// broadcasted is what the process prints: seconds, milliseconds and bytes.
type broadcasted struct {
	Fill, Enqueue, Drain float64
	Rows                 int
	Bytes                float64 // of a row that was handed over
	First, Stop          float64 // ms
	AfterStop            int     // sends that began after the pause was on the disk
	AnonMB               float64
}

// broadcast measures a bulletin to everybody (-preload says how many) by a gateway that takes all at once: how fast everybody
// gets a row, how fast the rows leave with every claim and every outcome on the disk, how long the first message takes, and a pause.
func broadcast(ctx context.Context, l *lab, f figures) error {
	dir, err := os.MkdirTemp(l.dir, "broadcast-")
	if err != nil {
		return err
	}
	p, err := l.start(ctx, roleBroadcast, broadcastOptions{Dir: dir, People: l.preload, Profile: l.profile})
	if err != nil {
		return err
	}
	var o broadcasted
	if err := errors.Join(p.read(&o), p.end()); err != nil {
		return err
	}
	f["broadcast_fill_s"] = o.Fill
	f["broadcast_enqueue_rows_per_s"], f["broadcast_drain_rows_per_s"] = float64(o.Rows)/o.Enqueue, float64(o.Rows)/o.Drain
	f["broadcast_bytes_per_row"] = o.Bytes
	f["broadcast_first_message_ms"], f["broadcast_stop_ms"] = o.First, o.Stop
	f["broadcast_after_stop"] = float64(o.AfterStop)
	f["broadcast_rss_anon_mb"] = o.AnonMB
	return os.RemoveAll(dir)
}

// nullWindow is how many messages the null gateway has in flight: two commits, of claims and of outcomes, go for as many.
const nullWindow = 512

// null is a gateway that takes every message at once.
type null struct {
	sent atomic.Int64
	last atomic.Int64 // when a send began last, ns
}

// Name implements gateway.Gateway.
func (*null) Name() string { return gatewayName }

// Routes implements gateway.Gateway.
func (*null) Routes() []gateway.Route { return nil }

// Send implements gateway.Gateway.
func (n *null) Send(context.Context, gateway.Message) (string, error) {
	n.last.Store(time.Now().UnixNano())
	n.sent.Add(1)
	return "", nil
}

func sendBroadcast(ctx context.Context, o broadcastOptions, out io.Writer) (err error) {
	s, err := openSite(ctx, o.Dir, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	start := time.Now()
	if err := s.agree(ctx, o.People); err != nil {
		return err
	}
	r := broadcasted{Fill: time.Since(start).Seconds(), Rows: o.People}
	file := filepath.Join(o.Dir, databaseName)
	before, err := os.Stat(file)
	if err != nil {
		return err
	}
	stopWatch := watchAnon(&r.AnonMB)
	if o.Profile != "" {
		f, err := os.Create(o.Profile)
		if err != nil {
			return err
		}
		defer f.Close()
		if err := pprof.StartCPUProfile(f); err != nil {
			return err
		}
		defer pprof.StopCPUProfile()
	}
	act := func() people.Act {
		return people.Act{At: bot.At(time.Now()), As: "bench", Via: "socket", Site: "bench"}
	}
	first, err := s.approved(ctx, 1, bot.BulletinNews)
	if err != nil {
		return err
	}
	start = time.Now()
	run, _, err := s.service.SendBulletin(ctx, act(), first)
	if err == nil {
		err = s.service.GoOn(ctx, run.ID, time.Hour)
	}
	if err != nil {
		return err
	}
	r.Enqueue = time.Since(start).Seconds()

	carrier := new(null)
	sender, err := outbox.New(outbox.Config{
		Store: s.db, Lines: []outbox.Line{{Gateway: carrier, Window: nullWindow, Timeout: 10 * time.Second}},
		Prepare: s.service.Prepare, Lost: outbox.Resend(newID, time.Now), Wire: sms.GSMAccent, NewID: newID, Now: time.Now, Log: s.service.Log,
	})
	if err != nil {
		return err
	}
	s.service.Wake = sender.Wake
	sending, end := context.WithCancel(ctx)
	var loops sync.WaitGroup
	loops.Go(func() { err = sender.Run(sending) })
	start = time.Now()
	for int(carrier.sent.Load()) < o.People/2 && ctx.Err() == nil {
		time.Sleep(time.Millisecond)
	}
	half := time.Since(start)
	pressed := time.Now()
	if _, err := s.service.TurnRun(ctx, act(), first, true); err != nil {
		end()
		return err
	}
	held := carrier.sent.Load()
	time.Sleep(300 * time.Millisecond)
	r.AfterStop = int(carrier.sent.Load() - held)
	r.Stop = max(0, time.Unix(0, carrier.last.Load()).Sub(pressed).Seconds()*1000)
	start = time.Now()
	if _, err := s.service.TurnRun(ctx, act(), first, false); err != nil {
		end()
		return err
	}
	for open := 1; open > 0 && ctx.Err() == nil; {
		time.Sleep(5 * time.Millisecond)
		if err := s.db.View(ctx, func(tx storage.Tx) error {
			t, err := tx.BroadcastTally(run.ID)
			open = t.Open()
			return err
		}); err != nil {
			end()
			return err
		}
	}
	r.Drain = (half + time.Since(start)).Seconds()
	if n := int(carrier.sent.Load()); n != o.People {
		end()
		return fmt.Errorf("%d messages left, not %d", n, o.People)
	}
	after, err := os.Stat(file)
	if err != nil {
		end()
		return err
	}
	r.Bytes = float64(after.Size()-before.Size()) / float64(o.People)
	if r.First, err = s.firstMessage(ctx, act, carrier); err != nil {
		end()
		return err
	}
	end()
	loops.Wait()
	stopWatch()
	return json.NewEncoder(out).Encode(r)
}

// firstMessage is how long it takes from send to the first message, in ms, with everybody still to be walked.
func (s *site) firstMessage(ctx context.Context, act func() people.Act, carrier *null) (float64, error) {
	ref, err := s.approved(ctx, 2, bot.BulletinAlert)
	if err != nil {
		return 0, err
	}
	sent := carrier.sent.Load()
	start := time.Now()
	run, _, err := s.service.SendBulletin(ctx, act(), ref)
	if err != nil {
		return 0, err
	}
	if err := s.service.GoOn(ctx, run.ID, 0); err != nil { // the first portion
		return 0, err
	}
	for carrier.sent.Load() == sent && ctx.Err() == nil {
		time.Sleep(100 * time.Microsecond)
	}
	took := time.Since(start)
	_, err = s.service.TurnRun(ctx, act(), ref, true)
	return took.Seconds() * 1000, err
}

// agree stores people who agreed to bulletins, and the account that sends them.
func (s *site) agree(ctx context.Context, people int) error {
	now := bot.At(time.Now())
	err := s.db.Update(ctx, func(tx storage.Tx) error {
		return tx.PutUser(bot.User{Name: "bench", Roles: []bot.Role{bot.RoleCoordinator}}, 0)
	})
	for from := 0; from < people && err == nil; from += fillBatch {
		err = s.db.Update(ctx, func(tx storage.Tx) error {
			for i := from; i < min(from+fillBatch, people); i++ {
				number := phoneAt(i)
				err := tx.PutContact(bot.Contact{
					Key: s.db.ContactKey(number), Number: number, Gateway: gatewayName, Lang: bot.French, FirstSeen: now, LastSeen: now,
					Consent: bot.Consent{State: bot.ConsentGranted, Version: "1", At: now, Channel: bot.ChannelSMS, Scope: []string{"reply", "bulletins"}},
				}, 0)
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

// approved stores an approved bulletin for everybody.
func (s *site) approved(ctx context.Context, n uint64, kind bot.BulletinKind) (string, error) {
	now, ref := bot.At(time.Now()), bot.Ref("")
	err := s.db.Update(ctx, func(tx storage.Tx) error {
		b := bot.Bulletin{
			ID: newID(), Kind: kind, State: bot.BulletinApproved, ExpiresAt: now.Add(48 * time.Hour), CreatedBy: "bench", CreatedAt: now,
			Variants: []bot.Variant{{
				Lang: bot.French, Channel: bot.VariantSMS, State: bot.TranslationDone,
				Text: "Le pont de Gao est ouvert, nous l'avons vu ce matin. Le marche a lieu comme toujours.",
			}},
		}
		drawn, err := bot.NewRef(n*7919, bot.RefDigits)
		if err != nil {
			return err
		}
		if b.Ref, err = tx.TakeRef([]bot.Ref{drawn}, bot.RefBulletin, b.ID); err != nil {
			return err
		}
		ref = b.Ref
		return tx.PutBulletin(b, 0)
	})
	return string(ref), err
}

// watchAnon keeps the most that the process had of its own, in MB, until the function that it returns is called.
func watchAnon(most *float64) (stop func()) {
	var over atomic.Bool
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for !over.Load() {
			if anon, err := rssAnon(); err == nil {
				*most = max(*most, megabytes(anon))
			}
			time.Sleep(20 * time.Millisecond)
		}
	}()
	return func() {
		over.Store(true)
		<-ended
	}
}
