package africastalking_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/africastalking"
	"tinye/bot/gateway/gatewaytest"
)

const (
	apiKey = "atsk_a-key-that-nobody-sees"
	failed = "Pardon, erreur de notre part."
)

func newGateway(t *testing.T, carrierURL, _ string, client *http.Client) gateway.Gateway {
	t.Helper()
	g, err := africastalking.New(africastalking.Config{
		Name: "at", URL: carrierURL, Username: "tinye", APIKey: apiKey, From: "36000", Failed: failed, Client: client,
	})
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func TestGateway(t *testing.T) {
	gatewaytest.Run(t, newGateway, gatewaytest.Cases{
		Inbound:  inboundCases(),
		Outbound: outboundCases(),
		Secrets:  []string{apiKey},
	})
}

func TestAnswers(t *testing.T) {
	g := newGateway(t, "http://127.0.0.1:1/", "", nil)
	says := func(body string) gateway.Response {
		return gateway.Response{Status: 200, ContentType: "text/plain; charset=utf-8", Body: []byte(body)}
	}
	later := gateway.Response{Status: 503, ContentType: "text/plain; charset=utf-8"}
	stored, tryLater := gateway.Reply{Outcome: gateway.Stored}, gateway.Reply{Outcome: gateway.TryLater}
	cases := []gatewaytest.Answered{
		{
			Name: "screen", Route: "POST ussd",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "INFOVRAI\n1 Signaler\n2 Vérifier"},
			Want:  says("CON INFOVRAI\n1 Signaler\n2 Vérifier"),
		},
		{
			Name: "last screen", Route: "POST ussd",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "Merci. Réf 482918", End: true},
			Want:  says("END Merci. Réf 482918"),
		},
		{
			Name: "a session that failed still says so", Route: "POST ussd",
			Reply: gateway.Reply{Outcome: gateway.TryLater, Session: true, Screen: "Plus tard", End: true}, Want: says("END Plus tard"),
		},
		{
			Name: "a hop that failed and left no screen", Route: "POST ussd",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, End: true}, Want: says("END " + failed),
		},
		{Name: "a hop that nobody could read", Route: "POST ussd", Reply: stored, Want: says("END " + failed)},
		{Name: "a hop while locked", Route: "POST ussd", Reply: tryLater, Want: later},
		{
			Name: "the end of a session is shown no screen", Route: "POST event",
			Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "Merci", End: true}, Want: says(""),
		},
	}
	for _, route := range []string{"event", "mo", "dlr", "optout"} {
		cases = append(cases,
			gatewaytest.Answered{Name: route + " stored", Route: "POST " + route, Reply: stored, Want: says("")},
			gatewaytest.Answered{Name: route + " try later", Route: "POST " + route, Reply: tryLater, Want: later},
		)
	}
	gatewaytest.RunAnswers(t, g, cases)
}

// Where nobody configured a sentence, a caller gets one all the same.
func TestACallerAlwaysGetsASentence(t *testing.T) {
	g, err := africastalking.New(africastalking.Config{Name: "at", URL: "http://127.0.0.1:1", Username: "u", APIKey: "k"})
	if err != nil {
		t.Fatal(err)
	}
	got := string(g.Routes()[0].Answer(gateway.Reply{Outcome: gateway.Stored}).Body)
	if !strings.HasPrefix(got, "END ") || len(got) < 20 {
		t.Errorf("a caller reads %q", got)
	}
}

func inbound(in bot.Inbound) gateway.Decoded {
	in.Gateway = "at"
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}
}

func report(external string, state bot.OutState, code string) gateway.Decoded {
	return gateway.Decoded{Reports: []bot.DeliveryReport{{Gateway: "at", State: state, ExternalID: external, Code: code}}}
}

const (
	session = "ATUid_5d3b4c2bc589f4811820a7184eed4df5"
	number  = "+22370123456"
)

func hop(service, text string) gateway.Decoded {
	return inbound(bot.Inbound{
		Channel: bot.ChannelUSSD, Sender: number, To: service, Text: bot.Text(text), SessionID: session, Cumulative: true,
	})
}

func ended(event bot.InboundEvent) gateway.Decoded {
	return inbound(bot.Inbound{Channel: bot.ChannelUSSD, Sender: number, To: "*384*1234#", SessionID: session, Event: event})
}

func mo(external, to, text string, sentAt time.Time) gateway.Decoded {
	return inbound(bot.Inbound{
		ExternalID: external, Channel: bot.ChannelSMS, Sender: number, To: to, Text: bot.Text(text), SentAt: bot.At(sentAt),
	})
}

// form encodes name, value, name, value.
func form(pairs ...string) string {
	v := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		v.Add(pairs[i], pairs[i+1])
	}
	return v.Encode()
}

func inboundCases() []gatewaytest.Inbound {
	long := strings.Repeat("x", 65)
	cases := append(sessionCases(long), moCases(long)...)
	cases = append(cases, dlrCases(long)...)
	cases = append(cases,
		gatewaytest.Inbound{
			Name: "optout", Route: "POST optout", Body: "senderId=COMPANY&phoneNumber=%2B22370123456",
			Want: inbound(bot.Inbound{Channel: bot.ChannelSMS, Sender: number, To: "COMPANY", Event: bot.EventOptOut}),
		},
		gatewaytest.Inbound{Name: "optout/of nobody", Route: "POST optout", Body: "senderId=COMPANY"},
		gatewaytest.Inbound{Name: "optout/from a long name", Route: "POST optout", Body: form("senderId", long, "phoneNumber", number)},
	)
	for i := range cases {
		cases[i].ContentType = "application/x-www-form-urlencoded"
		if cases[i].Want.Inbounds == nil && cases[i].Want.Reports == nil {
			cases[i].Undecodable = true
		}
		cases[i].Hidden = []string{"22370123456", "secret"}
	}
	return cases
}

func sessionCases(long string) []gatewaytest.Inbound {
	ussd := func(pairs ...string) string {
		return form(append([]string{"sessionId", session, "phoneNumber", number, "networkCode", "99999"}, pairs...)...)
	}
	event := func(pairs ...string) string {
		return ussd(append([]string{
			"serviceCode", "*384*1234#", "date", "2025-09-29 12:00:00", "cost", "KES 0.10", "durationInMillis", "12345",
			"hopsCount", "3", "input", "1*secret", "lastAppResponse", "CON secret",
		}, pairs...)...)
	}
	return []gatewaytest.Inbound{
		{
			Name: "ussd/as it comes over the wire", Route: "POST ussd",
			Body: "sessionId=" + session + "&serviceCode=%2A384%2A1234%23&phoneNumber=%2B22370123456&networkCode=99999&text=1%2A2",
			Want: hop("*384*1234#", "1*2"),
		},
		{Name: "ussd/first hop", Route: "POST ussd", Body: ussd("serviceCode", "*384*1234#", "text", ""), Want: hop("*384*1234#", "")},
		{
			Name: "ussd/free text with stars and accents", Route: "POST ussd",
			Body: ussd("serviceCode", "*384*1234#", "text", "1*3*a * b # tiɲɛ é*"), Want: hop("*384*1234#", "1*3*a * b # tiɲɛ é*"),
		},
		{Name: "ussd/without network, service and text", Route: "POST ussd", Body: form("sessionId", session, "phoneNumber", number), Want: hop("", "")},
		{Name: "ussd/more fields", Route: "POST ussd", Body: ussd("text", "1", "operator", "x"), Want: hop("", "1")},
		{Name: "ussd/bytes that are no UTF-8", Route: "POST ussd", Body: ussd("text", "1*caf\xe9*2"), Want: hop("", "1*caf\uFFFD*2")},
		{Name: "ussd/no session", Route: "POST ussd", Body: form("phoneNumber", number, "text", "secret")},
		{Name: "ussd/no number", Route: "POST ussd", Body: form("sessionId", session, "text", "secret")},
		{Name: "ussd/a long session", Route: "POST ussd", Body: form("sessionId", long, "phoneNumber", number, "text", "secret")},
		{Name: "ussd/a number with a line break", Route: "POST ussd", Body: form("sessionId", session, "phoneNumber", number+"\n", "text", "secret")},
		{Name: "ussd/no form", Route: "POST ussd", Body: "secret;%zz"},
		{Name: "ussd/nothing", Route: "POST ussd", Body: ""},

		{Name: "event/success", Route: "POST event", Body: event("status", "Success"), Want: ended(bot.EventEnd)},
		{Name: "event/incomplete", Route: "POST event", Body: event("status", "Incomplete"), Want: ended(bot.EventEnd)},
		{Name: "event/failed", Route: "POST event", Body: event("status", "Failed", "errorMessage", "Application error"), Want: ended(bot.EventEnd)},
		{Name: "event/timed out", Route: "POST event", Body: event("status", "Failed", "errorMessage", "User timed out"), Want: ended(bot.EventTimeout)},
		{Name: "event/timeout", Route: "POST event", Body: event("status", "Failed", "errorMessage", "SessionTimeout"), Want: ended(bot.EventTimeout)},
		{Name: "event/a word that is new", Route: "POST event", Body: event("status", "Aborted"), Want: ended(bot.EventEnd)},
		{Name: "event/no session", Route: "POST event", Body: form("phoneNumber", number, "status", "Success")},
		{Name: "event/no form", Route: "POST event", Body: "secret;%zz"},
	}
}

func moCases(long string) []gatewaytest.Inbound {
	sent := time.Date(2017, 5, 3, 6, 4, 45, 0, time.UTC)
	const uuid = "ec9adc86-51d5-4bc8-8eb0-d8ab0bb53dc3"
	rest := "&from=%2B22370123456&to=21512&linkId=03090445075804249226"
	return []gatewaytest.Inbound{
		{
			Name: "mo", Route: "POST mo",
			Body: "linkId=03090445075804249226&text=Msg&to=21512&id=" + uuid + "&date=2017-05-03T06%3A04%3A45Z&from=%2B22370123456",
			Want: mo("", "21512", "Msg", sent),
		},
		{
			Name: "mo/the other date, network and cost, no linkId", Route: "POST mo",
			Body: "linkId=&text=tin%C9%9B&to=21512&id=" + uuid + "&date=2017-05-03+06%3A04%3A45&from=%2B22370123456&networkCode=62006&cost=KES+1.00",
			Want: mo("", "21512", "tinɛ", sent),
		},
		{
			Name: "mo/a fraction of a second", Route: "POST mo",
			Body: "text=Msg&id=" + uuid + "&date=2017-05-03T06%3A04%3A45.999Z" + rest, Want: mo("", "21512", "Msg", sent),
		},
		{
			Name: "mo/another time zone", Route: "POST mo",
			Body: "text=Msg&id=" + uuid + "&date=2017-05-03T09%3A04%3A45%2B03%3A00" + rest, Want: mo("", "21512", "Msg", sent),
		},
		{Name: "mo/no date", Route: "POST mo", Body: "text=Msg&id=" + uuid + rest, Want: mo(uuid, "21512", "Msg", time.Time{})},
		{Name: "mo/a date of nobody", Route: "POST mo", Body: "text=Msg&date=hier&id=" + uuid + rest, Want: mo(uuid, "21512", "Msg", time.Time{})},
		{Name: "mo/a date before 1970", Route: "POST mo", Body: "text=Msg&date=1960-01-01+00:00:00&id=" + uuid + rest, Want: mo(uuid, "21512", "Msg", time.Time{})},
		{Name: "mo/neither id nor date", Route: "POST mo", Body: "text=Msg" + rest, Want: mo("", "21512", "Msg", time.Time{})},
		{
			Name: "mo/an id that is not needed", Route: "POST mo",
			Body: form("text", "Msg", "from", number, "to", "21512", "date", "2017-05-03 06:04:45", "id", long), Want: mo("", "21512", "Msg", sent),
		},
		{Name: "mo/an empty text", Route: "POST mo", Body: "text=&date=2017-05-03+06:04:45" + rest, Want: mo("", "21512", "", sent)},
		{Name: "mo/no text", Route: "POST mo", Body: "id=" + uuid + rest},
		{Name: "mo/no from", Route: "POST mo", Body: form("text", "secret", "id", uuid)},
		{Name: "mo/text that is no UTF-8", Route: "POST mo", Body: "text=secret%E9&id=" + uuid + rest},
		{Name: "mo/a long id and no date", Route: "POST mo", Body: form("text", "secret", "from", number, "id", long)},
		{Name: "mo/a long from", Route: "POST mo", Body: form("text", "secret", "from", long, "date", "2017-05-03 06:04:45")},
		{Name: "mo/no form", Route: "POST mo", Body: "secret;%zz"},
	}
}

func dlrCases(long string) []gatewaytest.Inbound {
	const id = "ATXid_9c1e2a"
	dlr := func(pairs ...string) string {
		return form(append([]string{"id", id, "phoneNumber", number, "networkCode", "62006", "retryCount", "0"}, pairs...)...)
	}
	var cases []gatewaytest.Inbound
	for _, c := range []struct {
		status, reason string
		state          bot.OutState
		code           string
	}{
		{"Sent", "", bot.OutHandedOver, "Sent"},
		{"Submitted", "", bot.OutHandedOver, "Submitted"},
		{"Buffered", "", bot.OutHandedOver, "Buffered"},
		{"Success", "", bot.OutDelivered, ""},
		{"Rejected", "InsufficientCredit", bot.OutFailed, "InsufficientCredit"},
		{"Rejected", "UserInBlackList", bot.OutFailed, "UserInBlackList"},
		{"Failed", "NotNetworkSubcriber", bot.OutFailed, "NotNetworkSubscriber"},
		{"Failed", "NotNetworkSubscriber", bot.OutFailed, "NotNetworkSubscriber"},
		{"Failed", "DeliveryFailure", bot.OutFailed, "DeliveryFailure"},
		{"Failed", "", bot.OutFailed, "Failed"},
		{"AbsentSubscriber", "", bot.OutFailed, "AbsentSubscriber"},
		{"Expired", "", bot.OutExpired, "Expired"},
		{"InTheAir", "", bot.OutHandedOver, "InTheAir"},
		{"Held at the gate", "", bot.OutHandedOver, ""},
		{"Failed", "could not reach 22370123456", bot.OutFailed, ""},
		{"Failed", "22370123456", bot.OutFailed, ""},
	} {
		cases = append(cases, gatewaytest.Inbound{
			Name: "dlr/" + c.status + " " + strings.TrimSuffix(c.reason, "22370123456"), Route: "POST dlr",
			Body: dlr("status", c.status, "failureReason", c.reason), Want: report(id, c.state, c.code),
		})
	}
	return append(cases,
		gatewaytest.Inbound{Name: "dlr/no reason at all", Route: "POST dlr", Body: dlr("status", "Success"), Want: report(id, bot.OutDelivered, "")},
		gatewaytest.Inbound{Name: "dlr/no id", Route: "POST dlr", Body: form("status", "Success", "phoneNumber", number)},
		gatewaytest.Inbound{Name: "dlr/no status", Route: "POST dlr", Body: dlr()},
		gatewaytest.Inbound{Name: "dlr/a long id", Route: "POST dlr", Body: form("id", long, "status", "Success")},
		gatewaytest.Inbound{Name: "dlr/no form", Route: "POST dlr", Body: "secret;%zz"},
	)
}

func TestNewRefuses(t *testing.T) {
	good := africastalking.Config{Name: "at", URL: "https://api.africastalking.com/version1", Username: "tinye", APIKey: "k"}
	if _, err := africastalking.New(good); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for name, change := range map[string]func(*africastalking.Config){
		"name":             func(c *africastalking.Config) { c.Name = "Africa's Talking" },
		"url":              func(c *africastalking.Config) { c.URL = "api.africastalking.com" },
		"url with a query": func(c *africastalking.Config) { c.URL += "?username=x" },
		"no username":      func(c *africastalking.Config) { c.Username = "" },
		"no key":           func(c *africastalking.Config) { c.APIKey = "" },
		"key with newline": func(c *africastalking.Config) { c.APIKey = "secret\nkey" },
		"from with accent": func(c *africastalking.Config) { c.From = "VÉRITÉ" },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			_, err := africastalking.New(c)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "secret\nkey") {
				t.Error("the error shows the key")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	g, err := africastalking.New(africastalking.Config{Name: "at", URL: "http://127.0.0.1:1/", Username: "u", APIKey: "k"})
	if err != nil {
		f.Fatal(err)
	}
	gatewaytest.FuzzDecode(f, g, inboundCases())
}
