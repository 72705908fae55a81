package e2e

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

const (
	answerRounds    = 5   // at most: each publishes a rumour of its own
	answerReporters = 700 // their answers are queued in several commits
)

// TestKillWhileAnswering kills the hotline while it queues the answers to everybody who told a rumour. After the next
// start the rest is queued by itself, and in the end everybody is owed, and gets, one answer.
func TestKillWhileAnswering(t *testing.T) {
	carrier := NewCarrier(t, nil)
	site := NewCarrierSite(t, carrier)
	p := site.Serve(t)
	p.Ready(t)
	site.Staff(t)
	broken := 0
	for round := range min(killRounds(t), answerRounds) {
		ref := toldByMany(t, site, round)
		site.Must(t, "rumour", "decide", ref, "--verdict", "confirmed_false", "--as", second)
		site.Must(t, "rumour", "answer", ref, "--lang", "fra", "--text", "Le pont est ouvert, nous l'avons vu.", "--as", author)
		site.Must(t, "rumour", "approve", ref, "--lang", "fra", "--as", second)
		var publish sync.WaitGroup
		publish.Go(func() { // whether it comes to its end or not
			Run(t, site, "rumour", "publish", ref, "--fallback", "fra", "--as", second)
		})
		time.Sleep(rand.N(80 * time.Millisecond)) // the moment of the kill is the test's randomness
		p.Kill9(t)
		publish.Wait()
		p = site.Serve(t)
		p.Ready(t)
		shown := Ask[admin.Rumour](t, site, "rumour", "show", ref, "--as", chief)
		if shown.State != bot.RumourPublished { // the kill came first
			site.Must(t, "rumour", "publish", ref, "--fallback", "fra", "--as", second)
		} else if f := shown.FanOut; f.Open || f.Queued < answerReporters {
			broken++
		}
		Eventually(t, 30*time.Second, func() error {
			f := Ask[admin.Rumour](t, site, "rumour", "show", ref, "--as", chief).FanOut
			if f.Open || f.Queued != answerReporters {
				return fmt.Errorf("rumour %s: %d answers are queued of %d", ref, f.Queued, answerReporters)
			}
			return nil
		})
	}
	Eventually(t, time.Minute, func() error { return drained(t, site) })
	if code := p.Stop(t); code != 0 {
		t.Errorf("the stop ended with %d", code)
	}

	rows := site.Stored(t)
	answers := make(map[bot.ID]int)
	for _, o := range rows.outbounds {
		if o.Kind == bot.KindAnswer && o.ResendOf.IsZero() {
			answers[o.Report]++
		}
	}
	for _, r := range rows.reports {
		if n := answers[r.ID]; n != 1 || r.State != bot.ReportAnswered {
			t.Errorf("report %s is %s and has %d answers", r.ID, r.State, n)
		}
	}
	arrived := make(map[string]int)
	for _, m := range carrier.Taken() {
		if arrived[m.ID]++; arrived[m.ID] > 1 {
			t.Errorf("message %s left twice", m.ID)
		}
	}
	t.Logf("%d reports; %d of the kills fell among the answers", len(rows.reports), broken)
}

// toldByMany has many people tell a rumour, and returns its reference.
func toldByMany(t *testing.T, site Site, round int) string {
	t.Helper()
	var people sync.WaitGroup
	next := make(chan int)
	for range 16 {
		people.Go(func() {
			for i := range next {
				m := MO{
					ID: fmt.Sprintf("a-%d-%d", round, i), From: fmt.Sprintf("+223713%05d", round*answerReporters+i),
					Text: fmt.Sprintf("Le pont de Gao serait fermé, dit la voix %d du tour %d", i, round),
				}
				if got := site.Try(m); got != http.StatusOK {
					t.Errorf("message %s was answered with %d", m.ID, got)
				}
			}
		})
	}
	for i := range answerReporters {
		next <- i
	}
	close(next)
	people.Wait()

	ref, linked := "", 0
	for linked < answerReporters { // a list shows 500 at most
		list := Ask[admin.Reports](t, site, "report", "list", "--state", "received", "--limit", "500", "--as", chief)
		args := []string{"rumour", "link", ref}
		if ref == "" {
			args = []string{"rumour", "new", "--claim", "Le pont serait fermé"}
		}
		for _, r := range list.Reports {
			args = append(args, string(r.Ref))
		}
		made := Ask[admin.Rumour](t, site, append(args, "--as", author)...)
		ref, linked = string(made.Ref), made.ReportCount
		if t.Failed() || len(list.Reports) == 0 {
			t.Fatalf("%d reports are linked, not %d", linked, answerReporters)
		}
	}
	return ref
}
