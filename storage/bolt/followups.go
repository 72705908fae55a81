package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// PutFollowUp implements storage.FollowUps.
func (tx *Tx) PutFollowUp(f bot.FollowUp) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if f.Rumour.IsZero() || f.Contact.IsZero() {
		return invalid("a follow-up about nothing or with nobody")
	}
	return tx.mark(tx.bucket(followUpsBucket), followUpKey(f))
}

// DropFollowUp implements storage.FollowUps.
func (tx *Tx) DropFollowUp(f bot.FollowUp) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	return tx.del(tx.bucket(followUpsBucket), followUpKey(f))
}

// FollowUps implements storage.FollowUps.
func (tx *Tx) FollowUps(due bot.Instant, limit int) ([]bot.FollowUp, error) {
	size := storage.Page{Limit: limit}.Size()
	var list []bot.FollowUp
	err := tx.walk(tx.bucket(followUpsBucket), nil, nil, false, func(k, _ []byte) (bool, error) {
		f := followUpOf(k)
		if f.At > due {
			return false, nil
		}
		list = append(list, f)
		return len(list) < size, nil
	})
	return list, err
}
