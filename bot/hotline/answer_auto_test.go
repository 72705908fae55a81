package hotline_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// An answer that the machine gives leaves in the approved words and asks for another matter, in one part; once the rumour is taken
// back it does not leave any more. That an answer was not for somebody is said with their own reference.
func TestAnAnswerOfTheMachineLeaves(t *testing.T) {
	d := newDesk(t)
	id := d.publishes(t, "Le pont de Markala est ouvert.")
	given := func(sender string) (told bot.Report, answer bot.ID) {
		d.clock.Add(time.Hour)
		d.receive(bot.Inbound{ExternalID: d.NewID().String(), Sender: sender, Text: "on dit que le pont de Markala est tombé hier soir"})
		all, answer := d.reports(), d.NewID()
		told = all[len(all)-1]
		must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
			r, err := tx.Rumour(id)
			if err != nil {
				return err
			}
			h := rumour.Hint{Rumour: id, AnswerNo: r.AnswerNo, Permille: 990, Weights: "test"}
			if _, ok, err := d.Desk.AnswerAtOnce(tx, told, h, answer, d.clock.Instant()); err != nil || !ok {
				t.Errorf("answered at once: %t (%v)", ok, err)
			}
			return nil
		}))
		return told, answer
	}
	prepared := func(id bot.ID) (decision storage.Decision) {
		must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
			o, err := tx.Outbound(id)
			if err == nil {
				decision, err = d.Prepare(tx, o)
			}
			return err
		}))
		return decision
	}
	told, answer := given("76123456")
	leaves := prepared(answer)
	if !leaves.Send || !strings.HasSuffix(string(leaves.Text), string(told.Ref)+": Le pont de Markala est ouvert. Autre sujet? Répondez 0.") {
		t.Errorf("it leaves: %t, as %q", leaves.Send, leaves.Text)
	}
	if ack := prepared(told.ID); ack.Send {
		t.Errorf("the acknowledgement leaves, too: %q", ack.Text)
	}

	other, read := given("76123457")
	undone := d.NewID()
	must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		o, err := tx.Outbound(read)
		if err != nil {
			return err
		}
		o.State, o.Token, o.LeaseUntil = bot.OutClaimed, undone, d.clock.Instant().Add(time.Minute)
		if err := tx.PutOutbound(o, o.Rev); err != nil {
			return err
		}
		_, err = d.Desk.RejectMatch(tx, d.act("AMI"), string(other.Ref), undone)
		return err
	}))
	if said := prepared(undone); !said.Send || !strings.Contains(string(said.Text), string(other.Ref)+": notre réponse ne concernait pas") {
		t.Errorf("who may have read it is told %q", said.Text)
	}

	_, err := d.Correct(context.Background(), d.act("AMI"), d.refOf(t, id), rumour.Step{Comment: "deux témoins disent autre chose"})
	must(t, err)
	if late := prepared(answer); late.Send || late.End != bot.OutSuppressed {
		t.Errorf("after it was taken back: %+v", late)
	}
}
