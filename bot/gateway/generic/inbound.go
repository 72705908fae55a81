package generic

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/gateway"
)

type mo struct {
	MessageID string     `json:"message_id"`
	Event     string     `json:"event"`
	Hop       string     `json:"hop"`
	SessionID string     `json:"session_id"`
	Channel   string     `json:"channel"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Text      *string    `json:"text"`
	SentAt    *time.Time `json:"sent_at"`
}

// what is the message's channel and event.
func (m mo) what() (bot.Channel, bot.InboundEvent, error) {
	channel := bot.Channel(m.Channel)
	if channel == "" && m.Event == "opt_out" {
		channel = bot.ChannelSMS // a STOP is not lost for a word that it has no need of
	}
	switch channel {
	case bot.ChannelSMS, bot.ChannelUSSD:
	default:
		return "", "", errors.New("generic: channel must be sms or ussd")
	}
	type said struct {
		channel bot.Channel
		event   string
	}
	switch (said{channel, m.Event}) {
	case said{channel, ""}, said{bot.ChannelUSSD, "input"}:
		return channel, bot.EventMessage, nil
	case said{bot.ChannelUSSD, "begin"}:
		return channel, bot.EventBegin, nil
	case said{bot.ChannelUSSD, "end"}:
		return channel, bot.EventEnd, nil
	case said{bot.ChannelUSSD, "timeout"}:
		return channel, bot.EventTimeout, nil
	case said{bot.ChannelSMS, "opt_out"}:
		return channel, bot.EventOptOut, nil
	default:
		return "", "", errors.New("generic: event must be begin, input, end or timeout for ussd, and opt_out or absent for sms")
	}
}

func (g *Gateway) decodeMO(r gateway.Request) (gateway.Decoded, error) {
	var m mo
	if err := unmarshal(r.Body, &m); err != nil {
		return gateway.Decoded{}, err
	}
	in := bot.Inbound{
		Gateway:    g.c.Name,
		ExternalID: m.MessageID,
		Sender:     m.From,
		To:         m.To,
		SessionID:  m.SessionID,
		Hop:        m.Hop,
	}
	var err error
	if in.Channel, in.Event, err = m.what(); err != nil {
		return gateway.Decoded{}, err
	}
	typed := in.Event == bot.EventMessage || in.Event == bot.EventBegin
	if m.From == "" || typed && m.Text == nil {
		return gateway.Decoded{}, errors.New("generic: mo without from or text")
	}
	if in.Channel == bot.ChannelUSSD && m.SessionID == "" {
		return gateway.Decoded{}, errors.New("generic: ussd without session_id")
	}
	if !gateway.Plain(m.MessageID, m.SessionID, m.Hop, m.From, m.To) {
		return gateway.Decoded{}, fmt.Errorf("generic: an id or address is longer than %d bytes or holds control characters", gateway.MaxID)
	}
	if typed {
		in.Text = bot.Text(*m.Text)
	}
	if m.SentAt != nil {
		in.SentAt = max(0, bot.At(*m.SentAt))
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}, nil
}

type dlr struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	Code      string `json:"code"`
	MessageID string `json:"message_id"`
}

func reportState(status string) (bot.OutState, bool) {
	switch status {
	case "accepted":
		return bot.OutHandedOver, true
	case "delivered":
		return bot.OutDelivered, true
	case "failed":
		return bot.OutFailed, true
	case "expired":
		return bot.OutExpired, true
	default:
		return "", false
	}
}

// A report for an id that is not one of ours decodes with a zero id: it is answered 200, not offered again.
func (g *Gateway) decodeDLR(r gateway.Request) (gateway.Decoded, error) {
	var d dlr
	if err := unmarshal(r.Body, &d); err != nil {
		return gateway.Decoded{}, err
	}
	state, ok := reportState(d.Status)
	if !ok {
		return gateway.Decoded{}, errors.New("generic: status must be accepted, delivered, failed or expired")
	}
	if !gateway.Plain(d.MessageID) {
		return gateway.Decoded{}, fmt.Errorf("generic: message_id is longer than %d bytes or holds control characters", gateway.MaxID)
	}
	id, err := bot.ParseID(d.ID)
	if err != nil {
		id = bot.ID{}
	}
	return gateway.Decoded{Reports: []bot.DeliveryReport{{
		Outbound:   id,
		ExternalID: d.MessageID,
		Gateway:    g.c.Name,
		State:      state,
		Code:       gateway.PlainCode(d.Code),
	}}}, nil
}

// unmarshal wants one JSON value in valid UTF-8: encoding/json would replace bad bytes without a word. Its errors quote
// pieces of the input, so they are not passed on.
func unmarshal(body []byte, v any) error {
	if !utf8.Valid(body) {
		return errors.New("generic: body is no UTF-8")
	}
	if err := json.Unmarshal(body, v); err != nil {
		if t, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
			return fmt.Errorf("generic: field %q has the wrong type", t.Field)
		}
		return errors.New("generic: body is no JSON object of this dialect")
	}
	return nil
}
