package generic

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"time"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/gateway"
)

type mo struct {
	MessageID string     `json:"message_id"`
	Hop       string     `json:"hop"`
	SessionID string     `json:"session_id"`
	Channel   string     `json:"channel"`
	From      string     `json:"from"`
	To        string     `json:"to"`
	Text      *string    `json:"text"`
	SentAt    *time.Time `json:"sent_at"`
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
	switch bot.Channel(m.Channel) {
	case bot.ChannelSMS, bot.ChannelUSSD:
		in.Channel = bot.Channel(m.Channel)
	default:
		return gateway.Decoded{}, errors.New("generic: channel must be sms or ussd")
	}
	if m.From == "" || m.Text == nil {
		return gateway.Decoded{}, errors.New("generic: mo without from or text")
	}
	if in.Channel == bot.ChannelUSSD && m.SessionID == "" {
		return gateway.Decoded{}, errors.New("generic: ussd without session_id")
	}
	if !gateway.Plain(m.MessageID, m.SessionID, m.Hop, m.From, m.To) {
		return gateway.Decoded{}, fmt.Errorf("generic: an id or address is longer than %d bytes or holds control characters", gateway.MaxID)
	}
	in.Text = bot.Text(*m.Text)
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
		Code:       shortCode(d.Code),
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

var (
	codeRule = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$`)
	manyNos  = regexp.MustCompile(`[0-9]{7}`)
)

// shortCode keeps a carrier's code if it is one word and cannot hold a number or a text.
func shortCode(s string) string {
	if !codeRule.MatchString(s) || manyNos.MatchString(s) {
		return ""
	}
	return s
}
