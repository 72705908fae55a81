package bolt

import (
	"bytes"
	"context"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

// sendingKey is the one row of the switches.
var sendingKey = []byte("sending")

// Switch implements storage.Switches.
func (tx *Tx) Switch() (bot.Switch, error) {
	sw, _, err := tx.readSwitch()
	if errors.Is(err, storage.ErrNotFound) {
		err = nil
	}
	return sw, err
}

// readSwitch also gives the sealed row.
func (tx *Tx) readSwitch() (bot.Switch, []byte, error) {
	sealed := tx.bucket(switchesBucket).Get(sendingKey)
	if sealed == nil {
		return bot.Switch{}, nil, storage.ErrNotFound
	}
	var sw bot.Switch
	err := tx.open(switchesBucket, sendingKey, sealed, &sw)
	return sw, sealed, err
}

// PutSwitch implements storage.Switches.
func (tx *Tx) PutSwitch(sw bot.Switch, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	switch sw.State {
	case bot.SendAll, bot.SendPaused, bot.SendCut:
	default:
		return invalid("a switch in no state")
	}
	if err := checkTexts(sw.By, sw.Via, sw.AskedBy); err != nil {
		return err
	}
	old, sealed, err := tx.readSwitch()
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	sw.Rev = ifRev + 1
	value, err := tx.record(switchesBucket, sendingKey, sw)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(switchesBucket), bytes.Clone(sendingKey), value, sealed)
}

// Holds implements storage.Queue.
func (db *DB) Holds(ctx context.Context, lane bot.Lane, run bot.ID) (held bool, err error) {
	err = db.view(ctx, func(tx *Tx) error {
		sw, err := tx.Switch()
		held = sw.Holds(lane) || !run.IsZero() && tx.bucket(runLanes).Get(runLaneKey(lane, run)) == nil
		return err
	})
	return held, err
}
