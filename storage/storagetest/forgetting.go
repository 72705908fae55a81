package storagetest

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// testForgetting forgets a person: what hangs on the contact and is not newer goes, and everything of anybody else stays.
func testForgetting(t *testing.T, s *site) {
	gone, kept := bot.ContactKey(s.ids.New()), bot.ContactKey(s.ids.New())
	rumour := s.ids.New()
	reports := make(map[bot.ContactKey]bot.ID)
	told := func(c bot.ContactKey) bot.ID {
		id := s.ids.New()
		s.update(func(tx storage.Tx) error {
			return errors.Join(
				tx.PutInbound(bot.Inbound{ID: id, Contact: c, Text: "on dit", ReceivedAt: s.now()}),
				tx.PutReport(bot.Report{ID: id, Contact: c, State: bot.ReportReceived, ReceivedAt: s.now()}, 0),
				tx.PutActivity(c, s.now(), bot.Activity{Texts: 1}),
			)
		})
		return id
	}
	for _, c := range []bot.ContactKey{gone, kept} {
		reports[c] = told(c)
		s.update(func(tx storage.Tx) error {
			return errors.Join(tx.PutContact(bot.Contact{Key: c, LastSeen: s.now()}, 0),
				tx.PutTold(rumour, c, bot.Told{AnswerNo: 1, Report: reports[c]}),
				tx.Link(rumour, bot.LinkCursor{Contact: c, Report: reports[c]}))
		})
	}
	for c, state := range map[bot.ContactKey]bot.CaseState{gone: bot.CaseAccepted, kept: bot.CaseNew} {
		s.update(func(tx storage.Tx) error {
			return tx.PutCase(bot.Case{ID: reports[c], State: state, Sealed: []byte("closed to a key")}, 0)
		})
	}
	waits := map[bot.ContactKey]bot.Outbound{
		gone: s.queue(func(o *bot.Outbound) { o.Contact = gone }), kept: s.queue(func(o *bot.Outbound) { o.Contact = kept }),
	}
	entry := bot.Erasure{Kind: bot.ErasedPerson, At: s.now(), ID: gone}
	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error { return errors.Join(tx.Forget(entry), tx.DropContact(gone), failed) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.Forget(bot.Erasure{Kind: bot.ErasedText, At: s.now(), ID: gone}) })
	s.refuse(storage.ErrInvalid, func(tx storage.Tx) error { return tx.Forget(bot.Erasure{Kind: bot.ErasedPerson, At: s.now()}) })
	if f, err := s.ForgetContacts(t.Context()); err != nil || f != (storage.Forgotten{}) {
		t.Errorf("with nobody to forget: %+v, %v", f, err)
	}
	s.update(func(tx storage.Tx) error { return errors.Join(tx.Forget(entry), tx.DropContact(gone)) })
	s.clock.Add(time.Hour)
	later := told(gone) // the person writes again
	if f, err := s.ForgetContacts(t.Context()); err != nil || f.People != 1 || f.Texts != 1 || f.Reports != 1 || f.Messages != 1 || f.Waiting != 0 {
		t.Errorf("forgotten %+v, %v", f, err)
	}
	if pending, err := s.RenewRecords(t.Context()); err != nil || pending {
		t.Errorf("renew: %v, %v", pending, err)
	}
	s.view(func(tx storage.Tx) error {
		for _, x := range []struct {
			who    bot.ContactKey
			report bot.ID
			stays  bool
		}{{gone, reports[gone], false}, {gone, later, true}, {kept, reports[kept], true}} {
			in, err := tx.Inbound(x.report)
			if err != nil || (in.Text != "") != x.stays || in.Contact.IsZero() == x.stays {
				t.Errorf("text %q, of nobody %v (%v); it stays: %v", string(in.Text), in.Contact.IsZero(), err, x.stays)
			}
			r, err := tx.Report(x.report)
			if err != nil || r.Contact.IsZero() == x.stays || (r.State == bot.ReportReceived) != x.stays {
				t.Errorf("report %+v (%v); it stays: %v", r, err, x.stays)
			}
		}
		if _, err := tx.Told(rumour, gone); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("told the one who is gone: %v", err)
		}
		if _, err := tx.Told(rumour, kept); err != nil {
			t.Errorf("told the other: %v", err)
		}
		if _, err := tx.Contact(gone); !errors.Is(err, storage.ErrNotFound) {
			t.Errorf("the contact that was dropped: %v", err)
		}
		if c, err := tx.Case(reports[gone]); err != nil || len(c.Sealed) > 0 || !c.Forgotten || c.State != bot.CaseClosed || c.DestroyedAt != entry.At || c.EndedAt != entry.At {
			t.Errorf("what was sealed of the one who is gone: %+v (%v)", c, err)
		}
		if c, err := tx.Case(reports[kept]); err != nil || len(c.Sealed) == 0 || c.Forgotten || c.State != bot.CaseNew {
			t.Errorf("what was sealed of the other: %+v (%v)", c, err)
		}
		list, err := tx.Ledger(bot.Erasure{}, 10)
		if err != nil || len(list) != 2 || list[0].ID != gone && list[1].ID != gone {
			t.Errorf("ledger %+v (%v), want the person and a text", list, err)
		}
		return nil
	})
	if o := s.outbound(waits[gone].ID); o.State != bot.OutSuppressed || o.Reason != storage.ReasonErased || !o.Contact.IsZero() {
		t.Errorf("the message that waited: %+v", o)
	}
	if o := s.outbound(waits[kept].ID); !reflect.DeepEqual(o, waits[kept]) {
		t.Errorf("somebody else's: %+v", o)
	}
}

// testOldTexts pages through texts and contacts.
func testOldTexts(t *testing.T, s *site) {
	var old []bot.ID
	for range 5 {
		id := s.ids.New()
		s.update(func(tx storage.Tx) error {
			return errors.Join(tx.PutInbound(bot.Inbound{ID: id, Text: "on dit", ReceivedAt: s.now()}),
				tx.PutContact(bot.Contact{Key: bot.ContactKey(id)}, 0))
		})
		old = append(old, id)
	}
	before := s.now()
	s.clock.Add(time.Hour)
	s.update(func(tx storage.Tx) error {
		return tx.PutInbound(bot.Inbound{ID: s.ids.New(), Text: "on dit", ReceivedAt: s.now()})
	})
	s.update(func(tx storage.Tx) error { return tx.EraseText(old[2]) })
	s.view(func(tx storage.Tx) error {
		var found []bot.ID
		for after := (bot.ID{}); ; {
			ids, next, err := tx.TextsBefore(before, after, 2)
			if err != nil {
				return err
			}
			if found = append(found, ids...); next.IsZero() {
				break
			}
			after = next
		}
		if want := []bot.ID{old[0], old[1], old[3], old[4]}; !reflect.DeepEqual(found, want) {
			t.Errorf("texts %v, want %v", found, want)
		}
		first, err := tx.Contacts(bot.ContactKey{}, 3)
		if err != nil || len(first) != 3 || first[0].Key != bot.ContactKey(old[0]) {
			t.Fatalf("contacts %+v (%v)", first, err)
		}
		rest, err := tx.Contacts(first[2].Key, 3)
		if err != nil || len(rest) != 2 || rest[1].Key != bot.ContactKey(old[4]) {
			t.Errorf("the rest %+v (%v)", rest, err)
		}
		return nil
	})
}
