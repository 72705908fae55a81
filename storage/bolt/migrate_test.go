package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// Each migration has a function here that tests what it does to a file of the schema before; they are in the same order.
func migrationTests() []func(*testing.T) {
	return []func(*testing.T){testCreateBuckets, testAddMenus, testAddDesk}
}

func TestMigrations(t *testing.T) {
	tests := migrationTests()
	if len(tests) != len(migrations) {
		t.Fatalf("%d migrations and %d tests of them", len(migrations), len(tests))
	}
	for i, test := range tests {
		t.Run(migrations[i].what, test)
	}
}

// bucketsOf lists the buckets of a file.
func bucketsOf(t *testing.T, b *bbolt.DB) (names []string) {
	t.Helper()
	err := b.View(func(bt *bbolt.Tx) error {
		return bt.ForEach(func(name []byte, _ *bbolt.Bucket) error { names = append(names, string(name)); return nil })
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// Buckets that a migration made.
func firstBuckets() []string {
	return []string{"activity", "claims", "contacts", "events", "fanouts", "links", "messages", "meta", "outbox_by", "quarantine",
		"quarantine_open", "queue", "refs", "repeats", "reports_by", "rumours", "rumours_by", "told", "users"}
}

func menuBuckets() []string {
	return []string{"handed", "news", "places", "sessions", "sessions_open", "tallies"}
}

func deskNames() (names []string) {
	for _, b := range deskBuckets() {
		names = append(names, string(b.name))
	}
	return names
}

func sorted(lists ...[]string) []string {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return all
}

// TestDrawing: the drawing in schema.go has every bucket, and names files that are there.
func TestDrawing(t *testing.T) {
	source, err := os.ReadFile("schema.go")
	if err != nil {
		t.Fatal(err)
	}
	drawing, _, _ := strings.Cut(string(source), "# Other files")
	var names []string
	for _, found := range regexp.MustCompile(`(?m)^//\t([a-z_]+)(?: |$)`).FindAllStringSubmatch(drawing, -1) {
		names = append(names, found[1])
	}
	db := open(t, options(t, t.TempDir()))
	if want := bucketsOf(t, db.bolt); !slices.Equal(sorted(names), want) {
		t.Errorf("drawn: %v, the buckets are %v", sorted(names), want)
	}
	for _, file := range regexp.MustCompile(`[a-z]+\.go`).FindAllString(drawing, -1) {
		if _, err := os.Stat(file); err != nil {
			t.Errorf("the drawing names a file: %v", err)
		}
	}
}

// testCreateBuckets: a new database has every bucket and is not copied on its way there.
func testCreateBuckets(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	if names, want := bucketsOf(t, db.bolt), sorted(firstBuckets(), menuBuckets(), deskNames()); !slices.Equal(names, want) {
		t.Errorf("buckets %v, want %v", names, want)
	}
	if schema, err := schemaOf(db.bolt, o.Path); err != nil || schema != len(migrations) {
		t.Errorf("schema %d (%v), want %d", schema, err, len(migrations))
	}
	if copies, err := filepath.Glob(o.Path + ".v*"); err != nil || len(copies) > 0 {
		t.Errorf("a new database was copied: %v (%v)", copies, err)
	}
}

// testAddMenus opens a file of schema 1 with rows: they are there, the published ones are news, and a copy is kept.
func testAddMenus(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	text, unpublished, first, second := bot.ID{1}, bot.ID{2}, bot.ID{3}, bot.ID{4}
	rumours := []bot.Rumour{
		{ID: unpublished, State: bot.RumourDecided, Claim: "le pont"},
		{ID: second, State: bot.RumourPublished, PublishedAt: 2000, Claim: "le marché"},
		{ID: first, State: bot.RumourPublished, PublishedAt: 1000, Claim: "le puits"},
	}
	if err := putInbound(t, db, bot.Inbound{ID: text, Text: "on dit", ReceivedAt: 1}); err != nil {
		t.Fatal(err)
	}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		for _, r := range rumours {
			if err := tx.PutRumour(r, 0); err != nil {
				return err
			}
		}
		return nil
	})
	// Back to what a program of schema 1 left behind.
	err = errors.Join(err, db.bolt.Update(func(bt *bbolt.Tx) error {
		for _, name := range slices.Concat(menuBuckets(), deskNames()) {
			if err := bt.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		return bt.Bucket(metaBucket.name).Put(schemaKey, schemaValue(1))
	}))
	if err != nil {
		t.Fatal(err)
	}
	if names := bucketsOf(t, db.bolt); !slices.Equal(names, firstBuckets()) {
		t.Fatalf("a file of schema 1 with the buckets %v", names)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}

	db = open(t, o)
	if schema, err := schemaOf(db.bolt, o.Path); err != nil || schema != len(migrations) {
		t.Errorf("schema %d (%v), want %d", schema, err, len(migrations))
	}
	if names, want := bucketsOf(t, db.bolt), sorted(firstBuckets(), menuBuckets(), deskNames()); !slices.Equal(names, want) {
		t.Errorf("buckets %v, want %v", names, want)
	}
	err = db.View(t.Context(), func(tx storage.Tx) error {
		if in, err := tx.Inbound(text); err != nil || in.Text != "on dit" {
			t.Errorf("a text from before reads %+v (%v)", in, err)
		}
		for _, want := range rumours {
			if r, err := tx.Rumour(want.ID); err != nil || r.Claim != want.Claim || r.State != want.State {
				t.Errorf("a rumour from before reads %+v (%v), want %+v", r, err, want)
			}
		}
		if news, err := tx.News(10); err != nil || !slices.Equal(news, []bot.ID{second, first}) {
			t.Errorf("news %v (%v), want those published before, the latest first", news, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
	// One of them that leaves the news leaves it wholly.
	err = db.Update(t.Context(), func(tx storage.Tx) error {
		r, err := tx.Rumour(second)
		if err != nil {
			return err
		}
		r.State = bot.RumourDecided
		return tx.PutRumour(r, r.Rev)
	})
	err = errors.Join(err, db.View(t.Context(), func(tx storage.Tx) error {
		if news, err := tx.News(10); err != nil || !slices.Equal(news, []bot.ID{first}) {
			t.Errorf("news %v (%v) after one was taken back", news, err)
		}
		return nil
	}))
	if err != nil {
		t.Error(err)
	}
	// The copy is the file as it was.
	before, err := openBolt(o.Path + ".v1.bak")
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	if schema, err := schemaOf(before, "the copy"); err != nil || schema != 1 {
		t.Errorf("the copy has schema %d (%v), want 1", schema, err)
	}
	if names := bucketsOf(t, before); !slices.Equal(names, firstBuckets()) {
		t.Errorf("the copy has the buckets %v", names)
	}
	err = before.View(func(bt *bbolt.Tx) error {
		if n := bt.Bucket(rumoursBucket.name).Stats().KeyN; n != len(rumours) {
			t.Errorf("the copy has %d rumours, want %d", n, len(rumours))
		}
		return nil
	})
	if err := errors.Join(err, check(before)); err != nil {
		t.Errorf("the copy: %v", err)
	}
}

// testAddDesk opens a file of schema 2: what was in it is there, beside the new buckets.
func testAddDesk(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}, Text: "on dit", ReceivedAt: 1}); err != nil {
		t.Fatal(err)
	}
	asked := bot.Contact{Key: bot.ContactKey{7}, Waiting: []bot.Question{{Kind: bot.QuestionConsent, EndsAt: 900}}, MaybeStop: 800}
	hidden := bot.ID{2}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(tx.PutContact(asked, 0), tx.PutContact(bot.Contact{Key: bot.ContactKey{8}}, 0),
			tx.PutReport(bot.Report{ID: bot.ID{1}, State: bot.ReportReceived}, 0),
			tx.PutReport(bot.Report{ID: hidden, State: bot.ReportReceived, Protect: true}, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.bolt.Update(func(bt *bbolt.Tx) error {
		for _, name := range deskNames() {
			if err := bt.DeleteBucket([]byte(name)); err != nil {
				return err
			}
		}
		for _, name := range []string{"words", "words_of"} { // which the program of that time looked words up in
			b, err := bt.CreateBucket([]byte(name))
			if err == nil {
				err = b.Put([]byte("a word"), []byte("a rumour"))
			}
			if err != nil {
				return err
			}
		}
		return bt.Bucket(metaBucket.name).Put(schemaKey, schemaValue(2))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	db = open(t, o)
	if names, want := bucketsOf(t, db.bolt), sorted(firstBuckets(), menuBuckets(), deskNames()); !slices.Equal(names, want) {
		t.Errorf("buckets %v, want %v", names, want)
	}
	err = db.View(t.Context(), func(tx storage.Tx) error {
		in, err := tx.Inbound(bot.ID{1})
		if in.Text != "on dit" {
			t.Errorf("a text from before reads %+v", in)
		}
		due, err2 := tx.ConsentsDue(900, 0)
		if err2 != nil || !slices.Equal(due, []bot.ContactKey{asked.Key}) {
			t.Errorf("the consent question of before does not end: %v (%v)", due, err2)
		}
		held, err2 := tx.MaybeStops(0)
		if err2 != nil || len(held) != 1 || held[0].MaybeStop != 800 {
			t.Errorf("words of before that may mean stop: %v (%v)", held, err2)
		}
		if waiting, err := tx.Unsealed(storage.Page{}); err != nil || len(waiting) != 1 || waiting[0].ID != hidden {
			t.Errorf("protected before: %d reports wait (%v), want the one of the menu", len(waiting), err)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// TestMigrate runs two more migrations on a file with rows: one works, one fails.
func TestMigrate(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}}); err != nil {
		t.Fatal(err)
	}
	name, now := []byte("later"), len(migrations)
	failed := errors.New("failed")
	list := append(slices.Clone(migrations),
		migration{"add a bucket", func(tx *Tx) error { _, err := tx.bt.CreateBucket(name); return err }},
		migration{"remove it and fail", func(tx *Tx) error { return errors.Join(tx.bt.DeleteBucket(name), failed) }},
	)
	if err := migrate(db, list, true); !errors.Is(err, failed) {
		t.Fatalf("migrate: %v, want the error of the one that failed", err)
	}
	if schema, err := schemaOf(db.bolt, o.Path); err != nil || schema != now+1 {
		t.Errorf("schema %d (%v), want %d: one migration worked", schema, err, now+1)
	}
	if !slices.Contains(bucketsOf(t, db.bolt), string(name)) {
		t.Error("half of a migration that failed is stored")
	}
	// The copy is the file as it was.
	path := fmt.Sprintf("%s.v%d.bak", o.Path, now)
	before, err := openBolt(path)
	if err != nil {
		t.Fatal(err)
	}
	defer before.Close()
	if schema, err := schemaOf(before, "the copy"); err != nil || schema != now {
		t.Errorf("the copy has schema %d (%v), want %d", schema, err, now)
	}
	if err := check(before); err != nil {
		t.Errorf("the copy: %v", err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != 0o600 {
		t.Errorf("the copy's mode: %v (%v)", info.Mode(), err)
	}
}

// TestNewerSchema: an older program does not touch a newer program's file.
func TestNewerSchema(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	err := db.bolt.Update(func(bt *bbolt.Tx) error {
		return bt.Bucket(metaBucket.name).Put(schemaKey, binary.BigEndian.AppendUint32(nil, uint32(len(migrations)+1)))
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(o.Path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(t.Context(), o); !errors.Is(err, storage.ErrNewerSchema) {
		t.Errorf("open: %v, want ErrNewerSchema", err)
	}
	if _, err := Compact(t.Context(), o); !errors.Is(err, storage.ErrNewerSchema) {
		t.Errorf("compact: %v, want ErrNewerSchema", err)
	}
	after, err := os.ReadFile(o.Path)
	if err != nil || !slices.Equal(before, after) {
		t.Errorf("the file changed (%v)", err)
	}
}
