package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

// DeskNumber implements storage.DeskNumbers.
func (tx *Tx) DeskNumber(key bot.ContactKey) (bot.DeskNumber, error) {
	n, _, err := tx.deskNumber(key)
	return n, err
}

// deskNumber also gives the sealed row.
func (tx *Tx) deskNumber(key bot.ContactKey) (bot.DeskNumber, []byte, error) {
	sealed := tx.bucket(deskNumbers).Get(key[:])
	if sealed == nil {
		return bot.DeskNumber{}, nil, storage.ErrNotFound
	}
	var n bot.DeskNumber
	if err := tx.open(deskNumbers, key[:], sealed, &n); err != nil {
		return bot.DeskNumber{}, nil, err
	}
	n.Key = key
	return n, sealed, nil
}

// PutDeskNumber implements storage.DeskNumbers.
func (tx *Tx) PutDeskNumber(n bot.DeskNumber, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if n.Key.IsZero() || n.User == "" {
		return invalid("a desk number without a key or of nobody")
	}
	if err := checkTexts(n.User); err != nil {
		return err
	}
	old, sealed, err := tx.deskNumber(n.Key)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	n.Rev = ifRev + 1
	key := bytes.Clone(n.Key[:])
	value, err := tx.record(deskNumbers, key, n)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(deskNumbers), key, value, sealed)
}

// DropDeskNumber implements storage.DeskNumbers.
func (tx *Tx) DropDeskNumber(key bot.ContactKey) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(deskNumbers), bytes.Clone(key[:]))
}
