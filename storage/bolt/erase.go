package bolt

import (
	"bytes"
	"context"
	"errors"
	"fmt"

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
	month := seal.MonthOf(at.Time()).String()
	return tx.mark(tx.bucket(renewalsBucket), append([]byte(month), name...))
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

// FinishErasures implements storage.Erasures. A month at a time:
//
//  1. the month gets a new key, which is on disk and seals from then on
//  2. an empty commit waits for closures that may still have sealed with the old one
//  3. every row of the month under an old key is sealed again, in portions
//  4. the old keys leave the ring, which keeps the names of the rows that were erased
//  5. the marks go
//
// After a crash on the way it starts again with 1; nothing is lost by that, since old keys open until 4.
func (db *DB) FinishErasures(ctx context.Context) (pending bool, err error) {
	if err := db.keepLedger(ctx); err != nil {
		return false, err
	}
	months, err := db.erased(ctx)
	if err != nil || len(months) == 0 {
		return false, err
	}
	// A backup copies values under the old keys and takes the ring when it is done: it must find them there.
	if !db.copying.TryLock() {
		return true, nil
	}
	defer db.copying.Unlock()
	for _, m := range months {
		if err := db.renew(ctx, m); err != nil {
			return false, fmt.Errorf("storage: finish erasures of %s: %w", m.month, err)
		}
	}
	return false, nil
}

// erasedMonth is what was erased of a month.
type erasedMonth struct {
	month seal.Month
	marks [][]byte
	names [][]byte
}

func (db *DB) erased(ctx context.Context) (months []erasedMonth, err error) {
	err = db.view(ctx, func(tx *Tx) error {
		return tx.walk(tx.bucket(renewalsBucket), nil, nil, false, func(k, _ []byte) (bool, error) {
			if bytes.Equal(k, recordsToRenew) {
				return true, nil
			}
			month, err := seal.ParseMonth(string(k[:monthSize]))
			if err != nil {
				return false, err
			}
			if n := len(months); n == 0 || months[n-1].month != month {
				months = append(months, erasedMonth{month: month})
			}
			last := &months[len(months)-1]
			mark := bytes.Clone(k)
			last.marks = append(last.marks, mark)
			if len(mark) > monthSize { // else a row lost its contact and kept its text
				last.names = append(last.names, mark[monthSize:])
			}
			return true, nil
		})
	})
	return months, err
}

func (db *DB) renew(ctx context.Context, m erasedMonth) error {
	if err := db.ring.RenewTexts(m.month); err != nil {
		return err
	}
	keys, err := db.ring.Keys()
	if err != nil {
		return err
	}
	again := resealing{ring: db.ring, months: make(map[uint32]seal.Month)}
	for _, k := range keys {
		if k.Class == seal.Texts && k.Month == m.month && k.State == seal.Old {
			again.months[k.ID] = m.month
		}
	}
	if err := db.update(ctx, func(*Tx) error { return nil }); err != nil {
		return err
	}
	if err := db.reseal(ctx, again); err != nil {
		return err
	}
	names := m.names
	if len(names) > namesInRing {
		names = nil // the ledger beside the database has them
	}
	if err := db.ring.DropOldTexts(m.month, names); err != nil {
		return err
	}
	return db.update(ctx, func(tx *Tx) error {
		for _, mark := range m.marks {
			if err := tx.del(tx.bucket(renewalsBucket), mark); err != nil {
				return err
			}
		}
		return nil
	})
}

// resealing says which rows are sealed again.
type resealing struct {
	ring   *seal.Ring            // opens them
	months map[uint32]seal.Month // by the keys that sealed them
	erased map[string]bool       // names of rows that come back without their content
}

// portion looks for rows of a bucket behind a key: for so many that are wanted at most, among resealLook at most, in a View of
// its own. last is the key that it came to, and more whether there may be rows behind it.
func (db *DB) portion(ctx context.Context, b bucket, after []byte, most int, wanted func(tx *Tx, k, v []byte) (bool, error)) (
	found [][]byte, last []byte, more bool, err error,
) {
	found, last, more, _, err = db.portionOf(ctx, b, nil, after, most, resealLook, wanted)
	return found, last, more, err
}

// portionOf is portion for a bucket, or one day of it, and among look rows at most; looked is at how many it did look. The key
// that wanted gets is the caller's to keep.
func (db *DB) portionOf(
	ctx context.Context, b bucket, day, after []byte, most, look int, wanted func(tx *Tx, k, v []byte) (bool, error),
) (found [][]byte, last []byte, more bool, looked int, err error) {
	last = after
	err = db.view(ctx, func(tx *Tx) error {
		handle := tx.bucket(b)
		if day != nil {
			if handle = tx.day(b, day); handle == nil {
				return nil
			}
		}
		return tx.walk(handle, nil, after, false, func(k, v []byte) (bool, error) {
			last = bytes.Clone(k)
			is, err := wanted(tx, last, v)
			if err != nil {
				return false, err
			}
			if is {
				found = append(found, last)
			}
			looked++
			more = len(found) == most || looked == look
			return !more, nil
		})
	})
	return found, last, more, looked, err
}

// reseal seals again every row of messages and quarantine that is sealed with one of the keys.
func (db *DB) reseal(ctx context.Context, r resealing) error {
	for _, b := range []bucket{messagesBucket, quarantineBucket} {
		for after, more := []byte(nil), true; more; {
			found, last, goesOn, err := db.portion(ctx, b, after, resealRows, func(_ *Tx, _, v []byte) (bool, error) {
				id, err := seal.KeyID(v)
				if err != nil {
					return false, nil // not sealed under a key of ours
				}
				_, ours := r.months[id]
				return ours, nil
			})
			if err != nil {
				return err
			}
			more = goesOn
			if len(found) > 0 {
				if err := db.update(ctx, func(tx *Tx) error { return tx.reseal(b, found, r) }); err != nil {
					return err
				}
			}
			after = last
		}
	}
	return nil
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
