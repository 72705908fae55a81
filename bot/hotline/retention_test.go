package hotline_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/storage"
)

// Whatever is told, closed, put under a rumour or forgotten in whichever order: a text reads as it was written until its time
// is over, and not a day and a sweep longer.
func TestTextsGoWhenTheyAreDueAndNotBefore(t *testing.T) {
	const kept = 90 * 24 * time.Hour
	rapid.Check(t, func(rt *rapid.T) {
		y := &yearDesk{desk: newDesk(t)}
		y.Site.Retention = hotline.Retention{Texts: kept}
		var all []*told
		gone := make(map[int]time.Time)
		for range rapid.IntRange(5, 15).Draw(rt, "steps") {
			switch rapid.SampledFrom([]string{"tell", "tell", "close", "link", "open", "forget", "wait", "wait"}).Draw(rt, "step") {
			case "tell":
				y.clock.Add(time.Hour) // later than a text that joins the last one, or was forgotten
				all = append(all, y.tell(rapid.IntRange(0, 3).Draw(rt, "person")))
			case "close", "link", "open":
				if len(all) == 0 {
					continue
				}
				w := all[rapid.IntRange(0, len(all)-1).Draw(rt, "report")]
				if at, ok := gone[w.person]; ok && !w.at.After(at) || !y.untouched(w) || !w.over.Add(kept).After(y.clock.Now()) {
					continue
				}
				y.close(w, rapid.SampledFrom([]bot.RumourState{"", bot.RumourClosed, bot.RumourInvestigating}).Draw(rt, "how"))
			case "forget":
				person := rapid.IntRange(0, 3).Draw(rt, "person")
				y.clock.Add(time.Minute)
				for _, text := range []bot.Text{"EFFACER", "EFFACER 1"} {
					y.names++
					y.receive(bot.Inbound{ExternalID: string(text) + y.clock.Now().String(), Sender: phoneOf(person), Text: text})
				}
				gone[person] = y.clock.Now()
			case "wait":
				y.clock.Add(time.Duration(rapid.IntRange(1, 60).Draw(rt, "days")) * 24 * time.Hour)
			}
			y.deliver()
			must(t, y.Sweep(context.Background()))
		}
		y.clock.Add(25 * time.Hour)
		must(t, y.Sweep(context.Background()))
		now := y.clock.Now()
		must(t, y.Store.View(context.Background(), func(tx storage.Tx) error {
			for _, w := range all {
				in, err := tx.Inbound(w.id)
				if err != nil {
					return err
				}
				at, forgotten := gone[w.person]
				due := !w.over.IsZero() && !w.over.Add(kept).After(now)
				if due && w.over.Add(kept+24*time.Hour).After(now) {
					continue // the day's run may have been before
				}
				want := !due && !(forgotten && !w.at.After(at))
				if has := strings.Contains(string(in.Text), w.mark); has != want {
					rt.Errorf("a text told %s, over %s, forgotten %s, reads %v on %s, want %v", w.at, w.over, at, has, now, want)
				}
			}
			return nil
		}))
	})
}

// untouched tells whether nothing was done about a report yet.
func (y *yearDesk) untouched(w *told) (ok bool) {
	must(y.t, y.Store.View(context.Background(), func(tx storage.Tx) error {
		r, err := tx.Report(w.id)
		ok = r.State == bot.ReportReceived
		return err
	}))
	return ok
}

// Every run of the retention is an event with what it did, and the status has the same counts.
func TestTheRetentionTellsWhatItDid(t *testing.T) {
	d := newDesk(t)
	d.Site.Retention = hotline.Retention{Texts: 90 * 24 * time.Hour, Numbers: 365 * 24 * time.Hour}
	d.receive(bot.Inbound{ExternalID: "1", Sender: "70123456", Text: claim})
	must(t, d.Quarantine(t.Context(), bot.Quarantined{Gateway: "sim", Route: "mo", Reason: "undecodable", Body: []byte("x=y")}))
	var want []string
	for _, step := range []struct {
		after int // days
		want  string
	}{
		{0, "texts=0 requests=0 numbers=0 needed=0"}, {89, "texts=0 requests=0 numbers=0 needed=0"},
		{2, "texts=1 requests=1 numbers=0 needed=0"}, {280, "texts=0 requests=0 numbers=1 needed=0"},
	} {
		d.clock.Add(time.Duration(step.after) * 24 * time.Hour)
		for range 2 { // once a day
			must(t, d.Sweep(context.Background()))
		}
		want = append(want, step.want)
	}
	if k := d.LastKept(); k.Numbers != 1 || k.At != d.clock.Instant() {
		t.Errorf("the last run: %+v", k)
	}
	var got []string
	must(t, d.Store.View(t.Context(), func(tx storage.Tx) error {
		events, err := tx.Events(0, 100)
		for _, e := range events {
			if e.Kind == "retention.run" && e.Actor == "retention" {
				got = append(got, e.Reason)
			}
		}
		_, gone := tx.Contact(d.Store.ContactKey(bot.Address{Kind: bot.Phone, Value: "+22370123456"}))
		if gone == nil {
			t.Error("the number is still kept")
		}
		return err
	}))
	if strings.Join(got, ", ") != strings.Join(want, ", ") {
		t.Errorf("events %q, want %q", got, want)
	}
}

// A run of the retention that goes over many sweeps erases what one sweep would, ten thousand numbers not heard of for a year
// among it, and is one run: with one event, and the counts of all of it.
func TestARetentionRunGoesOverManySweeps(t *testing.T) {
	const lapsed = 10_000
	run := func(pages int) (kept hotline.Kept, sweeps int, readable []bool) {
		d := newDesk(t)
		d.Site.Retention = hotline.Retention{Texts: 90 * 24 * time.Hour, Numbers: 365 * 24 * time.Hour}
		old := d.clock.Instant()
		for from := 0; from < lapsed; from += 1000 {
			must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
				for n := from; n < from+1000; n++ {
					c := bot.Contact{Key: bot.ContactKey{1, byte(n >> 8), byte(n)}, Number: bot.Address{Kind: bot.Phone, Value: "+22370000000"},
						FirstSeen: old, LastSeen: old}
					if err := tx.PutContact(c, 0); err != nil {
						return err
					}
				}
				return nil
			}))
		}
		var all []bot.ID
		for n := range 1200 {
			id := d.NewID()
			must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
				r := bot.Report{ID: id, State: bot.ReportReceived, ReceivedAt: d.clock.Instant()}
				err := tx.PutInbound(bot.Inbound{ID: id, Text: "on dit", ReceivedAt: d.clock.Instant()})
				if err != nil || n%3 == 0 {
					return err // of no report
				}
				if n%7 == 3 && n > 300 { // a text that a report got much later than its own
					if earlier, err := tx.Report(all[n-300]); err == nil {
						earlier.Joined = append(earlier.Joined, id)
						return tx.PutReport(earlier, earlier.Rev)
					}
				}
				if n%5 == 0 { // its rumour is open
					r.State, r.Rumour = bot.ReportLinked, bot.ID{8}
				}
				return tx.PutReport(r, 0)
			}))
			all = append(all, id)
			d.clock.Add(time.Minute)
		}
		must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
			return tx.PutRumour(bot.Rumour{ID: bot.ID{8}, State: bot.RumourInvestigating, CreatedAt: old}, 0)
		}))
		d.clock.Add(400 * 24 * time.Hour)
		d.KeepWork(pages)
		for d.LastKept().At.IsZero() {
			must(t, d.Sweep(context.Background()))
			if sweeps++; sweeps > 5000 {
				t.Fatal("the run does not come to an end")
			}
		}
		must(t, d.Store.View(t.Context(), func(tx storage.Tx) error {
			events, err := tx.Events(0, 100)
			if err != nil || len(events) != 1 {
				t.Errorf("%d events of one run (%v)", len(events), err)
			}
			for _, id := range all {
				in, err := tx.Inbound(id)
				if err != nil {
					return err
				}
				readable = append(readable, in.Text != "")
			}
			return nil
		}))
		return d.LastKept(), sweeps, readable
	}
	whole, _, want := run(1 << 30)
	parts, sweeps, got := run(60)
	if parts != whole || whole.Numbers != lapsed || whole.Texts < 500 || whole.Needed < 100 {
		t.Errorf("in many sweeps %+v, in one %+v", parts, whole)
	}
	if sweeps < 10 {
		t.Errorf("the run took %d sweeps, want many", sweeps)
	}
	if !slices.Equal(got, want) {
		t.Error("in many sweeps other texts are erased than in one")
	}
}
