package bolt_test

import (
	"testing"

	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// A small file does not become larger by being written anew, not the first time and not the second.
func TestCompactASmallFile(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	states(t, db)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, err := bolt.Compact(t.Context(), o)
		if err != nil || c.After > c.Before+64<<10 || c.After > 1<<20 {
			t.Errorf("%+v, %v", c, err)
		}
	}
}
