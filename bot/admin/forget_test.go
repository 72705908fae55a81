package admin_test

import (
	"testing"

	"tinye/bot/admin"
)

// Forgetting a number that nobody has says so: a digit may be wrong.
func TestForgettingSaysThatANumberIsUnknown(t *testing.T) {
	s := newSite(t)
	s.tell(fanta, "Il paraît que le puits de Gao est empoisonné depuis hier")
	for number, unknown := range map[string]bool{fanta: false, "76000099": true} {
		var got admin.Forgot
		s.ask("/people/forget", admin.AskPerson{By: by("AMI"), Number: number, Reason: "demandé au téléphone"}, &got)
		if got.Unknown != unknown {
			t.Errorf("unknown %v, want %v", got.Unknown, unknown)
		}
	}
}
