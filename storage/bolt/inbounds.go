package bolt

import (
	"tinye/bot"
	"tinye/storage"
)

// Inbound implements storage.Inbounds.
func (tx *Tx) Inbound(id bot.ID) (bot.Inbound, error) {
	key := messageKey(id, inboundRow)
	sealed := tx.bucket(messagesBucket).Get(key)
	if sealed == nil {
		return bot.Inbound{}, storage.ErrNotFound
	}
	var in bot.Inbound
	if err := tx.open(messagesBucket, key, sealed, &in); err != nil {
		return bot.Inbound{}, err
	}
	in.ID = id
	return in, nil
}

// PutInbound implements storage.Inbounds. The sender as the gateway wrote it is not stored.
func (tx *Tx) PutInbound(in bot.Inbound) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkInbound(in); err != nil {
		return err
	}
	key, b := messageKey(in.ID, inboundRow), tx.bucket(messagesBucket)
	if b.Get(key) != nil {
		return storage.ErrConflict
	}
	at := in.ReceivedAt
	if at.IsZero() {
		at = bot.At(in.ID.Time())
	}
	sealed, err := tx.text(messagesBucket, at, key, in)
	if err != nil {
		return err
	}
	return tx.put(b, key, sealed, nil)
}

func checkInbound(in bot.Inbound) error {
	if in.ID.IsZero() {
		return invalid("an inbound without an id")
	}
	return checkTexts(in.Gateway, in.ExternalID, string(in.Channel), string(in.From.Kind), in.From.Value, in.To,
		string(in.Text), string(in.Class), in.SessionID, in.Hop)
}
