package e2e

import (
	"errors"
	"maps"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// check compares the rows with what the carrier was handed, the sums with the rows, and the withdrawal with what it withdraws.
func (s *sending) check() {
	s.t.Helper()
	runs := s.stored()
	doubtful := 0
	for i, r := range runs {
		doubtful += s.checkRun(i, r)
	}
	if silent := s.did("cut") + s.did("silent"); doubtful > s.lost+silent {
		// A start that was itself killed may have settled messages without living to say so.
		if doubtful > s.kills*inFlight+silent {
			s.t.Errorf("%d messages were in doubt after %d kills and %d calls without an answer", doubtful, s.kills, silent)
		}
	}
	s.checkWithdrawal(runs[1], runs[2])
}

func (s *sending) did(what string) (n int) {
	for _, call := range s.carrier.of("") {
		if call.did == what {
			n++
		}
	}
	return n
}

// checkRun tells how many rows are or were unknown.
func (s *sending) checkRun(i int, r sent) (doubtful int) {
	calls := make(map[string][]moodyCall) // by message
	people := make(map[string]map[string]bool)
	for _, call := range s.carrier.of(string(s.refs[i])) {
		calls[call.ID] = append(calls[call.ID], call)
		if people[call.To] == nil {
			people[call.To] = make(map[string]bool)
		}
		people[call.To][call.ID] = true
	}
	for _, messages := range people {
		if len(messages) > 1 {
			s.t.Errorf("run %d: somebody was sent %d messages", i, len(messages))
		}
	}
	rows, seen := make(map[bot.OutState]int), make(map[bot.ContactKey]bool)
	for _, o := range r.rows {
		rows[o.State]++
		if seen[o.Contact] {
			s.t.Errorf("run %d: somebody has two rows", i)
		}
		seen[o.Contact] = true
		took, fails, answered, refused := 0, false, false, false
		for _, call := range calls[o.ID.String()] {
			if call.did != "later" && call.took || call.did == "cut" || call.did == "silent" {
				took++
			}
			fails, refused = fails || call.fails, refused || call.did == "refused"
			answered = answered || call.did == "taken"
		}
		if took > 1 {
			s.t.Errorf("run %d: message %s was handed over %d times", i, o.ID, took)
		}
		delete(calls, o.ID.String())
		if o.Reason == "lease_ended" || o.State == bot.OutUnknown || took > 0 && !answered {
			doubtful++
		}
		ok := false
		switch o.State {
		case bot.OutDelivered:
			ok = took == 1 && !fails
		case bot.OutHandedOver:
			ok = answered
		case bot.OutFailed:
			ok = refused || fails
		case bot.OutUnknown: // perhaps
			ok = true
		case bot.OutSuppressed:
			ok = took == 0 && i == 1 && o.Reason == "withdrawn"
		}
		if !ok {
			s.t.Errorf("run %d: message %s is %s (%s); the carrier took it %d times, answered %v, refused %v, failed %v", i, o.ID, o.State, o.Reason, took, answered, refused, fails)
		}
	}
	if len(calls) > 0 {
		s.t.Errorf("run %d: the carrier was handed %d messages that are not stored", i, len(calls))
	}
	if !maps.Equal(rows, r.tally.States) {
		s.t.Errorf("run %d: the sums say %v, the rows %v", i, r.tally.States, rows)
	}
	left := 0
	for _, n := range r.run.LeftOut {
		left += n
	}
	if left+len(r.rows) != r.run.Looked || i < 2 && (r.run.Looked != s.people || r.run.LeftOut["no_consent"] != s.people/10) {
		s.t.Errorf("run %d: of %d people %d have a row, and %v were left out", i, r.run.Looked, len(r.rows), r.run.LeftOut)
	}
	if i == 0 && len(r.rows) != s.people*9/10 {
		s.t.Errorf("%d people have a row, %d agreed", len(r.rows), s.people*9/10)
	}
	if want := []bot.BroadcastState{bot.BroadcastDone, bot.BroadcastWithdrawn, bot.BroadcastDone}[i]; r.run.State != want {
		s.t.Errorf("run %d is %s, not %s", i, r.run.State, want)
	}
	return doubtful
}

// checkWithdrawal: whoever may have got the bulletin is told that it does not hold, and nobody else, but for those whose message was in flight just then.
func (s *sending) checkWithdrawal(first, withdrawal sent) {
	told := make(map[bot.ContactKey]bool)
	for _, o := range withdrawal.rows {
		told[o.Contact] = true
	}
	others := 0
	for _, o := range first.rows {
		switch o.State {
		case bot.OutDelivered, bot.OutHandedOver, bot.OutUnknown:
			if !told[o.Contact] {
				s.t.Errorf("somebody whose message is %s was not told that it does not hold", o.State)
			}
		case bot.OutSuppressed:
			if told[o.Contact] {
				others++
			}
		}
	}
	if others > inFlight {
		s.t.Errorf("%d people were told that a message does not hold which they were never sent", others)
	}
	if len(told) == 0 || first.tally.Reasons["suppressed withdrawn"]+first.run.LeftOut["withdrawn"] == 0 {
		s.t.Errorf("the bulletin was not taken back on its way: %+v, told %d", first.tally, len(told))
	}
}

// resend has a person send again what nobody knows of: those people alone get it once more, and only once however often that is asked.
func (s *sending) resend(book *ledger) {
	s.t.Helper()
	before := s.stored()[0]
	unknown := before.tally.States[bot.OutUnknown]
	handed := len(s.carrier.of(string(s.refs[0])))
	p := s.Serve(s.t)
	p.Ready(s.t)
	stop := book.start(s.t, s.Site)
	ref := string(s.refs[0])
	ask := func(want int) {
		s.t.Helper()
		got := Ask[admin.Resent](s.t, s.Site, "broadcast", "resend", ref, "--only", "unknown", "--reason", "La passerelle est tombée en panne", "--as", chief)
		if got.Queued != want {
			s.t.Errorf("%d messages are sent again, want %d", got.Queued, want)
		}
	}
	ask(unknown)
	ask(0)
	s.ended(s.refs[0])
	Eventually(s.t, time.Minute, func() error {
		if len(s.carrier.of(ref)) != handed+unknown {
			return errors.New("not all of them were handed over")
		}
		return nil
	})
	Eventually(s.t, time.Minute, book.settled)
	report := Ask[admin.RunReport](s.t, s.Site, "broadcast", "report", ref, "--as", chief)
	stop()
	if code := p.Stop(s.t); code != 0 {
		s.t.Errorf("the stop ended with %d", code)
	}
	after := s.stored()[0]
	if after.tally.People() != before.tally.People() || after.tally.Total() != before.tally.Total()+unknown {
		s.t.Errorf("the sums after sending again: %+v, before: %+v", after.tally, before.tally)
	}
	reached := make(map[bot.ContactKey]bool)
	for _, o := range after.rows {
		if o.State == bot.OutDelivered {
			reached[o.Contact] = true
		}
	}
	if !report.Sums || report.Run.Reached != len(reached) || !maps.Equal(report.Run.States, after.tally.States) {
		s.t.Errorf("the report says %d reached of %v, the rows %d of %v (sums: %v)", report.Run.Reached, report.Run.States, len(reached), after.tally.States, report.Sums)
	}
	if s.people == runPeople && unknown == 0 {
		s.t.Error("nothing was unknown: the kills came at no bad moment, and nothing was shown")
	}
}
