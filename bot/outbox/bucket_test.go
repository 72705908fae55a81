package outbox

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestBucketWait(t *testing.T) {
	b := newBucket(2, noon)
	if w := b.wait(2, noon); w != 0 {
		t.Errorf("a full bucket of 2 lets 2 parts wait %s", w)
	}
	b.take(2)
	if w := b.wait(1, noon); w != 500*time.Millisecond {
		t.Errorf("at 2 parts a second the next one waits %s", w)
	}
	if w := b.wait(1, noon.Add(500*time.Millisecond)); w != 0 {
		t.Errorf("after that it still waits %s", w)
	}
}

func TestBucketTakesLongMessageWhenFull(t *testing.T) {
	b := newBucket(0.5, noon) // holds one part
	if w := b.wait(3, noon); w != 0 {
		t.Fatalf("three parts wait %s", w)
	}
	b.take(3)
	if w := b.wait(1, noon); w != 6*time.Second { // two are owed, one is wanted
		t.Errorf("the next part waits %s, want 6s", w)
	}
}

func TestBucketClockSetBack(t *testing.T) {
	b := newBucket(1, noon)
	b.take(1)
	if w := b.wait(1, noon.Add(-time.Hour)); w != time.Second {
		t.Errorf("waits %s, want 1s", w)
	}
	if w := b.wait(1, noon.Add(-time.Hour+time.Second)); w != 0 {
		t.Errorf("and then %s", w)
	}
}

func TestBucketWithoutLimit(t *testing.T) {
	b := newBucket(0, noon)
	b.take(1000)
	if w := b.wait(10, noon); w != 0 || b.room(noon) < 1000 {
		t.Errorf("waits %s, room %d", w, b.room(noon))
	}
}

// Whoever sends as fast as wait allows stays within the rate over every period, and is not slower than it either.
func TestBucketKeepsTheRate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rate := rapid.Float64Range(0.05, 100).Draw(t, "rate")
		messages := rapid.SliceOfN(rapid.IntRange(1, 10), 1, 60).Draw(t, "parts")
		now, total, largest := noon, 0, 0
		b := newBucket(rate, now)
		for _, parts := range messages {
			w := b.wait(parts, now)
			now = now.Add(w)
			if again := b.wait(parts, now); again > time.Microsecond {
				t.Fatalf("after waiting %s a message waits %s more", w, again)
			}
			b.take(parts)
			total, largest = total+parts, max(largest, parts)
			seconds := now.Sub(noon).Seconds()
			if most := rate*seconds + max(1, rate) + float64(largest); float64(total) > most+1e-6 {
				t.Fatalf("%d parts after %.3f s at %.3f/s", total, seconds, rate)
			}
		}
		if slowest := (float64(total) + float64(len(messages))) / rate; now.Sub(noon).Seconds() > slowest+1e-3 {
			t.Fatalf("%d parts took %s at %.3f/s", total, now.Sub(noon), rate)
		}
	})
}
