package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"

	"github.com/fxamacker/cbor/v2"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// renewalsBucket names the texts that were erased and may still be readable: in free pages of the file, with the key of
// their month.
var renewalsBucket = bucket{name: []byte("renewals")}

// Rows of renewalsBucket, after the month: what was erased.
const (
	erasedText       byte = 'i'
	erasedQuarantine byte = 'q'
)

// monthSize is how much the month takes in a key of renewalsBucket: "2026-11".
const monthSize = 7

// EraseText implements storage.Vault.
func (tx *Tx) EraseText(id bot.ID) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	in, err := tx.Inbound(id)
	if errors.Is(err, storage.ErrErased) {
		return nil
	}
	if err != nil {
		return err
	}
	key := messageKey(id, inboundRow)
	if in.Text != "" { // once: a ledger is no place for the same thing twice
		if err := tx.enter(bot.Erasure{Kind: bot.ErasedText, At: bot.At(tx.db.o.Now()), ID: id}); err != nil {
			return err
		}
	}
	in.Text = ""
	return tx.erase(messagesBucket, key, textTime(in.ReceivedAt, id), in, erasedName(id, erasedText))
}

// EraseQuarantined implements storage.Vault.
func (tx *Tx) EraseQuarantined(id bot.ID) error {
	if err := tx.canWrite(); err != nil {
		return err
	}
	q, err := tx.Quarantined(id)
	if errors.Is(err, storage.ErrErased) {
		return nil
	}
	if err != nil {
		return err
	}
	if len(q.Query)+len(q.Body) > 0 {
		if err := tx.enter(bot.Erasure{Kind: bot.ErasedRequest, At: bot.At(tx.db.o.Now()), ID: id}); err != nil {
			return err
		}
	}
	q.Query, q.Body = nil, nil
	return tx.erase(quarantineBucket, bytes.Clone(id[:]), textTime(q.At, id), q, erasedName(id, erasedQuarantine))
}

// erasedName names a row in the ring and in renewalsBucket.
func erasedName(id bot.ID, kind byte) []byte { return append(bytes.Clone(id[:]), kind) }

// textTime is the time by whose month a text is sealed.
func textTime(at bot.Instant, id bot.ID) bot.Instant {
	if at.IsZero() {
		return bot.At(id.Time())
	}
	return at
}

// erase writes what is left of a row, and notes that its month's key must go.
func (tx *Tx) erase(b bucket, key []byte, at bot.Instant, left any, name []byte) error {
	value, err := tx.text(b, at, key, left)
	if err != nil {
		return err
	}
	handle := tx.bucket(b)
	if err := tx.put(handle, key, value, handle.Get(key)); err != nil {
		return err
	}
	f, err := tx.finishing()
	if err != nil {
		return err
	}
	mark := append([]byte(seal.MonthOf(at.Time()).String()), name...)
	marks := tx.bucket(renewalsBucket)
	return tx.put(marks, mark, roundValue(f.round+1), marks.Get(mark)) // again if it is there: the run that is on may have passed
}

const (
	// resealRows is how many rows one commit seals again: messages that come in meanwhile wait no longer for it.
	resealRows = 200
	// resealLook is how many rows one look passes over at most: a View has a deadline.
	resealLook = 20_000
	// namesInRing is how many erased rows of one renewal the ring names itself: it is read whole, and wrapped anew with each
	// change.
	namesInRing = 8
)

// resealing says which rows are sealed again.
type resealing struct {
	ring   *seal.Ring            // opens them
	months map[uint32]seal.Month // by the keys that sealed them
	erased map[string]bool       // names of rows that come back without their content
}

// reseal seals again every row of messages and quarantine that is sealed with one of the keys.
func (db *DB) reseal(ctx context.Context, r resealing) error {
	work := math.MaxInt
	_, err := db.goOn(ctx, r.stages(), &walkAt{}, resealRows, &work)
	return err
}

// stages are the buckets with rows of class texts. Their order is on the disk while erasures are finished.
func (r resealing) stages() []walkStage {
	var list []walkStage
	for _, b := range []bucket{messagesBucket, quarantineBucket} {
		list = append(list, walkStage{
			bucket: b,
			wanted: func(_ *Tx, _ walkAt, v []byte) (bool, error) {
				id, err := seal.KeyID(v)
				if err != nil {
					return false, nil // not sealed under a key of ours
				}
				_, ours := r.months[id]
				return ours, nil
			},
			change: func(tx *Tx, _ walkAt, keys [][]byte) error { return tx.reseal(b, keys, r) },
		})
	}
	return list
}

// reseal seals rows again under the current key of their old key's month; what changed since it was found is let be.
func (tx *Tx) reseal(b bucket, rows [][]byte, r resealing) error {
	handle := tx.bucket(b)
	for _, key := range rows {
		sealed := handle.Get(key)
		if sealed == nil {
			continue
		}
		id, err := seal.KeyID(sealed)
		if err != nil {
			return err
		}
		month, ours := r.months[id]
		if !ours {
			continue
		}
		plain, err := r.ring.Open(nil, string(b.name), key, sealed)
		if err != nil {
			return fmt.Errorf("open a row of %s: %w", b.name, err)
		}
		if r.gone(b, key) {
			if plain, err = emptied(b, plain); err != nil {
				return err
			}
		}
		value, err := tx.sealBytes(seal.Texts, month.Start(), nil, string(b.name), key, plain)
		if err != nil {
			return err
		}
		if err := tx.put(handle, key, value, sealed); err != nil {
			return err
		}
	}
	return nil
}

// gone tells whether a row was erased after the copy that it comes from.
func (r resealing) gone(b bucket, key []byte) bool {
	if bytes.Equal(b.name, quarantineBucket.name) {
		return r.erased[string(append(bytes.Clone(key), erasedQuarantine))]
	}
	return key[idSize] == inboundRow && r.erased[string(append(bytes.Clone(key[:idSize]), erasedText))]
}

// emptied is a row without its text.
func emptied(b bucket, plain []byte) ([]byte, error) {
	if bytes.Equal(b.name, quarantineBucket.name) {
		var q bot.Quarantined
		if err := cbor.Unmarshal(plain, &q); err != nil {
			return nil, fmt.Errorf("decode a row of %s: %w", b.name, err)
		}
		q.Query, q.Body = nil, nil
		return cbor.Marshal(q)
	}
	var in bot.Inbound
	if err := cbor.Unmarshal(plain, &in); err != nil {
		return nil, fmt.Errorf("decode a row of %s: %w", b.name, err)
	}
	in.Text = ""
	return cbor.Marshal(in)
}

// restoreTexts seals again what a backup holds under keys that were renewed since it was made, but for what was erased:
// the ring that stays has these keys no more, the backup's own has them.
func (db *DB) restoreTexts(ctx context.Context, ofBackup *seal.Ring, ledger []bot.Erasure) error {
	renewals, err := db.ring.Renewals()
	if err != nil || len(renewals) == 0 {
		return err
	}
	theirs, err := ofBackup.Keys()
	if err != nil {
		return err
	}
	r := resealing{ring: ofBackup, months: make(map[uint32]seal.Month), erased: make(map[string]bool)}
	for _, renewal := range renewals {
		for _, k := range theirs {
			if k.Class == seal.Texts && k.State != seal.Dropped && k.Month == renewal.Month && renewal.After < k.ID && k.ID <= renewal.UpTo {
				r.months[k.ID] = renewal.Month
			}
		}
		for _, name := range renewal.Erased {
			r.erased[string(name)] = true
		}
	}
	if len(r.months) == 0 {
		return nil
	}
	for _, e := range ledger {
		r.erased[string(erasedName(e.ID, kindByte(e.Kind)))] = true
	}
	return db.reseal(ctx, r)
}
