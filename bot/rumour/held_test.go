package rumour_test

import (
	"fmt"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/rumour"
	"tinye/storage"
)

// telling is a site with a rumour in a state, told by people with numbers.
func telling(t *testing.T, state bot.RumourState, change func(*bot.Rumour), people ...bot.ContactKey) (*saying, bot.Rumour) {
	t.Helper()
	s := newSite(t)
	c := &saying{correcting{owing: owing{site: s, seen: map[bot.ID]bool{}}}}
	r := c.put(state, change)
	c.rumours = []bot.ID{r.ID}
	for i, who := range people {
		if !who.IsZero() {
			s.must(s.update(func(tx storage.Tx) error {
				return tx.PutContact(bot.Contact{Key: who, Number: bot.Address{Kind: bot.Phone, Value: fmt.Sprintf("+2237000000%d", i)}}, 0)
			}))
		}
		c.tellBy(who)
		c.linkTo(r.ID, c.reports[i])
	}
	s.store.Time.Add(time.Second)
	return c, r
}

// A rumour that becomes high or critical while it is being checked says so to those who told it, as one that was so when it was
// assigned: once to each, and only in words that two approved.
func TestAHoldingLineForWhatBecomesDangerous(t *testing.T) {
	gao := []bot.PlaceCode{{Scheme: bot.SchemeCT2023, Code: "ML0701"}}
	medium := func(r *bot.Rumour) { r.Risk, r.Areas = bot.Risk{Level: bot.RiskMedium}, gao }
	level := func(l bot.RiskLevel) rumour.Step { return rumour.Step{Risk: rumour.GivenRisk{Level: l}} }
	for _, state := range []bot.RumourState{bot.RumourInvestigating, bot.RumourReview, bot.RumourTriaged, bot.RumourDecided} {
		c, r := telling(t, state, medium, bot.ContactKey{9, 1}, bot.ContactKey{9, 2})
		checked := state == bot.RumourInvestigating || state == bot.RumourReview
		raised := func(l bot.RiskLevel, queued int) {
			t.Helper()
			_, err := c.as("moderator", rumour.Desk.Assess, r, level(l))
			c.must(err)
			c.fan()
			if got := len(c.rows().stock); got != queued {
				t.Errorf("%s, now %s: %d holding lines, want %d", state, l, got, queued)
			}
			c.store.Time.Add(time.Second)
		}
		raised(bot.RiskHigh, 0) // nobody has approved the wording
		if owes := rumour.Owes(c.rows().rumours[r.ID]); (owes == bot.StockHolding) != (state != bot.RumourDecided) {
			t.Errorf("%s: it owes %q", state, owes)
		}
		c.agree(true)
		want := 0
		if checked {
			want = 2
		}
		raised(bot.RiskCritical, want)
		raised(bot.RiskCritical, want)
	}
	c, r := telling(t, bot.RumourInvestigating, medium, bot.ContactKey{9, 1})
	c.agree(true)
	_, err := c.as("moderator", rumour.Desk.Assess, r, level(bot.RiskMedium))
	c.must(err)
	c.fan()
	if n := len(c.rows().stock); n != 0 {
		t.Errorf("%d holding lines about a medium risk", n)
	}
}

// What was withheld is closed where nobody can be told its answer, though nobody approved the wording; where one person can, it
// waits for them.
func TestWhatNobodyCanBeToldIsNotOwed(t *testing.T) {
	nobody, someone, forgotten := bot.ContactKey{}, bot.ContactKey{9, 1}, bot.ContactKey{9, 2}
	withhold := func(c *saying, r bot.Rumour) bot.Rumour {
		t.Helper()
		for _, name := range []string{"coordinator", "protection_focal"} {
			after, err := c.as(name, rumour.Desk.Withhold, r, rumour.Step{Comment: "des gens seraient frappés"})
			c.must(err)
			r = after
		}
		return r
	}
	closing := rumour.Step{Reason: bot.ClosedWithheld}
	for _, people := range [][]bot.ContactKey{{nobody, nobody}, {nobody, someone}} {
		c, r := telling(t, bot.RumourDecided, nil, people...)
		held := withhold(c, r)
		_, err := c.as("coordinator", rumour.Desk.Close, r, closing)
		if people[1] == someone {
			c.refused(err, "desk.stock_owed")
			// Once they are split off, nobody is left to tell.
			rep := c.rows().reports[c.reports[1]]
			_, err = c.as("moderator", split(c.site), r, rumour.Step{Claim: "Le bac serait coulé", Reports: []string{string(rep.Ref)}})
			c.must(err)
			_, err = c.as("coordinator", rumour.Desk.Close, r, closing)
			c.must(err)
			continue
		}
		c.must(err)
		if rumour.Owes(held) != "" || !c.Rests(held, held.QuietSince.Add(30*24*time.Hour)) {
			t.Errorf("it owes %q, or does not rest", rumour.Owes(held))
		}
		for _, rep := range c.rows().reports {
			if rep.State != bot.ReportClosed || rep.Closed != bot.CloseNobody {
				t.Errorf("a report without a number is %s (%s)", rep.State, rep.Closed)
			}
		}
		if n := len(c.rows().stock); n != 0 {
			t.Errorf("%d messages to nobody", n)
		}
	}
	// Whoever is forgotten afterwards is told nothing more, either.
	c, r := telling(t, bot.RumourDecided, nil, forgotten)
	withhold(c, r)
	c.must(c.update(func(tx storage.Tx) error { return tx.PutContact(bot.Contact{Key: forgotten}, 1) }))
	_, err := c.as("coordinator", rumour.Desk.Close, r, closing)
	c.must(err)
}
