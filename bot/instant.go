package bot

import (
	"fmt"
	"math"
	"time"
)

// Instant is a moment in UTC, in microseconds since 1970; 0 means "not set". It is what rows hold: short on disk,
// exact, and comparable with == < >.
type Instant int64

// Forever is later than every moment; Claims and sweeps use it as "all of them".
const Forever Instant = math.MaxInt64

// At is t as an Instant, cut to the microsecond; the zero time gives 0.
func At(t time.Time) Instant {
	if t.IsZero() {
		return 0
	}
	return Instant(t.UnixMicro())
}

// Time is the moment as a UTC time; an unset instant gives the zero time.
func (i Instant) Time() time.Time {
	if i == 0 {
		return time.Time{}
	}
	return time.UnixMicro(int64(i)).UTC()
}

// IsZero tells whether the moment is not set.
func (i Instant) IsZero() bool { return i == 0 }

// Add is the moment d later.
func (i Instant) Add(d time.Duration) Instant { return i + Instant(d.Microseconds()) }

// Sub is the time from o to i.
func (i Instant) Sub(o Instant) time.Duration { return time.Duration(i-o) * time.Microsecond }

// String is RFC 3339 to the second, or empty when not set.
func (i Instant) String() string {
	if i == 0 {
		return ""
	}
	return i.Time().Format(time.RFC3339)
}

// MarshalText gives RFC 3339 to the microsecond, or nothing when not set.
func (i Instant) MarshalText() ([]byte, error) {
	if i == 0 {
		return nil, nil
	}
	return []byte(i.Time().Format("2006-01-02T15:04:05.999999Z07:00")), nil
}

// UnmarshalText is the inverse of MarshalText.
func (i *Instant) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*i = 0
		return nil
	}
	t, err := time.Parse(time.RFC3339Nano, string(b))
	if err != nil {
		return fmt.Errorf("instant: %w", err)
	}
	*i = At(t)
	return nil
}
