package main

import (
	"testing"

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
