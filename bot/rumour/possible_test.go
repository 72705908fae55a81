package rumour_test

import (
	"slices"
	"testing"

	"tinye/bot"
	"tinye/bot/rumour"
)

// What a refusal names as possible is not refused for what the rumour lacks.
func TestOnlyWhatIsPossibleIsNamed(t *testing.T) {
	s := newSite(t)
	bare := func(r *bot.Rumour) { r.Answers = nil }
	for name, c := range map[string]struct {
		state bot.RumourState
		row   func(*bot.Rumour)
		verb  rumour.Verb
		want  bool
	}{
		"a title of nothing":        {bot.RumourDecided, bare, rumour.Entitle, false},
		"a title":                   {bot.RumourDecided, nil, rumour.Entitle, true},
		"nothing to publish":        {bot.RumourDecided, bare, rumour.Publish, false},
		"publish":                   {bot.RumourDecided, nil, rumour.Publish, true},
		"withheld before":           {bot.RumourDecided, func(r *bot.Rumour) { r.WithheldAt = 1 }, rumour.Publish, false},
		"lifted by whom it is":      {bot.RumourDecided, func(r *bot.Rumour) { r.WithheldAt = 1 }, rumour.Lift, true},
		"published":                 {bot.RumourPublished, nil, rumour.Publish, false},
		"published, somebody waits": {bot.RumourPublished, func(r *bot.Rumour) { r.FanOut.Waiting = 1 }, rumour.Publish, true},
		"nobody was told":           {bot.RumourInvestigating, nil, rumour.Withdraw, false},
	} {
		if got := slices.Contains(s.Possible(s.put(c.state, c.row)), c.verb); got != c.want {
			t.Errorf("%s: %s named: %v", name, c.verb, got)
		}
	}
	// Without any text, nobody is sent to a fallback.
	_, err := s.as("coordinator", publish, s.put(bot.RumourDecided, bare), rumour.Step{})
	s.refused(err, "desk.no_answer")
}
