package bolt_test

import (
	"testing"

	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

func TestStore(t *testing.T) {
	storagetest.Run(t, func(t testing.TB, s storagetest.Setup) storage.Store {
		t.Helper()
		o := storagetest.Options(t, s.Dir)
		o.Now, o.NewID, o.RunTwice, o.ViewTimeout = s.Clock.Now, s.IDs.New, s.RunTwice, s.ViewTimeout
		db, err := bolt.Open(t.Context(), o)
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return db
	})
}
