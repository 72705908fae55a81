package people

import (
	"slices"
	"testing"
	"time"

	"tinye/bot"
)

// The last five reports of a day are remembered, each once, in the order in which they came.
func TestTold(t *testing.T) {
	at := instant(t, "2026-11-23 10:00")
	var today bot.Activity
	Told(&today, bot.ID{1}, at)
	shared := today
	Told(&today, bot.ID{2}, at)
	Told(&today, bot.ID{1}, at.Add(time.Minute)) // a text that joins
	if today.Report != (bot.ID{1}) || today.ReportAt != at.Add(time.Minute) {
		t.Errorf("the last report is %s, written %s", today.Report, today.ReportAt)
	}
	for i := byte(3); i <= 7; i++ {
		Told(&today, bot.ID{i}, at)
	}
	if want := []bot.ID{{3}, {4}, {5}, {6}, {7}}; !slices.Equal(today.Reports, want) {
		t.Errorf("remembered %v, want %v", today.Reports, want)
	}
	if !slices.Equal(shared.Reports, []bot.ID{{1}}) {
		t.Errorf("a copy that somebody kept is now %v", shared.Reports)
	}
}

// Consent text and STOP go by the consent question wherever it stands among the questions.
func TestStoppedLooksAtWaitingQuestions(t *testing.T) {
	const stop = bot.Instant(1000)
	draft := bot.Question{Kind: bot.QuestionDraft, AskedAt: stop + 9}
	for asked, want := range map[bot.Instant]bool{stop + 5: false, stop - 5: true} {
		c := bot.Contact{StoppedAt: stop, Question: &draft, Waiting: []bot.Question{{Kind: bot.QuestionConsent, AskedAt: asked}}}
		if got := Stopped(c, bot.Outbound{Kind: bot.KindConsent}, 0); got != want {
			t.Errorf("asked at %d, stopped at %d: %v", asked, stop, got)
		}
	}
}
