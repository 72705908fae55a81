package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"tinye/bot"
	"tinye/bot/gateway/generic/sim"
)

// handset is one phone on the simulated carrier, over HTTP.
type handset struct {
	carrier string // such as http://127.0.0.1:8090
	number  string // as the carrier knows it, +22370123456
	last    int    // number of the last message seen
	client  *http.Client
}

// pickUp takes a phone in hand: what it received before does not show.
func pickUp(ctx context.Context, carrier string, number bot.Address) (*handset, error) {
	h := &handset{carrier: strings.TrimRight(carrier, "/"), number: number.Value, client: new(http.Client)}
	_, err := h.poll(ctx, 0)
	return h, err
}

// send writes one SMS to the hotline, and returns when the hotline has answered the carrier.
func (h *handset) send(ctx context.Context, text string) error {
	body, err := json.Marshal(map[string]string{"text": text})
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	var answer struct {
		Status int `json:"status"`
	}
	if err := h.call(ctx, http.MethodPost, "", bytes.NewReader(body), &answer); err != nil {
		return err
	}
	switch answer.Status {
	case http.StatusOK:
		return nil
	case http.StatusServiceUnavailable:
		return errors.New("the hotline cannot store messages just now (503): it may be locked, see tinye status")
	default:
		return fmt.Errorf("the hotline answered the carrier with %d", answer.Status)
	}
}

// receive waits for messages, at most so long, and returns those that came; none is no error.
func (h *handset) receive(ctx context.Context, wait time.Duration) ([]string, error) {
	// The carrier waits in whole seconds, so the time ends here.
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	texts, err := h.poll(ctx, int(wait/time.Second)+1)
	if err != nil && ctx.Err() == context.DeadlineExceeded {
		return nil, nil
	}
	return texts, err
}

func (h *handset) poll(ctx context.Context, seconds int) ([]string, error) {
	query := url.Values{"after": {strconv.Itoa(h.last)}, "wait": {strconv.Itoa(seconds)}}
	var inbox struct {
		Messages []sim.Message `json:"messages"`
		Last     int           `json:"last"`
	}
	if err := h.call(ctx, http.MethodGet, "?"+query.Encode(), nil, &inbox); err != nil {
		return nil, err
	}
	h.last = inbox.Last
	var texts []string
	for _, m := range inbox.Messages {
		texts = append(texts, m.Text)
	}
	return texts, nil
}

func (h *handset) call(ctx context.Context, method, query string, body io.Reader, answer any) error {
	req, err := http.NewRequestWithContext(ctx, method, h.carrier+"/phone/"+h.number+query, body)
	if err != nil {
		return fmt.Errorf("phone: %w", err)
	}
	resp, err := h.client.Do(req)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("there is no carrier at %s; is the demo running (make run)?", h.carrier)
	}
	defer resp.Body.Close()
	switch resp.StatusCode {
	case http.StatusOK:
	case http.StatusBadGateway:
		return errors.New("the carrier does not reach the hotline")
	case http.StatusBadRequest:
		return fmt.Errorf("the carrier does not take %s: a number such as 70123456, and a text that is not too long", h.number)
	default:
		return fmt.Errorf("%s is not the demo's carrier (it answered %d)", h.carrier, resp.StatusCode)
	}
	if err := json.NewDecoder(resp.Body).Decode(answer); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("%s is not the demo's carrier", h.carrier)
	}
	return nil
}
