package hotline_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/hotline"
	"tinye/bot/match"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// bridgeTold is told by people in these words before and after the desk has answered it.
const bridgeTold = "On dit que le pont de Markala est coupé et que les camions de vivres ne passent plus"

// bridge takes one person's telling of the bridge to a published answer that a machine may give, and returns its reference.
func (d *desk) bridge(t *testing.T) string {
	t.Helper()
	d.receive(bot.Inbound{ExternalID: "first", Sender: "70123456", Text: bridgeTold})
	list := d.reports()
	ref := d.createClaim(t, "Le pont de Markala serait coupé et les camions de vivres ne passeraient plus", list[len(list)-1].Ref)
	d.find(t, ref, bot.ConfirmedFalse)
	d.write(t, ref, bot.French, "Le pont de Markala est ouvert, les camions de vivres passent.")
	_, err := d.Approve(t.Context(), d.act("AMI"), ref, bot.French)
	must(t, err)
	r, err := d.Publish(t.Context(), d.act("AMI"), ref, bot.French)
	must(t, err)
	if r.Auto != bot.AutoAllowed {
		t.Fatalf("a machine may not give the answer: %s", r.Auto)
	}
	return ref
}

func (d *desk) createClaim(t *testing.T, claim string, report bot.Ref) string {
	t.Helper()
	id, refs := d.NewID(), d.Refs()
	var made bot.Rumour
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) (err error) {
		made, err = d.Desk.Create(tx, d.act("CISSE"), id, refs, claim, []string{string(report)})
		return err
	}))
	return string(made.Ref)
}

// certainly has the index be certain of what is said about Markala, whatever the weights say that are built in.
func (d *desk) certainly() {
	m := d.Matcher
	m.FindWith(func(q match.Query) match.Result {
		found := m.Index().Search("pont Markala", 1)
		if len(found) == 0 || !strings.Contains(q.Text, "Markala") {
			return match.Result{Outcome: match.Unknown, Words: 5}
		}
		return match.Result{Outcome: match.Certain, Words: 8, Hits: []match.Hit{{Claim: found[0], Confidence: 0.99}}}
	})
}

// near are the reports that the index knows as resembling a text.
func (d *desk) near(text string) (ids []bot.ID) {
	for _, n := range d.Matcher.Index().Neighbours(match.Query{Text: text, Lang: bot.French, Limit: 20}) {
		if !n.Report.IsZero() {
			ids = append(ids, n.Report)
		}
	}
	return ids
}

// Whoever told a rumour before it was published is answered by the sweep, once, also when the hotline starts again in between.
func TestAReportIsAnsweredLate(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "early", Sender: "76123456", Text: "on dit que le pont de Markala est coupé, les camions de vivres ne passent plus!"})
	d.bridge(t)
	d.deliver()
	d.certainly()
	d.clock.Add(time.Minute)
	must(t, d.Sweep(t.Context()))
	got := map[string]int{}
	for _, m := range d.deliver() {
		got[m.to+" "+m.row.Key]++
	}
	if want := "+22376123456 " + rumour.AutoAnswerKey; got[want] != 1 || len(got) != 1 {
		t.Fatalf("the sweep sent %v, want one answer to who told it before", got)
	}
	if rep := d.reports()[0]; rep.Match.Method != bot.MatchAuto || rep.State != bot.ReportAnswered {
		t.Errorf("the report is %s, by %q", rep.State, rep.Match.Method)
	}
	if q := d.contact("76123456").Question; q == nil || q.Kind != bot.QuestionOther {
		t.Errorf("the open question is %v, want whether it was about another matter", q)
	}
	for range 2 {
		d.use(d.Matcher.Below())
		d.certainly()
		d.clock.Add(time.Hour)
		must(t, d.Sweep(t.Context()))
		if out := d.deliver(); len(out) != 0 {
			t.Fatalf("%d messages left after that, the first %s", len(out), out[0].row.Key)
		}
	}
}

// What was told two days ago may be another matter by now, and is left to the desk.
func TestAnOldReportIsNotAnsweredLate(t *testing.T) {
	d := newDesk(t)
	d.receive(bot.Inbound{ExternalID: "early", Sender: "76123456", Text: bridgeTold})
	d.clock.Add(49 * time.Hour)
	d.bridge(t)
	d.deliver()
	d.certainly()
	d.clock.Add(time.Minute)
	must(t, d.Sweep(t.Context()))
	if out := d.deliver(); len(out) != 0 {
		t.Errorf("%d messages left", len(out))
	}
}

// A start reads the same from the store as what was told commit by commit.
func TestAStartKnowsWhatCommitsTold(t *testing.T) {
	d := newDesk(t)
	ref := d.bridge(t)
	d.receive(bot.Inbound{ExternalID: "other", Sender: "76123456", Text: "il paraît que l'eau des puits de Gao est empoisonnée depuis la fête"})
	before, search, near := d.Matcher.Stats().Stats, d.found(t, "markala", 5), d.near(bridgeTold)
	if before.Claims != 1 || before.Reports != 2 || before.Variants != 1 || len(search) != 1 || len(near) == 0 {
		t.Fatalf("commits told of %+v; %d found, %d near", before, len(search), len(near))
	}
	d.use(d.Matcher.Below())
	after := d.Matcher.Stats().Stats
	if after.Claims != before.Claims || after.Reports != before.Reports || after.Variants != before.Variants {
		t.Errorf("after a start it knows %+v, before %+v", after, before)
	}
	if !slices.Equal(d.found(t, "markala", 5), search) || !slices.Equal(d.near(bridgeTold), near) {
		t.Errorf("other rumours and reports are found of %s", ref)
	}
}

// Who is forgotten told nothing that anybody finds, at once and after a start.
func TestWhatAForgottenPersonToldIsNotFound(t *testing.T) {
	d := newDesk(t)
	d.bridge(t)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "76123456", Text: "il paraît que l'eau des puits de Gao est empoisonnée depuis la fête"})
	if len(d.near("eau des puits de Gao empoisonnée")) == 0 {
		t.Fatal("it is not found before")
	}
	for _, text := range []bot.Text{"EFFACER", "EFFACER 1"} {
		d.clock.Add(time.Minute)
		d.receive(bot.Inbound{ExternalID: string(text), Sender: "76123456", Text: text})
	}
	gone := func(when string) {
		t.Helper()
		if d.Matcher.Stats().Reports != 1 || len(d.near("eau des puits de Gao empoisonnée")) != 0 {
			t.Errorf("%s: what a forgotten person told is found", when)
		}
	}
	gone("at once")
	d.use(d.Matcher.Below()) // before the sweep has taken the texts off
	gone("after a start")
	for range 3 {
		d.clock.Add(25 * time.Hour)
		must(t, d.Sweep(t.Context()))
	}
	gone("after the sweep")
	if len(d.found(t, "markala", 5)) != 1 {
		t.Error("the rumour is not found any more")
	}
}

// What is about abuse, and all that is under a restricted rumour, is in no index; a withdrawn answer is found by nobody.
func TestWhatIsHiddenIsNotFound(t *testing.T) {
	d := newDesk(t)
	ref := d.bridge(t)
	first := d.near(bridgeTold)
	if len(first) != 1 || len(d.found(t, "markala", 5)) != 1 {
		t.Fatal("it is not found before")
	}
	restrict := func(yes bool) {
		t.Helper()
		must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
			r, err := rumour.Find(tx, ref)
			if err != nil {
				return err
			}
			r.Restricted = yes
			return tx.PutRumour(r, r.Rev)
		}))
	}
	restrict(true)
	if s := d.Matcher.Stats(); s.Claims != 0 || s.Reports != 0 || len(d.found(t, "markala", 5)) != 0 {
		t.Errorf("restricted: it knows %+v", s.Stats)
	}
	restrict(false)
	if !slices.Equal(d.near(bridgeTold), first) || len(d.found(t, "markala", 5)) != 1 {
		t.Error("it is not found after the restriction was lifted")
	}
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
		rep, err := tx.Report(first[0])
		rep.Protect = true
		if err == nil {
			err = tx.PutReport(rep, rep.Rev)
		}
		return err
	}))
	if len(d.near(bridgeTold)) != 0 {
		t.Error("a protected report is found")
	}
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		r.AnswerKind = bot.AnswerWithdrawal
		if err == nil {
			err = tx.PutRumour(r, r.Rev)
		}
		return err
	}))
	if len(d.found(t, "markala", 5)) != 0 {
		t.Error("a withdrawn answer is found")
	}
}

// Erasing the texts of people leaves nothing of them in the index, nor in the one that is built once their keys are gone.
func TestErasedTextsAreNotFound(t *testing.T) {
	d := newDesk(t)
	d.bridge(t)
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "1", Sender: "76123456", Text: "il paraît que l'eau des puits de Gao"})
	d.clock.Add(time.Minute)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "76123456", Text: "est empoisonnée depuis la fête du mouton"})
	list := d.reports()
	rep := list[len(list)-1]
	if len(rep.Joined) != 1 || len(d.near("empoisonnée depuis la fête du mouton")) != 1 {
		t.Fatalf("the second text did not join, or is not found: %d", len(rep.Joined))
	}
	old := d.Matcher.Index()
	must(t, d.Store.Update(t.Context(), func(tx storage.Tx) error { return tx.EraseText(rep.Joined[0]) }))
	if len(d.near("empoisonnée depuis la fête du mouton")) != 0 || len(d.near("l'eau des puits de Gao")) != 1 {
		t.Error("the erased text is found, or the other is not")
	}
	for pending := true; pending; {
		var err error
		pending, err = d.Store.FinishErasures(t.Context())
		must(t, err)
	}
	if d.Matcher.Index() == old || len(d.near("l'eau des puits de Gao")) != 1 || len(d.found(t, "markala", 5)) != 1 {
		t.Error("the index was not built anew, or lacks what is still there")
	}
}

// A closure that the store runs twice tells of what its last run wrote, once; one that fails tells of nothing.
func TestAClosureThatRunsTwiceTellsOnce(t *testing.T) {
	store := storagetest.Open(t) // it runs every closure twice
	m, err := hotline.NewMatcher(hotline.MatcherOptions{})
	must(t, err)
	watched := m.Watch(store)
	must(t, m.Load(t.Context()))
	runs := []bot.ID{store.IDs.New(), store.IDs.New()}
	n := 0
	must(t, watched.Update(t.Context(), func(tx storage.Tx) error {
		id := runs[n]
		n++
		return tx.PutReport(bot.Report{ID: id, State: bot.ReportReceived}, 0)
	}))
	if got := m.Stats().Pending; n != 2 || got != 1 {
		t.Errorf("%d runs told of %d reports, want one", n, got)
	}
	err = watched.Update(t.Context(), func(tx storage.Tx) error {
		must(t, tx.PutReport(bot.Report{ID: store.IDs.New(), State: bot.ReportReceived}, 0))
		return storage.ErrConflict
	})
	if got := m.Stats().Pending; err == nil || got != 1 {
		t.Errorf("a closure that failed told of something: %d wait", got)
	}
	must(t, m.Flush(context.Background()))
	if got := m.Stats().Pending; got != 0 {
		t.Errorf("%d wait after all", got)
	}
}

// An index that does not answer holds nobody up: the message is acknowledged, and the sweep looks again.
func TestASlowIndexHoldsNobodyUp(t *testing.T) {
	d := newDesk(t)
	d.bridge(t)
	d.deliver()
	stuck := make(chan struct{})
	d.Matcher.FindWith(func(q match.Query) match.Result {
		<-stuck
		return d.Matcher.Index().Find(q)
	})
	d.clock.Add(time.Hour)
	d.receive(bot.Inbound{ExternalID: "2", Sender: "76123456", Text: bridgeTold})
	out := d.deliver()
	if len(out) != 1 || out[0].row.Key != "sms.ack" || d.Matcher.Stats().Late != 1 {
		t.Errorf("%d messages left, %d looks took too long", len(out), d.Matcher.Stats().Late)
	}
	close(stuck)
	d.certainly()
	must(t, d.Sweep(t.Context()))
	if out := d.deliver(); len(out) != 1 || out[0].row.Key != rumour.AutoAnswerKey {
		t.Errorf("%d messages left, want the answer", len(out))
	}
}

// Copies of one message cost one look.
func TestCopiesCostOneLook(t *testing.T) {
	d := newDesk(t)
	d.bridge(t)
	looked := 0
	d.Matcher.FindWith(func(match.Query) match.Result {
		looked++
		return match.Result{Outcome: match.Unknown, Words: 9}
	})
	for _, text := range []bot.Text{"Le chef de Gao a fui hier avec la caisse du marché", "le chef de GAO a fui, hier avec la caisse du marche!!"} {
		d.clock.Add(time.Minute)
		d.receive(bot.Inbound{ExternalID: string(text), Sender: "76123456", Text: text})
		d.receive(bot.Inbound{ExternalID: "b" + string(text), Sender: "78123456", Text: text})
	}
	if looked == 0 || looked > 3 {
		t.Errorf("%d looks for copies of one text", looked)
	}
}
