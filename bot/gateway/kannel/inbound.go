package kannel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"tinye/bot"
	"tinye/bot/gateway"
)

func (g *Gateway) decodeMO(r gateway.Request) (gateway.Decoded, error) {
	form, err := r.Form()
	if err != nil {
		return gateway.Decoded{}, err
	}
	if form.Get("from") == "" || !form.Has("text") {
		return gateway.Decoded{}, errors.New("kannel: mo without from or text")
	}
	text, err := decodeText(form.Get("text"), form.Get("coding"), form.Get("charset"))
	if err != nil {
		return gateway.Decoded{}, err
	}
	id := form.Get("id")
	if !gateway.Plain(id, form.Get("from"), form.Get("to")) {
		return gateway.Decoded{}, errors.New("kannel: mo with an impossible id, from or to")
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{{
		Gateway:    g.c.Name,
		ExternalID: id,
		Channel:    bot.ChannelSMS,
		Sender:     form.Get("from"),
		To:         form.Get("to"),
		Text:       bot.Text(text),
		SentAt:     unixTime(form.Get("unix")),
	}}}, nil
}

// decodeText turns the bytes of %b into text. With mo-recode all text comes as UTF-8 with coding 0; without it UCS-2 comes
// as UTF-16BE bytes. Binary messages (8-BIT) are never recoded: what is no plain text among them is for a person to look
// at. Bytes of the GSM alphabet are mapped by Kannel itself: 0x09 comes as Ç, as in 3GPP TS 23.038.
func decodeText(raw, coding, charset string) (string, error) {
	if strings.EqualFold(charset, "UTF-16BE") || strings.EqualFold(charset, "UCS-2") {
		if len(raw)%2 != 0 {
			return "", errors.New("kannel: UTF-16 text of an odd length")
		}
		units := make([]uint16, 0, len(raw)/2)
		for b := []byte(raw); len(b) > 0; b = b[2:] {
			units = append(units, binary.BigEndian.Uint16(b))
		}
		return string(utf16.Decode(units)), nil
	}
	if !utf8.ValidString(raw) {
		return "", fmt.Errorf("kannel: text is no UTF-8 (coding %.4q, charset %.12q)", coding, charset)
	}
	binaryText := coding == "1" || strings.EqualFold(charset, "8-BIT")
	if binaryText && strings.ContainsFunc(raw, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' }) {
		return "", errors.New("kannel: a binary message")
	}
	return raw, nil
}

// unixTime reads %T, in seconds; a time that makes no sense is not known.
func unixTime(s string) bot.Instant {
	const year9999 = 253402300799
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n <= 0 || n > year9999 {
		return 0
	}
	return bot.At(time.Unix(n, 0))
}

// A report for a message id that is not one of ours decodes with a zero id, so that it is answered 200 and not offered
// again.
func (g *Gateway) decodeDLR(r gateway.Request) (gateway.Decoded, error) {
	form, err := r.Form()
	if err != nil {
		return gateway.Decoded{}, err
	}
	code := reportCode(form.Get("rep"))
	state, ok := reportState(form.Get("st"), code)
	if !ok {
		return gateway.Decoded{}, errors.New("kannel: delivery report without a known st")
	}
	id, err := bot.ParseID(form.Get("mid"))
	if err != nil {
		id = bot.ID{}
	}
	external := form.Get("fid")
	if !gateway.Plain(external) {
		external = ""
	}
	return gateway.Decoded{Reports: []bot.DeliveryReport{{
		Outbound:   id,
		ExternalID: external,
		Gateway:    g.c.Name,
		State:      state,
		Code:       code,
		At:         unixTime(form.Get("ts")),
	}}}, nil
}

// reportState reads %d, a single bit of the DLR mask.
func reportState(st, code string) (bot.OutState, bool) {
	switch st {
	case "1":
		return bot.OutDelivered, true
	case "2":
		if strings.HasPrefix(code, "EXPIRED") {
			return bot.OutExpired, true
		}
		return bot.OutFailed, true
	case "4", "8":
		return bot.OutHandedOver, true
	case "16":
		return bot.OutFailed, true
	default:
		return "", false
	}
}

var (
	smppStat = regexp.MustCompile(`\bstat:([A-Z]{2,12})\b`)
	smppErr  = regexp.MustCompile(`\berr:([0-9A-Fa-f]{1,6})\b`)
	nack     = regexp.MustCompile(`^(NACK)(/0x[0-9a-f]{1,8})?\b`)
)

// reportCode takes the SMSC's short words out of %A, which may hold the message's text too: "UNDELIV 001" from the SMPP
// form (3.4, appendix B: id:… stat:UNDELIV err:001 text:…), "NACK/0x0000000b" from a rejection.
func reportCode(rep string) string {
	if m := nack.FindString(rep); m != "" {
		return m
	}
	head, _, _ := strings.Cut(rep, "text:")
	stat := smppStat.FindStringSubmatch(head)
	if stat == nil {
		return ""
	}
	if e := smppErr.FindStringSubmatch(head); e != nil {
		return stat[1] + " " + e[1]
	}
	return stat[1]
}
