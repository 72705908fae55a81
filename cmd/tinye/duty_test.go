package main

import (
	"strings"
	"testing"
	"time"

	"tinye/bot"
	"tinye/bot/admin"
)

// The status ends with a code of its own where an alarm waits that nobody will answer by themselves.
func TestWhenAnAlarmNeedsSomebody(t *testing.T) {
	one := admin.Count{N: 1}
	for _, c := range []struct {
		what string
		duty *admin.DutyStatus
		want bool
	}{
		{"locked", nil, false},
		{"nothing waits", &admin.DutyStatus{People: 2}, false},
		{"nobody is on duty, and nothing waits", &admin.DutyStatus{}, false},
		{"it rings", &admin.DutyStatus{People: 2, Open: one}, false},
		{"nobody answered", &admin.DutyStatus{People: 2, Unanswered: one}, true},
		{"nobody is on duty", &admin.DutyStatus{Open: one}, true},
		{"nothing can be sent", &admin.DutyStatus{People: 2, Open: one, Cut: true}, true},
	} {
		if got := needsSomebody(c.duty); got != c.want {
			t.Errorf("%s: %v", c.what, got)
		}
	}
}

// Nobody is shown as told while the message waits, and nothing is called one place that no list knows.
func TestWhatIsShownOfAlarms(t *testing.T) {
	at := bot.At(time.Date(2026, 11, 23, 19, 23, 0, 0, time.UTC))
	told := []admin.DutyStep{{Name: "AMI", At: at, State: bot.OutHandedOver}, {Name: "BAKARY", At: at, State: bot.OutQueued}}
	alarms := []admin.Alarm{
		{Ref: "482918", At: at, State: bot.DutyOpen, PlaceName: "Gao", Told: told, Others: []bot.Ref{"838749"}},
		{Ref: "174416", At: at, State: bot.DutyOpen, Others: []bot.Ref{"611767"}},
	}
	for _, cut := range []bool{false, true} {
		p, err := newPage(0)
		must(t, err)
		p.zone = time.UTC
		p.duty(admin.Duty{Names: []string{"AMI", "BAKARY"}, Cut: cut, Alarms: alarms})
		wants := []string{"AMI 23/11/2026 19:23", "BAKARY en attente", "Avec 482918, du même endroit (Gao)", "Avec 174416, de la même personne"}
		if strings.Contains(p.text.String(), "BAKARY en attente (COUPURE)") != cut {
			t.Errorf("cut %v:\n%s", cut, p.text.String())
		}
		for _, want := range wants {
			if !strings.Contains(p.text.String(), want) {
				t.Errorf("without %q:\n%s", want, p.text.String())
			}
		}
	}
}
