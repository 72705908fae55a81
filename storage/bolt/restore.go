package bolt

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
	"tinye/storage/seal"
)

// reasonRestored is why messages are unknown after a restore.
const reasonRestored = "restored"

// Restored tells what a restore did.
type Restored struct {
	Unknown  int      // messages that were queued or being sent, now unknown: nobody knows what was sent since the backup
	SetAside []string // where the database and the key ring that were there are now
}

// Restore puts the database of a backup at o.Path, and its key ring at o.RingPath. No process may have the database
// open. A database that is there is an error (fs.ErrExist) unless replace is set; then it is set aside under a dated name.
//
// The key, the canary and the schema are checked, and the rows made ready, on a copy; only then are files renamed. Messages
// in state queued or claimed become unknown; those handed over stay so, since that much is certain. USSD sessions that were
// going on are over: whoever dials now begins anew. Sheets of one-use codes are void. A new epoch of events begins. The time
// of the latest commit stays, so a clock that is behind the backup is still found out.
//
// Where the key ring that is there belongs to this database and is the newer one, it stays: keys that it has dropped
// since the backup (texts that were erased) do not come back. Texts of a month whose key was renewed since, because a single
// text was erased, are sealed again, without that one; so are the records. The ledger of erasures, in the database that is
// there and in the file beside it, is applied: whoever was forgotten since the backup is forgotten again.
func Restore(ctx context.Context, o Options, backup string, replace bool) (Restored, error) {
	o, err := o.withDefaults()
	if err != nil {
		return Restored{}, err
	}
	done, err := restore(ctx, o, backup, replace)
	if err != nil {
		return Restored{}, fmt.Errorf("storage: restore %s: %w", backup, err)
	}
	return done, nil
}

func restore(ctx context.Context, o Options, backup string, replace bool) (done Restored, err error) {
	there, err := exists(o.Path)
	if err != nil {
		return done, err
	}
	if there && !replace {
		return done, fmt.Errorf("there is a database at %s: %w", o.Path, fs.ErrExist)
	}
	ledger, err := readLedger(ledgerPath(o.Path))
	if err != nil {
		return done, err
	}
	if there {
		old, release, err := holdOld(o.Path)
		if err != nil {
			return done, err
		}
		defer func() { err = errors.Join(err, release()) }()
		ledger = append(ledger, old...)
	}
	ofBackup, err := readRing(backup)
	if err != nil {
		return done, err
	}
	wrapped, err := newerRing(o, ofBackup)
	if err != nil {
		return done, err
	}
	part := partPath(o.Path)
	defer os.RemoveAll(part) // gone by then, unless something failed
	if err := extractDatabase(ctx, backup, part); err != nil {
		return done, err
	}
	if done.Unknown, err = makeReady(ctx, o, part, wrapped, ofBackup, ledger); err != nil {
		return done, err
	}
	if done.SetAside, err = putInPlace(o, part, wrapped, there); err != nil {
		return done, err
	}
	return done, nil
}

// holdOld keeps other processes from the database that is to be replaced, and reads its ledger of erasures. One that is
// damaged needs no lock, and the file beside it has the ledger too.
func holdOld(path string) (ledger []bot.Erasure, release func() error, err error) {
	b, err := openBolt(path)
	if errors.Is(err, storage.ErrInUse) {
		return nil, nil, err
	}
	if err != nil {
		return nil, func() error { return nil }, nil
	}
	if err := faultless(func() error { return b.View(func(bt *bbolt.Tx) error { ledger = ledgerOf(bt); return nil }) }); err != nil {
		ledger = nil
	}
	return ledger, b.Close, nil
}

// extract finds an entry of a backup.
func extract(backup, name string, read func(io.Reader) error) error {
	f, err := os.Open(backup)
	if err != nil {
		return err
	}
	defer f.Close()
	for t := tar.NewReader(f); ; {
		h, err := t.Next()
		if err == io.EOF {
			return fmt.Errorf("it is no backup of ours: no %s in it", name)
		}
		if err != nil {
			return fmt.Errorf("it is no backup of ours: %w", err)
		}
		if h.Name == name {
			return read(t)
		}
	}
}

// ringLimit is the longest key ring that is read; real ones have some kilobytes.
const ringLimit = 16 << 20

func readRing(backup string) ([]byte, error) {
	var wrapped []byte
	err := extract(backup, backupRing, func(r io.Reader) error {
		var err error
		wrapped, err = io.ReadAll(io.LimitReader(r, ringLimit))
		return err
	})
	return wrapped, err
}

func extractDatabase(ctx context.Context, backup, part string) error {
	return extract(backup, backupDatabase, func(r io.Reader) error {
		f, err := createPart(part)
		if err != nil {
			return err
		}
		_, err = io.Copy(checkedWriter{f, ctx.Err}, r)
		if err == nil {
			err = f.Sync()
		}
		return errors.Join(err, f.Close())
	})
}

// newerRing is the backup's ring or the one at o.RingPath, whichever of the same site has more keys made or dropped.
// A ring there that the master key does not open, or that is another site's, is none of ours.
func newerRing(o Options, wrapped []byte) ([]byte, error) {
	ofBackup, err := seal.ParseRing(wrapped, o.Master)
	if err != nil {
		return nil, keyError(err)
	}
	defer ofBackup.Close()
	there, err := seal.OpenRing(o.RingPath, o.Master)
	if err != nil {
		return wrapped, nil
	}
	defer there.Close()
	canary, err := ofBackup.Canary()
	if err != nil {
		return nil, err
	}
	if there.CheckCanary(canary[:]) != nil {
		return wrapped, nil
	}
	a, err := ofBackup.Changes()
	if err != nil {
		return nil, err
	}
	b, err := there.Changes()
	if err != nil {
		return nil, err
	}
	if b >= a {
		return there.Bytes(), nil
	}
	return wrapped, nil
}

// makeReady opens the copy with its ring and changes what a restore changes.
func makeReady(
	ctx context.Context, o Options, part string, wrapped, ofBackup []byte, ledger []bot.Erasure,
) (unknown int, err error) {
	ring, err := seal.ParseRing(wrapped, o.Master)
	if err != nil {
		return 0, keyError(err)
	}
	copied := o
	copied.Path = part
	db, err := openFile(copied, ring, false)
	if err != nil {
		return 0, errors.Join(err, ring.Close())
	}
	if err := db.restoreWith(ctx, ofBackup, ledger); err != nil {
		return 0, errors.Join(err, db.Close())
	}
	err = db.update(ctx, func(tx *Tx) error {
		unknown = 0
		for _, index := range []bucket{queueBucket, runQueue, claimsBucket} {
			n, err := tx.restoreOutbox(index)
			if err != nil {
				return err
			}
			unknown += n
		}
		if err := tx.restoreBroadcasts(); err != nil {
			return err
		}
		if err := tx.restoreSchedules(); err != nil {
			return err
		}
		if err := tx.restoreSessions(); err != nil {
			return err
		}
		if err := tx.restoreCodes(); err != nil {
			return err
		}
		epoch, b := db.o.NewID(), tx.bucket(metaBucket)
		return tx.put(b, epochKey, epoch[:], b.Get(epochKey))
	})
	return unknown, errors.Join(err, db.Close())
}

// restoreWith brings the rows of the backup under keys that the ring which stays still has, without what was erased since.
func (db *DB) restoreWith(ctx context.Context, wrapped []byte, ledger []bot.Erasure) error {
	ring, err := seal.ParseRing(wrapped, db.o.Master)
	if err != nil {
		return keyError(err)
	}
	err = db.restoreTexts(ctx, ring, ledger)
	if err == nil {
		err = db.restoreRecords(ctx, ring)
	}
	if err == nil {
		err = db.restoreErasures(ctx, ledger)
	}
	return errors.Join(err, ring.Close())
}

// restoreOutbox makes every message in an index unknown.
func (tx *Tx) restoreOutbox(index bucket) (int, error) {
	var keys [][]byte
	err := tx.walk(tx.bucket(index), nil, nil, false, func(k, _ []byte) (bool, error) {
		keys = append(keys, bytes.Clone(k))
		return true, nil
	})
	if err != nil {
		return 0, err
	}
	for _, key := range keys {
		row, sealed, err := tx.outbound(lastID(key))
		if err != nil {
			return 0, err
		}
		next := row
		next.Rev++
		next.State, next.Reason = bot.OutUnknown, reasonRestored
		next.Token, next.LeaseUntil = bot.ID{}, 0
		if err := tx.writeOutbound(next, row, sealed); err != nil {
			return 0, err
		}
	}
	return len(keys), nil
}

// restoreBroadcasts ends every run: whom it reached after the backup was made, nobody knows, so none goes on by itself.
func (tx *Tx) restoreBroadcasts() error {
	ids, err := tx.OpenBroadcasts(storage.Page{Limit: math.MaxInt})
	if err != nil {
		return err
	}
	for _, id := range ids {
		b, err := tx.Broadcast(id)
		if err != nil {
			return err
		}
		if b.State.Ended() {
			continue
		}
		now := bot.At(tx.db.o.Now())
		b.State, b.EndedAt, b.Taken = bot.BroadcastWithdrawn, now, bot.Taken{At: now, Reason: reasonRestored}
		if err := tx.PutBroadcast(b, b.Rev); err != nil {
			return err
		}
	}
	return nil
}

// restoreSessions ends every open session with its last hop, as the sweep does where nothing comes any more.
func (tx *Tx) restoreSessions() error {
	var keys [][]byte
	index := tx.bucket(openSessions)
	err := tx.walk(index, nil, nil, false, func(k, _ []byte) (bool, error) {
		keys = append(keys, bytes.Clone(k))
		return true, nil
	})
	if err != nil {
		return err
	}
	for _, key := range keys {
		s, _, err := tx.session(sessionOf(key), dayName(instantOf(key)))
		if err == nil && !s.Over() {
			s.EndedAt, s.End = max(s.LastAt, s.StartedAt), bot.EndTimeout
			err = tx.PutSession(s, s.Rev)
		}
		if err != nil && err != storage.ErrNotFound {
			return err
		}
		if err := tx.del(index, key); err != nil { // also where there is no such session
			return err
		}
	}
	return nil
}

// putInPlace renames: what is there aside, then the ring, then the database, without which nothing starts.
func putInPlace(o Options, part string, wrapped []byte, database bool) (aside []string, err error) {
	suffix := o.Now().UTC().Format(".20060102T150405Z")
	setAside := func(path string) error {
		to := path + suffix
		if taken, err := exists(to); err != nil {
			return err
		} else if taken {
			return fmt.Errorf("%s: %w", to, fs.ErrExist)
		}
		aside = append(aside, to)
		return os.Rename(path, to)
	}
	if database {
		if err := setAside(o.Path); err != nil {
			return nil, err
		}
	}
	there, err := os.ReadFile(o.RingPath)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return aside, err
	}
	if err != nil || !bytes.Equal(there, wrapped) {
		if err == nil {
			if err := setAside(o.RingPath); err != nil {
				return aside, err
			}
		}
		ring, err := seal.RestoreRing(o.RingPath, wrapped, o.Master)
		if err != nil {
			return aside, err
		}
		if err := ring.Close(); err != nil {
			return aside, err
		}
	}
	return aside, rename(part, o.Path)
}
