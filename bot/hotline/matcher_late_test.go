package hotline_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/people"
	"tinye/bot/rumour"
	"tinye/bot/spelling"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// earlyOf has somebody tell of the bridge before anything is published of it, then publishes it.
func (d *desk) earlyOf(t *testing.T, theme bot.RumourTheme) {
	t.Helper()
	d.receive(bot.Inbound{ExternalID: "early", Sender: "76123456", Text: "on dit que le pont de Markala est coupé, les camions de vivres ne passent plus!"})
	ref := d.bridge(t)
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err != nil {
			return err
		}
		r.Theme = theme
		return tx.PutRumour(r, r.Rev)
	}))
	d.deliver()
	d.certainly()
}

// answersTo are the keys of what leaves to who told it early.
func (d *desk) answersTo() (keys []string) {
	for _, m := range d.deliver() {
		if m.to == "+22376123456" {
			keys = append(keys, m.row.Key)
		}
	}
	return keys
}

// What is found late at night waits for the morning, as anything that nobody expects at once.
func TestALateAnswerWaitsForTheMorning(t *testing.T) {
	d := newDesk(t)
	d.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	d.set(time.Date(2026, 11, 23, 20, 0, 0, 0, time.UTC))
	d.earlyOf(t, bot.RumourOtherTheme)
	d.set(time.Date(2026, 11, 23, 23, 0, 0, 0, time.UTC))
	must(t, d.Sweep(t.Context()))
	if keys := d.answersTo(); len(keys) != 0 {
		t.Errorf("%v left at night", keys)
	}
	d.set(time.Date(2026, 11, 24, 7, 1, 0, 0, time.UTC))
	if keys := d.answersTo(); fmt.Sprint(keys) != "["+rumour.AutoAnswerKey+"]" {
		t.Errorf("%v left in the morning, want the answer", keys)
	}
}

// An answer about what ages fast that waits until the check is a day old does not leave: the report is before the desk again with what
// it may tell, and no question is open about an answer that nobody had.
func TestAnAnswerThatAgesWhileItWaitsIsRecalled(t *testing.T) {
	d := newDesk(t)
	d.Site.Quiet = people.Quiet{From: 21 * 60, To: 7 * 60, Zone: time.UTC}
	d.set(time.Date(2026, 11, 24, 6, 0, 0, 0, time.UTC))
	d.earlyOf(t, bot.RumourBlockade)
	d.set(time.Date(2026, 11, 24, 23, 0, 0, 0, time.UTC))
	must(t, d.Sweep(t.Context()))
	if rep := d.reports()[0]; rep.State != bot.ReportAnswered || rep.Match.Method != bot.MatchAuto {
		t.Fatalf("the sweep leaves it %s, by %q", rep.State, rep.Match.Method)
	}
	d.set(time.Date(2026, 11, 25, 7, 1, 0, 0, time.UTC))
	if keys := d.answersTo(); len(keys) != 0 {
		t.Errorf("%v left of a check that is more than a day old", keys)
	}
	rep := d.reports()[0]
	if rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || !rep.Answer.IsZero() || rep.Match.Method != bot.MatchSuggested || rep.Match.Rumour.IsZero() {
		t.Errorf("the report is %s under %v, by %q of %v", rep.State, rep.Rumour, rep.Match.Method, rep.Match.Rumour)
	}
	if q := d.contact("76123456").Question; q != nil {
		t.Errorf("the question %s is open", q.Kind)
	}
	for range 2 {
		d.clock.Add(time.Hour)
		must(t, d.Sweep(t.Context()))
		if keys := d.answersTo(); len(keys) != 0 {
			t.Errorf("%v left after that", keys)
		}
	}
}

// Where such an answer stood in place of the acknowledgement, its reader is acknowledged instead; so they are where a coordinator has
// refused meanwhile that a machine gives it.
func TestARecalledAnswerIsAcknowledgedInstead(t *testing.T) {
	for _, refused := range []bool{false, true} {
		d := newDesk(t)
		ref := d.bridge(t)
		d.deliver()
		d.certainly()
		if !refused {
			must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
				r, err := rumour.Find(tx, ref)
				r.Theme = bot.RumourSecurityAttack
				if err == nil {
					err = tx.PutRumour(r, r.Rev)
				}
				return err
			}))
		}
		d.clock.Add(23 * time.Hour)
		d.receive(bot.Inbound{ExternalID: "2", Sender: "76123456", Text: bridgeTold})
		if refused {
			_, err := d.SetAuto(t.Context(), d.act("AMI"), ref, false)
			must(t, err)
		} else {
			d.clock.Add(61 * time.Minute) // no gateway all the while
		}
		keys := append(d.answersTo(), d.answersTo()...)
		if fmt.Sprint(keys) != "[sms.ack]" {
			t.Errorf("refused %v: %v left, want one acknowledgement", refused, keys)
		}
		list := d.reports()
		if rep := list[len(list)-1]; rep.State != bot.ReportReceived || !rep.Rumour.IsZero() || rep.Match.Method != bot.MatchSuggested || !rep.Match.Given.IsZero() {
			t.Errorf("refused %v: the report is %s, by %q", refused, rep.State, rep.Match.Method)
		}
	}
}

// Nobody who has said STOP since is answered late.
func TestNobodyIsAnsweredLateAfterStop(t *testing.T) {
	d := newDesk(t)
	d.earlyOf(t, bot.RumourOtherTheme)
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "stop", Sender: "76123456", Text: "STOP"})
	d.deliver()
	d.clock.Add(time.Minute)
	must(t, d.Sweep(t.Context()))
	if keys := d.answersTo(); len(keys) != 0 {
		t.Errorf("%v left after STOP", keys)
	}
	if rep := d.reports()[0]; !rep.Rumour.IsZero() {
		t.Error("the report was linked")
	}
}

// What was said between a look and its commit is part of the report: the next sweep looks at all of it.
func TestWhatChangedSinceALookIsLookedAtAgain(t *testing.T) {
	d := newDesk(t)
	d.earlyOf(t, bot.RumourOtherTheme)
	looks := 0
	d.Matcher.FindWith(func(q match.Query) match.Result {
		if looks++; looks == 1 {
			must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error {
				rep, err := tx.Report(q.Self)
				if err == nil {
					err = tx.PutReport(rep, rep.Rev)
				}
				return err
			}))
		}
		return match.Result{Outcome: match.Certain, Words: 8, Hits: []match.Hit{{Claim: d.Matcher.Index().Search("pont Markala", 1)[0], Confidence: 0.99}}}
	})
	for want := range 2 {
		d.clock.Add(time.Minute)
		must(t, d.Sweep(t.Context()))
		if keys := d.answersTo(); len(keys) != want {
			t.Errorf("sweep %d: %v left, want %d", want+1, keys, want)
		}
	}
}

// Copies from many numbers within an hour are noted with the rumour by the sweep, once, and leave the machine its permission.
func TestTheSweepNotesABurst(t *testing.T) {
	d := newDesk(t)
	ref := d.bridge(t)
	d.deliver()
	d.certainly()
	read := func() (r bot.Rumour) {
		must(t, d.Store.View(t.Context(), func(tx storage.Tx) (err error) { r, err = rumour.Find(tx, ref); return err }))
		return r
	}
	copies := func(from, n int) {
		for i := range n {
			d.clock.Add(time.Second)
			d.receive(bot.Inbound{ExternalID: fmt.Sprint(from + i), Sender: fmt.Sprintf("7600%04d", from+i), Text: bridgeTold})
		}
		must(t, d.Sweep(t.Context()))
	}
	copies(0, bot.BurstNumbers-2) // with the one who told it first, one too few
	if b := read().Burst; b.Numbers != 0 {
		t.Errorf("a burst of %d is noted", b.Numbers)
	}
	copies(100, 2)
	r := read()
	if r.Burst.Numbers != bot.BurstNumbers+1 || r.Auto != bot.AutoAllowed {
		t.Errorf("noted: %+v; the machine: %s", r.Burst, r.Auto)
	}
	copies(200, 3)
	if again := read(); again.Burst != r.Burst {
		t.Errorf("noted again within the hour: %+v", again.Burst)
	}
}

// What the queue's own transactions write is known by the index, too.
func TestWhatTheQueueWritesIsKnown(t *testing.T) {
	store := storagetest.Open(t)
	m, err := hotline.NewMatcher(hotline.MatcherOptions{})
	must(t, err)
	watched := m.Watch(store)
	must(t, m.Load(t.Context()))
	put := func(tx storage.Tx, id bot.ID) error {
		return tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived}, 0)
	}
	first := store.IDs.New()
	waits := func(what string, n int) {
		t.Helper()
		if got := m.Stats().Pending; got != n {
			t.Errorf("%s: %d rows wait, want %d", what, got, n)
		}
		must(t, m.Flush(t.Context()))
	}
	queue := func() bot.ID {
		id, at := store.IDs.New(), store.Time.Instant()
		must(t, store.Update(t.Context(), func(tx storage.Tx) error {
			return tx.PutOutbound(bot.Outbound{ID: id, Gateway: "sim", Lane: bot.LaneReply, State: bot.OutQueued, CreatedAt: at, NextAt: at, ExpiresAt: at.Add(time.Hour)}, 0)
		}))
		return id
	}
	claim := func(decide func(storage.Tx, bot.Outbound) (storage.Decision, error)) bot.ID {
		token := store.IDs.New()
		_, err := watched.Claim(t.Context(), storage.ClaimRequest{
			Gateway: "sim", Now: store.Time.Instant(), N: 1, Lease: time.Minute, Token: token, Decide: decide,
		})
		must(t, err)
		return token
	}
	send := func(storage.Tx, bot.Outbound) (storage.Decision, error) {
		return storage.Decision{Send: true, To: bot.Address{Kind: bot.Phone, Value: "+22376123456"}, Text: "x"}, nil
	}
	queue()
	claim(func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
		d, _ := send(tx, o)
		return d, put(tx, first)
	})
	waits("Claim", 1)
	id := queue()
	token := claim(send)
	waits("Claim that writes nothing", 0)
	lost := func(tx storage.Tx, o bot.Outbound) error { return put(tx, o.ID) }
	must(t, watched.Settle(t.Context(), []storage.Outcome{{ID: id, Token: token, State: bot.OutUnknown}}, lost))
	waits("Settle", 1)
	queue()
	claim(send)
	n, err := watched.Abandon(t.Context(), bot.Forever, lost)
	must(t, err)
	if n == 0 {
		t.Fatal("nothing was abandoned")
	}
	waits("Abandon", n)
}

// A text that the index cannot take keeps no other from being known, and the hotline from nothing.
func TestATextThatTheIndexCannotTakeIsPassedOver(t *testing.T) {
	store := storagetest.Open(t)
	m, err := hotline.NewMatcher(hotline.MatcherOptions{AtOnce: true, Place: func(word string) ([]bot.PlaceCode, bool) {
		if word == spelling.Key("Boum") {
			panic("a word that nobody thought of")
		}
		return nil, false
	}})
	must(t, err)
	watched := m.Watch(store)
	must(t, m.Load(t.Context()))
	for _, claim := range []bot.Text{"Le marché de Boum serait fermé", "Le pont de Markala serait coupé"} {
		r := bot.Rumour{ID: store.IDs.New(), State: bot.RumourNew, Claim: claim}
		must(t, watched.Update(t.Context(), func(tx storage.Tx) error { return tx.PutRumour(r, 0) }))
	}
	if s := m.Stats(); s.Claims != 1 || s.Pending != 0 || s.Failed == 0 {
		t.Errorf("%d claims are known, %d rows wait, %d failures", s.Claims, s.Pending, s.Failed)
	}
	must(t, m.Load(t.Context()))
}

// What somebody looks up while something is erased is kept by nobody: its words may be the erased ones.
func TestALookDuringAnErasureIsNotKept(t *testing.T) {
	d := newDesk(t)
	d.bridge(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "76123456", Text: "il paraît que l'eau des puits de Gao est empoisonnée depuis la fête"})
	list := d.reports()
	looks, erase := 0, true
	d.Matcher.FindWith(func(match.Query) match.Result {
		if looks++; erase {
			must(t, d.Store.Update(context.Background(), func(tx storage.Tx) error { return tx.EraseText(list[len(list)-1].ID) }))
			erase = false
		}
		return match.Result{Outcome: match.Unknown, Words: 9}
	})
	for i, from := range []string{"78123451", "78123452", "78123453"} {
		d.clock.Add(time.Minute)
		d.receive(bot.Inbound{ExternalID: from, Sender: from, Text: "le chef de Gao a fui hier avec la caisse du marché"})
		if want := min(i+1, 2); looks != want {
			t.Errorf("%d looks for %d copies, want %d", looks, i+1, want)
		}
	}
}
