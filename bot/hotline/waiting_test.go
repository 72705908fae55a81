package hotline_test

import (
	"context"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

// answerBy has the sender of the only report be answered in a way from now on.
func (d *desk) answerBy(phone string, way bot.ReplyBy) {
	d.t.Helper()
	c := d.contact(phone)
	must(d.t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		_, err := people.SetReplyBy(tx, c, way, d.clock.Instant())
		return err
	}))
}

// release lets go of what waits for a person.
func (d *desk) release(phone string, reports ...bot.ID) {
	d.t.Helper()
	must(d.t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		return d.ReleaseHeld(tx, d.contact(phone), reports, d.clock.Instant())
	}))
}

func (d *desk) readAnswer(r bot.Report) {
	d.t.Helper()
	must(d.t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
		return d.ReadInMenu(tx, r, d.clock.Instant())
	}))
}

func (d *desk) stands(id bot.ID, state bot.OutState, reason string) {
	d.t.Helper()
	if o := d.outbound(id); o.State != state || o.Reason != reason {
		d.t.Errorf("the %s is %s (%s), want %s (%s)", o.Kind, o.State, o.Reason, state, reason)
	}
}

// Who wants no SMS at all gets none: the answer is kept until it expires, and whatever else there is to say is dropped.
func TestNoSMSAtAll(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answerBy("70123456", bot.ReplyByUSSD)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "START"})
	d.receive(bot.Inbound{ExternalID: "3", Sender: "70123456", Text: "AIDE"})
	if out := d.deliver(); len(out) != 0 {
		t.Fatalf("%d messages left", len(out))
	}
	first := d.reports()[0]
	d.stands(first.ID, bot.OutSuppressed, people.ReasonInMenu)
	d.receive(bot.Inbound{ExternalID: "4", Sender: "70123456", Text: "OUI"})
	if c := d.contact("70123456"); c.Consent.State == bot.ConsentGranted {
		t.Error("a yes counts although nobody was asked")
	}
	d.answer(t, first.Ref)
	if out := d.deliver(); len(out) != 0 {
		t.Fatalf("%d messages left", len(out))
	}
	answer := d.reports()[0].Answer
	d.stands(answer, bot.OutQueued, people.ReasonInMenu)
	if o := d.outbound(answer); o.NextAt != o.ExpiresAt {
		t.Errorf("it is looked at again at %s, and expires at %s", o.NextAt, o.ExpiresAt)
	}
	d.clock.Add(7 * 24 * time.Hour)
	if out := d.deliver(); len(out) != 0 {
		t.Fatalf("%d messages left", len(out))
	}
	d.stands(answer, bot.OutExpired, people.ReasonExpired)
	d.readAnswer(d.reports()[0])
	d.stands(answer, bot.OutExpired, people.ReasonExpired)
}

// Reading the answer in the menu delivers it: it is never sent, however the person is answered afterwards.
func TestAnAnswerReadInTheMenuIsDelivered(t *testing.T) {
	for name, claimed := range map[string]bool{"before the outbox looked at it": false, "while it is held": true} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
			d.answerBy("70123456", bot.ReplyByUSSD)
			d.answer(t, d.reports()[0].Ref)
			if claimed {
				d.deliver()
			}
			r := d.reports()[0]
			d.readAnswer(r)
			d.readAnswer(r)
			d.stands(r.Answer, bot.OutDelivered, people.ReasonMenuRead)
			if o := d.outbound(r.Answer); o.EndedAt != d.clock.Instant() {
				t.Errorf("it ended at %s", o.EndedAt)
			}
			d.answerBy("70123456", bot.ReplyBySMS)
			d.release("70123456", r.ID)
			if out := d.deliver(); len(out) != 0 {
				t.Errorf("%d messages left", len(out))
			}
			next, err := d.Store.NextDue(context.Background(), "sim")
			if err != nil || next != 0 {
				t.Errorf("something is due at %s (%v)", next, err)
			}
		})
	}
}

// Whoever reads it late has read it: it is delivered, unless the outbox had given it up before.
func TestALateReaderHasReadIt(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answerBy("70123456", bot.ReplyByUSSD)
	d.answer(t, d.reports()[0].Ref)
	d.clock.Add(8 * 24 * time.Hour)
	r := d.reports()[0]
	d.readAnswer(r)
	d.stands(r.Answer, bot.OutDelivered, people.ReasonMenuRead)
}

// For a person who is answered by SMS, reading in the menu changes nothing: the answer comes as promised.
func TestReadingDoesNotTakeAnSMSAway(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answer(t, d.reports()[0].Ref)
	d.readAnswer(d.reports()[0])
	if out := d.deliver(); len(out) != 1 || out[0].row.Kind != bot.KindAnswer {
		t.Errorf("%d messages left, want the answer", len(out))
	}
}

// What was held comes as soon as the person wants SMS again; not the answers of others, and nothing that waits for
// another reason.
func TestWhatWaitsIsLetGo(t *testing.T) {
	for _, way := range []bot.ReplyBy{bot.ReplyByUSSD, bot.ReplyByCall} {
		t.Run(string(way), func(t *testing.T) {
			d := newDesk(t)
			for i, phone := range []string{"70123456", "66123456"} {
				d.receive(bot.Inbound{ExternalID: phone, Sender: phone, Text: claim})
				d.answerBy(phone, way)
				d.answer(t, d.reports()[i].Ref)
			}
			d.deliver()
			mine, other := d.reports()[0], d.reports()[1]
			d.answerBy("70123456", bot.ReplyBySMS)
			if out := d.deliver(); len(out) != 0 {
				t.Fatalf("%d messages left before they were let go", len(out))
			}
			d.release("70123456", mine.ID, other.ID, d.NewID())
			if o := d.outbound(other.Answer); o.NextAt != o.ExpiresAt || o.Reason == "" {
				t.Errorf("the other person's answer is due at %s (%s)", o.NextAt, o.Reason)
			}
			out := d.deliver()
			if len(out) != 1 || out[0].to != "+22370123456" || out[0].row.ID != mine.Answer {
				t.Errorf("%d messages left, want the person's own answer", len(out))
			}
		})
	}
}

func TestQuietHoursAreNotLetGo(t *testing.T) {
	d := newDesk(t)
	d.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	d.set(time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC))
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.deliver()
	d.clock.Add(3 * time.Hour)
	d.answer(t, d.reports()[0].Ref)
	d.deliver()
	r := d.reports()[0]
	d.stands(r.Answer, bot.OutQueued, people.ReasonQuietHours)
	d.release("70123456", r.ID)
	d.stands(r.Answer, bot.OutQueued, people.ReasonQuietHours)
}

// Who wants to be rung gets replies by SMS; the answer waits, under its reason, for somebody who rings.
func TestAnswersByCallWait(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answerBy("70123456", bot.ReplyByCall)
	if out := d.deliver(); len(out) != 1 || out[0].row.Kind != bot.KindAck {
		t.Fatalf("%d messages left, want the acknowledgement", len(out))
	}
	d.answer(t, d.reports()[0].Ref)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "AIDE"})
	if out := d.deliver(); len(out) != 1 || out[0].row.Key != "sms.help" {
		t.Fatalf("%d messages left, want the help text", len(out))
	}
	answer := d.reports()[0].Answer
	d.stands(answer, bot.OutQueued, people.ReasonByCall)
	d.readAnswer(d.reports()[0])
	d.stands(answer, bot.OutQueued, people.ReasonByCall)
}

// A STOP stands above every way to be answered.
func TestAStopComesBeforeTheWay(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answerBy("70123456", bot.ReplyByUSSD)
	d.answer(t, d.reports()[0].Ref)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "STOP"})
	d.deliver()
	d.stands(d.reports()[0].Answer, bot.OutSuppressed, people.ReasonStopped)
}

// A delivery report about a message that waits changes nothing: what was never handed over has not arrived.
func TestADeliveryReportDoesNotEndWhatWaits(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	id := d.reports()[0].ID
	must(t, d.Delivered(context.Background(), bot.DeliveryReport{Outbound: id, Gateway: "sim", State: bot.OutDelivered}))
	d.stands(id, bot.OutQueued, "")
	if out := d.deliver(); len(out) != 1 {
		t.Errorf("%d messages left, want the acknowledgement", len(out))
	}
}
