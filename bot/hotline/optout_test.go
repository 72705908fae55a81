package hotline_test

import (
	"strconv"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
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

// A STOP by any way ends at claim time, with its reason, all that is queued for the person by then; and nothing of anybody else.
func TestAStopEndsWhatIsQueued(t *testing.T) {
	for way, stop := range map[string][]string{
		"sms":      {"> STOP"},
		"ussd":     {"> *384#", "< …", "> 4", "< …", "> 1", "< …"},
		"provider": nil,
	} {
		t.Run(way, func(t *testing.T) {
			p := &player{desk: newDesk(t), phone: "70123456", names: map[string]string{"S": "TINYE"}, inboxes: make(map[string][]string),
				dialogues: make(map[string]*dialogue)}
			for _, phone := range []string{"70123456", "66123456"} {
				p.receive(bot.Inbound{ExternalID: "a" + phone, Sender: phone, Text: "START"})
				p.deliver()
				p.receive(bot.Inbound{ExternalID: "b" + phone, Sender: phone, Text: "OUI"})
				p.deliver()
				p.receive(bot.Inbound{ExternalID: "c" + phone, Sender: phone, Text: "3"}) // the age
				p.deliver()
			}
			now := p.clock.Instant()
			kinds := map[bot.Kind]bot.Lane{
				bot.KindBulletin: bot.LaneBulletin, bot.KindFollowUp: bot.LaneFollowUp, bot.KindConsent: bot.LaneFollowUp, bot.KindNotice: bot.LaneReply,
				bot.KindQuestion: bot.LaneReply, bot.KindAnswer: bot.LaneCorrection,
			}
			queued := make(map[bot.ID]bot.Kind)
			for kind, lane := range kinds {
				for _, phone := range []string{"70123456", "66123456"} {
					o := bot.Outbound{ID: p.NewID(), Contact: p.contact(phone).Key, Gateway: "sim", Lane: lane, Kind: kind, Key: "sms.help",
						Lang: bot.French, State: bot.OutQueued, CreatedAt: now, NextAt: now.Add(time.Hour), ExpiresAt: now.Add(48 * time.Hour)}
					must(t, p.updated(func(tx storage.Tx) error { return tx.PutOutbound(o, 0) }))
					if phone == "70123456" {
						queued[o.ID] = kind
					}
				}
			}
			p.clock.Add(time.Minute)
			if way == "provider" {
				p.receive(bot.Inbound{Gateway: "sim", ExternalID: "x", Sender: "70123456", Event: bot.EventOptOut})
			}
			for _, line := range stop {
				if err := p.line(line); err != nil {
					t.Fatalf("%s: %v", line, err)
				}
			}
			p.deliver()
			if !p.contact("70123456").Stopped() || p.contact("66123456").Stopped() {
				t.Fatal("not the one who said STOP is stopped, and nobody else")
			}
			p.clock.Add(2 * time.Hour)
			for _, m := range p.deliver() {
				if m.to != "+22366123456" {
					t.Errorf("a %s left after the STOP", m.row.Kind)
				}
			}
			for id, kind := range queued {
				if o := p.outbound(id); o.State != bot.OutSuppressed || o.Reason != people.ReasonStopped {
					t.Errorf("a %s is %s (%s), want it suppressed because of the STOP", kind, o.State, o.Reason)
				}
			}
		})
	}
}
