package storagetest

import (
	"errors"
	"slices"
	"testing"

	"tinye/bot"
	"tinye/storage"
)

// testUnsealed: a report waits for the vault from when it is protected until it is there, protected no more, or its person is
// forgotten.
func testUnsealed(t *testing.T, s *site) {
	waiting := func(p storage.Page, want ...bot.ID) {
		t.Helper()
		s.view(func(tx storage.Tx) error {
			list, err := tx.Unsealed(p)
			var got []bot.ID
			for _, r := range list {
				if !r.Protect {
					t.Error("a report that nobody protected waits")
				}
				got = append(got, r.ID)
			}
			if !slices.Equal(got, want) {
				t.Errorf("%+v: %d reports wait (%v), want %d", p, len(got), err, len(want))
			}
			return err
		})
	}
	reports := make([]bot.Report, 4)
	put := func(i int, change func(*bot.Report)) {
		t.Helper()
		r := reports[i]
		if r.Rev == 0 {
			r = bot.Report{ID: s.ids.New(), State: bot.ReportReceived}
		}
		change(&r)
		s.update(func(tx storage.Tx) error { return tx.PutReport(r, r.Rev) })
		r.Rev++
		reports[i] = r
	}
	for i := range reports {
		put(i, func(r *bot.Report) { r.Protect = i > 0 })
	}
	a, b, c := reports[1].ID, reports[2].ID, reports[3].ID
	waiting(storage.Page{}, a, b, c)
	waiting(storage.Page{Newest: true, Limit: 2}, c, b)
	waiting(storage.Page{Newest: true, After: b}, a)

	failed := errors.New("failed")
	s.refuse(failed, func(tx storage.Tx) error {
		r := reports[1]
		r.Protect = false
		return errors.Join(tx.PutReport(r, r.Rev), failed)
	})
	put(1, func(r *bot.Report) { r.State = bot.ReportAnswered }) // it waits in every state but its own
	waiting(storage.Page{}, a, b, c)
	put(1, func(r *bot.Report) { r.State = bot.ReportProtected })
	put(2, func(r *bot.Report) { r.Protect = false })
	waiting(storage.Page{}, c)
	put(3, func(r *bot.Report) { r.State, r.Closed = bot.ReportClosed, bot.CloseErased })
	waiting(storage.Page{})
	put(2, func(r *bot.Report) { r.Protect = true })
	waiting(storage.Page{}, b)
}
