package generic

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"time"

	"tinye/bot/gateway"
)

type mt struct {
	ID              string `json:"id"`
	To              string `json:"to"`
	Text            string `json:"text"`
	Encoding        string `json:"encoding"`
	Parts           int    `json:"parts"`
	ValiditySeconds int    `json:"validity_seconds"`
}

type mtAnswer struct {
	MessageID string `json:"message_id"`
	Code      string `json:"code"`
}

// Send posts one message. The carrier knows a message by our id, so sending it twice hands it over once.
func (g *Gateway) Send(ctx context.Context, m gateway.Message) (string, error) {
	if !m.To.Answerable() || m.To.Value == "" {
		return "", &gateway.SendError{Code: gateway.SendBadNumber}
	}
	body, err := json.Marshal(mt{
		ID:              m.ID.String(),
		To:              m.To.Value,
		Text:            m.Text,
		Encoding:        string(m.Encoding),
		Parts:           m.Parts,
		ValiditySeconds: max(60, int(m.Validity/time.Second)),
	})
	if err != nil {
		return "", &gateway.SendError{Code: gateway.SendBadRequest, Err: err}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.c.URL, bytes.NewReader(body))
	if err != nil {
		return "", &gateway.SendError{Code: gateway.SendBadRequest, Err: err}
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+g.c.Token)
	answer, sendErr := gateway.Exchange(g.client, req)
	if sendErr != nil {
		return "", sendErr
	}
	return verdict(answer)
}

// verdict reads the answer. An unreadable body changes nothing about what the status says.
func verdict(a *gateway.Answer) (string, error) {
	var said mtAnswer
	if err := unmarshal(a.Body, &said); err != nil {
		said = mtAnswer{}
	}
	status := strconv.Itoa(a.Status)
	switch {
	case a.Status == http.StatusOK, a.Status == http.StatusAccepted, a.Status == http.StatusConflict:
		if !gateway.Plain(said.MessageID) {
			said.MessageID = ""
		}
		return said.MessageID, nil
	case a.Status == http.StatusTooManyRequests:
		return "", &gateway.SendError{
			Code: gateway.SendThrottled, Retryable: true, After: gateway.RetryAfter(a.Header), External: status,
		}
	case a.Status == http.StatusUnauthorized, a.Status == http.StatusForbidden:
		return "", &gateway.SendError{Code: gateway.SendUnauthorised, Retryable: true, Gateway: true, External: status}
	case a.Status >= 300 && a.Status < 400, a.Status == http.StatusNotFound, a.Status == http.StatusMethodNotAllowed:
		// A wrong address: nothing was taken, and nothing will be until somebody sets it right.
		return "", &gateway.SendError{Code: gateway.SendRefused, Retryable: true, Gateway: true, External: status}
	case a.Status >= 400 && a.Status < 500:
		code := refusalCode(said.Code)
		later := code == gateway.SendNoCredit // somebody has to pay; then it goes on
		return "", &gateway.SendError{Code: code, Retryable: later, Gateway: later, External: status}
	default:
		return "", gateway.Broken(a.Status)
	}
}

// refusalCode keeps the codes that have a sentence of ours.
func refusalCode(code string) string {
	switch code {
	case gateway.SendBadNumber, gateway.SendBadRequest, gateway.SendNotRoutable, gateway.SendNoCredit:
		return code
	default:
		return gateway.SendRefused
	}
}
