package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/bot/rumour"
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

const claim = "On dit que le marché est fermé et que des camions chargés arrivent"

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

// A yes counts once the text that asks has left.
func TestAYesBeforeTheQuestionIsNone(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: "START"})
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "OUI"})
	if c := d.contact("70123456"); c.Consent.State != bot.ConsentPending {
		t.Errorf("consent is %s although nobody was asked", c.Consent.State)
	}
	if out := d.deliver(); len(out) != 1 || out[0].row.Kind != bot.KindConsent {
		t.Fatalf("%d messages left, want the consent text", len(out))
	}
	d.receive(bot.Inbound{ExternalID: "3", Sender: "70123456", Text: "OUI"})
	if c := d.contact("70123456"); c.Consent.State != bot.ConsentGranted {
		t.Errorf("consent is %s", c.Consent.State)
	}
}

// In a flood the consent text is not sent; then there is no question either, and an OUI asks for it.
func TestAFloodOpensNoQuestion(t *testing.T) {
	d := newDesk(t)
	d.Site.Limits.Burst = 2
	for i, text := range []bot.Text{claim, "STOP", "encore une rumeur sur le pont", "START", "OUI"} {
		d.receive(bot.Inbound{ExternalID: fmt.Sprint(i), Sender: "70123456", Text: text})
	}
	d.deliver()
	if c := d.contact("70123456"); !c.Stopped() || c.Question != nil {
		t.Errorf("stopped %v, question %v", c.Stopped(), c.Question)
	}
}

// A box that starts years ago: a STOP then still counts as later than what it stops, and repeats are known.
func TestAStopWhileTheClockIsBehind(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	now := d.clock.Now()
	d.clock.Add(-6 * 365 * 24 * time.Hour)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "STOP"})
	d.receive(bot.Inbound{ExternalID: "3", Sender: "66123456", Text: claim})
	d.set(now.Add(time.Hour))
	must(t, d.Sweep(context.Background()))
	d.receive(bot.Inbound{ExternalID: "3", Sender: "66123456", Text: claim})
	if n := len(d.reports()); n != 2 {
		t.Errorf("%d reports, want 2", n)
	}
	d.answer(t, d.reports()[0].Ref)
	for _, m := range d.deliver() {
		if m.row.Kind == bot.KindAnswer {
			t.Error("a stopped person was answered")
		}
	}
}

func TestAMaybeStopIsSeenInAJoinedTextToo(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "je ne veux plus recevoir vos sms"})
	r := d.reports()
	if len(r) != 1 || !r[0].MaybeStop || d.contact("70123456").MaybeStop.IsZero() {
		t.Errorf("%d reports, marked %v", len(r), r[0].MaybeStop)
	}
}

// What an outage held back comes in one moment, and is neither a flood nor one report.
func TestABacklogIsNoFlood(t *testing.T) {
	d := newDesk(t)
	d.Site.Limits.Burst, d.Site.Limits.Day = 5, 20
	for i := range 7 {
		d.receive(bot.Inbound{ExternalID: fmt.Sprint(i), Sender: "70123456", Text: claim, SentAt: d.clock.Instant().Add(time.Duration(i-7) * 5 * time.Hour)})
	}
	if n := len(d.reports()); n != 7 {
		t.Errorf("%d reports of 7 texts written hours apart", n)
	}
	if out := d.deliver(); len(out) != 7 {
		t.Errorf("%d acknowledgements of 7", len(out))
	}
}

// A phone that sends without end fills a report and then begins another; no row grows for ever.
func TestAReportDoesNotGrowForEver(t *testing.T) {
	d := newDesk(t)
	for i := range 50 {
		d.receive(bot.Inbound{ExternalID: fmt.Sprint(i), Sender: "70123456", Text: claim})
	}
	for _, r := range d.reports() {
		if n := len(r.Texts()); n > 21 {
			t.Errorf("a report of %d texts", n)
		}
	}
}

// A gateway's clock that is ahead does not make an old message fresh.
func TestAMessageFromTheFutureIsNotFresh(t *testing.T) {
	d := newDesk(t)
	d.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	d.set(time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC))
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim, SentAt: d.clock.Instant().Add(24 * time.Hour)})
	d.deliver()
	d.clock.Add(3*time.Hour + 30*time.Minute)
	d.answer(t, d.reports()[0].Ref)
	if out := d.deliver(); len(out) != 0 {
		t.Errorf("%d messages left at 23:30", len(out))
	}
}

// A verdict that changes takes back the approval of what was written for the other one.
func TestAnotherVerdictAsksForAnotherApproval(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	ref := d.create(t, d.reports()[0].Ref)
	step := func(rule func(storage.Tx) (bot.Rumour, error)) {
		t.Helper()
		must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error { _, err := rule(tx); return err }))
	}
	d.find(t, ref, bot.ConfirmedFalse)
	step(func(tx storage.Tx) (bot.Rumour, error) {
		return d.Desk.Write(tx, d.act("CISSE"), ref, bot.French, "C'est faux.")
	})
	_, err := d.Approve(context.Background(), d.act("AMI"), ref, bot.French)
	must(t, err)
	step(func(tx storage.Tx) (bot.Rumour, error) {
		return d.Desk.Return(tx, d.act("BAKARY"), ref, rumour.Step{Comment: "Le marché a rouvert hier."})
	})
	other := finding(bot.ConfirmedTrue)
	other.Evidence = slices.Clone(other.Evidence)
	for i := range other.Evidence {
		other.Evidence[i].Supports = bot.SupportsTrue
	}
	step(func(tx storage.Tx) (bot.Rumour, error) { return d.Desk.Submit(tx, d.act("CISSE"), ref, other) })
	step(func(tx storage.Tx) (bot.Rumour, error) { return d.Desk.Decide(tx, d.act("AMI"), ref, rumour.Step{}) })
	_, err = d.Publish(context.Background(), d.act("AMI"), ref, bot.French)
	var fault *bot.Error
	if !errors.As(err, &fault) || fault.Key != "desk.not_approved" {
		t.Errorf("published: %v", err)
	}
}

func TestTheBilingualAcknowledgementIsTheFirstOnly(t *testing.T) {
	d := newDesk(t)
	for i, want := range []string{"sms.ack_unsure", "sms.ack"} {
		d.clock.Add(time.Hour)
		d.receive(bot.Inbound{ExternalID: fmt.Sprint(i), Sender: "70123456", Text: "Gao 2026"})
		if out := d.deliver(); len(out) != 1 || out[0].row.Key != want {
			t.Errorf("message %d: %d replies, want %s", i, len(out), want)
		}
	}
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

func (d *desk) contact(phone string) (c bot.Contact) {
	d.t.Helper()
	key := d.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+223" + phone})
	must(d.t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		var err error
		c, err = tx.Contact(key)
		return err
	}))
	return c
}
