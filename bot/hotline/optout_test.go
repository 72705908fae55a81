package hotline_test

import (
	"strconv"
	"testing"
	"time"

	"tinye/bot"
)

// A STOP told to the provider holds like one told to us, and nothing is sent about it.
func TestAnOptOutIsAStop(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "START"})
	d.deliver()
	d.receive(bot.Inbound{ExternalID: "3", Sender: "70123456", Text: "OUI"})
	d.deliver()
	d.clock.Add(time.Minute)
	out := bot.Inbound{Gateway: "sim", ExternalID: "x", Sender: "70123456", Event: bot.EventOptOut}
	d.receive(out)
	c := d.contact("70123456")
	if c.StoppedAt != d.clock.Instant() || c.Consent.State != bot.ConsentWithdrawn || c.Consent.Channel != bot.ChannelProvider {
		t.Errorf("stopped at %s, consent %+v", c.StoppedAt, c.Consent)
	}
	d.answer(t, d.reports()[0].Ref)
	if left := d.deliver(); len(left) != 0 {
		t.Errorf("%d messages left", len(left))
	}
}

// A STOP that the person sends us after that is confirmed, however short a while ago another one was.
func TestAStopAfterAnOptOutIsConfirmed(t *testing.T) {
	d := newDesk(t)
	for i, step := range []struct {
		text bot.Text
		want int
	}{{"STOP", 1}, {"START", 1}, {"OUI", 1}, {"", 0}, {"STOP", 1}} {
		d.clock.Add(time.Minute)
		in := bot.Inbound{ExternalID: strconv.Itoa(i), Sender: "70123456", Text: step.text}
		if step.text == "" {
			in.Event = bot.EventOptOut
		}
		d.receive(in)
		if out := d.deliver(); len(out) != step.want {
			t.Errorf("step %d: %d messages left, want %d", i, len(out), step.want)
		}
	}
}

// The number of somebody we never heard of is kept, so that the STOP holds; a sender that is no number is nobody.
func TestAnOptOutOfAStranger(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{Gateway: "sim", Sender: "66123456", Event: bot.EventOptOut})
	if c := d.contact("66123456"); !c.Stopped() || c.Gateway != "sim" {
		t.Errorf("stopped %v, gateway %q", c.Stopped(), c.Gateway)
	}
	d.receive(bot.Inbound{Gateway: "sim", Sender: "OrangeMali", Event: bot.EventOptOut})
}

// A callback that comes again does not stop somebody who came back meanwhile; another opt-out does.
func TestARepeatedOptOutChangesNothing(t *testing.T) {
	sent := bot.At(time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC))
	for name, in := range map[string]bot.Inbound{
		"same id":   {Gateway: "sim", ExternalID: "x", Sender: "70123456", Event: bot.EventOptOut},
		"same time": {Gateway: "sim", SentAt: sent, Sender: "70123456", Event: bot.EventOptOut},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.receive(in)
			d.clock.Add(time.Minute)
			d.receive(bot.Inbound{ExternalID: "x", Sender: "70123456", Text: "START"}) // the id of a message is another thing
			d.deliver()
			d.receive(bot.Inbound{ExternalID: "2", Sender: "70123456", Text: "OUI"})
			d.clock.Add(3 * 24 * time.Hour)
			d.receive(in)
			if d.contact("70123456").Stopped() {
				t.Error("the repeat stopped the person again")
			}
			in.ExternalID, in.SentAt = "y", sent.Add(time.Hour)
			d.receive(in)
			if !d.contact("70123456").Stopped() {
				t.Error("another opt-out does not hold")
			}
		})
	}
}
