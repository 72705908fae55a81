package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// states are rows of an outbox in every state, by state.
func states(t *testing.T, db *bolt.DB) map[bot.OutState]bot.ID {
	t.Helper()
	ids := map[bot.OutState]bot.ID{}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for _, s := range []bot.OutState{bot.OutQueued, bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered,
			bot.OutFailed, bot.OutExpired, bot.OutSuppressed} {
			ids[s] = newID()
			if err := tx.PutOutbound(bot.Outbound{ID: ids[s], Gateway: "g", Lane: bot.LaneReply, State: s, Token: newID(),
				LeaseUntil: 1, NextAt: 1}, 0); err != nil {
				return err
			}
		}
		return tx.Append(bot.Event{Kind: "user.added"})
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// TestBackupAndRestore backs up while others write, and restores on "another machine": another folder, to which the
// master key was carried.
func TestBackupAndRestore(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	ids := states(t, db)
	number := bot.Address{Kind: bot.Phone, Value: "+22370123456"}
	menus := putMenus(t, db)
	var before, after []bot.ID
	put := func(list *[]bot.ID) error {
		id := newID()
		*list = append(*list, id)
		return db.Update(t.Context(), func(tx storage.Tx) error {
			return tx.PutInbound(bot.Inbound{ID: id, Text: sampleText, ReceivedAt: bot.At(time.Now())})
		})
	}
	for range 50 {
		if err := put(&before); err != nil {
			t.Fatal(err)
		}
	}
	stop := make(chan struct{})
	var group sync.WaitGroup
	group.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
				if err := put(&after); err != nil {
					t.Error(err)
					return
				}
			}
		}
	})
	backup := filepath.Join(t.TempDir(), "backup.tar")
	if err := db.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	close(stop)
	group.Wait()

	there := storagetest.Options(t, t.TempDir())
	there.Master = o.Master
	now := time.Now().Add(-48 * time.Hour) // the other machine's clock has lost two days
	there.Now = func() time.Time { return now }
	done, err := bolt.Restore(t.Context(), there, backup, false)
	if err != nil {
		t.Fatal(err)
	}
	if done.Unknown != 2 || len(done.SetAside) != 0 {
		t.Errorf("restore told %+v, want 2 unknown messages and nothing set aside", done)
	}
	restored := openIn(t, there)
	if !restored.Clock().Behind {
		t.Error("the clock of the backup is forgotten")
	}
	if restored.ContactKey(number) != db.ContactKey(number) {
		t.Error("people have other keys after the restore")
	}
	err = restored.View(t.Context(), func(tx storage.Tx) error {
		for _, id := range before {
			if in, err := tx.Inbound(id); err != nil || in.Text != sampleText {
				t.Errorf("a message from before the backup: %v", err)
			}
		}
		for was, id := range ids {
			want := was
			if was == bot.OutQueued || was == bot.OutClaimed {
				want = bot.OutUnknown
			}
			if row, err := tx.Outbound(id); err != nil || row.State != want {
				t.Errorf("the %s message is %s after the restore (%v), want %s", was, row.State, err, want)
			}
		}
		if n, err := tx.CountOutbounds(bot.OutUnknown, 10); err != nil || n != 3 {
			t.Errorf("%d unknown messages in the list (%v), want 3", n, err)
		}
		if list, err := tx.Events(0, 10); err != nil || len(list) != 0 {
			t.Errorf("%d events in the new epoch (%v), want none", len(list), err)
		}
		if list, err := tx.EventPage(storage.EventPage{}); err != nil || len(list) == 0 {
			t.Errorf("%d events of before the backup (%v), want them listed still", len(list), err)
		}
		for i, was := range menus.sessions {
			x, err := tx.Session(was.Key, was.StartedAt)
			want := was
			if !was.Over() {
				want.Rev, want.End, want.EndedAt = was.Rev+1, bot.EndTimeout, was.LastAt
			}
			if err != nil || !reflect.DeepEqual(x, want) {
				t.Errorf("session %d is %+v after the restore (%v), want %+v", i, x, err, want)
			}
		}
		if list, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0); err != nil || len(list) != 0 {
			t.Errorf("%d open sessions after the restore (%v), want none", len(list), err)
		}
		menus.check(t, tx)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if due, err := restored.NextDue(t.Context(), "g"); err != nil || due != 0 {
		t.Errorf("something is due after the restore: %s (%v)", due, err)
	}
	err = restored.Update(t.Context(), func(tx storage.Tx) error { return tx.Append(bot.Event{Kind: "user.added"}) })
	if err != nil {
		t.Errorf("an event after the restore: %v", err)
	}
}

// menus are rows that USSD and the news leave in a database.
type menus struct {
	sessions []bot.Session // two are going on, one of them since yesterday; one is over
	rumour   bot.ID
	handed   bot.ID
	at       bot.Instant
}

func putMenus(t *testing.T, db *bolt.DB) menus {
	t.Helper()
	m := menus{rumour: newID(), at: bot.At(time.Now())}
	for i, at := range []bot.Instant{m.at.Add(-24 * time.Hour), m.at, m.at} {
		m.sessions = append(m.sessions, bot.Session{Key: bot.SessionKey{byte(i + 1)}, ID: newID(), Rev: 1, StartedAt: at, LastAt: at.Add(time.Minute),
			Walk: bot.Walk{Screen: "answers", Lists: map[string][]bot.Item{"answers": {{ID: "1", Label: "le marché"}}}}})
	}
	m.sessions[2].EndedAt, m.sessions[2].End = m.at, bot.EndDone
	place := bot.Place{Code: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML01"}, Names: map[bot.Lang]string{bot.French: "Kayes"}}
	m.handed = newID()
	token := newID()
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for _, x := range m.sessions {
			if err := errors.Join(tx.PutSession(x, 0), tx.PutHop(x, bot.HopKey{1}, bot.Hop{Screen: "1 le marché"})); err != nil {
				return err
			}
		}
		return errors.Join(
			tx.AddTallies(m.at, []bot.ScreenTally{{Flow: "youth", Version: "1", Screen: "home", Shown: 3}}),
			tx.PutPlace(place),
			tx.PutRumour(bot.Rumour{ID: m.rumour, State: bot.RumourPublished, PublishedAt: m.at}, 0),
			tx.PutOutbound(bot.Outbound{ID: m.handed, Gateway: "g", Lane: bot.LaneReply, State: bot.OutClaimed, Token: token, LeaseUntil: m.at}, 0),
		)
	})
	err = errors.Join(err, db.Settle(t.Context(), []storage.Outcome{{ID: m.handed, Token: token, State: bot.OutHandedOver, At: m.at,
		ExternalID: "x1", Remember: true}}, nil))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// check finds all of it again; what became of the sessions is for the caller to say.
func (m menus) check(t *testing.T, tx storage.Tx) {
	t.Helper()
	for _, x := range m.sessions {
		if h, err := tx.Hop(x, bot.HopKey{1}); err != nil || h.Screen != "1 le marché" || h.Session != x.ID {
			t.Errorf("a hop: %+v (%v)", h, err)
		}
	}
	if list, err := tx.Tallies(m.at); err != nil || len(list) != 1 || list[0].Shown != 3 {
		t.Errorf("tallies: %+v (%v)", list, err)
	}
	if list, err := tx.Places(bot.PlaceCode{}, 0); err != nil || len(list) != 1 || list[0].Name(bot.French) != "Kayes" {
		t.Errorf("places: %+v (%v)", list, err)
	}
	if list, err := tx.News(0); err != nil || !slices.Equal(list, []bot.ID{m.rumour}) {
		t.Errorf("news: %v (%v)", list, err)
	}
	if id, err := tx.Handed("g", "x1"); err != nil || id != m.handed {
		t.Errorf("handed: %s (%v)", id, err)
	}
}

func TestRestoreRefuses(t *testing.T) {
	dir := t.TempDir()
	o := storagetest.Options(t, dir)
	db := openIn(t, o)
	states(t, db)
	backup := filepath.Join(t.TempDir(), "backup.tar")
	if err := errors.Join(db.Backup(t.Context(), backup), db.Close()); err != nil {
		t.Fatal(err)
	}
	whole := read(t, backup)
	other := storagetest.Options(t, t.TempDir())
	cut, altered, empty := filepath.Join(t.TempDir(), "cut"), filepath.Join(t.TempDir(), "altered"), filepath.Join(t.TempDir(), "empty")
	damaged := bytes.Clone(whole)
	damaged[len(damaged)-2000] ^= 1 // in the ring, the last entry
	for path, content := range map[string][]byte{cut: whole[:len(whole)/2], altered: damaged, empty: nil} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	fresh := func() bolt.Options {
		x := storagetest.Options(t, t.TempDir())
		x.Master = o.Master
		return x
	}
	wrong := fresh()
	wrong.Master = other.Master
	for name, c := range map[string]struct {
		o      bolt.Options
		backup string
		want   error // nil = any
	}{
		"a database is there": {o, backup, fs.ErrExist},
		"wrong key":           {wrong, backup, storage.ErrWrongKey},
		"no such backup":      {fresh(), backup + "2", fs.ErrNotExist},
		"cut short":           {fresh(), cut, nil},
		"altered":             {fresh(), altered, nil},
		"empty":               {fresh(), empty, nil},
	} {
		before, _ := os.ReadDir(filepath.Dir(c.o.Path))
		_, err := bolt.Restore(t.Context(), c.o, c.backup, false)
		if err == nil || c.want != nil && !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		after, _ := os.ReadDir(filepath.Dir(c.o.Path))
		if len(before) != len(after) {
			t.Errorf("%s: files appeared or went: %v", name, after)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := bolt.Restore(ctx, fresh(), backup, false); !errors.Is(err, context.Canceled) {
		t.Errorf("for somebody who left: %v", err)
	}
}

// TestRestoreReplaces: the database that was there is set aside, and erased months stay erased.
func TestRestoreReplaces(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	july := time.Date(2026, 7, 3, 12, 0, 0, 0, time.UTC)
	old, later := newID(), newID()
	put := func(id bot.ID, at time.Time) {
		t.Helper()
		err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutInbound(bot.Inbound{ID: id, ReceivedAt: bot.At(at)}) })
		if err != nil {
			t.Fatal(err)
		}
	}
	put(old, july)
	backup := filepath.Join(t.TempDir(), "backup.tar")
	if err := db.Backup(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	put(later, july)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	ring, err := seal.OpenRing(o.RingPath, o.Master)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(ring.DropTexts(seal.MonthOf(july)), ring.Close()); err != nil {
		t.Fatal(err)
	}
	replaced := read(t, o.Path)
	done, err := bolt.Restore(t.Context(), o, backup, true)
	if err != nil {
		t.Fatal(err)
	}
	if len(done.SetAside) != 1 || !strings.HasPrefix(done.SetAside[0], o.Path+".") || !bytes.Equal(read(t, done.SetAside[0]), replaced) {
		t.Errorf("set aside: %v", done.SetAside)
	}
	restored := openIn(t, o)
	err = restored.View(t.Context(), func(tx storage.Tx) error {
		if _, err := tx.Inbound(old); !errors.Is(err, storage.ErrErased) {
			t.Errorf("a text erased since the backup: %v, want ErrErased", err)
		}
		if _, err := tx.Inbound(later); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a text from after the backup: %v, want ErrNotFound", err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestCompact: what deleted rows took is given back, and what they said is gone.
func TestCompact(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	day := bot.At(time.Now())
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for i := range 20_000 {
			key := bot.RepeatKey{byte(i), byte(i >> 8), 1}
			if err := tx.PutRepeat(key, day, 0, bot.Mark{Inbound: newID(), Answer: bytes.Repeat([]byte("x"), 200)}); err != nil {
				return err
			}
		}
		return nil
	})
	ids, menus := states(t, db), putMenus(t, db)
	err = errors.Join(err, db.Update(t.Context(), func(tx storage.Tx) error { return tx.DropRepeats(day.Add(48 * time.Hour)) }), db.Close())
	if err != nil {
		t.Fatal(err)
	}
	c, err := bolt.Compact(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(o.Path); err != nil || info.Size() != c.After || info.Mode() != 0o600 || c.After*10 > c.Before {
		t.Errorf("compacted %+v, the file has %d bytes and mode %o (%v)", c, info.Size(), info.Mode(), err)
	}
	compacted := openIn(t, o)
	err = compacted.View(t.Context(), func(tx storage.Tx) error {
		for was, id := range ids {
			if row, err := tx.Outbound(id); err != nil || row.State != was {
				t.Errorf("the %s message is %s (%v)", was, row.State, err)
			}
		}
		_, err := tx.Repeat(bot.RepeatKey{1, 0, 1})
		if !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("a dropped mark: %v", err)
		}
		for _, want := range menus.sessions {
			if x, err := tx.Session(want.Key, want.StartedAt); err != nil || !reflect.DeepEqual(x, want) {
				t.Errorf("a session reads %+v (%v), want %+v", x, err, want)
			}
		}
		if list, err := tx.OpenSessions(bot.Forever, bot.Session{}, 0); err != nil || len(list) != 2 {
			t.Errorf("%d open sessions (%v), want 2", len(list), err)
		}
		menus.check(t, tx)
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	if list, _ := filepath.Glob(o.Path + "*"); len(list) != 1 {
		t.Errorf("left behind: %v", list)
	}
}
