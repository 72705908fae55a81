package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// Link implements storage.Rumours.
func (tx *Tx) Link(rumour bot.ID, l bot.LinkCursor) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if rumour.IsZero() || l.Report.IsZero() {
		return invalid("a link without a rumour or a report")
	}
	return tx.mark(tx.bucket(linksBucket), linkKey(rumour, l))
}

// Unlink implements storage.Rumours.
func (tx *Tx) Unlink(rumour bot.ID, l bot.LinkCursor) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(linksBucket), linkKey(rumour, l))
}

// Links implements storage.Rumours.
func (tx *Tx) Links(rumour bot.ID, after bot.LinkCursor, limit int) ([]bot.LinkCursor, error) {
	var from []byte
	if after != (bot.LinkCursor{}) {
		from = linkKey(rumour, after)
	}
	size := storage.Page{Limit: limit}.Size()
	var links []bot.LinkCursor
	err := tx.walk(tx.bucket(linksBucket), rumour[:], from, false, func(k, _ []byte) (bool, error) {
		links = append(links, linkOf(k))
		return len(links) < size, nil
	})
	return links, err
}

// Told implements storage.Rumours.
func (tx *Tx) Told(rumour bot.ID, contact bot.ContactKey) (bot.Told, error) {
	key := toldKey(rumour, contact)
	sealed := tx.bucket(toldBucket).Get(key)
	if sealed == nil {
		return bot.Told{}, storage.ErrNotFound
	}
	var t bot.Told
	if err := tx.open(toldBucket, key, sealed, &t); err != nil {
		return bot.Told{}, err
	}
	return t, nil
}

// PutTold implements storage.Rumours.
func (tx *Tx) PutTold(rumour bot.ID, contact bot.ContactKey, t bot.Told) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if rumour.IsZero() || contact.IsZero() {
		return invalid("told nothing or nobody")
	}
	if err := checkTexts(t.Final); err != nil {
		return err
	}
	key, b := toldKey(rumour, contact), tx.bucket(toldBucket)
	value, err := tx.record(toldBucket, key, t)
	if err != nil {
		return err
	}
	return tx.put(b, key, value, b.Get(key))
}

// Hearers implements storage.Rumours.
func (tx *Tx) Hearers(rumour bot.ID, after bot.ContactKey, limit int) ([]bot.ContactKey, error) {
	var from []byte
	if !after.IsZero() {
		from = toldKey(rumour, after)
	}
	size := storage.Page{Limit: limit}.Size()
	var keys []bot.ContactKey
	err := tx.walk(tx.bucket(toldBucket), rumour[:], from, false, func(k, _ []byte) (bool, error) {
		keys = append(keys, bot.ContactKey(k[idSize:]))
		return len(keys) < size, nil
	})
	return keys, err
}
