package outbox

import (
	"math"
	"time"
)

// bucket holds tokens for message parts. It fills by rate per second up to what one second brings, at least one, so that
// the parts of any period are at most rate × seconds + one second's worth. A message of more parts than it can ever hold
// goes when it is full, and what is missing is paid off before the next one.
type bucket struct {
	rate  float64 // parts per second; 0 = no limit
	level float64
	at    time.Time // when level was right
}

func newBucket(rate float64, now time.Time) *bucket {
	b := &bucket{rate: rate, at: now}
	b.level = b.size()
	return b
}

func (b *bucket) size() float64 { return max(1, b.rate) }

func (b *bucket) fill(now time.Time) {
	if d := now.Sub(b.at); d > 0 {
		b.level = min(b.size(), b.level+d.Seconds()*b.rate)
	}
	b.at = now // also when the clock was set back: that time is not owed
}

// wait is how long a message of so many parts has to wait; 0 means that it may go.
func (b *bucket) wait(parts int, now time.Time) time.Duration {
	if b.rate <= 0 {
		return 0
	}
	b.fill(now)
	missing := min(float64(parts), b.size()) - b.level
	if missing < 1e-9 { // the rounding of a sum of fractions
		return 0
	}
	return time.Duration(math.Ceil(missing / b.rate * float64(time.Second)))
}

// take pays for a message that goes.
func (b *bucket) take(parts int) {
	if b.rate > 0 {
		b.level -= float64(parts)
	}
}

// room is how many messages of one part may go now.
func (b *bucket) room(now time.Time) int {
	if b.rate <= 0 {
		return math.MaxInt
	}
	b.fill(now)
	return int(b.level + 1e-9)
}
