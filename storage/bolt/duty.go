package bolt

import (
	"bytes"
	"errors"

	"tinye/bot"
	"tinye/storage"
)

var (
	dutyBucket  = bucket{name: []byte("duty")}
	callsBucket = bucket{name: []byte("duty_calls")}
	openCalls   = bucket{name: []byte("duty_open"), fill: fillIndex}
	takenCalls  = bucket{name: []byte("duty_taken"), fill: fillIndex}
)

// dutyKey is the one row of who is on duty.
var dutyKey = []byte("list")

// Duty implements storage.Duty.
func (tx *Tx) Duty() (bot.Duty, error) {
	d, _, err := tx.duty()
	if errors.Is(err, storage.ErrNotFound) {
		err = nil
	}
	return d, err
}

// duty also gives the sealed row.
func (tx *Tx) duty() (bot.Duty, []byte, error) {
	sealed := tx.bucket(dutyBucket).Get(dutyKey)
	if sealed == nil {
		return bot.Duty{}, nil, storage.ErrNotFound
	}
	var d bot.Duty
	err := tx.open(dutyBucket, dutyKey, sealed, &d)
	return d, sealed, err
}

// PutDuty implements storage.Duty.
func (tx *Tx) PutDuty(d bot.Duty, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if err := checkTexts(append([]string{d.By}, d.Names...)...); err != nil {
		return err
	}
	old, sealed, err := tx.duty()
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	d.Rev = ifRev + 1
	value, err := tx.record(dutyBucket, dutyKey, d)
	if err != nil {
		return err
	}
	return tx.put(tx.bucket(dutyBucket), bytes.Clone(dutyKey), value, sealed)
}

// DutyCall implements storage.Duty.
func (tx *Tx) DutyCall(report bot.ID) (bot.DutyCall, error) {
	c, _, err := tx.dutyCall(report)
	return c, err
}

// dutyCall also gives the sealed row.
func (tx *Tx) dutyCall(report bot.ID) (bot.DutyCall, []byte, error) {
	sealed := tx.bucket(callsBucket).Get(report[:])
	if sealed == nil {
		return bot.DutyCall{}, nil, storage.ErrNotFound
	}
	var c bot.DutyCall
	if err := tx.open(callsBucket, report[:], sealed, &c); err != nil {
		return bot.DutyCall{}, nil, err
	}
	c.Report = report
	return c, sealed, nil
}

// PutDutyCall implements storage.Duty.
func (tx *Tx) PutDutyCall(c bot.DutyCall, ifRev uint64) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	if c.Report.IsZero() || c.State == "" {
		return invalid("a duty call without a report or in no state")
	}
	texts := []string{string(c.Ref), string(c.Place.Scheme), c.Place.Code, string(c.State), c.TakenBy, c.Code, c.Back}
	for _, s := range c.Steps {
		texts = append(texts, s.Name)
	}
	if err := checkTexts(texts...); err != nil {
		return err
	}
	old, sealed, err := tx.dutyCall(c.Report)
	if err := expect(ifRev, old.Rev, err); err != nil {
		return err
	}
	c.Rev = ifRev + 1
	key := bytes.Clone(c.Report[:])
	value, err := tx.record(callsBucket, key, c)
	if err != nil {
		return err
	}
	if err := tx.put(tx.bucket(callsBucket), key, value, sealed); err != nil {
		return err
	}
	if old.State == bot.DutyTaken {
		if err := tx.del(tx.bucket(takenCalls), takenKey(old)); err != nil {
			return err
		}
	}
	if c.State == bot.DutyTaken {
		if err := tx.mark(tx.bucket(takenCalls), takenKey(c)); err != nil {
			return err
		}
	}
	if c.State.Waits() {
		return tx.mark(tx.bucket(openCalls), key)
	}
	return tx.del(tx.bucket(openCalls), key)
}

func takenKey(c bot.DutyCall) []byte {
	return append(appendInstant(make([]byte, 0, 8+idSize), c.TakenAt), c.Report[:]...)
}

// DutyTaken implements storage.Duty.
func (tx *Tx) DutyTaken(since bot.Instant, limit int) ([]bot.DutyCall, error) {
	var ids []bot.ID
	size := storage.Page{Limit: limit}.Size()
	err := tx.walk(tx.bucket(takenCalls), nil, nil, true, func(k, _ []byte) (bool, error) {
		if instantOf(k) < since {
			return false, nil
		}
		ids = append(ids, lastID(k))
		return len(ids) < size, nil
	})
	if err != nil {
		return nil, err
	}
	return tx.dutyCalls(ids)
}

// DutyCalls implements storage.Duty.
func (tx *Tx) DutyCalls(p storage.Page) ([]bot.DutyCall, error) {
	ids, err := tx.indexed(tx.bucket(openCalls), nil, p)
	if err != nil {
		return nil, err
	}
	return tx.dutyCalls(ids)
}

// dutyCalls reads calls that an index names.
func (tx *Tx) dutyCalls(ids []bot.ID) ([]bot.DutyCall, error) {
	calls := make([]bot.DutyCall, 0, len(ids))
	for _, id := range ids {
		c, err := tx.DutyCall(id)
		if err != nil {
			return nil, err
		}
		calls = append(calls, c)
	}
	return calls, nil
}
