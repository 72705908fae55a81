package rumour_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
	"tinye/storage/storagetest"
)

// owing plays a desk that links, merges, splits and publishes while people tell, stop and come back and messages leave or
// fail. After every step it looks at each answer that was queued in it: was it owed, and to that person not said before?
type owing struct {
	*site
	rt      *rapid.T
	people  []bot.ContactKey
	reports []bot.ID
	rumours []bot.ID
	seen    map[bot.ID]bool // answers
}

func TestWhatIsOwedIsQueuedOnce(t *testing.T) {
	s := newSite(t)
	s.must(s.update(func(tx storage.Tx) error {
		for i := range 3 {
			c := bot.Contact{Key: bot.ContactKey{9, byte(i)}, Number: bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237000000%d", i)}}
			if err := tx.PutContact(c, 0); err != nil {
				return err
			}
		}
		return nil
	}))
	storagetest.Walk(t, 10*time.Second, func(rt *rapid.T) {
		o := &owing{site: s, rt: rt, seen: map[bot.ID]bool{}}
		for i := range 3 {
			o.people = append(o.people, bot.ContactKey{9, byte(i)})
			o.stop(o.people[i], false)
		}
		for range 2 {
			o.rumours = append(o.rumours, o.put(bot.RumourDecided, nil).ID)
			o.tellBy(o.people[0])
			o.tellBy(o.people[1])
		}
		for range rapid.IntRange(4, 30).Draw(rt, "steps") {
			s.store.Time.Add(time.Second)
			o.step()
		}
		for range 2 { // a portion is large: the second one changes nothing
			before := o.rows()
			o.fan()
			o.look("the end", before)
		}
		o.everybodyIsAnswered()
	})
}

func (o *owing) step() {
	before := o.rows()
	what := rapid.SampledFrom([]string{"tell", "tell", "rumour", "link", "link", "publish", "merge", "split", "stop", "start", "sent", "failed", "fan", "rest", "again", "deny", "reject"}).Draw(o.rt, "step")
	switch what {
	case "tell":
		o.tellBy(rapid.SampledFrom(o.people).Draw(o.rt, "who"))
	case "rumour":
		o.rumours = append(o.rumours, o.put(bot.RumourDecided, nil).ID)
	case "link":
		ref, report, ids := o.anyRumour(before), o.anyReport(before), []bot.ID{o.store.IDs.New()}
		o.refusable(func(tx storage.Tx) error {
			_, err := o.Link(tx, o.act(bot.RoleModerator), ref, []string{string(report.Ref)}, ids)
			return err
		})
	case "publish":
		ref := o.anyRumour(before)
		o.refusable(func(tx storage.Tx) error { // one that came back is checked first
			r, err := rumour.Find(tx, ref)
			if err != nil || !r.Recurred {
				return err
			}
			r.State = bot.RumourDecided
			return tx.PutRumour(r, r.Rev)
		})
		o.refusable(func(tx storage.Tx) error {
			_, err := o.Publish(tx, o.act(bot.RoleCoordinator), ref, bot.French, nil)
			return err
		})
	case "rest": // nobody tells anything for a while
		o.store.Time.Add(15 * 24 * time.Hour)
		o.rest()
	case "again": // three people tell what was closed
		o.again(before)
	case "merge":
		ref, into := o.anyRumour(before), o.anyRumour(before)
		o.refusable(func(tx storage.Tx) error {
			_, err := o.Merge(tx, o.act(bot.RoleModerator), ref, into)
			return err
		})
	case "split":
		o.split(before)
	case "deny", "reject":
		o.undo(what, before)
	case "stop", "start":
		o.stop(rapid.SampledFrom(o.people).Draw(o.rt, "who"), what == "stop")
	case "sent", "failed":
		o.end(before, map[string]bot.OutState{"sent": bot.OutHandedOver, "failed": bot.OutFailed}[what])
	case "fan":
		o.fan()
	}
	o.look(what, before)
}

// refusable lets a step be refused: the guards say no to much that is drawn.
func (o *owing) refusable(rule func(storage.Tx) error) {
	o.rt.Helper()
	var fault *bot.Error
	if err := o.update(rule); err != nil && !errors.As(err, &fault) {
		o.rt.Fatal(err)
	}
}

// anyRumour is the reference of a rumour, "" where there is none yet.
func (o *owing) anyRumour(r rows) string {
	if len(o.rumours) == 0 {
		return ""
	}
	return string(r.rumours[rapid.SampledFrom(o.rumours).Draw(o.rt, "rumour")].Ref)
}

func (o *owing) anyReport(r rows) bot.Report {
	if len(o.reports) == 0 {
		return bot.Report{}
	}
	return r.reports[rapid.SampledFrom(o.reports).Draw(o.rt, "report")]
}

func (o *owing) tellBy(c bot.ContactKey) {
	var made bot.ID
	in, refs := bot.Inbound{ID: o.store.IDs.New(), Gateway: "sim", Contact: c, ReceivedAt: o.store.Time.Instant()}, o.refs()
	o.must(o.update(func(tx storage.Tx) error {
		r, err := rumour.Tell(tx, rumour.Telling{In: in, Refs: refs, Lang: bot.French})
		if err == nil {
			made = r.ID
		}
		return err
	}))
	o.reports = append(o.reports, made)
}

// rest lets every rumour go to rest.
func (o *owing) rest() {
	at := o.store.Time.Instant()
	for _, id := range o.rumours {
		for range 2 {
			o.must(o.update(func(tx storage.Tx) error { _, err := o.Rest(tx, id, at); return err }))
		}
	}
}

// again has every person tell a rumour that was published and closed: all of them are answered, and it is looked at again.
func (o *owing) again(before rows) {
	id := rapid.SampledFrom(o.rumours).Draw(o.rt, "rumour")
	r := before.rumours[id]
	if r.State != bot.RumourClosed || !r.Public() || r.FanOut.Open || r.Since > 0 {
		return
	}
	var refs []string
	var ids []bot.ID
	for _, c := range o.people {
		o.tellBy(c)
		refs, ids = append(refs, ""), append(ids, o.store.IDs.New())
	}
	now := o.rows()
	told := o.reports[len(o.reports)-len(refs):]
	for i, report := range told {
		refs[i] = string(now.reports[report].Ref)
	}
	o.must(o.update(func(tx storage.Tx) error {
		_, err := o.Link(tx, o.act(bot.RoleModerator), string(r.Ref), refs, ids)
		return err
	}))
	now = o.rows()
	if x := now.rumours[id]; x.State != bot.RumourInvestigating || !x.Recurred {
		o.rt.Fatalf("three people told again what was closed, and it is %s", x.State)
	}
	for _, report := range told {
		if rep := now.reports[report]; rep.Answer.IsZero() || rep.AnswerNo != r.AnswerNo {
			o.rt.Fatal("somebody who told a closed rumour is not answered")
		}
	}
}

// stands tells whether a message would leave if it were claimed.
func (o *owing) stands(r bot.Rumour, m bot.Outbound) (stands bool) {
	o.must(o.store.View(o.t.Context(), func(tx storage.Tx) error {
		rep, err := tx.Report(m.Report)
		if err != nil {
			return err
		}
		stands, err = rumour.Stands(tx, r, m, rep)
		return err
	}))
	return stands
}

// split takes a report out of its rumour; the new rumour is then decided, as if it were worked on since.
func (o *owing) split(before rows) {
	rep, id, refs, ready := o.anyReport(before), o.store.IDs.New(), o.refs(), o.ready(bot.RumourDecided)
	if rep.Rumour.IsZero() {
		return
	}
	from := string(before.rumours[rep.Rumour].Ref)
	made := false
	o.refusable(func(tx storage.Tx) error {
		step := rumour.Step{Claim: "Autre chose", Reports: []string{string(rep.Ref)}}
		split, _, err := o.Split(tx, o.act(bot.RoleModerator), from, step, id, refs)
		if err != nil {
			return err
		}
		made = true
		ready.ID, ready.Ref, ready.Reports = split.ID, split.Ref, split.Reports
		return tx.PutRumour(ready, split.Rev)
	})
	if made {
		o.rumours = append(o.rumours, id)
	}
}

// undo takes a report out of its rumour: its sender, or the desk, says that it tells something else.
func (o *owing) undo(what string, before rows) {
	rep, id := o.anyReport(before), o.store.IDs.New()
	if rep.Rumour.IsZero() {
		return
	}
	o.refusable(func(tx storage.Tx) (err error) {
		if what == "deny" {
			_, err = o.Deny(tx, rep, rep.Rumour, o.store.Time.Instant())
		} else {
			_, err = o.RejectMatch(tx, o.act(bot.RoleModerator), string(rep.Ref), id)
		}
		return err
	})
}

func (o *owing) stop(c bot.ContactKey, stopped bool) {
	o.must(o.update(func(tx storage.Tx) error {
		row, err := tx.Contact(c)
		if err != nil {
			return err
		}
		row.StoppedAt = 0
		if stopped {
			row.StoppedAt = o.store.Time.Instant()
		}
		return tx.PutContact(row, row.Rev)
	}))
}

// end lets a queued answer leave or fail.
func (o *owing) end(before rows, state bot.OutState) {
	queued := slices.DeleteFunc(before.answers, func(m bot.Outbound) bool { return m.State != bot.OutQueued })
	if len(queued) == 0 {
		return
	}
	m := rapid.SampledFrom(queued).Draw(o.rt, "message")
	m.State, m.Token, m.LeaseUntil = bot.OutClaimed, o.store.IDs.New(), o.store.Time.Instant().Add(time.Minute)
	left := m
	left.State, left.Token, left.LeaseUntil = state, bot.ID{}, 0
	o.must(o.update(func(tx storage.Tx) error { return errors.Join(tx.PutOutbound(m, m.Rev), tx.PutOutbound(left, m.Rev+1)) }))
}

func (o *owing) fan() {
	at := o.store.Time.Instant()
	for _, id := range o.rumours {
		ids := make([]bot.ID, rumour.FanIDs)
		for i := range ids {
			ids[i] = o.store.IDs.New()
		}
		o.must(o.update(func(tx storage.Tx) error { _, err := o.Fan(tx, id, ids, at); return err }))
	}
}

// rows are this run's reports and answers as they are stored.
type rows struct {
	reports map[bot.ID]bot.Report
	answers []bot.Outbound // oldest first, without stock wordings
	stock   []bot.Outbound // oldest first
	lineage map[bot.ID]bot.ID
	rumours map[bot.ID]bot.Rumour
}

func (o *owing) rows() rows {
	r := rows{reports: map[bot.ID]bot.Report{}, lineage: map[bot.ID]bot.ID{}, rumours: map[bot.ID]bot.Rumour{}}
	o.must(o.store.View(o.t.Context(), func(tx storage.Tx) error {
		for _, id := range o.reports {
			rep, err := tx.Report(id)
			if err != nil {
				return err
			}
			r.reports[id] = rep
		}
		for _, id := range o.rumours {
			x, err := tx.Rumour(id)
			if err != nil {
				return err
			}
			now, err := rumour.Followed(tx, x)
			if err != nil {
				return err
			}
			r.rumours[id], r.lineage[id] = x, now.ID
		}
		all, err := tx.Outbounds("", storage.Page{Limit: 500, Newest: true})
		for _, m := range slices.Backward(all) {
			switch _, ours := r.lineage[m.Rumour]; {
			case !ours:
			case rumour.IsStock(m):
				r.stock = append(r.stock, m)
			case m.Kind == bot.KindAnswer:
				r.answers = append(r.answers, m)
			}
		}
		return err
	}))
	return r
}

func gone(m bot.Outbound) bool {
	return m.State == bot.OutFailed || m.State == bot.OutExpired || m.State == bot.OutSuppressed
}

// look checks the answers that a step has queued.
func (o *owing) look(what string, before rows) {
	o.rt.Helper()
	now := o.rows()
	for i, m := range now.answers {
		if o.seen[m.ID] {
			continue
		}
		o.seen[m.ID] = true
		rep := now.reports[m.Report]
		if rep.Answer != m.ID || rep.Contact != m.Contact || rep.Rumour != now.lineage[m.Rumour] {
			o.rt.Fatalf("%s queued an answer that its report does not know", what)
		}
		if !before.reports[m.Report].Answer.IsZero() {
			o.rt.Fatalf("%s answered a report a second time", what)
		}
		if m.State == bot.OutSuppressed {
			continue // owed, and not sent: the person said STOP
		}
		for _, x := range now.answers[:i] {
			if x.Contact == m.Contact && now.lineage[x.Rumour] == now.lineage[m.Rumour] && !gone(x) && rep.ReceivedAt <= x.CreatedAt {
				o.rt.Fatalf("%s told a person again what message %d of %d had told", what, i, len(now.answers))
			}
		}
	}
}

// everybodyIsAnswered checks that nobody who told a published rumour is left without its answer, and nobody else has one.
func (o *owing) everybodyIsAnswered() {
	o.rt.Helper()
	now := o.rows()
	counts := map[bot.ID]int{}
	for _, rep := range now.reports {
		if rep.Rumour.IsZero() {
			if rep.State != bot.ReportReceived || rep.AnswerNo != 0 || !rep.Answer.IsZero() {
				o.rt.Fatalf("a report of no rumour is %s", rep.State)
			}
			continue
		}
		counts[rep.Rumour]++
		r := now.rumours[rep.Rumour]
		if r.State == bot.RumourMerged {
			o.rt.Fatal("a report is left under a merged rumour")
		}
		if r.Recurred {
			i := slices.IndexFunc(now.answers, func(m bot.Outbound) bool { return m.ID == rep.Answer })
			if i >= 0 && now.answers[i].State == bot.OutQueued && !o.stands(r, now.answers[i]) {
				o.rt.Fatal("who told it before it was looked at again is not answered")
			}
			continue
		}
		if !r.Public() {
			if rep.AnswerNo != 0 || !rep.Answer.IsZero() {
				o.rt.Fatal("a report of an unpublished rumour is answered")
			}
			continue
		}
		i := slices.IndexFunc(now.answers, func(m bot.Outbound) bool { return m.ID == rep.Answer })
		switch {
		case rep.AnswerNo != r.AnswerNo || i < 0:
			o.rt.Fatal("somebody who told a published rumour is not answered")
		case now.answers[i].Contact != rep.Contact:
			o.rt.Fatal("a report is answered by somebody else's message")
		case now.lineage[now.answers[i].Rumour] != r.ID:
			o.rt.Fatal("a report is answered by another rumour's message")
		case now.answers[i].State == bot.OutSuppressed && now.answers[i].Reason != "stopped":
			o.rt.Fatal("a report is answered by a message that was taken back")
		}
	}
	for id, r := range now.rumours {
		if r.Reports != counts[id] {
			o.rt.Fatalf("a rumour counts %d reports and has %d", r.Reports, counts[id])
		}
	}
}
