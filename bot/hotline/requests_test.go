package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
)

// asker is a desk with imported lists.
type asker struct{ *desk }

func newAsker(t *testing.T) *asker { return &asker{desk: newDesk(t)} }

func listedNumber(i int) string { return fmt.Sprintf("+2237000%04d", i) }

// list imports n people; those who are new are then as change has them. It gives the list's name.
func (a *asker) list(n int, change map[int]func(*bot.Contact)) string {
	a.t.Helper()
	id := a.NewID()
	list := bot.ImportRun{ID: id, File: a.Store.RepeatKey("import", id.String()), Source: "registre"}
	must(a.t, a.Store.Update(context.Background(), func(tx storage.Tx) error {
		begun, err := people.BeginImport(tx, a.act("AMI"), list)
		if err != nil {
			return err
		}
		var rows []people.ImportRow
		fresh := make(map[int]bot.ContactKey)
		for i := 1; i <= n; i++ {
			number := bot.Address{Kind: bot.Phone, Value: listedNumber(i)}
			key := a.Store.ContactKey(number)
			if _, err := tx.Contact(key); errors.Is(err, storage.ErrNotFound) {
				fresh[i] = key
			} else if err != nil {
				return err
			}
			rows = append(rows, people.ImportRow{Row: i, Good: true, Who: people.Listed{Phone: people.Phone{Number: number, Key: key}, Lang: bot.French}})
		}
		if _, err = people.ImportRows(tx, a.act("AMI"), begun.ID, rows, true); err != nil {
			return err
		}
		for i, key := range fresh {
			f := change[i]
			if f == nil {
				continue
			}
			c, err := tx.Contact(key)
			if err != nil {
				return err
			}
			f(&c)
			if err := tx.PutContact(c, c.Rev); err != nil {
				return err
			}
		}
		return nil
	}))
	return list.Short()
}

// request prepares one, as AMI.
func (a *asker) prepared(list string, again bool) (run bot.Broadcast, fresh bool) {
	a.t.Helper()
	id := a.NewID()
	must(a.t, a.Store.Update(context.Background(), func(tx storage.Tx) (err error) {
		run, fresh, err = a.Bulletins().Request(tx, a.act("AMI"), list, id, again)
		return err
	}))
	return run, fresh
}

func (a *asker) approves(name string, run bot.ID) error {
	return a.Store.Update(context.Background(), func(tx storage.Tx) error {
		_, err := a.Bulletins().ApproveRequest(tx, a.act(name), run)
		return err
	})
}

func (a *asker) turn(do func(tx storage.Tx) error) {
	a.t.Helper()
	must(a.t, a.Store.Update(context.Background(), do))
}

// leaves sweeps, delivers, and gives who got what.
func (a *asker) leaves() map[string]string {
	a.t.Helper()
	must(a.t, a.Sweep(context.Background()))
	got := make(map[string]string)
	for _, s := range a.deliver() {
		if _, twice := got[s.to]; twice {
			a.t.Errorf("somebody got two messages at once")
		}
		got[s.to] = s.text
	}
	return got
}

func (a *asker) contact(i int) (c bot.Contact) {
	a.t.Helper()
	must(a.t, a.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		c, err = tx.Contact(a.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: listedNumber(i)}))
		return err
	}))
	return c
}

// The people of a list are asked once, in the words of START, after a second person agreed; only those who may be asked, and a yes counts.
func TestAListIsAskedForConsent(t *testing.T) {
	a := newAsker(t)
	list := a.list(9, map[int]func(*bot.Contact){
		4: func(c *bot.Contact) { c.StoppedAt = 1 },
		5: func(c *bot.Contact) { c.AgeBand = bot.AgeUnder15 },
		6: func(c *bot.Contact) { c.ReplyBy = bot.ReplyByUSSD },
		7: func(c *bot.Contact) { c.Consent.State = bot.ConsentRefused },
		8: func(c *bot.Contact) { c.Consent.State = bot.ConsentWithdrawn },
		9: func(c *bot.Contact) { c.Consent = bot.Consent{State: bot.ConsentGranted, Scope: []string{"bulletins"}} },
	})
	run, fresh := a.prepared(list, false)
	if again, second := a.prepared(list, false); !fresh || second || again.ID != run.ID {
		t.Errorf("pressed twice: %v and %v, two requests: %v", fresh, second, again.ID != run.ID)
	}
	if got := a.leaves(); len(got) != 0 {
		t.Fatalf("%d left before anybody approved", len(got))
	}
	if err := a.approves("AMI", run.ID); bot.CodeOf(err) != bot.CodeRefused {
		t.Errorf("whoever prepared it approves it: %v", err)
	}
	err := a.Store.Update(context.Background(), func(tx storage.Tx) error {
		_, err := a.Bulletins().Resume(tx, a.act("BAKARY"), run.ID.String())
		return err
	})
	if bot.CodeOf(err) != bot.CodeRefused {
		t.Errorf("it goes on without an approval: %v", err)
	}
	var p bulletin.Preview
	must(t, a.Store.View(context.Background(), func(tx storage.Tx) (err error) {
		if p, err = a.Bulletins().PreviewRequest(tx, run.ID); err != nil {
			return err
		}
		p, _, err = a.Bulletins().PreviewOn(tx, p, a.clock.Instant())
		return err
	}))
	must(t, a.approves("BAKARY", run.ID))
	got := a.leaves()
	if to := slices.Sorted(maps.Keys(got)); !slices.Equal(to, []string{listedNumber(1), listedNumber(2), listedNumber(3)}) {
		t.Errorf("%d people were asked, want the first three", len(to))
	}
	for _, text := range got {
		if !strings.Contains(text, "OUI ou NON") || !strings.Contains(text, "TINYE") || !strings.Contains(text, "2 SMS/semaine") {
			t.Errorf("asked with %q", text)
		}
	}
	must(t, a.Store.View(context.Background(), func(tx storage.Tx) error {
		run, err := tx.Broadcast(run.ID)
		want := map[string]int{people.ReasonStopped: 1, bulletin.ReasonUnderAge: 1, people.ReasonInMenu: 1, bulletin.ReasonRefused: 2, bulletin.ReasonAgreed: 1}
		if err != nil || !maps.Equal(run.LeftOut, want) || run.Looked != 9 {
			t.Errorf("left out %v of %d (%v), want %v", run.LeftOut, run.Looked, err, want)
		}
		if !maps.Equal(p.Run.LeftOut, want) || p.Total() != 3 {
			t.Errorf("previewed %d people, left out %v", p.Total(), p.Run.LeftOut)
		}
		n, err := tx.SentSince(a.contact(1).Key, a.clock.Instant())
		if err != nil || n != 0 {
			t.Errorf("it counts towards the weekly cap: %d (%v)", n, err)
		}
		return nil
	}))
	a.receive(bot.Inbound{ExternalID: "1", Sender: listedNumber(1)[4:], Text: "OUI"})
	a.receive(bot.Inbound{ExternalID: "2", Sender: listedNumber(2)[4:], Text: "NON"})
	a.deliver()
	for i, want := range map[int]bot.ConsentState{1: bot.ConsentGranted, 2: bot.ConsentRefused, 3: bot.ConsentPending} {
		if c := a.contact(i); c.Consent.State != want {
			t.Errorf("person %d: consent %q, want %q", i, c.Consent.State, want)
		}
	}
	a.clock.Add(49 * time.Hour)
	if got := a.leaves(); len(got) != 1 || !strings.Contains(got[listedNumber(3)], "OUI ou NON") {
		t.Errorf("after two days %d are reminded, want who said nothing", len(got))
	}
	a.clock.Add(48 * time.Hour)
	if got := a.leaves(); len(got) != 0 {
		t.Errorf("%d were reminded twice", len(got))
	}
	a.clock.Add(4 * 24 * time.Hour)
	a.receive(bot.Inbound{ExternalID: "3", Sender: listedNumber(3)[4:], Text: "OUI"})
	if c := a.contact(3); c.Consent.State == bot.ConsentGranted {
		t.Error("a yes after seven days counts")
	}
}

// Nobody is asked a second time, by another list either, unless a person decides so; then those who said nothing are.
func TestNobodyIsAskedTwiceUnlessAPersonDecides(t *testing.T) {
	a := newAsker(t)
	first, _ := a.prepared(a.list(3, nil), false)
	must(t, a.approves("BAKARY", first.ID))
	if got := a.leaves(); len(got) != 3 {
		t.Fatalf("%d were asked", len(got))
	}
	a.receive(bot.Inbound{ExternalID: "1", Sender: listedNumber(1)[4:], Text: "NON"})
	a.deliver()
	a.clock.Add(8 * 24 * time.Hour)
	a.leaves()
	list := a.list(4, nil)
	second, _ := a.prepared(list, false)
	must(t, a.approves("BAKARY", second.ID))
	if got := a.leaves(); len(got) != 1 || got[listedNumber(4)] == "" {
		t.Errorf("%d of another list were asked, want the one who never was", len(got))
	}
	a.clock.Add(10 * 24 * time.Hour)
	a.leaves()
	third, fresh := a.prepared(list, true)
	if !fresh || third.ID == second.ID {
		t.Fatal("asked once more, it gives the request that is over")
	}
	must(t, a.approves("BAKARY", third.ID))
	if got := a.leaves(); len(got) != 3 || got[listedNumber(1)] != "" {
		t.Errorf("%d were asked again, want the three who said nothing", len(got))
	}
}

// Paused and withdrawn as any run; of a request that was taken back nobody is reminded.
func TestARequestIsPausedAndTakenBack(t *testing.T) {
	a := newAsker(t)
	run, _ := a.prepared(a.list(3, nil), false)
	must(t, a.approves("BAKARY", run.ID))
	must(t, a.Sweep(context.Background()))
	a.turn(func(tx storage.Tx) error {
		_, err := a.Bulletins().Pause(tx, a.act("AMI"), run.ID.String())
		return err
	})
	if got := a.leaves(); len(got) != 0 {
		t.Errorf("%d left in the pause", len(got))
	}
	a.turn(func(tx storage.Tx) error {
		_, err := a.Bulletins().Resume(tx, a.act("AMI"), run.ID.String())
		return err
	})
	if got := a.leaves(); len(got) != 3 {
		t.Errorf("%d left after it", len(got))
	}
	a.turn(func(tx storage.Tx) error {
		_, err := a.Bulletins().WithdrawRequest(tx, a.act("AMI"), run.ID, "la liste était fausse")
		return err
	})
	a.clock.Add(49 * time.Hour)
	if got := a.leaves(); len(got) != 0 {
		t.Errorf("%d were reminded of what was taken back", len(got))
	}
}

// Two people's question is open already: the request waits for its turn, and a message that comes back unsent asks no second time.
func TestARequestWaitsItsTurn(t *testing.T) {
	a := newAsker(t)
	ends := a.clock.Instant().Add(3 * time.Hour)
	run, _ := a.prepared(a.list(2, map[int]func(*bot.Contact){
		1: func(c *bot.Contact) { c.Question = &bot.Question{Kind: bot.QuestionHelpful, AskedAt: 1, EndsAt: ends} },
	}), false)
	must(t, a.approves("BAKARY", run.ID))
	if got := a.leaves(); len(got) != 1 || got[listedNumber(2)] == "" {
		t.Errorf("%d were asked while another question is open", len(got))
	}
	a.clock.Add(4 * time.Hour)
	if got := a.leaves(); len(got) != 1 || got[listedNumber(1)] == "" {
		t.Errorf("%d were asked after it", len(got))
	}
}
