package hotline_test

import (
	"context"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// BenchmarkSweep is a sweep that finds nothing to do, beside 100,000 reports that nobody has put under a rumour.
func BenchmarkSweep(b *testing.B) {
	const reports, portion = 100_000, 2000
	d := newDesk(b)
	for range reports / portion {
		must(b, d.Store.Update(context.Background(), func(tx storage.Tx) error {
			for range portion {
				r := bot.Report{ID: d.NewID(), State: bot.ReportReceived, Contact: bot.ContactKey{1}, ReceivedAt: d.clock.Instant()}
				if err := tx.PutReport(r, 0); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	must(b, d.Sweep(context.Background()))
	for b.Loop() {
		must(b, d.Sweep(context.Background()))
	}
}
