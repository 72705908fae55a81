package outbox

import "time"

// jitter is the largest share by which a wait is prolonged, so that messages that failed together do not come back
// together.
const jitter = 0.2

// retryAfter is the wait before the next try of a message that was tried so many times (design §8): 1, 5, 30 minutes, 2, 6,
// 12 hours, then every 12 hours. Random is from [0, 1). There is no last try: a message ends by its own expiry.
func retryAfter(tries int, random float64) time.Duration {
	ladder := [...]time.Duration{
		time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour,
	}
	base := ladder[max(0, min(tries-1, len(ladder)-1))]
	return base + time.Duration(jitter*random*float64(base))
}
