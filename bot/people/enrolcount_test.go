package people

import (
	"crypto/rand"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"tinye/bot"
)

// No code is one that is guessed, mistyped, a year or a sum; nearly all others may be drawn.
func TestDrawEnrolDigits(t *testing.T) {
	for _, d := range []string{"1111", "1234", "4321", "6789", "1212", "7373", "1122", "1121", "2111", "1990", "2026", "5000", "2500", "1750"} {
		if !obvious(d) {
			t.Errorf("%s may be drawn", d)
		}
	}
	for _, d := range []string{"4731", "5862", "9873", "6294", "1357", "4004"} {
		if obvious(d) {
			t.Errorf("%s may not be drawn", d)
		}
	}
	seen := make(map[string]bool)
	for range 500 {
		d, err := DrawEnrolDigits(rand.Reader)
		if err != nil || len(d) != bot.EnrolDigits || d[0] == '0' || obvious(d) {
			t.Fatalf("drew %q (%v)", d, err)
		}
		if seen[d] = true; len(d) == bot.RefDigits || len(d) == bot.CodeDigits {
			t.Fatalf("%s may be a reference or a one-use code", d)
		}
	}
	if len(seen) < 400 {
		t.Errorf("only %d different codes in 500", len(seen))
	}
}

// Rows are found whatever else came and in whatever order, and the counts fit each other.
func TestRunsOfNumbers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var want Tally
		var came []numbered
		next := uint64(22370000000)
		for range rapid.IntRange(0, 8).Draw(t, "rows") {
			n := rapid.IntRange(1, 12).Draw(t, "length")
			for i := range n {
				at := bot.Instant(0).Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "second")) * time.Second)
				came = append(came, numbered{next + uint64(i), at})
			}
			if n >= runAtLeast {
				want.Runs++
				want.InRuns += n
				want.Longest = max(want.Longest, n)
			}
			next += uint64(n) + rapid.Uint64Range(1, 100).Draw(t, "gap")
		}
		shuffled := rapid.Permutation(came).Draw(t, "order")
		var got Tally
		got.runs(slices.Clone(shuffled))
		if got.Runs != want.Runs || got.InRuns != want.InRuns || got.Longest != want.Longest || got.Rush > got.InRuns {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

func TestRushes(t *testing.T) {
	at := func(seconds ...int) (list []numbered) {
		for i, s := range seconds {
			list = append(list, numbered{uint64(76000000 + i), bot.Instant(0).Add(time.Duration(s) * time.Second)})
		}
		return list
	}
	for _, c := range []struct {
		came         []numbered
		rush, minute int
	}{
		{at(0, 20, 40), 3, 3},
		{at(0, 61, 300), 0, 1},
		{at(0, 60, 300, 301), 4, 2},
		{at(0, 500, 20), 0, 2}, // two within a minute, but not neighbours
		{nil, 0, 0},
	} {
		var t1 Tally
		t1.runs(slices.Clone(c.came))
		var times []bot.Instant
		for _, n := range c.came {
			times = append(times, n.at)
		}
		if got := most(times, rushWithin); t1.Rush != c.rush || got != c.minute {
			t.Errorf("%v: rush %d, %d in a minute, want %d, %d", c.came, t1.Rush, got, c.rush, c.minute)
		}
	}
}
