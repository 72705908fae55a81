package rumour

import (
	"slices"

	"tinye/bot"
)

// Possible are the verbs of a rumour's state that its row does not rule out, whoever asks and whatever they say: no title
// without an approved answer, nothing to publish twice, nothing to take back that nobody was told.
func (d Desk) Possible(r bot.Rumour) []Verb {
	m := &moving{desk: d, r: r, was: r}
	ready := slices.ContainsFunc(r.Answers, bot.Answer.Approved)
	return slices.DeleteFunc(VerbsFrom(r.State), func(v Verb) bool {
		m.verb = v
		switch v {
		case Entitle:
			return !ready
		case Approve:
			return !slices.ContainsFunc(r.Answers, func(a bot.Answer) bool { return !a.Approved() })
		case Publish:
			return !ready || r.Public() && (r.Fallback != "" || r.FanOut.Waiting == 0) || !r.WithheldAt.IsZero() || r.Pending.Verb == string(Withhold)
		case Correct, Withdraw:
			return m.guardToldBefore() != nil
		case Withhold:
			return m.guard(guardUntold) != nil
		case Lift:
			return m.guard(guardWithheld) != nil
		case Watch:
			return m.guard(guardLow) != nil
		case Split:
			return r.Reports == 0
		default:
			return false
		}
	})
}
