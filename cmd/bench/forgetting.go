package main

import (
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime/debug"
	"sync/atomic"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
)

// roleForget is the process that forgets: its own memory is measured.
const roleForget = "forget"

type forgetOptions struct {
	Dir    string
	People int // each with a report, the text of it, an answer, and what they were told
	Lapsed int // of them, not heard of for longer than numbers are kept
}

// forgot is what the process prints: seconds, milliseconds and bytes.
type forgot struct {
	Fill                            float64
	Erase, Retention, Finish, Renew phase
	BaseP99, BaseMax                float64 // what another commit takes while nothing is forgotten, in ms
	Texts, Numbers, Ledger          int     // what the retention erased; bytes of the ledger
}

// phase is one thing that was forgotten, with what a commit of others' took meanwhile.
type phase struct {
	Seconds  float64
	P99, Max float64 // ms
	Calls    int
	Longest  float64 // of one call, in seconds: as long the sweep does nothing else
	AnonMB   float64 // the most that the process had of its own
}

func (f figures) takePhase(name string, p phase) {
	f[name+"_s"], f[name+"_call_s"] = p.Seconds, p.Longest
	f[name+"_commit_p99_ms"], f[name+"_commit_max_ms"] = p.P99, p.Max
	f[name+"_rss_anon_mb"] = p.AnonMB
}

// forgetting measures what it takes to forget people in a database of a million (-preload says how many): one who sends
// EFFACER, all those in one run of the retention who were not heard of for a year (one in a hundred), and the renewal of the
// keys of months and of the records; and how long another commit waits meanwhile.
func forgetting(ctx context.Context, l *lab, f figures) error {
	dir, err := os.MkdirTemp(l.dir, "forget-")
	if err != nil {
		return err
	}
	p, err := l.start(ctx, roleForget, forgetOptions{Dir: dir, People: l.preload, Lapsed: l.preload / 100})
	if err != nil {
		return err
	}
	var o forgot
	if err := errors.Join(p.read(&o), p.end()); err != nil {
		return err
	}
	f["forget_fill_s"], f["forget_commit_base_p99_ms"], f["forget_commit_base_max_ms"] = o.Fill, o.BaseP99, o.BaseMax
	f.takePhase("forget_one", o.Erase)
	f.takePhase("forget_retention", o.Retention)
	f.takePhase("forget_finish", o.Finish)
	f.takePhase("forget_renew", o.Renew)
	f["forget_texts"], f["forget_numbers"] = float64(o.Texts), float64(o.Numbers)
	f["forget_ledger_mb"] = megabytes(int64(o.Ledger))
	return os.RemoveAll(dir)
}

const (
	keptTexts   = 90 * 24 * time.Hour
	keptNumbers = 365 * 24 * time.Hour
	// toldRumours is how many rumours the reports are about.
	toldRumours = 2000
)

func forget(ctx context.Context, o forgetOptions, out io.Writer) (err error) {
	s, err := openSite(ctx, o.Dir, slog.New(slog.NewTextHandler(os.Stderr, nil)))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.close()) }()
	var r forgot
	start := time.Now()
	if err := s.meetPeople(ctx, o, start); err != nil {
		return err
	}
	r.Fill = time.Since(start).Seconds()
	debug.FreeOSMemory()
	base, err := s.beside(ctx, func() (bool, error) { time.Sleep(2 * time.Second); return true, nil })
	if err != nil {
		return err
	}
	r.BaseP99, r.BaseMax = base.P99, base.Max
	if err := s.sayErase(ctx, o.People-1); err != nil {
		return err
	}
	if r.Erase, err = s.beside(ctx, func() (bool, error) {
		f, err := s.db.ForgetContacts(ctx)
		return f.People > 0, err
	}); err != nil {
		return err
	}
	s.service.Site.Retention = hotline.Retention{Texts: keptTexts, Numbers: keptNumbers}
	if r.Retention, err = s.beside(ctx, func() (bool, error) {
		if err := s.service.Sweep(ctx); err != nil || s.service.LastKept().At.IsZero() {
			return false, err
		}
		f, err := s.db.ForgetContacts(ctx)
		return f.Waiting == 0, err
	}); err != nil {
		return err
	}
	if r.Finish, err = s.beside(ctx, func() (bool, error) {
		pending, err := s.db.FinishErasures(ctx)
		return !pending, err
	}); err != nil {
		return err
	}
	k := s.service.LastKept()
	r.Texts, r.Numbers = k.Texts, k.Numbers
	// Somebody more, so that there is something to renew, whatever the sweep has done of it.
	if err := s.sayErase(ctx, o.People-2); err != nil {
		return err
	}
	for done := false; !done; {
		f, err := s.db.ForgetContacts(ctx)
		if err != nil {
			return err
		}
		done = f.Waiting == 0
	}
	if r.Renew, err = s.beside(ctx, func() (bool, error) {
		pending, err := s.db.RenewRecords(ctx)
		return !pending, err
	}); err != nil {
		return err
	}
	if ledger, err := os.Stat(filepath.Join(o.Dir, databaseName+".erased")); err == nil {
		r.Ledger = int(ledger.Size())
	}
	return json.NewEncoder(out).Encode(r)
}

// beside does something, call by call until it is done, while another caller commits a small row every few milliseconds.
func (s *site) beside(ctx context.Context, do func() (done bool, err error)) (p phase, err error) {
	var took histogram
	var over atomic.Bool
	ended := make(chan error, 1)
	var most time.Duration
	go func() {
		var failed error
		for n := uint64(0); !over.Load() && failed == nil; n++ {
			var key bot.ContactKey
			binary.BigEndian.PutUint64(key[8:], n%1000+1)
			start := time.Now()
			failed = s.db.Update(ctx, func(tx storage.Tx) error { return tx.PutActivity(key, bot.At(start), bot.Activity{Texts: 1}) })
			d := time.Since(start)
			took.add(d)
			most = max(most, d)
			if anon, err := rssAnon(); err == nil {
				p.AnonMB = max(p.AnonMB, megabytes(anon))
			}
			time.Sleep(5 * time.Millisecond)
		}
		ended <- failed
	}()
	start := time.Now()
	for done := false; !done && err == nil; p.Calls++ {
		call := time.Now()
		done, err = do()
		p.Longest = max(p.Longest, time.Since(call).Seconds())
	}
	p.Seconds = time.Since(start).Seconds()
	over.Store(true)
	err = errors.Join(err, <-ended)
	p.P99, p.Max = took.quantile(.99), float64(most.Microseconds())/1000
	return p, err
}

// meetPeople stores them, the lapsed ones first; all others wrote in the last hundred days, each under a rumour.
func (s *site) meetPeople(ctx context.Context, o forgetOptions, now time.Time) error {
	rumours := make([]bot.ID, toldRumours)
	for i := range rumours {
		rumours[i] = idAt(now.Add(-keptNumbers - 60*24*time.Hour))
	}
	err := s.db.Update(ctx, func(tx storage.Tx) error {
		for i, id := range rumours {
			r := bot.Rumour{ID: id, State: bot.RumourPublished, Claim: "Le puits serait sec", CreatedAt: bot.At(id.Time())}
			if i%2 == 0 {
				r.State, r.ClosedAt = bot.RumourClosed, bot.At(now.Add(-keptTexts-24*time.Hour))
			}
			if err := tx.PutRumour(r, 0); err != nil {
				return err
			}
		}
		return nil
	})
	for from := 0; from < o.People && err == nil; from += fillBatch {
		err = s.db.Update(ctx, func(tx storage.Tx) error {
			for i := from; i < min(from+fillBatch, o.People); i++ {
				at := now.Add(-keptNumbers - 30*24*time.Hour + time.Duration(i)*time.Millisecond)
				if n := i - o.Lapsed; n >= 0 {
					at = now.Add(-100 * 24 * time.Hour).Add(100 * 24 * time.Hour / time.Duration(o.People) * time.Duration(n))
				}
				if err := s.meetOne(tx, i, rumours[i%toldRumours], at); err != nil {
					return err
				}
			}
			return nil
		})
	}
	return err
}

func phoneAt(i int) bot.Address {
	return bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+223%08d", 70_000_000+i)}
}

func (s *site) meetOne(tx storage.Tx, i int, about bot.ID, at time.Time) error {
	number, now := phoneAt(i), bot.At(at)
	key, report, answer := s.db.ContactKey(number), idAt(at), idAt(at.Add(time.Hour))
	return errors.Join(
		tx.PutContact(bot.Contact{Key: key, Number: number, Gateway: gatewayName, Lang: bot.French, FirstSeen: now, LastSeen: now}, 0),
		tx.PutInbound(bot.Inbound{ID: report, Gateway: gatewayName, Contact: key, Text: bot.Text(textOf(i%senders, uint32(i))), ReceivedAt: now}),
		tx.PutReport(bot.Report{ID: report, Contact: key, Gateway: gatewayName, State: bot.ReportAnswered, Rumour: about,
			Answer: answer, ReceivedAt: now}, 0),
		tx.PutOutbound(bot.Outbound{ID: answer, Contact: key, Gateway: gatewayName, Lane: bot.LaneReply, Kind: bot.KindAnswer,
			State: bot.OutDelivered, Report: report, CreatedAt: now, EndedAt: now}, 0),
		tx.Link(about, bot.LinkCursor{Contact: key, Report: report}),
		tx.PutTold(about, key, bot.Told{AnswerNo: 1, Outbound: answer, Report: report}),
	)
}

// sayErase has somebody ask to be forgotten, and hear that it is done.
func (s *site) sayErase(ctx context.Context, person int) error {
	for _, text := range []bot.Text{"EFFACER", "EFFACER 1"} {
		in := bot.Inbound{Gateway: gatewayName, ExternalID: newID().String(), Channel: bot.ChannelSMS, Sender: phoneAt(person).Value, Text: text}
		if _, err := s.service.Receive(ctx, in); err != nil {
			return err
		}
	}
	// What was queued for them goes nowhere here: the number need not wait for it.
	return s.db.Update(ctx, func(tx storage.Tx) error {
		c, err := tx.Contact(s.db.ContactKey(phoneAt(person)))
		if err != nil {
			return err
		}
		o, err := tx.Outbound(c.LastText)
		if err != nil {
			return err
		}
		o.State = bot.OutSuppressed
		return tx.PutOutbound(o, o.Rev)
	})
}
