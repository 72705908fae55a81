package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic/sim"
)

// ussdDialect begins a session of a phone with a service's code, such as *384#, as one kind of carrier brings it.
type ussdDialect func(from, code string) ussdSession

// ussdSession is one session as a carrier of one dialect writes it to the hotline. It sends nothing: a hop that comes a
// second time is the same request sent again.
type ussdSession interface {
	dial(through []string) ussdRequest // the first hop; *384*1*2# was dialled through with 1 and 2
	input(text string) ussdRequest
	// end is the request that tells of the session's end; false where the dialect has none for this.
	end(how ussdEnd, last ussdAnswer) (ussdRequest, bool)
	read(ussdAnswer) (ussdScreen, error)
}

// ussdEnd is how a session ended, as the phone sees it.
type ussdEnd int

const (
	endedByHotline ussdEnd = iota
	endedByCaller
)

// ussdRequest is what a carrier posts.
type ussdRequest struct {
	url, contentType string
	body             []byte
}

// ussdAnswer is what the hotline answered; status 0 is none.
type ussdAnswer struct {
	status int
	body   []byte
}

// ussdScreen is what a phone shows, as it came.
type ussdScreen struct {
	text string
	end  bool
}

// ussdSource is what sessions are made with.
type ussdSource struct {
	hooks sim.Hooks
	now   func() time.Time
	newID func() bot.ID
}

// dialect finds a dialect by its name; it needs its addresses.
func (s ussdSource) dialect(name string) (ussdDialect, error) {
	switch {
	case name == "generic" && s.hooks.Generic != "":
		return func(from, code string) ussdSession {
			return &genericSession{ussdSource: s, from: from, code: code, id: s.newID().String()}
		}, nil
	case name == "at" && s.hooks.ATUSSD != "":
		return func(from, code string) ussdSession {
			id := "ATUid_" + strings.ReplaceAll(s.newID().String(), "-", "")
			return &atSession{ussdSource: s, from: from, code: code, id: id, began: s.now()}
		}, nil
	default:
		return nil, fmt.Errorf("the hotline takes no USSD in the dialect %s", name)
	}
}

// genericSession is a session in Tinye's own dialect (package generic): every hop bears its number and the last input.
type genericSession struct {
	ussdSource
	from, code, id string
	hops           int
}

func (s *genericSession) dial(through []string) ussdRequest {
	dialled := strings.Join(append([]string{strings.TrimSuffix(s.code, "#")}, through...), "*") + "#"
	return s.hop("begin", dialled)
}

func (s *genericSession) input(text string) ussdRequest { return s.hop("input", text) }

// A session that the hotline ended needs no event.
func (s *genericSession) end(how ussdEnd, _ ussdAnswer) (ussdRequest, bool) {
	if how == endedByHotline {
		return ussdRequest{}, false
	}
	return s.hop("end", ""), true
}

func (s *genericSession) hop(event, text string) ussdRequest {
	s.hops++
	number := strconv.Itoa(s.hops)
	body, err := json.Marshal(struct {
		MessageID string      `json:"message_id"`
		Channel   bot.Channel `json:"channel"`
		SessionID string      `json:"session_id"`
		Hop       string      `json:"hop"`
		Event     string      `json:"event"`
		From      string      `json:"from"`
		To        string      `json:"to"`
		Text      string      `json:"text"`
		SentAt    time.Time   `json:"sent_at"`
	}{s.id + "-" + number, bot.ChannelUSSD, s.id, number, event, s.from, s.code, text, s.now().UTC()})
	if err != nil { // strings, and a time of this century: cannot happen
		body = nil
	}
	return ussdRequest{url: s.hooks.Generic, contentType: "application/json", body: body}
}

func (s *genericSession) read(a ussdAnswer) (ussdScreen, error) {
	var screen struct {
		Text   string `json:"text"`
		Action string `json:"action"`
	}
	if err := json.Unmarshal(a.body, &screen); err != nil {
		return ussdScreen{}, errors.New("the hotline's answer is no JSON object")
	}
	switch screen.Action {
	case "continue":
		return ussdScreen{text: screen.Text}, nil
	case "end":
		return ussdScreen{text: screen.Text, end: true}, nil
	default:
		return ussdScreen{}, errors.New("the hotline's answer is no screen: it does not say continue or end")
	}
}

// atNetworkCode is the sandbox's.
const atNetworkCode = "99999"

// atSession is a session as Africa's Talking brings it: forms with all that was typed so far, joined with *, and a form
// to another address when it is over. Source: developers.africastalking.com, handling USSD sessions.
type atSession struct {
	ussdSource
	from, code, id string
	began          time.Time
	typed          []string
	hops           int
}

func (s *atSession) dial(through []string) ussdRequest {
	s.typed = append(s.typed, through...)
	return s.hop()
}

func (s *atSession) input(text string) ussdRequest {
	s.typed = append(s.typed, text)
	return s.hop()
}

func (s *atSession) hop() ussdRequest {
	s.hops++
	return s.form(s.hooks.ATUSSD, url.Values{"text": {s.text()}})
}

func (s *atSession) text() string { return strings.Join(s.typed, "*") }

func (s *atSession) end(how ussdEnd, last ussdAnswer) (ussdRequest, bool) {
	if s.hooks.ATEvent == "" {
		return ussdRequest{}, false
	}
	status := "Success"
	if how == endedByCaller {
		status = "Incomplete"
	}
	now := s.now()
	return s.form(s.hooks.ATEvent, url.Values{
		"date":             {now.UTC().Format(time.DateTime)},
		"status":           {status},
		"cost":             {"XOF 0.00"},
		"durationInMillis": {strconv.FormatInt(now.Sub(s.began).Milliseconds(), 10)},
		"hopsCount":        {strconv.Itoa(s.hops)},
		"input":            {s.text()},
		"lastAppResponse":  {string(last.body)},
	}), true
}

// form adds what every form of a session holds.
func (s *atSession) form(address string, fields url.Values) ussdRequest {
	fields.Set("sessionId", s.id)
	fields.Set("serviceCode", s.code)
	fields.Set("phoneNumber", s.from)
	fields.Set("networkCode", atNetworkCode)
	return ussdRequest{url: address, contentType: "application/x-www-form-urlencoded", body: []byte(fields.Encode())}
}

func (s *atSession) read(a ussdAnswer) (ussdScreen, error) {
	body := string(a.body)
	if text, ok := strings.CutPrefix(body, "CON "); ok {
		return ussdScreen{text: text}, nil
	}
	if text, ok := strings.CutPrefix(body, "END "); ok {
		return ussdScreen{text: text, end: true}, nil
	}
	return ussdScreen{}, errors.New("the hotline's answer begins with neither CON nor END")
}
