package outbox

import "time"

// CircuitState says whether a gateway is being used.
type CircuitState string

// Circuit states.
const (
	CircuitClosed   CircuitState = "closed"    // in use
	CircuitOpen     CircuitState = "open"      // not used until the next probe
	CircuitHalfOpen CircuitState = "half_open" // one message at a time, to see whether it works again
)

const (
	circuitFaults   = 5 // faults of the gateway in a row
	circuitFirst    = 5 * time.Second
	circuitLongest  = 5 * time.Minute
	circuitMultiple = 2
)

// circuit keeps a gateway that is down from using up the tries of all messages.
type circuit struct {
	faults  int
	open    bool
	since   time.Time // when it opened
	backoff time.Duration
	until   time.Time
	probing bool // a probe is on its way
}

func (c *circuit) state(now time.Time) CircuitState {
	switch {
	case !c.open:
		return CircuitClosed
	case remaining(c.until, now, circuitLongest) > 0:
		return CircuitOpen
	default:
		return CircuitHalfOpen
	}
}

// works is called for an answer that shows that the gateway is alive.
func (c *circuit) works() { *c = circuit{} }

// fault is called for a failure that is the gateway's. Late failures of messages sent before the circuit opened do not
// prolong it.
func (c *circuit) fault(now time.Time, probe bool) {
	switch {
	case !c.open:
		c.faults++
		if c.faults < circuitFaults {
			return
		}
		c.open, c.since, c.backoff = true, now, circuitFirst
	case probe:
		c.probing = false
		c.backoff = min(c.backoff*circuitMultiple, circuitLongest)
	default:
		return
	}
	c.until = now.Add(c.backoff)
}

// remaining is the time from now until a moment; one that is further off than most lies there because the clock was set
// back, and counts as reached.
func remaining(until, now time.Time, most time.Duration) time.Duration {
	d := until.Sub(now)
	if d < 0 || d > most {
		return 0
	}
	return d
}
