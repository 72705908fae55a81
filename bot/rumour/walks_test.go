package rumour_test

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// walks is rapid.Check for ten seconds at most, or for TINYE_WALK_FOR, such as 30m: every walk writes to a real file.
func walks(t *testing.T, check func(*rapid.T)) {
	t.Helper()
	most := 10 * time.Second
	if s := os.Getenv("TINYE_WALK_FOR"); s != "" {
		var err error
		if most, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	until := time.Now().Add(most)
	broken := false // what failed is made smaller, however long that takes
	rapid.Check(t, func(rt *rapid.T) {
		if !broken && time.Now().After(until) {
			return
		}
		ended := false
		defer func() { broken = broken || !ended }()
		check(rt)
		ended = true
	})
}
