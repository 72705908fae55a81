package people

import (
	"testing"
	"time"

	"tinye/bot"
)

// More than 5 texts in 10 minutes, or more than 20 in a day, are a flood (dialogues §6).
func TestFlood(t *testing.T) {
	limits := Limits{Burst: 5, Day: 20}
	at := instant(t, "2026-11-23 10:00")
	var today bot.Activity
	for i := 1; i <= 6; i++ {
		if flood := limits.Count(&today, bot.Activity{}, at.Add(time.Duration(i)*time.Minute)); flood != (i > 5) {
			t.Errorf("text %d within ten minutes: flood %v", i, flood)
		}
	}
	if limits.Count(&today, bot.Activity{}, at.Add(30*time.Minute)) {
		t.Error("twenty minutes later it is none any more")
	}
	for i := today.Texts + 1; i <= 21; i++ {
		at = at.Add(30 * time.Minute)
		if flood := limits.Count(&today, bot.Activity{}, at); flood != (i > 20) {
			t.Errorf("text %d of the day: flood %v", i, flood)
		}
	}
}

func TestFloodOverMidnight(t *testing.T) {
	limits := Limits{Burst: 5}
	var yesterday, today bot.Activity
	at := instant(t, "2026-11-23 23:56")
	for range 5 {
		limits.Count(&yesterday, bot.Activity{}, at)
		at = at.Add(30 * time.Second)
	}
	if !limits.Count(&today, yesterday, instant(t, "2026-11-24 00:02")) {
		t.Error("five before midnight and one after are six in ten minutes")
	}
	if limits.Count(&today, yesterday, instant(t, "2026-11-24 00:20")) {
		t.Error("later the day before does not count")
	}
}

func TestLimitsCanBeOff(t *testing.T) {
	var none Limits
	var today bot.Activity
	for range 100 {
		if none.Count(&today, bot.Activity{}, instant(t, "2026-11-23 10:00")) {
			t.Fatal("a flood without limits")
		}
	}
	if none.Counts() || !(Limits{Join: time.Minute}).Counts() {
		t.Error("counts are kept for a limit, and for joining")
	}
}

func TestOneReplyAnHourInAFlood(t *testing.T) {
	at := instant(t, "2026-11-23 10:00")
	var today bot.Activity
	for _, step := range []struct {
		after time.Duration
		want  bool
	}{{0, true}, {time.Minute, false}, {59 * time.Minute, false}, {60 * time.Minute, true}, {119 * time.Minute, false}, {120 * time.Minute, true}} {
		if got := MayReply(&today, bot.Activity{}, true, at.Add(step.after)); got != step.want {
			t.Errorf("%v later: %v", step.after, got)
		}
	}
	if !MayReply(&today, bot.Activity{}, false, at.Add(121*time.Minute)) {
		t.Error("without a flood every text is replied to")
	}
}

func TestJoining(t *testing.T) {
	limits := Limits{Join: 10 * time.Minute}
	at := instant(t, "2026-11-24 00:05")
	report := bot.ID{1}
	told := bot.Activity{Report: report, ReportAt: at.Add(-9 * time.Minute)}
	if id, ok := limits.Joins(bot.Activity{}, told, bot.Contact{}, at); !ok || id != report {
		t.Error("a text nine minutes later joins, over midnight too")
	}
	if _, ok := limits.Joins(bot.Activity{}, told, bot.Contact{StoppedAt: at.Add(-time.Minute)}, at); ok {
		t.Error("a STOP parts what was told before it from what is told after it")
	}
	told.ReportAt = at.Add(-11 * time.Minute)
	if _, ok := limits.Joins(told, bot.Activity{}, bot.Contact{}, at); ok {
		t.Error("eleven minutes later it does not")
	}
	if _, ok := (Limits{}).Joins(bot.Activity{Report: report, ReportAt: at}, bot.Activity{}, bot.Contact{}, at); ok {
		t.Error("joining is off")
	}
}
