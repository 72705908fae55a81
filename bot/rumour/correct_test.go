package rumour_test

import (
	"cmp"
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

// correcting is a desk that also corrects and withdraws, while messages leave, get lost, are in doubt or are read in the
// menu. had is what may have reached whom: the highest number of a rumour's answers.
type correcting struct {
	owing
	read map[hearing]int         // in the menu
	quit map[bot.ContactKey]bool // said STOP at some time: what was corrected then is not told later
}

type hearing struct {
	rumour  bot.ID
	contact bot.ContactKey
}

// Whatever happens in whatever order: a correction or a withdrawal is queued, once, for exactly those who may have got an
// answer before; everybody else is owed the new one as a first answer, once.
func TestCorrectionsGoToWhoMayHaveGotTheFirst(t *testing.T) {
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
		c := &correcting{owing: owing{site: s, rt: rt, seen: map[bot.ID]bool{}}, read: map[hearing]int{}, quit: map[bot.ContactKey]bool{}}
		for i := range 3 {
			c.people = append(c.people, bot.ContactKey{9, byte(i)})
			c.stop(c.people[i], false)
			c.tellBy(c.people[i])
		}
		c.rumours = append(c.rumours, c.put(bot.RumourDecided, nil).ID, c.put(bot.RumourDecided, nil).ID)
		for i := range 3 { // two told one rumour, one the other; the first is published and leaves for some
			c.linkTo(c.rumours[i/2], c.reports[i])
		}
		for _, what := range []string{"publish", "fan", "leaves", "leaves"} {
			c.step(what)
		}
		for range rapid.IntRange(10, 40).Draw(rt, "steps") {
			s.store.Time.Add(time.Second)
			c.step(rapid.SampledFrom(corrections()).Draw(rt, "step"))
		}
		for range 4 { // a portion is large: two for each rumour, and the others change nothing
			before := c.rows()
			c.fan()
			c.look("the end", before)
		}
		c.nobodyIsLeft()
	})
}

// Who told it again before the answer had left may have got the first message when the second is taken back: they are corrected.
func TestAMessageThatLeftBeforeTheLastOneIsCorrected(t *testing.T) {
	for _, again := range []int{1, 2} { // so often they tell it again
		s := newSite(t)
		who := bot.ContactKey{9}
		s.must(s.update(func(tx storage.Tx) error {
			return tx.PutContact(bot.Contact{Key: who, Number: bot.Address{Kind: bot.Phone, Value: "+22370000000"}}, 0)
		}))
		c := &correcting{owing: owing{site: s, seen: map[bot.ID]bool{}}}
		r := c.put(bot.RumourDecided, nil)
		c.rumours = []bot.ID{r.ID}
		for i := range again + 1 {
			c.tellBy(who)
			c.linkTo(r.ID, c.reports[i])
			if i == 0 {
				_, err := s.as("coordinator", publish, r, rumour.Step{Fallback: bot.French})
				s.must(err)
			}
			c.fan()
			s.store.Time.Add(time.Second)
		}
		queued := c.rows().answers
		if len(queued) != again+1 {
			t.Fatalf("messages queued: %d", len(queued))
		}
		first := slices.MinFunc(queued, func(a, b bot.Outbound) int { return cmp.Compare(a.CreatedAt, b.CreatedAt) })
		s.must(s.update(func(tx storage.Tx) error {
			first.State, first.Token, first.LeaseUntil = bot.OutClaimed, s.store.IDs.New(), s.store.Time.Instant().Add(time.Minute)
			if err := tx.PutOutbound(first, first.Rev); err != nil {
				return err
			}
			first.State, first.Token, first.LeaseUntil = bot.OutHandedOver, bot.ID{}, 0
			return tx.PutOutbound(first, first.Rev+1)
		}))
		wrong := rumour.Step{Comment: "vu sur place", Texts: []rumour.Wording{{Lang: bot.French, Text: "le pont tient bien."}}}
		_, err := s.as("coordinator", rumour.Desk.Correct, r, wrong)
		s.must(err)
		s.account("AMI", bot.RoleCoordinator)
		s.must(s.update(func(tx storage.Tx) error {
			_, err := s.Approve(tx, s.act("AMI"), string(r.Ref), bot.French)
			return err
		}))
		_, err = s.as("coordinator", publish, r, rumour.Step{Fallback: bot.French})
		s.must(err)
		c.fan()
		c.fan()
		corrections := 0
		for _, m := range c.rows().answers {
			if m.AnswerNo == 2 && m.Lane == bot.LaneCorrection {
				corrections++
			}
		}
		if corrections != 1 {
			t.Errorf("told again %d times, the first message left: %d corrections", again, corrections)
		}
	}
}

// corrections are the steps, what happens most first.
func corrections() []string {
	return []string{"amend", "leaves", "fan", "correct", "publish", "withdraw", "link", "read", "tell", "stop", "split", "start", "merge", "deny", "reject"}
}

func (c *correcting) linkTo(r, report bot.ID) {
	before, ids := c.rows(), []bot.ID{c.store.IDs.New()}
	c.must(c.update(func(tx storage.Tx) error {
		_, err := c.Link(tx, c.act(bot.RoleModerator), string(before.rumours[r].Ref), []string{string(before.reports[report].Ref)}, ids)
		return err
	}))
}

func (c *correcting) step(what string) {
	before := c.rows()
	switch what {
	case "correct", "withdraw":
		c.takeBack(what, c.anyRumour(before))
	case "publish":
		c.publishes(c.anyRumour(before))
	case "amend": // both, and everybody is told
		ref := c.anyRumour(before)
		c.takeBack("correct", ref)
		c.publishes(ref)
		c.fan()
		c.fan()
	case "leaves":
		c.leaves(before)
	case "read":
		c.reads(before)
	default:
		c.basic(what, before)
	}
	c.look(what, before)
}

func (c *correcting) takeBack(what, ref string) {
	rule := c.Correct
	if what == "withdraw" {
		rule = c.Withdraw
	}
	c.refusable(func(tx storage.Tx) error {
		_, err := rule(tx, c.act(bot.RoleCoordinator), ref, rumour.Step{Comment: "vu sur place"})
		return err
	})
}

// publishes does all that it takes from wherever the rumour stands.
func (c *correcting) publishes(ref string) {
	c.refusable(func(tx storage.Tx) error {
		r, err := rumour.Find(tx, ref)
		if err != nil {
			return err
		}
		if r.State == bot.RumourInvestigating {
			r.State = bot.RumourDecided
			if err := tx.PutRumour(r, r.Rev); err != nil {
				return err
			}
		}
		if _, err := c.Write(tx, c.act(bot.RoleVerifier), ref, bot.French, "le pont tient bien."); err != nil {
			return err
		}
		if _, err := c.Approve(tx, c.act(bot.RoleCoordinator), ref, bot.French); err != nil {
			return err
		}
		_, err = c.Publish(tx, c.act(bot.RoleCoordinator), ref, bot.French, nil)
		return err
	})
}

// basic are the steps that owing has as well.
func (c *correcting) basic(what string, before rows) {
	switch what {
	case "tell":
		c.tellBy(rapid.SampledFrom(c.people).Draw(c.rt, "who"))
	case "link":
		ref, report, ids := c.anyRumour(before), c.anyReport(before), []bot.ID{c.store.IDs.New()}
		c.refusable(func(tx storage.Tx) error {
			_, err := c.Link(tx, c.act(bot.RoleModerator), ref, []string{string(report.Ref)}, ids)
			return err
		})
	case "merge":
		ref, into := c.anyRumour(before), c.anyRumour(before)
		c.refusable(func(tx storage.Tx) error {
			_, err := c.Merge(tx, c.act(bot.RoleModerator), ref, into)
			return err
		})
	case "split":
		c.split(before)
	case "deny", "reject":
		c.undo(what, before)
	case "stop", "start":
		who := rapid.SampledFrom(c.people).Draw(c.rt, "who")
		c.quit[who] = true
		c.stop(who, what == "stop")
	case "fan":
		c.fan()
	}
}

// leaves lets a message be claimed, if it still may leave, and end in whatever way.
func (c *correcting) leaves(before rows) {
	queued := slices.DeleteFunc(slices.Clone(before.answers), func(m bot.Outbound) bool { return m.State != bot.OutQueued })
	if len(queued) == 0 {
		return
	}
	m := rapid.SampledFrom(queued).Draw(c.rt, "message")
	how := rapid.SampledFrom([]bot.OutState{bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered, bot.OutFailed}).Draw(c.rt, "how")
	c.must(c.update(func(tx storage.Tx) error {
		r, err := tx.Rumour(m.Rumour)
		if err != nil {
			return err
		}
		rep, err := tx.Report(m.Report)
		if err != nil {
			return err
		}
		stands, err := rumour.Stands(tx, r, m, rep)
		if err != nil {
			return err
		}
		if !stands {
			m.State, m.Reason = bot.OutSuppressed, "superseded"
			return tx.PutOutbound(m, m.Rev)
		}
		m.State, m.Token, m.LeaseUntil = bot.OutClaimed, c.store.IDs.New(), c.store.Time.Instant().Add(time.Minute)
		if err := tx.PutOutbound(m, m.Rev); err != nil || how == bot.OutClaimed {
			return err
		}
		m.State, m.Token, m.LeaseUntil = how, bot.ID{}, 0
		return tx.PutOutbound(m, m.Rev+1)
	}))
}

// reads lets the sender of a report read its answer in the menu.
func (c *correcting) reads(before rows) {
	rep := c.anyReport(before)
	r, ok := before.rumours[rep.Rumour]
	if !ok || !r.Public() {
		return
	}
	c.must(c.update(func(tx storage.Tx) error { return rumour.ReadInMenu(tx, r, rep) }))
	c.read[hearing{r.ID, rep.Contact}] = r.AnswerNo
}

// had tells whether a person may have got an answer of a rumour with a number below no. What they were told by rumours that
// were merged into it since is an answer of its own.
func (c *correcting) had(at rows, r bot.ID, contact bot.ContactKey, no int) bool {
	for _, m := range at.answers {
		if m.Contact != contact {
			continue
		}
		reached := m.State == bot.OutClaimed || m.State == bot.OutHandedOver || m.State == bot.OutUnknown || m.State == bot.OutDelivered
		if reached && (m.Rumour == r && m.AnswerNo < no || m.Rumour != r && at.lineage[m.Rumour] == r) {
			return true
		}
	}
	for h, n := range c.read {
		if h.contact == contact && (h.rumour == r && n < no || h.rumour != r && at.lineage[h.rumour] == r) {
			return true
		}
	}
	return false
}

// look checks what a step has queued.
func (c *correcting) look(what string, before rows) {
	c.rt.Helper()
	now := c.rows()
	for _, m := range now.answers {
		if c.seen[m.ID] {
			continue
		}
		c.seen[m.ID] = true
		corrects := m.Lane == bot.LaneCorrection
		if m.State == bot.OutSuppressed && m.Reason == "stopped" {
			continue
		}
		had := c.had(before, m.Rumour, m.Contact, m.AnswerNo)
		if corrects && !had {
			c.rt.Fatalf("%s: answer %d corrects what nobody told the person", what, m.AnswerNo)
		}
		own := false // an answer of the same number may have reached them, and they told it again
		for _, x := range now.answers {
			own = own || x.ID != m.ID && x.Contact == m.Contact && x.Rumour == m.Rumour && x.AnswerNo == m.AnswerNo && !gone(x)
		}
		if c.read[hearing{m.Rumour, m.Contact}] == m.AnswerNo {
			own = true
		}
		if !corrects && had && !own && !c.merged(now, m.Rumour) {
			c.rt.Fatalf("%s: answer %d does not say that it corrects what the person may have got", what, m.AnswerNo)
		}
		for _, x := range now.answers {
			if x.ID != m.ID && x.Contact == m.Contact && x.Rumour == m.Rumour && x.AnswerNo == m.AnswerNo && !gone(x) && corrects && x.Lane == m.Lane {
				c.rt.Fatalf("%s: the person is corrected twice", what)
			}
		}
	}
}

// merged tells whether another rumour was merged into one: what was heard of that counts as the target's own.
func (c *correcting) merged(at rows, r bot.ID) bool {
	for from, to := range at.lineage {
		if from != to && to == r {
			return true
		}
	}
	return false
}

// nobodyIsLeft checks that everybody who may have got an answer was sent the present one, and that none of an older number
// is still to leave.
func (c *correcting) nobodyIsLeft() {
	c.rt.Helper()
	now := c.rows()
	for id, r := range now.rumours {
		if !r.Public() && !r.Withdrawn() || r.State == bot.RumourMerged {
			continue
		}
		for _, contact := range c.people {
			present := 0
			for _, m := range now.answers {
				if m.Contact != contact || m.Rumour != id {
					continue
				}
				if m.State == bot.OutQueued && m.AnswerNo < r.AnswerNo && c.stands(r, m) {
					c.rt.Fatalf("answer %d may still leave, and answer %d is the present one", m.AnswerNo, r.AnswerNo)
				}
				if m.AnswerNo == r.AnswerNo {
					present++
				}
			}
			if present == 0 && !c.quit[contact] && r.AnswerNo > 1 && !c.merged(now, id) && c.had(now, id, contact, r.AnswerNo) {
				c.rt.Fatalf("somebody who may have got an older answer was not told answer %d", r.AnswerNo)
			}
		}
	}
}
