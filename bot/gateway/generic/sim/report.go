package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// call is one request of the carrier to Tinye.
type call struct {
	url, contentType string
	body             []byte
}

// jsonCall is a call of the generic dialect to one of its routes.
func (s *Carrier) jsonCall(route string, fields any) call {
	body, err := json.Marshal(fields)
	if err != nil { // strings, numbers and times of this century: cannot happen
		body = nil
	}
	return call{url: s.c.Callback + "/" + route, contentType: "application/json", body: body}
}

// later leaves a delivery report to Run.
func (s *Carrier) later(report call) {
	select {
	case s.reports <- report:
	default: // too many wait: this one is lost
	}
}

// Run sends delivery reports to Tinye until the context ends; those still waiting then are lost. It runs once.
func (s *Carrier) Run(ctx context.Context) error {
	defer close(s.stopped)
	var wg sync.WaitGroup
	for range reportWorkers {
		wg.Go(func() {
			for {
				select {
				case <-ctx.Done():
					return
				case r := <-s.reports:
					s.report(ctx, r)
				}
			}
		})
	}
	wg.Wait()
	return nil
}

// report tries a few times while Tinye is away or says that it cannot write.
func (s *Carrier) report(ctx context.Context, r call) {
	for try := range reportTries {
		status, err := s.call(ctx, r)
		if err == nil && status != http.StatusServiceUnavailable {
			return
		}
		timer := time.NewTimer(time.Duration(1+4*try) * time.Second)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// call makes a call, and gives the status of the answer.
func (s *Carrier) call(ctx context.Context, c call) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(c.body))
	if err != nil {
		return 0, fmt.Errorf("sim: call: %w", err)
	}
	req.Header.Set("Content-Type", c.contentType)
	resp, err := s.c.Client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("sim: call: %w", err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxRequest)) // so that the connection can be used again
	return resp.StatusCode, nil
}
