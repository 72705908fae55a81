package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"os"
	"time"

	"go.etcd.io/bbolt"

	"tinye/bot"
	"tinye/storage"
)

// migration takes a file from one schema to the next, in one transaction.
type migration struct {
	what string
	run  func(*Tx) error
}

// migrations lead from an empty file to the drawing in schema.go; a file's schema is the number of those that it has
// been through. A migration that was released is never changed, only followed by another; each has a test in
// migrate_test.go, which counts them.
var migrations = []migration{
	{"create the buckets", createBuckets},
	{"sessions, places and news", addMenus},
	{"what a desk keeps beside rumours", addDesk},
}

func createBuckets(tx *Tx) error {
	return create(tx.bt,
		messagesBucket, repeatsBucket, refsBucket, contactsBucket, activityBucket, reportsByBucket,
		rumoursBucket, rumoursByBucket, fanOutsBucket, linksBucket, toldBucket,
		queueBucket, claimsBucket, outboxByBucket,
		quarantineBucket, openQuarantine, usersBucket, eventsBucket,
	)
}

// addMenus makes room for USSD. Rumours that were published before are news as well.
func addMenus(tx *Tx) error {
	if err := create(tx.bt,
		sessionsBucket, openSessions, talliesBucket, placesBucket, newsBucket, wordsBucket, wordsOfBucket, handedBucket,
	); err != nil {
		return err
	}
	published := statePrefix(string(bot.RumourPublished))
	ids, err := tx.indexed(tx.bucket(rumoursByBucket), published, storage.Page{Limit: math.MaxInt})
	if err != nil {
		return err
	}
	for _, id := range ids {
		r, err := tx.Rumour(id)
		if err != nil { // no reason to keep the hotline from starting
			tx.db.o.Log.Error("storage: a rumour cannot be read and is no news", slog.String("id", id.String()), slog.Any("error", err))
			continue
		}
		if err := tx.mark(tx.bucket(newsBucket), newsKey(r)); err != nil {
			return err
		}
	}
	return nil
}

func create(bt *bbolt.Tx, buckets ...bucket) error {
	for _, b := range buckets {
		if _, err := bt.CreateBucket(b.name); err != nil {
			return err
		}
	}
	return nil
}

// addDesk makes room for what a desk keeps beside reports and rumours, and takes away the index of published words: what is
// looked up by words is found in memory (package match). Consent questions that are open end in their time, words
// that may mean stop are looked at, and reports that were protected before wait to be sealed.
func addDesk(tx *Tx) error {
	for _, b := range []bucket{wordsBucket, wordsOfBucket} {
		if err := tx.bt.DeleteBucket(b.name); err != nil {
			return err
		}
	}
	for _, b := range deskBuckets() {
		if _, err := tx.bt.CreateBucket(b.name); err != nil {
			return err
		}
	}
	err := tx.walk(tx.bucket(contactsBucket), nil, nil, false, func(k, v []byte) (bool, error) {
		c, err := tx.openContact(bot.ContactKey(k), v)
		if err != nil { // no reason to keep the hotline from starting
			tx.db.o.Log.Error("storage: a contact cannot be read: its consent question does not end", slog.Any("error", err))
			return true, nil
		}
		return true, tx.moveContact(c.Key, contactPlace{}, contactPlaceOf(c))
	})
	if err != nil {
		return err
	}
	return tx.messages(reportRow, storage.Page{}, func(id bot.ID, sealed []byte) (bool, error) {
		r, err := tx.openReport(id, sealed)
		if err != nil {
			tx.db.o.Log.Error("storage: a report cannot be read and waits for no seal", slog.String("id", id.String()), slog.Any("error", err))
			return true, nil
		}
		return true, tx.markUnsealed(r)
	})
}

// deskBuckets are the buckets of the third schema.
func deskBuckets() []bucket {
	return []bucket{
		labelledBucket, unsealedBucket,
		deskNumbers, codesBucket, switchesBucket,
		dutyBucket, callsBucket, openCalls, takenCalls,
		vaultBucket, protectKeysBucket, renewalsBucket, forgettingBucket, ledgerBucket, unkeptBucket,
		sourcesBucket,
		followUpsBucket, stocksBucket, helpedBucket,
		consentsDue, maybeStops,
		projectsBucket,
		importRuns, importFiles, importPeople,
		agentsBucket, enrolCodesBucket, enrolCodesLike, arrivalsBucket,
		cohortsBucket, membersBucket, membersOfNumber, incidentsBucket,
		bulletinsBucket, bulletinsByBucket, bulletinsDue,
		broadcastsBucket, openBroadcasts, runLanes, runQueue, runRows, runTallies, sentBucket,
	}
}

// checkSchema refuses a file that a newer version wrote.
func checkSchema(b *bbolt.DB, path string, ours int) error {
	have, err := schemaOf(b, path)
	if err != nil {
		return err
	}
	if have > ours {
		return fmt.Errorf("%w: %s has schema %d, this program knows up to %d: use the newer program, or restore an older backup",
			storage.ErrNewerSchema, path, have, ours)
	}
	return nil
}

func schemaOf(b *bbolt.DB, path string) (int, error) {
	schema := 0
	err := b.View(func(bt *bbolt.Tx) error {
		meta := bt.Bucket(metaBucket.name)
		if meta == nil || len(meta.Get(schemaKey)) != 4 {
			return fmt.Errorf("storage: %s is no database of ours", path)
		}
		schema = int(binary.BigEndian.Uint32(meta.Get(schemaKey)))
		return nil
	})
	return schema, err
}

func schemaValue(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) }

// migrate runs the migrations that the file has not been through, each in a transaction of its own. Before the first of
// them a file with rows is copied to NAME.v1.bak (with its schema for 1), if a copy is to be kept.
func migrate(db *DB, list []migration, keepCopy bool) error {
	b, o := db.bolt, db.o
	have, err := schemaOf(b, o.Path)
	if err != nil || have >= len(list) {
		return err
	}
	if have > 0 && keepCopy {
		if err := copyBefore(b, fmt.Sprintf("%s.v%d.bak", o.Path, have)); err != nil {
			return fmt.Errorf("storage: copy %s before its migration: %w", o.Path, err)
		}
	}
	for i := have; i < len(list); i++ {
		start := time.Now()
		err := b.Update(func(bt *bbolt.Tx) error {
			if err := list[i].run(&Tx{db: db, bt: bt, writable: true}); err != nil {
				return err
			}
			return bt.Bucket(metaBucket.name).Put(schemaKey, schemaValue(i+1))
		})
		if err != nil {
			return fmt.Errorf("storage: bring %s to schema %d (%s): %w", o.Path, i+1, list[i].what, err)
		}
		if have > 0 {
			o.Log.Info("storage: the database has a new schema", slog.Int("schema", i+1),
				slog.String("what", list[i].what), slog.Duration("took", time.Since(start)))
		}
	}
	return nil
}

// copyBefore copies the file as it is. An earlier copy is replaced: a migration that was interrupted starts again.
func copyBefore(b *bbolt.DB, path string) error {
	part := partPath(path)
	f, err := createPart(part)
	if err != nil {
		return err
	}
	err = b.View(func(bt *bbolt.Tx) error {
		_, err := bt.WriteTo(f)
		return err
	})
	if err := errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(part))
	}
	return rename(part, path)
}

// partPath is the name of a file that is being written.
func partPath(path string) string { return path + ".part" }
