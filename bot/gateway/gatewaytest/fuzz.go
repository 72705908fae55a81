package gatewaytest

import (
	"net/url"
	"testing"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/gateway"
)

// FuzzDecode offers arbitrary queries and bodies to every route: none may panic, and what decodes must be fit to store.
func FuzzDecode(f *testing.F, g gateway.Gateway, cases []Inbound) {
	for _, c := range cases {
		f.Add(c.Query, c.ContentType, []byte(c.Body))
	}
	routes := g.Routes()
	f.Fuzz(func(t *testing.T, query, contentType string, body []byte) {
		values, _ := url.ParseQuery(query)
		for _, r := range routes {
			d, err := r.Decode(gateway.Request{
				Method: r.Method, RawQuery: query, Query: values, ContentType: contentType, Body: body,
			})
			if err != nil {
				continue
			}
			if len(d.Inbounds)+len(d.Reports) == 0 {
				t.Errorf("%s %s: decoded to nothing", r.Method, r.Path)
			}
			for _, in := range d.Inbounds {
				checkInbound(t, g, in)
			}
			for _, report := range d.Reports {
				checkReport(t, g, report)
			}
		}
	})
}

func checkInbound(t *testing.T, g gateway.Gateway, in bot.Inbound) {
	if in.Gateway != g.Name() || in.Sender == "" || in.Channel == "" {
		t.Errorf("gateway %q, channel %q, sender of %d bytes", in.Gateway, in.Channel, len(in.Sender))
	}
	for _, s := range []string{string(in.Text), in.ExternalID, in.Sender, in.To, in.SessionID, in.Hop} {
		if !utf8.ValidString(s) {
			t.Error("a field is no UTF-8")
		}
	}
	for _, s := range []string{in.ExternalID, in.Sender, in.To, in.SessionID, in.Hop} {
		if len(s) > 64 {
			t.Errorf("an id or address of %d bytes", len(s))
		}
	}
	switch in.Event {
	case bot.EventMessage:
	case bot.EventBegin, bot.EventEnd, bot.EventTimeout:
		if in.Channel != bot.ChannelUSSD {
			t.Errorf("event %q on %q", in.Event, in.Channel)
		}
	case bot.EventOptOut:
		if in.Channel != bot.ChannelSMS {
			t.Errorf("event %q on %q", in.Event, in.Channel)
		}
	default:
		t.Errorf("event %q", in.Event)
	}
	if noText := in.Event != bot.EventMessage && in.Event != bot.EventBegin; noText && in.Text != "" {
		t.Errorf("event %q with a text of %d bytes", in.Event, len(in.Text))
	}
	if in.SentAt < 0 || in.Channel == bot.ChannelUSSD && in.SessionID == "" {
		t.Errorf("sent at %d, session %q", in.SentAt, in.SessionID)
	}
}

func checkReport(t *testing.T, g gateway.Gateway, r bot.DeliveryReport) {
	switch r.State {
	case bot.OutHandedOver, bot.OutDelivered, bot.OutFailed, bot.OutExpired:
	default:
		t.Errorf("a report of state %q", r.State)
	}
	if r.Gateway != g.Name() || len(r.Code) > 32 || len(r.ExternalID) > 64 || !utf8.ValidString(r.ExternalID) || r.At < 0 {
		t.Errorf("report %+v", r)
	}
}
