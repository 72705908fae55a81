package hotline

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"tinye/bot"
)

const (
	// earlyKept is how long a report waits for its message's id: much longer than a send and its commit take.
	earlyKept = 10 * time.Minute
	// mostEarly is how many reports wait at most. Those beyond belong to messages that were not ours.
	mostEarly = 1000
)

// earlyReports are delivery reports of ids that lead to no message yet. A carrier may report a message delivered before it
// has answered the send, or before we have written down what it answered. They are in memory: where a process ends in
// between, its message stays handed over, which is true.
type earlyReports struct {
	mu      sync.Mutex
	waiting []earlyReport // in the order in which they came
}

type earlyReport struct {
	report bot.DeliveryReport
	since  bot.Instant
}

func (e *earlyReports) keep(dr bot.DeliveryReport, at bot.Instant) {
	e.put(earlyReport{dr, at})
}

func (e *earlyReports) put(reports ...earlyReport) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.waiting = append(e.waiting, reports...)
	if over := len(e.waiting) - mostEarly; over > 0 {
		e.waiting = append([]earlyReport(nil), e.waiting[over:]...)
	}
}

// take gives all that wait, and leaves none.
func (e *earlyReports) take() []earlyReport {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := e.waiting
	e.waiting = nil
	return all
}

// deliverEarly tries the reports that came too early again; those still without a message wait on until their time is over.
func (s *Service) deliverEarly(ctx context.Context) error {
	var failed error
	now := s.now()
	for _, e := range s.early.take() {
		known, err := s.deliver(ctx, e.report)
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("hotline: delivery report: %w", err))
		}
		if (err != nil || !known) && now.Sub(e.since) < earlyKept {
			s.early.put(e)
		}
	}
	return failed
}
