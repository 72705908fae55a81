package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// crash leaves a copy of the files as a process that is killed now leaves them, and options to open it.
func crash(t *testing.T, o Options) Options {
	t.Helper()
	left := options(t, t.TempDir())
	left.Master = o.Master
	for from, to := range map[string]string{o.Path: left.Path, o.RingPath: left.RingPath, ledgerPath(o.Path): ledgerPath(left.Path)} {
		data, err := os.ReadFile(from)
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err == nil {
			err = os.WriteFile(to, data, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return left
}

// names counts the lines of the file beside a database that name a contact.
func names(t *testing.T, o Options, c bot.ContactKey) int {
	t.Helper()
	data, err := os.ReadFile(ledgerPath(o.Path))
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		t.Fatal(err)
	}
	return bytes.Count(data, fmt.Appendf(nil, " person %x\n", c[:]))
}

// Between the commit that forgets somebody and the sweep that does the rest the process dies. It is not lost: the next start goes
// on with it; a backup made at that moment forgets them when it is put back, on the same machine or on another; and one made
// before forgets them too, by the ledger that was in the commit.
func TestACrashBeforeTheSweepForgetsNobody(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	c, id, answer := person(t, db, 1)
	before, between := filepath.Join(t.TempDir(), "before"), filepath.Join(t.TempDir(), "between")
	if err := db.Backup(t.Context(), before); err != nil {
		t.Fatal(err)
	}
	stopAndForget(t, db, c)
	if err := db.Backup(t.Context(), between); err != nil {
		t.Fatal(err)
	}
	if names(t, o, c) != 0 {
		t.Fatal("the sweep has been: this test would show nothing")
	}
	killed := crash(t, o)
	for what, restore := range map[string]string{"the next start": "", "a backup from before": before, "one from between": between} {
		o := crash(t, killed)
		if restore != "" {
			if _, err := Restore(t.Context(), o, restore, true); err != nil {
				t.Fatalf("%s: %v", what, err)
			}
		}
		db := open(t, o)
		if _, err := db.ForgetContacts(t.Context()); err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		forgotten(t, db, c, id, answer)
		if names(t, o, c) != 1 {
			t.Errorf("%s: the file beside the database names the person %d times, want once", what, names(t, o, c))
		}
	}
	elsewhere := options(t, t.TempDir())
	elsewhere.Master = o.Master
	if _, err := Restore(t.Context(), elsewhere, between, false); err != nil {
		t.Fatal(err)
	}
	db = open(t, elsewhere)
	forgotten(t, db, c, id, answer)
}

// The file beside the database has every entry once, whatever became of it: a line that a power cut left unfinished hides no other,
// and a file that was lost, or is that of an older copy, is made whole at the next start.
func TestTheLedgerBesideTheDatabaseIsMadeWhole(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	entry := func(n int) bot.Erasure {
		return bot.Erasure{Kind: bot.ErasedPerson, At: bot.At(o.Now()), ID: bot.ContactKey{byte(n >> 8), byte(n), 7}}
	}
	enter := func(from, to int) {
		t.Helper()
		err := db.Update(t.Context(), func(tx storage.Tx) error {
			for n := from; n < to; n++ {
				if err := tx.Forget(entry(n)); err != nil {
					return err
				}
			}
			return nil
		})
		if err == nil {
			_, err = db.ForgetContacts(t.Context())
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	const many = ledgerPage + 100
	whole := func(what string, upTo int) {
		t.Helper()
		list, err := readLedger(ledgerPath(o.Path))
		if err != nil {
			t.Fatal(err)
		}
		times := make(map[bot.Erasure]int)
		for _, e := range list {
			times[e]++
		}
		for n := range upTo {
			if times[entry(n)] != 1 {
				t.Fatalf("%s: entry %d of %d is in the file %d times", what, n, upTo, times[entry(n)])
			}
		}
	}
	enter(0, many)
	whole("written at first", many)
	path := ledgerPath(o.Path)
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, append(data, "2026-11-21T12:00:00Z pers"...), 0o600); err != nil {
		t.Fatal(err)
	}
	enter(many, many+1)
	whole("behind an unfinished line", many+1)
	for what, left := range map[string][]byte{"lost": nil, "of an older copy": data[:len(data)/3], "without its first half": data[len(data)/2:]} {
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		err := os.Remove(path)
		if left != nil {
			err = os.WriteFile(path, left, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
		db = open(t, o)
		if _, err := db.FinishErasures(t.Context()); err != nil {
			t.Fatal(err)
		}
		whole(what, many+1)
	}
}
