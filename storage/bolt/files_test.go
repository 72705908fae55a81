package bolt_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

func openIn(t *testing.T, o bolt.Options) *bolt.DB {
	t.Helper()
	db, err := bolt.Open(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return db
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestWrongKey: a wrong master key, or another site's ring, is told in one sentence and touches nothing.
func TestWrongKey(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	other := storagetest.Options(t, t.TempDir())
	for _, x := range []bolt.Options{o, other} {
		if err := openIn(t, x).Close(); err != nil {
			t.Fatal(err)
		}
	}
	database, ring := read(t, o.Path), read(t, o.RingPath)
	wrongMaster, wrongRing := o, o
	wrongMaster.Master = other.Master
	wrongRing.Master, wrongRing.RingPath = other.Master, other.RingPath
	for name, x := range map[string]bolt.Options{"another master key": wrongMaster, "another site's ring": wrongRing} {
		_, err := bolt.Open(t.Context(), x)
		if !errors.Is(err, storage.ErrWrongKey) {
			t.Errorf("%s: %v, want ErrWrongKey", name, err)
		}
		if strings.Contains(fmt.Sprint(err), "\n") {
			t.Errorf("%s: more than one sentence: %q", name, err)
		}
	}
	if !bytes.Equal(read(t, o.Path), database) || !bytes.Equal(read(t, o.RingPath), ring) {
		t.Error("files changed")
	}
	openIn(t, o)
}

// TestHalfThere: a database without its ring, or a ring without its database, is never completed with a new one.
func TestHalfThere(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	if err := openIn(t, o).Close(); err != nil {
		t.Fatal(err)
	}
	for _, missing := range []string{o.Path, o.RingPath} {
		if err := os.Rename(missing, missing+".away"); err != nil {
			t.Fatal(err)
		}
		_, err := bolt.Open(t.Context(), o)
		if err == nil || !strings.Contains(err.Error(), missing+" is not") {
			t.Errorf("without %s: %v", filepath.Base(missing), err)
		}
		if _, err := os.Stat(missing); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("a new %s was made", filepath.Base(missing))
		}
		if err := os.Rename(missing+".away", missing); err != nil {
			t.Fatal(err)
		}
	}
	openIn(t, o)
}

// TestFirstStartInterrupted: whatever a first start had made when it ended, the next one makes the rest.
func TestFirstStartInterrupted(t *testing.T) {
	whole := storagetest.Options(t, t.TempDir())
	if err := openIn(t, whole).Close(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ begun, ring bool }{
		"database begun":                {true, false},
		"database and ring, not in use": {true, true},
	} {
		o := storagetest.Options(t, t.TempDir())
		o.Master = whole.Master
		if c.begun {
			if err := os.WriteFile(o.Path+".new", read(t, whole.Path), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if c.ring {
			if err := os.WriteFile(o.RingPath, read(t, whole.RingPath), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		db, err := bolt.Open(t.Context(), o)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		err = db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutInbound(bot.Inbound{ID: bot.ID{1}}) })
		if err := errors.Join(err, db.Close()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if _, err := os.Stat(o.Path + ".new"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s: the temporary file is still there", name)
		}
		openIn(t, o)
	}
}

// TestModes: nobody else on the machine may read the files.
func TestModes(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	openIn(t, o)
	for _, path := range []string{o.Path, o.RingPath} {
		if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
			t.Errorf("%s has mode %v (%v)", path, info.Mode(), err)
		}
	}
}

// TestInUse starts this test again as a second process, while the first has the database open.
func TestInUse(t *testing.T) {
	const env = "TINYE_SECOND_PROCESS"
	if dir := os.Getenv(env); dir != "" {
		o := storagetest.Options(t, dir)
		_, openErr := bolt.Open(t.Context(), o)
		_, compactErr := bolt.Compact(t.Context(), o)
		_, restoreErr := bolt.Restore(t.Context(), o, filepath.Join(dir, "backup"), true)
		for name, err := range map[string]error{"open": openErr, "compact": compactErr, "restore": restoreErr} {
			if !errors.Is(err, storage.ErrInUse) {
				t.Errorf("%s: %v, want ErrInUse", name, err)
			}
		}
		return
	}
	dir := t.TempDir()
	db := openIn(t, storagetest.Options(t, dir))
	if err := db.Backup(t.Context(), filepath.Join(dir, "backup")); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestInUse$", "-test.count=1")
	cmd.Env = append(os.Environ(), env+"="+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("the second process: %v\n%s", err, out)
	}
	if err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutInbound(bot.Inbound{ID: bot.ID{1}}) }); err != nil {
		t.Errorf("the first process afterwards: %v", err)
	}
}

// TestNothingReadable: neither numbers nor texts nor names stand in the database, its ring or a backup; ids and states do.
func TestNothingReadable(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	number, text := "+22370123456", "les bandits sont à Boni"
	key := db.ContactKey(bot.Address{Kind: bot.Phone, Value: number})
	id := newID()
	session := bot.Session{Key: bot.SessionKey(newID()), ID: newID(), StartedAt: bot.At(time.Now()), Walk: bot.Walk{
		Screen: text, Back: []string{text}, Values: map[string]string{"area": text},
		Lists: map[string][]bot.Item{text: {{ID: number, Label: text}}}}}
	question := bot.Question{Kind: bot.QuestionDraft, Draft: &bot.Draft{Place: bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: text}, Theme: bot.Theme(text)}}
	place := bot.PlaceCode{Scheme: bot.SchemeCT2023, Code: "ML0504"}
	sent, token := newID(), newID()
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(
			tx.PutSession(session, 0),
			tx.PutHop(session, bot.HopKey{1}, bot.Hop{Screen: bot.Text(text)}),
			tx.AddTallies(session.StartedAt, []bot.ScreenTally{{Flow: "youth", Version: "0123456789ab", Screen: "home", Shown: 1}}),
			tx.PutPlace(bot.Place{Code: place, Names: map[bot.Lang]string{bot.French: "Boni"}, Aliases: []string{text}, Source: text}),
			tx.PutContact(bot.Contact{Key: bot.ContactKey(newID()), Question: &question, Waiting: []bot.Question{question}}, 0),
			tx.PutRumour(bot.Rumour{ID: sent, State: bot.RumourPublished, PublishedAt: 1, Answers: []bot.Answer{{Title: bot.Text(text)}}}, 0),
			tx.PutOutbound(bot.Outbound{ID: sent, Gateway: "g", Lane: bot.LaneReply, State: bot.OutClaimed, Token: token, LeaseUntil: 1}, 0),
			tx.PutRepeat(db.RepeatKey(number, text), bot.At(time.Now()), 0, bot.Mark{Inbound: id, Answer: []byte(text)}),
			tx.PutContact(bot.Contact{Key: key, Number: bot.Address{Kind: bot.Phone, Value: number}}, 0),
			tx.PutInbound(bot.Inbound{ID: id, Sender: number, From: bot.Address{Kind: bot.Alpha, Value: number}, Text: bot.Text(text)}),
			tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived, CreatedBy: number}, 0),
			tx.PutRumour(bot.Rumour{ID: id, State: bot.RumourNew, Claim: bot.Text(text), Answers: []bot.Answer{{Text: bot.Text(text)}}}, 0),
			tx.PutOutbound(bot.Outbound{ID: id, Gateway: "g", Lane: bot.LaneReply, State: bot.OutQueued, ExternalID: number, Args: map[string]string{"a": text}}, 0),
			tx.PutQuarantined(bot.Quarantined{ID: id, Body: []byte(text), Query: []byte(number)}),
			tx.Append(bot.Event{Kind: "user.added", Key: number, Actor: text}),
		)
	})
	err = errors.Join(err, db.Settle(t.Context(), []storage.Outcome{{ID: sent, Token: token, State: bot.OutHandedOver,
		At: session.StartedAt, ExternalID: number, Remember: true}}, nil)) // some gateways make their ids of numbers
	backup := filepath.Join(t.TempDir(), "backup")
	if err := errors.Join(err, db.Backup(t.Context(), backup)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{o.Path, o.RingPath, backup} {
		content := read(t, path)
		for _, secret := range []string{number, number[1:], number[4:], text, "bandits", "Boni"} {
			if bytes.Contains(content, []byte(secret)) {
				t.Errorf("%s shows %q", filepath.Base(path), secret)
			}
		}
	}
	content := read(t, o.Path)
	for _, key := range [][]byte{id[:], session.Key[:], []byte("received"), []byte("youth\x000123456789ab\x00home"), []byte("ml_ct_2023\x00ML0504")} {
		if !bytes.Contains(content, key) {
			t.Errorf("the test does not see what is readable: ids, states and short codes such as %q", key)
		}
	}
}

// TestFullDisk fills a small file system: updates say that there is no space, reading goes on, and once there is space
// again, so does writing.
func TestFullDisk(t *testing.T) {
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=24m"); err != nil {
		if os.Getenv("TINYE_E2E") == "required" {
			t.Fatalf("mount a small file system: %v", err)
		}
		t.Skipf("a small file system cannot be mounted here (needs root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, 0); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	db := openIn(t, storagetest.Options(t, dir)) // closed before the unmount
	putSized := func(id bot.ID, size int) error {
		return db.Update(t.Context(), func(tx storage.Tx) error {
			return tx.PutQuarantined(bot.Quarantined{ID: id, At: bot.At(time.Now()), Body: bytes.Repeat([]byte("x"), size)})
		})
	}
	put := func(id bot.ID) error { return putSized(id, 20_000) }
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 8<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	var stored []bot.ID
	var full error
	for range 2000 {
		id := newID()
		if full = put(id); full != nil {
			break
		}
		stored = append(stored, id)
	}
	if !errors.Is(full, storage.ErrFull) || !storage.Unavailable(full) {
		t.Fatalf("after %d rows: %v, want ErrFull", len(stored), full)
	}
	if err := db.Health(); !errors.Is(err, storage.ErrFull) {
		t.Errorf("health: %v, want ErrFull", err)
	}
	var group sync.WaitGroup
	for range 8 { // all callers of a commit get to know; a row as small as the others might find a few pages left
		group.Go(func() {
			if err := putSized(newID(), 1<<20); !errors.Is(err, storage.ErrFull) {
				t.Errorf("while it is full: %v, want ErrFull", err)
			}
		})
	}
	group.Wait()
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	for range 100 {
		id := newID()
		if err := put(id); err != nil {
			t.Fatalf("once there is space again: %v", err)
		}
		stored = append(stored, id)
	}
	if err := db.Health(); err != nil {
		t.Errorf("health once there is space again: %v", err)
	}
	err := db.View(t.Context(), func(tx storage.Tx) error {
		n, err := tx.CountQuarantines(10_000)
		if n != len(stored) {
			t.Errorf("%d rows (%v), want %d", n, err, len(stored))
		}
		for _, id := range stored {
			if _, err := tx.Quarantined(id); err != nil {
				t.Errorf("a row that was acknowledged: %v", err)
			}
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// TestViewTimeout: a view has a deadline of its own, and its snapshot is counted.
func TestViewTimeout(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	o.ViewTimeout = time.Nanosecond
	db := openIn(t, o)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	if err := db.View(ctx, func(tx storage.Tx) error { _, err := tx.Users(); return err }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a view that takes too long: %v", err)
	}
	o = storagetest.Options(t, t.TempDir())
	db = openIn(t, o)
	err := db.View(t.Context(), func(storage.Tx) error {
		if db.OpenViews() != 1 {
			t.Errorf("%d open views inside one", db.OpenViews())
		}
		return nil
	})
	if err != nil || db.OpenViews() != 0 {
		t.Errorf("%d open views afterwards (%v)", db.OpenViews(), err)
	}
}
