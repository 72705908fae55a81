package bolt_test

import (
	"errors"
	"path/filepath"
	"testing"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/bolt"
	"tinye/storage/storagetest"
)

// A code that was used after the backup would be good again: a restore voids every sheet, and the first of two codes that
// was given. What is held stays held, and the phones stay registered.
func TestRestoreVoidsSheets(t *testing.T) {
	o := storagetest.Options(t, t.TempDir())
	db := openIn(t, o)
	at := bot.At(storagetest.Start())
	phone := bot.ContactKey{1}
	keys := []bot.CodeKey{{1}, {2}, {3}}
	err := db.Update(t.Context(), func(tx storage.Tx) error {
		sw := bot.Switch{State: bot.SendCut, By: "AMI", Via: "sms", At: at, AskedBy: "BAKARY", AskedAt: at}
		err := errors.Join(tx.PutSwitch(sw, 0), tx.PutDeskNumber(bot.DeskNumber{Key: phone, User: "AMI", Since: at}, 0))
		for i, key := range keys {
			c := bot.SheetCode{Key: key, User: []string{"AMI", "BAKARY", "AMI"}[i], No: 1, PrintedAt: at}
			err = errors.Join(err, tx.PutSheetCode(c, 0))
		}
		return err
	})
	backup := filepath.Join(t.TempDir(), "backup.tar")
	if err := errors.Join(err, db.Backup(t.Context(), backup), db.Close()); err != nil {
		t.Fatal(err)
	}
	if _, err := bolt.Restore(t.Context(), o, backup, true); err != nil {
		t.Fatal(err)
	}
	db = openIn(t, o)
	err = db.View(t.Context(), func(tx storage.Tx) error {
		for i, key := range keys {
			if _, err := tx.SheetCode(key); !errors.Is(err, storage.ErrNotFound) {
				t.Errorf("code %d after a restore: %v, want ErrNotFound", i+1, err)
			}
		}
		if n, err := tx.DeskNumber(phone); err != nil || n.User != "AMI" {
			t.Errorf("the phone after a restore: %+v (%v)", n, err)
		}
		sw, err := tx.Switch()
		if sw.State != bot.SendCut || sw.By != "AMI" || sw.AskedBy != "" || !sw.AskedAt.IsZero() {
			t.Errorf("the switch after a restore: %+v", sw)
		}
		return err
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}
