package bolt

import (
	"bytes"

	"tinye/bot"
	"tinye/storage"
)

// SheetCode implements storage.SheetCodes.
func (tx *Tx) SheetCode(key bot.CodeKey) (bot.SheetCode, error) {
	c, _, err := tx.sheetCode(key)
	return c, err
}

// sheetCode also gives the sealed row.
func (tx *Tx) sheetCode(key bot.CodeKey) (bot.SheetCode, []byte, error) {
	sealed := tx.bucket(codesBucket).Get(key[:])
	if sealed == nil {
		return bot.SheetCode{}, nil, storage.ErrNotFound
	}
	var c bot.SheetCode
	if err := tx.open(codesBucket, key[:], sealed, &c); err != nil {
		return bot.SheetCode{}, nil, err
	}
	c.Key = key
	return c, sealed, nil
}

// PutSheetCode implements storage.SheetCodes.
func (tx *Tx) PutSheetCode(c bot.SheetCode, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if c.Key == (bot.CodeKey{}) || c.User == "" {
		return invalid("a code without a key or of nobody")
	}
	if err := checkTexts(c.User); err != nil {
		return err
	}
	old, sealed, err := tx.sheetCode(c.Key)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	c.Rev = ifRev + 1
	key := bytes.Clone(c.Key[:])
	value, err := tx.record(codesBucket, key, c)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(codesBucket), key, value, sealed)
}

// DropSheet implements storage.SheetCodes. There are some hundred codes at the most, so it looks at them all.
func (tx *Tx) DropSheet(user string) (open int, err error) {
	return tx.dropCodes(func(c bot.SheetCode) bool { return c.User == user })
}

// dropCodes forgets the codes that fit, and tells how many of them had not been used.
func (tx *Tx) dropCodes(fits func(bot.SheetCode) bool) (open int, err error) {
	if err := tx.canWrite(); err != nil {
		return 0, err
	}
	b := tx.bucket(codesBucket)
	var keys [][]byte
	err = tx.walk(b, nil, nil, false, func(k, sealed []byte) (bool, error) {
		var c bot.SheetCode
		if err := tx.open(codesBucket, k, sealed, &c); err != nil {
			return false, err
		}
		if fits(c) {
			keys = append(keys, bytes.Clone(k))
			if c.UsedAt.IsZero() {
				open++
			}
		}
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	for _, key := range keys {
		if err := tx.del(b, key); err != nil {
			return 0, err
		}
	}
	return open, nil
}

// restoreCodes voids every sheet, since a code that was used after the backup would be good again, and with them a first
// code that was given.
func (tx *Tx) restoreCodes() error {
	if _, err := tx.dropCodes(func(bot.SheetCode) bool { return true }); err != nil {
		return err
	}
	sw, err := tx.Switch()
	if err != nil || sw.AskedBy == "" {
		return err
	}
	sw.AskedBy, sw.AskedAt = "", 0
	return tx.PutSwitch(sw, sw.Rev)
}
