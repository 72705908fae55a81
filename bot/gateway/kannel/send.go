package kannel

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway"
)

// Send hands a message to sendsms. Kannel gives no id of its own: reports find their message by the mid in their address.
func (g *Gateway) Send(ctx context.Context, m gateway.Message) (string, error) {
	if !m.To.Answerable() || !gateway.Number(m.To.Value) {
		return "", &gateway.SendError{Code: gateway.SendBadNumber}
	}
	req, err := g.request(ctx, m)
	if err != nil {
		return "", &gateway.SendError{Code: gateway.SendBadRequest, Err: err}
	}
	answer, sendErr := gateway.Exchange(g.client, req)
	if sendErr != nil {
		return "", sendErr
	}
	if sendErr := refusal(answer); sendErr != nil {
		return "", sendErr
	}
	return "", nil
}

func (g *Gateway) request(ctx context.Context, m gateway.Message) (*http.Request, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, g.c.URL, strings.NewReader(m.Text))
	if err != nil {
		return nil, err
	}
	coding := "0"
	if m.Encoding == bot.UCS2 {
		coding = "2"
	}
	h := req.Header
	h.Set("Content-Type", "text/plain; charset=UTF-8")
	h.Set("X-Kannel-Username", g.c.Username)
	h.Set("X-Kannel-Password", g.c.Password)
	h.Set("X-Kannel-To", m.To.Value)
	h.Set("X-Kannel-Coding", coding)
	h.Set("X-Kannel-Validity", strconv.Itoa(max(1, int(m.Validity/time.Minute))))
	h.Set("X-Kannel-DLR-Mask", strconv.Itoa(g.c.DLRMask))
	h.Set("X-Kannel-DLR-Url", g.c.Callback+"/dlr?mid="+m.ID.String()+"&st=%d&rep=%A&fid=%F&ts=%T")
	if g.c.From != "" {
		h.Set("X-Kannel-From", g.c.From)
	}
	if g.c.SMSC != "" {
		h.Set("X-Kannel-SMSC", g.c.SMSC)
	}
	return req, nil
}

// refusal is nil for 202, "0: Accepted for delivery" or "3: Queued for later delivery": both mean that the message is
// Kannel's now. The sentences are those of smsbox 1.4.5.
func refusal(a *gateway.Answer) *gateway.SendError {
	e := &gateway.SendError{External: strconv.Itoa(a.Status)}
	says := func(words string) bool { return bytes.Contains(a.Body, []byte(words)) }
	switch {
	case a.Status == http.StatusAccepted:
		return nil
	case a.Status == http.StatusForbidden && says("Not routable"):
		e.Code = gateway.SendNotRoutable
	case a.Status == http.StatusForbidden, a.Status == http.StatusUnauthorized:
		e.Code, e.Retryable, e.Gateway = gateway.SendUnauthorised, true, true
	case a.Status == http.StatusBadRequest && (says("Number(s) has/have been denied") || says("receiver number")):
		e.Code = gateway.SendBadNumber
	case a.Status == http.StatusBadRequest:
		e.Code = gateway.SendBadRequest
	case a.Status == http.StatusServiceUnavailable: // "Temporal failure, try again later."
		e.Code, e.Retryable, e.Gateway = gateway.SendThrottled, true, true
	case a.Status >= 300 && a.Status < 500:
		// Another server or a wrong path: nothing was sent, and nothing will be until somebody sets it right.
		e.Code, e.Retryable, e.Gateway = gateway.SendRefused, true, true
	default:
		return gateway.Broken(a.Status)
	}
	return e
}
