package bolt

import (
	"bytes"
	"context"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// Tx is a storage.Tx on one bbolt transaction. In an Update it is one caller's part of a group's transaction: the journal
// takes back what this caller did and leaves the others' work.
type Tx struct {
	db       *DB
	bt       *bbolt.Tx
	ctx      context.Context // a View's, which ends; nil in an Update
	writable bool

	journal []change
	drops   []drop
	counts  []runCount

	lastSession remembered[bot.SessionKey, bot.Session] // only what PutSession asks of it
	lastContact remembered[bot.ContactKey, contactPlace]
	lastRun     remembered[bot.ID, bot.Broadcast]

	steps   int          // rows looked at by list methods
	encoded bytes.Buffer // of seal
	plain   []byte       // of open
}

// change is one put or delete, with what was there before.
type change struct {
	b   *bbolt.Bucket
	key []byte
	old []byte // nil = there was no such key
}

// drop is a day's bucket that goes once the closure has succeeded; until then it is only passed over. bbolt could not
// bring it back.
type drop struct {
	parent bucket
	day    []byte
}

var _ storage.Tx = (*Tx)(nil)

// bucket gives a bucket of the drawing. bbolt remembers those it gave in a transaction that writes.
func (tx *Tx) bucket(b bucket) *bbolt.Bucket {
	h := tx.bt.Bucket(b.name)
	if b.fill > 0 {
		h.FillPercent = b.fill
	}
	return h
}

// put writes a key whose old value (nil: none) the caller has just read. key and value must not be changed afterwards.
func (tx *Tx) put(b *bbolt.Bucket, key, value, old []byte) error {
	if err := b.Put(key, value); err != nil {
		return err
	}
	tx.journal = append(tx.journal, change{b, key, old})
	return nil
}

// del deletes a key, if it is there.
func (tx *Tx) del(b *bbolt.Bucket, key []byte) error {
	old := b.Get(key)
	if old == nil {
		return nil
	}
	if err := b.Delete(key); err != nil {
		return err
	}
	tx.journal = append(tx.journal, change{b, key, old})
	return nil
}

// mark puts a key without a value into an index bucket, if it is not there.
func (tx *Tx) mark(b *bbolt.Bucket, key []byte) error {
	if b.Get(key) != nil {
		return nil
	}
	return tx.put(b, key, []byte{}, nil)
}

// moveState keeps a row's place in an index by state; from is "" for a new row.
func (tx *Tx) moveState(index bucket, id bot.ID, from, to string) error {
	if from == to {
		return nil
	}
	b := tx.bucket(index)
	if from != "" {
		if err := tx.del(b, stateKey(from, id)); err != nil {
			return err
		}
	}
	return tx.mark(b, stateKey(to, id))
}

// savepoint is a place in a transaction to go back to.
type savepoint struct{ changes, drops, counts int }

func (tx *Tx) savepoint() savepoint { return savepoint{len(tx.journal), len(tx.drops), len(tx.counts)} }

// undo takes back everything done since the savepoint, the latest first. If it fails, the whole group must be given up.
func (tx *Tx) undo(to savepoint) error {
	for i := len(tx.journal) - 1; i >= to.changes; i-- {
		c := tx.journal[i]
		var err error
		if c.old == nil {
			err = c.b.Delete(c.key)
		} else {
			err = c.b.Put(c.key, c.old)
		}
		if err != nil {
			return err
		}
	}
	clear(tx.journal[to.changes:])
	tx.journal = tx.journal[:to.changes]
	tx.drops = tx.drops[:to.drops]
	tx.counts = tx.counts[:to.counts]
	return nil
}

// written tells whether the closure changed anything.
func (tx *Tx) written() bool { return len(tx.journal) > 0 || len(tx.drops) > 0 }

// finish makes a closure's work final as far as the group is concerned.
func (tx *Tx) finish() error {
	for _, d := range tx.drops {
		if err := tx.bt.Bucket(d.parent.name).DeleteBucket(d.day); err != nil {
			return err
		}
	}
	clear(tx.journal)
	tx.journal, tx.drops = tx.journal[:0], nil
	return nil
}

// canWrite is the first line of every method that writes.
func (tx *Tx) canWrite() error {
	if !tx.writable {
		return storage.ErrReadOnly
	}
	return nil
}

// step is called for each row that a list method looks at: a View ends when its time is over.
func (tx *Tx) step() error {
	if tx.steps++; tx.steps%64 == 0 {
		return tx.ended()
	}
	return nil
}

// ended is the error of a View whose time is over.
func (tx *Tx) ended() error {
	if tx.ctx == nil {
		return nil
	}
	return tx.ctx.Err()
}

// walk visits the keys that begin with prefix, in their order or, with newest, from the end; after, if given, is the key
// behind which it starts. visit says whether to go on; it must not write.
func (tx *Tx) walk(b *bbolt.Bucket, prefix, after []byte, newest bool, visit func(k, v []byte) (bool, error)) error {
	if err := tx.ended(); err != nil {
		return err
	}
	c := b.Cursor()
	var k, v []byte
	if newest {
		k, v = seekBefore(b, c, prefix, after)
	} else {
		k, v = seekAfter(c, prefix, after)
	}
	for k != nil && bytes.HasPrefix(k, prefix) {
		if err := tx.step(); err != nil {
			return err
		}
		more, err := visit(k, v)
		if err != nil || !more {
			return err
		}
		if newest {
			k, v = previous(b, c, k)
		} else {
			k, v = c.Next()
		}
	}
	return nil
}

// seekAfter is the first key with the prefix, or the one behind after.
func seekAfter(c *bbolt.Cursor, prefix, after []byte) (k, v []byte) {
	if after == nil {
		return c.Seek(prefix)
	}
	if k, v = c.Seek(after); bytes.Equal(k, after) {
		return c.Next()
	}
	return k, v
}

// seekBefore is the last key with the prefix, or the one before after.
func seekBefore(b *bbolt.Bucket, c *bbolt.Cursor, prefix, after []byte) (k, v []byte) {
	end := after
	if end == nil {
		end = prefixEnd(prefix)
	}
	if end == nil {
		return c.Last()
	}
	if k, _ = c.Seek(end); k == nil {
		if k, v = c.Last(); bytes.Compare(k, end) < 0 {
			return k, v
		}
	}
	return previous(b, c, k)
}

// previous is the key before k, at which the cursor stands. bbolt's Prev gives up at a page that deletes earlier in the
// same transaction left empty; there may be more before it.
func previous(b *bbolt.Bucket, c *bbolt.Cursor, k []byte) (key, value []byte) {
	if key, value = c.Prev(); key != nil || k == nil {
		return key, value
	}
	first, _ := b.Cursor().First()
	if bytes.Compare(first, k) >= 0 {
		return nil, nil
	}
	for key == nil {
		key, value = c.Prev()
	}
	return key, value
}

// count counts keys with the prefix, up to limit.
func (tx *Tx) count(b *bbolt.Bucket, prefix []byte, limit int) (int, error) {
	n := 0
	err := tx.walk(b, prefix, nil, false, func(_, _ []byte) (bool, error) {
		if n >= limit {
			return false, nil
		}
		n++
		return true, nil
	})
	return n, err
}

// indexed lists the ids at the end of an index bucket's keys with the prefix.
func (tx *Tx) indexed(b *bbolt.Bucket, prefix []byte, p storage.Page) ([]bot.ID, error) {
	var after []byte
	if !p.After.IsZero() {
		after = append(bytes.Clone(prefix), p.After[:]...)
	}
	var ids []bot.ID
	err := tx.walk(b, prefix, after, p.Newest, func(k, _ []byte) (bool, error) {
		ids = append(ids, lastID(k))
		return len(ids) < p.Size(), nil
	})
	return ids, err
}

// messages visits the rows of one kind; visit says whether to go on.
func (tx *Tx) messages(kind byte, p storage.Page, visit func(id bot.ID, sealed []byte) (bool, error)) error {
	var after []byte
	if !p.After.IsZero() {
		after = messageKey(p.After, kind)
	}
	return tx.walk(tx.bucket(messagesBucket), nil, after, p.Newest, func(k, v []byte) (bool, error) {
		if k[idSize] != kind {
			return true, nil
		}
		return visit(bot.ID(k[:idSize]), v)
	})
}
