package africastalking_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"tinye/bot/gateway"
	"tinye/bot/gateway/africastalking"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/hotline/hotlinetest"
)

func TestHops(t *testing.T) {
	gatewaytest.RunHops(t, gatewaytest.Dialect{
		New: func(t testing.TB, name string) gateway.Gateway {
			t.Helper()
			g, err := africastalking.New(africastalking.Config{
				Name: name, URL: "http://127.0.0.1:1", Username: "tinye", APIKey: apiKey, Failed: failed,
			})
			if err != nil {
				t.Fatal(err)
			}
			return g
		},
		Hop: func(h gatewaytest.Hop) gatewaytest.Call {
			form := hopForm(h)
			form.Set("text", strings.Join(h.Inputs, "*"))
			return gatewaytest.Call{Path: "ussd", ContentType: "application/x-www-form-urlencoded", Body: form.Encode()}
		},
		End: func(h gatewaytest.Hop) gatewaytest.Call {
			form := hopForm(h)
			form.Set("status", "Incomplete")
			form.Set("input", strings.Join(h.Inputs, "*"))
			form.Set("hopsCount", strconv.Itoa(h.Number))
			return gatewaytest.Call{Path: "event", ContentType: "application/x-www-form-urlencoded", Body: form.Encode()}
		},
		Read: func(status int, body []byte) (screen string, end, ok bool) {
			screen, end = strings.CutPrefix(string(body), "END ")
			if !end {
				screen, ok = strings.CutPrefix(string(body), "CON ")
			}
			return screen, end, status == 200 && (end || ok)
		},
		Late: true, Cumulative: true,
	}, hotlinetest.NewRig)
}

// hopForm are the fields that every form of a session has.
func hopForm(h gatewaytest.Hop) url.Values {
	form := url.Values{"sessionId": {h.Session}, "phoneNumber": {h.Caller}}
	if !h.Less {
		form.Set("serviceCode", h.Code)
		form.Set("networkCode", "99999")
	}
	if h.More {
		form.Set("channel", "ussd")
		form.Set("loyalty", "7*7")
	}
	return form
}
