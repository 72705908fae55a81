package bolt

import (
	"context"

	"go.etcd.io/bbolt"

	"tinye/storage"
)

// Plain is the same database with a transaction of bbolt's own for each Update. It is what the shared commits are measured
// against (cmd/bench): it does not recover from a failed disk, nor does it note the time of a commit.
func (db *DB) Plain() storage.Store { return plain{db} }

type plain struct{ *DB }

// Update implements storage.Store.
func (p plain) Update(ctx context.Context, fn func(storage.Tx) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	return p.bolt.Update(func(bt *bbolt.Tx) error {
		tx := &Tx{db: p.DB, bt: bt, writable: true}
		if err := fn(tx); err != nil {
			return err
		}
		return tx.finish()
	})
}
