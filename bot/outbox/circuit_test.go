package outbox

import (
	"testing"
	"time"
)

func TestCircuitOpensAfterFaultsInARow(t *testing.T) {
	var c circuit
	for range circuitFaults - 1 {
		c.fault(noon, false)
	}
	c.works()
	for range circuitFaults - 1 {
		c.fault(noon, false)
	}
	if s := c.state(noon); s != CircuitClosed {
		t.Fatalf("%s after faults that were not in a row", s)
	}
	c.fault(noon, false)
	if s := c.state(noon); s != CircuitOpen {
		t.Fatalf("%s after %d faults in a row", s, circuitFaults)
	}
	if s := c.state(noon.Add(circuitFirst)); s != CircuitHalfOpen {
		t.Errorf("%s after %s", s, circuitFirst)
	}
}

func TestCircuitProbesLessAndLessOften(t *testing.T) {
	var c circuit
	for range circuitFaults {
		c.fault(noon, false)
	}
	now := noon
	for _, want := range []time.Duration{5, 10, 20, 40, 80, 160, 300, 300} {
		want *= time.Second
		if got := c.until.Sub(now); got != want {
			t.Fatalf("the next probe comes after %s, want %s", got, want)
		}
		c.fault(now, false) // late, of a message sent before
		if got := c.until.Sub(now); got != want {
			t.Fatalf("a late fault moved the probe to %s", got)
		}
		now = c.until
		c.fault(now, true)
	}
	c.works()
	if s := c.state(now); s != CircuitClosed {
		t.Errorf("%s after a probe that worked", s)
	}
}

func TestCircuitClockSetBack(t *testing.T) {
	var c circuit
	for range circuitFaults {
		c.fault(noon, false)
	}
	if s := c.state(noon.Add(-24 * time.Hour)); s != CircuitHalfOpen {
		t.Errorf("%s a day earlier: the gateway would be shut for a day", s)
	}
}

func TestRetryAfter(t *testing.T) {
	want := []time.Duration{
		time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 12 * time.Hour, 12 * time.Hour,
	}
	for i, base := range want {
		if got := retryAfter(i+1, 0); got != base {
			t.Errorf("try %d: next after %s, want %s", i+1, got, base)
		}
		if got := retryAfter(i+1, 0.999); got <= base || got > base+base/5 {
			t.Errorf("try %d with all its jitter: next after %s, want at most a fifth more than %s", i+1, got, base)
		}
	}
}
