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

// report is a delivery report in the generic dialect.
type report struct {
	ID        string `json:"id"`
	Status    string `json:"status"`
	MessageID string `json:"message_id"`
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
func (s *Carrier) report(ctx context.Context, r report) {
	for try := range reportTries {
		status, err := s.call(ctx, "dlr", r)
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

// call posts to one of Tinye's routes and gives the status of the answer.
func (s *Carrier) call(ctx context.Context, route string, body any) (int, error) {
	b, err := json.Marshal(body)
	if err != nil {
		return 0, fmt.Errorf("sim: %s: %w", route, err)
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, s.c.Callback+"/"+route, bytes.NewReader(b))
	if err != nil {
		return 0, fmt.Errorf("sim: %s: %w", route, err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := s.c.Client.Do(req)
	if err != nil {
		return 0, fmt.Errorf("sim: %s: %w", route, err)
	}
	defer resp.Body.Close()
	_, _ = io.Copy(io.Discard, io.LimitReader(resp.Body, maxRequest)) // so that the connection can be used again
	return resp.StatusCode, nil
}
