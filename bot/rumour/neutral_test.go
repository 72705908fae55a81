package rumour_test

import (
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

// saying plays a desk that does all that correcting does, and also assigns, withholds, rejects, closes and reopens, while the
// stock wordings are approved and change. After every step it looks at each stock wording that was queued in it: was it
// approved, and to that person not said before?
type saying struct{ correcting }

// Whatever happens in whatever order: those who told what is assigned, withheld or rejected hear the stock wording of that move
// once, and whoever tells it afterwards once more; without two who approved it nobody does, and the rumour says what it owes.
func TestWhatMovesSayIsSaidOnce(t *testing.T) {
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
		c := &saying{correcting{owing: owing{site: s, rt: rt, seen: map[bot.ID]bool{}}, read: map[hearing]int{}, quit: map[bot.ContactKey]bool{}}}
		for i := range 3 {
			c.people = append(c.people, bot.ContactKey{9, byte(i)})
			c.stop(c.people[i], false)
			c.tellBy(c.people[i])
		}
		c.agree(rapid.IntRange(0, 3).Draw(rt, "approved") > 0)
		for _, state := range []bot.RumourState{bot.RumourDecided, bot.RumourTriaged} {
			c.rumours = append(c.rumours, c.put(state, dangerous).ID)
		}
		for i := range 3 {
			c.linkTo(c.rumours[i/2], c.reports[i])
		}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			s.store.Time.Add(time.Second)
			c.step(rapid.SampledFrom(sayings()).Draw(rt, "step"))
		}
		for range 4 { // a portion is large: two for each rumour, and the others change nothing
			before := c.rows()
			c.fan()
			c.look("the end", before)
			c.lookStock("the end", before)
		}
		c.nobodyIsLeft()
		c.nobodyWaits()
	})
}

// sayings are the steps, what happens most first.
func sayings() []string {
	own := []string{"withhold", "fan", "tells", "withhold", "tells", "assign", "hears", "reject", "fresh", "tells", "close", "reopen", "agree", "stock", "change"}
	return append(own, corrections()...)
}

// dangerous makes a rumour of high risk, about whose assignment those who told it hear.
func dangerous(r *bot.Rumour) {
	r.Risk, r.Areas = bot.Risk{Level: bot.RiskHigh}, []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}}
}

func (c *saying) step(what string) {
	before := c.rows()
	moves := func(rule deskRule, roles []bot.Role, s rumour.Step) {
		ref := c.anyRumour(before)
		for _, role := range roles {
			c.refusable(func(tx storage.Tx) error { _, err := rule(c.Desk, tx, c.act(role), ref, s); return err })
		}
	}
	chief := []bot.Role{bot.RoleCoordinator}
	switch what {
	case "fresh":
		state := rapid.SampledFrom([]bot.RumourState{bot.RumourNew, bot.RumourTriaged, bot.RumourDecided}).Draw(c.rt, "state")
		c.rumours = append(c.rumours, c.put(state, dangerous).ID)
	case "tells": // and it is put under a rumour
		c.tellBy(rapid.SampledFrom(c.people).Draw(c.rt, "who"))
		ref, report, ids := c.anyRumour(before), c.reports[len(c.reports)-1], []bot.ID{c.store.IDs.New()}
		c.refusable(func(tx storage.Tx) error {
			rep, err := tx.Report(report)
			if err == nil {
				_, err = c.Link(tx, c.act(bot.RoleModerator), ref, []string{string(rep.Ref)}, ids)
			}
			return err
		})
	case "assign":
		moves(rumour.Desk.Assign, chief, rumour.Step{Assignee: string(bot.RoleVerifier)})
	case "withhold":
		moves(rumour.Desk.Withhold, []bot.Role{bot.RoleCoordinator, bot.RoleProtectionFocal}, rumour.Step{Comment: "des gens seraient frappés"})
	case "reject":
		moves(rumour.Desk.Reject, chief, rumour.Step{Reason: rapid.SampledFrom([]bot.ClosedReason{bot.ClosedSpam, bot.ClosedOutOfScope}).Draw(c.rt, "reason")})
	case "close":
		moves(rumour.Desk.Close, chief, rumour.Step{Reason: bot.ClosedWithheld})
	case "reopen":
		moves(rumour.Desk.Reopen, chief, rumour.Step{Comment: "on en parle encore"})
	case "stock": // by hand: only what is the rumour's answer, which is said once whoever sends it
		ref := c.anyRumour(before)
		c.refusable(func(tx storage.Tx) error {
			r, err := rumour.Find(tx, ref)
			if err != nil {
				return err
			}
			if key, ok := rumour.NeutralKey(r); ok {
				_, err = c.SendStock(tx, c.act(bot.RoleCoordinator), ref, kindOf(key))
			}
			return err
		})
	case "agree", "change":
		c.agree(what == "agree")
	case "hears":
		c.hears(before)
	default:
		c.correcting.step(what)
	}
	c.lookStock(what, before)
}

func kindOf(key string) bot.StockKind {
	return bot.StockKinds()[slices.IndexFunc(bot.StockKinds(), func(k bot.StockKind) bool { return rumour.StockKey(k) == key })]
}

// agree lets two approve all stock wordings as they are, or the wordings change.
func (c *saying) agree(yes bool) {
	c.must(c.update(func(tx storage.Tx) error {
		for _, kind := range bot.StockKinds() {
			s, err := tx.Stock(kind)
			if err != nil {
				return err
			}
			s.Text, s.First, s.Second = "another", "AMI", "BAKARY"
			if yes {
				s.Text = c.StockText(kind)
			}
			if err := tx.PutStock(s, s.Rev); err != nil {
				return err
			}
		}
		return nil
	}))
}

// hears lets a stock wording leave, if it still may, and arrive or get lost.
func (c *saying) hears(before rows) {
	queued := slices.DeleteFunc(slices.Clone(before.stock), func(m bot.Outbound) bool { return m.State != bot.OutQueued })
	if len(queued) == 0 {
		return
	}
	m := rapid.SampledFrom(queued).Draw(c.rt, "message")
	how := rapid.SampledFrom([]bot.OutState{bot.OutHandedOver, bot.OutDelivered, bot.OutFailed}).Draw(c.rt, "how")
	c.must(c.update(func(tx storage.Tx) error {
		if m.Kind == bot.KindAnswer {
			if stands, err := rumour.NeutralStands(tx, m); err != nil || !stands {
				m.State, m.Reason = bot.OutSuppressed, "superseded"
				return firstOf(err, tx.PutOutbound(m, m.Rev))
			}
		}
		m.State, m.Token, m.LeaseUntil = bot.OutClaimed, c.store.IDs.New(), c.store.Time.Instant().Add(time.Minute)
		if err := tx.PutOutbound(m, m.Rev); err != nil {
			return err
		}
		m.State, m.Token, m.LeaseUntil = how, bot.ID{}, 0
		return tx.PutOutbound(m, m.Rev+1)
	}))
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// lookStock checks the stock wordings that a step has queued.
func (c *saying) lookStock(what string, before rows) {
	c.rt.Helper()
	now := c.rows()
	for i, m := range now.stock {
		if c.seen[m.ID] {
			continue
		}
		c.seen[m.ID] = true
		rep, about := now.reports[m.Report], now.rumours[now.lineage[m.Rumour]]
		if rep.Contact != m.Contact || rep.Rumour != about.ID {
			c.rt.Fatalf("%s: a stock wording about another report, or to another person", what)
		}
		key, neutral := rumour.NeutralKey(about)
		if about.Recurred && m.CreatedAt == about.ReopenedAt {
			continue // the last of those who have it looked at again: it does not leave (NeutralStands)
		}
		if m.Kind == bot.KindAnswer && (!neutral || m.Key != key || rep.Answer != m.ID) {
			c.rt.Fatalf("%s: %s is no answer of a rumour that is %s", what, m.Key, about.State)
		}
		if m.Kind == bot.KindStock && (m.Key != rumour.StockKey(bot.StockHolding) || neutral || about.Public()) {
			c.rt.Fatalf("%s: %s about a rumour that is %s", what, m.Key, about.State)
		}
		if m.State == bot.OutSuppressed {
			continue // owed, and not sent: the person said STOP
		}
		for _, x := range now.stock[:i] {
			if x.Contact != m.Contact || x.Key != m.Key || now.lineage[x.Rumour] != now.lineage[m.Rumour] || gone(x) {
				continue
			}
			if m.Kind == bot.KindStock && x.CreatedAt >= about.ReopenedAt {
				c.rt.Fatalf("%s: the person hears again that it is being checked", what)
			}
			if m.Kind == bot.KindAnswer && rep.ReceivedAt <= x.CreatedAt {
				c.rt.Fatalf("%s: the person hears again what answers what they told", what)
			}
		}
	}
}

// nobodyWaits checks that whoever told what has a stock wording for its answer has it, or that the rumour owes it.
func (c *saying) nobodyWaits() {
	c.rt.Helper()
	now := c.rows()
	for _, rep := range now.reports {
		r, linked := now.rumours[rep.Rumour]
		key, neutral := rumour.NeutralKey(r)
		if !linked || !neutral {
			continue
		}
		if owes := rumour.Owes(r); owes != "" {
			if rumour.StockKey(owes) != key {
				c.rt.Fatalf("a rumour that is %s owes %s", r.State, owes)
			}
			continue
		}
		i := slices.IndexFunc(now.stock, func(m bot.Outbound) bool { return m.ID == rep.Answer })
		if i < 0 || now.stock[i].Key != key || now.stock[i].Contact != rep.Contact || now.stock[i].Reason == "superseded" {
			c.rt.Fatalf("somebody who told what is %s has no answer", r.State)
		}
	}
}

// A holding line is due no more once it was sent, and again when the rumour is reopened.
func TestAHoldingLineIsDueUntilItIsSent(t *testing.T) {
	const hour = time.Hour
	made := bot.Instant(1_700_000_000_000_000)
	r := bot.Rumour{State: bot.RumourInvestigating, Risk: bot.Risk{Level: bot.RiskCritical}, CreatedAt: made, Reports: 1}
	due := func() (at bot.Instant) {
		for _, d := range (rumour.Calendar{}).Dues(r) {
			if d.Stage == rumour.StageHolding {
				at = d.At
			}
		}
		return at
	}
	if due() != made.Add(4*hour) || rumour.Owes(r) != bot.StockHolding {
		t.Errorf("before: due at %s, owes %q", due(), rumour.Owes(r))
	}
	r.HeldAt = made.Add(hour)
	if due() != 0 || rumour.Owes(r) != "" {
		t.Errorf("sent: due at %s, owes %q", due(), rumour.Owes(r))
	}
	r.ReopenedAt = made.Add(100 * hour)
	if due() != made.Add(104*hour) || rumour.Owes(r) != bot.StockHolding {
		t.Errorf("reopened: due at %s, owes %q", due(), rumour.Owes(r))
	}
	for _, level := range []bot.RiskLevel{bot.RiskLow, bot.RiskMedium, ""} {
		r.Risk.Level = level
		if rumour.Owes(r) != "" {
			t.Errorf("a rumour of risk %q owes %q", level, rumour.Owes(r))
		}
	}
}
