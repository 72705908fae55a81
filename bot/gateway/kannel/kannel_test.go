package kannel_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/gateway/kannel"
)

const (
	password = "s3cret-of-sendsms"
	mid      = "0199f3a0-1111-7222-8333-444455556666"
)

func newGateway(t *testing.T, carrierURL, callback string, client *http.Client) gateway.Gateway {
	t.Helper()
	g, err := kannel.New(kannel.Config{
		Name: "kannel", URL: carrierURL, Username: "tinye", Password: password,
		From: "36000", SMSC: "operator", Callback: callback, Client: client,
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
		Secrets:  []string{password, "path-secret"},
	})
}

func TestAnswers(t *testing.T) {
	g := newGateway(t, "http://127.0.0.1:1/", gatewaytest.Callback, nil)
	empty := gateway.Response{Status: 200, ContentType: "text/plain; charset=utf-8"}
	later := gateway.Response{Status: 503, ContentType: "text/plain; charset=utf-8"}
	gatewaytest.RunAnswers(t, g, []gatewaytest.Answered{
		{Name: "stored mo has no body, which would be an SMS", Route: "GET mo", Reply: gateway.Reply{Outcome: gateway.Stored}, Want: empty},
		{Name: "a screen is not sent either", Route: "GET mo", Reply: gateway.Reply{Outcome: gateway.Stored, Session: true, Screen: "1 Gao"}, Want: empty},
		{Name: "try later", Route: "GET mo", Reply: gateway.Reply{Outcome: gateway.TryLater}, Want: later},
		{Name: "stored dlr", Route: "GET dlr", Reply: gateway.Reply{Outcome: gateway.Stored}, Want: empty},
	})
}

func mo(externalID, sender, to, text string, unix int64) gateway.Decoded {
	in := bot.Inbound{
		Gateway: "kannel", ExternalID: externalID, Channel: bot.ChannelSMS, Sender: sender, To: to, Text: bot.Text(text),
	}
	if unix > 0 {
		in.SentAt = bot.At(time.Unix(unix, 0))
	}
	return gateway.Decoded{Inbounds: []bot.Inbound{in}}
}

func dlr(id string, external string, state bot.OutState, code string, unix int64) gateway.Decoded {
	r := bot.DeliveryReport{ExternalID: external, Gateway: "kannel", State: state, Code: code}
	r.Outbound, _ = bot.ParseID(id)
	if unix > 0 {
		r.At = bot.At(time.Unix(unix, 0))
	}
	return gateway.Decoded{Reports: []bot.DeliveryReport{r}}
}

func inboundCases() []gatewaytest.Inbound {
	const uuid = "62d9a5b6-75b1-4db4-aee1-3eb736cf51e6"
	tail := "&smsc=operator&id=" + uuid + "&meta="
	cases := []gatewaytest.Inbound{
		// Lines of a Kannel 1.4.5.
		{
			Name:  "text",
			Query: "from=22370123456&to=36000&text=Bonjour+le++Mali&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "22370123456", "36000", "Bonjour le  Mali", 1795197389),
		},
		{
			Name:  "international form",
			Query: "from=%2B22370123456&to=36000&text=ok&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "+22370123456", "36000", "ok", 1795197389),
		},
		{
			Name:  "from a name",
			Query: "from=Orange+Mali&to=36000&text=promo&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "Orange Mali", "36000", "promo", 1795197389),
		},
		{
			Name:  "GSM 0x09 comes as a capital",
			Query: "from=22370123456&to=36000&text=fran%C3%87ais&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "22370123456", "36000", "franÇais", 1795197389),
		},
		{
			Name:  "Bambara with mo-recode",
			Query: "from=22370123456&to=36000&text=I+%C9%9B&unix=1795263757&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "22370123456", "36000", "I ɛ", 1795263757),
		},
		{
			Name:  "Bambara without mo-recode",
			Query: "from=22370123456&to=36000&text=%00I%00+%02%5B&unix=1795263833&coding=2&charset=UTF-16BE" + tail,
			Want:  mo(uuid, "22370123456", "36000", "I ɛ", 1795263833),
		},
		{
			Name:  "a smiley in UTF-16",
			Query: "from=22370123456&to=36000&text=%D8%3D%DE%42&unix=1795263833&coding=2&charset=UTF-16BE" + tail,
			Want:  mo(uuid, "22370123456", "36000", "🙂", 1795263833),
		},
		{
			Name:  "half a smiley",
			Query: "from=22370123456&to=36000&text=%D8%3D%00a&unix=1795263833&coding=2&charset=UTF-16BE" + tail,
			Want:  mo(uuid, "22370123456", "36000", "\uFFFDa", 1795263833),
		},
		{
			Name:  "coding -1",
			Query: "from=22370123456&to=36000&text=ok&unix=1795197389&coding=-1&charset=UTF-8" + tail,
			Want:  mo(uuid, "22370123456", "36000", "ok", 1795197389),
		},
		{
			Name:  "8-bit that is text",
			Query: "from=22370123456&to=36000&text=caf%C3%A9&unix=1795197389&coding=1&charset=8-BIT" + tail,
			Want:  mo(uuid, "22370123456", "36000", "café", 1795197389),
		},
		{
			Name:  "an empty message",
			Query: "from=22370123456&to=36000&text=&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want:  mo(uuid, "22370123456", "36000", "", 1795197389),
		},
		{
			Name:  "without id and time",
			Query: "from=22370123456&to=36000&text=ok",
			Want:  mo("", "22370123456", "36000", "ok", 0),
		},
		{
			Name:  "a time that makes no sense",
			Query: "from=22370123456&to=36000&text=ok&unix=99999999999999999999",
			Want:  mo("", "22370123456", "36000", "ok", 0),
		},
		{
			Name: "as a form", Route: "POST mo", ContentType: "application/x-www-form-urlencoded",
			Body: "from=22370123456&to=36000&text=ok&unix=1795197389&coding=0&charset=UTF-8" + tail,
			Want: mo(uuid, "22370123456", "36000", "ok", 1795197389),
		},
		{
			Name:   "8-bit that is binary",
			Query:  "from=%2B22370123456&to=36000&text=caf%05+%09a&unix=1795263832&coding=1&charset=8-BIT" + tail,
			Hidden: []string{"22370123456", "caf\x05"}, Undecodable: true,
		},
		{
			Name:   "8-bit that is Latin-1",
			Query:  "from=22370123456&to=36000&text=secret%80%FF%E9&unix=1795263758&coding=1&charset=8-BIT" + tail,
			Hidden: []string{"22370123456", "secret"}, Undecodable: true,
		},
		{
			Name:   "text that is no UTF-8",
			Query:  "from=22370123456&to=36000&text=secret%E9&coding=0&charset=UTF-8" + tail,
			Hidden: []string{"22370123456", "secret"}, Undecodable: true,
		},
		{
			Name:   "UTF-16 of an odd length",
			Query:  "from=22370123456&to=36000&text=%00I%00&coding=2&charset=UTF-16BE" + tail,
			Hidden: []string{"22370123456"}, Undecodable: true,
		},
		{
			Name: "without from", Query: "to=36000&text=secret", Hidden: []string{"secret"}, Undecodable: true,
		},
		{
			Name: "without text", Query: "from=22370123456&to=36000", Hidden: []string{"22370123456"}, Undecodable: true,
		},
		{
			Name:  "an id that is none",
			Query: "from=22370123456&to=36000&text=ok&id=" + strings.Repeat("x", 65), Undecodable: true,
		},
		{
			Name: "a form with a broken escape", Route: "POST mo", Body: "from=22370123456&text=%zz",
			Hidden: []string{"22370123456"}, Undecodable: true,
		},

		// Reports: the bits of the mask.
		{
			Name: "dlr/delivered", Route: "GET dlr", Query: "mid=" + mid + "&st=1&rep=&fid=7da3d653-84c2-4c2c-8bf5-757264d14dbe&ts=1795196364",
			Want: dlr(mid, "7da3d653-84c2-4c2c-8bf5-757264d14dbe", bot.OutDelivered, "", 1795196364),
		},
		{
			Name: "dlr/delivered by SMPP", Route: "GET dlr",
			Query: "mid=" + mid + "&st=1&fid=MSGID4&rep=id%3AMSGID4+sub%3A001+dlvrd%3A001+submit+date%3A2611201741+done+date%3A2611201742+stat%3ADELIVRD+err%3A000+text%3Asecret",
			Want:  dlr(mid, "MSGID4", bot.OutDelivered, "DELIVRD 000", 0),
		},
		{
			Name: "dlr/undelivered", Route: "GET dlr", Query: "mid=" + mid + "&st=2&fid=M4&rep=id%3AM4+stat%3AUNDELIV+err%3A001+text%3Asecret",
			Want: dlr(mid, "M4", bot.OutFailed, "UNDELIV 001", 0),
		},
		{
			Name: "dlr/rejected later", Route: "GET dlr", Query: "mid=" + mid + "&st=2&fid=M4&rep=id%3AM4+stat%3AREJECTD+err%3A0ff+text%3A",
			Want: dlr(mid, "M4", bot.OutFailed, "REJECTD 0ff", 0),
		},
		{
			Name: "dlr/expired", Route: "GET dlr", Query: "mid=" + mid + "&st=2&fid=M4&rep=id%3AM4+stat%3AEXPIRED+err%3A000+text%3A",
			Want: dlr(mid, "M4", bot.OutExpired, "EXPIRED 000", 0),
		},
		{
			Name: "dlr/a text that says stat", Route: "GET dlr", Query: "mid=" + mid + "&st=2&fid=M4&rep=id%3AM4+stat%3AUNDELIV+text%3Astat%3AEXPIRED",
			Want: dlr(mid, "M4", bot.OutFailed, "UNDELIV", 0),
		},
		{
			Name: "dlr/buffered", Route: "GET dlr", Query: "mid=" + mid + "&st=4&fid=M4&rep=id%3AM4+stat%3AENROUTE+err%3A000+text%3Ax",
			Want: dlr(mid, "M4", bot.OutHandedOver, "ENROUTE 000", 0),
		},
		{
			Name: "dlr/accepted by the SMSC", Route: "GET dlr", Query: "mid=" + mid + "&st=8&rep=ACK%2F&fid=",
			Want: dlr(mid, "", bot.OutHandedOver, "", 0),
		},
		{
			Name: "dlr/rejected by the SMSC", Route: "GET dlr",
			Query: "mid=" + mid + "&st=16&fid=&rep=NACK%2F0x0000000b%2FInvalid+Destination+Address",
			Want:  dlr(mid, "", bot.OutFailed, "NACK/0x0000000b", 0),
		},
		{
			Name: "dlr/no SMSC", Route: "GET dlr", Query: "mid=" + mid + "&st=16&fid=&rep=NACK%2Fno+SMSC",
			Want: dlr(mid, "", bot.OutFailed, "NACK", 0),
		},
		{
			Name: "dlr/a rejection that names the number", Route: "GET dlr", Query: "mid=" + mid + "&st=16&fid=&rep=NACK%2F22370123456",
			Want: dlr(mid, "", bot.OutFailed, "NACK", 0),
		},
		{
			Name: "dlr/without our id", Route: "GET dlr", Query: "st=1&rep=&fid=M4",
			Want: dlr("", "M4", bot.OutDelivered, "", 0),
		},
		{
			Name: "dlr/with another's id", Route: "GET dlr", Query: "mid=42&st=8&rep=ACK%2F&fid=&from=%2B22370000001&id=ecf59b04&ts=1795196364&smsc=FAKE&user=rumor",
			Want: dlr("", "", bot.OutHandedOver, "", 1795196364),
		},
		{Name: "dlr/without state", Route: "GET dlr", Query: "mid=" + mid, Undecodable: true},
		{Name: "dlr/unknown state", Route: "GET dlr", Query: "mid=" + mid + "&st=3", Undecodable: true},
	}
	for i := range cases {
		if cases[i].Route == "" {
			cases[i].Route = "GET mo"
		}
	}
	return cases
}

func outboundCases() []gatewaytest.Outbound {
	headers := map[string]string{
		"Content-Type":      "text/plain; charset=UTF-8",
		"X-Kannel-Username": "tinye",
		"X-Kannel-Password": password,
		"X-Kannel-To":       "+22370123456",
		"X-Kannel-From":     "36000",
		"X-Kannel-SMSC":     "operator",
		"X-Kannel-Coding":   "0",
		"X-Kannel-Validity": "120",
		"X-Kannel-DLR-Mask": "19",
		"X-Kannel-DLR-Url":  gatewaytest.Callback + "/dlr?mid=" + mid + "&st=%d&rep=%A&fid=%F&ts=%T",
	}
	shortLived := gatewaytest.Sample()
	shortLived.Validity = 20 * time.Second
	name := gatewaytest.Sample()
	name.To = bot.Address{Kind: bot.Alpha, Value: "Orange"}
	return []gatewaytest.Outbound{
		{
			Name: "accepted", Status: 202, Body: "0: Accepted for delivery",
			WantMethod: "POST", WantPath: "/send", WantHeader: headers, WantBody: gatewaytest.Sample().Text,
		},
		{Name: "SMSC offline: queued by Kannel", Status: 202, Body: "3: Queued for later delivery"},
		{Name: "accepted, the body breaks off", Fault: gatewaytest.Half, Status: 202, Body: "0: Acc"},
		{
			Name: "UCS-2", Message: gatewaytest.Message("+22370123456", "I ɲɛ fɔ: tiɲɛ", bot.UCS2, 1),
			Status: 202, Body: "0: Accepted for delivery",
			WantHeader: map[string]string{"X-Kannel-Coding": "2", "Content-Type": "text/plain; charset=UTF-8"},
			WantBody:   "I ɲɛ fɔ: tiɲɛ",
		},
		{
			Name: "less than a minute to live", Message: shortLived, Status: 202,
			WantHeader: map[string]string{"X-Kannel-Validity": "1"},
		},
		{
			Name: "a name cannot be answered", Message: name, WantNothing: true,
			WantErr: &gateway.SendError{Code: gateway.SendBadNumber},
		},
		{
			Name: "several numbers in one", Message: gatewaytest.Message("+22370123456 +22370123457", "x", bot.GSM7, 1),
			WantNothing: true, WantErr: &gateway.SendError{Code: gateway.SendBadNumber},
		},
		{
			Name: "wrong password", Status: 403, Body: "Authorization failed for sendsms",
			WantErr: &gateway.SendError{Code: gateway.SendUnauthorised, Retryable: true, Gateway: true, External: "403"},
		},
		{
			Name: "not routable", Status: 403, Body: "Not routable. Do not try again.",
			WantErr: &gateway.SendError{Code: gateway.SendNotRoutable, External: "403"},
		},
		{
			Name: "number on a black list", Status: 400, Body: "Number(s) has/have been denied by white- and/or black-lists.",
			WantErr: &gateway.SendError{Code: gateway.SendBadNumber, External: "400"},
		},
		{
			Name: "receiver missing", Status: 400, Body: "Missing receiver number, rejected",
			WantErr: &gateway.SendError{Code: gateway.SendBadNumber, External: "400"},
		},
		{
			Name: "text misformed", Status: 400, Body: "Charset or body misformed, rejected",
			WantErr: &gateway.SendError{Code: gateway.SendBadRequest, External: "400"},
		},
		{
			Name: "coding misformed", Status: 400, Body: "Coding field misformed, rejected",
			WantErr: &gateway.SendError{Code: gateway.SendBadRequest, External: "400"},
		},
		{
			Name: "busy", Status: 503, Body: "Temporal failure, try again later.",
			WantErr: &gateway.SendError{Code: gateway.SendThrottled, Retryable: true, Gateway: true, External: "503"},
		},
		{
			Name: "another server", Status: 404,
			WantErr: &gateway.SendError{Code: gateway.SendRefused, Retryable: true, Gateway: true, External: "404"},
		},
		{
			Name: "a 200 is not Kannel's", Status: 200, Body: "<html>",
			WantErr: &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: "200"},
		},
		{
			Name: "an answer that repeats the number", Status: 400, Body: "+22370123456 " + gatewaytest.Sample().Text,
			WantErr: &gateway.SendError{Code: gateway.SendBadRequest, External: "400"},
		},
	}
}

func TestNewRefuses(t *testing.T) {
	good := kannel.Config{
		Name: "kannel", URL: "http://127.0.0.1:13013/cgi-bin/sendsms", Username: "u", Password: "p",
		Callback: "http://127.0.0.1:8080/in/s/kannel",
	}
	if _, err := kannel.New(good); err != nil {
		t.Fatalf("a good configuration: %v", err)
	}
	for name, change := range map[string]func(*kannel.Config){
		"name":                  func(c *kannel.Config) { c.Name = "Kannel 1" },
		"url":                   func(c *kannel.Config) { c.URL = "127.0.0.1:13013" },
		"callback":              func(c *kannel.Config) { c.Callback = "" },
		"callback with escapes": func(c *kannel.Config) { c.Callback = "http://h/in/a%20b" },
		"no password":           func(c *kannel.Config) { c.Password = "" },
		"password with newline": func(c *kannel.Config) { c.Password = "pass\nword" },
		"mask":                  func(c *kannel.Config) { c.DLRMask = 32 },
	} {
		t.Run(name, func(t *testing.T) {
			c := good
			change(&c)
			_, err := kannel.New(c)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), "pass\nword") {
				t.Error("the error shows the password")
			}
		})
	}
}

func FuzzDecode(f *testing.F) {
	g, err := kannel.New(kannel.Config{
		Name: "kannel", URL: "http://127.0.0.1:1/", Username: "u", Password: "p", Callback: gatewaytest.Callback,
	})
	if err != nil {
		f.Fatal(err)
	}
	gatewaytest.FuzzDecode(f, g, inboundCases())
}
