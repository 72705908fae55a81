package rumour_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// twin is one of two desks that live through the same, with the same ids at the same times: what a person links in one, the
// machine links in the other, or the one who told it says so.
type twin struct {
	*site
	first   int // of the contacts of this run
	reports []bot.ID
	rumours []bot.ID
}

// event is one thing that happens to both: what, and to which of the reports, rumours and people.
type event struct {
	what       string
	a, b, c, d int
}

func events() []string {
	return []string{
		"link", "link", "tell", "leave", "fan", "auto", "auto", "affirm", "deny", "reject", "publish", "split", "merge", "correct", "withdraw", "stop", "start", "rest",
	}
}

// Whoever links a report, a person at the desk, a machine or the one who told it: the same people are owed the same answers, and
// get the same messages, through merges, splits, corrections, withdrawals, STOP and all that is taken back.
func TestAMachinesLinkLeavesTheSameAnswersOwed(t *testing.T) {
	worlds := [2]*site{newSite(t), newSite(t)}
	run := 0
	linked := 0
	storagetest.Walk(t, 10*time.Second, func(rt *rapid.T) {
		run++
		var twins [2]*twin
		align(worlds)
		for i, s := range worlds {
			twins[i] = &twin{site: s, first: 10 * run}
			twins[i].begin()
		}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			n := func(name string) int { return rapid.IntRange(0, 11).Draw(rt, name) }
			e := event{what: rapid.SampledFrom(events()).Draw(rt, "what"), a: n("a"), b: n("b"), c: n("c"), d: n("d")}
			if e.a > 2 && (e.what == "auto" || e.what == "affirm") { // most are linked as they come in
				e.a = len(twins[0].reports)
				_, _ = twins[1].live(event{what: "tell", c: e.c}, false), twins[0].live(event{what: "tell", c: e.c}, false)
			}
			machine := twins[1].live(e, true)
			if e.what == "auto" || e.what == "affirm" {
				if machine != nil {
					twins[0].idle()
					continue
				}
				linked++
			}
			desk := twins[0].live(e, false)
			if fmt.Sprint(desk) != fmt.Sprint(machine) {
				rt.Fatalf("%s: %v for the one, %v for the other", e.what, desk, machine)
			}
			same(rt, e.what, twins)
		}
		for range 2 {
			for _, w := range twins {
				_ = w.live(event{what: "fan"}, false)
			}
		}
		same(rt, "the end", twins)
	})
	t.Logf("%d runs, %d links by the machine or the person", run, linked)
	if run > 10 && linked == 0 {
		t.Errorf("in %d runs the machine linked %d times: this shows nothing", run, linked)
	}
}

// align lets both desks have the same time and the same next id, also after a run that did not end.
func align(worlds [2]*site) {
	a, b := worlds[0], worlds[1]
	late := max(a.store.Time.Instant(), b.store.Time.Instant())
	for _, s := range worlds {
		s.store.Time.Add(late.Sub(s.store.Time.Instant()))
		s.drawn = max(a.drawn, b.drawn)
	}
	x, y := a.store.IDs.New(), b.store.IDs.New()
	for x != y {
		if string(x[:]) < string(y[:]) {
			x = a.store.IDs.New()
		} else {
			y = b.store.IDs.New()
		}
	}
}

func (w *twin) begin() {
	w.must(w.update(func(tx storage.Tx) error {
		for i := range 3 {
			c := bot.Contact{Key: w.who(i), Number: bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237%07d", w.first+i)}}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		return nil
	}))
	for i := range 2 {
		w.rumours = append(w.rumours, w.put(bot.RumourDecided, nil).ID)
		w.must(w.live(event{what: "publish", b: i}, false))
		w.must(w.live(event{what: "tell", c: i}, false))
	}
}

func (w *twin) who(i int) bot.ContactKey {
	n := w.first + i%3
	return bot.ContactKey{9, byte(n >> 16), byte(n >> 8), byte(n)}
}

// ours tells whether a message is to one of the people of this run.
func (w *twin) ours(m bot.Outbound) bool {
	return slices.Contains([]bot.ContactKey{w.who(0), w.who(1), w.who(2)}, m.Contact)
}

// idle lets as much time pass, and takes as many ids, as a link that the machine did not make.
func (w *twin) idle() {
	w.store.Time.Add(time.Second)
	w.store.IDs.New()
}

var errNotLinked = errors.New("not linked")

// live lets one thing happen, and gives the desk's refusal of it.
func (w *twin) live(e event, machine bool) error {
	w.t.Helper()
	w.store.Time.Add(time.Second)
	id, at := w.store.IDs.New(), w.store.Time.Instant()
	report, r := w.rowsOf(e.a, e.b)
	var err error
	switch e.what {
	case "tell":
		in, refs := bot.Inbound{ID: id, Gateway: "sim", Contact: w.who(e.c), ReceivedAt: at}, w.refs()
		err = w.update(func(tx storage.Tx) error {
			_, err := rumour.Tell(tx, rumour.Telling{In: in, Refs: refs, Lang: bot.French})
			return err
		})
		w.reports = append(w.reports, id)
	case "link", "auto", "affirm":
		err = w.update(func(tx storage.Tx) error { return w.link(tx, e.what, machine, report, r, id, at) })
	case "deny":
		err = w.update(func(tx storage.Tx) error { _, err := w.Deny(tx, report, r.ID, at); return err })
	case "reject":
		err = w.update(func(tx storage.Tx) error {
			_, err := w.RejectMatch(tx, w.act(bot.RoleModerator), string(report.Ref), id)
			return err
		})
	case "publish", "correct", "withdraw":
		err = w.update(func(tx storage.Tx) error { return w.words(tx, e.what, r) })
	case "split":
		refs, ready := w.refs(), w.ready(bot.RumourDecided)
		err = w.update(func(tx storage.Tx) error {
			step := rumour.Step{Claim: "Autre chose", Reports: []string{string(report.Ref)}}
			made, _, err := w.Split(tx, w.act(bot.RoleModerator), string(r.Ref), step, id, refs)
			if err != nil {
				return err
			}
			ready.ID, ready.Ref, ready.Reports = made.ID, made.Ref, made.Reports
			return tx.PutRumour(ready, made.Rev)
		})
		if err == nil {
			w.rumours = append(w.rumours, id)
		}
	case "merge":
		_, into := w.rowsOf(0, e.d)
		err = w.update(func(tx storage.Tx) error {
			_, err := w.Merge(tx, w.act(bot.RoleModerator), string(r.Ref), string(into.Ref))
			return err
		})
	case "stop", "start":
		(&owing{site: w.site}).stop(w.who(e.c), e.what == "stop")
	case "leave":
		err = w.leave(e)
	case "fan", "rest":
		if e.what == "rest" {
			w.store.Time.Add(15 * 24 * time.Hour)
		}
		o := &owing{site: w.site, rumours: w.rumours}
		o.fan()
		o.rest()
	}
	var fault *bot.Error
	if err != nil && !errors.As(err, &fault) && !errors.Is(err, errNotLinked) {
		w.t.Fatalf("%s: %v", e.what, err)
	}
	return err
}

// link links a report in one world as the desk does, in the other as the machine or the person would; what "link" says is the
// desk's in both.
func (w *twin) link(tx storage.Tx, what string, machine bool, rep bot.Report, r bot.Rumour, id bot.ID, at bot.Instant) error {
	var ok bool
	var err error
	switch {
	case what == "auto" && machine:
		_, ok, err = w.AnswerAtOnce(tx, rep, rumour.Hint{Rumour: r.ID, AnswerNo: r.AnswerNo, Permille: 985, Weights: "test"}, id, at)
	case what == "affirm" && machine:
		if ok = rep.Rumour.IsZero(); ok {
			_, ok, err = w.Affirm(tx, rep, r.ID, id, at)
		}
	default:
		if what == "affirm" { // which follows a rumour that was merged since they were asked
			if r, err = rumour.Followed(tx, r); err != nil {
				return err
			}
		}
		_, err = w.Link(tx, w.act(bot.RoleModerator), string(r.Ref), []string{string(rep.Ref)}, []bot.ID{id})
		return err
	}
	if err == nil && !ok {
		return errNotLinked
	}
	return err
}

// words publish, correct or take back what is said about a rumour.
func (w *twin) words(tx storage.Tx, what string, r bot.Rumour) error {
	ref, chief := string(r.Ref), w.act(bot.RoleCoordinator)
	step := rumour.Step{Comment: "vu sur place"}
	switch what {
	case "correct":
		if _, err := w.Correct(tx, chief, ref, step); err != nil {
			return err
		}
	case "withdraw":
		_, err := w.Withdraw(tx, chief, ref, step)
		return err
	}
	now, err := tx.Rumour(r.ID)
	if err != nil {
		return err
	}
	if now.State == bot.RumourInvestigating {
		now.State = bot.RumourDecided
		if err := tx.PutRumour(now, now.Rev); err != nil {
			return err
		}
	}
	if now.AnswerNo > 0 {
		if _, err := w.Write(tx, w.act(bot.RoleVerifier), ref, bot.French, "le pont tient bien."); err != nil {
			return err
		}
		if _, err := w.Approve(tx, chief, ref, bot.French); err != nil {
			return err
		}
	}
	_, err = w.Publish(tx, chief, ref, bot.French, nil)
	return err
}

// leave lets a queued message leave or fail.
func (w *twin) leave(e event) error {
	token := w.store.IDs.New()
	return w.update(func(tx storage.Tx) error {
		queued, err := tx.Outbounds(bot.OutQueued, storage.Page{Limit: 100, Newest: true})
		queued = slices.DeleteFunc(queued, func(m bot.Outbound) bool { return !w.ours(m) })
		if err != nil || len(queued) == 0 {
			return err
		}
		m := queued[e.a%len(queued)]
		m.State, m.Token, m.LeaseUntil = bot.OutClaimed, token, w.store.Time.Instant().Add(time.Minute)
		if err := tx.PutOutbound(m, m.Rev); err != nil {
			return err
		}
		m.State, m.Token, m.LeaseUntil = []bot.OutState{bot.OutHandedOver, bot.OutDelivered, bot.OutFailed}[e.b%3], bot.ID{}, 0
		return tx.PutOutbound(m, m.Rev+1)
	})
}

// rowsOf is the report and the rumour that an event means.
func (w *twin) rowsOf(a, b int) (rep bot.Report, r bot.Rumour) {
	w.must(w.store.View(w.t.Context(), func(tx storage.Tx) (err error) {
		if len(w.reports) > 0 {
			if rep, err = tx.Report(w.reports[a%len(w.reports)]); err != nil {
				return err
			}
		}
		r, err = tx.Rumour(w.rumours[b%len(w.rumours)])
		return err
	}))
	return rep, r
}

// picture is what is owed and was sent, without who found it out.
type picture struct {
	Reports  []bot.Report
	Rumours  []bot.Rumour
	Told     []bot.Told
	Messages []bot.Outbound
}

func (w *twin) picture() (p picture) {
	w.must(w.store.View(w.t.Context(), func(tx storage.Tx) error {
		for _, id := range w.reports {
			rep, err := tx.Report(id)
			if err != nil {
				return err
			}
			rep.Match = bot.Match{}
			p.Reports = append(p.Reports, rep)
		}
		for _, id := range w.rumours {
			r, err := tx.Rumour(id)
			if err != nil {
				return err
			}
			p.Rumours = append(p.Rumours, r)
			for i := range 3 {
				told, err := tx.Told(id, w.who(i))
				if err != nil && !errors.Is(err, storage.ErrNotFound) {
					return err
				}
				p.Told = append(p.Told, told)
			}
		}
		all, err := tx.Outbounds("", storage.Page{Limit: 100, Newest: true})
		for _, m := range all {
			if !w.ours(m) {
				continue
			}
			if m.Key == rumour.AutoAnswerKey {
				m.Key = rumour.AnswerKey
			}
			p.Messages = append(p.Messages, m)
		}
		return err
	}))
	return p
}

func same(rt *rapid.T, what string, twins [2]*twin) {
	rt.Helper()
	desk, machine := twins[0].picture(), twins[1].picture()
	if !reflect.DeepEqual(desk, machine) {
		rt.Fatalf("after %s, what the desk linked:\n%+v\nand what the machine linked:\n%+v", what, desk, machine)
	}
}
