package storagetest

import (
	"fmt"
	"maps"
	"slices"

	"pgregory.net/rapid"

	"tinye/bot"
	"tinye/storage"
)

// beginRun stores the broadcast that some of the messages belong to.
func (x *machine) beginRun() {
	x.run = x.ids.New()
	err := x.Update(x.t.Context(), func(tx storage.Tx) error {
		return tx.PutBroadcast(bot.Broadcast{ID: x.run, Kind: bot.BulletinNews, State: bot.BroadcastSending}, 0)
	})
	if err != nil {
		x.rt.Fatal(err)
	}
}

// pauseRun pauses the run, or lets it go on.
func (x *machine) pauseRun(*rapid.T) {
	x.m.paused = !x.m.paused
	err := x.Update(x.t.Context(), func(tx storage.Tx) error {
		b, err := tx.Broadcast(x.run)
		if err != nil {
			return err
		}
		b.State = bot.BroadcastSending
		if x.m.paused {
			b.State = bot.BroadcastPaused
		}
		return tx.PutBroadcast(b, b.Rev)
	})
	if err != nil {
		x.rt.Fatal(err)
	}
}

// held tells whether a row belongs to a run that is paused.
func (m *model) held(o bot.Outbound) bool { return m.paused && !o.Broadcast.IsZero() }

// ofRun is 1 for a row of a run: within a lane they come after the others.
func ofRun(o bot.Outbound) int {
	if o.Broadcast.IsZero() {
		return 0
	}
	return 1
}

// tally counts the run's rows one by one.
func (m *model) tally() bot.BroadcastTally {
	t := bot.BroadcastTally{States: map[bot.OutState]int{}, Reasons: map[string]int{}, Langs: map[bot.Lang]int{}, Parts: map[string]int{}}
	for _, o := range m.outbounds {
		if o.Broadcast.IsZero() {
			continue
		}
		t.States[o.State]++
		if !o.HandedAt.IsZero() {
			t.Handed++
			if o.Parts > 0 {
				t.Parts[o.Gateway] += o.Parts
			}
		}
		switch o.State {
		case bot.OutHandedOver, bot.OutDelivered:
			t.Langs[o.Lang]++
		case bot.OutQueued, bot.OutClaimed:
		default:
			reason := string(o.State)
			if o.Reason != "" {
				reason += " " + o.Reason
			}
			t.Reasons[reason]++
		}
	}
	return t
}

// compareRun holds the sums that the store keeps against the rows, and its lists of what went wrong.
func (x *machine) compareRun(tx storage.Tx) error {
	got, err := tx.BroadcastTally(x.run)
	want := x.m.tally()
	if err != nil || !maps.Equal(got.States, want.States) || !maps.Equal(got.Reasons, want.Reasons) ||
		!maps.Equal(got.Langs, want.Langs) || !maps.Equal(got.Parts, want.Parts) || got.Handed != want.Handed {
		return fmt.Errorf("the run's sums %+v (%v), its rows give %+v", got, err, want)
	}
	for _, state := range append(slices.Clone(outStates), "") {
		rows, err := tx.BroadcastRows(x.run, state, storage.Page{Limit: 1000})
		if err != nil {
			return err
		}
		n := want.States[state]
		if state == "" {
			n = want.Total()
		}
		if len(rows) != n {
			return fmt.Errorf("%d rows of the run listed as %q, there are %d", len(rows), state, n)
		}
		for _, o := range rows {
			if m := x.m.outbounds[o.ID]; m.Broadcast != x.run || state != "" && m.State != state {
				return fmt.Errorf("a row listed as %q is %q", state, m.State)
			}
		}
	}
	return nil
}
