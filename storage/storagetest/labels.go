package storagetest

import (
	"errors"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// testLabels: a report is counted under the label that it has now, and under none once that is taken off.
func testLabels(t *testing.T, s *site) {
	count := func(want map[bot.ReportLabel]int) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			for _, label := range bot.ReportLabels() {
				n, err := tx.CountLabelled(label, 2)
				if err != nil || n != want[label] {
					t.Errorf("%d reports are labelled %s (%v), want %d", n, label, err, want[label])
				}
			}
			return nil
		})
	}
	reports := make([]bot.Report, 4)
	put := func(i int, label bot.ReportLabel) {
		t.Helper()
		r := reports[i]
		if r.Rev == 0 {
			r = bot.Report{ID: s.ids.New(), State: bot.ReportReceived}
		}
		r.Label = label
		s.update(func(tx storage.Tx) error { return tx.PutReport(r, r.Rev) })
		r.Rev++
		reports[i] = r
	}
	put(0, "")
	count(nil)
	put(0, bot.LabelQuestion)
	put(1, bot.LabelQuestion)
	put(2, bot.LabelOutOfScope)
	count(map[bot.ReportLabel]int{bot.LabelQuestion: 2, bot.LabelOutOfScope: 1})
	put(3, bot.LabelQuestion) // counted up to two
	put(0, bot.LabelSpam)
	put(0, bot.LabelSpam)
	put(1, "")
	count(map[bot.ReportLabel]int{bot.LabelQuestion: 1, bot.LabelSpam: 1, bot.LabelOutOfScope: 1})

	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		r := reports[2]
		r.Label = ""
		if err := tx.PutReport(r, r.Rev); err != nil {
			return err
		}
		return failed
	})
	count(map[bot.ReportLabel]int{bot.LabelQuestion: 1, bot.LabelSpam: 1, bot.LabelOutOfScope: 1})
	s.view(func(tx storage.Tx) error {
		r, err := tx.Report(reports[0].ID)
		if r.Label != bot.LabelSpam {
			t.Errorf("a report is labelled %q, want spam", r.Label)
		}
		return err
	})
}
