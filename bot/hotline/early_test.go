package hotline_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/storage"
)

// claimed is the one message that is due, on its way to its gateway.
func (d *desk) claimed() bot.Outbound {
	d.t.Helper()
	claims, err := d.Store.Claim(context.Background(), storage.ClaimRequest{
		Gateway: "sim", N: 1, Now: d.clock.Instant(), Lease: time.Hour, Token: d.NewID(), Decide: d.Prepare,
	})
	must(d.t, err)
	if len(claims.Rows) != 1 {
		d.t.Fatalf("%d messages are due, want one", len(claims.Rows))
	}
	return claims.Rows[0].Row
}

// settle writes down that the gateway took a message, and what it calls it.
func (d *desk) settle(o bot.Outbound, external string) {
	d.t.Helper()
	must(d.t, d.Store.Settle(context.Background(), []storage.Outcome{{
		ID: o.ID, Token: o.Token, State: bot.OutHandedOver, At: d.clock.Instant(), ExternalID: external, Remember: true,
	}}, nil))
}

func (d *desk) reported(external string, state bot.OutState, code string) {
	d.t.Helper()
	must(d.t, d.Delivered(context.Background(), bot.DeliveryReport{Gateway: "sim", ExternalID: external, State: state, Code: code}))
}

// Reports by the gateway's own ids move the messages that they are about, and no others, for two weeks.
func TestReportsByTheGatewaysOwnID(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.receive(bot.Inbound{ExternalID: "2", Sender: "66123456", Text: claim})
	first := d.claimed()
	d.settle(first, "ATPid_1")
	second := d.claimed()
	d.settle(second, "ATPid_2")
	want := func(o bot.Outbound, state bot.OutState, reason string) {
		t.Helper()
		if got := d.outbound(o.ID); got.State != state || got.Reason != reason {
			t.Fatalf("it is %s (%s), want %s (%s)", got.State, got.Reason, state, reason)
		}
	}
	must(t, d.Delivered(context.Background(), bot.DeliveryReport{Gateway: "other", ExternalID: "ATPid_2", State: bot.OutFailed}))
	d.reported("ATPid_2", bot.OutHandedOver, "Sent")
	want(second, bot.OutHandedOver, "")
	d.reported("ATPid_2", bot.OutFailed, "AbsentSubscriber")
	want(second, bot.OutFailed, "AbsentSubscriber")
	want(first, bot.OutHandedOver, "")
	d.clock.Add(13 * 24 * time.Hour)
	must(t, d.Sweep(context.Background()))
	d.reported("ATPid_1", bot.OutDelivered, "")
	want(first, bot.OutDelivered, "")
	d.clock.Add(3 * 24 * time.Hour)
	must(t, d.Sweep(context.Background()))
	must(t, d.Store.View(context.Background(), func(tx storage.Tx) error {
		for _, external := range []string{"ATPid_1", "ATPid_2"} {
			if _, err := tx.Handed("sim", external); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("%s is known after 16 days: %v", external, err)
			}
		}
		return nil
	}))
}

// A report that overtakes the answer to the send is believed once we know whom it is about, in the order in which reports
// came.
func TestAReportBeforeItsIDIsKnown(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	o := d.claimed()
	d.reported("ATPid_1", bot.OutHandedOver, "Sent")
	d.reported("ATPid_1", bot.OutDelivered, "")
	d.reported("ATPid_1", bot.OutFailed, "DeliveryFailure") // too late: it was delivered
	must(t, d.Sweep(context.Background()))
	if got := d.outbound(o.ID).State; got != bot.OutClaimed {
		t.Fatalf("before the send was answered it is %s", got)
	}
	d.settle(o, "ATPid_1")
	must(t, d.Sweep(context.Background()))
	if got := d.outbound(o.ID); got.State != bot.OutDelivered || got.Reason != "" {
		t.Errorf("it is %s (%s)", got.State, got.Reason)
	}
}

// Reports about messages of others wait for ten minutes, and never keep ours from waiting.
func TestReportsOfOthersAreForgotten(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	o := d.claimed()
	for i := range 1500 {
		d.reported(fmt.Sprint("ATPid_of_others_", i), bot.OutDelivered, "")
	}
	d.reported("ATPid_1", bot.OutDelivered, "")
	d.clock.Add(9 * time.Minute)
	must(t, d.Sweep(context.Background()))
	d.settle(o, "ATPid_1")
	must(t, d.Sweep(context.Background()))
	if got := d.outbound(o.ID).State; got != bot.OutDelivered {
		t.Errorf("after nine minutes it is %s", got)
	}
	d.receive(bot.Inbound{ExternalID: "2", Sender: "66123456", Text: claim})
	other := d.claimed()
	d.reported("ATPid_2", bot.OutDelivered, "")
	d.clock.Add(10 * time.Minute)
	must(t, d.Sweep(context.Background()))
	d.settle(other, "ATPid_2")
	must(t, d.Sweep(context.Background()))
	if got := d.outbound(other.ID).State; got != bot.OutHandedOver {
		t.Errorf("a report that waited too long made it %s", got)
	}
}

// full is a store whose disk has no space left for commits.
type full struct{ storage.Store }

func (full) Health() error { return storage.ErrFull }

// While nothing can be stored a report is the gateway's to keep: its message's id may be written down hours later.
func TestAReportWhileNothingCanBeStored(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	o := d.claimed()
	works := d.Store
	d.Store = full{works}
	dr := bot.DeliveryReport{Gateway: "sim", ExternalID: "ATPid_1", State: bot.OutDelivered}
	if err := d.Delivered(context.Background(), dr); !storage.Unavailable(err) {
		t.Errorf("it was taken: %v", err)
	}
	d.Store = works
	d.settle(o, "ATPid_1")
	must(t, d.Delivered(context.Background(), dr))
	if got := d.outbound(o.ID).State; got != bot.OutDelivered {
		t.Errorf("it is %s", got)
	}
}
