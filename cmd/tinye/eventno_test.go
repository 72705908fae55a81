package main

import (
	"testing"

	"tinye/bot/admin"
)

// The number of an event is written as it is shown.
func TestEventNumbers(t *testing.T) {
	for typed, want := range map[string]admin.EventNo{"120": {Seq: 120}, "0": {}, "1/0": {Epoch: 1}, "2/17": {Epoch: 2, Seq: 17}} {
		if got, err := eventNo(typed); err != nil || *got != want {
			t.Errorf("%q is %+v (%v)", typed, got, err)
		}
	}
	for _, typed := range []string{"x", "/3", "0/3", "-1/3", "1/", "1/2/3", "1/-2", "99999999999999999999"} {
		if got, err := eventNo(typed); err == nil {
			t.Errorf("%q is taken for %+v", typed, got)
		}
	}
	if got, err := eventNo(""); got != nil || err != nil {
		t.Errorf("nothing is taken for %+v (%v)", got, err)
	}
	e := admin.Event{Epoch: 2, Seq: 17}
	if a, b := numberOf(e, 1), numberOf(e, 3); a != "17" || b != "2/17" {
		t.Errorf("shown as %s and %s", a, b)
	}
}
