package africastalking

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/gateway"
)

var errAddress = fmt.Errorf("africastalking: an id or address is longer than %d bytes or holds control characters", gateway.MaxID)

// decodeHop reads a hop. A caller is not cut off for bytes that are no UTF-8: they become U+FFFD, the same at every hop, so
// that what was typed before them is still known.
func (g *Gateway) decodeHop(r gateway.Request) (gateway.Decoded, error) {
	in, form, err := g.session(r)
	if err != nil {
		return gateway.Decoded{}, err
	}
	in.Text = bot.Text(strings.ToValidUTF8(form.Get("text"), "\uFFFD"))
	in.Cumulative = true
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}, nil
}

// decodeEvent reads the end of a session. What was typed in it and its last screen come too, and are left where they are:
// a text is kept with the report that it became, or not at all.
func (g *Gateway) decodeEvent(r gateway.Request) (gateway.Decoded, error) {
	in, form, err := g.session(r)
	if err != nil {
		return gateway.Decoded{}, err
	}
	in.Event = bot.EventEnd
	why := strings.ToLower(form.Get("errorMessage"))
	if strings.EqualFold(form.Get("status"), "Failed") && (strings.Contains(why, "timeout") || strings.Contains(why, "timed out")) {
		in.Event = bot.EventTimeout
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}, nil
}

// session reads whose session a request is about, and gives the form in which that stands.
func (g *Gateway) session(r gateway.Request) (in bot.Inbound, form url.Values, err error) {
	if form, err = r.Form(); err != nil {
		return bot.Inbound{}, nil, err
	}
	in = bot.Inbound{
		Gateway:   g.c.Name,
		Channel:   bot.ChannelUSSD,
		Sender:    form.Get("phoneNumber"),
		To:        form.Get("serviceCode"),
		SessionID: form.Get("sessionId"),
	}
	if in.Sender == "" || in.SessionID == "" {
		return bot.Inbound{}, nil, errors.New("africastalking: ussd without sessionId or phoneNumber")
	}
	if !gateway.Plain(in.Sender, in.To, in.SessionID) {
		return bot.Inbound{}, nil, errAddress
	}
	return in, form, nil
}

func (g *Gateway) decodeMO(r gateway.Request) (gateway.Decoded, error) {
	form, err := r.Form()
	if err != nil {
		return gateway.Decoded{}, err
	}
	if !form.Has("text") {
		return gateway.Decoded{}, errNoText
	}
	in, err := g.message(form.Get("id"), form.Get("from"), form.Get("to"), form.Get("text"), form.Get("date"))
	if err != nil {
		return gateway.Decoded{}, err
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}, nil
}

var errNoText = errors.New("africastalking: mo without from or text")

// message is a text, from a callback or from those that were kept for us. Its id tells nothing as long as there is a date:
// see the package's comment.
func (g *Gateway) message(id, from, to, text, date string) (bot.Inbound, error) {
	if from == "" {
		return bot.Inbound{}, errNoText
	}
	if !utf8.ValidString(text) {
		return bot.Inbound{}, errors.New("africastalking: text is no UTF-8")
	}
	in := bot.Inbound{
		Gateway: g.c.Name,
		Channel: bot.ChannelSMS,
		Sender:  from,
		To:      to,
		Text:    bot.Text(text),
		SentAt:  second(date),
	}
	if in.SentAt.IsZero() {
		in.ExternalID = id
	}
	if !gateway.Plain(in.ExternalID, from, to) {
		return bot.Inbound{}, errAddress
	}
	return in, nil
}

// second reads a date, cut to the second, since only one of the two ways by which a message comes has more; 0 if it is none.
func second(date string) bot.Instant {
	for _, layout := range []string{time.RFC3339, time.DateTime, "2006-01-02T15:04:05"} { // all take a fraction, too
		if t, err := time.Parse(layout, date); err == nil {
			return max(0, bot.At(t.Truncate(time.Second)))
		}
	}
	return 0
}

// decodeDLR reads a delivery report, which knows its message by the id that Send returned.
func (g *Gateway) decodeDLR(r gateway.Request) (gateway.Decoded, error) {
	form, err := r.Form()
	if err != nil {
		return gateway.Decoded{}, err
	}
	id, status := form.Get("id"), form.Get("status")
	if id == "" || status == "" {
		return gateway.Decoded{}, errors.New("africastalking: delivery report without id or status")
	}
	if !gateway.Plain(id) {
		return gateway.Decoded{}, errAddress
	}
	state := reportState(status)
	return gateway.Decoded{Reports: []bot.DeliveryReport{{
		ExternalID: id,
		Gateway:    g.c.Name,
		State:      state,
		Code:       reportCode(state, status, form.Get("failureReason")),
	}}}, nil
}

// reportState reads the status of a delivery report. One that is new to us ends nothing.
func reportState(status string) bot.OutState {
	switch strings.ToLower(status) {
	case "success":
		return bot.OutDelivered
	case "failed", "rejected", "absentsubscriber":
		return bot.OutFailed
	case "expired":
		return bot.OutExpired
	default: // Sent, Submitted, Buffered
		return bot.OutHandedOver
	}
}

// reportCode is why a message failed: the failureReason, or where there is none, a status that says more than its state.
func reportCode(state bot.OutState, status, reason string) string {
	switch {
	case reason == "NotNetworkSubcriber": // as Africa's Talking writes it, at times
		return "NotNetworkSubscriber"
	case reason != "":
		return gateway.PlainCode(reason)
	case state == bot.OutDelivered:
		return ""
	default:
		return gateway.PlainCode(status)
	}
}

// decodeOptOut reads that somebody asked Africa's Talking to be left alone by us.
func (g *Gateway) decodeOptOut(r gateway.Request) (gateway.Decoded, error) {
	form, err := r.Form()
	if err != nil {
		return gateway.Decoded{}, err
	}
	in := bot.Inbound{
		Gateway: g.c.Name,
		Channel: bot.ChannelSMS,
		Sender:  form.Get("phoneNumber"),
		To:      form.Get("senderId"),
		Event:   bot.EventOptOut,
	}
	if in.Sender == "" {
		return gateway.Decoded{}, errors.New("africastalking: opt-out without phoneNumber")
	}
	if !gateway.Plain(in.Sender, in.To) {
		return gateway.Decoded{}, errAddress
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}, nil
}
