package bulletin_test

import (
	"maps"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/bot/bulletin"
	"tinye/bot/people"
	"tinye/storage"
	"tinye/storage/storagetest"
)

const (
	crowdPeople = 9
	crowdCap    = 2
)

// crowd is the oracle of TestWhoGetsWhat: people and runs as it believes them to be. It reads nothing from the store but to compare.
type crowd struct {
	rt    *rapid.T
	s     *site
	runs  []*believed
	marks map[int][]marked // what counts towards somebody's weekly cap

	stopped, refused [crowdPeople + 1]bool
	lang             [crowdPeople + 1]bot.Lang
}

type marked struct {
	id  bot.ID
	day int64
}

// believed is a run.
type believed struct {
	id                        bot.ID
	b                         bot.Bulletin
	corrects                  *believed
	expires                   bot.Instant
	paused, withdrawn, walked bool
	taken                     bool // its bulletin was withdrawn, if only after its end
	left                      map[string]int
	rows                      map[bot.ID]*believedRow
	got                       [crowdPeople + 1]int // how often it left for somebody
	may                       [crowdPeople + 1]int // how often it may
}

type believedRow struct {
	person   int
	state    bot.OutState
	lang     bot.Lang
	resendOf bot.ID
	handed   bool // a gateway took it
	again    bool
}

// Who gets what: over random people, STOPs, consents, languages, pauses, withdrawals, corrections, crashes, resends and a clock that goes on, everybody gets each
// bulletin that they are to get once, and nobody one that they are not; every row and every sum is as the oracle says.
func TestWhoGetsWhat(t *testing.T) {
	storagetest.Walk(t, 10*time.Second, func(rt *rapid.T) {
		s := newSite(t)
		defer s.store.Close() //nolint:errcheck // looked at by the store's own cleanup
		s.Cap = crowdCap
		c := &crowd{rt: rt, s: s, marks: make(map[int][]marked)}
		s.people(crowdPeople, nil)
		for n := 1; n <= crowdPeople; n++ {
			c.lang[n] = bot.French
		}
		rt.Repeat(map[string]func(*rapid.T){
			"person":   c.person,
			"send":     c.send,
			"advance":  c.advance,
			"claim":    c.claim,
			"pause":    c.pause,
			"withdraw": c.withdraw,
			"deliver":  c.deliver,
			"resend":   c.resend,
			"time": func(rt *rapid.T) {
				s.store.Time.Add(time.Duration(rapid.SampledFrom([]int{1, 60, 600, 26 * 60}).Draw(rt, "minutes")) * time.Minute)
			},
			"": func(*rapid.T) { c.compare() },
		})
		c.end()
	})
}

func (c *crowd) now() bot.Instant { return c.s.store.Time.Instant() }

func (c *crowd) update(fn func(tx storage.Tx) error) {
	if err := c.s.store.Update(c.s.t.Context(), fn); err != nil {
		c.rt.Fatal(err)
	}
}

func (r *believed) over(now bot.Instant) bool { return r.withdrawn || r.expires <= now }

// a run that the test may do something to; nil for none.
func (c *crowd) pick(rt *rapid.T, fits func(*believed) bool) *believed {
	list := slices.DeleteFunc(slices.Clone(c.runs), func(r *believed) bool { return !fits(r) })
	if len(list) == 0 {
		return nil
	}
	return rapid.SampledFrom(list).Draw(rt, "run")
}

func (c *crowd) person(rt *rapid.T) {
	n := rapid.IntRange(1, crowdPeople).Draw(rt, "person")
	switch rapid.IntRange(0, 2).Draw(rt, "changes") {
	case 0:
		c.stopped[n] = !c.stopped[n]
	case 1:
		c.refused[n] = !c.refused[n]
	default:
		c.lang[n] = rapid.SampledFrom([]bot.Lang{bot.French, bot.Bambara}).Draw(rt, "lang")
	}
	c.update(func(tx storage.Tx) error {
		p, err := tx.Contact(key(n))
		if err != nil {
			return err
		}
		p.Lang, p.StoppedAt, p.Consent.State = c.lang[n], 0, bot.ConsentGranted
		if c.stopped[n] {
			p.StoppedAt = c.now()
		}
		if c.refused[n] {
			p.Consent.State = bot.ConsentRefused
		}
		return tx.PutContact(p, p.Rev)
	})
}

// barred is why somebody gets nothing now, "" if they do.
func (c *crowd) barred(n int) string {
	switch {
	case c.stopped[n]:
		return people.ReasonStopped
	case c.refused[n]:
		return bulletin.ReasonNoConsent
	}
	return ""
}

func (c *crowd) send(rt *rapid.T) {
	if len(c.runs) == 6 {
		return
	}
	kind := rapid.SampledFrom([]bot.BulletinKind{bot.BulletinNews, bot.BulletinNews, bot.BulletinAlert, bot.BulletinCorrection}).Draw(rt, "kind")
	r := &believed{left: make(map[string]int), rows: make(map[bot.ID]*believedRow)}
	if kind == bot.BulletinCorrection {
		if r.corrects = c.pick(rt, func(o *believed) bool { return !c.corrected(o) }); r.corrects == nil {
			kind = bot.BulletinNews
		}
	}
	r.b = c.s.bulletin(func(b *bot.Bulletin) {
		b.Kind = kind
		b.Variants = append(b.Variants, bot.Variant{Lang: bot.Bambara, Channel: bot.VariantSMS, Text: "Babili dayɛlen do.", State: bot.TranslationDone})
		if r.corrects != nil {
			b.Corrects = r.corrects.b.ID
		}
	})
	r.expires = r.b.ExpiresAt
	run, fresh := c.s.send(r.b)
	if again, twice := c.s.send(r.b); !fresh || twice || again.ID != run.ID {
		rt.Fatal("pressed twice, it is sent twice")
	}
	r.id = run.ID
	for o := r.corrects; o != nil; o = o.corrects { // what it corrects stops, and what that corrects
		o.withdrawn = o.withdrawn || !c.done(o)
	}
	c.runs = append(c.runs, r)
}

// done asks the store whether a run had come to its end before: that is a matter of when its end was looked for.
func (c *crowd) done(r *believed) bool {
	b, _ := c.s.run(r.id)
	return b.State == bot.BroadcastDone
}

func (c *crowd) corrected(r *believed) bool {
	return slices.ContainsFunc(c.runs, func(o *believed) bool { return o.corrects == r })
}

// heard are those who may have got what a run corrects.
func (r *believed) heard() map[int]bool {
	who := make(map[int]bool)
	for o := r.corrects; o != nil; o = o.corrects {
		for _, row := range o.rows {
			switch row.state {
			case bot.OutClaimed, bot.OutHandedOver, bot.OutUnknown, bot.OutDelivered:
				who[row.person] = true
			}
		}
	}
	return who
}

// advance goes on with a run until its walk is over, and does what the oracle makes of it.
func (c *crowd) advance(rt *rapid.T) {
	if r := c.pick(rt, func(*believed) bool { return true }); r != nil {
		c.advanceRun(r)
	}
}

func (c *crowd) advanceRun(r *believed) {
	now := c.now()
	for more := true; more; {
		ids := c.s.ids()
		c.update(func(tx storage.Tx) (err error) {
			more, err = c.s.Advance(tx, r.id, ids, now)
			return err
		})
	}
	late := ""
	if r.withdrawn {
		late = bulletin.ReasonWithdrawn
	} else if r.expires <= now {
		late = people.ReasonExpired
	}
	for _, row := range r.rows {
		if late != "" && row.state == bot.OutQueued {
			row.state = bot.OutSuppressed
			if !r.withdrawn {
				row.state = bot.OutExpired
			}
		}
	}
	if r.walked || r.paused && late == "" {
		return
	}
	r.walked = true
	heard, want := r.heard(), make(map[int]bool)
	for n := 1; n <= crowdPeople; n++ {
		switch reason := c.barred(n); {
		case r.corrects != nil && !heard[n]:
		case reason != "":
			r.left[reason]++
		case late != "":
			r.left[late]++
		default:
			want[n] = true
		}
	}
	for _, o := range c.rows(r) {
		n := personOf(o)
		if !want[n] {
			c.rt.Fatalf("somebody got a row who should not, or a second one: %v", o)
		}
		delete(want, n)
		r.may[n]++
		r.rows[o.ID] = &believedRow{person: n, state: bot.OutQueued, lang: o.Lang}
		if r.corrects == nil && o.Lang != c.lang[n] {
			c.rt.Fatalf("a row in %s for a reader of %s", o.Lang, c.lang[n])
		}
	}
	if len(want) > 0 {
		c.rt.Fatalf("%d people were forgotten", len(want))
	}
}

func personOf(o bot.Outbound) int { return int(o.Contact[2])<<8 | int(o.Contact[3]) }

func (c *crowd) rows(r *believed) (rows []bot.Outbound) {
	err := c.s.store.View(c.s.t.Context(), func(tx storage.Tx) (err error) {
		rows, err = tx.BroadcastRows(r.id, "", storage.Page{Limit: 1000})
		return err
	})
	if err != nil {
		c.rt.Fatal(err)
	}
	return rows
}

// why is why a row must not leave now, "" if it may.
func (c *crowd) why(r *believed, row *believedRow) string {
	if reason := c.barred(row.person); reason != "" {
		return reason
	}
	if !row.resendOf.IsZero() {
		if r.rows[row.resendOf].state == bot.OutDelivered {
			return bulletin.ReasonSettled
		}
		return ""
	}
	week := int64(c.now())/int64(24*time.Hour/time.Microsecond) - 6
	n := 0
	for _, m := range c.marks[row.person] {
		if m.day >= week {
			n++
		}
	}
	if r.b.Kind == bot.BulletinNews && n >= crowdCap {
		return bulletin.ReasonCap
	}
	return ""
}

// claim has a sender claim some rows; of each it is drawn what becomes of it, a crash among that.
func (c *crowd) claim(rt *rapid.T) {
	c.claimUp(rapid.IntRange(1, 5).Draw(rt, "window"), func() bot.OutState {
		return rapid.SampledFrom([]bot.OutState{bot.OutHandedOver, bot.OutHandedOver, bot.OutFailed, bot.OutQueued, bot.OutUnknown, bot.OutClaimed}).Draw(rt, "becomes")
	})
}

func (c *crowd) claimUp(window int, becomes func() bot.OutState) (n int) {
	now := c.now()
	claims, err := c.s.store.Claim(c.s.t.Context(), c.s.request(window))
	if err != nil {
		c.rt.Fatal(err)
	}
	var outcomes []storage.Outcome
	crashed := false
	for _, cl := range claims.Rows {
		r, row := c.find(cl.Row.ID)
		if row == nil || row.state != bot.OutQueued || r.over(now) || r.paused {
			c.rt.Fatalf("what must not leave was claimed: %v", cl.Row)
		}
		if why := c.why(r, row); why != "" {
			c.rt.Fatalf("%v was claimed, though %s", cl.Row, why)
		}
		if r.got[row.person]++; r.got[row.person] > r.may[row.person] {
			c.rt.Fatalf("somebody is sent a bulletin %d times", r.got[row.person])
		}
		if cl.Row.Lang != c.lang[row.person] {
			c.rt.Fatalf("a reader of %s is sent %s", c.lang[row.person], cl.Row.Lang)
		}
		first := r.rows[row.resendOf]
		if marks := first == nil || first.state == bot.OutFailed && !first.handed; marks && r.corrects == nil {
			c.marks[row.person] = append(c.marks[row.person], marked{cl.Row.ID, int64(now) / int64(24*time.Hour/time.Microsecond)})
		}
		row.state, row.lang = bot.OutClaimed, cl.Row.Lang
	}
	c.ended(now)
	for _, cl := range claims.Rows {
		r, row := c.find(cl.Row.ID)
		state := becomes()
		if crashed = crashed || state == bot.OutClaimed; crashed {
			continue
		}
		row.state = state
		switch state {
		case bot.OutHandedOver:
			row.handed = true
		case bot.OutQueued, bot.OutFailed: // it did not leave
			r.got[row.person]--
			c.marks[row.person] = slices.DeleteFunc(c.marks[row.person], func(m marked) bool { return m.id == cl.Row.ID })
			if state == bot.OutFailed {
				r.may[row.person]--
			}
		}
		outcomes = append(outcomes, storage.Outcome{ID: cl.Row.ID, Token: cl.Row.Token, State: state, At: now, NextAt: now, Parts: 1})
	}
	if err := c.s.store.Settle(c.s.t.Context(), outcomes, nil); err != nil {
		c.rt.Fatal(err)
	}
	if crashed {
		if _, err := c.s.store.Abandon(c.s.t.Context(), bot.Forever, nil); err != nil {
			c.rt.Fatal(err)
		}
		for _, r := range c.runs {
			for _, row := range r.rows {
				if row.state == bot.OutClaimed {
					row.state = bot.OutUnknown
				}
			}
		}
	}
	return len(claims.Rows)
}

// ended takes over what the claim ended without sending, if the oracle knows why.
func (c *crowd) ended(now bot.Instant) {
	for _, r := range c.runs {
		for _, o := range c.rows(r) {
			row := r.rows[o.ID]
			if row.state != bot.OutQueued || o.State == bot.OutQueued {
				continue
			}
			switch why := c.why(r, row); {
			case o.State == bot.OutSuppressed && why == o.Reason && !r.over(now) && !r.paused:
			case o.State == bot.OutExpired && r.expires <= now:
			default:
				c.rt.Fatalf("%v ended, though %q", o, why)
			}
			row.state = o.State
			r.may[row.person]--
		}
	}
}

func (c *crowd) find(id bot.ID) (*believed, *believedRow) {
	for _, r := range c.runs {
		if row := r.rows[id]; row != nil {
			return r, row
		}
	}
	return nil, nil
}

func (c *crowd) pause(rt *rapid.T) {
	r := c.pick(rt, func(r *believed) bool { return !r.withdrawn && r.expires > c.now() && !c.done(r) })
	if r == nil {
		return
	}
	c.update(func(tx storage.Tx) error {
		rule := c.s.Pause
		if r.paused {
			rule = c.s.Resume
		}
		_, err := rule(tx, c.s.act("awa"), string(r.b.Ref))
		return err
	})
	r.paused = !r.paused
}

func (c *crowd) withdraw(rt *rapid.T) {
	r := c.pick(rt, func(r *believed) bool { return !r.withdrawn })
	if r == nil || rapid.IntRange(0, 3).Draw(rt, "really") > 0 {
		return
	}
	done := c.done(r)
	c.update(func(tx storage.Tx) error {
		_, err := c.s.Withdraw(tx, c.s.act("awa"), string(r.b.Ref), "Ce n'est plus vrai")
		return err
	})
	r.taken, r.withdrawn = true, !done
	r.paused = r.paused && done
}

// deliver has a delivery report come for a row that may have left.
func (c *crowd) deliver(rt *rapid.T) {
	for _, r := range c.runs {
		for _, o := range c.rows(r) {
			row := r.rows[o.ID]
			if row.state != bot.OutHandedOver && row.state != bot.OutUnknown || rapid.IntRange(0, 2).Draw(rt, "comes") > 0 {
				continue
			}
			c.update(func(tx storage.Tx) error {
				o, err := tx.Outbound(o.ID)
				if err != nil {
					return err
				}
				o.State, o.EndedAt = bot.OutDelivered, c.now()
				if o.HandedAt.IsZero() {
					o.HandedAt = c.now()
				}
				return tx.PutOutbound(o, o.Rev)
			})
			row.state, row.handed = bot.OutDelivered, true
		}
	}
}

// resend has a person send again what is unknown, or failed.
func (c *crowd) resend(rt *rapid.T) {
	r := c.pick(rt, func(r *believed) bool { return r.walked })
	if r == nil {
		return
	}
	only := rapid.SampledFrom([]bot.OutState{bot.OutUnknown, bot.OutFailed}).Draw(rt, "only")
	ids := c.s.ids()
	ask := bulletin.Resending{Ref: string(r.b.Ref), Only: only, Reason: "Panne"}
	var done bulletin.Resending
	err := c.s.store.Update(c.s.t.Context(), func(tx storage.Tx) (err error) {
		done, err = c.s.Resend(tx, c.s.act("awa"), ask, ids)
		return err
	})
	want := 0
	for _, row := range r.rows {
		if row.state == only && !row.again {
			want++
		}
	}
	if err != nil {
		b, _ := c.s.run(r.id)
		if !r.over(c.now()) && !r.taken && !c.corrected(r) && b.State != bot.BroadcastWithdrawn {
			rt.Fatalf("not sent again: %v", err)
		}
		return
	}
	if r.over(c.now()) || r.taken || c.corrected(r) || done.Queued != want || !done.Over {
		rt.Fatalf("%d rows are sent again, want %d", done.Queued, want)
	}
	for _, o := range c.rows(r) {
		if r.rows[o.ID] != nil {
			continue
		}
		first := r.rows[o.ResendOf]
		if first == nil || first.state != only || first.again {
			rt.Fatalf("%v repeats what it should not", o)
		}
		first.again = true
		r.may[first.person]++
		r.rows[o.ID] = &believedRow{person: first.person, state: bot.OutQueued, lang: o.Lang, resendOf: o.ResendOf}
	}
}

// compare holds every row and every sum against what the oracle believes.
func (c *crowd) compare() {
	for _, r := range c.runs {
		run, tally := c.s.run(r.id)
		states, again, reached := make(map[bot.OutState]int), 0, make(map[int]bool)
		for _, o := range c.rows(r) {
			row := r.rows[o.ID]
			if row == nil || row.state != o.State || row.again == o.Again.IsZero() {
				c.rt.Fatalf("%v is believed to be %+v", o, row)
			}
			if states[o.State]++; row.again {
				again++
			}
			if o.State == bot.OutDelivered {
				reached[row.person] = true
			}
		}
		if !maps.Equal(states, tally.States) || !maps.Equal(run.LeftOut, r.left) && len(r.left) > 0 || tally.People() != len(r.rows)-again || tally.Reached() != len(reached) {
			c.rt.Fatalf("sums %+v, left out %v; the rows give %v, left out %v, reached %d", tally, run.LeftOut, states, r.left, len(reached))
		}
		left := 0
		for _, n := range r.left {
			left += n
		}
		if run.Looked != left+tally.People() {
			c.rt.Fatalf("%d people were looked at, %d have a row and %d have none", run.Looked, tally.People(), left)
		}
	}
}

// end lets everything come to its end: nobody is forgotten.
func (c *crowd) end() {
	for range 3 {
		for _, r := range c.runs {
			if r.paused && !r.over(c.now()) {
				c.update(func(tx storage.Tx) error {
					_, err := c.s.Resume(tx, c.s.act("awa"), string(r.b.Ref))
					return err
				})
				r.paused = false
			}
			c.advanceRun(r)
		}
		for c.claimUp(10, func() bot.OutState { return bot.OutHandedOver }) > 0 {
		}
	}
	c.compare()
	for _, r := range c.runs {
		run, tally := c.s.run(r.id)
		if tally.Open() > 0 || !run.State.Ended() || run.QueuedAt.IsZero() {
			c.rt.Fatalf("a run has not come to its end: %+v, sums %+v", run, tally)
		}
	}
}
