package bolt

import (
	"encoding/binary"
	"errors"
	"io/fs"
	"os"
	"slices"
	"testing"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// Each migration has a function here that tests what it does to a file of the schema before; they are in the same order.
func migrationTests() []func(*testing.T) {
	return []func(*testing.T){testCreateBuckets}
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

func testCreateBuckets(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	var names []string
	err := db.snapshot(func(bt *bbolt.Tx) error {
		return bt.ForEach(func(name []byte, _ *bbolt.Bucket) error { names = append(names, string(name)); return nil })
	})
	want := []string{"activity", "claims", "contacts", "events", "fanouts", "links", "messages", "meta", "outbox_by", "quarantine",
		"quarantine_open", "queue", "refs", "repeats", "reports_by", "rumours", "rumours_by", "told", "users"}
	if err != nil || !slices.Equal(names, want) {
		t.Errorf("buckets %v (%v), want %v", names, err, want)
	}
	if schema, err := schemaOf(db.bolt, o.Path); err != nil || schema != 1 {
		t.Errorf("schema %d (%v), want 1", schema, err)
	}
	if _, err := os.Stat(o.Path + ".v0.bak"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a new database was copied: %v", err)
	}
}

// TestMigrate runs two more migrations on a file with rows: one works, one fails.
func TestMigrate(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	if err := putInbound(t, db, bot.Inbound{ID: bot.ID{1}}); err != nil {
		t.Fatal(err)
	}
	name := []byte("later")
	failed := errors.New("failed")
	list := append(slices.Clone(migrations),
		migration{"add a bucket", func(bt *bbolt.Tx) error { _, err := bt.CreateBucket(name); return err }},
		migration{"remove it and fail", func(bt *bbolt.Tx) error { return errors.Join(bt.DeleteBucket(name), failed) }},
	)
	if err := migrate(db.bolt, db.o, list, true); !errors.Is(err, failed) {
		t.Fatalf("migrate: %v, want the error of the one that failed", err)
	}
	if schema, err := schemaOf(db.bolt, o.Path); err != nil || schema != 2 {
		t.Errorf("schema %d (%v), want 2: one migration worked", schema, err)
	}
	err := db.snapshot(func(bt *bbolt.Tx) error {
		if bt.Bucket(name) == nil {
			t.Error("half of a migration that failed is stored")
		}
		return nil
	})
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
	if err := check(before); err != nil {
		t.Errorf("the copy: %v", err)
	}
	if info, err := os.Stat(o.Path + ".v1.bak"); err != nil || info.Mode() != 0o600 {
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
