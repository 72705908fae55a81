package storagetest

import (
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/storage"
)

// testModel runs random transactions, claims and settlements on a store and on the model, and compares them after each.
// Every closure runs twice, and some fail or panic at their end.
func testModel(t *testing.T, open Factory) {
	base := t.TempDir()
	rapid.Check(t, func(rt *rapid.T) {
		dir, err := os.MkdirTemp(base, "")
		if err != nil {
			rt.Fatal(err)
		}
		clock := NewClock()
		setup := Setup{Dir: dir, Clock: clock, IDs: NewIDs(clock), RunTwice: true}
		x := &machine{Store: open(t, setup), t: t, rt: rt, clock: clock, ids: setup.IDs, m: newModel(clock.Instant()), rumour: setup.IDs.New()}
		defer func() {
			if err := x.Close(); err != nil {
				rt.Fatal(err)
			}
		}()
		x.beginRun()
		rt.Repeat(map[string]func(*rapid.T){
			"":        x.compare,
			"pause":   x.pauseRun,
			"update":  x.transaction,
			"update2": x.transaction, // more often than the others
			"claim":   x.claim,
			"settle":  x.settle,
			"abandon": x.abandon,
			"reroute": x.reroute,
			"time": func(rt *rapid.T) {
				clock.Add(time.Duration(rapid.IntRange(1, 40).Draw(rt, "minutes")) * time.Minute)
				x.m.now = clock.Instant()
			},
			"day": func(*rapid.T) {
				clock.Add(day)
				x.m.now = clock.Instant()
			},
		})
	})
}

// machine is a store and the model of it.
type machine struct {
	storage.Store
	t      *testing.T
	rt     *rapid.T
	clock  *Clock
	ids    *IDs
	m      *model
	rumour bot.ID
	run    bot.ID        // a broadcast, to which some of the messages belong
	used   []bot.ID      // ids of messages
	begun  []bot.Session // all that were ever drawn, as they began
	news   []bot.ID      // rumours in the news
	kept   bot.Instant   // days before this were dropped in the transaction that is being drawn
	claims []storage.Claimed
}

// step is one call inside a transaction, on both sides.
type step struct {
	name string
	on   func(*model) error
	do   func(storage.Tx) error
}

func (x *machine) transaction(rt *rapid.T) {
	steps := x.steps(rt, 6)
	end := rapid.SampledFrom([]string{"", "", "", "error", "panic"}).Draw(rt, "end")
	failed := errors.New("failed")
	var wrong error
	var after *model
	err := x.Update(x.t.Context(), func(tx storage.Tx) error {
		wrong, after = nil, x.m.clone()
		for _, s := range steps {
			want, got := s.on(after), s.do(tx)
			if !errors.Is(got, want) {
				wrong = fmt.Errorf("%s gave %v, the model %v", s.name, got, want)
				return wrong
			}
		}
		switch end {
		case "error":
			return failed
		case "panic":
			panic("no")
		}
		return nil
	})
	if wrong != nil {
		rt.Fatal(wrong)
	}
	if (err == nil) != (end == "") {
		rt.Fatalf("update gave %v, it should end with %q", err, end)
	}
	if err == nil {
		x.m = after
	}
}

// steps draws some calls of one transaction.
func (x *machine) steps(rt *rapid.T, most int) (steps []step) {
	x.kept = 0
	for range rapid.IntRange(1, most).Draw(rt, "steps") {
		if rapid.IntRange(0, 2).Draw(rt, "menus") == 0 {
			steps = append(steps, x.menuStep(rt))
		} else {
			steps = append(steps, x.step(rt))
		}
	}
	return steps
}

// step draws one call. All that is random is drawn here, not in the closure.
func (x *machine) step(rt *rapid.T) step {
	contact := bot.ContactKey{byte(rapid.IntRange(1, 3).Draw(rt, "contact"))}
	rev := uint64(rapid.IntRange(0, 3).Draw(rt, "rev"))
	id := x.someID(rt)
	right := rapid.IntRange(0, 3).Draw(rt, "right rev") > 0
	// revOf is mostly the row's revision, so that puts succeed.
	revOf := func(have uint64) uint64 {
		if right {
			return have
		}
		return rev
	}
	switch kind := rapid.IntRange(0, 9).Draw(rt, "kind"); kind {
	case 0:
		c, at := bot.Contact{Key: contact, HelpDay: fmt.Sprint(rev)}, revOf(x.m.contacts[contact].Rev)
		return step{"PutContact", func(m *model) error { return m.putContact(c, at) }, func(tx storage.Tx) error { return tx.PutContact(c, at) }}
	case 1, 2:
		r := bot.Report{ID: id, State: rapid.SampledFrom([]bot.ReportState{bot.ReportReceived, bot.ReportLinked, bot.ReportAnswered}).Draw(rt, "state")}
		at := revOf(x.m.reports[id].Rev)
		return step{"PutReport", func(m *model) error { return m.putReport(r, at) }, func(tx storage.Tx) error { return tx.PutReport(r, at) }}
	case 3, 4, 5:
		o := x.drawOutbound(rt, id)
		at := revOf(x.m.outbounds[id].Rev)
		return step{"PutOutbound", func(m *model) error { return m.putOutbound(o, at) }, func(tx storage.Tx) error { return tx.PutOutbound(o, at) }}
	case 6:
		refs := rapid.SliceOfN(rapid.Map(rapid.Uint64Range(0, 8), func(n uint64) bot.Ref {
			ref, _ := bot.NewRef(n, bot.RefDigits) // 6 digits are a valid length
			return ref
		}), 0, 3).Draw(rt, "refs")
		var took bot.Ref
		return step{"TakeRef", func(m *model) (err error) { took, err = m.takeRef(refs, id); return err }, func(tx storage.Tx) error {
			got, err := tx.TakeRef(refs, bot.RefReport, id)
			if err == nil && got != took {
				return fmt.Errorf("took %s, not %s", got, took)
			}
			return err
		}}
	case 7:
		l := bot.LinkCursor{Contact: contact, Report: id}
		if right {
			return step{"Link", func(m *model) error { m.links[l] = true; return nil }, func(tx storage.Tx) error { return tx.Link(x.rumour, l) }}
		}
		return step{"Unlink", func(m *model) error { delete(m.links, l); return nil }, func(tx storage.Tx) error { return tx.Unlink(x.rumour, l) }}
	case 8:
		told := bot.Told{AnswerNo: int(rev), Outbound: id}
		return step{"PutTold", func(m *model) error { m.told[contact] = told; return nil }, func(tx storage.Tx) error { return tx.PutTold(x.rumour, contact, told) }}
	default:
		return x.repeatStep(rt, bot.RepeatKey{byte(rapid.IntRange(1, 6).Draw(rt, "repeat"))}, id, right)
	}
}

func (x *machine) repeatStep(rt *rapid.T, key bot.RepeatKey, id bot.ID, put bool) step {
	now := x.m.now
	if put {
		mark := bot.Mark{Inbound: id}
		if rapid.Bool().Draw(rt, "answer") {
			mark.Answer = []byte("END")
		}
		return step{"PutRepeat", func(m *model) error { return m.putRepeat(key, mark) }, func(tx storage.Tx) error { return tx.PutRepeat(key, now, 0, mark) }}
	}
	if rapid.Bool().Draw(rt, "drop") {
		before := now.Add(-time.Duration(rapid.IntRange(0, 3).Draw(rt, "days")) * day)
		return step{"DropRepeats", func(m *model) error { m.dropRepeats(before); return nil }, func(tx storage.Tx) error { return tx.DropRepeats(before) }}
	}
	event := bot.Event{Kind: "user.added"}
	return step{"Append", func(m *model) error { m.events++; return nil }, func(tx storage.Tx) error { return tx.Append(event) }}
}

// someID is the id of a message, mostly one that was used.
func (x *machine) someID(rt *rapid.T) bot.ID {
	if len(x.used) == 0 || len(x.used) < 30 && rapid.IntRange(0, 2).Draw(rt, "new") == 0 {
		x.used = append(x.used, x.ids.New())
		return x.used[len(x.used)-1]
	}
	return rapid.SampledFrom(x.used).Draw(rt, "id")
}

// drawOutbound gives a changed row, or a new one. Claims come from Claim alone, as in life; but a row that is claimed may be put
// by whoever has a delivery report.
func (x *machine) drawOutbound(rt *rapid.T, id bot.ID) bot.Outbound {
	o, there := x.m.outbounds[id]
	if !there {
		o = bot.Outbound{ID: id, Gateway: rapid.SampledFrom([]string{"g", "gg"}).Draw(rt, "gateway"), State: bot.OutQueued}
		if rapid.IntRange(0, 2).Draw(rt, "of the run") == 0 {
			o.Broadcast = x.run
		}
	}
	o.Lane = rapid.SampledFrom(bot.Lanes()).Draw(rt, "lane")
	if o.Broadcast == x.run {
		o.Lane, o.Lang, o.Parts = bot.LaneBulletin, bot.French, rapid.IntRange(0, 2).Draw(rt, "parts")
	}
	o.NextAt = x.m.now.Add(time.Duration(rapid.IntRange(-30, 30).Draw(rt, "due")) * time.Minute)
	if there {
		o.State = rapid.SampledFrom(outStates).Draw(rt, "state")
	}
	return o
}

// claim asks for messages. For some of them the decision fails, after a few steps that are taken back then, amid a commit
// that keeps the rest.
func (x *machine) claim(rt *rapid.T) {
	steps := x.steps(rt, 3)
	c := storage.ClaimRequest{Gateway: "g", N: rapid.IntRange(1, 5).Draw(rt, "n"), Now: x.m.now, Lease: 10 * time.Minute, Token: x.ids.New(),
		Decide: func(tx storage.Tx, o bot.Outbound) (storage.Decision, error) {
			d, fails := x.m.decision(o)
			if fails {
				for _, s := range steps {
					_ = s.do(tx) // it may fail: the model was not asked
				}
				return d, errors.Join(tx.PutTold(x.rumour, bot.ContactKey{1}, bot.Told{AnswerNo: 99}), errors.New("no"))
			}
			return d, nil
		}}
	claims, err := x.Claim(x.t.Context(), c)
	if err != nil {
		rt.Fatal(err)
	}
	var got []bot.ID
	for _, row := range claims.Rows {
		got = append(got, row.Row.ID)
	}
	if want := x.m.claim(c); !slices.Equal(got, want) {
		rt.Fatalf("claimed %v, the model %v", got, want)
	}
	x.claims = append(x.claims, claims.Rows...)
}

func (x *machine) settle(rt *rapid.T) {
	var outcomes []storage.Outcome
	for _, c := range x.claims {
		if rapid.Bool().Draw(rt, "settled") {
			outcomes = append(outcomes, storage.Outcome{ID: c.Row.ID, Token: c.Row.Token, At: x.m.now, NextAt: x.m.now.Add(time.Minute),
				State:   rapid.SampledFrom([]bot.OutState{bot.OutHandedOver, bot.OutUnknown, bot.OutFailed, bot.OutQueued}).Draw(rt, "outcome"),
				Counted: rapid.Bool().Draw(rt, "counted"), Reason: "r",
				ExternalID: fmt.Sprint(rapid.IntRange(0, 2).Draw(rt, "external")), Remember: rapid.Bool().Draw(rt, "remember")})
		}
	}
	var want error
	for _, o := range outcomes {
		want = errors.Join(want, x.m.settle(o))
	}
	if err := x.Settle(x.t.Context(), outcomes, nil); errors.Is(err, storage.ErrFenced) != errors.Is(want, storage.ErrFenced) {
		rt.Fatalf("settle gave %v, the model %v", err, want)
	}
}

func (x *machine) abandon(*rapid.T) {
	n, err := x.Abandon(x.t.Context(), x.m.now, nil)
	if want := x.m.abandon(x.m.now); err != nil || n != want {
		x.rt.Fatalf("%d abandoned (%v), the model %d", n, err, want)
	}
}

// compare looks at everything in the store.
func (x *machine) compare(rt *rapid.T) {
	err := x.View(x.t.Context(), func(tx storage.Tx) error {
		return errors.Join(x.compareRows(tx), x.compareLists(tx), x.compareMarks(tx), x.compareMenus(tx), x.compareRun(tx))
	})
	if err != nil {
		rt.Fatal(err)
	}
	for _, gateway := range []string{"g", "gg"} {
		if due, err := x.NextDue(x.t.Context(), gateway); err != nil || due != x.m.nextDue(gateway) {
			rt.Fatalf("next due of %s: %d (%v), the model %d", gateway, due, err, x.m.nextDue(gateway))
		}
	}
}

func (x *machine) compareRows(tx storage.Tx) error {
	for key := range byte(4) {
		got, err := tx.Contact(bot.ContactKey{key})
		if want, there := x.m.contacts[bot.ContactKey{key}]; there != (err == nil) || !reflect.DeepEqual(got, want) {
			return fmt.Errorf("contact %+v (%v), the model %+v", got, err, want)
		}
		told, err := tx.Told(x.rumour, bot.ContactKey{key})
		if want, there := x.m.told[bot.ContactKey{key}]; there != (err == nil) || told != want {
			return fmt.Errorf("told %+v (%v), the model %+v", told, err, want)
		}
	}
	for _, id := range x.used {
		report, err := tx.Report(id)
		if want, there := x.m.reports[id]; there != (err == nil) || !reflect.DeepEqual(report, want) {
			return fmt.Errorf("report %+v (%v), the model %+v", report, err, want)
		}
		out, err := tx.Outbound(id)
		if want, there := x.m.outbounds[id]; there != (err == nil) || !reflect.DeepEqual(out, want) {
			return fmt.Errorf("outbound %+v (%v), the model %+v", out, err, want)
		}
	}
	return nil
}

func (x *machine) compareLists(tx storage.Tx) error {
	all := storage.Page{Limit: 1000}
	for _, state := range append(slices.Clone(outStates), "") {
		got, err := idsOf(tx.Outbounds(state, all))
		if want := x.m.outboundsIn(state); err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("outbounds %q: %v (%v), the model %v", state, got, err, want)
		}
	}
	for _, state := range []bot.ReportState{bot.ReportReceived, bot.ReportLinked, bot.ReportAnswered, ""} {
		newest := all
		newest.Newest = true
		got, err := idsOf(tx.Reports(state, newest))
		slices.Reverse(got)
		if want := x.m.reportsIn(state); err != nil || !slices.Equal(got, want) {
			return fmt.Errorf("reports %q: %v (%v), the model %v", state, got, err, want)
		}
	}
	links, err := tx.Links(x.rumour, bot.LinkCursor{}, 1000)
	if err != nil || len(links) != len(x.m.links) {
		return fmt.Errorf("%d links (%v), the model %d", len(links), err, len(x.m.links))
	}
	for _, l := range links {
		if !x.m.links[l] {
			return fmt.Errorf("a link that is not in the model")
		}
	}
	return nil
}

func (x *machine) compareMarks(tx storage.Tx) error {
	for key := range byte(8) {
		got, err := tx.Repeat(bot.RepeatKey{key})
		if want, there := x.m.repeats[bot.RepeatKey{key}]; there != (err == nil) || !reflect.DeepEqual(got, want.mark) {
			return fmt.Errorf("repeat mark %+v (%v), the model %+v", got, err, want.mark)
		}
	}
	for n := range uint64(9) {
		ref, err := bot.NewRef(n, bot.RefDigits)
		if err != nil {
			return err
		}
		_, id, err := tx.FindRef(ref)
		if want, there := x.m.refs[ref]; there != (err == nil) || id != want {
			return fmt.Errorf("reference %s of %s (%v), the model %s", ref, id, err, want)
		}
	}
	events, err := tx.Events(0, 1000)
	if err != nil || len(events) != x.m.events {
		return fmt.Errorf("%d events (%v), the model %d", len(events), err, x.m.events)
	}
	return nil
}
