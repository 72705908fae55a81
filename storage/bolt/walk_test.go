package bolt

import (
	"bytes"
	"errors"
	"slices"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// holding lists the buckets in which a contact's key stands, in a key or in a value that opens, by name.
func holding(t *testing.T, db *DB, c bot.ContactKey) (in []string) {
	t.Helper()
	err := db.snapshot(func(bt *bbolt.Tx) error {
		return bt.ForEach(func(name []byte, b *bbolt.Bucket) error {
			look := func(day []byte, b *bbolt.Bucket) error {
				return b.ForEach(func(k, v []byte) error {
					plain, err := db.ring.Open(nil, string(name), slices.Concat(day, k), v)
					if err != nil {
						plain = v
					}
					if (bytes.Contains(k, c[:]) || bytes.Contains(plain, c[:])) && !slices.Contains(in, string(name)) {
						in = append(in, string(name))
					}
					return nil
				})
			}
			if err := look(nil, b); err != nil {
				return err
			}
			return b.ForEachBucket(func(day []byte) error { return look(day, b.Bucket(day)) })
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	return in
}

// stopAndForget does what the rules do.
func stopAndForget(t *testing.T, db *DB, c bot.ContactKey) {
	t.Helper()
	at := bot.At(db.o.Now())
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		row, err := tx.Contact(c)
		if err != nil {
			return err
		}
		return errors.Join(tx.PutContact(bot.Contact{Key: c, StoppedAt: at, ErasedAt: at}, row.Rev),
			tx.Forget(bot.Erasure{Kind: bot.ErasedPerson, At: at, ID: c}))
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A walk goes on where the last call stopped, also after a restart; who is forgotten while it is on is not missed, whatever it has
// passed already; and of nobody else anything is lost.
func TestForgettingGoesOn(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	var people []bot.ContactKey
	for n := range byte(12) {
		c, _, _ := person(t, db, n+1)
		people = append(people, c)
	}
	rumour := bot.Rumour{ID: bot.ID{9}, State: bot.RumourPublished, FanOut: bot.FanOut{After: bot.LinkCursor{Contact: people[0]}},
		Stock: bot.StockFan{Last: people[2]}}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		if err := tx.PutRumour(rumour, 0); err != nil {
			return err
		}
		for _, c := range people {
			s := bot.Session{Key: bot.SessionKey(c), ID: db.o.NewID(), Contact: c, StartedAt: bot.At(db.o.Now())}
			err := errors.Join(tx.PutFollowUp(bot.FollowUp{At: bot.At(db.o.Now()), Rumour: rumour.ID, Contact: c}), tx.PutSession(s, 0),
				tx.PutHop(s, bot.HopKey{1}, bot.Hop{}))
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	before := holding(t, db, people[0])
	if len(before) < 9 {
		t.Fatalf("a contact hangs on %v only: this test would show little", before)
	}
	other := holding(t, db, people[5])
	for _, n := range []int{0, 2} {
		stopAndForget(t, db, people[n])
	}
	calls, done := 0, 0
	for more := true; more; calls++ {
		if calls == 3 { // by then the walk has passed what they said
			stopAndForget(t, db, people[1])
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = open(t, o)
		db.work = 20
		f, err := db.ForgetContacts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		done += f.People
		more = f.More || f.Waiting > 0
		if calls > 60 {
			t.Fatalf("it does not come to an end: %+v", f)
		}
	}
	if calls < 8 || done != 3 {
		t.Errorf("%d people forgotten in %d calls, want 3 in several", done, calls)
	}
	for _, n := range []int{0, 1, 2} {
		if in := holding(t, db, people[n]); !slices.Equal(in, []string{"contacts", "erased"}) {
			t.Errorf("person %d is left in %v, want the suppression and the ledger", n, in)
		}
	}
	for _, n := range []int{3, 5, 11} {
		if in := holding(t, db, people[n]); !slices.Equal(in, other) {
			t.Errorf("somebody else hangs on %v, want %v", in, other)
		}
	}
}

// Ten thousand people whose numbers lapse on one day go in small commits, with others' in between.
func TestManyAreForgottenInSmallCommits(t *testing.T) {
	const many = 10_000
	db := open(t, options(t, t.TempDir()))
	now := bot.At(db.o.Now())
	at := func(n int) bot.ContactKey { return bot.ContactKey{byte(n >> 8), byte(n), 1} }
	for from := 0; from < many; from += 1000 {
		err := db.Update(t.Context(), func(tx storage.Tx) error {
			for n := from; n < from+1000; n++ {
				id := db.o.NewID()
				err := errors.Join(tx.PutReport(bot.Report{ID: id, Contact: at(n), State: bot.ReportClosed, ReceivedAt: now}, 0),
					tx.PutActivity(at(n), now, bot.Activity{Texts: 1}))
				if n%2 == 0 {
					err = errors.Join(err, tx.PutSession(bot.Session{Key: bot.SessionKey(at(n)), ID: id, Contact: at(n), StartedAt: now}, 0))
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for from := 0; from < many; from += 200 {
		err := db.Update(t.Context(), func(tx storage.Tx) error {
			for n := from; n < from+200; n++ {
				if err := tx.Forget(bot.Erasure{Kind: bot.ErasedNumber, At: now.Add(time.Hour), ID: at(n)}); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	db.tx.journal = nil // its room is that of the largest commit
	people, others := 0, 0
	for more := true; more; {
		f, err := db.ForgetContacts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := db.Update(t.Context(), func(tx storage.Tx) error {
			return tx.PutActivity(bot.ContactKey{0xff, byte(others)}, now, bot.Activity{})
		}); err != nil {
			t.Fatal(err)
		}
		others++
		people += f.People
		more = f.More || f.Waiting > 0
	}
	if people != many || others < 3 {
		t.Errorf("%d people forgotten in %d calls, want %d in several", people, others, many)
	}
	if n := cap(db.tx.journal); n > 2000 {
		t.Errorf("a commit changed up to %d rows, want some hundred", n)
	}
	for _, n := range []int{0, 1, many / 2, many - 1} {
		if in := holding(t, db, at(n)); !slices.Equal(in, []string{"erased"}) {
			t.Errorf("number %d is left in %v, want the ledger alone", n, in)
		}
	}
}

// Every bucket is one whose rows are sealed as records and go through a renewal, or is known to hold none.
func TestEveryBucketIsRenewedOrNeedsItNot(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	texts := []string{"quarantine"} // messages are of both classes
	bare := []string{
		"meta", "refs", "reports_by", "reports_labelled", "reports_unsealed", "sessions_open", "rumours_by", "news", "fanouts", "links",
		"queue", "claims", "outbox_by", "handed", "quarantine_open", "duty_open", "duty_taken", "renewals", "forgetting", "erased", "erased_unkept",
		"follow_ups", "consents_due", "maybe_stops", "enrol_codes_like", "members_of", "import_files", "import_people",
		"bulletins_by", "bulletins_due", "broadcasts_open", "run_lanes", "run_queue", "run_rows", "sent",
	}
	var renewed []string
	for _, s := range recordStages(db.ring, nil) {
		renewed = append(renewed, string(s.name))
	}
	err := db.snapshot(func(bt *bbolt.Tx) error {
		return bt.ForEach(func(name []byte, _ *bbolt.Bucket) error {
			n := 0
			for _, list := range [][]string{texts, bare, renewed} {
				if slices.Contains(list, string(name)) {
					n++
				}
			}
			if n != 1 {
				t.Errorf("bucket %s is in %d of the lists, want 1: rows that are sealed as records must be sealed again", name, n)
			}
			return nil
		})
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A renewal goes on where the last call stopped, also after a restart, without another key; it waits for a walk that is on; what
// it passed and what came meanwhile reads on once the old key is gone.
func TestARenewalGoesOn(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	var people []bot.ContactKey
	for n := range byte(12) {
		c, _, _ := person(t, db, n+1)
		people = append(people, c)
	}
	if err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutStock(bot.Stock{Kind: bot.StockHolding, First: "AMI"}, 0) }); err != nil {
		t.Fatal(err)
	}
	stopAndForget(t, db, people[0])
	db.work = 20
	if f, err := db.ForgetContacts(t.Context()); err != nil || !f.More {
		t.Fatalf("a part of the walk: %+v, %v", f, err)
	}
	ring := db.ring.Bytes()
	if pending, err := db.RenewRecords(t.Context()); err != nil || !pending || !bytes.Equal(ring, db.ring.Bytes()) {
		t.Fatalf("while a walk is on a renewal began: pending %v, %v", pending, err)
	}
	for more := true; more; {
		f, err := db.ForgetContacts(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		more = f.More
	}
	calls := 0
	for pending := true; pending; calls++ {
		var err error
		if pending, err = db.RenewRecords(t.Context()); err != nil {
			t.Fatal(err)
		}
		if calls == 1 {
			ring = db.ring.Bytes()
			people = append(people, bot.ContactKey{99, 1})
			person(t, db, 99)
		}
		if pending && calls > 1 && !bytes.Equal(ring, db.ring.Bytes()) {
			t.Fatal("the ring changes on the way")
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		db = open(t, o)
		db.work = 20
	}
	if calls < 3 {
		t.Errorf("the renewal took %d calls, want several", calls)
	}
	err := db.View(t.Context(), func(tx storage.Tx) error {
		for _, c := range people {
			if _, err := tx.Contact(c); err != nil {
				return err
			}
		}
		if s, err := tx.Stock(bot.StockHolding); err != nil || s.First != "AMI" {
			t.Errorf("the approval of a wording: %+v (%v)", s, err)
		}
		_, err := tx.Reports("", storage.Page{})
		return err
	})
	if err != nil {
		t.Errorf("after the renewal: %v", err)
	}
	keys, err := db.ring.Keys()
	if n := len(keys); err != nil || n > 4 {
		t.Errorf("%d keys are left (%v)", n, err)
	}
	if pending, err := db.RenewRecords(t.Context()); err != nil || pending {
		t.Errorf("with nothing to renew: pending %v, %v", pending, err)
	}
}
