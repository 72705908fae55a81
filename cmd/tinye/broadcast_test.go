package main

import (
	"testing"

	"tinye/bot"
	"tinye/bot/admin"
)

// The list accounts for everybody: who has a message that ended without arriving is counted beside those who got it, one that was repeated once.
func TestWhomARunDidNotReach(t *testing.T) {
	r := admin.Run{
		States:  map[bot.OutState]int{bot.OutDelivered: 45, bot.OutSuppressed: 390, bot.OutFailed: 5, bot.OutExpired: 3},
		Repeats: map[bot.OutState]int{bot.OutFailed: 2},
	}
	if got := notReached(r); got != 396 {
		t.Errorf("%d, want 396", got)
	}
}
