package storagetest

import (
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Walk is rapid.Check until the time is up: most, or TINYE_WALK_FOR where that is set, such as 30m. It is for walks that write to a
// real file, of which a hundred may take minutes. What failed is made smaller, however long that takes.
func Walk(t *testing.T, most time.Duration, check func(*rapid.T)) {
	t.Helper()
	if s := os.Getenv("TINYE_WALK_FOR"); s != "" {
		var err error
		if most, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	until := time.Now().Add(most)
	broken := false
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
