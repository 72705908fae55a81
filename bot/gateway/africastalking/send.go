package africastalking

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"unicode/utf8"

	"tinye/bot/gateway"
)

// Send hands one message over and returns Africa's Talking's id of it. Nothing of ours goes with it by which a second copy
// would be known, so a message of which nobody knows whether it was taken may be there twice.
func (g *Gateway) Send(ctx context.Context, m gateway.Message) (string, error) {
	if !m.To.Answerable() || !gateway.Number(m.To.Value) {
		return "", &gateway.SendError{Code: gateway.SendBadNumber}
	}
	form := url.Values{
		"username": {g.c.Username},
		"to":       {m.To.Value},
		"message":  {m.Text},
		"enqueue":  {"1"}, // it answers before an operator has
	}
	if g.c.From != "" {
		form.Set("from", g.c.From)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.c.URL+"/messaging", strings.NewReader(form.Encode()))
	if err != nil {
		return "", &gateway.SendError{Code: gateway.SendBadRequest, Err: err}
	}
	g.sign(req)
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer, sendErr := gateway.Exchange(g.client, req)
	if sendErr != nil {
		return "", sendErr
	}
	return verdict(answer)
}

// sign puts our key on a request.
func (g *Gateway) sign(req *http.Request) {
	req.Header["apiKey"] = []string{g.c.APIKey} // spelt as in its documentation; names of headers have no case
	req.Header.Set("Accept", "application/json")
}

type sent struct {
	Data *struct {
		Message    string
		Recipients []recipient
	} `json:"SMSMessageData"`
}

type recipient struct {
	StatusCode json.Number `json:"statusCode"`
	Status     string      `json:"status"`
	MessageID  string      `json:"messageId"`
}

// verdict reads the answer: first the statuses that say all, then the one recipient's code, which came with 201 and with 409,
// then the sentence that stands there when there is no recipient.
func verdict(a *gateway.Answer) (string, error) {
	status := strconv.Itoa(a.Status)
	fault := func(code string) (string, error) {
		return "", &gateway.SendError{Code: code, Retryable: true, Gateway: true, External: status}
	}
	switch {
	case a.Status >= 500 || a.Status < 200:
		return "", gateway.Broken(a.Status)
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return fault(gateway.SendUnauthorised)
	case a.Status == http.StatusPaymentRequired:
		return fault(gateway.SendNoCredit)
	case a.Status == http.StatusTooManyRequests:
		return "", &gateway.SendError{
			Code: gateway.SendThrottled, Retryable: true, After: gateway.RetryAfter(a.Header), External: status,
		}
	case a.Status >= 300 && a.Status < 400, a.Status == http.StatusNotFound, a.Status == http.StatusMethodNotAllowed:
		// A wrong address: nothing was taken, and nothing will be until somebody sets it right.
		return fault(gateway.SendRefused)
	}
	var said sent
	read := utf8.Valid(a.Body) && json.Unmarshal(a.Body, &said) == nil && said.Data != nil
	if read && len(said.Data.Recipients) > 0 {
		return said.Data.Recipients[0].verdict(status)
	}
	if !read && a.Status < 300 {
		return "", gateway.Broken(a.Status) // it came, and what it says is not to be read
	}
	reason := a.Body // an error of the whole request may be plain text
	if read {
		reason = []byte(said.Data.Message)
	}
	switch reason = squeezed(reason); {
	case bytes.Contains(reason, []byte("senderid")):
		return fault(gateway.SendBadSender)
	case bytes.Contains(reason, []byte("balance")), bytes.Contains(reason, []byte("credit")):
		return fault(gateway.SendNoCredit)
	case read:
		return "", &gateway.SendError{Code: gateway.SendRefused, External: status}
	default:
		return "", &gateway.SendError{Code: gateway.SendBadRequest, External: status}
	}
}

// squeezed is a sentence in small letters without anything between them: InvalidSenderId and "Invalid sender ID" are one.
func squeezed(sentence []byte) []byte {
	return bytes.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, bytes.ToLower(sentence))
}

// verdict reads what became of the message for its one recipient; status is the answer's, for codes that make no sense.
func (r recipient) verdict(status string) (string, error) {
	id := r.MessageID
	if id == "None" || !gateway.Plain(id) {
		id = ""
	}
	code := r.code()
	if code == "" {
		code = status
	}
	permanent := func(word string) (string, error) {
		return "", &gateway.SendError{Code: word, External: code}
	}
	fault := func(word string) (string, error) { // nothing was taken, and somebody has to set it right
		return "", &gateway.SendError{Code: word, Retryable: true, Gateway: true, External: code}
	}
	switch r.code() {
	case "100", "101", "102":
		return id, nil
	case "401":
		return id, &gateway.SendError{Code: gateway.SendHeld, Maybe: true, External: code}
	case "402":
		return fault(gateway.SendBadSender)
	case "403", "404":
		return permanent(gateway.SendBadNumber)
	case "405":
		return fault(gateway.SendNoCredit)
	case "406":
		return permanent(gateway.SendOptedOut)
	case "407":
		return permanent(gateway.SendNotRoutable)
	case "409":
		return permanent(gateway.SendRefused)
	case "500", "501", "502":
		return fault(gateway.SendBroken)
	default:
		return id, &gateway.SendError{Code: gateway.SendBroken, Maybe: true, Gateway: true, External: code}
	}
}

// code is the recipient's status code, three digits, or "". Answers of older days have its word alone.
func (r recipient) code() string {
	if n, err := strconv.Atoi(r.StatusCode.String()); err == nil && n >= 100 && n <= 999 {
		return strconv.Itoa(n)
	}
	switch r.Status {
	case "Processed":
		return "100"
	case "Sent", "Success":
		return "101"
	case "Queued":
		return "102"
	case "RiskHold":
		return "401"
	case "InvalidSenderId":
		return "402"
	case "InvalidPhoneNumber":
		return "403"
	case "UnsupportedNumberType":
		return "404"
	case "InsufficientBalance":
		return "405"
	case "UserInBlacklist":
		return "406"
	case "CouldNotRoute":
		return "407"
	case "DoNotDisturbRejection":
		return "409"
	case "InternalServerError":
		return "500"
	case "GatewayError":
		return "501"
	case "RejectedByGateway":
		return "502"
	default:
		return ""
	}
}
