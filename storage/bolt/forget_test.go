package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// person is a contact with a report of one text, a queued answer, a link and what was told.
func person(t *testing.T, db *DB, n byte) (bot.ContactKey, bot.ID, bot.ID) {
	t.Helper()
	key, rumour := bot.ContactKey{n, 1}, bot.ID{9}
	id, answer := db.o.NewID(), db.o.NewID()
	now := bot.At(db.o.Now())
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		return errors.Join(
			tx.PutContact(bot.Contact{Key: key, Number: bot.Address{Kind: bot.Phone, Value: "+22370000001"}, LastSeen: now}, 0),
			tx.PutInbound(bot.Inbound{ID: id, Contact: key, Text: "on dit", ReceivedAt: now}),
			tx.PutReport(bot.Report{ID: id, Contact: key, State: bot.ReportLinked, Rumour: rumour, ReceivedAt: now}, 0),
			tx.Link(rumour, bot.LinkCursor{Contact: key, Report: id}),
			tx.PutTold(rumour, key, bot.Told{AnswerNo: 1, Report: id}),
			tx.PutActivity(key, now, bot.Activity{Texts: 1}),
			tx.PutOutbound(bot.Outbound{ID: answer, Contact: key, Gateway: "sim", Lane: bot.LaneReply, Kind: bot.KindAnswer,
				State: bot.OutQueued, Report: id, CreatedAt: now, NextAt: now, ExpiresAt: now.Add(time.Hour)}, 0),
		)
	})
	if err != nil {
		t.Fatal(err)
	}
	return key, id, answer
}

// forget forgets a contact as the rules do, and finishes it.
func forget(t *testing.T, db *DB, key bot.ContactKey) {
	t.Helper()
	at := bot.At(db.o.Now())
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err != nil {
			return err
		}
		return errors.Join(tx.PutContact(bot.Contact{Key: key, StoppedAt: at, ErasedAt: at}, c.Rev),
			tx.Forget(bot.Erasure{Kind: bot.ErasedPerson, At: at, ID: key}))
	})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := db.ForgetContacts(t.Context()); err != nil || f.People != 1 || f.Waiting != 0 {
		t.Fatalf("forgotten %+v, %v", f, err)
	}
	finish(t, db)
}

// forgotten tells that nothing hangs on a contact but a STOP.
func forgotten(t *testing.T, db *DB, key bot.ContactKey, id, answer bot.ID) {
	t.Helper()
	err := db.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err != nil || !c.Stopped() || c.Number.Value != "" || c.LastSeen != 0 {
			t.Errorf("the contact: %+v (%v)", c, err)
		}
		in, err := tx.Inbound(id)
		if err != nil || in.Text != "" || !in.Contact.IsZero() {
			t.Errorf("the text: %q, of nobody %v (%v)", string(in.Text), in.Contact.IsZero(), err)
		}
		r, err := tx.Report(id)
		if err != nil || !r.Contact.IsZero() || r.Rumour != (bot.ID{9}) {
			t.Errorf("the report: %+v (%v)", r, err)
		}
		o, err := tx.Outbound(answer)
		if err != nil || !o.Contact.IsZero() || o.State == bot.OutQueued {
			t.Errorf("the answer: %s %s (%v)", o.State, o.Reason, err)
		}
		links, err := tx.Links(bot.ID{9}, bot.LinkCursor{}, 10)
		if err != nil || len(links) != 1 || !links[0].Contact.IsZero() || links[0].Report != id {
			t.Errorf("links %+v (%v), want the report without its contact", links, err)
		}
		if _, err := tx.Told(bot.ID{9}, key); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("told: %v", err)
		}
		a, err := tx.Activity(key, r.ReceivedAt)
		if err != nil || a.Texts != 0 {
			t.Errorf("activity %+v (%v)", a, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Somebody who is forgotten leaves a STOP and nothing else; the old key of the records opens nothing any more, and everything
// else reads on, after a restart too.
func TestForgotten(t *testing.T) {
	o := options(t, t.TempDir())
	db := open(t, o)
	key, id, answer := person(t, db, 1)
	var sealed []byte
	err := db.view(t.Context(), func(tx *Tx) error {
		sealed = append(sealed, tx.bucket(contactsBucket).Get(key[:])...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Update(t.Context(), func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: "AMI"}, 0) }); err != nil {
		t.Fatal(err)
	}
	forget(t, db, key)
	forgotten(t, db, key, id, answer)
	for range 2 { // the second has nothing to do
		if pending, err := db.RenewRecords(t.Context()); err != nil || pending {
			t.Fatalf("renew: %v, %v", pending, err)
		}
	}
	if _, err := db.ring.Open(nil, "contacts", key[:], sealed); !errors.Is(err, seal.ErrKeyDropped) {
		t.Errorf("what lay on the disk of the contact: %v, want ErrKeyDropped", err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	db = open(t, o)
	forgotten(t, db, key, id, answer)
	if err := db.View(t.Context(), func(tx storage.Tx) error { _, err := tx.User("AMI"); return err }); err != nil {
		t.Errorf("an account after its record was sealed again: %v", err)
	}
}

// While the last message has not left, the number stays for it; what is being sent is not torn from its sender.
func TestForgottenOnceTheLastMessageHasLeft(t *testing.T) {
	db := open(t, options(t, t.TempDir()))
	key, _, answer := person(t, db, 1)
	at := bot.At(db.o.Now())
	claim := storage.ClaimRequest{Gateway: "sim", N: 1, Now: at, Lease: time.Minute, Token: db.o.NewID(),
		Decide: func(storage.Tx, bot.Outbound) (storage.Decision, error) {
			return storage.Decision{Send: true, To: bot.Address{Kind: bot.Phone, Value: "+22370000001"}, Text: "ok"}, nil
		}}
	if c, err := db.Claim(t.Context(), claim); err != nil || len(c.Rows) != 1 {
		t.Fatalf("%d claimed, %v", len(c.Rows), err)
	}
	last := db.o.NewID()
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err != nil {
			return err
		}
		c.StoppedAt, c.ErasedAt, c.LastText = at, at, last
		return errors.Join(tx.PutContact(c, c.Rev), tx.Forget(bot.Erasure{Kind: bot.ErasedPerson, At: bot.At(db.o.Now()), ID: key}),
			tx.PutOutbound(bot.Outbound{ID: last, Contact: key, Gateway: "sim", Lane: bot.LaneReply, Kind: bot.KindNotice,
				State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(time.Hour)}, 0))
	})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := db.ForgetContacts(t.Context()); err != nil || f.People != 0 || f.Waiting != 1 {
		t.Fatalf("while two messages are on their way: %+v, %v", f, err)
	}
	err = db.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		if err == nil && c.Number.Value == "" {
			t.Error("the number went before the message that needs it")
		}
		o, err2 := tx.Outbound(answer)
		if o.Contact != key {
			t.Error("a message that is being sent lost its contact")
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
	err = db.Settle(t.Context(), []storage.Outcome{{ID: answer, Token: claim.Token, State: bot.OutHandedOver, At: at}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	err = db.Update(t.Context(), func(tx storage.Tx) error {
		o, err := tx.Outbound(last)
		o.State = bot.OutSuppressed
		return errors.Join(err, tx.PutOutbound(o, o.Rev))
	})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := db.ForgetContacts(t.Context()); err != nil || f.People != 1 || f.Waiting != 0 {
		t.Fatalf("once they have left: %+v, %v", f, err)
	}
	err = db.View(t.Context(), func(tx storage.Tx) error {
		c, err := tx.Contact(key)
		o, err2 := tx.Outbound(last)
		if c.Number.Value != "" || !c.LastText.IsZero() || !c.Stopped() || !o.Contact.IsZero() {
			t.Errorf("left: %+v, %+v", c, o)
		}
		return errors.Join(err, err2)
	})
	if err != nil {
		t.Fatal(err)
	}
}

// A backup from before brings back nobody who was forgotten since, whether the ledger is read in the database that is there or
// in the file beside it, and whether the keys were renewed by then or not. Others come back.
func TestRestoreForgetsAgain(t *testing.T) {
	for _, renewed := range []bool{false, true} {
		for _, lost := range []bool{false, true} {
			o := options(t, t.TempDir())
			db := open(t, o)
			key, id, answer := person(t, db, 1)
			backup := filepath.Join(t.TempDir(), "b.tar")
			if err := db.Update(t.Context(), func(tx storage.Tx) error {
				if err := tx.PutCase(bot.Case{ID: id, State: bot.CaseNew, Sealed: []byte("closed to a key")}, 0); err != nil {
					return err
				}
				return tx.PutContact(bot.Contact{Key: bot.ContactKey{7}, Number: bot.Address{Kind: bot.Phone, Value: "+22370000007"}}, 0)
			}); err != nil {
				t.Fatal(err)
			}
			if err := db.Backup(t.Context(), backup); err != nil {
				t.Fatal(err)
			}
			forget(t, db, key)
			if renewed {
				if _, err := db.RenewRecords(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			data, err := os.ReadFile(o.Path + ".erased")
			if err != nil || !strings.Contains(string(data), " person ") || strings.Contains(string(data), "+223") {
				t.Fatalf("the ledger beside the database: %q (%v)", data, err)
			}
			if lost {
				err = os.Remove(o.Path)
			} else {
				err = os.Remove(o.Path + ".erased")
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := Restore(t.Context(), o, backup, true); err != nil {
				t.Fatal(err)
			}
			db = open(t, o)
			forgotten(t, db, key, id, answer)
			err = db.View(t.Context(), func(tx storage.Tx) error {
				if c, err := tx.Case(id); err != nil || len(c.Sealed) > 0 || !c.Forgotten {
					t.Errorf("what was sealed came back: %+v (%v)", c, err)
				}
				c, err := tx.Contact(bot.ContactKey{7})
				if c.Number.Value != "+22370000007" {
					t.Error("somebody else did not come back")
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			finish(t, db)
			if data, err := os.ReadFile(o.Path + ".erased"); err != nil || !strings.Contains(string(data), " person ") {
				t.Errorf("after the restore the ledger is %q (%v)", data, err)
			}
		}
	}
}

// Backups past their time go, and nothing else that lies in the folder.
func TestPruneBackups(t *testing.T) {
	o := options(t, t.TempDir())
	now := o.Now()
	o.Now = func() time.Time { return now }
	db := open(t, o)
	dir := t.TempDir()
	for _, name := range []string{"old.tar", "new.tar"} {
		if err := db.Backup(t.Context(), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
		now = now.Add(20 * 24 * time.Hour)
	}
	if err := os.WriteFile(filepath.Join(dir, "notes.txt"), []byte("not a backup"), 0o600); err != nil {
		t.Fatal(err)
	}
	removed, left, err := PruneBackups(dir, 30*24*time.Hour, now)
	if err != nil || len(removed) != 1 || removed[0].Name != "old.tar" || len(left) != 1 || left[0].Name != "new.tar" {
		t.Fatalf("removed %v, left %v (%v)", removed, left, err)
	}
	for name, want := range map[string]bool{"old.tar": false, "new.tar": true, "notes.txt": true} {
		if there, err := exists(filepath.Join(dir, name)); err != nil || there != want {
			t.Errorf("%s is there: %v (%v)", name, there, err)
		}
	}
}
