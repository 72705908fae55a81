package storagetest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

func testClosed(t *testing.T, s *site) {
	if err := s.Health(); err != nil {
		t.Errorf("health of an open store: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("closing twice: %v", err)
	}
	ctx := t.Context()
	nothing := func(storage.Tx) error { return nil }
	for name, err := range map[string]error{
		"Update": s.Update(ctx, nothing),
		"View":   s.View(ctx, nothing),
		"Health": s.Health(),
		"Settle": s.Settle(ctx, nil, nil),
		"Backup": s.Backup(ctx, filepath.Join(s.setup.Dir, "late")),
	} {
		if !errors.Is(err, storage.ErrClosed) {
			t.Errorf("%s on a closed store: %v, want ErrClosed", name, err)
		}
		if !storage.Unavailable(err) {
			t.Errorf("%s: a gateway is not told to come again", name)
		}
	}
}

func testBackup(t *testing.T, s *site) {
	s.queue(nil)
	path := filepath.Join(t.TempDir(), "backup")
	if err := s.Backup(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode() != 0o600 || info.Size() == 0 {
		t.Errorf("the backup has mode %o and %d bytes", info.Mode(), info.Size())
	}
	if err := s.Backup(t.Context(), path); !errors.Is(err, fs.ErrExist) {
		t.Errorf("backing up over another: %v, want fs.ErrExist", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Backup(ctx, path+"2"); !errors.Is(err, context.Canceled) {
		t.Errorf("backing up for somebody who left: %v", err)
	}
	if list, _ := filepath.Glob(filepath.Join(filepath.Dir(path), "*")); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}

// testClaimers: many senders at once; at every moment a row has one live lease at most, and each is sent once.
func testClaimers(t *testing.T, open Factory) {
	clock := NewClock()
	s := openSite(t, open, Setup{Dir: t.TempDir(), Clock: clock, IDs: NewIDs(clock)})
	const messages = 300
	for range messages {
		s.queue(nil)
	}
	var mu sync.Mutex
	leases, sent := map[bot.ID]bool{}, map[bot.ID]int{}
	var group sync.WaitGroup
	for worker := range 8 {
		group.Go(func() {
			for round := range 3 * messages {
				claims, err := s.Claim(t.Context(), s.request(3))
				if err != nil {
					t.Errorf("claim: %v", err)
					return
				}
				if len(claims.Rows) == 0 {
					return
				}
				var outcomes []storage.Outcome
				mu.Lock()
				for _, c := range claims.Rows {
					if leases[c.Row.ID] {
						t.Errorf("two leases at once for %s", c.Row.ID)
					}
					leases[c.Row.ID] = true
					o := storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, State: bot.OutHandedOver, At: s.now()}
					if (worker+round)%5 == 0 && c.Row.Attempts == 0 { // another try, by whoever comes
						o.State, o.NextAt, o.Counted = bot.OutQueued, s.now(), true
					} else {
						sent[c.Row.ID]++
					}
					outcomes = append(outcomes, o)
					delete(leases, c.Row.ID) // before Settle, so that nobody can have it earlier
				}
				for _, o := range outcomes {
					leases[o.ID] = o.State == bot.OutHandedOver // never again
				}
				mu.Unlock()
				if err := s.Settle(t.Context(), outcomes, nil); err != nil {
					t.Errorf("settle: %v", err)
				}
			}
		})
	}
	group.Wait()
	// A worker leaves when it finds nothing while others hold claims that they give back: send what is left.
	for range messages {
		claims := s.claim(s.request(messages))
		if len(claims.Rows) == 0 {
			break
		}
		var outcomes []storage.Outcome
		for _, c := range claims.Rows {
			sent[c.Row.ID]++
			outcomes = append(outcomes, storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, State: bot.OutHandedOver, At: s.now()})
		}
		if err := s.Settle(t.Context(), outcomes, nil); err != nil {
			t.Fatal(err)
		}
	}
	if len(sent) != messages {
		t.Errorf("%d messages sent, want %d", len(sent), messages)
	}
	for id, n := range sent {
		if n != 1 {
			t.Errorf("%s sent %d times", id, n)
		}
	}
}

// testCallers: many callers at once, some of whom fail, panic, leave, or fight for one row; everybody is told the truth.
func testCallers(t *testing.T, open Factory) {
	clock := NewClock()
	s := openSite(t, open, Setup{Dir: t.TempDir(), Clock: clock, IDs: NewIDs(clock)})
	failed := errors.New("failed")
	shared := bot.ContactKey{1}
	s.update(func(tx storage.Tx) error { return tx.PutContact(bot.Contact{Key: shared}, 0) })
	var mu sync.Mutex
	stored, refused := []bot.ID{}, []bot.ID{}
	var counted atomic.Int64
	var group sync.WaitGroup
	for worker := range 16 {
		group.Go(func() {
			for i := range 40 {
				ctx, cancel := context.WithCancel(t.Context())
				id, kind := s.ids.New(), (worker+i)%5
				if kind == 3 {
					cancel()
				}
				err := s.Update(ctx, func(tx storage.Tx) error {
					if err := tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived}, 0); err != nil {
						return err
					}
					switch kind {
					case 1:
						return failed
					case 2:
						panic("no")
					}
					c, err := tx.Contact(shared)
					if err != nil {
						return err
					}
					c.FirstSeen++ // everybody counts in one row
					return tx.PutContact(c, c.Rev)
				})
				cancel()
				mu.Lock()
				if err == nil {
					counted.Add(1)
					stored = append(stored, id)
				} else {
					refused = append(refused, id)
				}
				mu.Unlock()
				if (err == nil) != (kind == 0 || kind == 4) {
					t.Errorf("a caller of kind %d was told %v", kind, err)
				}
				if kind == 4 {
					if err := s.View(t.Context(), func(tx storage.Tx) error { _, err := tx.Report(id); return err }); err != nil {
						t.Errorf("a caller does not see its own update: %v", err)
					}
				}
			}
		})
	}
	group.Wait()
	s.view(func(tx storage.Tx) error {
		for _, id := range stored {
			if _, err := tx.Report(id); err != nil {
				t.Errorf("an update that succeeded is not there: %v", err)
			}
		}
		for _, id := range refused {
			if _, err := tx.Report(id); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("an update that failed is there: %v", err)
			}
		}
		c, err := tx.Contact(shared)
		if err != nil || int64(c.FirstSeen) != counted.Load() || c.Rev != uint64(counted.Load())+1 {
			t.Errorf("counted %d at revision %d (%v), want %d", c.FirstSeen, c.Rev, err, counted.Load())
		}
		n, err := tx.CountReports(bot.ReportReceived, 10_000)
		if n != len(stored) {
			t.Errorf("%d reports in the list (%v), want %d", n, err, len(stored))
		}
		return nil
	})
}

func testOpenAgain(t *testing.T, open Factory) {
	s := newSite(t, open)
	person := s.ContactKey(bot.Address{Kind: bot.Phone, Value: "+22370123456"})
	fingerprint := s.RepeatKey("kannel", "1")
	row := s.claimOne()
	s.update(func(tx storage.Tx) error {
		return errors.Join(tx.PutContact(bot.Contact{Key: person}, 0), tx.Append(bot.Event{Kind: "user.added"}))
	})
	epoch := func(s *site) (id bot.ID) {
		s.view(func(tx storage.Tx) error {
			list, err := tx.Events(0, 10)
			for _, e := range list {
				id = e.Epoch
			}
			return err
		})
		return id
	}
	was, last := epoch(s), s.Clock().Last
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s.clock.Add(-time.Hour)
	again := openSite(t, open, s.setup)
	if c := again.Clock(); !c.Behind || c.Last != last {
		t.Errorf("clock %+v after opening again, want the last commit at %s found out", c, last)
	}
	s.clock.Add(time.Hour)
	if epoch(again) != was || was.IsZero() {
		t.Errorf("the epoch of events changed from %s to %s", was, epoch(again))
	}
	if again.ContactKey(bot.Address{Kind: bot.Phone, Value: "+22370123456"}) != person || again.RepeatKey("kannel", "1") != fingerprint {
		t.Error("keyed hashes changed")
	}
	if got := again.outbound(row.ID); got.State != bot.OutClaimed {
		t.Errorf("the claimed row is %s", got.State)
	}
	if n, err := again.Abandon(t.Context(), bot.Forever, nil); n != 1 || err != nil {
		t.Errorf("%d claims of the earlier process abandoned (%v)", n, err)
	}
	again.update(func(tx storage.Tx) error { return tx.Append(bot.Event{Kind: "user.added"}) })
	again.view(func(tx storage.Tx) error {
		if list, err := tx.Events(1, 10); err != nil || len(list) != 1 || list[0].Seq != 2 {
			t.Errorf("events after opening again: %v (%v)", list, err)
		}
		return nil
	})
}

// testCopied: the files as they are between two commits, with the store open, are the store.
func testCopied(t *testing.T, open Factory) {
	s := newSite(t, open)
	var ids []bot.ID
	for i := range 20 {
		o := s.queue(nil)
		ids = append(ids, o.ID)
		if i%5 != 0 {
			continue
		}
		dir := t.TempDir()
		if err := os.CopyFS(dir, os.DirFS(s.setup.Dir)); err != nil {
			t.Fatal(err)
		}
		setup := s.setup
		setup.Dir = dir
		copied := openSite(t, open, setup)
		copied.view(func(tx storage.Tx) error {
			got, err := idsOf(tx.Outbounds(bot.OutQueued, storage.Page{}))
			if err != nil || fmt.Sprint(got) != fmt.Sprint(ids) {
				t.Errorf("after %d commits the copy has %v (%v)", len(ids), got, err)
			}
			return nil
		})
		if claims := copied.claim(copied.request(100)); len(claims.Rows) != len(ids) {
			t.Errorf("%d claimed in the copy, want %d", len(claims.Rows), len(ids))
		}
	}
}
