package generic_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/gateway/generic"
)

const (
	token = "bearer-token-of-the-carrier"
	id    = "0199f3a0-1111-7222-8333-444455556666"
)

func newGateway(t *testing.T, carrierURL, _ string, client *http.Client) gateway.Gateway {
	t.Helper()
	g, err := generic.New(generic.Config{Name: "sim", URL: carrierURL, Token: token, Client: client})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGateway(t *testing.T) {
	gatewaytest.Run(t, newGateway, gatewaytest.Cases{
		Inbound:  inboundCases(),
		Outbound: outboundCases(),
		Secrets:  []string{token, "path-secret"},
	})
}

func TestAnswers(t *testing.T) {
	g := newGateway(t, "http://127.0.0.1:1/", "", nil)
	ok := func(body string) gateway.Response {
		return gateway.Response{Status: 200, ContentType: "application/json", Body: []byte(body)}
	}
	gatewaytest.RunAnswers(t, g, []gatewaytest.Answered{
		{Name: "stored", Route: "POST mo", Reply: gateway.Reply{Outcome: gateway.Stored}, Want: ok(`{"status":"stored"}`)},
		{Name: "stored report", Route: "POST dlr", Reply: gateway.Reply{Outcome: gateway.Stored}, Want: ok(`{"status":"stored"}`)},
		{
			Name: "screen", Route: "POST mo",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "1 Gao\n2 Mopti"},
			Want:  ok(`{"text":"1 Gao\n2 Mopti","action":"continue"}`),
		},
		{
			Name: "last screen", Route: "POST mo",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "482918", End: true},
			Want:  ok(`{"text":"482918","action":"end"}`),
		},
		{
			Name: "a session that failed still says so", Route: "POST mo",
			Reply: gateway.Reply{Outcome: gateway.TryLater, Session: true, Screen: "Plus tard", End: true},
			Want:  ok(`{"text":"Plus tard","action":"end"}`),
		},
		{
			Name: "a session that has ended is shown no screen", Route: "POST mo",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, End: true}, Want: ok(`{"status":"stored"}`),
		},
		{
			Name: "try later", Route: "POST mo", Reply: gateway.Reply{Outcome: gateway.TryLater},
			Want: gateway.Response{Status: 503, ContentType: "application/json", Body: []byte(`{"status":"try_later"}`)},
		},
	})
}

func inbound(in bot.Inbound) gateway.Decoded {
	in.Gateway = "sim"
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}
}

func report(state bot.OutState, outbound, external, code string) gateway.Decoded {
	r := bot.DeliveryReport{Gateway: "sim", State: state, ExternalID: external, Code: code}
	r.Outbound, _ = bot.ParseID(outbound)
	return gateway.Decoded{Reports: []bot.DeliveryReport{r}}
}

func inboundCases() []gatewaytest.Inbound {
	sentAt := bot.At(time.Date(2026, 11, 20, 17, 39, 11, 0, time.UTC))
	long := strings.Repeat("x", 65)
	cases := []gatewaytest.Inbound{
		{
			Name: "sms",
			Body: `{"message_id":"a1","channel":"sms","from":"+22370123456","to":"36000","text":"Bonjour ɛ","sent_at":"2026-11-20T17:39:11Z"}`,
			Want: inbound(bot.Inbound{ExternalID: "a1", Channel: bot.ChannelSMS, Sender: "+22370123456", To: "36000", Text: "Bonjour ɛ", SentAt: sentAt}),
		},
		{
			Name: "another time zone",
			Body: `{"message_id":"a1","channel":"sms","from":"+22370123456","text":"x","sent_at":"2026-11-20T18:39:11+01:00"}`,
			Want: inbound(bot.Inbound{ExternalID: "a1", Channel: bot.ChannelSMS, Sender: "+22370123456", Text: "x", SentAt: sentAt}),
		},
		{
			Name: "ussd hop",
			Body: `{"message_id":"h2","hop":"2","session_id":"s9","channel":"ussd","from":"22370123456","to":"*360#","text":"1"}`,
			Want: inbound(bot.Inbound{ExternalID: "h2", Channel: bot.ChannelUSSD, Sender: "22370123456", To: "*360#", Text: "1", SessionID: "s9", Hop: "2"}),
		},
		{
			Name: "the first hop is empty",
			Body: `{"message_id":"h1","hop":"1","session_id":"s9","channel":"ussd","from":"22370123456","text":""}`,
			Want: inbound(bot.Inbound{ExternalID: "h1", Channel: bot.ChannelUSSD, Sender: "22370123456", SessionID: "s9", Hop: "1"}),
		},
		{
			Name: "without id and time, with more fields",
			Body: `{"channel":"sms","from":"Orange","text":"promo","operator":"x","parts":[1]}`,
			Want: inbound(bot.Inbound{Channel: bot.ChannelSMS, Sender: "Orange", Text: "promo"}),
		},
		{
			Name: "a time before 1970",
			Body: `{"channel":"sms","from":"1","text":"x","sent_at":"1960-01-01T00:00:00Z"}`,
			Want: inbound(bot.Inbound{Channel: bot.ChannelSMS, Sender: "1", Text: "x"}),
		},
		{
			Name: "a session begins",
			Body: `{"event":"begin","message_id":"h1","hop":"1","session_id":"s9","channel":"ussd","from":"22370123456","to":"*360#","text":"*360*1#"}`,
			Want: inbound(bot.Inbound{
				ExternalID: "h1", Channel: bot.ChannelUSSD, Sender: "22370123456", To: "*360#", Text: "*360*1#", SessionID: "s9", Hop: "1",
				Event: bot.EventBegin,
			}),
		},
		{
			Name: "input is what a hop is without an event",
			Body: `{"event":"input","message_id":"h2","hop":"2","session_id":"s9","channel":"ussd","from":"22370123456","text":"1"}`,
			Want: inbound(bot.Inbound{ExternalID: "h2", Channel: bot.ChannelUSSD, Sender: "22370123456", Text: "1", SessionID: "s9", Hop: "2"}),
		},
		{
			Name: "a session ends without a text",
			Body: `{"event":"end","message_id":"h3","session_id":"s9","channel":"ussd","from":"22370123456"}`,
			Want: inbound(bot.Inbound{ExternalID: "h3", Channel: bot.ChannelUSSD, Sender: "22370123456", SessionID: "s9", Event: bot.EventEnd}),
		},
		{
			Name: "the network gives up, and what it says of the session is not kept",
			Body: `{"event":"timeout","session_id":"s9","hop":"4","channel":"ussd","from":"22370123456","text":"1*2","sent_at":"2026-11-20T17:39:11Z"}`,
			Want: inbound(bot.Inbound{
				Channel: bot.ChannelUSSD, Sender: "22370123456", SessionID: "s9", Hop: "4", SentAt: sentAt, Event: bot.EventTimeout,
			}),
		},
		{
			Name: "somebody told the carrier to be left alone",
			Body: `{"event":"opt_out","message_id":"o1","channel":"sms","from":"+22370123456","text":"no more of this"}`,
			Want: inbound(bot.Inbound{ExternalID: "o1", Channel: bot.ChannelSMS, Sender: "+22370123456", Event: bot.EventOptOut}),
		},
		{
			Name: "an opt-out needs no channel",
			Body: `{"event":"opt_out","from":"+22370123456"}`,
			Want: inbound(bot.Inbound{Channel: bot.ChannelSMS, Sender: "+22370123456", Event: bot.EventOptOut}),
		},
		{Name: "event unknown", Body: `{"event":"secret","channel":"ussd","session_id":"s","from":"+22370123456","text":"1"}`},
		{Name: "event a number", Body: `{"event":1,"channel":"ussd","session_id":"s","from":"+22370123456","text":"secret"}`},
		{Name: "an sms does not end", Body: `{"event":"end","channel":"sms","from":"+22370123456","text":"secret"}`},
		{Name: "an opt-out is no hop", Body: `{"event":"opt_out","channel":"ussd","session_id":"s","from":"+22370123456"}`},
		{Name: "an opt-out of nobody", Body: `{"event":"opt_out","channel":"sms"}`},
		{Name: "a session that ends without its id", Body: `{"event":"end","channel":"ussd","from":"+22370123456"}`},
		{Name: "a session that begins without a text", Body: `{"event":"begin","channel":"ussd","session_id":"s","from":"+22370123456"}`},
		{Name: "channel missing", Body: `{"from":"+22370123456","text":"secret"}`},
		{Name: "channel unknown", Body: `{"channel":"fax","from":"+22370123456","text":"secret"}`},
		{Name: "from missing", Body: `{"channel":"sms","text":"secret"}`},
		{Name: "text missing", Body: `{"channel":"sms","from":"+22370123456"}`},
		{Name: "text null", Body: `{"channel":"sms","from":"+22370123456","text":null}`},
		{Name: "text a number", Body: `{"channel":"sms","from":"+22370123456","text":22370123456}`},
		{Name: "from a number", Body: `{"channel":"sms","from":22370123456,"text":"secret"}`},
		{Name: "hop a number", Body: `{"channel":"ussd","session_id":"s","hop":2,"from":"+22370123456","text":"secret"}`},
		{Name: "session missing", Body: `{"channel":"ussd","from":"+22370123456","text":"secret"}`},
		{Name: "time in another form", Body: `{"channel":"sms","from":"+22370123456","text":"secret","sent_at":"20/11/2026"}`},
		{Name: "id too long", Body: `{"message_id":"` + long + `","channel":"sms","from":"+22370123456","text":"secret"}`},
		{Name: "id with a control character", Body: `{"message_id":"a\u0000","channel":"sms","from":"+22370123456","text":"secret"}`},
		{Name: "no UTF-8", Body: "{\"channel\":\"sms\",\"from\":\"+22370123456\",\"text\":\"secret\xe9\"}"},
		{Name: "two objects", Body: `{"channel":"sms","from":"+22370123456","text":"secret"}{}`},
		{Name: "cut off", Body: `{"channel":"sms","from":"+22370123456","text":"secret`},
		{Name: "an array", Body: `[{"channel":"sms","from":"+22370123456","text":"secret"}]`},
		{Name: "a form", Body: `from=%2B22370123456&text=secret`},
		{Name: "nothing", Body: ``},

		{
			Name: "dlr/accepted", Route: "POST dlr", Body: `{"id":"` + id + `","status":"accepted","message_id":"c77"}`,
			Want: report(bot.OutHandedOver, id, "c77", ""),
		},
		{
			Name: "dlr/delivered", Route: "POST dlr", Body: `{"id":"` + id + `","status":"delivered","message_id":"c77","code":"000"}`,
			Want: report(bot.OutDelivered, id, "c77", "000"),
		},
		{
			Name: "dlr/failed", Route: "POST dlr", Body: `{"id":"` + id + `","status":"failed","code":"absent_subscriber"}`,
			Want: report(bot.OutFailed, id, "", "absent_subscriber"),
		},
		{
			Name: "dlr/expired", Route: "POST dlr", Body: `{"id":"` + id + `","status":"expired"}`,
			Want: report(bot.OutExpired, id, "", ""),
		},
		{
			Name: "dlr/a code that is a number", Route: "POST dlr", Body: `{"id":"` + id + `","status":"failed","code":"22370123456"}`,
			Want: report(bot.OutFailed, id, "", ""),
		},
		{
			Name: "dlr/a code that is a text", Route: "POST dlr", Body: `{"id":"` + id + `","status":"failed","code":"could not send Bonjour"}`,
			Want: report(bot.OutFailed, id, "", ""),
		},
		{
			Name: "dlr/not our id", Route: "POST dlr", Body: `{"id":"42","status":"delivered","message_id":"c77"}`,
			Want: report(bot.OutDelivered, "", "c77", ""),
		},
		{
			Name: "dlr/no id", Route: "POST dlr", Body: `{"status":"delivered","message_id":"c77"}`,
			Want: report(bot.OutDelivered, "", "c77", ""),
		},
		{Name: "dlr/status unknown", Route: "POST dlr", Body: `{"id":"` + id + `","status":"read"}`},
		{Name: "dlr/status missing", Route: "POST dlr", Body: `{"id":"` + id + `"}`},
		{Name: "dlr/no JSON", Route: "POST dlr", Body: `ok`},
	}
	for i := range cases {
		if cases[i].Route == "" {
			cases[i].Route = "POST mo"
		}
		cases[i].ContentType = "application/json"
		if cases[i].Want.Inbounds == nil && cases[i].Want.Reports == nil {
			cases[i].Undecodable = true
			cases[i].Hidden = []string{"22370123456", "secret", "20/11/2026"}
		}
	}
	return cases
}

func outboundCases() []gatewaytest.Outbound {
	sample := gatewaytest.Sample()
	name := sample
	name.To = bot.Address{Kind: bot.ShortCode, Value: "36000"}
	shortLived := sample
	shortLived.Validity = time.Second
	permanent := func(code, status string) *gateway.SendError {
		return &gateway.SendError{Code: code, External: status}
	}
	fault := func(code, status string) *gateway.SendError {
		return &gateway.SendError{Code: code, Retryable: true, Gateway: true, External: status}
	}
	return []gatewaytest.Outbound{
		{
			Name: "accepted", Status: 202, Body: `{"message_id":"c77"}`, WantID: "c77",
			WantMethod: "POST", WantPath: "/send",
			WantHeader: map[string]string{"Authorization": "Bearer " + token, "Content-Type": "application/json"},
			WantJSON: map[string]any{
				"id": id, "to": "+22370123456", "text": sample.Text, "encoding": "gsm7", "parts": 1.0, "validity_seconds": 7200.0,
			},
		},
		{
			Name: "UCS-2 in three parts", Message: gatewaytest.Message("+22370123456", "<tiɲɛ> & \"ŋ\"", bot.UCS2, 3),
			Status: 200, Body: `{"message_id":"c78"}`, WantID: "c78",
			WantJSON: map[string]any{
				"id": id, "to": "+22370123456", "text": "<tiɲɛ> & \"ŋ\"", "encoding": "ucs2", "parts": 3.0, "validity_seconds": 7200.0,
			},
		},
		{
			Name: "a minute at least", Message: shortLived, Status: 202,
			WantJSON: map[string]any{
				"id": id, "to": "+22370123456", "text": sample.Text, "encoding": "gsm7", "parts": 1.0, "validity_seconds": 60.0,
			},
		},
		{Name: "accepted without an id", Status: 202, Body: `{}`},
		{Name: "accepted with a body that is no JSON", Status: 200, Body: `OK`},
		{Name: "accepted, the body breaks off", Fault: gatewaytest.Half, Status: 202, Body: `{"message_id":`},
		{Name: "accepted with an endless id", Status: 202, Body: `{"message_id":"` + strings.Repeat("x", 65) + `"}`},
		{Name: "taken before", Status: 409, Body: `{"code":"duplicate","message_id":"c77"}`, WantID: "c77"},
		{
			Name: "a short code cannot be answered", Message: name, WantNothing: true,
			WantErr: &gateway.SendError{Code: gateway.SendBadNumber},
		},
		{
			Name: "slower", Status: 429, Header: map[string]string{"Retry-After": "30"},
			WantErr: &gateway.SendError{Code: gateway.SendThrottled, Retryable: true, After: 30 * time.Second, External: "429"},
		},
		{
			Name: "slower, with a date", Status: 429, Header: map[string]string{"Retry-After": "Fri, 31 Dec 1999 23:59:59 GMT"},
			WantErr: &gateway.SendError{Code: gateway.SendThrottled, Retryable: true, External: "429"},
		},
		{
			Name: "much slower", Status: 429, Header: map[string]string{"Retry-After": "999999999"},
			WantErr: &gateway.SendError{Code: gateway.SendThrottled, Retryable: true, After: 24 * time.Hour, External: "429"},
		},
		{Name: "wrong token", Status: 401, WantErr: fault(gateway.SendUnauthorised, "401")},
		{Name: "forbidden", Status: 403, WantErr: fault(gateway.SendUnauthorised, "403")},
		{Name: "wrong path", Status: 404, WantErr: fault(gateway.SendRefused, "404")},
		{Name: "bad number", Status: 400, Body: `{"code":"bad_number"}`, WantErr: permanent(gateway.SendBadNumber, "400")},
		{Name: "not routable", Status: 422, Body: `{"code":"not_routable"}`, WantErr: permanent(gateway.SendNotRoutable, "422")},
		{Name: "no credit", Status: 402, Body: `{"code":"no_credit"}`, WantErr: fault(gateway.SendNoCredit, "402")},
		{
			Name: "a code of its own that holds the number", Status: 400, Body: `{"code":"blocked_22370123456"}`,
			WantErr: permanent(gateway.SendRefused, "400"),
		},
		{
			Name: "bad gateway", Status: 502, Body: "<html>",
			WantErr: &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: "502"},
		},
		{
			Name: "unavailable", Status: 503,
			WantErr: &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: "503"},
		},
	}
}

func TestNewRefuses(t *testing.T) {
	good := generic.Config{Name: "sim", URL: "http://127.0.0.1:9090/messages", Token: "t"}
	if _, err := generic.New(good); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for name, change := range map[string]func(*generic.Config){
		"name":               func(c *generic.Config) { c.Name = "" },
		"url":                func(c *generic.Config) { c.URL = "ftp://127.0.0.1/" },
		"no token":           func(c *generic.Config) { c.Token = "" },
		"token with newline": func(c *generic.Config) { c.Token = "to\nken" },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			if _, err := generic.New(c); err == nil {
				t.Fatal("accepted")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	g, err := generic.New(generic.Config{Name: "sim", URL: "http://127.0.0.1:1/", Token: "t"})
	if err != nil {
		f.Fatal(err)
	}
	gatewaytest.FuzzDecode(f, g, inboundCases())
}
