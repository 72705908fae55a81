package bolt

import (
	"bytes"
	"fmt"

	"tinye/bot"
	"tinye/storage"
)

// handedKey stands for a gateway's own id of a message: ids of others may say more than they should. Neither part holds
// a zero byte where a row is stored.
func (tx *Tx) handedKey(gateway, externalID string) ([]byte, error) {
	sum, err := tx.db.ring.Index("handed", gateway+"\x00"+externalID)
	if err != nil {
		return nil, fmt.Errorf("storage: index a gateway's id: %w", err)
	}
	return sum[:], nil
}

// remember lets Handed find a message from now on, by the id that its gateway gave it at the given moment.
func (tx *Tx) remember(o bot.Outbound, externalID string, at bot.Instant) error {
	key, err := tx.handedKey(o.Gateway, externalID)
	if err != nil {
		return err
	}
	b, err := tx.dayForPut(handedBucket, dayName(at))
	if err != nil {
		return err
	}
	return tx.put(b, key, bytes.Clone(o.ID[:]), b.Get(key))
}

// Handed implements storage.Outbox.
func (tx *Tx) Handed(gateway, externalID string) (bot.ID, error) {
	key, err := tx.handedKey(gateway, externalID)
	if err != nil {
		return bot.ID{}, err
	}
	c := tx.bt.Bucket(handedBucket.name).Cursor()
	for day, _ := c.Last(); day != nil; day, _ = c.Prev() {
		if b := tx.day(handedBucket, day); b != nil {
			switch id := b.Get(key); {
			case len(id) == idSize:
				return bot.ID(id), nil
			case id != nil:
				return bot.ID{}, fmt.Errorf("storage: a gateway's id stands for %d bytes", len(id))
			}
		}
	}
	return bot.ID{}, storage.ErrNotFound
}

// DropHanded implements storage.Outbox.
func (tx *Tx) DropHanded(before bot.Instant) error { return tx.dropDays(handedBucket, before) }
