package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

const (
	answerRounds    = 20  // at most: each publishes a rumour of its own
	answerReporters = 700 // their answers are queued in several commits
	publishTakes    = 40 * time.Millisecond
)

// TestKillWhileAnswering kills the hotline while it queues the answers to everybody who told a rumour. After the next
// start the rest is queued by itself, and in the end everybody is owed, and gets, one answer.
func TestKillWhileAnswering(t *testing.T) {
	carrier := NewCarrier(t, nil)
	site := NewCarrierSite(t, carrier)
	p := site.Serve(t)
	p.Ready(t)
	site.Staff(t)
	var kills []bot.Instant
	for round := range min(killRounds(t), answerRounds) {
		ref := toldByMany(t, site, round)
		site.Found(t, ref)
		site.Must(t, "rumour", "answer", ref, "--lang", "fra", "--text", "Le pont est ouvert, nous l'avons vu.", "--as", author)
		site.Must(t, "rumour", "approve", ref, "--lang", "fra", "--as", second)
		var publish sync.WaitGroup
		publish.Go(func() { askToPublish(site, ref) })
		time.Sleep(rand.N(publishTakes)) // the moment of the kill is the test's randomness
		kills = append(kills, bot.At(time.Now()))
		p.Kill9(t)
		publish.Wait()
		p = site.Serve(t)
		p.Ready(t)
		shown := Ask[admin.Rumour](t, site, "rumour", "show", ref, "--as", chief)
		if shown.State != bot.RumourPublished { // the kill came first
			site.Must(t, "rumour", "publish", ref, "--fallback", "fra", "--no-auto", "--as", second)
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
	queued := make(map[bot.ID][]bot.Instant) // when, by rumour
	for _, o := range rows.outbounds {
		if o.Kind == bot.KindAnswer && o.ResendOf.IsZero() {
			answers[o.Report]++
			queued[o.Rumour] = append(queued[o.Rumour], o.CreatedAt)
		}
	}
	among := 0
	for _, at := range queued {
		if slices.ContainsFunc(kills, func(k bot.Instant) bool { return slices.Min(at) < k && k < slices.Max(at) }) {
			among++
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
	t.Logf("%d reports; %d of the kills fell among the answers", len(rows.reports), among)
}

// askToPublish asks at the admin socket, without the time that a command line takes to start; the answer may never come.
func askToPublish(site Site, ref string) {
	question, err := json.Marshal(admin.Publish{By: admin.By{As: second}, Rumour: ref, Fallback: "fra", NoAuto: true})
	if err != nil {
		panic(err) // strings only: cannot happen
	}
	client := http.Client{Transport: &http.Transport{
		DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "unix", site.Socket)
		},
	}}
	resp, err := client.Post("http://tinye/rumour/publish", "application/json", bytes.NewReader(question))
	if err == nil {
		resp.Body.Close()
	}
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
