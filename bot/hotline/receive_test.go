package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

func (d *desk) receive(in bot.Inbound) {
	d.t.Helper()
	if in.Gateway == "" {
		in.Gateway = "sim"
	}
	_, err := d.Receive(context.Background(), in)
	must(d.t, err)
}

func (d *desk) reports() []bot.Report {
	d.t.Helper()
	var out []bot.Report
	must(d.t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		var err error
		out, err = tx.Reports("", storage.Page{})
		return err
	}))
	return out
}

const claim = "On dit que le marché est fermé et que des hommes armés arrivent"

func TestARepeatChangesNothing(t *testing.T) {
	sent := bot.At(time.Date(2026, 11, 23, 9, 59, 0, 0, time.UTC))
	for name, in := range map[string]bot.Inbound{
		"same id":                     {ExternalID: "abc", Sender: "70123456", Text: claim},
		"no id, same time and sender": {SentAt: sent, Sender: "70123456", Text: claim},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.receive(in)
			d.clock.Add(13 * 24 * time.Hour)
			must(t, d.Sweep(context.Background()))
			d.receive(in) // the mark lives for 14 days
			if n := len(d.reports()); n != 1 {
				t.Errorf("%d reports of one message", n)
			}
			d.receive(bot.Inbound{ExternalID: "other", Sender: "70123456", Text: claim})
			if n := len(d.reports()); n != 2 {
				t.Errorf("%d reports: somebody who says it again is heard again", n)
			}
		})
	}
}

func TestMarksAreForgottenAfterTwoWeeks(t *testing.T) {
	d := newDesk(t)
	in := bot.Inbound{ExternalID: "abc", Sender: "70123456", Text: claim}
	d.receive(in)
	d.clock.Add(16 * 24 * time.Hour)
	must(t, d.Sweep(context.Background()))
	d.receive(in)
	if n := len(d.reports()); n != 2 {
		t.Errorf("%d reports, want the second taken as new", n)
	}
}

func TestStaleMessagesAreMarked(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim, SentAt: d.clock.Instant().Add(-49 * time.Hour)})
	d.receive(bot.Inbound{ExternalID: "2", Sender: "66123456", Text: claim, SentAt: d.clock.Instant().Add(-47 * time.Hour)})
	for _, r := range d.reports() {
		if want := d.clock.Instant().Sub(r.SentAt) > 48*time.Hour; r.Stale != want {
			t.Errorf("sent %v before: stale %v", d.clock.Instant().Sub(r.SentAt), r.Stale)
		}
	}
}

func TestBrokenTextsAreKept(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: "le puits\x00 est \xff\xfe empoisonné, dit-on"})
	var text bot.Text
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		in, err := tx.Inbound(d.reports()[0].ID)
		text = in.Text
		return err
	}))
	if want := bot.Text("le puits\uFFFD est \uFFFD empoisonné, dit-on"); text != want {
		t.Errorf("kept %q", string(text))
	}
}

// An acknowledgement has nothing to say any more once the answer is queued.
func TestTheAnswerReplacesAWaitingAcknowledgement(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.answer(t, d.reports()[0].Ref)
	out := d.deliver()
	if len(out) != 1 || out[0].row.Kind != bot.KindAnswer {
		t.Errorf("%d messages left, want the answer alone", len(out))
	}
	ack := d.outbound(d.reports()[0].ID)
	if ack.State != bot.OutExpired || ack.Reason != "answered" {
		t.Errorf("the acknowledgement is %s (%s)", ack.State, ack.Reason)
	}
}

func TestAnAcknowledgementExpiresAfterTwoHours(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.clock.Add(2 * time.Hour)
	if out := d.deliver(); len(out) != 0 {
		t.Errorf("%d messages left", len(out))
	}
	if ack := d.outbound(d.reports()[0].ID); ack.State != bot.OutExpired {
		t.Errorf("it is %s", ack.State)
	}
}

// Delivery reports come late, twice, out of order, and about messages of others.
func TestDeliveryReportsOnlyMoveForward(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	id := d.deliver()[0].row.ID
	for _, step := range []struct {
		gateway string
		say     bot.OutState
		want    bot.OutState
	}{
		{"other", bot.OutDelivered, bot.OutHandedOver},
		{"sim", bot.OutHandedOver, bot.OutHandedOver},
		{"sim", bot.OutDelivered, bot.OutDelivered},
		{"sim", bot.OutFailed, bot.OutDelivered},
		{"sim", bot.OutHandedOver, bot.OutDelivered},
	} {
		must(t, d.Delivered(context.Background(), bot.DeliveryReport{Outbound: id, Gateway: step.gateway, State: step.say}))
		if got := d.outbound(id).State; got != step.want {
			t.Fatalf("after %s from %s it is %s, want %s", step.say, step.gateway, got, step.want)
		}
	}
	must(t, d.Delivered(context.Background(), bot.DeliveryReport{Outbound: d.NewID(), Gateway: "sim", State: bot.OutDelivered}))
	must(t, d.Delivered(context.Background(), bot.DeliveryReport{Gateway: "sim", State: bot.OutDelivered}))
}

func TestTheSameBytesAreQuarantinedOnce(t *testing.T) {
	d := newDesk(t)
	q := bot.Quarantined{Gateway: "sim", Route: "mo", Reason: "undecodable", Body: []byte("{")}
	for range 3 {
		must(t, d.Quarantine(context.Background(), q))
	}
	q.Body = []byte("[")
	must(t, d.Quarantine(context.Background(), q))
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		n, err := tx.CountQuarantines(10)
		if n != 2 {
			t.Errorf("%d in quarantine, want 2", n)
		}
		return err
	}))
}

func TestASessionIsToldToWriteInstead(t *testing.T) {
	d := newDesk(t)
	got, err := d.Receive(context.Background(), bot.Inbound{Gateway: "sim", Channel: bot.ChannelUSSD, SessionID: "s", Sender: "70123456"})
	must(t, err)
	if !got.End || !strings.Contains(string(got.Screen), "SMS") {
		t.Errorf("%q, end %v", string(got.Screen), got.End)
	}
}

func TestALanguageThatTheSiteLacksIsNotSpoken(t *testing.T) {
	d := newDesk(t)
	d.Site.Langs, d.Desk.Langs = []bot.Lang{bot.French}, []bot.Lang{bot.French}
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: "kunnafoni be ka fo ko dogotoroso bana bolo ci: tinye don wa?"})
	d.receive(bot.Inbound{ExternalID: "2", Sender: "66123456", Text: "bambara"})
	for _, m := range d.deliver() {
		if m.row.Lang != bot.French {
			t.Errorf("%s goes out in %q", m.row.Key, m.row.Lang)
		}
	}
}

// Six digits are given while they last; then a longer reference is, and nobody goes without.
func TestReferencesGrowWhenTheyRunShort(t *testing.T) {
	d := newDesk(t)
	same := uint64(7)
	d.Random = func() uint64 { return same } // every draw of one length is the same
	for i, want := range []int{6, 7, 8, 9} {
		d.receive(bot.Inbound{ExternalID: fmt.Sprint(i), Sender: fmt.Sprintf("7012345%d", i), Text: claim})
		if got := len(d.reports()[i].Ref); got != want {
			t.Errorf("reference %d has %d digits, want %d", i, got, want)
		}
	}
	_, err := d.Receive(context.Background(), bot.Inbound{Gateway: "sim", ExternalID: "x", Sender: "70123459", Text: claim})
	if !errors.Is(err, storage.ErrNoRef) {
		t.Errorf("with none left: %v", err)
	}
}

// Whatever happens in whatever order, each reporter who is owed an answer has it queued exactly once, in a language they
// read or the fallback; who said STOP afterwards hears nothing.
func TestEachReporterIsAnsweredOnce(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := newDesk(t)
		phones := []string{"70123450", "70123451", "66123452", "66123453"}
		told := make(map[string][]bot.Ref) // phone → its reports, in order
		linked, stopped := make(map[string]bool), make(map[string]bool)
		answered := make(map[string]int)
		var rumour string
		published, serial := false, 0
		collect := func() {
			for _, m := range d.deliver() {
				if m.row.Kind == bot.KindAnswer {
					answered[strings.TrimPrefix(m.to, "+223")]++
				}
			}
		}
		for range rapid.IntRange(4, 24).Draw(rt, "steps") {
			phone := rapid.SampledFrom(phones).Draw(rt, "phone")
			d.clock.Add(20 * time.Minute)
			switch rapid.SampledFrom([]string{"tell", "tell", "repeat", "link", "publish", "stop", "deliver", "sweep"}).Draw(rt, "step") {
			case "tell":
				serial++
				d.receive(bot.Inbound{ExternalID: fmt.Sprint(serial), Sender: phone, Text: claim})
				all := d.reports()
				told[phone] = append(told[phone], all[len(all)-1].Ref)
				collect()
			case "repeat":
				if serial > 0 {
					d.receive(bot.Inbound{ExternalID: fmt.Sprint(serial), Sender: phone, Text: claim})
				}
			case "stop":
				serial++
				d.receive(bot.Inbound{ExternalID: fmt.Sprint(serial), Sender: phone, Text: "STOP"})
				collect()
				stopped[phone] = true
			case "link":
				refs := told[phone]
				if len(refs) == 0 || stopped[phone] {
					continue
				}
				ref := rapid.SampledFrom(refs).Draw(rt, "ref")
				if rumour == "" {
					rumour = d.create(t, ref)
				} else {
					_, err := d.Link(context.Background(), d.act("AMI"), rumour, []string{string(ref)})
					must(t, err)
				}
				linked[phone] = true
			case "publish":
				if rumour != "" && !published {
					d.decide(t, rumour)
					published = true
				}
			case "deliver":
				collect()
			case "sweep":
				must(t, d.Sweep(context.Background()))
			}
			if published {
				collect()
			}
		}
		for _, phone := range phones {
			want := 0
			if linked[phone] && published {
				want = 1
			}
			// A STOP between linking and publishing takes the answer back; one after it was sent does not.
			if got := answered[phone]; got > 1 || !stopped[phone] && got != want {
				rt.Errorf("%s was answered %d times, want %d", phone, got, want)
			}
		}
	})
}

func TestStopTakesBackWhatIsQueued(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "STOP"})
	d.answer(t, d.reports()[0].Ref)
	out := d.deliver()
	if len(out) != 1 || out[0].row.Key != people.StopKey {
		t.Fatalf("%d messages left, want the stop text alone", len(out))
	}
	for _, id := range []bot.ID{d.reports()[0].ID, d.reports()[0].Answer} {
		if o := d.outbound(id); o.State != bot.OutSuppressed || o.Reason != people.ReasonStopped {
			t.Errorf("%s is %s (%s)", o.Kind, o.State, o.Reason)
		}
	}
}

func (d *desk) outbound(id bot.ID) (o bot.Outbound) {
	d.t.Helper()
	must(d.t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		var err error
		o, err = tx.Outbound(id)
		return err
	}))
	return o
}

// create, decide and answer are the desk's short way from a report to its answer.
func (d *desk) create(t *testing.T, ref bot.Ref) string {
	t.Helper()
	id, refs := d.NewID(), d.Refs()
	var r bot.Rumour
	must(t, d.Store.Update(context.Background(), func(tx storage.Tx) (err error) {
		r, err = d.Desk.Create(tx, d.act("CISSE"), id, refs, "Le marché serait fermé", []string{string(ref)})
		return err
	}))
	return string(r.Ref)
}

func (d *desk) decide(t *testing.T, rumour string) {
	t.Helper()
	ctx := context.Background()
	must(t, d.Store.Update(ctx, func(tx storage.Tx) error {
		if _, err := d.Desk.Decide(tx, d.act("AMI"), rumour, bot.ConfirmedFalse); err != nil {
			return err
		}
		_, err := d.Desk.Write(tx, d.act("CISSE"), rumour, bot.French, "le marché est ouvert.")
		return err
	}))
	_, err := d.Approve(ctx, d.act("AMI"), rumour, bot.French)
	must(t, err)
	_, err = d.Publish(ctx, d.act("AMI"), rumour, bot.French)
	must(t, err)
}

func (d *desk) answer(t *testing.T, ref bot.Ref) {
	t.Helper()
	d.decide(t, d.create(t, ref))
}
