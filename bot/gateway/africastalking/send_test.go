package africastalking_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
	"tinye/bot/gateway/gatewaytest"
)

// answered is the body of an answer about one recipient.
func answered(code int, status, id string) string {
	return fmt.Sprintf(`{"SMSMessageData":{"Message":"Sent to 1/1 Total Cost: KES 0.8000","Recipients":[`+
		`{"statusCode":%d,"number":"+22370123456","status":%q,"cost":"KES 0.8000","messageId":%q}]}}`, code, status, id)
}

// nobody is the body of an answer without a recipient.
func nobody(message string) string {
	return fmt.Sprintf(`{"SMSMessageData":{"Message":%q,"Recipients":[]}}`, message)
}

func outboundCases() []gatewaytest.Outbound {
	sample := gatewaytest.Sample()
	permanent := func(code, external string) *gateway.SendError {
		return &gateway.SendError{Code: code, External: external}
	}
	fault := func(code, external string) *gateway.SendError {
		return &gateway.SendError{Code: code, Retryable: true, Gateway: true, External: external}
	}
	broken := func(external string) *gateway.SendError {
		return &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: external}
	}
	short := sample
	short.To = bot.Address{Kind: bot.ShortCode, Value: "36000"}
	cases := []gatewaytest.Outbound{
		{
			Name: "taken", Status: 201, Body: answered(101, "Success", "ATPid_SampleTxnId123"), WantID: "ATPid_SampleTxnId123",
			WantMethod: "POST", WantPath: "/send/messaging",
			WantHeader: map[string]string{
				"apiKey": apiKey, "Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded",
			},
			WantBody: form("username", "tinye", "to", number, "from", "36000", "enqueue", "1", "message", sample.Text),
		},
		{
			Name: "Bambara in three parts", Message: gatewaytest.Message(number, "<tiɲɛ> & \"ŋ\" + 1", bot.UCS2, 3),
			Status: 201, Body: answered(102, "Queued", "ATPid_2"), WantID: "ATPid_2",
			WantBody: form("username", "tinye", "to", number, "from", "36000", "enqueue", "1", "message", "<tiɲɛ> & \"ŋ\" + 1"),
		},
		{Name: "taken without an id", Status: 201, Body: answered(100, "Processed", "None")},
		{Name: "taken with an endless id", Status: 201, Body: answered(101, "Success", strings.Repeat("x", 65))},
		{Name: "a code in quotes", Status: 201, Body: strings.Replace(answered(101, "Success", "ATPid_3"), "101", `"101"`, 1), WantID: "ATPid_3"},
		{Name: "a status of 200", Status: 200, Body: answered(101, "Success", "ATPid_4"), WantID: "ATPid_4"},
		{
			Name: "a word and no code", Status: 201, WantID: "ATPid_5",
			Body: `{"SMSMessageData":{"Recipients":[{"status":"Success","messageId":"ATPid_5"}]}}`,
		},
		{
			Name: "not to be disturbed, with 409", Status: 409,
			Body: `{"SMSMessageData":{"Message":"Sent to 0/1 Total Cost: 0","Recipients":[{"cost":"0","messageId":"None",` +
				`"number":"+22370123456","status":"DoNotDisturbRejection","statusCode":409}]}}`,
			WantErr: permanent(gateway.SendRefused, "409"),
		},
		{Name: "a code that is new", Status: 201, Body: answered(499, "Unheard", "None"), WantErr: broken("499")},
		{Name: "a code of many digits", Status: 201, Body: answered(22370123456, "22370123456", "None"), WantErr: broken("201")},
		{Name: "taken, and the body breaks off", Fault: gatewaytest.Half, Status: 201, Body: `{"SMSMessageData":`, WantErr: broken("201")},
		{Name: "taken by somebody else", Status: 200, Body: "<html>", WantErr: broken("200")},

		{Name: "nobody: the sender", Status: 201, Body: nobody("InvalidSenderId"), WantErr: fault(gateway.SendBadSender, "201")},
		{Name: "nobody: the sender in words", Status: 201, Body: nobody("Invalid Sender ID"), WantErr: fault(gateway.SendBadSender, "201")},
		{Name: "nobody: no balance", Status: 201, Body: nobody("Insufficient balance"), WantErr: fault(gateway.SendNoCredit, "201")},
		{Name: "nobody: something else", Status: 201, Body: nobody("to " + number + ": " + sample.Text), WantErr: permanent(gateway.SendRefused, "201")},
		{Name: "nobody, and the list is missing", Status: 201, Body: `{"SMSMessageData":{"Message":"x"}}`, WantErr: permanent(gateway.SendRefused, "201")},

		{Name: "wrong key", Status: 401, Body: "The supplied authentication is invalid", WantErr: fault(gateway.SendUnauthorised, "401")},
		{Name: "forbidden", Status: 403, WantErr: fault(gateway.SendUnauthorised, "403")},
		{Name: "to be paid", Status: 402, WantErr: fault(gateway.SendNoCredit, "402")},
		{Name: "wrong address", Status: 404, WantErr: fault(gateway.SendRefused, "404")},
		{
			Name: "slower", Status: 429, Header: map[string]string{"Retry-After": "30"},
			WantErr: &gateway.SendError{Code: gateway.SendThrottled, Retryable: true, After: 30 * time.Second, External: "429"},
		},
		{Name: "a form that it does not like", Status: 400, Body: "Request is missing required form field 'to'", WantErr: permanent(gateway.SendBadRequest, "400")},
		{Name: "unavailable", Status: 503, Body: answered(101, "Success", "ATPid_6"), WantErr: broken("503")},

		{
			Name: "a short code cannot be answered", Message: short, WantNothing: true,
			WantErr: &gateway.SendError{Code: gateway.SendBadNumber},
		},
		{
			Name: "several numbers in one", Message: gatewaytest.Message(number+",+22370123457", "x", bot.GSM7, 1),
			WantNothing: true, WantErr: &gateway.SendError{Code: gateway.SendBadNumber},
		},
	}
	for _, c := range []struct {
		code   int
		status string
		want   *gateway.SendError
	}{
		{401, "RiskHold", &gateway.SendError{Code: gateway.SendHeld, Maybe: true, External: "401"}},
		{402, "InvalidSenderId", fault(gateway.SendBadSender, "402")},
		{403, "InvalidPhoneNumber", permanent(gateway.SendBadNumber, "403")},
		{404, "UnsupportedNumberType", permanent(gateway.SendBadNumber, "404")},
		{405, "InsufficientBalance", fault(gateway.SendNoCredit, "405")},
		{406, "UserInBlacklist", permanent(gateway.SendOptedOut, "406")},
		{407, "CouldNotRoute", permanent(gateway.SendNotRoutable, "407")},
		{409, "DoNotDisturbRejection", permanent(gateway.SendRefused, "409")},
		{500, "InternalServerError", fault(gateway.SendBroken, "500")},
		{501, "GatewayError", fault(gateway.SendBroken, "501")},
		{502, "RejectedByGateway", fault(gateway.SendBroken, "502")},
	} {
		byCode := answered(c.code, c.status, "None")
		byWord := strings.Replace(byCode, fmt.Sprintf(`"statusCode":%d,`, c.code), "", 1)
		cases = append(cases,
			gatewaytest.Outbound{Name: c.status, Status: 201, Body: byCode, WantErr: c.want},
			gatewaytest.Outbound{Name: c.status + " in words", Status: 201, Body: byWord, WantErr: c.want},
		)
	}
	return cases
}

// What is held back for a look may be released later, and its delivery report then settles what became of it.
func TestAHeldMessageHasItsID(t *testing.T) {
	carrier := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusCreated)
		fmt.Fprint(w, answered(401, "RiskHold", "ATPid_held"))
	}))
	defer carrier.Close()
	g := newGateway(t, carrier.URL, "", nil)
	id, err := g.Send(t.Context(), gatewaytest.Sample())
	if e, ok := errors.AsType[*gateway.SendError](err); !ok || !e.Maybe || id != "ATPid_held" {
		t.Errorf("%q, %v", id, err)
	}
	if own, ok := g.(gateway.OwnIDs); !ok || !own.ReportsByOwnID() {
		t.Error("its reports are not looked for by its own ids")
	}
}
