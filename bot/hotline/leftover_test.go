package hotline_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/seal"
	"tinye/storage/storagetest"
)

// Of somebody who was forgotten the fingerprint of the number is found in two places of the file, the entry that holds back
// what would be sent and the ledger, and nowhere else: in no other key and in no value that opens.
func TestOnlyTheSuppressionIsLeftOfSomebody(t *testing.T) {
	y := newYear(t)
	for name, role := range map[string]bot.Role{"AMI": bot.RoleCoordinator, "CISSE": bot.RoleVerifier} {
		must(t, y.Store.Update(t.Context(), func(tx storage.Tx) error { return tx.PutUser(bot.User{Name: name, Roles: []bot.Role{role}}, 0) }))
	}
	phone := phoneOf(1)
	key := y.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phone})
	ctx := context.Background()

	// Reports by SMS and in the menu, an answer, what was told and is to be asked about it, and a message that waits.
	ref := y.create(t, y.report(y.tell(2).id).Ref)
	w := y.tell(1)
	must(t, y.Store.Update(ctx, func(tx storage.Tx) error {
		_, err := y.Desk.Link(tx, y.act("CISSE"), ref, []string{string(y.report(w.id).Ref)}, nil)
		return err
	}))
	y.find(t, ref, bot.ConfirmedFalse)
	y.write(t, ref, bot.French, "Le puits n'est pas sec.")
	_, err := y.Approve(ctx, y.act("AMI"), ref, bot.French)
	must(t, err)
	_, err = y.Publish(ctx, y.act("AMI"), ref, bot.French, rumour.Title{Lang: bot.French, Text: "Puits"})
	must(t, err)
	y.deliver()
	for i, typed := range []bot.Text{"", "1", "1*1", "1*1*1"} {
		y.receive(bot.Inbound{ExternalID: fmt.Sprint("h", i), Gateway: "sim", Channel: bot.ChannelUSSD, Sender: phone, To: "*384#",
			SessionID: "s", Text: typed, Cumulative: true})
	}
	y.tell(1)
	if places := y.fingerprints(t, key); len(places) < 7 {
		t.Fatalf("before, the fingerprint is in %d kinds of row, this test would show little: %v", len(places), places)
	}
	y.clock.Add(time.Minute)
	for i, text := range []bot.Text{"EFFACER", "EFFACER 1"} {
		y.receive(bot.Inbound{ExternalID: fmt.Sprint("e", i), Sender: phone, Text: text})
	}
	y.sweep()
	y.sweep()
	want := map[string]int{"key of contacts": 1, "key of 25 bytes": 1}
	if places := y.fingerprints(t, key); fmt.Sprint(places) != fmt.Sprint(want) {
		t.Errorf("the fingerprint is in %v, want %v", places, want)
	}
	other := y.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phoneOf(2)})
	if places := y.fingerprints(t, other); len(places) < 4 {
		t.Errorf("somebody else's is in %v only", places)
	}
}

func (y *yearDesk) report(id bot.ID) (r bot.Report) {
	y.t.Helper()
	must(y.t, y.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		r, err = tx.Report(id)
		return err
	}))
	return r
}

// fingerprints counts the rows of the file that hold a contact's key, by where: in a key or in a value that opens, of which
// bucket, or where that is not known because there is no value, of which length. The ledger's keys have 25 bytes.
func (y *yearDesk) fingerprints(t *testing.T, contact bot.ContactKey) map[string]int {
	t.Helper()
	backup := filepath.Join(t.TempDir(), "b.tar")
	must(t, y.db.Backup(context.Background(), backup))
	o := storagetest.Options(t, t.TempDir())
	o.Master, o.Now, o.NewID = y.master, y.clock.Now, y.NewID
	entries := untar(t, backup)
	must(t, os.WriteFile(o.Path, entries["tinye.db"], 0o600))
	_, err := bolt.Compact(context.Background(), o) // without free pages
	must(t, err)
	data, err := os.ReadFile(o.Path)
	must(t, err)
	ring, err := seal.ParseRing(entries["tinye.ring"], y.master)
	must(t, err)
	days := make(map[string]bool)
	var values []pair
	for at := 0; at+os.Getpagesize() <= len(data); at += os.Getpagesize() {
		size := (1 + int(data[at+12])) * os.Getpagesize() // a page may go on
		values = leaf(data[at:min(at+size, len(data))], "", values, days)
	}
	places := make(map[string]int)
	for _, v := range values {
		plain, bucket, _ := v.open(ring, days)
		if bucket == "" {
			bucket = fmt.Sprintf("%d bytes", len(v.key))
		}
		if bytes.Contains(v.key, contact[:]) {
			places["key of "+bucket]++
		}
		if bytes.Contains(plain, contact[:]) {
			places["value of "+bucket]++
		}
		if len(plain) == 0 && bytes.Contains(v.value, contact[:]) {
			places["bare value of "+bucket]++
		}
	}
	return places
}
