package generic_test

import (
	"encoding/json"
	"strconv"
	"testing"

	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
	"tinye/bot/gateway/generic"
	"tinye/bot/hotline/hotlinetest"
)

// Carriers of this dialect number a session's hops, or give each an id, or neither.
func TestHops(t *testing.T) {
	for name, c := range map[string]struct{ numbers, ids bool }{
		"numbers and ids": {true, true},
		"ids only":        {false, true},
		"neither":         {false, false},
	} {
		t.Run(name, func(t *testing.T) {
			gatewaytest.RunHops(t, gatewaytest.Dialect{
				New: func(t testing.TB, name string) gateway.Gateway {
					t.Helper()
					g, err := generic.New(generic.Config{Name: name, URL: "http://127.0.0.1:1/", Token: token})
					if err != nil {
						t.Fatal(err)
					}
					return g
				},
				Hop: func(h gatewaytest.Hop) gatewaytest.Call {
					event, text := "input", h.Last()
					if h.Number == 1 {
						event, text = "begin", h.Dialled()
					}
					return hopCall(h, event, &text, c.numbers, c.ids)
				},
				End:  func(h gatewaytest.Hop) gatewaytest.Call { return hopCall(h, "end", nil, c.numbers, c.ids) },
				Read: readScreen,
				Late: c.numbers || c.ids,
			}, hotlinetest.NewRig)
		})
	}
}

func hopCall(h gatewaytest.Hop, event string, text *string, numbers, ids bool) gatewaytest.Call {
	fields := map[string]any{"channel": "ussd", "session_id": h.Session, "from": h.Caller, "event": event}
	if !h.Less {
		fields["to"], fields["sent_at"] = h.Code, "2026-11-21T12:00:00Z"
	}
	if h.More {
		fields["operator"], fields["cell"] = "orange", map[string]any{"id": []int{1, 2}}
	}
	if text != nil {
		fields["text"] = *text
	}
	if numbers {
		fields["hop"] = strconv.Itoa(h.Number)
	}
	if ids {
		fields["message_id"] = h.Session + "-" + strconv.Itoa(h.Use) + "-" + strconv.Itoa(h.Number)
	}
	body, err := json.Marshal(fields)
	if err != nil { // strings and numbers: cannot happen
		panic(err)
	}
	return gatewaytest.Call{Path: "mo", ContentType: "application/json", Body: string(body)}
}

func readScreen(status int, body []byte) (screen string, end, ok bool) {
	var s struct {
		Text   string `json:"text"`
		Action string `json:"action"`
	}
	err := json.Unmarshal(body, &s)
	return s.Text, s.Action == "end", err == nil && status == 200 && (s.Action == "end" || s.Action == "continue")
}
