package bolt

import (
	"bytes"
	"maps"

	"tinye/bot"
)

// runCount is what one write of a row does to its run's sums. They are written once, when the closure is over: a portion of a
// thousand rows costs one more row. What is taken back is taken off them (savepoint.counts).
type runCount struct {
	run     bot.ID
	by      int
	state   bot.OutState
	reason  string
	lang    bot.Lang
	gateway string
	parts   int
	handed  bool // a gateway took it
	again   bool // another row stands for it
	twice   int  // one more got it twice; the fields but run do not count then
}

// countRun notes that a row came into its state (1), or left it (-1); the zero row is none, and one of no run is not counted.
func (tx *Tx) countRun(o bot.Outbound, by int) {
	if o.Broadcast.IsZero() {
		return
	}
	c := runCount{run: o.Broadcast, by: by, state: o.State, lang: o.Lang, gateway: o.Gateway, parts: o.Parts,
		handed: !o.HandedAt.IsZero(), again: !o.Again.IsZero()}
	if o.State.Ended() || o.State == bot.OutUnknown {
		c.reason = o.Reason
	}
	tx.counts = append(tx.counts, c)
}

// BroadcastTally implements storage.Broadcasts.
func (tx *Tx) BroadcastTally(id bot.ID) (bot.BroadcastTally, error) {
	t, _, err := tx.runTally(id)
	if err != nil {
		return bot.BroadcastTally{}, err
	}
	for _, c := range tx.counts {
		if c.run == id {
			c.addTo(&t)
		}
	}
	return t, nil
}

func (tx *Tx) runTally(id bot.ID) (t bot.BroadcastTally, sealed []byte, err error) {
	if sealed = tx.bucket(runTallies).Get(id[:]); sealed == nil {
		return t, nil, nil
	}
	err = tx.open(runTallies, id[:], sealed, &t)
	return t, sealed, err
}

// writeCounts adds what the closure counted to the sums.
func (tx *Tx) writeCounts() error {
	for len(tx.counts) > 0 {
		run := tx.counts[0].run
		t, sealed, err := tx.runTally(run)
		if err != nil {
			return err
		}
		before := copied(t)
		others := tx.counts[:0]
		for _, c := range tx.counts {
			if c.run != run {
				others = append(others, c)
				continue
			}
			c.addTo(&t)
		}
		tx.counts = others
		if sealed != nil && same(before, t) {
			continue
		}
		key := bytes.Clone(run[:])
		value, err := tx.record(runTallies, key, t)
		if err != nil {
			return err
		}
		if err := tx.put(tx.bucket(runTallies), key, value, sealed); err != nil {
			return err
		}
	}
	return nil
}

func copied(t bot.BroadcastTally) bot.BroadcastTally {
	t.States, t.Reasons, t.Langs = maps.Clone(t.States), maps.Clone(t.Reasons), maps.Clone(t.Langs)
	t.Parts, t.Again = maps.Clone(t.Parts), maps.Clone(t.Again)
	return t
}

func same(a, b bot.BroadcastTally) bool {
	return maps.Equal(a.States, b.States) && maps.Equal(a.Reasons, b.Reasons) && maps.Equal(a.Langs, b.Langs) &&
		maps.Equal(a.Parts, b.Parts) && maps.Equal(a.Again, b.Again) && a.Handed == b.Handed && a.Twice == b.Twice
}

func (c runCount) addTo(t *bot.BroadcastTally) {
	if c.twice != 0 {
		t.Twice += c.twice
		return
	}
	add(&t.States, c.state, c.by)
	if c.again {
		add(&t.Again, c.state, c.by)
	}
	if c.handed {
		t.Handed += c.by
		add(&t.Parts, c.gateway, c.by*c.parts)
	}
	switch c.state {
	case bot.OutHandedOver, bot.OutDelivered:
		add(&t.Langs, c.lang, c.by)
	case bot.OutFailed, bot.OutExpired, bot.OutSuppressed, bot.OutUnknown:
		reason := string(c.state)
		if c.reason != "" {
			reason += " " + c.reason
		}
		add(&t.Reasons, reason, c.by)
	}
}

// add keeps no entry that is 0.
func add[K comparable](m *map[K]int, key K, by int) {
	if by == 0 {
		return
	}
	if *m == nil {
		*m = make(map[K]int)
	}
	if (*m)[key] += by; (*m)[key] == 0 {
		delete(*m, key)
	}
}
