package rumour

import (
	"tinye/bot"
	"tinye/bot/people"
	"tinye/storage"
)

const (
	// recurring is how many reports, told since a rumour was closed, have it looked at again by itself (domain §5).
	recurring = 3
	// System is the actor of what nobody does, and ReasonNewReports why it reopens a rumour.
	System           = "system"
	ReasonNewReports = "new_reports"
)

// toldAgain tells whether a report was told after its rumour was closed. One that the desk only found later is nothing new.
func toldAgain(r bot.Rumour, rep bot.Report) bool {
	return r.State == bot.RumourClosed && rep.ReceivedAt >= r.ClosedAt
}

// recur looks at a closed rumour again that people go on telling. Those who told it until then are owed the answer that was
// published, and get it; whoever tells it later waits until it is published again, as with any reopened rumour. The caller
// saves it.
func (d Desk) recur(tx storage.Tx, r bot.Rumour, a people.Act) (bot.Rumour, error) {
	line, ok := moveFrom(r.State, Recur)
	m := &moving{desk: d, tx: tx, act: a, verb: Recur, line: line, r: r, was: r}
	if !ok || m.guard(guardRecurs) != nil {
		return r, nil
	}
	m.r.State, m.r.Pending = line.To, bot.Pending{}
	m.open()
	m.r.Recurred = true
	return m.r, a.Note(tx, bot.Actor{Name: System, Via: a.Via}, eventKind(Reopen), string(r.Ref), ReasonNewReports)
}

// Remains tells whether what was queued, or given, at a moment still holds though the rumour is looked at again: it was
// reopened by new reports alone, after that.
func Remains(r bot.Rumour, at bot.Instant) bool {
	return r.Recurred && r.AnswerNo > 0 && !r.Public() && !r.Withdrawn() && at <= r.ReopenedAt
}

// AsPublished is a rumour with the texts that were published, also where new ones are being written because people told it
// again.
func AsPublished(r bot.Rumour) bot.Rumour {
	if n := len(r.Versions); r.Recurred && !r.Public() && n > 0 && r.Versions[n-1].No == r.AnswerNo {
		r.Answers = r.Versions[n-1].Answers
	}
	return r
}
