package bolt

import (
	"context"
	"errors"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// ledgerOf reads the ledger of a file without its keys; an older schema has none.
func ledgerOf(bt *bbolt.Tx) []bot.Erasure {
	b := bt.Bucket(ledgerBucket.name)
	if b == nil {
		return nil
	}
	var list []bot.Erasure
	c := b.Cursor()
	for k, _ := c.First(); k != nil; k, _ = c.Next() {
		if len(k) == 8+1+idSize {
			list = append(list, erasureOf(k))
		}
	}
	return list
}

// restoreRecords seals again what a backup holds under records keys that were dropped since it was made.
func (db *DB) restoreRecords(ctx context.Context, ofBackup *seal.Ring) error {
	theirs, err := ofBackup.Keys()
	if err != nil {
		return err
	}
	old := make(map[uint32]bool)
	for _, k := range theirs {
		if k.Class == seal.Records && k.State != seal.Dropped && db.ring.Dropped(k.ID) {
			old[k.ID] = true
		}
	}
	if len(old) == 0 {
		return nil
	}
	return db.resealRecords(ctx, ofBackup, old)
}

// restoreErasures erases once more what was erased since the backup was made.
func (db *DB) restoreErasures(ctx context.Context, ledger []bot.Erasure) error {
	for len(ledger) > 0 {
		portion := ledger[:min(len(ledger), resealRows)]
		ledger = ledger[len(portion):]
		err := db.update(ctx, func(tx *Tx) error {
			for _, e := range portion {
				if err := tx.eraseAgain(e); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	for more := true; more; {
		f, err := db.ForgetContacts(ctx)
		if err != nil {
			return err
		}
		more = f.More || f.Waiting > 0 && f.People > 0
	}
	return nil
}

// eraseAgain applies an entry of the ledger.
func (tx *Tx) eraseAgain(e bot.Erasure) error {
	err := error(nil)
	switch e.Kind {
	case bot.ErasedText:
		err = tx.EraseText(e.ID)
	case bot.ErasedRequest:
		err = tx.EraseQuarantined(e.ID)
	default:
		err = tx.forgetAgain(e)
	}
	if errors.Is(err, storage.ErrNotFound) { // it came and went after the backup
		err = nil
	}
	if err != nil {
		return err
	}
	return tx.enter(e)
}

// forgetAgain forgets a contact of a backup. Where the person has come back since, there is a later message, and what the
// backup knows of after the erasure stays.
func (tx *Tx) forgetAgain(e bot.Erasure) error {
	key := bot.ContactKey(e.ID)
	c, err := tx.Contact(key)
	missing := errors.Is(err, storage.ErrNotFound)
	if err != nil && !missing {
		return err
	}
	err = nil
	switch {
	case c.ErasedAt >= e.At || e.Kind == bot.ErasedNumber && (missing || c.LastSeen > e.At):
	case e.Kind == bot.ErasedNumber && !c.Stopped():
		err = tx.DropContact(key)
	default:
		left := bot.Contact{Key: key, StoppedAt: c.StoppedAt, ErasedAt: e.At}
		if !c.Stopped() {
			left.StoppedAt = e.At
		}
		err = tx.PutContact(left, c.Rev)
	}
	if err != nil {
		return err
	}
	return tx.Forget(e)
}
