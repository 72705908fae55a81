package bolt_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// sampleText has 100 characters, as a report has.
var sampleText = bot.Text(strings.Repeat("On dit ici", 10))

// newID is a UUIDv7 of the present millisecond.
func newID() bot.ID {
	var id bot.ID
	binary.BigEndian.PutUint64(id[:8], uint64(time.Now().UnixMilli())<<16|0x7000|rand.Uint64N(1<<12))
	binary.BigEndian.PutUint64(id[8:], 1<<63|rand.Uint64N(1<<62))
	return id
}

// receive stores one message as hotline does: repeat mark, contact if new, activity, inbound, reference, report and the
// acknowledgement to send. People are drawn from the given number; it tells the reference.
func receive(ctx context.Context, db *bolt.DB, people int, at time.Time) error {
	now, id := bot.At(at), newID()
	number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+223%08d", 70_000_000+rand.IntN(people))}
	contact := db.ContactKey(number)
	external := fmt.Sprintf("%016x", rand.Uint64())
	repeat := db.RepeatKey("kannel", external)
	refs := make([]bot.Ref, 0, 8)
	for range 8 {
		ref, err := bot.NewRef(rand.Uint64(), 8)
		if err != nil {
			return err
		}
		refs = append(refs, ref)
	}
	return db.Update(ctx, func(tx storage.Tx) error {
		if _, err := tx.Repeat(repeat); !errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("a repeat: %w", err)
		}
		if err := tx.PutRepeat(repeat, now, 0, bot.Mark{Inbound: id}); err != nil {
			return err
		}
		_, err := tx.Contact(contact)
		if errors.Is(err, storage.ErrNotFound) {
			err = tx.PutContact(bot.Contact{Key: contact, Number: number, Gateway: "kannel", Lang: bot.French,
				LangBy: bot.LangDetected, FirstSeen: now, LastSeen: now}, 0)
		}
		if err != nil {
			return err
		}
		a, err := tx.Activity(contact, now)
		if err != nil {
			return err
		}
		a.Texts++
		a.Recent = append(a.Recent, now)
		a.LastAck, a.Report, a.ReportAt = now, id, now
		if err := tx.PutActivity(contact, now, a); err != nil {
			return err
		}
		if err := tx.PutInbound(bot.Inbound{ID: id, Gateway: "kannel", ExternalID: external, Channel: bot.ChannelSMS,
			Contact: contact, To: "36000", Text: sampleText, SentAt: now, ReceivedAt: now, Class: bot.ClassReport}); err != nil {
			return err
		}
		ref, err := tx.TakeRef(refs, bot.RefReport, id)
		if err != nil {
			return err
		}
		if err := tx.PutReport(bot.Report{ID: id, Ref: ref, Contact: contact, Channel: bot.ChannelSMS, Gateway: "kannel",
			Lang: bot.French, SentAt: now, ReceivedAt: now, State: bot.ReportReceived}, 0); err != nil {
			return err
		}
		return tx.PutOutbound(bot.Outbound{ID: id, Contact: contact, Gateway: "kannel", Lane: bot.LaneReply,
			Kind: bot.KindAck, Key: "sms.ack", Args: map[string]string{"ref": string(ref)}, Lang: bot.French, Report: id,
			State: bot.OutQueued, CreatedAt: now, NextAt: now, ExpiresAt: now.Add(2 * time.Hour)}, 0)
	})
}

// dial stores one hop as hotline does: what it was answered with, the session as it goes on, the caller's contact and what is
// counted of the screen. A session has ten hops; people is how many dial.
func dial(ctx context.Context, db *bolt.DB, people int) error {
	now := bot.At(time.Now())
	person := rand.IntN(people)
	number := bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+223%08d", 70_000_000+person)}
	contact, id := db.ContactKey(number), newID()
	key := bot.SessionKey(db.RepeatKey("session", number.Value))
	var hop bot.HopKey
	binary.BigEndian.PutUint64(hop[:], rand.Uint64())
	return db.Update(ctx, func(tx storage.Tx) error {
		x, err := tx.Session(key, now)
		if errors.Is(err, storage.ErrNotFound) || err == nil && x.Over() {
			x, err = bot.Session{Key: key, ID: id, Gateway: "at", Contact: contact, Lang: bot.French, Flow: "youth",
				Version: "0123456789ab", StartedAt: now}, nil
		}
		if err != nil {
			return err
		}
		if _, err := tx.Hop(x, hop); !errors.Is(err, storage.ErrNotFound) {
			return fmt.Errorf("a repeated hop: %w", err)
		}
		c, err := tx.Contact(contact)
		if errors.Is(err, storage.ErrNotFound) {
			c, err = bot.Contact{Key: contact, Number: number, Gateway: "at", Lang: bot.French, LangBy: bot.LangDetected, FirstSeen: now}, nil
		}
		if err != nil {
			return err
		}
		x.Hops++
		x.LastAt, x.LastHop, x.Said, x.SaidSum = now, hop, 2*x.Hops, hop
		x.Walk = bot.Walk{Screen: "place", Back: []string{"home", "theme"}, Values: map[string]string{"theme": "security"},
			Lists: map[string][]bot.Item{"regions": {{ID: "ML01", Label: "Kayes"}, {ID: "ML02", Label: "Koulikoro"},
				{ID: "ML03", Label: "Sikasso"}, {ID: "ML04", Label: "Ségou"}, {ID: "ML05", Label: "Mopti"}}}}
		if x.Hops == 10 {
			x.EndedAt, x.End = now, bot.EndDone
		}
		c.LastSeen = now
		return errors.Join(
			tx.PutSession(x, x.Rev),
			tx.PutHop(x, hop, bot.Hop{Screen: sampleText}),
			tx.PutContact(c, c.Rev),
			tx.AddTallies(now, []bot.ScreenTally{{Flow: "youth", Version: "0123456789ab", Screen: "place", Shown: 1}}),
		)
	})
}

// BenchmarkHop is one hop of a USSD session.
func BenchmarkHop(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprintf("callers=%d", n), func(b *testing.B) {
			db := openBench(b, b.TempDir())
			b.ReportAllocs()
			b.ResetTimer()
			callers(b, n, func() error { return dial(b.Context(), db, 5000) })
			b.StopTimer()
			s := db.Stats()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "hop/s")
			b.ReportMetric(float64(s.FileBytes-int64(s.FreePages*s.PageSize))/float64(b.N), "B/hop")
			b.ReportMetric(float64(s.Updates)/float64(s.Commits), "group")
		})
	}
}

// callers runs f from n goroutines until b.N calls are done.
func callers(b *testing.B, n int, f func() error) {
	b.Helper()
	var left atomic.Int64
	left.Store(int64(b.N))
	var group sync.WaitGroup
	for range n {
		group.Go(func() {
			for left.Add(-1) >= 0 {
				if err := f(); err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
}

func openBench(b *testing.B, dir string) *bolt.DB {
	b.Helper()
	o := storagetest.Options(b, dir)
	o.NewID = newID
	db, err := bolt.Open(b.Context(), o)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return db
}

// BenchmarkInbound is one message as hotline stores it, with its answer queued. TINYE_BENCH_ROWS stores so many messages
// first, spread over 14 days; TINYE_BENCH_DIR keeps them for the next run.
func BenchmarkInbound(b *testing.B) {
	for _, n := range []int{1, 64, 256} {
		b.Run(fmt.Sprintf("callers=%d", n), func(b *testing.B) {
			db := openBench(b, b.TempDir())
			b.ResetTimer()
			callers(b, n, func() error { return receive(b.Context(), db, 100_000, time.Now()) })
			b.StopTimer()
			report(b, db, int64(b.N))
		})
	}
}

func report(b *testing.B, db *bolt.DB, rows int64) {
	b.Helper()
	s := db.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(s.FileBytes-int64(s.FreePages*s.PageSize))/float64(rows), "B/msg")
	b.ReportMetric(float64(s.FileBytes)/float64(rows), "fileB/msg")
	b.ReportMetric(float64(s.Updates)/float64(s.Commits), "group")
}

// BenchmarkStored measures 256 callers with a million messages in the file (or TINYE_BENCH_ROWS), spread over 14 days.
func BenchmarkStored(b *testing.B) {
	rows := 1_000_000
	if s := os.Getenv("TINYE_BENCH_ROWS"); s != "" {
		if _, err := fmt.Sscan(s, &rows); err != nil {
			b.Fatal(err)
		}
	}
	dir := os.Getenv("TINYE_BENCH_DIR")
	if dir == "" {
		b.Skip("TINYE_BENCH_DIR names a folder where the stored messages are kept from run to run")
	}
	db := openBench(b, dir)
	if have := int(db.Stats().FileBytes); have < 64<<20 {
		var n atomic.Int64
		var group sync.WaitGroup
		start := time.Now()
		for range 256 {
			group.Go(func() {
				for i := n.Add(1); i <= int64(rows); i = n.Add(1) {
					at := start.Add(-14 * 24 * time.Hour / time.Duration(rows) * time.Duration(int64(rows)-i))
					if err := receive(b.Context(), db, 100_000, at); err != nil {
						b.Error(err)
						return
					}
				}
			})
		}
		group.Wait()
		s := db.Stats()
		b.Logf("%d stored in %s: %.0f/s, file %.0f B/msg, in use %.0f B/msg", rows, time.Since(start).Round(time.Second),
			float64(rows)/time.Since(start).Seconds(), float64(s.FileBytes)/float64(rows),
			float64(s.FileBytes-int64(s.FreePages*s.PageSize))/float64(rows))
	}
	before := db.Stats()
	b.ResetTimer()
	callers(b, 256, func() error { return receive(b.Context(), db, 100_000, time.Now()) })
	b.StopTimer()
	after := db.Stats()
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "msg/s")
	b.ReportMetric(float64(after.Updates-before.Updates)/float64(after.Commits-before.Commits), "group")
}

// BenchmarkLone compares a lone caller's Update with bbolt's own, for the same small write.
func BenchmarkLone(b *testing.B) {
	b.Run("bbolt", func(b *testing.B) {
		db, err := bbolt.Open(filepath.Join(b.TempDir(), "plain.db"), 0o600, &bbolt.Options{
			FreelistType: bbolt.FreelistMapType, InitialMmapSize: 1 << 30})
		if err != nil {
			b.Fatal(err)
		}
		defer db.Close()
		name := []byte("links")
		if err := db.Update(func(tx *bbolt.Tx) error {
			_, err := tx.CreateBucket(name)
			return err
		}); err != nil {
			b.Fatal(err)
		}
		b.ResetTimer()
		for range b.N {
			if err := db.Update(func(tx *bbolt.Tx) error {
				key := append(make([]byte, 32), newID().String()...)
				return tx.Bucket(name).Put(key, []byte{})
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("tinye", func(b *testing.B) {
		db := openBench(b, b.TempDir())
		rumour := newID()
		b.ResetTimer()
		for range b.N {
			if err := db.Update(b.Context(), func(tx storage.Tx) error {
				return tx.Link(rumour, bot.LinkCursor{Report: newID()})
			}); err != nil {
				b.Fatal(err)
			}
		}
	})
}
