package bolt_test

import (
	"errors"
	"testing"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// TestPlain: what is measured against keeps the contract's two promises too, stored when nil and nothing when not.
func TestPlain(t *testing.T) {
	db, err := bolt.Open(t.Context(), storagetest.Options(t, t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	no := errors.New("no")
	for name, fault := range map[string]error{"KEPT": nil, "DROPPED": no} {
		err := db.Plain().Update(t.Context(), func(tx storage.Tx) error {
			return errors.Join(tx.PutUser(bot.User{Name: name}, 0), fault)
		})
		if !errors.Is(err, fault) {
			t.Errorf("%s: %v", name, err)
		}
	}
	var users []bot.User
	if err := db.View(t.Context(), func(tx storage.Tx) error {
		users, err = tx.Users()
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if len(users) != 1 || users[0].Name != "KEPT" {
		t.Errorf("stored: %d users", len(users))
	}
}
